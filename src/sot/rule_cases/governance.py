"""Cases of the governance: the records of one customer, and what must become of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from pydantic import Field

from sot.cluster.golden_ids import assign
from sot.model.decisions import no_constraints
from sot.model.run import Clustering, Resolution
from sot.model.tables import (
    ACCOUNT_FIELDS,
    CLUSTERS,
    DOCUMENTS,
    MEMBERSHIPS,
    QUESTIONS,
    RECORDS,
    RELATED,
    conform,
    empty,
)
from sot.normalise.stage import normalise
from sot.resolve.stage import resolve
from sot.rule_cases.changed import Change
from sot.rules import Rulebook
from sot.rules.governance import presets
from sot.rules.loader import RuleModel
from sot.rules.project import Settings
from sot.workspace.golden_id_ledger import no_ledger


class GovernanceCase(RuleModel):
    """The records of one customer, and what must become of them."""

    why: str
    governance: str | None = None
    given: tuple[dict[str, str], ...]
    expect: dict[str, str | None] = Field(default={})
    rules: dict[str, str] = Field(default={})
    conflicts: tuple[str, ...] = ()


class GovernanceCases(RuleModel):
    """All cases of a file."""

    cases: tuple[GovernanceCase, ...]


def failures(name: str, rules: Rulebook, settings: Settings, made: tuple[Change, ...]) -> list[str]:
    """Resolve the customers of a file; give a sentence for each thing that is not as its case says.

    The customers of all cases of one governance are resolved together, as those of a run are. If only some presets
    were changed, their cases are resolved.
    """
    cases = rules.get(name, GovernanceCases).cases
    changed = _presets(rules, made)
    if changed is not None:
        cases = tuple(case for case in cases if (case.governance or settings.governance) in changed)
    by_preset: dict[str, list[GovernanceCase]] = {}
    for case in cases:
        by_preset.setdefault(case.governance or settings.governance, []).append(case)
    wrong: dict[int, list[str]] = {}
    for preset, those in by_preset.items():
        ids, result = _resolved(those, settings.model_copy(update={"governance": preset}), rules)
        decided = _rules_by_field(result)
        for case, golden_id in zip(those, ids, strict=True):
            wrong[id(case)] = _differences(case, golden_id, result, decided.get(golden_id, {}))
    return [f"{name}: {case.why}: {what}" for case in cases for what in wrong[id(case)]]


def _presets(rules: Rulebook, made: Iterable[Change]) -> set[str] | None:
    """Give the presets that were changed; None if something else was, too."""
    names = {f"governance/{preset}.yaml": preset for preset in presets(rules)}
    files = {change.file for change in made}
    return {names[file] for file in files} if files <= names.keys() else None


def _resolved(
    cases: Sequence[GovernanceCase], settings: Settings, rules: Rulebook
) -> tuple[list[str], Resolution]:
    """Resolve the records of each case as one customer, but for those that say that they are `customer: another`.

    Gives the golden id of each case.
    """
    rows: list[dict[str, Any]] = [
        {"object": "account", "source": "cases", **row, "group": f"{number:04d} {row.get('customer', '')}"}
        for number, case in enumerate(cases)
        for row in sorted(case.given, key=lambda row: row.get("customer", ""))
    ]
    rows = [{"uid": uid, "row": uid, "record_id": str(uid), **row} for uid, row in enumerate(rows)]
    names = [*RECORDS, *ACCOUNT_FIELDS]
    table = [{name: row.get(name) for name in names} for row in rows]
    records = normalise(pl.DataFrame(table, schema=dict(RECORDS)), rules)
    group = pl.Series("group", [row["group"] for row in rows])
    members = records.select("uid", group).with_columns(pl.col("uid").min().over("group").alias("cluster"))
    ids = assign(members, records, no_ledger())
    sure = [pl.lit(1.0).alias("match_probability"), pl.lit("model").alias("linked_by")]
    members = members.join(ids.golden_ids, on="cluster").sort("uid").with_columns(sure)
    sizes = (
        members.group_by("cluster", "golden_id")
        .agg(pl.len().alias("size"))
        .with_columns(sure[0], pl.lit("auto").alias("status"))
    )
    clustering = Clustering(
        conform(members, MEMBERSHIPS), conform(sizes.sort("cluster"), CLUSTERS), empty(RELATED),
        empty(QUESTIONS), ids.members, ids.changes,
    )  # fmt: skip
    result = resolve(records, empty(DOCUMENTS), clustering, no_constraints(), settings, rules)
    first = members.group_by(number=pl.col("group").str.slice(0, 4)).agg(pl.col("golden_id").first())
    return first.sort("number")["golden_id"].to_list(), result


def _rules_by_field(result: Resolution) -> dict[str, dict[str, str]]:
    """Give for each golden customer the rule that decided each field."""
    decided: dict[str, dict[str, str]] = {}
    for golden_id, field, rule in (
        result.provenance.select("golden_id", "field", "rule").collect().iter_rows()
    ):
        decided.setdefault(golden_id, {})[field] = rule
    return decided


def _differences(
    case: GovernanceCase, golden_id: str, result: Resolution, rules: dict[str, str]
) -> list[str]:
    mine = pl.col("golden_id") == golden_id
    golden = result.golden.filter(mine).row(0, named=True)
    reported = {
        " ".join(filter(None, row)) for row in result.conflicts.filter(mine).select("kind", "field").rows()
    }
    wrong = [
        f"{field} is {golden.get(field)!r}, expected {wanted!r}"
        for field, wanted in case.expect.items()
        if golden.get(field) != wanted
    ]
    wrong += [
        f"{field} was decided by '{rules.get(field)}', expected '{wanted}'"
        for field, wanted in case.rules.items()
        if rules.get(field) != wanted
    ]
    return wrong + [f"there is no conflict '{wanted}'" for wanted in case.conflicts if wanted not in reported]
