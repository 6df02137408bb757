"""Which customers stand in which system, how often, and with what typed values."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.demo.draw import Draw
from sot.demo.typed_fields import typed_fields
from sot.demo.typed_names import typed_names
from sot.demo.vocabulary import Habits, Vocabulary

Size = tuple[int, int]
"""How many customers a system holds, and how many second records of them."""


LISTS = ("crm", "finance")
"""The systems that keep a list of customers; the others name customers in what they hold."""


def usual_sizes(words: Vocabulary, customers: int) -> dict[str, Size]:
    """Give the size of each list for a company with that many customers."""
    habits = words.world.systems
    return {
        system: (
            round(habits[system].customers * customers),
            round(habits[system].customers * habits[system].duplicates * customers),
        )
        for system in LISTS
    }


def make_records(
    words: Vocabulary, customers: pl.DataFrame, sizes: dict[str, Size], seed: int
) -> dict[str, pl.DataFrame]:
    """Write the records of each list; every customer stands in one at least.

    Columns: entity, copy (a second record of the customer), role, host, name and the typed fields, created
    (days before today). Rows are in the order in which the records were made.
    """
    members = _members(customers.height, sizes, seed)
    return {
        system: _in_list(words, customers, system, members[system], sizes[system][1], seed)
        for system in sizes
    }


def named_in(
    words: Vocabulary,
    customers: pl.DataFrame,
    system: str,
    entities: list[int],
    copies: list[bool],
    seed: int,
) -> pl.DataFrame:
    """Write customers as a system names them that keeps no list of them: one row for each that is given, in order."""
    draw, habits = Draw(seed, f"records {system}"), words.world.systems[system]
    records = customers[entities].with_columns(pl.Series("copy", copies, dtype=pl.Boolean))
    return _typed(draw, words, habits, records)


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


def _in_list(
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
    typed = _typed(draw, words, habits, records)
    return typed.with_columns(pl.Series(draw.whole(rows.size, 30, 4000)).alias("created")).sort(
        "created", "entity", "copy", "name", descending=[True, False, False, False], maintain_order=True
    )


def _typed(draw: Draw, words: Vocabulary, habits: Habits, records: pl.DataFrame) -> pl.DataFrame:
    fields = typed_fields(draw, words, habits, records)
    name = typed_names(draw, words, habits, records).alias("name")
    return records.select("entity", "copy", "role", "host").with_columns(name, *fields)
