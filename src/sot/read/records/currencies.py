"""The currency of a row as its code: from its own column, else from the cells of its amount, else from their header."""

from __future__ import annotations

import re

import polars as pl

from sot.read.columns.phrase_book import PhraseBook
from sot.read.columns.table import Table

_CODE = r"(?:^|[^\p{L}])(\p{Lu}{3})(?:[^\p{L}]|$)"
_SIGN = r"([^\d\s.,'’()+-][^\d\s.,'’()+-]*)"
_OF_ACCOUNTS = ("balance", "revenue")
_BESIDE = ("amount", "net_amount", "open_amount", "paid_amount")


def with_currency(table: Table, built: pl.DataFrame) -> pl.DataFrame:
    """Give `built` with currencies as codes: EUR for "Euro - EUR", USD for "US Dollar", GBP for £ 12.00."""
    names = table.unknown.currencies
    book = PhraseBook({code: (code, *phrases) for code, phrases in names.items()})
    signs = {phrase: code for code, listed in names.items() for phrase in listed if not phrase.isalnum()}
    if "currency" in built.columns:
        cells = built["currency"].str.strip_chars()
        texts = cells.drop_nulls().unique()
        codes = pl.Series([_code(text, book, signs) or text for text in texts], dtype=pl.String)
        currency = cells.replace_strict(texts, codes, default=None, return_dtype=pl.String)
    else:
        currency = pl.Series([None] * built.height, dtype=pl.String)
    for name in _BESIDE:
        if name in built.columns and currency.null_count():
            currency = pl.select(pl.coalesce(currency, _beside(built[name], book, signs)).alias("c"))["c"]
    if currency.null_count() and (named := in_headers(table)):
        currency = currency.fill_null(named)
    return built.with_columns(currency.alias("currency"))


def in_headers(table: Table) -> str | None:
    """Give the currency that the headers of the amounts name ("Balance (USD)", "Saldo EUR"), if they name one only."""
    names = table.unknown.currencies
    signs = {phrase: code for code, listed in names.items() for phrase in listed if not phrase.isalnum()}
    codes = set()
    for name in (*_BESIDE, *_OF_ACCOUNTS):
        for column in table.fields[name].columns if name in table.fields else ():
            words = re.findall(r"[^\W\d_]+|[^\w\s]", column)
            codes |= {word for word in words if word in names} | {
                signs[sign] for sign in words if sign in signs
            }
    return codes.pop() if len(codes) == 1 else None


def _beside(cells: pl.Series, book: PhraseBook, signs: dict[str, str]) -> pl.Series:
    """Give the currency that stands in the cells of an amount, null where there is none."""
    beside = cells.str.extract(_SIGN, 1)
    texts = beside.drop_nulls().unique()
    codes = pl.Series([_code(text, book, signs) for text in texts], dtype=pl.String)
    return beside.replace_strict(texts, codes, default=None, return_dtype=pl.String)


def _code(text: str, book: PhraseBook, signs: dict[str, str]) -> str | None:
    """Give the code of a currency as people write it: a sign, a code, or a name (NetSuite calls the US dollar USA)."""
    if len(text) == 3 and text.isascii() and text.isalpha():
        return book.meaning(text) or text.upper()
    return signs.get(text.lower()) or _within(text) or book.meaning(text)


def _within(text: str) -> str | None:
    """Give the code that a longer text holds: "Euro - EUR"."""
    code = pl.select(pl.lit(text).str.extract(_CODE, 1)).item()
    return str(code) if code is not None and text != code else None
