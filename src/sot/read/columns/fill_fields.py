"""Fields of documents that another one stands for where a table has no column of their own."""

from __future__ import annotations

import re

import polars as pl

from sot.read.columns.cell_patterns import sample_of, share
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import Recipe, words
from sot.read.columns.table import Table

_STAND_IN = (
    ("project", "date", "start_date"),
    ("project", "planned_end_date", "due_date"),
    ("project", "due_date", "planned_end_date"),
    ("invoice", "date", "created_date"),
    ("payment", "date", "created_date"),
    ("deal", "date", "due_date"),
    ("deal", "date", "end_date"),
    ("invoice", "amount", "net_amount"),
    ("payment", "amount", "net_amount"),
    ("project", "amount", "net_amount"),
    ("deal", "amount", "net_amount"),
)
"""Object, field, and the field whose column it takes."""
_ACCOUNT_CODE = r"^\p{Lu}{0,4}[-_./ ]?\d[-_./\d]{2,}$"
_TEXT = r"\p{L}{2}"
_CALLED = (("description",), ("denomination",), ("title",), ("details",), ("account", "description"))
"""A column that may be a name, where the one that is called so has codes."""
_FEW, _EACH = 3, 0.9
_SURE = 0.8
"""A date that no more than part of a header names ("Refunded date") gives way to the day of entry."""


_OF_THE_BANK = ("open_amount", "paid_amount", "doc_type", "status", "number")
"""What such columns of a bank's list say is of the account and the way of paying, not of a customer."""
_CODE = r"^[\d\s./-]*$"
_LEDGERS, _TWICE, _LOOKED = 3, 2, 1000

_PERSONS = (("contact",), ("contact", "name"), ("contact", "person"), ("person", "contact"))
"""What the person is called who stands for a company."""


def forget_the_banks(table: Table) -> None:
    """Drop the balance and the kind of booking of a bank's list, and its own account where a customer should be."""
    if not table.moves:
        return
    for name in _OF_THE_BANK:
        if name not in table.settings.fields:
            table.fields.pop(name, None)
    owner = table.fields.get("account_name")
    if owner is not None:
        cells = table.frame.select(owner.expression().alias("name"))["name"].drop_nulls()
        if cells.len() and bool(cells.str.contains(_CODE).all()):
            del table.fields["account_name"]


def forget_shared_ids(table: Table) -> None:
    """Drop the id of the customer where a few stand beside many names: the account of the ledger that is posted to."""
    fields = table.fields
    if table.shape is not None or not {"account_id", "account_name"} <= fields.keys():
        return
    if "account_id" in table.settings.fields or not table.is_document:
        return
    pairs = table.frame.select(
        id=fields["account_id"].expression(), name=fields["account_name"].expression()
    ).drop_nulls()
    begins = {" ".join(words(name)[:1]) for name in pairs["name"].unique().head(_LOOKED)}
    ids = pairs["id"].n_unique()
    if 0 < ids <= _LEDGERS and len(begins) >= _TWICE * ids:
        table.warn(
            f"'{fields['account_id']}' is the same for different customers, so it is not used as their id"
        )
        del fields["account_id"]


def forget_changing_ids(table: Table) -> None:
    """Drop the id of the rows of a report where it differs for one customer: it counts orders or such."""
    name = table.fields.get("name")
    if (
        table.source.object != "bi_table"
        or table.shape is not None
        or table.record_id is None
        or name is None
    ):
        return
    rows = table.frame.select(name=name.expression(), id=pl.col(table.record_id)).drop_nulls().unique()
    if rows["name"].n_unique() < rows.height and table.settings.record_id is None:
        table.record_id = table.source.record_id = None


def fill_fields(table: Table) -> None:
    """Let fields stand in for those that are missing; the expected closing day of a deal for one that is open."""
    fields, confidence = table.fields, table.source.confidence
    for kind, name, other in _STAND_IN:
        if table.source.object == kind and name not in fields and other in fields:
            fields[name] = fields[other]
            confidence[name] = confidence.get(other, 1.0)
    if table.source.object == "project" and "name" not in fields and "order_ref" in fields:
        fields["name"] = fields.pop("order_ref")
        confidence["name"] = confidence.pop("order_ref", 1.0)
    named = confidence.get("date", 1.0)
    if table.source.object in ("invoice", "payment") and named < _SURE < confidence.get("created_date", 0.0):
        fields["date"] = fields["created_date"]
    if table.source.object == "deal" and "due_date" in fields and "date" in fields:
        closed, expected = fields["date"], fields["due_date"]
        if closed.how != "all" and not set(expected.columns) & set(closed.columns):
            fields["date"] = Recipe((*closed.columns, *expected.columns), "first")


_WITH_TAX = frozenset(("incl", "gross", "ttc", "vat"))
_PLAIN = (("amount",), ("total",), ("value",), ("amount", "line1"))
_AMOUNTS, _NAMES = 0.9, 0.8
_PERSON = r"^\p{Lu}[\p{L}.'’-]*(?: (?:\p{Lu}[\p{L}.'’-]*|d[aei]|van|von|de la))+$"
"""A first and a last name, each with a large letter; what a bill is called has hardly any."""


def take_plain_net(table: Table, free: list[str], vocabulary: Vocabulary) -> None:
    """Take the plain amount beside one with tax for the net one, where it is the smaller one in every row."""
    gross = table.fields.get("amount")
    if (
        table.source.object != "invoice"
        or gross is None
        or "net_amount" in table.fields
        or len(gross.columns) > 1
    ):
        return
    if not _WITH_TAX & set(vocabulary.tokens(gross.columns[0])):
        return
    for column in free:
        if (
            vocabulary.tokens(column) in _PLAIN
            and share(sample_of(table.frame, column), "amount") >= _AMOUNTS
        ):
            less, more = (_digits(name) for name in (column, gross.columns[0]))
            if table.frame.select((less <= more).fill_null(True).all()).item():
                table.fields["net_amount"] = Recipe((column,))
                table.source.confidence["net_amount"] = _SURE
            return


def _digits(column: str) -> pl.Expr:
    return (
        pl.col(column)
        .str.replace_all(r"[^\d.,]", "")
        .str.replace_all(r"[.,](\d{1,2})$", "p$1")
        .str.replace_all(r"[.,]", "")
        .str.replace("p", ".", literal=True)
        .cast(pl.Float64, strict=False)
    )


def names_beside_codes(table: Table, free: list[str], vocabulary: Vocabulary) -> None:
    """Let codes in a column called after an account be ids, where another column has a name for each of them."""
    name = table.fields.get("name")
    if name is None or len(name.columns) > 1 or table.record_id is not None:
        return
    figures = table.source.object == "bi_table"
    codes = table.frame[name.columns[0]]
    whole = not codes.null_count() and codes.len() >= _FEW and (figures or codes.n_unique() == codes.len())
    if table.source.object not in ("account", "bi_table") or not whole:
        return
    if not codes.str.contains(_ACCOUNT_CODE).all():
        return
    # SAP BW writes the text of a code in a column of its own behind it, under no name.
    at = table.columns.index(name.columns[0])
    behind = [each for each in table.columns[at + 1 : at + 2] if re.fullmatch(r"column \d+", each)]
    for column in (each for each in free if each in behind or vocabulary.tokens(each) in _CALLED):
        if table.frame[column].str.contains(_TEXT).sum() >= _EACH * codes.len():
            table.fields["name"] = Recipe((column,))
            table.record_id = table.source.record_id = name.columns[0]
            table.source.confidence["name"] = _SURE
            return


def fill_names(table: Table, free: list[str], vocabulary: Vocabulary) -> None:
    """Fill the gaps of a column of legal names from one of plain names, which is the trade name where both are.

    A trade name is the name where there is no other.
    """
    if table.source.object == "account" and "name" not in table.fields and "trade_name" in table.fields:
        table.fields["name"] = table.fields.pop("trade_name")
        table.source.confidence["name"] = table.source.confidence.pop("trade_name", _SURE)
    name = table.fields.get("name")
    if table.source.object != "account" or name is None or len(name.columns) > 1:
        return
    cells, trade = table.frame[name.columns[0]], table.fields.get("trade_name")
    if trade is not None and trade.columns != name.columns:
        # Who has no legal name in the list goes by the one that he trades under.
        if table.frame.select((cells.is_null() & trade.expression().is_not_null()).any()).item():
            table.fields["name"] = Recipe((*name.columns, *trade.columns), "first")
        return
    other = next(
        (column for column in free if vocabulary.tokens(column) in (("name",), ("customer", "name"))), None
    )
    if other is None and cells.null_count():
        # Whoever has no company goes by the name of the person.
        other = next((column for column in free if vocabulary.tokens(column) in _PERSONS), None)
        if other is not None and table.frame.filter(cells.is_null())[other].count():
            table.fields["name"] = Recipe((*name.columns, other), "first")
        return
    if other is None or vocabulary.strength(other, "a.name") < _NAMES:
        return
    # Last names of persons stand in a column called Name too; they are put together with the first ones.
    if any(vocabulary.holds(column, ("first name", "given name")) for column in table.columns):
        return
    gaps = table.frame.filter(cells.is_null())[other]
    if gaps.count():
        table.fields["name"] = Recipe((*name.columns, other), "first")
    if (gaps.count() or not cells.null_count()) and "trade_name" not in table.fields:
        table.fields["trade_name"] = Recipe((other,))
        table.source.confidence["trade_name"] = _SURE


def prefer_companies(table: Table, free: list[str], vocabulary: Vocabulary) -> None:
    """Let the company of an invoice or payment stand before the person who is its customer by name."""
    owner = table.fields.get("account_name")
    if table.source.object not in ("invoice", "payment") or owner is None or len(owner.columns) > 1:
        return
    if "company" in vocabulary.tokens(owner.columns[0]):
        # Whoever has no company goes by a name of his own.
        own = next((column for column in free if vocabulary.tokens(column) == ("name",)), None)
        gaps = table.frame.filter(pl.col(owner.columns[0]).is_null())
        persons = gaps[own].drop_nulls().str.strip_chars().str.contains(_PERSON) if own is not None else None
        if own is not None and persons is not None and persons.len() and bool(persons.all()):
            table.fields["account_name"] = Recipe((*owner.columns, own), "first")
        return
    if vocabulary.tokens(owner.columns[0]) not in (
        ("customer", "name"),
        ("customer",),
        ("contact", "name"),
        ("name",),
    ):
        return
    for column in free:
        tokens = vocabulary.tokens(column)
        called = tokens[1:] if tokens[:1] == ("customer",) else tokens
        if called not in (("company", "name"), ("company",), ("organization", "name")):
            continue
        beside = table.frame.select(own=pl.col(owner.columns[0]), firm=pl.col(column)).unique()
        firms = beside["firm"].drop_nulls()
        several = firms.n_unique() > 1 and beside["own"].drop_nulls().n_unique() >= beside.drop_nulls().height
        if several and share(sample_of(table.frame, column), "code") < _AMOUNTS:
            table.fields["account_name"] = Recipe((column, *owner.columns), "first")
        return
