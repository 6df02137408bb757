"""What was worked out of each file or sheet, as plain values and in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sot.model.counts import counted
from sot.model.kinds import ObjectKind
from sot.model.shares import percent
from sot.model.sources import Source
from sot.model.tables import ACCOUNT_FIELDS, DOCUMENT_FIELDS

Plain = dict[str, Any]

SURE = 0.8
"""A column that was recognised with less confidence than this is worth a look."""

NAMED = 6
"""So many columns are named in one sentence; the rest is counted."""


def source(read: Source) -> Plain:
    """Give how one file or sheet was understood."""
    known = ACCOUNT_FIELDS if read.object in (None, ObjectKind.ACCOUNT) else DOCUMENT_FIELDS
    entry: Plain = {
        "name": Path(read.path).name + (f" [{read.sheet}]" if read.sheet else ""),
        "path": read.path,
        "sheet": read.sheet,
        "system": read.system,
        "department": str(read.department),
        "object": read.object and str(read.object),
        "rows": read.height,
        "records": read.records,
        "record_id": read.record_id,
        "fields": {name: read.fields[name] for name in known if name in read.fields},
        "unsure": [
            {"field": name, "header": read.fields[name], "confidence": round(sure, 2)}
            for name, sure in sorted(read.confidence.items())
            if sure < SURE and name in read.fields
        ],
        "unmapped": read.unused,
        "skipped": dict(sorted(read.skipped.items())),
        "rejected": read.rejected,
        "warnings": list(read.warnings),
        "error": read.error,
    }
    return entry | {"notes": _notes(entry)}


def _notes(entry: Plain) -> list[str]:
    notes = [*entry["warnings"]]
    if entry["error"]:
        notes.append(entry["error"])
    if entry["unsure"]:
        guesses = [f"{g['field']} = {g['header']!r} ({percent(g['confidence'], 0)})" for g in entry["unsure"]]
        notes.append(f"not sure about {few(guesses)}")
    notes += [f"{counted(count, 'row')} left out: {reason}" for reason, count in entry["skipped"].items()]
    if entry["rejected"]:
        notes.append(f"{counted(entry['rejected'], 'row')} could not be used, see rejects.csv")
    if entry["unmapped"]:
        notes.append(f"columns not used: {few(entry['unmapped'])}")
    return notes


def few(items: Sequence[str], most: int = NAMED) -> str:
    """Name the first items, and say how many there are besides."""
    more = f" and {len(items) - most:,} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more
