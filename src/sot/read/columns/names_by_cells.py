"""Which column holds the names of companies, where no header says so: by legal forms, by its place, by its cells."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from sot.read.columns.cell_patterns import plain_phone, sample, sample_of, share
from sot.read.columns.header_vocabulary import NAMELESS, Vocabulary

_COMPANIES, _CONTENT_SHARE, _HALF, _MOST, _DIFFERENT = 0.3, 0.85, 0.5, 0.9, 0.9
_REACHED = frozenset(("email", "phone", "website", "tax_id", "street", "postcode", "city", "balance"))
_WAYS, _ROWS = 2, 3
"""A list of customers says in so many ways how to reach them, and has more than a row or two."""
_STREET = r"^\d+[A-Za-z]?,? \p{L}{2}|^\p{L}[^@]* \d+ ?[A-Za-z]?$"
_CODE = r"^[A-Z]{0,6}[-_./ ]?\d[\dA-Z_./-]*$|^[A-Z][A-Z_.-]{0,8}\d[A-Z\d_.-]*$"
_EMAIL, _LOOKED = r"^[^@\s;,<>]+@[^@\s;,<>]+\.[A-Za-z]{2,}$", 200
_OTHER = ("email", "url", "date", "amount", "phone")


def companies(frame: pl.DataFrame, columns: Sequence[str], pattern: str) -> str | None:
    """Give the column, filled in most rows, whose values most often hold a legal form or such a word."""
    shares = []
    for place, column in enumerate(columns):
        if frame[column].null_count() > _HALF * frame.height:
            continue
        values = sample_of(frame, column)
        texts = values.filter(values.str.contains(r"\p{L}{2}") & ~values.str.contains("@|://"))
        if texts.len() > 1 and texts.len() > _HALF * values.len():
            shares.append((-_mean(texts.str.contains(pattern)), place, column))
    best = min(shares, default=(0.0, 0, ""))
    return best[2] if -best[0] >= _COMPANIES else None


def nameless(frame: pl.DataFrame) -> str | None:
    """Give the first column where it alone has no name and holds texts, as reports by customer have it."""
    first = frame.columns[0] if frame.width else ""
    if first != "column 1" or "column 2" in frame.columns:
        return None
    texts = frame[first].drop_nulls()
    return first if texts.len() and _mean(texts.str.contains(r"\p{L}{2}")) >= _CONTENT_SHARE else None


def own_texts(
    frame: pl.DataFrame, columns: Sequence[str], fields: Collection[str], words: Vocabulary
) -> str | None:
    """Give the first column of texts that differ in each row, in a list that tells how to reach those it names.

    Its header says nothing, as in a list without headers or in a language whose words are not known.
    """
    ways = len(_REACHED & set(fields)) + any(_looks(frame[column], _STREET) for column in columns)
    # In a short list one address may be everybody's, and a handful of phones show no form.
    ways += "email" not in fields and any(_hold(frame[column], _EMAIL) for column in columns)
    ways += "phone" not in fields and any(
        _mean(plain_phone(_filled(frame[column]))) >= _MOST for column in columns
    )
    # A number of its own before each row, in a list without a header, is that of what the row names.
    first = frame.columns[0]
    ways += NAMELESS.match(first) is not None and _hold(frame[first], _CODE)
    # Beside web sites there are companies.
    ways += "website" in fields
    if frame.height < _ROWS or ways < _WAYS:
        return None
    for column in columns:
        cells = frame[column]
        if words.names_something(column) or cells.count() < _MOST * frame.height:
            continue
        values = sample(cells)
        telling = (
            values.len() >= _DIFFERENT * cells.count() and _mean(values.str.contains(r"\p{L}{2}")) >= _MOST
        )
        if not telling or _looks(cells, _STREET) or _looks(cells, _CODE):
            continue
        if not any(share(values, form) >= _HALF for form in _OTHER):
            return column
    return None


def _filled(cells: pl.Series) -> pl.Series:
    return cells.drop_nulls().head(_LOOKED)


def _hold(cells: pl.Series, pattern: str) -> bool:
    filled = _filled(cells)
    return filled.len() > 1 and _mean(filled.str.contains(pattern)) >= _MOST


def _looks(cells: pl.Series, pattern: str) -> bool:
    values = sample(cells)
    return values.len() > 1 and _mean(values.str.contains(pattern)) >= _HALF


def _mean(hits: pl.Series) -> float:
    return int(hits.sum()) / max(hits.len(), 1)
