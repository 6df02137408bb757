"""Statements per customer: rows of one text that head the rows below them become columns, customer and number."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from sot.read.columns.headers import INNER, ROW

_FEW = 2
_PART = 0.5
"""Of the rows at most this share heads others."""
_DAY_OR_CODE = r"^\W*\d|^[A-Z]{1,6}[-_./ ]?\d"
_LABEL = r"^(?:[\p{L} .]{2,24}:\s*)?(.*\S)\s*$"
_CODE = r"^([A-Z]{0,4}[-./]?\d[\dA-Z./-]*)\s+[-–:]?\s*(\p{L}.*)$"
CUSTOMER, NUMBER = "Customer name", "Customer number"
"""What the new columns are called, so that their words say what they hold."""
TOTAL = r"(?i)total|balance|summe|saldo|solde"
_NOBODY = r"(?i)^(?:(?:grand|sub|net|overall|opening|closing)[ -]?)?(?:totals?|balance|summe|saldo|solde)\W*$"
"""A customer may be called Total Energies, but none Total."""
_FIGURE = r"^[^\p{L}]*\p{Lu}{0,3}[^\p{L}]*$"
_HEADS, _NAMED = f"{INNER}heads", f"{INNER}named"
_CLOSES = r"(?i)^(?:total|summe|gesamt|totale|totaal)(?: (?:for|für|de|of))? (.+?)(?: with sub-?customers)?$"
_LEDGER = r"(?i)^\d{3,6}\s?[·•:–-]\s?\p{L}|receivable|undeposited"
"""Accounts of the ledger, which the entries of all customers are posted to: 11000 · Accounts Receivable."""


@dataclass(frozen=True)
class Headed:
    """The rows below headings, each with its customer, and how many rows were headings, and totals of them."""

    frame: pl.DataFrame
    headings: int
    totals: int


def take_headings(frame: pl.DataFrame, names: Sequence[str]) -> Headed | None:
    """Give the rows below headings, each with its customer and its number.

    None where the table is of another kind: its first column holds days, numbers or nothing in all rows but the
    headings and their totals, the first row is one, and each has rows below it.
    """
    if frame.height <= _FEW or len(names) <= _FEW or CUSTOMER in names:
        return None
    first, *rest = names
    top = frame.row(0, named=True)
    if top[first] is None or any(top[name] is not None for name in rest):
        return None
    alone = pl.col(first).is_not_null() & pl.all_horizontal([pl.col(column).is_null() for column in rest])
    cells = pl.col(first).str.strip_chars()
    looked = frame.select(
        heads=(alone & cells.str.contains(r"\p{L}{2}") & ~cells.str.contains(_NOBODY)).fill_null(False),
        figure=cells.str.contains(_DAY_OR_CODE).fill_null(True),
        total=totals(names),
    )
    heads, others = looked["heads"], looked.filter(~pl.col("heads") & ~pl.col("total"))
    count = int(heads.sum())
    if count < _FEW or not heads[0] or count > _PART * frame.height or not others["figure"].all():
        return None
    texts = frame.select(cells.str.extract(_LABEL, 1).alias(first))[first]
    groups = groups_of(texts, heads)
    above = heads & heads.shift(-1).fill_null(True)
    if bool((above & groups.list.len().eq(groups.list.len().shift(-1)).fill_null(True)).any()):
        return None
    # Within a customer may be jobs of his.
    named = frame.with_columns(heads.alias(_HEADS), groups.list.first().alias(_NAMED)).filter(~pl.col(_HEADS))
    code, name = (pl.col(_NAMED).str.extract(_CODE, group) for group in (1, 2))
    numbered = bool(named.select(code.is_not_null().all()).item())
    below = named.filter(~looked.filter(~heads)["total"]).with_columns(
        (name if numbered else pl.col(_NAMED)).alias(CUSTOMER),
        *([code.alias(NUMBER)] if numbered and NUMBER not in names else []),
    )
    added = [column for column in below.columns if column not in (*names, ROW, _HEADS, _NAMED)]
    return Headed(below.select(*names, *added, ROW), count, int(looked["total"].sum()))


def groups_of(texts: pl.Series, heads: pl.Series) -> pl.Series:
    """Give the groups that each row is in, the outermost first, by the texts of the first column.

    A heading ends the group before it, unless a row that totals that one comes later, before it is headed again: then
    it is a group within it.
    """
    rows = list(zip(texts.str.strip_chars().to_list(), heads.to_list(), strict=True))
    totals = [re.match(_CLOSES, text) if text and not is_head else None for text, is_head in rows]
    ends, begins = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for place, ((text, is_head), total) in enumerate(zip(rows, totals, strict=True)):
        if is_head:
            begins[text].append(place)
        elif total is not None:
            ends[total[1]].append(place)

    def is_open(name: str, place: int) -> bool:
        closed, again = (
            places[at] if (at := bisect_right(places, place)) < len(places) else len(rows)
            for places in (ends[name], begins[name])
        )
        return closed < again

    within: list[str] = []
    groups = []
    for place, ((text, is_head), total) in enumerate(zip(rows, totals, strict=True)):
        if is_head:
            within = [*(name for name in within if name != text and is_open(name, place)), text]
        groups.append(within)
        if total is not None and total[1] in within:
            within = within[: within.index(total[1])]
    return pl.Series(groups, dtype=pl.List(pl.String))


def is_ledger_account(values: pl.Series) -> bool:
    """Tell the accounts of the ledger, a few for all rows, from customers."""
    filled = values.drop_nulls()
    return filled.len() > 0 and bool(filled.str.contains(_LEDGER).mean() == 1.0)


def totals(names: Sequence[str]) -> pl.Expr:
    """Tell rows whose first filled cell says that they are totals, with figures and nothing else beside it."""
    first = pl.coalesce(pl.col(name) for name in names)
    beside = [pl.col(name).is_not_null() & (pl.col(name) != first) for name in names]
    plain = [~other | pl.col(name).str.contains(_FIGURE) for name, other in zip(names, beside, strict=True)]
    called = first.str.contains(TOTAL)
    return (called & pl.all_horizontal(plain) & pl.any_horizontal(beside)).fill_null(False)
