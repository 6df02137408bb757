"""The parsed twins of date and amount fields: decided per column, by its own evidence, then by its file's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sot.read.columns.cell_patterns import sample_of
from sot.read.columns.headers import INNER, words
from sot.read.columns.table import Table
from sot.read.records.account_sides import on_its_side
from sot.read.records.dates_and_amounts import Parsed, amounts, by_dots, date_order, dates, decimal_mark

DATED = {
    "created_at": "created_on", "updated_at": "updated_on",
    "date": "dated_on", "due_date": "due_on", "end_date": "ended_on",
    "created_date": "created_on", "start_date": "started_on", "planned_end_date": "planned_end_on",
}  # fmt: skip
"""Date field: the column that holds it parsed."""
COUNTED = {
    "balance": "balance_amount", "revenue": "revenue_amount",
    "amount": "amount_value", "open_amount": "open_amount_value",
    "net_amount": "net_value", "tax_amount": "tax_value", "paid_amount": "paid_value",
}  # fmt: skip
"""Amount field: the column that holds it parsed."""

_DAYS, _ENGLISH = frozenset(("date", "due", "issued", "created")), frozenset(("date", "dt", "inv", "due"))
"""What words for days mean in headers, and what is English among the words for them."""
_PARSED = f"{INNER}parsed"
_AGAIN = 0.5
"""Where there are more different values for each row, it costs more to look them up than to parse them all."""


@dataclass(frozen=True)
class Kind:
    """Dates or amounts: what is open about them, and how it is decided."""

    question: str
    evidence: Callable[[pl.Series], str | None]
    parse: Callable[[Table, str, pl.Series, str | None], Parsed]
    columns: dict[str, str]


def _dates(table: Table, column: str, values: pl.Series, order: str | None) -> Parsed:
    return dates(column, values, order, table.unknown.months)


def _amounts(_table: Table, column: str, values: pl.Series, mark: str | None) -> Parsed:
    return amounts(column, values, mark)


DATES = Kind("dates", date_order, _dates, DATED)
AMOUNTS = Kind("decimal", decimal_mark, _amounts, COUNTED)


def parse(table: Table, kind: Kind, names: Iterable[str]) -> list[pl.Series]:
    """Give the parsed twins of those fields `names` that the table has."""
    return every(table, kind, how_parsed(table, kind, names))


Expressions = Mapping[str, Sequence[tuple[str, pl.Expr]]]
"""How the columns of each field are parsed; of several the sum counts."""


def how_parsed(table: Table, kind: Kind, names: Iterable[str]) -> Expressions:
    """Decide by the values of the table how those fields `names` that it has are parsed."""
    columns = {name: _columns(table, name) for name in names if name in table.fields}
    values = {column: sample_of(table.frame, column) for several in columns.values() for column in several}
    shown = {kind.evidence(cells) for cells in values.values()} - {None}
    by_file = shown.pop() if len(shown) == 1 else None
    chosen = getattr(table.settings, kind.question)
    usual = getattr(table.rules, kind.question) if table.rules else None
    decided = chosen or (by_file if by_file != "both" else None)
    if kind is DATES and decided is None and by_file is None:
        # A program of a country that puts the month first is used in others, too.
        foreign = any(_is_foreign(table, column) for column in values)
        dotted = bool(values) and all(by_dots(cells) for cells in values.values())
        decided = "day-first" if foreign or dotted or _writes_commas(table) else None
    decided = decided or usual
    if by_file and decided:
        table.source.locale[kind.question] = decided
    expressions: dict[str, list[tuple[str, pl.Expr]]] = {}
    for name, several in columns.items():
        for column in several:
            parsed = kind.parse(table, column, values[column], decided)
            if parsed.warning:
                table.warn(parsed.warning)
            expressions.setdefault(name, []).append((column, parsed.expression))
    return expressions


def _is_foreign(table: Table, column: str) -> bool:
    """Tell the header of a day in another language than English: only who writes that puts the month first."""
    short = table.unknown.abbreviations
    spoken = (word for word in words(column) if word not in _ENGLISH)
    accented = any(letter.isalpha() and not letter.isascii() for letter in column)
    return accented or any(_DAYS & set(short.get(word, "").split()) for word in spoken)


def _writes_commas(table: Table) -> bool:
    """Tell a table of amounts with a decimal comma: nobody who writes them so puts the month first."""
    columns = [
        column
        for name in COUNTED
        if name in table.fields
        for column in table.fields[name].columns
        if column in table.frame.columns
    ]
    marks = {decimal_mark(sample_of(table.frame, column)) for column in columns} - {None}
    return marks == {"comma"}


def every(table: Table, kind: Kind, how: Expressions) -> list[pl.Series]:
    """Give the parsed twins of fields, for every row of the table."""
    series = []
    for name, several in how.items():
        parts = []
        for column, expression in several:
            part = _every(table.frame, column, expression)
            parts.append(_whole(table, on_its_side(table, column, part)) if kind is AMOUNTS else part)
        series.append(_added(parts).alias(kind.columns[name]))
    return series


def _whole(table: Table, amounts: pl.Series) -> pl.Series:
    """Give amounts that a system counts in cents as such of its currency."""
    if table.shape is None or not table.shape.minor_units:
        return amounts
    cents = (amounts / 100).round(2)
    if "currency" not in table.fields:
        return cents
    without = [code.lower() for code in table.unknown.without_cents]
    money = table.fields["currency"].expression().str.strip_chars().str.to_lowercase()
    plain = table.frame.select(money.is_in(without).fill_null(False)).to_series()
    return cents.zip_with(~plain, amounts)


def _added(parts: list[pl.Series]) -> pl.Series:
    """Give the sum of several columns of amounts, null where all are empty."""
    if len(parts) == 1:
        return parts[0]
    cells = pl.DataFrame([part.alias(str(at)) for at, part in enumerate(parts)])
    filled = ~pl.all_horizontal(pl.all().is_null())
    return cells.select(pl.when(filled).then(pl.sum_horizontal(pl.all()).round(4)).alias(_PARSED))[_PARSED]


def _every(frame: pl.DataFrame, column: str, expression: pl.Expr) -> pl.Series:
    """Work `expression` out for every row of `column`; once for each value, where values come again and again."""
    cells = frame.select(column)
    parsed = expression.alias(_PARSED)
    values = cells.unique()
    if values.height > _AGAIN * cells.height:
        return cells.with_columns(parsed)[_PARSED]
    return cells.join(values.with_columns(parsed), on=column, how="left", maintain_order="left")[_PARSED]


def _columns(table: Table, name: str) -> tuple[str, ...]:
    """Give the columns of a field: those that are added up, else one, into which several are put."""
    recipe = table.fields[name]
    if len(recipe.columns) == 1 or recipe.how == "sum":
        return recipe.columns
    table.frame = table.frame.with_columns(recipe.expression().alias(f"{INNER}{name}"))
    return (f"{INNER}{name}",)
