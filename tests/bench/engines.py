"""The same exports on every engine: what each costs, and whether it gives the same golden map, queue and ledger.

Each list is run once in the memory of the process. Of that run the ledger is kept, decisions are made on it, and an
export is added whose rows name ids of the largest system. Then every engine runs that project in a process of its own.
"""

from __future__ import annotations

import csv
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from sot.decision_log.store import append
from sot.demo import write_demo
from sot.model.decisions import Decision
from tests.bench.measure import Cost, measured
from tests.bench.sets import write_sets
from tests.bench.tools import DEMO_RECORDS_PER_CUSTOMER, SOT, row

RECORDS = (28_000,)
ENGINES = {
    "whole": "",
    "1 piece": "{name: embedded, pieces: 1, work: WORK}",
    "3 pieces": "{name: embedded, pieces: 3, work: WORK}",
    "8 pieces": "{name: embedded, pieces: 8, work: WORK}",
    "Sail 1": "{name: spark, remote: local, partitions: 1}",
    "Sail 2": "{name: spark, remote: local, partitions: 2}",
    "Sail 7": "{name: spark, remote: local, partitions: 7}",
}
"""What `engine` of sot.yaml is, WORK being a folder."""

FILES = (
    "crosswalk", "golden_customers", "conflicts", "related", "review_queue", "data_model", "handoffs", "handoff_links",
    "bi_reconciliation",
)  # fmt: skip
TABLES = ("provenance", "merges", "corrections", "exposure")
LEDGER = ("golden_ids.csv", "golden_redirects.csv")
HEADER = (
    "exports", "records", "engine", "in another customer", "files that differ", "scored pairs", "probabilities",
    "s", "processor s", "GB: command", "GB: Sail",
)  # fmt: skip
DECIDED = 200
"""Of so many customers, one decision of each kind."""


@dataclass
class Peaks:
    """The most memory that processes have held, by what they are (GiB)."""

    held: dict[str, float] = field(default_factory=dict)

    def look(self, parent: int) -> None:
        """Look at the processes below `parent`."""
        for pid in _below(parent):
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes()
                status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            except OSError:
                continue
            kept = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
            what = "Sail" if b"sot.engine.sail" in words else "command" if b"dedupe" in words else "other"
            self.held[what] = max(
                self.held.get(what, 0.0), *(int(kilobytes) / 2**20 for kilobytes in kept), 0.0
            )


def table(work: Path, sizes: Sequence[int], only: str, engines: Sequence[str]) -> Iterator[str]:
    """Give the lines of a Markdown table, each as soon as it is known."""
    yield row(HEADER)
    yield row("---" for _ in HEADER)
    for name, exports in _lists(work / "lists", sizes, only):
        yield from _of(work / name, name, exports, engines)


def _lists(folder: Path, sizes: Sequence[int], only: str) -> Iterator[tuple[str, Path]]:
    """Give demo at each size, and the labelled set of ten thousand customers if `only` is a part of its name."""
    name = "customers_10000_all"
    if only and only in name:
        yield from ((made.name, made.exports) for made in write_sets(folder) if made.name == name)
        return
    for size in sizes:
        exports = folder / f"demo_{size}"
        write_demo(exports, round(size / DEMO_RECORDS_PER_CUSTOMER), seed=7)
        yield exports.name, exports


def _of(folder: Path, name: str, exports: Path, engines: Sequence[str]) -> Iterator[str]:
    state = folder / "state"
    state.mkdir(parents=True)
    _run(exports, state, "")
    _add_references(state / "out", exports)
    _decide(state)
    shutil.rmtree(state / "out")
    whole = folder / "whole"
    cost, peaks = _again(exports, state, whole, "")
    name += _holds(whole)
    yield _line(name, "whole", whole / "out", whole / "out", cost, peaks)
    for engine in engines or ENGINES:
        if engine != "whole":
            home = folder / engine.replace(" ", "_")
            cost, peaks = _again(exports, state, home, ENGINES[engine])
            yield _line(name, engine, whole / "out", home / "out", cost, peaks)
            shutil.rmtree(home)


def _again(exports: Path, state: Path, home: Path, engine: str) -> tuple[Cost, Peaks]:
    shutil.copytree(state, home)
    return _run(exports, home, engine.replace("WORK", str(home / "work")))


def _run(exports: Path, home: Path, engine: str) -> tuple[Cost, Peaks]:
    (home / "sot.yaml").write_text(f"engine: {engine}\n" if engine else "", encoding="utf-8")
    command = [SOT, "dedupe", exports, "--project", home, "--out", home / "out", "--quiet"]
    with _watched() as peaks:
        cost = measured(command, home)
    return cost, peaks


@contextmanager
def _watched() -> Iterator[Peaks]:
    """Look at the memory of the processes that are started meanwhile, twice a second."""
    peaks, over = Peaks(), threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            peaks.look(os.getpid())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        over.set()
        thread.join()


def _below(parent: int) -> list[int]:
    """Give the processes that `parent` has started, and those that they have."""
    of: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            said = (place / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        of.setdefault(int(said.rpartition(")")[2].split()[1]), []).append(int(place.name))
    found, new = [], of.get(parent, [])
    while new:
        found += new
        new = [child for pid in new for child in of.get(pid, [])]
    return found


def _add_references(out: Path, exports: Path) -> None:
    """Add an export of one more system: every tenth account of the largest one, its name cut, and its id there."""
    records = pl.read_parquet(
        out / "tables" / "records.parquet", columns=["system", "record_id", "name", "city"]
    )
    largest = records["system"].value_counts().sort("count", "system", descending=True)["system"][0]
    chosen = records.filter(pl.col("system") == largest, pl.col("name").is_not_null()).gather_every(10)
    with (exports / "billing.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Account No", "Company Name", "External ID", "City"))
        writer.writerows(
            (f"B{i:06}", str(name)[:24], key, city) for i, (_, key, name, city) in enumerate(chosen.rows())
        )


def _decide(state: Path) -> None:
    """Join customers, part customers, relate customers and fix names, spread over the list."""
    crosswalk = pl.read_csv(
        state / "out" / "crosswalk.csv",
        columns=["golden_id", "system", "record_id", "name"],
        infer_schema=False,
    )
    names = {
        (system, key): name
        for system, key, name in crosswalk.select("system", "record_id", "name").iter_rows()
    }
    customers = (
        crosswalk.sort("golden_id", "system", "record_id")
        .group_by("golden_id", maintain_order=True)
        .agg(key=pl.struct("system", "record_id"))["key"]
        .to_list()
    )
    keys = [[(one["system"], one["record_id"]) for one in members] for members in customers]
    single, several = ([m for m in keys if len(m) == 1], [m for m in keys if len(m) > 1])
    steps = range(0, min(len(single), len(several)) - 2, DECIDED)
    said = [one for at in steps for one in (
        ("same", (single[at][0], several[at][0])),
        ("different", tuple(several[at + 1][:2])),
        ("related", (single[at + 1][0], several[at + 2][0])),
    )]  # fmt: skip
    append(
        state / "decisions.jsonl",
        [
            Decision(f"d{number:06}", "2026-11-28T08:00:00Z", "bench", verdict, pair)
            for number, (verdict, pair) in enumerate(said)
        ]
        + [
            Decision(
                f"f{at:06}",
                "2026-11-28T08:00:00Z",
                "bench",
                "same",
                (several[at + 3][-1],),
                field="name",
                value=names[several[at + 3][-1]],
            )
            for at in steps
            if at + 3 < len(several) and names[several[at + 3][-1]]
        ],
    )


def _holds(home: Path) -> str:
    """Tell what a run has of decisions, of the ledger and of ids of other systems."""
    pairs = pl.read_parquet(home / "out" / "tables" / "pairs.parquet", columns=["gamma_reference"])
    naming = pairs.filter(pl.col("gamma_reference") > 0).height
    decisions, changed = (
        sum(1 for _ in path.open(encoding="utf-8")) for path in (home / "decisions.jsonl", home / LEDGER[1])
    )
    return f" ({decisions:,} decisions, {naming:,} pairs by reference, {changed - 1:,} redirects)"


def _line(name: str, engine: str, expected: Path, found: Path, cost: Cost, peaks: Peaks) -> str:
    before, after = (_members(out) for out in (expected, found))
    both = before.join(after, on=["system", "record_id"], how="full", suffix="_r")
    moved = both.filter(pl.col("golden_id").ne_missing(pl.col("golden_id_r"))).height
    files = [
        f"{name}.csv" for name in FILES if not _same(expected / f"{name}.csv", found / f"{name}.csv")
    ] + [name for name in LEDGER if _ledger(expected.parent / name) != _ledger(found.parent / name)]
    files += [name for name in TABLES if not _table(expected, name).equals(_table(found, name))]
    scored, apart = _probabilities(expected, found)
    return row(
        (
            name, f"{before.height:,}", engine, f"{moved:,}", ", ".join(files) or "none", scored, apart,
            f"{cost.seconds:.1f}", f"{cost.processor_seconds:.1f}",
            *(f"{peaks.held[what]:.2f}" if what in peaks.held else "" for what in ("command", "Sail")),
        )
    )  # fmt: skip


def _members(out: Path) -> pl.DataFrame:
    return pl.read_csv(
        out / "crosswalk.csv", columns=["system", "record_id", "golden_id"], infer_schema=False
    )


def _table(out: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(out / "tables" / f"{name}.parquet")


def _ledger(path: Path) -> list[tuple[str, ...]]:
    """Give the rows of a file of the ledger without the day of the run: a benchmark may go on over midnight."""
    if not path.exists():
        return []
    return pl.read_csv(path, infer_schema=False).drop("when", strict=False).rows()


def _same(one: Path, other: Path) -> bool:
    return (one.read_bytes() if one.exists() else b"") == (other.read_bytes() if other.exists() else b"")


def _probabilities(expected: Path, found: Path) -> tuple[str, str]:
    """Give the number of scored pairs, with those that only one of both has, and the largest difference."""
    one, other = (
        pl.read_parquet(out / "tables" / "pairs.parquet", columns=["uid_l", "uid_r", "match_probability"])
        for out in (expected, found)
    )
    both = one.join(other, on=["uid_l", "uid_r"], how="inner")
    alone = one.height + other.height - 2 * both.height
    apart = both.select((pl.col("match_probability") - pl.col("match_probability_right")).abs().max()).item()
    return f"{other.height:,}" + (f" ({alone:,} others)" if alone else ""), f"{apart:.7f}"
