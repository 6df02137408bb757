"""Conflicts about values: systems disagree, nothing but the alphabet decided, the authority has nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from sot.model.kinds import ConflictKind
from sot.resolve.cell_text import joined, said
from sot.resolve.conflicts.table import found, nothing
from sot.resolve.fields import Field
from sot.resolve.members import Members, Places
from sot.resolve.survivorship import TIE, Choice
from sot.rules.governance import FieldRule, Governance


@dataclass(frozen=True)
class FieldProblems:
    """What is wrong with the values of each field beyond a mere difference.

    blanks    the places of the accounts whose authority has nothing
    clashing  the customers in which the values can't be those of one company
    """

    blanks: dict[str, Places]
    clashing: dict[str, pl.Series]


def find_field_problems(
    members: Members, fields: tuple[Field, ...], choices: Mapping[str, Choice], governance: Governance
) -> FieldProblems:
    """Look at every field once, for the conflicts and for the corrections."""
    blanks: dict[str, Places] = {}
    clashing = {field.name: pl.Series([], dtype=pl.Int64) for field in fields}
    clashing["tax_id"] = clashes(members)
    for field in fields:
        rule = governance.customer[field.name]
        asked = rule.blank != "ignore"
        places = lacking(members, choices[field.name], rule) if asked else np.zeros(0, np.int64)
        blanks[field.name] = places
    return FieldProblems(blanks, clashing)


def disagreements(members: Members, field: Field, choice: Choice, clashing: pl.Series) -> pl.DataFrame:
    """Find the customers whose records hold different values, by what the difference amounts to.

    `clashing` are the customers in which the values can't be those of one company.
    """
    if not choice.rivals.size:
        return nothing()
    customers = np.unique(members.customer[choice.rivals])
    rivals = said(members, choice.rivals, field)
    base, chosen = _chosen(members, field, choice, customers)
    everything = pl.concat([chosen, rivals])
    kind = (
        pl.when(pl.col("customer").is_in(clashing.implode()))
        .then(pl.lit(ConflictKind.IDENTIFIER_CLASH.value))
        .when(pl.col("rule") == TIE)
        .then(pl.lit(ConflictKind.SURVIVORSHIP_TIE.value))
        .otherwise(pl.lit(ConflictKind.VALUE_DISAGREEMENT.value))
    )
    return found(
        ConflictKind.VALUE_DISAGREEMENT,
        base.with_columns(kind.alias("kind")),
        joined(everything, "said", " | ", "values"),
        joined(rivals.sort("customer", "system"), "system", "|", "fix_in"),
        joined(everything.sort("place"), "key", "|", "record_ids"),
    )


def clashes(members: Members) -> pl.Series:
    """Give the customers with two valid tax ids of one country and kind that name two companies."""
    company = pl.coalesce("n_tax_company", "n_tax_id")
    kind = pl.coalesce(pl.col("n_tax_company").str.extract("^(.*):", 1), "n_country")
    valid = members.records.filter("n_tax_valid").select("customer", kind=kind, company=company).unique()
    return valid.group_by("customer", "kind").len().filter(pl.col("len") > 1)["customer"].unique().sort()


def blanks(members: Members, field: Field, choice: Choice, blank: Places) -> pl.DataFrame:
    """Report the accounts that `lacking` found, customer by customer."""
    if not blank.size:
        return nothing()
    base, chosen = _chosen(members, field, choice, np.unique(members.customer[blank]))
    rows = said(members, blank, field)
    everything = pl.concat([chosen, rows]).sort("place")
    return found(
        ConflictKind.AUTHORITY_BLANK,
        base,
        joined(everything, "said", " | ", "values"),
        joined(rows.sort("customer", "system"), "system", "|", "fix_in"),
        joined(everything, "key", "|", "record_ids"),
    )


def lacking(members: Members, choice: Choice, rule: FieldRule) -> Places:
    """Give the accounts of a customer's highest authority, where a lower one alone holds the field.

    A system that holds the field for nobody can't be blamed for a blank, nor can a record that was only taken
    from a document.
    """
    nobody = len(rule.authority)
    speaks = members.each(pl.col("object") == "account").to_numpy() & choice.delivering[members.system_code]
    own = np.where(speaks, members.ranks(rule), nobody).astype(np.int32)
    highest = -members.best(-own)
    lacks = (choice.winners >= 0) & (highest < choice.ranks)
    return np.flatnonzero((own == highest[members.customer]) & lacks[members.customer])


def _chosen(
    members: Members, field: Field, choice: Choice, customers: Places
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give what is common to the conflicts of some customers, and their winners as `said`."""
    winners = choice.winners[customers]
    base = members.at(winners, pl.lit(field.name).alias("field"), field.text.alias("chosen"))
    return base.with_columns(choice.rules.gather(customers).alias("rule")), said(members, winners, field)
