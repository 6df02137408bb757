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

    def of(self, uids: pl.Series) -> Places:
        """Give the places of records by their uids."""
        places = np.empty(self.table.height, dtype=np.int64)
        places[self.table["uid"].to_numpy()] = np.arange(self.table.height)
        found: Places = places[uids.to_numpy()]
        return found

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

    def several(self, which: Flags) -> Places:
        """Give the places of those records of `which` that are not the only one in their customer and system."""
        if not self.customers:
            return np.flatnonzero(which)
        counts = np.add.reduceat(which.astype(np.int32), self.runs)
        lengths = np.diff(self.runs, append=len(which))
        return np.flatnonzero(which & np.repeat(counts > 1, lengths))

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
    # The first record of each cluster bears its number. Customers are numbers from here on: texts take long to sort.
    ids = (
        memberships.filter(pl.col("uid") == pl.col("cluster"))
        .select("cluster", "golden_id")
        .sort("golden_id")
    )
    numbered = ids.with_columns(customer=pl.int_range(pl.len(), dtype=pl.Int64))
    of_record = memberships.select("uid", "cluster").join(numbered, on="cluster").sort("uid")
    table = told.with_columns(of_record["golden_id"], of_record["customer"]).sort(
        "customer", maintain_order=True
    )
    customer = table["customer"].to_numpy()
    return Members(table, customer, np.flatnonzero(np.diff(customer, prepend=-1)), ids["golden_id"])
