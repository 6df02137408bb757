"""Which character parts the columns of a text file, worked out from its first lines."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

CANDIDATES = (",", ";", "\t", "|", "^")
_SEP_LINE = re.compile(r"^\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)
_SAMPLE = 262_144
_RECORDS = 200

csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True)
class Dialect:
    """The delimiter, and how many lines at the top only declare it (`sep=;`)."""

    delimiter: str
    skip_lines: int = 0


def find_dialect(utf8: bytes, delimiter: str | None = None) -> Dialect:
    """Work out the delimiter; `delimiter` is what the person said."""
    sample = utf8[:_SAMPLE].decode("utf-8", errors="ignore")
    first = sample.split("\n", 1)[0].rstrip("\r")
    declared = _SEP_LINE.match(first) if len(first) < 12 else None
    skip = 1 if declared else 0
    if delimiter:
        return Dialect(delimiter, skip)
    if declared:
        return Dialect(declared.group(1), 1)
    return Dialect(max(CANDIDATES, key=lambda mark: (_fitness(sample, mark), -CANDIDATES.index(mark))))


def _fitness(sample: str, delimiter: str) -> float:
    """Score how evenly `delimiter` cuts the lines into columns: share of equally wide rows times width."""
    widths = Counter[int]()
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    for number, row in enumerate(reader):
        if number >= _RECORDS:
            break
        if any(row):
            widths[len(row)] += 1
    widths.pop(0, None)
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width, count = max(wide.items(), key=lambda item: (item[1] * item[0], item[0]))
    share = count / widths.total()
    return float(share**3 * (width - 1) ** 0.5)
