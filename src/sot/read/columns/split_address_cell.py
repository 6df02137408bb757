"""Postcode, town and state that share one cell ("80331 München", "Boston, MA 02134"), taken apart."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.columns.cell_patterns import sample_of
from sot.read.columns.headers import INNER, Recipe
from sot.read.columns.infer_fields import Guesser
from sot.read.columns.table import Table

_MOST = 0.8
_FEW = 2
_CODE = r"(?:[A-Z]{1,3}-)?(?:\d{5}-\d{3}|\d{4}-\d{3}|\d{4} ?[A-Z]{2}|\d{3} \d{2}|\d{4,6})"
_BRITISH = r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)"
_ZIP = r"\d{5}(?:-\d{4})?"
_TOWN = r"(\p{L}[^,\d]*?)"
_STATE = r"\p{Lu}{2,3}|\p{Lu}\p{L}+(?: \p{Lu}\p{L}+)?"

PATTERNS: dict[tuple[str, ...], str] = {
    ("postcode", "city"): rf"^({_CODE})[\s,]+(\p{{L}}.*)$",
    ("city", "region", "postcode"): rf"^{_TOWN}(?:,\s*|\s+)({_STATE})[\s,]+({_ZIP}|{_BRITISH}|\d{{4}})$",
    ("city", "postcode"): rf"^(\p{{L}}[^\d]*?)[\s,]+({_CODE}|{_BRITISH})$",
    ("city", "region"): rf"^{_TOWN},\s*({_STATE})$",
}
"""Fields in the order in which the cells hold them: what such a cell looks like."""


def take_places(
    table: Table, fields: dict[str, Recipe], free: Sequence[str], guesser: Guesser
) -> dict[str, str]:
    """Fill the fields of an address from a column that holds several; give how each is to be shown."""
    if "postcode" in fields:
        return {}
    parts = {column: _said(column, guesser) for column in free}
    named = [column for column in free if len(parts[column]) > 1 or "postcode" in parts[column]]
    town = fields.get("city")
    if town is not None and town.how == "one":
        named.append(town.columns[0])
    for column in named:
        order = _order(sample_of(table.frame, column), alone=column not in free)
        if order is None:
            continue
        table.within.add(column)
        written = f"{column} as {' '.join(f'<{name}>' for name in order)}"
        # Beside a column of towns one of postcodes gives no more than those.
        whole = column not in free or len(parts[column]) > 1 or "city" not in fields
        taken = [name for name in order if (name == "city" and whole) or name not in fields]
        for number, name in enumerate(order, 1):
            if name not in taken:
                continue
            part = f"{INNER}{name}"
            table.frame = table.frame.with_columns(
                pl.col(column).str.strip_chars().str.extract(PATTERNS[order], number).alias(part)
            )
            rest = (column,) if name == "city" else ()
            fields[name] = Recipe((part, *rest), "first" if rest else "one")
        return dict.fromkeys(taken, written)
    return {}


def _said(header: str, guesser: Guesser) -> set[str]:
    """Give the parts of an address that a header names."""
    mine = frozenset(guesser.vocabulary.tokens(header))
    rules = guesser.rules.fields
    return {
        name
        for name in ("postcode", "city", "region")
        if any(len(guesser.vocabulary.tokens(phrase)) == 1 and guesser.vocabulary.tokens(phrase)[0] in mine
               for phrase in rules[name].words)
    }  # fmt: skip


def _order(values: pl.Series, alone: bool) -> tuple[str, ...] | None:
    """Give the fields that most cells hold; a column of towns alone must hold postcodes to be taken apart."""
    filled = values.filter(values != "")
    if filled.len() < _FEW:
        return None
    for order, pattern in PATTERNS.items():
        if alone and "postcode" not in order:
            continue
        if int(filled.str.contains(pattern).sum()) >= _MOST * filled.len():
            return order
    return None
