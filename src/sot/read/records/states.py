"""The canonical hand-off status of a document: by the rules of its system, by words, else by what is still open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import polars as pl

from sot.read.columns.headers import INNER, words
from sot.read.columns.phrase_book import PhraseBook, states_of
from sot.read.columns.table import Table

_CENT = 0.005
_FEW_STATES, _GAPS, _HALF = 8, 0.1, 0.5
_PERCENT = r"^(\d{1,3}(?:[.,]\d+)?)\s?%?$"
_DECIDED = ("deal_won", "deal_lost")
_STATED = ("deal", "project", "invoice")
_PAID, _ENDED = "invoice_paid", ("invoice_void", "invoice_draft")


def stated(table: Table, built: pl.DataFrame) -> pl.Series:
    """Give the state of every row as the system's rules and the words of its status tell it."""
    by_rule = []
    for rule in table.shape.states if table.shape else ():
        column = table.column(rule.column)
        if column is not None:
            cell = pl.col(column).str.strip_chars().str.to_lowercase()
            any_text = "*" in rule.values
            hit = cell.is_not_null() if any_text else cell.is_in([value.lower() for value in rule.values])
            by_rule.append(pl.when(hit).then(pl.lit(rule.state)))
    name = f"{INNER}state"
    ruled = table.frame.select(pl.coalesce(*by_rule, pl.lit(None, dtype=pl.String)).alias(name))[name]
    state = pl.select(pl.coalesce(ruled, _by_words(table, built)).alias("state"))["state"]
    payment = pl.Series(built["object"] == "payment")
    return state.set(payment, "payment")


def _by_words(table: Table, built: pl.DataFrame) -> pl.Series:
    kind = "invoice" if table.source.object == "payment" else table.source.object
    read = pl.Series("state", [None] * built.height, dtype=pl.String)
    if kind not in _STATED:
        return read
    book = states_of(table.unknown, kind)
    if kind == "invoice":
        read = _flagged(table)
    for name in _said_in(built.columns):
        read = pl.select(pl.coalesce(read, book.column(built[name])).alias("state"))["state"]
    if not read.count() and not _said_in(built.columns) and table.source.sheet:
        # A workbook may have a sheet for what runs, and another one for what is done.
        read = pl.Series("state", [book.meaning(table.source.sheet)] * built.height, dtype=pl.String)
    if kind == "deal" and not set(_DECIDED) <= set(read.unique()):
        read = _by_ends(table, read, book)
    if kind == "deal" and "status" in built.columns:
        return _by_chance(table, read, built["status"])
    return _beside(table, read, book) if kind == "invoice" else read


def _by_ends(table: Table, read: pl.Series, book: PhraseBook) -> pl.Series:
    """Let another column say which deals are won and lost, where the one of stages does not know both."""
    for column in table.columns:
        cells = table.frame[column]
        different = cells.drop_nulls().unique()
        if column in table.taken or not 1 < different.len() <= _FEW_STATES:
            continue
        states = book.column(cells)
        if states.count() == cells.count() and set(_DECIDED) <= set(states.unique()):
            table.within.add(column)
            return pl.select(pl.coalesce(states, read).alias("state"))["state"]
    return read


def _by_chance(table: Table, read: pl.Series, status: pl.Series) -> pl.Series:
    """Let the probability of winning tell what a state in an unknown language says: 100 % is won, 0 % is lost."""
    if not (read.is_null() & status.is_not_null()).any():
        return read
    for column in table.columns:
        if column in table.taken:
            continue
        cells = table.frame[column].str.strip_chars()
        plain = cells.str.extract(_PERCENT, 1).str.replace(",", ".").cast(pl.Float64, strict=False)
        signed = "%" in column or bool(cells.str.ends_with("%").any())
        within = plain.count() == cells.count() > 0 and bool(plain.is_between(0, 100).all())
        if not (signed and within and bool((plain == 0).any()) and bool((plain == 100).any())):
            continue
        table.within.add(column)
        each = pl.DataFrame({"read": read, "status": status, "chance": plain}).with_columns(
            least=pl.col("chance").min().over("status"), most=pl.col("chance").max().over("status")
        )
        between = (pl.col("least") > 0) & (pl.col("most") < 100)
        says = (
            pl.when(pl.col("least") == 100).then(pl.lit("deal_won"))
            .when(pl.col("most") == 0).then(pl.lit("deal_lost"))
            .when(between).then(pl.lit("deal_open"))
        )  # fmt: skip
        whole = pl.coalesce("read", pl.when(pl.col("status").is_not_null()).then(says)).alias("state")
        return each.select(whole)["state"]
    return read


def _beside(table: Table, read: pl.Series, book: PhraseBook) -> pl.Series:
    """Let a second column of states speak: one says what became of the document, the other whether it is paid."""
    for column in table.columns:
        if column in table.taken:
            continue
        cells = table.frame[column]
        different = cells.drop_nulls().unique()
        if not 1 < different.len() <= _FEW_STATES or cells.null_count() > _GAPS * cells.len():
            continue
        states = book.column(cells)
        if states.count() < cells.count():
            continue
        table.within.add(column)
        # What is void or a draft is so whatever is paid of it; paid is more than sent.
        ends = pl.coalesce(pl.when(states.is_in(_ENDED)).then(states), pl.when(read.is_in(_ENDED)).then(read))
        paid = pl.when((states == _PAID) | (read == _PAID)).then(pl.lit(_PAID))
        read = pl.select(pl.coalesce(ends, paid, read, states).alias("state"))["state"]
    return read


def _flagged(table: Table) -> pl.Series:
    """Give the states that columns of yes and no tell, called no more than paid or void (Bezahlt, Storniert)."""
    yes, no = table.unknown.yes, table.unknown.no
    void = dict.fromkeys(yes, "invoice_void")
    paid = {**dict.fromkeys(yes, "invoice_paid"), **dict.fromkeys(no, "invoice_open")}
    states = [_by_flag(table, "invoice_void", void), _by_flag(table, "invoice_paid", paid)]
    return pl.select(pl.coalesce(*states).alias("state"))["state"]


def _by_flag(table: Table, state: Literal["invoice_void", "invoice_paid"], says: dict[str, str]) -> pl.Series:
    called = {" ".join(words(phrase)) for phrase in table.unknown.states[state]}
    known = [*table.unknown.yes, *table.unknown.no]
    for column in table.columns:
        if " ".join(words(column)) in called and column not in table.taken:
            cells = table.frame[column].str.strip_chars().str.to_lowercase()
            if cells.count() and bool(cells.drop_nulls().is_in(known).all()):
                table.within.add(column)
                state_of = cells.replace_strict(says, default=None, return_dtype=pl.String).alias("state")
                # A mark in some rows and nothing in the others: what is not marked is not paid.
                marked = says.get(table.unknown.no[0]) if not cells.is_in(table.unknown.no).any() else None
                return state_of.fill_null(marked) if marked else state_of
    return pl.Series("state", [None] * table.frame.height, dtype=pl.String)


def _said_in(columns: Iterable[str]) -> list[str]:
    return [name for name in ("status", "doc_type") if name in columns]


def settle(built: pl.DataFrame) -> pl.DataFrame:
    """Where no word tells the state of an invoice, what is open or paid of it does, and when it was paid."""
    amounts = {name: _amount(built, name) for name in ("amount_value", "open_amount_value", "paid_value")}
    total, rest, paid = (amounts[name].abs() for name in amounts)
    left: pl.Expr = (
        pl.when(rest < _CENT).then(pl.lit("invoice_paid"))
        .when(rest.is_not_null()).then(pl.lit("invoice_open"))
        .when((paid >= total - _CENT) & (total > 0)).then(pl.lit("invoice_paid"))
        .when(paid.is_not_null() & total.is_not_null()).then(pl.lit("invoice_open"))
    )  # fmt: skip
    if "ended_on" in built.columns:
        ended = pl.col("ended_on").is_not_null()
        left = pl.coalesce(left, pl.when(ended).then(pl.lit("invoice_paid")))
        # Where most invoices have the day of their payment, one without it is not paid.
        listed = pl.col("object") == "invoice"
        if bool(built.select((ended & listed).sum() > _HALF * listed.sum()).item()):
            left = pl.coalesce(left, pl.lit("invoice_open"))
    # "Approved" and "sent" say nothing of the money: where nothing is left to pay, it was paid.
    nothing = (pl.col("state") == "invoice_open") & (rest < _CENT) & (total > _CENT)
    settled = pl.when(nothing.fill_null(False)).then(pl.lit("invoice_paid")).otherwise("state")
    state = pl.when(pl.col("object") == "invoice").then(pl.coalesce(settled, left)).otherwise("state")
    return built.with_columns(state.alias("state"))


def _amount(built: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in built.columns else pl.lit(None, dtype=pl.Float64)
