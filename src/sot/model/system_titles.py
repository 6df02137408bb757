"""Values of several systems in one text, with the systems named as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping


def friendly_text(text: str | None, titles: Mapping[str, str]) -> str:
    """Name the systems of a sentence as people write them, and records as "Xero 17" instead of "xero:17"."""
    if not text or not titles:
        return text or ""
    systems = "|".join(map(re.escape, sorted(titles, key=len, reverse=True)))
    return re.sub(
        rf"(?<![\w-])({systems})(:(?=\S)|(?![\w-]))",
        lambda match: titles[match[1]] + (" " if match[2] else ""),
        text,
    )


def friendly_documents(text: str | None, titles: Mapping[str, str]) -> str:
    """Write "books:invoice:INV-7|crm:deal:D1" as "Xero invoice INV-7, HubSpot deal D1"."""
    named = []
    for document in (text or "").split("|"):
        system, _, rest = document.partition(":")
        kind, _, record_id = rest.partition(":")
        named.append(f"{titles.get(system, system)} {kind} {record_id}" if record_id else document)
    return ", ".join(named)


def friendly_values(text: str | None, titles: Mapping[str, str]) -> str:
    """Write "crm=Austin | erp=Dallas" as "Salesforce: Austin | NetSuite: Dallas"; values stay as they are.

    Records are named in the same way: "crm:17 ~ erp:4 (98 %)" is "Salesforce 17 ~ NetSuite 4 (98 %)".
    """
    if not text or not titles:
        return text or ""
    systems = "|".join(map(re.escape, sorted(titles)))
    named = re.sub(rf"(^| \| )({systems})=", lambda match: f"{match[1]}{titles[match[2]]}: ", text)
    if named != text:
        return re.sub(r": (?= \| |$)", ": (nothing)", named)
    return re.sub(rf"(^|\| ?| ~ )({systems}):(?=\S)", lambda match: f"{match[1]}{titles[match[2]]} ", text)
