"""Values of several systems in one text, with the systems named as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping


def friendly_values(text: str | None, titles: Mapping[str, str]) -> str:
    """Write "crm=Austin | erp=Dallas" as "Salesforce: Austin | NetSuite: Dallas"; values stay as they are."""
    if not text or not titles:
        return text or ""
    systems = "|".join(map(re.escape, sorted(titles)))
    return re.sub(rf"(^| \| )({systems})=", lambda found: f"{found[1]}{titles[found[2]]}: ", text)
