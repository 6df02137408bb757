"""The golden values that some records would have as one customer, with decisions that are not saved yet."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.decision_log.inference import constraints
from sot.model.decisions import Decision
from sot.model.kinds import LinkedBy
from sot.model.tables import MEMBERSHIPS, conform
from sot.resolve.fields import fields
from sot.resolve.golden import values
from sot.resolve.locks import locks
from sot.resolve.members import members
from sot.resolve.merges import sub_accounts, within_accounts
from sot.resolve.stage import field_choices, without_sub_merges
from sot.rules import Rulebook
from sot.rules.governance import load_governance
from sot.rules.project import Settings

_ONE = "one"


def preview(
    records: pl.DataFrame, decisions: Sequence[Decision], settings: Settings, rules: Rulebook
) -> dict[str, tuple[str, str]]:
    """Give the value and the rule of each golden column that has a value, as a run with these decisions would.

    `records` are all records of the customer, normalised, in the order of their numbers.
    """
    numbered = records.with_columns(uid=pl.int_range(pl.len(), dtype=pl.Int32))
    together = numbered.select(
        "uid",
        cluster=pl.lit(0, dtype=pl.Int32),
        golden_id=pl.lit(_ONE),
        match_probability=pl.lit(1.0),
        linked_by=pl.lit(str(LinkedBy.DECISION)),
    )
    governance = load_governance(rules, settings.governance)
    everyone = members(numbered, conform(together, MEMBERSHIPS))
    shown = fields(rules)
    below = sub_accounts(everyone, without_sub_merges(everyone.systems, rules))
    fixed = locks(everyone, shown, constraints(decisions, numbered))
    choices = field_choices(everyone, shown, governance, fixed, within_accounts(everyone, below))
    columns = {column.name: column.to_list()[0] for column in values(everyone, shown, choices)}
    decided = {part.name: choices[field.name].rules[0] for field in shown for part in field.parts}
    return {name: (str(value), str(decided[name])) for name, value in columns.items() if value is not None}
