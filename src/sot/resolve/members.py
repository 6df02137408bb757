"""The records as members of their customers: in one order, so that whole customers are runs of rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.model.tables import ACCOUNT_FIELDS
from sot.rules.governance import FieldRule

Places = npt.NDArray[np.int64]
"""Row numbers of `Members.table`."""
Ranks = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

LEFT_OUT = (
    "source", "sheet", "row", "created_at", "updated_at", "balance", "revenue", "parent_id", "account_number",
    "external_id", "n_tokens", "n_aliases", "n_site", "n_marks", "n_role",
)  # fmt: skip
"""Columns of the records that no golden value and no conflict is made of: a million rows less to sort."""


@dataclass(frozen=True)
class Members:
    """The records in the order of (golden_id, uid).

    table      one row per record; `customer` numbers the golden customers from 0 in the order of their ids
    customer   that column
    starts     the place of the first record of each customer
    golden_id  the id of each customer
    """

    table: pl.DataFrame
    customer: Places
    starts: Places
    golden_id: pl.Series

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return len(self.starts)

    def at(self, places: Places, *columns: pl.Expr | str) -> pl.DataFrame:
        """Evaluate `columns` on the rows at `places`, in their order, with `customer` before them."""
        wanted = [pl.col(column) if isinstance(column, str) else column for column in columns]
        roots = {"customer", *(name for expression in wanted for name in expression.meta.root_names())}
        rows = self.table.select(name for name in self.table.columns if name in roots)[places]
        return rows.select("customer", *wanted)

    def best(self, values: Ranks) -> Ranks:
        """Give the greatest of `values` (one for each row) for each customer."""
        found: Ranks = np.maximum.reduceat(values, self.starts) if self.customers else values[:0]
        return found

    @cached_property
    def runs(self) -> Places:
        """The place of the first record of each system in each customer.

        The rows of one system stand together there, because records are numbered by system first.
        """
        change = np.diff(self.table["system"].rle_id().to_numpy().astype(np.int64), prepend=-1) != 0
        change[self.starts] = True
        return np.flatnonzero(change)

    def ranks(self, rule: FieldRule) -> Ranks:
        """Give for each row the rank of its system in the authority of a field; 0 is the highest."""
        by_code = np.array([rule.rank(*system) for system in self.systems], dtype=np.int32)
        found: Ranks = by_code[self.table["system_code"].to_numpy()]
        return found

    @cached_property
    def systems(self) -> list[tuple[str, str]]:
        """The (system, department) pairs of the run, sorted."""
        pairs = self.table.select("system_code", "system", "department").unique("system_code")
        return pairs.sort("system_code").select("system", "department").rows()


def members(records: pl.DataFrame, memberships: pl.DataFrame) -> Members:
    """Bring the records of a run together with their customers; the table has, beside the records' columns:

    clean   1 where no mark such as "do not use" stands in the name
    live    2 for a clean account that is not inactive, 1 for a clean inactive one, 0 for a marked one
    filled  how many canonical fields hold something
    """
    clean = (pl.col("n_marks").list.len().fill_null(0) == 0) & pl.col("n_name").is_not_null()
    live = pl.when(~clean).then(0).when(pl.col("n_status") == "inactive").then(1).otherwise(2)
    filled = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int32) for name in ACCOUNT_FIELDS)
    systems = records.select("system", "department").unique().sort("system", "department")
    told = records.join(
        systems.select("system", "department", pl.int_range(pl.len(), dtype=pl.Int32).alias("system_code")),
        on=["system", "department"], how="left", nulls_equal=True, maintain_order="left",
    )  # fmt: skip
    told = told.with_columns(
        clean.cast(pl.Int8).alias("clean"),
        live.cast(pl.Int8).alias("live"),
        filled.alias("filled"),
    ).drop(LEFT_OUT)
    table = (
        told.join(memberships.select("uid", "golden_id"), on="uid", how="left")
        .sort("golden_id", "uid")
        .with_columns(pl.col("golden_id").rle_id().cast(pl.Int64).alias("customer"))
    )
    customer = table["customer"].to_numpy()
    starts = np.flatnonzero(np.diff(customer, prepend=-1))
    return Members(table, customer, starts, table["golden_id"].gather(starts))
