"""Journals of postings: rows on the account of a customer become invoices, credit notes, payments and refunds."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from sot.read.columns.headers import INNER, ROW, Recipe
from sot.read.columns.table import Table
from sot.read.records.dates_and_amounts import amounts, decimal_mark
from sot.rules.postings import Postings

_FIELDS = ("account_id", "account_name", "amount", "doc_type", "date", "due_date", "number", "invoice_ref", "memo",
           "reference", "currency")  # fmt: skip
_YEAR = re.compile(r"^(?:19|20)\d{6}$")
_BILLED = ["invoice", "credit_note"]
_NOBODY = "a posting that is not on a customer account"
_WORDS = {"invoice": "invoice", "credit_note": "credit note", "payment": "payment", "refund": "refund"}


def take_postings(table: Table, titles: Sequence[Sequence[str]]) -> bool:
    """Turn the rows of a journal into documents of customers; false where the table is no journal."""
    rules = table.shape.postings if table.shape else None
    if rules is None or not table.frame.height:
        return False
    frame = _sides(table, rules)
    kept = frame.filter(pl.col("#owner").is_not_null() & (pl.col("#value") != 0))
    table.skip(_NOBODY, frame.height - kept.height)
    kept = _dated(kept, table, rules, titles)
    lines = kept.height
    kept = _whole(kept)
    table.skip("further row of the same invoice", lines - kept.height)
    made = {
        "account_id": pl.col("#owner"),
        "account_name": _cell(table, rules.sub_name),
        "amount": pl.col("#value").round(2).cast(pl.String),
        "doc_type": pl.col("#type").replace_strict(_WORDS, return_dtype=pl.String),
        "date": pl.col("#day"),
        "due_date": pl.col("#due"),
        "number": pl.when(pl.col("#type").is_in(_BILLED)).then("#number").otherwise(_named()),
        "invoice_ref": pl.when(pl.col("#type").is_in(["payment", "refund"])).then("#number"),
        "memo": _cell(table, rules.text),
        "reference": _lettered(table, rules),
        "currency": _cell(table, rules.currency),
    }
    kept = kept.with_columns(value.alias(f"{INNER}{name}") for name, value in made.items())
    table.frame = kept.drop(
        [column for column in kept.columns if column.startswith("#") and not _own(column)]
    )
    for name in _FIELDS:
        if table.frame[f"{INNER}{name}"].count():
            table.fields[name] = Recipe((f"{INNER}{name}",))
    return True


def _named() -> pl.Expr:
    """Name a payment, which has no number in a journal: by its day, its customer and its place that day."""
    day = pl.col("#day").fill_null("").str.replace_all("-", "")
    place = pl.int_range(1, pl.len() + 1).over("#type", "#day", "#owner").cast(pl.String)
    return pl.concat_str(day, pl.lit("/"), pl.col("#owner"), pl.lit("/"), place)


def _own(column: str) -> bool:
    return column == ROW or column.startswith(INNER)


def _cell(table: Table, header: str | None) -> pl.Expr:
    column = table.column(header) if header else None
    return pl.lit(None, dtype=pl.String) if column is None else pl.col(column)


def _number(table: Table, header: str | None) -> pl.Expr:
    column = table.column(header) if header else None
    if column is None:
        return pl.lit(0.0)
    values = table.frame[column].drop_nulls().unique()
    mark = decimal_mark(values)
    usual = table.rules.decimal if table.rules else None
    return amounts(column, values, usual if mark in (None, "both") else mark).expression.fill_null(0.0)


def _sides(table: Table, rules: Postings) -> pl.DataFrame:
    """Give each row its customer, its amount, and what it is by the side and the account on the other side."""
    account, counter = _cell(table, rules.account), _cell(table, rules.counter)
    mine = account.str.contains(rules.customers).fill_null(False)
    theirs = counter.str.contains(rules.customers).fill_null(False)
    if rules.side is not None:
        on_debit = (
            _cell(table, rules.side).str.strip_chars().str.to_lowercase().is_in(table.unknown.sides["debit"])
        )
        value, debit = _number(table, rules.amount), pl.when(mine).then(on_debit).otherwise(~on_debit)
    else:
        signed = _number(table, rules.debit) - _number(table, rules.credit)
        value, debit = signed.abs(), signed > 0
    owner = (
        pl.when(mine).then(pl.coalesce(_cell(table, rules.sub_account), account)).when(theirs).then(counter)
    )
    other = pl.when(mine).then(counter).otherwise(account)
    paid = other.str.contains(rules.money).fill_null(False)
    if rules.entry is not None:
        # The other side is another row of the same booking.
        banked = account.str.contains(rules.money).fill_null(False) & ~mine
        paid = banked.any().over(_cell(table, rules.entry))
    kind = (
        pl.when(debit & ~paid).then(pl.lit("invoice"))
        .when(debit).then(pl.lit("refund"))
        .when(paid).then(pl.lit("payment"))
        .otherwise(pl.lit("credit_note"))
    )  # fmt: skip
    number = _cell(table, rules.number).str.strip_chars()
    return table.frame.with_columns(
        owner.str.strip_chars().alias("#owner"), value.abs().alias("#value"), kind.alias("#type"),
        number.alias("#number"),
    )  # fmt: skip


def _dated(
    frame: pl.DataFrame, table: Table, rules: Postings, titles: Sequence[Sequence[str]]
) -> pl.DataFrame:
    """Give the days: those without a year are of the year that the line above the header names."""
    written = _cell(table, rules.date).str.strip_chars()
    due = _cell(table, rules.due_date).str.strip_chars()
    short = due.str.extract(r"^(\d{6})$", 1)
    # Another number may stand in the field for the day on which an amount is due.
    stated = short.str.to_date("%d%m%y", strict=False)
    if not rules.day_and_month:
        return frame.with_columns(written.alias("#day"), stated.cast(pl.String).alias("#due"))
    starts = [cell for row in titles for cell in row if _YEAR.match(cell.strip())]
    first = starts[0].strip() if starts else None
    if first is None:
        return frame.with_columns(
            pl.lit(None, dtype=pl.String).alias("#day"), stated.cast(pl.String).alias("#due")
        )
    digits = written.str.zfill(4)
    month = digits.str.slice(2, 2)
    year = pl.when(month.cast(pl.Int32, strict=False) < int(first[4:6])).then(int(first[:4]) + 1)
    day = pl.concat_str(
        year.otherwise(int(first[:4])).cast(pl.String), month, digits.str.slice(0, 2), separator="-"
    )
    return frame.with_columns(day.alias("#day"), stated.cast(pl.String).alias("#due"))


def _whole(frame: pl.DataFrame) -> pl.DataFrame:
    """Put the lines of one invoice or credit note together, which a journal books on several accounts."""
    keys = ["#owner", "#type", "#number"]
    billed = pl.col("#type").is_in(_BILLED) & pl.col("#number").is_not_null()
    lines, rest = frame.filter(billed), frame.filter(~billed)
    whole = lines.with_columns(pl.col("#value").sum().round(2).over(keys)).unique(
        keys, keep="first", maintain_order=True
    )
    return pl.concat([whole, rest]).sort(ROW)


def _lettered(table: Table, rules: Postings) -> pl.Expr:
    """Give the mark that a customer's invoices and their payments share; other customers have the same marks."""
    if rules.letter is None or table.column(rules.letter) is None:
        return pl.lit(None, dtype=pl.String)
    letter = _cell(table, rules.letter).str.strip_chars()
    return pl.when(letter != "").then(pl.concat_str(pl.col("#owner"), letter, separator=" "))
