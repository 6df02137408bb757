"""What a run on an engine reads, moves and writes, step by step, and what follows for lists that nobody has run here.

The steps run in DuckDB, as in `workers`. Each table is also written as Parquet, as a Spark server writes it, and its
columns are weighed. A query reads the columns that it names of the tables that it names; where it joins, groups or
sorts, it moves them between machines. Workers that need whole groups move the rows that they get.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

import polars as pl

from sot.demo import write_demo
from sot.engine.protocol import asked_of
from sot.rules import Rulebook
from sot.rules.rulebook import shipped
from tests.bench.tools import DEMO_RECORDS_PER_CUSTOMER, row
from tests.bench.workers import Measured, flow, measuring

SIZES = (10_000, 30_000, 100_000, 300_000)
LARGE = (10_000_000, 100_000_000, 1_000_000_000)
SHOWN = 12
"""So many steps have a line of their own: those that move most."""
_BLOCKING = "matching/blocking.yaml"
_MOVES = re.compile(r"\bjoin\b|\bgroup\s+by\b|\bdistinct\b|\bover\s*\(|\border\s+by\b", re.IGNORECASE)
_TABLES = re.compile(r"\b(?:from|join)\s+(\w+)", re.IGNORECASE)
_ALL = re.compile(r"(?<!count\()\*")
GROWING = {
    "distinct names": "name_",
    "words": "count_",
    "keys of blocking rules": "key_",
    "candidate pairs": "candidate",
    "scored pairs": "scored",
}
"""What grows with the list, and the table that has a row for each."""


@dataclass
class Step:
    """What a step made and took: rows and bytes of its tables, all of its rounds together."""

    rows: int = 0
    written: int = 0
    read: int = 0
    moved: int = 0
    sent: int = 0
    worker: float = 0.0


Steps = Mapping[str, Step]


@dataclass(frozen=True)
class Size:
    """The steps of a run over so many records."""

    records: int
    steps: Steps

    def whole(self, what: str) -> int:
        """Give the sum of a figure of all steps."""
        return sum(getattr(step, what) for step in self.steps.values())


class Weighed(Measured):
    """An engine that weighs the tables of all steps."""

    def __init__(self, work: Path) -> None:
        super().__init__(work)
        self.steps: dict[str, Step] = {}
        self._columns: dict[str, dict[str, int]] = {}

    def give(self, name: str, table: pl.DataFrame) -> None:
        """Let `name` be a table of the driver."""
        super().give(name, table)
        self._wrote(name)

    def sql(self, name: str, query: str) -> None:
        """Let `name` be what `query` gives."""
        super().sql(name, query)
        self._asked(name, query)
        self._wrote(name)

    def apply(self, name: str, *arguments: object, **named: object) -> None:
        """Let `name` be what workers make."""
        super().apply(name, *arguments, **named)  # type: ignore[arg-type]
        self._wrote(name)
        self._step(name).worker = max((one.peak for one in self.done if one.step == name), default=0.0)

    def cut(self, name: str, query: str, by: str | None) -> None:
        """Weigh what the workers of a step get."""
        self._asked(name, query)
        if by:
            self._step(name).moved += sum(self._weigh("to_cut").values())

    def small(self, query: str) -> pl.DataFrame:
        """Give the rows of `query` to the driver."""
        rows = super().small(query)
        name = asked_of(query)
        self._asked(name, query)
        self._step(name).sent += int(rows.estimated_size())
        return rows

    def _step(self, name: str) -> Step:
        return self.steps.setdefault(name, Step())

    def _asked(self, name: str, query: str) -> None:
        read = taken(query, self._columns)
        step = self._step(name)
        step.read += read
        step.moved += read if _MOVES.search(query) else 0

    def _wrote(self, name: str) -> None:
        self._columns[name] = self._weigh(name)
        step = self._step(name)
        step.rows += int(self._con.execute(f"select count(*) from {name}").fetchall()[0][0])
        step.written += sum(self._columns[name].values())

    def _weigh(self, table: str) -> dict[str, int]:
        """Give the bytes of each column of a table as Parquet."""
        file = str(self._folder / "weighed.parquet")
        self._con.execute(f"copy {table} to '{file}' (format parquet, compression snappy)")
        sizes = self._con.execute(
            f"""select split_part(path_in_schema, ',', 1), sum(total_compressed_size)
                from parquet_metadata('{file}') group by 1"""
        )
        return {name: int(size) for name, size in sizes.fetchall()}


def taken(query: str, tables: Mapping[str, Mapping[str, int]]) -> int:
    """Give the bytes that `query` reads: of each table, as often as it is named, the columns that the query names."""
    every, words = bool(_ALL.search(query)), set(re.findall(r"\w+", query))
    return sum(
        sum(size for column, size in tables[name].items() if every or column in words)
        for name in _TABLES.findall(query)
        if name in tables
    )


def exponent(before: tuple[int, float], after: tuple[int, float]) -> float:
    """Give k where a figure grows as records to the power of k, from two pairs of records and figure."""
    (few, less), (many, more) = before, after
    return log(more / less) / log(many / few) if less > 0 and more > 0 else 1.0


def at(records: int, known: tuple[int, float], power: float) -> float:
    """Give a figure at so many records, which is `known` at others and grows with `power`."""
    return known[1] * (records / known[0]) ** power


def table(work: Path, sizes: Sequence[int]) -> Iterator[str]:
    """Give the lines of three Markdown tables: growth, steps, and lists of 10, 100 and 1,000 million records."""
    runs = []
    for size in sizes:
        runs.append(_run(work / f"scale_{size}", size))
        yield from () if len(runs) > 1 else (row(GROWTH), row("---" for _ in GROWTH))
        yield _growth(runs[-1])
    if len(runs) > 1:
        yield from ("", *steps_at(runs[-2], runs[-1]), "", *sums_at(runs[-2], runs[-1]))


def _run(folder: Path, size: int) -> Size:
    """Run a list with the rules of large lists, whatever its size."""
    write_demo(folder / "exports", round(size / DEMO_RECORDS_PER_CUSTOMER), seed=7)
    own = folder / "rules" / _BLOCKING
    own.parent.mkdir(parents=True)
    text = (shipped() / _BLOCKING).read_text(encoding="utf-8")
    own.write_text(re.sub(r"(?m)^small_records: \d+", "small_records: 1", text), encoding="utf-8")
    with measuring(folder, Weighed) as engine:
        records, _ = flow(folder, engine, Rulebook(folder / "rules"))
    return Size(records, engine.steps)


GROWTH = (
    "records", *(f"{what} per record" for what in GROWING),
    *(f"bytes {what} per record" for what in ("written", "read", "moved", "sent to the command")),
    "largest worker, MB",
)  # fmt: skip


def _growth(size: Size) -> str:
    figures = [size.steps[name].rows / size.records for name in GROWING.values()]
    weights = [size.whole(what) / size.records for what in ("written", "read", "moved", "sent")]
    return row(
        (
            f"{size.records:,}",
            *(f"{figure:.2f}" for figure in figures),
            *(f"{weight:,.0f}" for weight in weights),
            f"{max(step.worker for step in size.steps.values()):,.0f}",
        )
    )


def steps_at(before: Size, after: Size) -> Iterator[str]:
    """Give a table of the steps that move most: rows and bytes now, how both grow, and what follows for LARGE."""
    header = ["step", "rows per record", "bytes per row", "bytes moved per record", "worker, MB", "rows grow as",
              "moved bytes grow as"]  # fmt: skip
    yield row(header + [f"rows and moved GB at {shown(size)}" for size in LARGE])
    yield row("---" for _ in range(len(header) + len(LARGE)))
    names = sorted(after.steps, key=lambda name: -after.steps[name].moved)
    for name in names[:SHOWN]:
        yield _step_line(name, _of(before, [name]), _of(after, [name]), (before.records, after.records))
    rest = names[SHOWN:]
    yield _step_line(
        f"{len(rest)} others", _of(before, rest), _of(after, rest), (before.records, after.records)
    )


def _of(size: Size, names: Sequence[str]) -> Step:
    known = [size.steps[name] for name in names if name in size.steps]
    return Step(
        sum(step.rows for step in known),
        sum(step.written for step in known),
        moved=sum(step.moved for step in known),
        worker=max((step.worker for step in known), default=0.0),
    )


def _step_line(name: str, before: Step, after: Step, records: tuple[int, int]) -> str:
    few, many = records
    rows, moved = (
        exponent((few, getattr(before, what)), (many, getattr(after, what))) for what in ("rows", "moved")
    )
    return row(
        (
            f"`{name.strip('_')}`" if name.isidentifier() else name,
            f"{after.rows / many:.2f}", f"{after.written / max(after.rows, 1):.0f}", f"{after.moved / many:,.0f}",
            f"{after.worker:.0f}" if after.worker else "", f"n^{rows:.2f}", f"n^{moved:.2f}",
            *(f"{short(at(size, (many, after.rows), rows))}, {at(size, (many, after.moved), moved) / 1e9:,.1f}"
              for size in LARGE),
        )
    )  # fmt: skip


def sums_at(before: Size, after: Size) -> Iterator[str]:
    """Give a table of what follows for LARGE: of what grows, and of all bytes."""
    yield row(("", f"at {after.records:,}", "grows as", *(shown(size) for size in LARGE)))
    yield row("---" for _ in range(3 + len(LARGE)))
    for what, name in GROWING.items():
        yield _sum_line(what, *((size.records, size.steps[name].rows) for size in (before, after)))
    for what, title in (
        ("written", "GB written"),
        ("read", "GB read"),
        ("moved", "GB moved between workers"),
        ("sent", "GB sent to the command"),
    ):
        yield _sum_line(title, *((size.records, size.whole(what) / 1e9) for size in (before, after)))


def _sum_line(title: str, before: tuple[int, float], after: tuple[int, float]) -> str:
    power = exponent(before, after)
    return row((title, short(after[1]), f"n^{power:.2f}", *(short(at(size, after, power)) for size in LARGE)))


def short(figure: float) -> str:
    """Give a figure with at most three digits that count."""
    for size, word in ((1e9, "bn"), (1e6, "M")):
        if figure >= size:
            return f"{figure / size:,.{0 if figure >= 100 * size else 1}f} {word}"
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.2g}"


def shown(records: int) -> str:
    """Give a number of records in millions."""
    return f"{records // 1_000_000:,} million"
