"""Which customers stand in which system, how often, and with what typed values."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.demo.draw import Draw
from sot.demo.typed_fields import typed_fields
from sot.demo.typed_names import typed_names
from sot.demo.vocabulary import Vocabulary

Size = tuple[int, int]
"""How many customers a system holds, and how many second records of them."""


def usual_sizes(words: Vocabulary, customers: int) -> dict[str, Size]:
    """Give the size of each system for a company with that many customers."""
    return {
        system: (round(habits.customers * customers), round(habits.customers * habits.duplicates * customers))
        for system, habits in words.world.systems.items()
    }


def make_records(
    words: Vocabulary, customers: pl.DataFrame, sizes: dict[str, Size], seed: int
) -> dict[str, pl.DataFrame]:
    """Write the records of each system; every customer stands in one system at least.

    Columns: entity, copy (a second record of the customer), role, host, name and the typed fields, created
    (days before today). Rows are in the order in which the records were made.
    """
    members = _members(customers.height, sizes, seed)
    return {
        system: _in_system(words, customers, system, members[system], sizes[system][1], seed)
        for system in sizes
    }


def _members(customers: int, sizes: dict[str, Size], seed: int) -> dict[str, npt.NDArray[np.int64]]:
    """Choose who stands where; the first system takes in those that stand nowhere else."""
    first, *others = sizes
    members = {
        system: Draw(seed, f"members {system}").exactly(customers, min(sizes[system][0], customers))
        for system in others
    }
    elsewhere = np.zeros(customers, dtype=bool)
    for rows in members.values():
        elsewhere[rows] = True
    alone, shared = np.flatnonzero(~elsewhere), np.flatnonzero(elsewhere)
    room = max(sizes[first][0] - alone.size, 0)
    chosen = Draw(seed, f"members {first}").exactly(shared.size, min(room, shared.size))
    members[first] = np.sort(np.concatenate([alone, shared[chosen]]))
    return members


def _in_system(
    words: Vocabulary,
    customers: pl.DataFrame,
    system: str,
    members: npt.NDArray[np.int64],
    copies: int,
    seed: int,
) -> pl.DataFrame:
    draw, habits = Draw(seed, f"records {system}"), words.world.systems[system]
    again = members[draw.whole(copies, 0, members.size)] if members.size else members
    rows = np.concatenate([members, again])
    records = customers[rows].with_columns(pl.Series(np.arange(rows.size) >= members.size).alias("copy"))
    fields = typed_fields(draw, words, habits, records)
    name = typed_names(draw, words, habits, records).alias("name")
    typed = records.select("entity", "copy", "role", "host").with_columns(name, *fields)
    return typed.with_columns(pl.Series(draw.whole(rows.size, 30, 4000)).alias("created")).sort(
        "created", "entity", "copy", "name", descending=[True, False, False, False], maintain_order=True
    )
