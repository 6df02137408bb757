"""The records as members of their customers: in one order, so that whole customers are runs of places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.model.tables import ACCOUNT_FIELDS, NORMALISED, RECORDS
from sot.rules.governance import FieldRule

Places = npt.NDArray[np.int64]
"""Places of records in the order of `Members`."""
Ranks = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

COUNTED = ("created_at", "updated_at", "balance", "revenue", "account_number", "external_id", "n_marks")
"""Columns of the records of which only is asked whether they hold something."""

ASKED = tuple(
    name
    for name in (*RECORDS, "id_repeated", *NORMALISED)
    if name not in ("n_tokens", "n_aliases", "n_site", "n_habit", "n_role")
)
"""The columns of records that golden values and conflicts are made of."""

TEST = "test"
"""The mark of `naming/marks.yaml` that the name of a test account has."""


@dataclass(frozen=True)
class Learned:
    """What resolving asks of the list as a whole, where only some of its customers are looked at.

    systems    the (system, department) pairs, sorted
    delivering field → the `systems` that hold it for anybody
    words      the words that stand in the names of two customers or more, of those in the names of these customers
    """

    systems: tuple[tuple[str, str], ...]
    delivering: Mapping[str, frozenset[tuple[str, str]]]
    words: pl.Series


@dataclass(frozen=True)
class Members:
    """The records in the order of (golden_id, uid), each with its place in that order.

    Only the places are put in order: a second table of a million records takes as much memory as the first.

    records    one row per record, in the order of uids
    uids       the uid of the record at each place
    customer   the customer of the record at each place; customers are numbered from 0 in the order of their ids
    starts     the place of the first record of each customer
    golden_id  the id of each customer
    systems    the (system, department) pairs of the list, sorted
    learned    what the whole list tells, where these are some of its customers
    """

    records: pl.DataFrame
    uids: Places
    customer: Places
    starts: Places
    golden_id: pl.Series
    systems: tuple[tuple[str, str], ...] = ()
    learned: Learned | None = None

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return len(self.starts)

    @property
    def height(self) -> int:
        """How many records there are."""
        return len(self.uids)

    def at(self, places: Places, *columns: pl.Expr | str) -> pl.DataFrame:
        """Evaluate `columns` on the records at `places`, in their order, with `customer` before them."""
        wanted = [pl.col(column) if isinstance(column, str) else column for column in columns]
        roots = {"customer", *(name for expression in wanted for name in expression.meta.root_names())}
        rows = self.records[[name for name in self.records.columns if name in roots]][self.uids[places]]
        return rows.select("customer", *wanted)

    def each(self, column: pl.Expr) -> pl.Series:
        """Evaluate `column` on all records, in the order of their places; best for numbers and flags."""
        return self.records.select(column).to_series().gather(self.uids)

    def of(self, uids: pl.Series) -> Places:
        """Give the places of records by their uids."""
        places: Places = self._places[uids.to_numpy()]
        return places

    @cached_property
    def _places(self) -> Places:
        """The place of each record, by its uid."""
        places = np.empty(self.height, dtype=np.int64)
        places[self.uids] = np.arange(self.height)
        return places

    def best(self, values: Ranks) -> Ranks:
        """Give the greatest of `values` (one for each row) for each customer."""
        greatest: Ranks = np.maximum.reduceat(values, self.starts) if self.customers else values[:0]
        return greatest

    @cached_property
    def runs(self) -> Places:
        """The place of the first record of each system in each customer.

        The rows of one system stand together there, because records are numbered by system first.
        """
        change = np.diff(self._system_names, prepend=-1) != 0
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
        ranks: Ranks = by_code[self.system_code]
        return ranks

    @cached_property
    def system_code(self) -> Ranks:
        """The number of its system and department in `systems` of the record at each place."""
        codes: Ranks = self.each(pl.col("system_code")).to_numpy()
        return codes

    def delivering(self, field: str, holding: Flags) -> Flags:
        """Tell of each system whether it holds `field` for anybody; `holding` are the rows here that do."""
        if self.learned:
            return np.array([system in self.learned.delivering[field] for system in self.systems], dtype=bool)
        flags = np.zeros(len(self.systems), dtype=bool)
        flags[self.system_code[holding]] = True
        return flags

    @property
    def _system_names(self) -> Places:
        """A number for the name of the system at each place; a system may be of several departments."""
        names = sorted({system for system, _ in self.systems})
        numbers: Places = np.array([names.index(system) for system, _ in self.systems])[self.system_code]
        return numbers


def members(records: pl.DataFrame, memberships: pl.DataFrame, learned: Learned | None = None) -> Members:
    """Bring records together with their customers; they have, beside their own columns:

    customer, golden_id, system_code
    clean   1 where no mark such as "do not use" stands in the name
    live    2 for a clean account that is not inactive, 1 for a clean inactive one, 0 for a marked one
    filled  how many canonical fields hold something
    test    whether the name is marked as that of a test
    """
    clean = (pl.col("n_marks").list.len().fill_null(0) == 0) & pl.col("n_name").is_not_null()
    live = pl.when(~clean).then(0).when(pl.col("n_status") == "inactive").then(1).otherwise(2)
    filled = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int32) for name in ACCOUNT_FIELDS)
    pairs = records.select("system", "department")
    systems = learned.systems if learned else tuple(pairs.unique().sort("system", "department").rows())
    # In one piece, because rows are picked out of them again and again.
    joined = (
        records.rechunk()
        .with_columns(
            _system_codes(pairs, systems),
            clean.cast(pl.Int8).alias("clean"),
            live.cast(pl.Int8).alias("live"),
            filled.alias("filled"),
            pl.col("n_marks").list.contains(TEST).fill_null(False).alias("test"),
        )
        .drop(COUNTED)
    )
    return replace(placed(joined, memberships), systems=systems, learned=learned)


def placed(records: pl.DataFrame, memberships: pl.DataFrame) -> Members:
    """Bring records together with their customers, as they are."""
    # The first record of each cluster bears its number. Customers are numbers from here on: texts take long to sort.
    ids = (
        memberships.filter(pl.col("uid") == pl.col("cluster"))
        .select("cluster", "golden_id")
        .sort("golden_id")
    )
    number = np.empty(records.height, dtype=np.int64)
    number[ids["cluster"].to_numpy()] = np.arange(ids.height)
    by_uid = memberships.select("uid", "cluster", "golden_id").sort("uid")
    joined = records.with_columns(by_uid["golden_id"], customer=number[by_uid["cluster"].to_numpy()])
    order = joined.select("customer").with_row_index("uid").sort("customer", maintain_order=True)
    customer = order["customer"].to_numpy()
    uids = order["uid"].to_numpy().astype(np.int64)
    return Members(joined, uids, customer, np.flatnonzero(np.diff(customer, prepend=-1)), ids["golden_id"])


def _system_codes(pairs: pl.DataFrame, systems: tuple[tuple[str, str], ...]) -> pl.Series:
    """Number the pairs of system and department in their order; a join of the whole records would copy them."""
    known = pl.DataFrame(systems, schema=pairs.schema, orient="row")
    known = known.with_columns(system_code=pl.int_range(pl.len(), dtype=pl.Int32))
    numbered = pairs.join(
        known, on=["system", "department"], how="left", nulls_equal=True, maintain_order="left"
    )
    return numbered["system_code"]
