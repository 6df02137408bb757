"""Accounts that are no customers: suppliers, employees, banks and ledger accounts in one list with customers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

import polars as pl

from sot.read.columns.headers import words
from sot.read.columns.infer_fields import Guesser
from sot.read.columns.party_kinds import is_flag, kind_of_party, said
from sot.read.columns.table import Table

_LOOKED = 2_000
_KINDS = 40
"""A column of kinds has few values."""
_MOST = 0.8
_SURE = 0.8
_SHORTEST = 3
_TITLE = 3
"""So many words at most make a title of a list within a sheet."""
_LINKS, _LINKED = ("a.parent_id", "a.parent_name", "d.account_id"), 0.6
"""What a column may be called that says to which company of the list a person belongs."""
_WHOSE = frozenset(("customer", "account", "company", "debtor", "organization"))
_WHERE = ("a.email", "a.phone", "a.street", "a.city", "a.postcode", "a.tax_id", "a.website")
_GOODS, _NOTES, _NOTED, _NOTES_SURE = 2, 2, 20, 0.6
_ROLES = frozenset(("role", "roles"))
_SUPPLIER, _CUSTOMER = frozenset(("supplier", "number")), frozenset(("customer", "number"))


def leave_out_things(table: Table, guesser: Guesser) -> bool:
    """Leave a list of goods out: headers of such alone, and no word for customers or where to find them."""
    if table.source.object != "account" or table.shape is not None or table.settings.object is not None:
        return False
    words_of, columns = guesser.vocabulary, table.columns
    goods = [frozenset(words_of.tokens(phrase)) for phrase in table.unknown.things]
    things = [column for column in columns if frozenset(words_of.tokens(column)) in goods]
    people = [
        column
        for column in columns
        if _WHOSE & set(words_of.tokens(column))
        or any(words_of.strength(column, kind) >= _SURE for kind in _WHERE)
    ]
    if len(things) < _GOODS or people or not table.frame.height:
        return False
    shown = ", ".join(f"'{column}'" for column in things[:3])
    table.warn(
        f"left out: a list of goods, by {shown}; set object: account in sot.yaml if they are customers"
    )
    _drop(table, pl.lit(True), f"a list of goods, by {shown}")
    return True


def leave_out_notes(tables: Sequence[Table]) -> None:
    """Leave out sheets of a few notes beside sheets with tables: no header of theirs names anything."""
    for table in tables:
        beside = [other for other in tables if other is not table and other.source.path == table.source.path]
        noted = (
            table.source.object == "account"
            and table.fields.keys() <= {"name"}
            and len(table.columns) <= _NOTES
            and table.frame.height <= _NOTED
            and table.source.confidence.get("name", 0.0) < _NOTES_SURE
            and table.rules is None
        )
        if noted and any(len(other.fields) > _NOTES and not other.source.error for other in beside):
            table.warn("left out: a few cells of text beside sheets with tables; is it a list of customers?")
            _drop(table, pl.lit(True), "notes, not a table")
            table.source.error = None
            table.source.records = 0


def leave_out_others(table: Table, guesser: Guesser) -> None:
    """Leave the rows out of a list of accounts that a column of kinds, or a supplier's number alone, tells apart."""
    if table.source.object != "account" or not table.frame.height:
        return
    _leave_out_contacts(table, guesser)
    _by_flags(table, guesser)
    if table.shape is not None:
        return
    for column in table.columns:
        kinds = _kinds(table, column)
        if kinds:
            cell = pl.col(column)
            _drop(table, cell.is_in(sorted(kinds)).fill_null(False), f"not a customer, by '{column}'")
            return
    if not _by_ledger(table):
        _by_numbers(table, guesser)


def leave_out_lists_of_others(tables: Sequence[Table]) -> None:
    """Leave out the lists that are called after suppliers or employees, beside one that is called after customers.

    The name of a list is what is written right above it, else that of its sheet, else of its file. Where no list is
    called after customers, suppliers may be what the person wants to compare.
    """
    lists = [
        table
        for table in tables
        if table.source.object == "account" and not table.source.error and table.frame.height
    ]
    called = [(table, *_called(table)) for table in lists]
    if not any(customers for _, customers, others in called if not others):
        return
    for table, customers, others in called:
        if others and not customers and table.settings.object is None:
            name = _title(table) or table.source.sheet or PurePath(table.source.path).name
            _drop(table, pl.lit(True), f"not customers, by the name of the list, '{name}'")
            table.source.records = 0


def _called(table: Table) -> tuple[bool, bool]:
    """Say whether the name of a list holds a word for customers, and one for other parties."""
    name = _title(table) or table.source.sheet or PurePath(table.source.path).stem
    # Codes of kinds (C, AP) are no names of lists, and a list of banks or insurances may be one of customers.
    firms = table.unknown.company_words
    called = {word for word in words(name) if len(word) >= _SHORTEST and word.removesuffix("s") not in firms}
    parties = table.unknown.parties
    return bool(called & said(parties["customer"])), bool(called & said(parties["other"]))


def _title(table: Table) -> str | None:
    """Give the few words right above a header that call the list after customers or other parties."""
    parties = table.unknown.parties
    listed = said(parties["customer"]) | said(parties["other"])
    titles = [text for text in table.above if len(words(text)) <= _TITLE and ":" not in text]
    return next(
        (text for text in titles if {word for word in words(text) if len(word) >= _SHORTEST} & listed), None
    )


def _by_ledger(table: Table) -> bool:
    """Tell customers by the numbers of a usual chart of accounts, where all of a column are such and of both kinds."""
    for chart in table.unknown.ledgers:
        for column in table.columns:
            if " ".join(words(column)) not in chart.headers:
                continue
            numbers = table.frame[column].drop_nulls().str.strip_chars()
            customers, others = (numbers.str.contains(pattern) for pattern in (chart.customers, chart.others))
            if customers.any() and others.any() and bool((customers | others).all()):
                _drop(table, pl.col(column).str.strip_chars().str.contains(chart.others).fill_null(False),
                      f"not a customer, by the number in '{column}'")  # fmt: skip
                if table.source.department == "unknown" and table.settings.department is None:
                    table.source.department = "finance"
                return True
    return False


def _kinds(table: Table, column: str) -> set[str]:
    """Give the values of a column that name other parties, where most values are known and some are customers."""
    values = table.frame[column].drop_nulls()
    if values.head(_LOOKED).n_unique() > _KINDS:
        return set()
    different = values.unique()
    if not 2 <= different.len() <= _KINDS:
        return set()
    parties = {meaning: said(listed) for meaning, listed in table.unknown.parties.items()}
    texts = {value: " ".join(words(value)) for value in different}
    customers = {value for value, text in texts.items() if text in parties["customer"]}
    others = {value for value, text in texts.items() if text in parties["other"]}
    known = int(values.is_in(sorted(customers | others)).sum())
    return others if customers and others and known >= _MOST * values.len() else set()


def _by_flags(table: Table, guesser: Guesser) -> None:
    """Leave out who is no customer by a column of yes and no (Is Customer, client), and a supplier by another one."""
    customer, supplier = (_flag(table, guesser, word) for word in ("customer", "supplier"))
    customer = customer or (_flag(table, guesser, "debtor") if supplier is not None else None)
    if customer is None or (
        supplier is None and frozenset(guesser.vocabulary.tokens(customer)) == {"customer", "rank"}
    ):
        return
    no = pl.col(customer).str.strip_chars().str.to_lowercase().is_in(table.unknown.no)
    if supplier is None:
        _drop(table, no.fill_null(False), f"not a customer, by '{customer}'")
        return
    _leave_out_staff(table, guesser)
    other = pl.col(supplier).str.strip_chars().str.to_lowercase()
    both = no.fill_null(True) & (~other.is_in(table.unknown.no)).fill_null(False)
    _drop(table, both, f"a supplier, by '{customer}' and '{supplier}'")
    if frozenset(guesser.vocabulary.tokens(customer)) != {"customer", "rank"}:
        no = pl.col(customer).str.strip_chars().str.to_lowercase().is_in(table.unknown.no)
        _drop(table, no.fill_null(False), f"not a customer, by '{customer}'")


def _leave_out_staff(table: Table, guesser: Guesser) -> None:
    column = _flag(table, guesser, "employee")
    if column is not None:
        staff = pl.col(column).str.strip_chars().str.to_lowercase().is_in(table.unknown.yes)
        _drop(table, staff.fill_null(False), f"an employee, by '{column}'")


def _flag(table: Table, guesser: Guesser, word: str) -> str | None:
    """Give the column that is called no more than a party and holds yes and no."""
    for column in table.columns:
        called = frozenset(guesser.vocabulary.tokens(column))
        if word in called and called <= {word, "is", "rank", "flag", "ist"}:
            values = table.frame[column].drop_nulls().str.strip_chars().str.to_lowercase().unique()
            ranks = "rank" in called and bool(values.str.contains(r"^\d+$").all())
            if values.len() and (ranks or bool(values.is_in([*table.unknown.no, *table.unknown.yes]).all())):
                return column
    return None


def _leave_out_contacts(table: Table, guesser: Guesser) -> None:
    """In a list of companies and persons, leave the persons out that belong to a company of the list.

    They name it, or they hold its id in a column that is called after a parent or a company.
    """
    if table.rules is not None and table.rules.department == "finance" and table.shape is not None:
        return  # Whoever has a number of his own in the books of a known program is a customer.
    kinds = kind_of_party(table.frame.select(table.columns), table.unknown)
    if kinds is None:
        return
    column, persons, companies = kinds
    firms = table.frame.filter(pl.col(column).is_in(companies))
    strength = guesser.vocabulary.strength
    names = [
        column
        for column in table.columns
        if strength(column, "a.name") >= _SURE and not is_flag(table.frame[column], table.unknown)
    ]
    links = [column for column in table.columns if max(strength(column, kind) for kind in _LINKS) >= _LINKED]
    if not firms.height or not names or not (links or guesser.is_beside_persons(table.columns)):
        return
    named = max(names, key=lambda column: (firms[column].count(), strength(column, "a.name")))
    listed = _different(firms[named])
    hits = [pl.col(column).str.strip_chars().is_in(listed.implode()) for column in names]
    ids = next(
        (column for column in table.columns if strength(column, "id") >= _SURE and column not in links), None
    )
    if ids is not None:
        hits += [pl.col(column).str.strip_chars().is_in(_different(firms[ids]).implode()) for column in links]
    contact = pl.col(column).is_in(persons) & pl.any_horizontal([hit.fill_null(False) for hit in hits])
    _drop(table, contact.fill_null(False), f"a contact of a company in the list, by '{column}'")


def _different(cells: pl.Series) -> pl.Series:
    return cells.drop_nulls().str.strip_chars().unique()


def _by_numbers(table: Table, guesser: Guesser) -> None:
    """Where customers and suppliers have numbers of their own, who has only the one of suppliers is none."""
    tokens = {name: frozenset(guesser.vocabulary.tokens(name)) - _ROLES for name in table.columns}
    customer = next((name for name, called in tokens.items() if called == _CUSTOMER), None)
    supplier = next((name for name, called in tokens.items() if called == _SUPPLIER), None)
    if customer and supplier:
        empty = pl.col(customer).str.strip_chars().fill_null("") == ""
        numbered = pl.col(supplier).str.strip_chars().fill_null("") != ""
        _drop(table, empty & numbered, f"a supplier, by '{supplier}'")


def _drop(table: Table, gone: pl.Expr, reason: str) -> None:
    kept = table.frame.filter(~gone)
    table.skip(reason, table.frame.height - kept.height)
    table.frame = kept
