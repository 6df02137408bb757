"""Values that a steward has fixed: which record's value must survive, and which fixed values are no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from sot.model.decisions import SURVIVOR, Constraints
from sot.resolve.fields import Field
from sot.resolve.members import Members


@dataclass(frozen=True)
class Locks:
    """by_field: field → place of the record whose value is fixed → the decision; of each customer the last
    counts.

    stale: the decisions whose record holds another value by now; they fix nothing.
    """

    by_field: dict[str, dict[int, str]]
    stale: tuple[str, ...] = ()

    def of(self, field: str) -> dict[int, str]:
        """Give the places and decisions for one field."""
        return self.by_field.get(field, {})


def locks(members: Members, fields: Iterable[Field], constraints: Constraints) -> Locks:
    """Work out which values are fixed in this run."""
    by_name = {field.name: field for field in fields}
    of_values = constraints.locks.filter(pl.col("field") != SURVIVOR)
    places = members.of(of_values["uid"])
    last: dict[tuple[str, int], tuple[int, str]] = {}
    stale = []
    fixed = of_values.select("field", "value", "decision_id").iter_rows()
    for place, (name, value, decision) in zip(places.tolist(), fixed, strict=True):
        if value in _values(members, by_name[name], place):
            last[name, int(members.customer[place])] = (place, decision)
        else:
            stale.append(decision)
    by_field: dict[str, dict[int, str]] = {}
    for (name, _), (place, decision) in last.items():
        by_field.setdefault(name, {})[place] = decision
    return Locks(by_field, tuple(sorted(stale)))


def _values(members: Members, field: Field, place: int) -> set[str]:
    """Give every form in which the record holds the field; none where it holds nothing that could survive."""
    forms = [form for part in field.parts for form in (part.raw, part.value)] + [field.text]
    row = members.at(
        np.array([place]), field.tier.alias("tier"), *(f.alias(str(i)) for i, f in enumerate(forms))
    )
    values = row.row(0, named=True)
    if not values.pop("tier"):
        return set()
    values.pop("customer")
    return {value for value in values.values() if value}
