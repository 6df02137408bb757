"""Which cells of which accounts should be changed, so that the systems agree with the golden customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from sot.model.tables import CORRECTIONS, conform, empty
from sot.resolve.conflicts.values import FieldProblems
from sot.resolve.fields import Field, Part
from sot.resolve.members import Flags, Members, Places
from sot.resolve.merges import trusted
from sot.resolve.survivorship import TIE, Choice
from sot.rules.governance import FieldRule, Governance, Step

WRITTEN = {
    "name": "name", "trade_name": "trade_name", "tax_id": "tax_id", "registration_id": "registration_id",
    "domain": "website", "phone": "phone", "email": "email", "street": "street", "city": "city",
    "region": "region", "postcode": "postcode", "country": "country", "industry": "industry",
}  # fmt: skip
"""The canonical column into which the value of a golden column is written; the others are for people."""

SURVIVING = ("name", "phone", "address")
"""Fields in which an account that others are merged into gets the golden value, however light the difference is."""


@dataclass(frozen=True)
class Merged:
    """How records hang together: MEMBERSHIPS, the MERGES of accounts (`joins`), which are sub- or test accounts."""

    memberships: pl.DataFrame
    joins: pl.DataFrame
    below: Flags


def corrections(
    members: Members,
    fields: tuple[Field, ...],
    choices: Mapping[str, Choice],
    governance: Governance,
    wrong: FieldProblems,
    merged: Merged,
) -> pl.DataFrame:
    """Give CORRECTIONS: where a difference is more than an info, and where the authority has a blank.

    An account that stays while others are merged into it gets the golden name, phone and address in any case.

    A value must come from a system that the governance names for the field (or from a steward), and must not
    have failed its test. What only the alphabet decided, two valid tax ids, and values of records in doubt
    are for a person. A sub-account keeps its values: its site and contact are its own.
    """
    sure = trusted(members, merged.memberships)
    kept = sure & ~merged.below
    surviving = members.of(merged.joins["uid_survivor"].unique())
    tables = [empty(CORRECTIONS)]
    for field in fields:
        rule, choice = governance.customer[field.name], choices[field.name]
        differing = choice.rivals if rule.differs in ("warning", "blocker") else choice.rivals[:0]
        staying = surviving if field.name in SURVIVING else surviving[:0]
        places = np.unique(np.concatenate([differing, wrong.blanks[field.name], staying]))
        places = places[choice.winners[members.customer[places]] >= 0]
        if not places.size:
            continue
        customer = members.customer[places]
        winners = choice.winners[customer]
        decided = (choice.rules.gather(customer) != TIE).to_numpy()
        places = places[kept[places] & sure[winners] & decided & _fit(members, field, choice, rule)[customer]]
        places = places[~np.isin(members.customer[places], wrong.clashing[field.name].to_numpy())]
        places = places[~_torn(members, field, choice, places)]
        if places.size:
            tables += [_cells(members, part, choice, places) for part in field.parts if part.name in WRITTEN]
    return pl.concat(tables).sort("uid", "field")


def _fit(members: Members, field: Field, choice: Choice, rule: FieldRule) -> Flags:
    """Tell for each customer whether its value is fit to be written into other systems."""
    winners = choice.winners[choice.known]
    locked = choice.rules.gather(choice.known).str.starts_with(Step.LOCKED).to_numpy()
    named = members.ranks(rule)[winners] < len(rule.authority)
    stands = members.at(winners, field.valid.fill_null(True).alias("stands"))["stands"].to_numpy()
    fit = np.zeros(members.customers, dtype=bool)
    fit[choice.known] = (named | locked) & stands
    return fit


def _torn(members: Members, field: Field, choice: Choice, places: Places) -> Flags:
    """Tell where a unit would be torn: the winner lacks a part that is compared, and the record has it."""
    torn = np.zeros(len(places), dtype=bool)
    if len(field.parts) > 1:
        winners = choice.winners[members.customer[places]]
        for key in field.keys:
            own = members.at(places, key.alias("key"))["key"]
            theirs = members.at(winners, key.alias("key"))["key"]
            torn |= (own.is_not_null() & theirs.is_null()).to_numpy()
    return torn


def _cells(members: Members, part: Part, choice: Choice, places: Places) -> pl.DataFrame:
    """Give the cells of one column whose value is another than the winner's; no cell is ever emptied."""
    customer = members.customer[places]
    own = members.at(
        places, "uid", "golden_id", pl.col(WRITTEN[part.name]).alias("before"), part.same.alias("same")
    )
    winner = members.at(choice.winners[customer], part.value.alias("after"), part.same.alias("same_winner"))
    cells = pl.concat([own, winner.drop("customer")], how="horizontal").with_columns(
        pl.lit(WRITTEN[part.name]).alias("field"), choice.rules.gather(customer).alias("rule")
    )
    differs = pl.col("same").ne_missing(pl.col("same_winner")) & pl.col("before").ne_missing(pl.col("after"))
    return conform(cells.filter(differs & pl.col("after").is_not_null()), CORRECTIONS)
