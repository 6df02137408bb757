"""Publishing: seconds for a first and a second publish at growing sizes, and kills at statements drawn at random."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from sot.demo import write_demo
from sot.publish.contract import TABLES
from tests.bench.measure import measured
from tests.bench.tools import DEMO_RECORDS_PER_CUSTOMER, SOT, row
from tests.postgresql import serving
from tests.publish.killed import finish, start
from tests.publish.runs import Runs, make_runs
from tests.publish.targets import KINDS, Place, ask, ask_duckdb, ask_parquet

KILLS = 50
_STATEMENTS = 90
"""A publish of the three small runs takes fewer statements on each target."""


def table(work: Path, sizes: tuple[int, ...], kills: int, seed: int) -> Iterator[str]:
    """Give the lines of two Markdown tables, each as soon as it is known."""
    with serving() as address:
        yield row(("records", "target", "first s", "second s", "second / first", "peak GB"))
        yield row("---" for _ in range(6))
        for records in sizes:
            yield from _timed(work / f"publish_{records}", records, address)
        if kills:
            yield ""
            yield row(("killed", "old state", "new state", "faults"))
            yield row("---" for _ in range(4))
            yield from _killed(work / "publish_kills", kills, seed, address)


def _timed(folder: Path, records: int, address: str) -> Iterator[str]:
    folder.mkdir(parents=True)
    exports = folder / "exports"
    made = sum(write_demo(exports, round(records / DEMO_RECORDS_PER_CUSTOMER), seed=1).values())
    measured([SOT, "dedupe", exports, "--quiet"], folder)
    targets = {"PostgreSQL": address, "DuckDB": folder / "golden.duckdb", "Parquet": folder / "lake"}
    for name, target in targets.items():
        command: list[str | Path] = [
            SOT,
            "publish",
            target,
            "--schema",
            f"sot_{records}",
            "--despite",
            "no_open_blockers",
        ]
        first, second = (measured([*command, "--reason", "a benchmark"], folder) for _ in range(2))
        yield row(
            (f"{made:,}", name, f"{first.seconds:.1f}", f"{second.seconds:.1f}",
             f"{second.seconds / first.seconds:.2f}", f"{max(first.peak_gigabytes, second.peak_gigabytes):.2f}")
        )  # fmt: skip


def _killed(folder: Path, kills: int, seed: int, address: str) -> Iterator[str]:
    """Publish the first run, then the second in a process that kills itself: the target holds the one or the other."""
    folder.mkdir(parents=True)
    runs, draw = make_runs(folder), random.Random(f"publish {seed}")
    states = {kind: _states(_place(kind, folder / "whole", address), runs) for kind in KINDS}
    held: Counter[str] = Counter()
    faults = []
    for number in range(kills):
        kind, at = KINDS[number % len(KINDS)], draw.randint(1, _STATEMENTS)
        place = _place(kind, folder / f"try{number}", address)
        finish([start(place, runs, 1)])
        finish([start(place, runs, 2, kill_at=at)])
        state = states[kind].get(_content(place))
        held[state or "torn"] += 1
        if (
            state is None
            or finish([start(place, runs, 2)]) != [0]
            or states[kind].get(_content(place)) != "new"
        ):
            faults.append(f"{kind} killed at statement {at}: {state}")
    yield row((f"{kills:,}", f"{held['old']:,}", f"{held['new']:,}", f"{len(faults):,}"))
    yield from (f"- {fault}" for fault in faults)


def _states(place: Place, runs: Runs) -> dict[str, str]:
    """Give what the target holds after the first run and after the second, by content."""
    finish([start(place, runs, 1)])
    old = _content(place)
    finish([start(place, runs, 2)])
    return {old: "old", _content(place): "new"}


def _content(place: Place) -> str:
    """Give every row of every table that a run fills."""
    rows = (place.query(f"SELECT * FROM {place.schema}.{table.name}") for table in TABLES)
    return repr([sorted(map(repr, found)) for found in rows])


def _place(kind: str, folder: Path, address: str) -> Place:
    folder.mkdir(parents=True, exist_ok=True)
    schema = f"sot_{folder.name}"
    target = {
        "postgresql": address,
        "duckdb": str(folder / "golden.duckdb"),
        "parquet": str(folder / "lake"),
    }[kind]
    asked: Callable[[str], list[tuple[object, ...]]] = {
        "postgresql": lambda sql: ask(address, sql),
        "duckdb": lambda sql: ask_duckdb(folder / "golden.duckdb", sql),
        "parquet": lambda sql: ask_parquet(folder / "lake", schema, sql),
    }[kind]
    return Place(kind, target, schema, asked)
