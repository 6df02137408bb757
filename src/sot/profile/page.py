"""The page of a profile: every column as a card with small pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import PurePath
from typing import Any

from sot import __version__, html
from sot.model.kinds import Severity
from sot.model.shares import percent
from sot.profile.figures import ColumnProfile, Count, Profile
from sot.profile.ranking import worst_columns, worst_findings

TEMPLATE, STYLE = "profile.html.j2", "profile.css"
WORST, MOST_VARIANTS, MOST_BARS = 12, 6, 5

Piece = tuple[str, float, float]
"""A part of a bar: its kind, where it begins and how long it is, in percent."""


def render(profile: Profile) -> str:
    """Give the page."""
    folder = files("sot.profile").joinpath("templates")
    values = {
        "p": profile,
        "version": __version__,
        "total": _total(profile),
        "worst": worst_findings(profile, {Severity.BLOCKER, Severity.WARNING})[:WORST],
        "sources": [
            (source, [(column, _drawn(column)) for column in worst_columns(source)])
            for source in profile.sources
        ],
        "most_variants": MOST_VARIANTS,
    }
    style = folder.joinpath(STYLE).read_text(encoding="utf-8")
    return html.render("sot.profile", TEMPLATE, values, {"percent": percent, "short": _short}, style)


def _short(name: str) -> str:
    """Give a path by its last part; the sheet behind it stays."""
    path, bracket, sheet = name.partition(" [")
    return f"{PurePath(path).name}{bracket}{sheet}"


def _total(profile: Profile) -> dict[str, Any]:
    columns = [column for source in profile.sources for column in source.columns]
    cells, filled = sum(column.rows for column in columns), sum(column.filled for column in columns)
    return {
        "rows": sum(source.rows for source in profile.sources),
        "columns": len(columns),
        "filled": percent(filled / cells) if cells else "–",
        **{str(severity): sum(_has(column, severity) for column in columns) for severity in Severity},
    }


def _has(column: ColumnProfile, severity: Severity) -> bool:
    return any(finding.severity == severity for finding in column.findings)


def _drawn(column: ColumnProfile) -> dict[str, Any]:
    tested = column.tested
    judged = tested.valid + tested.invalid if tested else 0
    # A list of values that are all different, each once, tells nothing.
    telling = column.top if column.top and column.top[0].cells > 1 else ()
    parts = {"filled": column.filled, "placeholders": column.placeholders, "empty": column.empty}
    return {
        "filled": list(_pieces(parts)),
        "filled_share": percent(column.filled / column.rows) if column.rows else "–",
        "tested": list(
            _pieces({"valid": tested.valid, "invalid": tested.invalid, "untested": tested.untested})
        )
        if tested and column.filled
        else [],
        "valid_share": ("~" if tested.sampled else "") + percent(tested.valid / judged)
        if tested and judged
        else "–",
        "patterns": _bars(column.patterns),
        "top": _bars(telling),
    }


def _pieces(parts: dict[str, int]) -> Iterator[Piece]:
    whole, start = sum(parts.values()) or 1, 0
    for kind, size in parts.items():
        if size:
            yield kind, round(100 * start / whole, 2), round(100 * size / whole, 2)
        start += size


def _bars(counts: Sequence[Count]) -> list[tuple[Count, list[Piece]]]:
    """Give one bar for each, the first and longest over the whole width."""
    return [
        (count, [("values", 0.0, round(100 * count.cells / counts[0].cells, 2))])
        for count in counts[:MOST_BARS]
    ]
