"""Invoice, credit note, deposit, payment or refund: by a column of types, else by the sign of the amount."""

from __future__ import annotations

from pathlib import PurePath

import polars as pl

from sot.read.columns.headers import INNER, words
from sot.read.columns.payments_without_money import returned, sent_back
from sot.read.columns.phrase_book import types_of
from sot.read.columns.table import Table
from sot.read.columns.two_parties import OUT
from sot.read.records.account_sides import on_side

TYPED = ("invoice", "payment")
"""Tables whose rows have a type."""
_TYPE, _SAID = f"{INNER}type", f"{INNER}said"
_MOST = 0.5
"""A column tells types if this share of its filled cells is known as such."""
_INCOME = "income"
_MONEY = ("deposit", "payment", "refund")
_PREFIX = r"^(\p{L}{2,5})[ ./_-]?\d"
"""What stands before the number of a document of one type."""
_NEGATIVE = r"^\s*(?:-|\()\D{0,4}\d|\d-\s*$"
_LEFT_OUT = {
    "supplier": "from or to a supplier, not a customer",
    "other": "neither an invoice nor a payment",
}


def take_types(table: Table) -> None:
    """Work out the type of every row of an invoice or payment list; leave out the rows that are of neither."""
    if table.source.object not in TYPED:
        return
    _leave_out_paid(table)
    types = _by_column(table)
    gone = returned(table)
    if gone is not None:
        types = types.zip_with(~gone, pl.Series(["refund"] * types.len()))
    table.frame = table.frame.with_columns(types.alias(_TYPE))
    for word, reason in _LEFT_OUT.items():
        kept = table.frame.filter(pl.col(_TYPE).ne_missing(pl.lit(word)))
        where = f", by '{table.fields['doc_type']}'" if "doc_type" in table.fields else ""
        table.skip(f"{reason}{where}", table.frame.height - kept.height)
        table.frame = kept


def _leave_out_paid(table: Table) -> None:
    """Leave the rows of a bank account out that are no money that came in, or went back to whom it came from."""
    amount = table.fields.get("amount")
    if table.moves and amount is not None:
        amounts = table.frame.select(amount.expression().cast(pl.String)).to_series()
        out = ~(~amounts.str.contains(_NEGATIVE)).fill_null(False)
        side = on_side(table, amount.columns[0], "debit")
        out = out if side is None else out | side
        kept = table.frame.filter(~out | sent_back(table, amounts, out))
        table.skip(OUT, table.frame.height - kept.height)
        table.frame = kept


def with_types(table: Table, built: pl.DataFrame) -> pl.DataFrame:
    """Give `built` with document_type, and with the object that each row stands for by its type."""
    own = table.source.object
    if own not in TYPED:
        return built.with_columns(pl.lit(None, dtype=pl.String).alias("document_type"))
    types = pl.Series(_SAID, table.frame[_TYPE])
    typed = built.with_columns(types, _by_sign(built, own).alias(_TYPE))
    kind = pl.coalesce(_SAID, _TYPE)
    money = pl.col(_SAID).is_in(_MONEY)
    object_ = pl.when(pl.col(_SAID).is_null()).then(pl.lit(own)).when(money).then(pl.lit("payment"))
    return typed.with_columns(
        pl.when(kind == "deposit_invoice").then(pl.lit("deposit")).otherwise(kind).alias("document_type"),
        object_.otherwise(pl.lit("invoice")).alias("object"),
    ).drop(_SAID, _TYPE)


def _by_column(table: Table) -> pl.Series:
    rules = table.shape.types if table.shape else table.types
    by_rule = []
    for rule in rules:
        column = table.column(rule.column)
        if column is not None:
            cell = pl.col(column).str.strip_chars().str.to_lowercase()
            by_rule.append(
                pl.when(cell.is_in([value.lower() for value in rule.values])).then(pl.lit(rule.type))
            )
    types = pl.Series([None] * table.frame.height, dtype=pl.String)
    if "doc_type" in table.fields:
        cells = table.frame.select(table.fields["doc_type"].expression().str.strip_chars().alias(_SAID))[
            _SAID
        ]
        read = types_of(table.unknown).column(cells)
        known = read.count() >= _MOST * max(cells.count(), 1)
        # Whatever else a payment service calls what it took in, the rows that say so were paid back.
        some = ["refund"] if table.source.object == "payment" else []
        types = read if by_rule or known else read.set(~read.is_in(some).fill_null(False), None)
        types = types.set((types == _INCOME).fill_null(False), None)
    if not by_rule and "doc_type" not in table.fields:
        credited = _of_credit_notes(table)
        types = (
            pl.Series(["credit_note"] * table.frame.height, dtype=pl.String)
            if credited
            else _by_numbers(table)
        )
    if not by_rule:
        return types
    return table.frame.select(pl.coalesce(*by_rule, types).alias(_TYPE))[_TYPE]


def _by_numbers(table: Table) -> pl.Series:
    """Tell credit notes by the code before their numbers, where another one says that it is of invoices: FT 1, NC 1."""
    none = pl.Series([None] * table.frame.height, dtype=pl.String)
    number = table.fields["number"].columns[0] if "number" in table.fields else table.record_id
    if number is None or table.source.object != "invoice":
        return none
    codes = table.frame[number].str.strip_chars().str.extract(_PREFIX, 1)
    meanings = {code: types_of(table.unknown).meaning(code) for code in codes.drop_nulls().unique().sort()}
    if not {"invoice", "credit_note"} <= set(meanings.values()):
        return none
    credited = [code for code, meaning in meanings.items() if meaning == "credit_note"]
    return none.zip_with(~codes.is_in(credited).fill_null(False), pl.Series(["credit_note"] * none.len()))


def _of_credit_notes(table: Table) -> bool:
    """Tell a list of nothing but credit notes: the number of each row, or the file, is called after credit notes."""
    numbers = [*table.fields["number"].columns] if "number" in table.fields else []
    numbers += [table.record_id] if table.record_id is not None else []
    meanings = {types_of(table.unknown).meaning(column) for column in numbers}
    return ("credit_note" in meanings and "invoice" not in meanings) or _file_says_so(table)


def _file_says_so(table: Table) -> bool:
    parts = (PurePath(table.source.path).stem, table.source.sheet or "")
    called = [word.removesuffix("s") for part in parts for word in words(part)]
    meaning = types_of(table.unknown).meaning
    return meaning(" ".join(called)) == "credit_note" and "invoice" not in {meaning(word) for word in called}


def _by_sign(built: pl.DataFrame, own: str) -> pl.Expr:
    """A negative invoice is a credit note; of payments, those of the rarer sign are paid back."""
    if "amount_value" not in built.columns:
        return pl.lit(own)
    amount = pl.col("amount_value")
    if own == "invoice":
        return pl.when(amount < 0).then(pl.lit("credit_note")).otherwise(pl.lit("invoice"))
    values = built["amount_value"]
    usual = -1 if int((values < 0).sum()) > int((values > 0).sum()) else 1
    return pl.when(amount * usual < 0).then(pl.lit("refund")).otherwise(pl.lit("payment"))
