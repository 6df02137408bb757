"""Customers that are persons: where a list has no company in a row, first and last name are the name."""

from __future__ import annotations

import polars as pl

from sot.read.columns.headers import INNER, Recipe
from sot.read.columns.infer_fields import Guesser
from sot.read.columns.party_kinds import kind_of_party
from sot.read.columns.table import Table

PERSON = f"{INNER}person"
"""The column that holds first and last name as one."""
_WHOLE = {"full", "name"}
"""What programs call the names of companies and persons in one list (Odoo: Complete name)."""


def take_payers(table: Table, fields: dict[str, Recipe], names: list[str], guesser: Guesser) -> str | None:
    """Let persons stand for the companies that rows of documents lack; give how that is to be shown."""
    words, owner = guesser.vocabulary, fields.get("account_name")
    if not table.is_document or table.source.object == "contact":
        return None
    first, last = (
        next((column for column in names if words.holds(column, phrases)), None)
        for phrases in (guesser.rules.first_name, guesser.rules.last_name)
    )
    last = last or _whole_names(table, first, owner)
    if first is None or last is None or "account_name" in table.settings.fields:
        return None
    by_last = owner is not None and last in owner.columns
    if table.shape is not None and not by_last:
        return None
    if owner is not None and by_last:
        # The last name alone is that of many.
        owner = Recipe(tuple(column for column in owner.columns if column != last), "first")
        owner = owner if owner.columns else None
    # Of a timesheet the persons are those who work: only an order has the address of who pays.
    if table.source.object == "project" and not {"city", "postcode"} & fields.keys():
        return None
    parts = [pl.col(column).str.strip_chars() for column in dict.fromkeys((first, last))]
    person = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    person = pl.when(person != "").then(person)
    gaps = owner.expression().is_null() if owner is not None else pl.lit(True)
    if not table.frame.select((gaps & person.is_not_null()).any()).item():
        return None
    table.frame = table.frame.with_columns(person.alias(PERSON))
    table.within |= {first, last}
    fields["account_name"] = (
        Recipe((*owner.columns, PERSON), "first") if owner is not None else Recipe((PERSON,))
    )
    shown = " ".join(dict.fromkeys((first, last)))
    return f"{owner} || {shown}" if owner is not None else shown


def _whole_names(table: Table, first: str | None, owner: Recipe | None) -> str | None:
    """Give the column of first names where it holds whole ones in the rows that no company is in (Firma, Jméno)."""
    if first is None or owner is None:
        return None
    alone = table.frame.filter(owner.expression().is_null())[first].drop_nulls()
    return first if alone.len() and bool(alone.str.contains(r"\p{L}\.?\s+\p{L}{2}").all()) else None


def take_persons(table: Table, fields: dict[str, Recipe], names: list[str], guesser: Guesser) -> str | None:
    """Let persons stand for the companies that rows of an account list lack; give how that is to be shown."""
    words, names = guesser.vocabulary, _of_customers(names, guesser)
    first = next((column for column in names if words.holds(column, guesser.rules.first_name)), None)
    name = fields.get("name")
    if name is None and table.source.object == "account":
        whole = next((column for column in names if set(words.tokens(column)) == _WHOLE), None)
        if whole is not None and table.frame[whole].count() == table.frame.height:
            fields["name"] = Recipe((whole,))
            return None
    if first is None or table.source.object != "account":
        return None
    last = next((column for column in names if words.holds(column, guesser.rules.last_name)), None)
    # Beside a first name, a column that says name and else the same things holds the last one.
    same = frozenset(words.tokens(first)) - {"first"}
    bare = next((column for column in names if frozenset(words.tokens(column)) == same), None)
    if name is not None and name.columns == (bare,) and last is None:
        name, last = None, bare
    last = last or (bare if name is None or bare not in name.columns else None)
    if last is None:
        return None
    parts = [pl.col(column).str.strip_chars() for column in (first, last)]
    person = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    person = pl.when(person != "").then(person)
    if name is not None and name.columns == (last,):
        # A column of companies and last names ("Co./Last Name"): who has a first name is a person.
        kinds = kind_of_party(table.frame.select(table.columns), table.unknown)
        alone = pl.col(kinds[0]).is_in(kinds[1]).fill_null(False) if kinds else pl.lit(True)
        person = pl.when(alone).then(person).otherwise(parts[1])
        name, person = None, pl.when(pl.col(last).str.strip_chars() != "").then(person)
    gaps = name.expression().is_null() if name is not None else pl.lit(True)
    if not table.frame.select((gaps & person.is_not_null()).any()).item():
        return None
    table.frame = table.frame.with_columns(person.alias(PERSON))
    table.within |= {first, last}
    fields["name"] = Recipe((*name.columns, PERSON), "first") if name is not None else Recipe((PERSON,))
    return f"{name} || {first} {last}" if name is not None else f"{first} {last}"


def _of_customers(names: list[str], guesser: Guesser) -> list[str]:
    """Give the columns without those about who looks after a customer: Owner First Name."""
    owners = {
        token for phrase in guesser.rules.fields["owner"].words for token in guesser.vocabulary.tokens(phrase)
    }
    owners -= guesser.vocabulary.neutral
    return [name for name in names if owners.isdisjoint(guesser.vocabulary.tokens(name))]
