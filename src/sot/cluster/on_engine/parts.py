"""A part of the list in a worker: its records numbered in their order, and what is decided of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sot.model.decisions import Constraints, no_constraints
from sot.model.matching import UsedModel
from sot.rules.bundle import Bundle
from sot.rules.matching import Thresholds
from sot.rules.matching_policy import POLICY, MatchingPolicy, Policy

c = pl.col


@dataclass(frozen=True)
class Deciding:
    """What workers need beside the records: rules, the policy, decisions by uid, and the model as it was used."""

    bundle: Bundle
    policy: str
    constraints: Constraints
    model: UsedModel

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds in force."""
        return self.bundle.open().get("matching/thresholds.yaml", Thresholds)

    def rules_of_policy(self) -> Policy:
        """Give the rules of the policy."""
        return self.bundle.open().get(POLICY, MatchingPolicy).policies[self.policy]


def to_uids(column: str, uids: pl.Series) -> pl.Expr:
    """Give the uids of records by their numbers in a part."""
    return c(column).replace_strict(
        pl.int_range(len(uids), dtype=pl.Int32, eager=True), uids, default=None, return_dtype=pl.Int64
    )


def local(rows: pl.DataFrame, uids: pl.Series) -> pl.DataFrame:
    """Number the ends of pairs as the records of a part are numbered, in their order."""
    numbers = uids.to_numpy()
    ends = {
        name: pl.Series(name, np.searchsorted(numbers, rows[name].to_numpy()).astype(np.int32))
        for name in ("uid_l", "uid_r")
    }
    return rows.with_columns(**ends).sort("uid_l", "uid_r")


def local_constraints(constraints: Constraints, uids: pl.Series) -> Constraints:
    """Give the decisions on records of a part alone."""
    none = no_constraints()

    def own(table: pl.DataFrame) -> pl.DataFrame:
        known = uids.implode()
        inside = table.filter(c("uid_l").cast(pl.Int64).is_in(known) & c("uid_r").cast(pl.Int64).is_in(known))
        return local(inside, uids).select(none.must.columns) if inside.height else none.must

    return Constraints(own(constraints.must), own(constraints.cannot), own(constraints.related))
