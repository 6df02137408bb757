"""Metrics on what a finished run made of the records: duplicates, counterparts, doubt, conflicts, money, change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from sot.check.inputs import LISTED, Evidence
from sot.check.measurement import ALL, Example, Measurement, examples, nothing, shares
from sot.check.metrics.accounts import account_systems
from sot.model.amounts import money
from sot.model.kinds import NO_CURRENCY, SAID, LinkedBy, ObjectKind, Severity
from sot.model.shares import percent
from sot.rules.quality.gates import Accuracy, Counterpart, Doubt, Duplicates, Open, Side, Uncovered


def duplicates(gate: Duplicates, evidence: Evidence) -> list[Measurement]:
    """Share of accounts that should be merged into another one of their system."""
    asked, measurements = account_systems(gate.system, evidence)
    merges = evidence.run.merges.select("uid", "uid_survivor").collect()
    accounts = pl.col("object") == ObjectKind.ACCOUNT
    rows = evidence.records.filter(accounts & pl.col("system").is_in(asked))
    into = evidence.records.select(uid_survivor="uid", into="record_id")
    joined = rows.join(merges.lazy(), on="uid").join(into, on="uid_survivor")
    shown = pl.format("{}, the same as {}", "name", "into")
    counted = shares(rows, pl.col("uid").is_in(merges["uid"].implode()), shown, of_good=False, more=joined)
    return measurements + [counted.get(name) or nothing(name, "it has no account") for name in asked]


def doubt(gate: Doubt, evidence: Evidence) -> list[Measurement]:
    """Share of records that hang on their customer by a link in doubt."""
    asked = [gate.system] if gate.system else list(evidence.departments)
    return _of_records(asked, pl.col("linked_by") == LinkedBy.DOUBT, evidence, of_good=False)


def counterpart(gate: Counterpart, evidence: Evidence) -> list[Measurement]:
    """Share of the records of one department whose customer the other department knows."""
    sides = {side: _systems(side, evidence) for side in (gate.from_, gate.to)}
    if absent := _absent(sides):
        return [absent]
    asked = [name for name in sides[gate.from_] if gate.system in (None, name)]
    if not asked:
        return [nothing(str(gate.system), f"no {SAID[gate.from_]} system of this name was read")]
    linked = evidence.linked
    known = linked.filter(pl.col("system").is_in(sides[gate.to]))["cluster"].unique()
    return _of_records(asked, ~pl.col("cluster").is_in(known.implode()), evidence, of_good=True)


def uncovered(gate: Uncovered, evidence: Evidence) -> list[Measurement]:
    """Share of the money of customers of either department that one of both does not know, by currency."""
    sides = {side: _systems(side, evidence) for side in (gate.from_, gate.to)}
    if absent := _absent(sides):
        return [absent]
    golden = evidence.run.golden.select(
        "golden_id", "name", "systems", "exposure", "exposure_currency", "exposure_other"
    ).collect()
    left, right = (_known_in(golden["systems"], sides[side]) for side in (gate.from_, gate.to))
    stakes = _money(golden.with_columns(alone=left ^ right).filter(left | right))
    sums = stakes.group_by("currency").agg(
        pl.len(), total=pl.col("amount").sum(), alone=pl.col("amount").filter("alone").sum()
    )
    many = pl.col("len") >= gate.least_customers
    measurements = [
        _of_currency(currency, alone, total, stakes)
        for currency, total, alone in sums.filter(many).drop("len").sort("currency").iter_rows()
    ]
    if few := sums.filter(~many)["currency"].sort().to_list():
        text = f"fewer than {gate.least_customers} customers have money in {', '.join(few)}"
        measurements.append(nothing("other currencies", text))
    return measurements or [nothing(ALL, "the exports have no amounts for these customers")]


def _of_currency(currency: str, alone: float, total: float, amounts: pl.DataFrame) -> Measurement:
    """Give the figure of one currency, with the customers that most of it is of."""
    theirs = amounts.filter("alone", pl.col("currency") == currency)
    worst = theirs.sort("amount", "golden_id", descending=[True, False]).head(LISTED)
    examples = tuple(
        Example("", 0, golden_id, f"{name}: {money(amount, currency)}")
        for golden_id, name, amount in worst.select("golden_id", "name", "amount").iter_rows()
    )
    return Measurement(
        currency, alone / total, theirs.height, f"{money(alone)} of {money(total, currency)}", examples
    )


def open_conflicts(gate: Open, evidence: Evidence) -> list[Measurement]:
    """Conflicts that are open and not waived on the day of the check."""
    mine = (pl.col("severity") == gate.conflict) | (pl.col("kind") == gate.conflict)
    if gate.system is not None:
        if gate.system not in evidence.departments:
            return [nothing(gate.system, "no export of this system was read")]
        mine &= pl.col("fix_in").str.split("|").list.contains(gate.system)
    waived = (pl.col("waived_until") >= evidence.context.today.isoformat()).fill_null(False)
    conflicts = evidence.run.conflicts.filter(mine & ~waived).collect()
    counts = conflicts.group_by("kind").len().sort("len", "kind", descending=[True, False]).iter_rows()
    text = ", ".join(f"{kind} {count:,}" for kind, count in counts)
    examples = tuple(_conflicts(conflicts.head(LISTED), evidence))
    by_kind = text if gate.conflict in list(Severity) else ""
    return [Measurement(gate.system or ALL, conflicts.height, conflicts.height, by_kind, examples)]


def accuracy(gate: Accuracy, evidence: Evidence) -> list[Measurement]:
    """The lower end of the interval of precision or recall."""
    known = evidence.context.accuracy
    if isinstance(known, str):
        return [nothing(ALL, known)]
    estimate = known.precision if gate.of == "precision" else known.recall
    if estimate.value is None:
        return [nothing(ALL, "some kinds of pairs of the blind sample have no answer yet")]
    return [
        Measurement(
            ALL, estimate.low, note=f"{gate.of} {percent(estimate.value)}, up to {percent(estimate.high)}"
        )
    ]


def _of_records(asked: list[str], bad: pl.Expr, evidence: Evidence, of_good: bool) -> list[Measurement]:
    """Give the share of all records of each system, whatever they were taken from."""
    rows = evidence.linked.lazy().filter(pl.col("system").is_in(asked))
    counted = shares(rows, bad, pl.col("name"), of_good, more=evidence.records)
    return [counted.get(name) or nothing(name, "the run has no record of this system") for name in asked]


def _systems(department: str, evidence: Evidence) -> list[str]:
    return [name for name, its in evidence.departments.items() if its == department]


def _absent(sides: Mapping[Side, list[str]]) -> Measurement | None:
    missing = [SAID[side] for side, systems in sides.items() if not systems]
    return nothing(ALL, f"no {' and no '.join(missing)} system was read") if missing else None


def _known_in(systems: pl.Series, wanted: list[str]) -> pl.Series:
    """Tell of each customer whether one of the systems knows it; there are but few combinations of systems."""
    holding = [held for held in systems.unique() if not set(wanted).isdisjoint(held.split("|"))]
    return systems.is_in(holding)


def _money(golden: pl.DataFrame) -> pl.DataFrame:
    """Give one row per customer and currency: golden_id, name, alone, currency, amount."""
    keys = ("golden_id", "name", "alone")
    main = golden.select(*keys, currency="exposure_currency", amount="exposure")
    parts = (
        golden.select(*keys, part=pl.col("exposure_other").str.split("|")).explode("part").drop_nulls("part")
    )
    cut = pl.col("part").str.extract_groups(r"^(?<currency>.+) (?<amount>\S+)$")
    others = parts.select(
        *keys, currency=cut.struct.field("currency"), amount=cut.struct.field("amount").cast(pl.Float64)
    )
    both = pl.concat([main, others]).with_columns(pl.col("currency").fill_null(NO_CURRENCY))
    return both.filter(pl.col("amount") > 0)


def _conflicts(conflicts: pl.DataFrame, evidence: Evidence) -> Iterable[Example]:
    """Show each conflict at the first of its records."""
    key = pl.col("record_ids").str.split("|").list.first()
    text = pl.concat_str("conflict_id", "kind", "field", "golden_name", separator=" ", ignore_nulls=True)
    rows = conflicts.select(record=key, value=text, key="conflict_id")
    wanted = rows["record"].drop_nulls().unique()
    names = pl.format("{}:{}", "system", "record_id").alias("record")
    systems = wanted.str.split(":").list.first().unique().to_list()
    places = (
        evidence.records.filter(pl.col("system").is_in(systems))
        .select(names, "source", "row")
        .filter(pl.col("record").is_in(wanted.implode()))
        .collect()
    )
    table = rows.join(places, on="record", how="left", maintain_order="left")
    return examples(table.with_columns(pl.col("record").fill_null("")).iter_rows(named=True))
