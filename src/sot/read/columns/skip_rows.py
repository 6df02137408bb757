"""Rows that are no data: repeated headers, totals and footers, group headings, rows left out by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from sot.read.columns.cell_patterns import NEGATIVE
from sot.read.columns.group_headings import groups_of
from sot.read.columns.header_row import BLANKS
from sot.read.columns.headers import INNER, ROW, Recipe, words
from sot.read.columns.table import Table

_AT, _FIRST, GROUP, _HEADING = (f"{INNER}{name}" for name in ("at", "first", "group", "heading"))
_REPEATED, _MARK = "header repeated", "\x1f"
_TOTAL_OF = r"(?i)^(?:total|summe|gesamt|totale|totaal)(?: (?:for|für|de|of))? (.+)$"
_SUMS = ("amount", "net_amount", "tax_amount", "open_amount", "paid_amount")
_FIGURES = (*_SUMS, "currency")
_SAYING = (
    "account_name", "account_id", "number", "date", "created_date", "reference", "memo", "line_text", "order_ref",
    "invoice_ref", "deal_ref", "project_ref",
)  # fmt: skip
"""Fields of which a document has one at the least."""
"""What a row of sums holds beside nothing else."""
_COUNT = r"^\s*\d[\d.,]*\s+\p{Ll}*\p{L}\p{Ll}+s?$"
"""How many there are: 4 Kunden, 12 records."""
_FIGURE = r"^[^\p{L}]*\p{Lu}{0,3}[^\p{L}]*(?:[DdCc][Rr]\.?)?$"


def clean_rows(table: Table, header: Sequence[str], notes: Sequence[str]) -> None:
    """Take the rows out of `table` that are no data; each is counted in its source under a reason."""
    if not table.frame.height or not table.columns:
        return
    _drop_repeated(table, header)
    grouped = table.shape.group if table.shape else None
    if grouped:
        _name_groups(table)
    _drop_notes(table, [*notes, *(table.shape.notes if table.shape else ())])
    if grouped:
        _take_groups(table, grouped)
    for rule in table.shape.skip if table.shape else ():
        column = table.column(rule.column)
        if column:
            cell = pl.col(column).str.strip_chars().str.to_lowercase().fill_null("")
            named = [value.lower() for value in rule.other_than or rule.values]
            gone = ~cell.is_in(named) if rule.other_than else cell.is_in(named)
            gone = cell.str.contains(rule.like) if rule.like else gone
            amount = table.column(rule.negative) if rule.negative else None
            if rule.like and table.source.object == "project" and table.frame.select(gone.all()).item():
                continue
            if rule.negative is None or amount is not None:
                below = pl.col(amount).str.contains(NEGATIVE) if amount is not None else pl.lit(True)
                _drop(table, gone & below, rule.reason)


def drop_titles(table: Table, titles: Sequence[Sequence[str]]) -> None:
    """Leave out the lines above the header where they come again on each page, with another number or day."""
    if not titles or _REPEATED not in table.source.skipped or not table.frame.height:
        return
    columns = table.columns
    wanted = {
        _MARK.join(_numberless(row, len(columns))) for row in titles if any(cell.strip() for cell in row)
    }
    cells = pl.concat_str(
        [pl.col(name).fill_null("").str.strip_chars().str.replace_all(r"\d+", "#") for name in columns],
        separator=_MARK,
    )
    _drop(table, cells.is_in(sorted(wanted)), "title of a page")


def _numberless(row: Sequence[str], width: int) -> list[str]:
    cells = [re.sub(r"\d+", "#", cell.strip()) for cell in row[:width]]
    return cells + [""] * (width - len(cells))


def _drop(table: Table, condition: pl.Expr, reason: str) -> None:
    kept = table.frame.filter(~condition.fill_null(False))
    table.skip(reason, table.frame.height - kept.height)
    table.frame = kept


def _drop_repeated(table: Table, header: Sequence[str]) -> None:
    """The header again, as between the groups of a board or where files were put together."""
    same = [
        pl.col(name).fill_null("").str.strip_chars() == raw.strip(BLANKS)
        for name, raw in zip(table.columns, header, strict=True)
    ]
    named = next((i for i, raw in enumerate(header) if raw.strip(BLANKS)), None)
    if named is not None and table.frame.select(same[named].any()).item():
        again = pl.all_horizontal(same)
        lone = pl.sum_horizontal(pl.col(name).is_not_null() for name in table.columns) == 1
        _drop(table, lone & again.shift(-1, fill_value=False), "heads the rows below it")
        _drop(table, again, _REPEATED)


def _drop_notes(table: Table, notes: Sequence[str]) -> None:
    """Totals and footers: a first cell that says so, and nothing but figures and what they are called beside it."""
    columns = [name for name in table.columns if name not in table.added]
    first = pl.coalesce([pl.col(name) for name in columns]).str.strip_chars()
    pattern = "(?i)" + "|".join(f"(?:{note})" for note in notes)
    sums = sorted(word.lower() for word in table.unknown.aggregates)
    suspects = (
        table.frame.with_row_index(_AT)
        .with_columns(first.alias(_FIRST))
        .filter(pl.col(_FIRST).str.contains(pattern) | _counts(table, sums))
    )
    if table.frame.select(first.str.contains(_TOTAL_OF).any()).item():
        suspects = pl.concat([suspects, _totals_of(table, first)]).unique(_AT)
    beside = [
        pl.col(name).is_null()
        | (pl.col(name).str.strip_chars() == pl.col(_FIRST))
        | pl.col(name).str.contains(_FIGURE)
        | pl.col(name).str.contains(_COUNT)
        | pl.col(name).str.strip_chars().str.to_lowercase().is_in(sums)
        for name in columns
    ]
    gone = suspects.filter(pl.all_horizontal(beside))[_AT]
    if gone.len():
        if table.source.object == "bi_table":
            table.totals = _with_figures(table.frame[gone])
        _drop(table, pl.int_range(pl.len(), dtype=pl.UInt32).is_in(gone.implode()), "total or note")


def _counts(table: Table, sums: Sequence[str]) -> pl.Expr:
    """Tell rows that begin behind the first column, with what a figure is called: "Count" and a number."""
    leading, *rest = [name for name in table.columns if table.frame[name].count()] or table.columns
    if not rest:
        return pl.lit(False)
    called = pl.col(_FIRST).str.to_lowercase().is_in(sums)
    number = pl.any_horizontal([pl.col(name).str.contains(r"^\W*\d") for name in rest])
    return pl.col(leading).is_null() & called & number


def drop_nobodys(table: Table) -> None:
    """Leave out rows that are no invoices or payments: balances carried forward, and sums at an end of the table."""
    if table.source.object not in ("invoice", "payment") or table.shape is not None or not table.frame.height:
        return
    # A row with a number of its own is a document: in most large lists all rows are.
    if table.record_id is not None and not table.frame[table.record_id].null_count():
        return
    typed = table.fields.get("doc_type")
    numbered = pl.col(table.record_id).is_not_null() if table.record_id else pl.lit(False)
    plain = [
        pl.col(name).str.strip_chars().str.to_lowercase().str.replace_all(r"[^\p{L}\d]+", " ")
        for name in table.columns
    ]
    balances = {
        phrase for balance in table.unknown.balances for phrase in (balance, " ".join(words(balance)))
    }
    carried = pl.any_horizontal([text.str.strip_chars().is_in(sorted(balances)) for text in plain]).fill_null(
        False
    )
    spoken = typed is not None and not typed.columns[0].startswith(INNER)
    open_ = typed.expression().is_null() if typed is not None and spoken else pl.lit(True)
    _drop(table, carried & open_ & ~numbered, "a balance, not a booking")
    _drop_formulas(table, numbered)
    recipes = [recipe for name, recipe in table.fields.items() if name not in _FIGURES]
    owned = {"account_name", "account_id", "name"} & table.fields.keys()
    if not table.frame.height or not owned or table.moves:
        return
    silent = pl.all_horizontal([recipe.expression().is_null() for recipe in recipes]) & ~numbered
    ends = pl.int_range(pl.len()).is_in([0, table.frame.height - 1])
    _drop(table, silent & ends, "total or note")


def _drop_formulas(table: Table, numbered: pl.Expr) -> None:
    """Leave out rows of formulas copied below the last document: nobody's, without a number, a day or a sum."""
    saying = [table.fields[name].expression() for name in _SAYING if name in table.fields]
    sums = [table.fields[name].expression() for name in _SUMS if name in table.fields]
    if not (saying and sums) or not {"account_name", "account_id"} & table.fields.keys():
        return
    nothing = [(~cell.str.contains(r"[1-9]")).fill_null(True) for cell in sums]
    silent = pl.all_horizontal([*(cell.is_null() for cell in saying), *nothing])
    _drop(table, silent & ~numbered, "formulas without a document")


def _with_figures(rows: pl.DataFrame) -> pl.DataFrame:
    """Give those rows that hold a number beside their first cell: totals, not footers."""
    cells = [pl.col(name).str.contains(r"\d") for name in rows.columns[1:] if name != ROW]
    return rows.filter(pl.any_horizontal([pl.lit(False), *cells]).fill_null(False))


def _totals_of(table: Table, first: pl.Expr) -> pl.DataFrame:
    """Give the rows that total another row and those below it: "Total Acme" and figures, where there is an "Acme"."""
    lower = first.str.to_lowercase()
    names = table.frame.select(lower.alias(_FIRST))[_FIRST].unique()
    rows = table.frame.with_row_index(_AT).with_columns(first.alias(_FIRST))
    figures = pl.any_horizontal(
        [pl.col(name).str.contains(r"\d") for name in table.columns[1:]] or [pl.lit(False)]
    )
    return rows.filter(lower.str.extract(_TOTAL_OF, 1).is_in(names.implode()) & figures)


def _name_groups(table: Table) -> None:
    """Rows with nothing but the first column name the customer of the rows below them, and those within a customer."""
    group, *rest = table.columns
    heading = pl.col(group).is_not_null() & pl.all_horizontal([pl.col(column).is_null() for column in rest])
    heads = table.frame.select(heading.alias(_HEADING))[_HEADING]
    levels = (table.rules.levels if table.rules else None) or ":"
    groups = groups_of(table.frame[group], heads).list.join(levels)
    table.frame = table.frame.with_columns(groups.replace("", None).alias(GROUP), heads)


def _take_groups(table: Table, name: str) -> None:
    _drop(table, pl.col(_HEADING), "group heading")
    table.frame = table.frame.drop(_HEADING)
    table.fields.setdefault(name, Recipe((GROUP,)))
