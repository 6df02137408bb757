"""The figures of a summary as bars: where each begins and how long it is, in percent of the width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Plain = dict[str, Any]


@dataclass(frozen=True)
class Piece:
    """A part of a bar: from `start`, `width` long (percent), painted as `kind`."""

    start: float
    width: float
    kind: str


@dataclass(frozen=True)
class Bar:
    """One line of a chart: label, pieces and figure; `sign` is +, - or = in a chart that adds up."""

    label: str
    value: float
    pieces: tuple[Piece, ...]
    sign: str = ""


def bridges(summary: Plain) -> list[tuple[Plain, list[Bar]]]:
    """Give, for each system, the way from its records to the golden customers, line by line."""
    total = summary["customers"]["total"]
    widest = max([total, *(row["records"] for row in summary["systems"])], default=1) or 1
    named = summary["titles"]
    return [(row, _bridge(row, named[row["system"]], total, widest)) for row in summary["systems"]]


def _bridge(row: Plain, title: str, total: int, widest: int) -> list[Bar]:
    def piece(start: int, length: int, kind: str) -> Piece:
        return Piece(_percent(start, widest), _percent(length, widest), kind)

    again = "duplicates inside it" if row["lists_accounts"] else "further rows of the same customers"
    customers, shared, below = row["customers"], row["shared"], row["sub_accounts"]
    sub_accounts = Bar("sub-accounts of these", below, (piece(customers, below, "minus"),), "-")
    return [
        Bar(f"records in {title}", row["records"], (piece(0, row["records"], "whole"),), "="),
        Bar(again, row["again"] - below, (piece(customers + below, row["again"] - below, "minus"),), "-"),
        *([sub_accounts] if below else []),
        Bar(
            "customers in it",
            customers,
            (piece(0, shared, "shared"), piece(shared, row["only_here"], "alone")),
            "=",
        ),
        Bar(
            "customers only in other systems",
            row["elsewhere"],
            (piece(customers, row["elsewhere"], "plus"),),
            "+",
        ),
        Bar("golden customers", total, (piece(0, total, "golden"),), "="),
    ]


def simple(rows: Iterable[tuple[str, float]], kind: str) -> list[Bar]:
    """Give one bar per row, the longest over the whole width."""
    pairs = list(rows)
    widest = max((value for _, value in pairs), default=0) or 1
    return [Bar(label, value, (Piece(0, _percent(value, widest), kind),)) for label, value in pairs]


def stacked(rows: Sequence[Plain], label: str, kinds: Sequence[str]) -> list[Bar]:
    """Give one bar per row with a piece for each of `kinds`, the longest row over the whole width."""
    widest = max((sum(row[kind] for kind in kinds) for row in rows), default=0) or 1
    bars = []
    for row in rows:
        pieces, at = [], 0
        for kind in kinds:
            pieces.append(Piece(_percent(at, widest), _percent(row[kind], widest), kind))
            at += row[kind]
        bars.append(Bar(row[label], at, tuple(piece for piece in pieces if piece.width)))
    return bars


def waterfall(steps: Sequence[Plain]) -> list[Bar]:
    """Give the match weight of a pair step by step, and its sum; zero lies wherever the steps need it."""
    if not steps:
        return []
    ends = [point for step in steps for point in (step["start"], step["start"] + step["bits"])]
    low, high = min(0.0, *ends), max(0.0, *ends)
    width = (high - low) or 1.0

    def piece(start: float, bits: float, kind: str) -> Piece:
        return Piece(_percent(min(start, start + bits) - low, width), _percent(abs(bits), width), kind)

    total = round(sum(step["bits"] for step in steps), 2)
    bars = [
        Bar(
            f"{step['comparison'].replace('_', ' ')}: {step['level']}",
            step["bits"],
            (piece(step["start"], step["bits"], "plus" if step["bits"] > 0 else "minus"),),
        )
        for step in steps
    ]
    return [*bars, Bar("match weight", total, (piece(0.0, total, "golden"),), "=")]


def funnel(steps: Sequence[Plain]) -> list[Bar]:
    """Give the steps of the way from a deal to the money, each as long as the money that reached it."""
    return simple([(step["step"], step["amount"]) for step in steps], "shared")


def gap(figures: Plain) -> list[Bar]:
    """Give the way from what was won to what is billed, reason by reason; it adds up."""
    at, highest = figures["won"], max(figures["won"], figures["billed"])
    spans = []
    for step in figures["steps"]:
        spans.append((step, at))
        at = round(at + step["amount"], 2)
        highest = max(highest, at)
    widest = highest or 1.0

    def piece(start: float, length: float, kind: str) -> tuple[Piece, ...]:
        low = max(min(start, start + length), 0.0)
        return (Piece(_percent(low, widest), _percent(abs(length), widest), kind),)

    steps = [
        Bar(
            step["reason"].replace("_", " "),
            abs(step["amount"]),
            piece(start, step["amount"], "plus" if step["amount"] > 0 else "minus"),
            "+" if step["amount"] > 0 else "-",
        )
        for step, start in spans
    ]
    return [
        Bar("won", figures["won"], piece(0, figures["won"], "whole"), "="),
        *steps,
        Bar("billed", figures["billed"], piece(0, figures["billed"], "golden"), "="),
    ]


@dataclass(frozen=True)
class Line:
    """A figure over the runs: the points of its lines (a gap parts them), its last point and its jumps."""

    parts: tuple[str, ...]
    last: str
    jumps: tuple[str, ...]


def line(figure: Plain) -> Line:
    """Give a figure of the trend as lines in a field of 100 × 20, with room for the marks at its edges."""
    heights = figure["heights"]
    wide = 96 / max(1, len(heights) - 1)
    points = [
        None if height is None else f"{round(2 + i * wide, 2)},{round(18 - 16 * height, 2)}"
        for i, height in enumerate(heights)
    ]
    parts: list[list[str]] = [[]]
    for point in points:
        if point is None:
            parts.append([])
        else:
            parts[-1].append(point)
    marked = tuple(point for jump in figure["jumps"] if (point := points[jump]) is not None)
    return Line(tuple(" ".join(part) for part in parts if part), points[-1] or "", marked)


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2)
