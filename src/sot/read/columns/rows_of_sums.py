"""Rows at the end of a table that add up those above them, whatever their language calls a total."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from sot.read.columns.cell_patterns import PATTERNS, counts_rows, share
from sot.read.columns.headers import INNER
from sot.read.columns.table import Table
from sot.read.records.dates_and_amounts import amounts

_AT = f"{INNER}at"
_USUAL, _GAPS, _MOST = 0.5, 3, 0.8
"""A column is usual that has so many of its cells; a total lacks at least one in so many of the usual ones."""
_LEAST, _FEW, _SMALL = 3, 2, 100
"""A small sum of one column must be of so many amounts, any other one of so many; small is what is below the last."""
_CENT = 0.011
_MOST_PARTS = 200
_FOOT = 8
_CODE = re.compile(r"[^\W\d_]{1,6}[-_/ .]?9+(?:[-_/.]9+)*")
_COUNTED = r"^.*\S \((\d{1,6})\)$"
_PLAIN = r"^\d{5,}$"
"""A long number without marks may be an id or a phone: no sum is known by it."""


def drop_sums(table: Table) -> None:
    """Take out a last row whose amounts are the sums of the rows above it, and the sums of groups between them.

    Below it may be rows of a cell or two, such as who signed the list, and they go with it.
    """
    if table.frame.height <= _FEW or table.shape is not None:
        return
    below = _foot(table)
    if below and _drop_last_sum(table, below):
        return
    _drop_misfits(table, below)
    _drop_last_sum(table, 0)


def _drop_last_sum(table: Table, below: int) -> bool:
    """Take out the sum that the `below` last rows follow, and them; tell whether there is one."""
    whole, columns = table.frame, table.columns
    frame = whole.head(whole.height - below)
    if frame.height <= _FEW:
        return False
    last = frame.tail(1).row(0, named=True)
    body = frame.head(frame.height - 1)
    usual = [name for name in columns if body[name].count() >= _USUAL * body.height]
    gaps = [name for name in usual if last[name] is None]
    if not gaps or any(_is_next_code(body[name], last[name]) for name in usual):
        return False
    filled = [name for name in columns if last[name] is not None]
    summed, plain = numbers(frame, filled), numbers(frame, filled, plain=True)
    # A sum has no more than the last row has: the same gaps where other rows have something.
    lacking = frame.select(pl.all_horizontal(pl.col(name).is_null() for name in gaps))[:, 0]
    parts = lacking.arg_true().to_list()
    wide = [len(gaps) * _GAPS >= len(set(usual) - set(figures.columns)) for figures in (summed, plain)]
    gone = _sums(summed, parts) if wide[0] and summed.width and len(parts) <= _MOST_PARTS else []
    if not gone and wide[1] and _all_add_up(plain):
        gone = [frame.height - 1]
    if not gone:
        return False
    if table.source.object == "bi_table":
        rows = frame[gone]
        table.totals = rows if table.totals is None else pl.concat([table.totals, rows])
    table.skip("total or note", len(gone) + below)
    table.frame = frame.with_row_index(_AT).filter(~pl.col(_AT).is_in(gone)).drop(_AT)
    return True


def _foot(table: Table) -> int:
    """Count the rows at the end of a wide table that have no more than a cell or two."""
    ends = pl.concat([table.frame.head(_FOOT), table.frame.tail(_FOOT)]).select(table.columns)
    filled = ends.select(pl.sum_horizontal(pl.all().is_not_null()))[:, 0].to_list()
    tail = filled[-min(_FOOT, table.frame.height) :]
    count = next((place for place, cells in enumerate(reversed(tail)) if cells > _FEW), len(tail))
    return count if max(filled) > 2 * _FEW and count < len(tail) else 0


def _drop_misfits(table: Table, below: int) -> None:
    """Take out the rows of the foot of a table from the first one on with a text where others have figures or days.

    Such rows of a list of accounts are rejected one by one, as they may be customers.
    """
    if not below or table.source.object == "account":
        return
    body, foot = table.frame.head(table.frame.height - below), table.frame.tail(below)
    formed = [
        name
        for name in table.columns
        if body[name].count() >= _USUAL * body.height
        and any(share(body[name].drop_nulls(), form) >= _MOST for form in ("amount", "date"))
    ]
    if not formed:
        return
    odd = foot.select(
        pl.any_horizontal(pl.col(name).str.contains(r"\p{L}{3}").fill_null(False) for name in formed)
    )
    first = odd[:, 0].arg_true()
    if first.len():
        gone = below - int(first[0])
        table.skip("total or note", gone)
        table.frame = table.frame.head(table.frame.height - gone)


def _is_next_code(cells: pl.Series, last: str | None) -> bool:
    """Tell a number of its own as all rows above have one (INV-101, INV-102): the row is no sum of theirs."""
    codes = cells.drop_nulls().str.strip_chars()
    if last is None or codes.len() < _FEW or codes.n_unique() < codes.len() or last.strip() in codes:
        return False
    counted = last.strip() == str(codes.len() + 1) and counts_rows(codes)
    shape = re.sub(r"\d", "9", last.strip())
    return counted or (
        _CODE.fullmatch(shape) is not None and bool((codes.str.replace_all(r"\d", "9") == shape).all())
    )


def drop_heads(table: Table) -> None:
    """Take out rows that head a group with its number of rows and its sums: "Paid (3)", as Odoo writes them."""
    frame, columns = table.frame, table.columns
    if frame.height <= _FEW or not columns:
        return
    counts = frame[columns[0]].str.extract(_COUNTED).cast(pl.Int64, strict=False)
    if not counts.count():
        return
    rest = [name for name in columns[1:] if frame[name].null_count() * _FEW <= frame.height]
    gaps = frame.select(pl.sum_horizontal(pl.col(name).is_null() for name in rest).alias("gaps"))["gaps"]
    heads = (counts.is_not_null() & (gaps * _GAPS >= len(rest)) & (gaps > 0)).arg_true().to_list()
    if not heads or len(heads) > _MOST_PARTS:
        return
    plain = [place for place in range(frame.height) if place not in set(heads)]
    figures = numbers(frame, columns[1:])
    for head in heads:
        below = [place for place in plain if place > head][: counts[head]]
        sums, shown = figures[below].sum().row(0), figures.row(head)
        same = all(abs(part - total) < _CENT for part, total in zip(sums, shown, strict=True) if total)
        if len(below) < counts[head] or not same:
            return
    table.skip("heads the rows below it", len(heads))
    table.frame = frame[plain]


def _all_add_up(figures: pl.DataFrame) -> bool:
    """Tell whether the last row holds the sums of all the columns, two of them at the least: no ids do so."""
    if figures.width < _FEW:
        return False
    sums, last = figures.head(figures.height - 1).sum().row(0), figures.row(figures.height - 1)
    return all(total and abs(part - total) < _CENT for part, total in zip(sums, last, strict=True))


def numbers(frame: pl.DataFrame, columns: Sequence[str], *, plain: bool = False) -> pl.DataFrame:
    """Give the columns of amounts among `columns`, as numbers; gaps are nothing. If `plain`, long ones count too."""
    figures = []
    for name in columns:
        cells = frame[name].drop_nulls().str.strip_chars()
        if cells.len() <= _FEW:
            continue
        alike = cells.str.contains(PATTERNS["amount"])
        bare = bool(cells.str.contains(_PLAIN).all())
        no_sum = not plain if bare else share(cells, "date") >= _MOST
        if int(alike.sum()) < _MOST * cells.len() or no_sum:
            continue
        figures.append(amounts(name, cells, None).expression.fill_null(0.0).alias(name))
    return frame.select(figures)


def _sums(figures: pl.DataFrame, parts: list[int]) -> list[int]:
    """Give the places of the rows that are sums: the last one of all others, or of those that are no sums of groups."""
    last = figures.height - 1
    others = [place for place in parts if place != last]
    for inner in ([], others) if others else ([],):
        plain = figures.with_row_index(_AT).filter(~pl.col(_AT).is_in([*inner, last])).drop(_AT)
        if _adds_up(plain, figures.row(last)) and (not inner or _of_groups(figures, inner)):
            return [*inner, last]
    return parts if others and _of_groups(figures, parts, whole=True) else []


def _of_groups(figures: pl.DataFrame, inner: list[int], *, whole: bool = False) -> bool:
    """Tell rows that add up those since the one before: the sums of groups, in one column or in the `whole` row."""
    agree = all if whole else any
    starts = [0, *(place + 1 for place in inner[:-1])]
    several = any(place - start > 1 for start, place in zip(starts, inner, strict=True))
    for start, place in zip(starts, inner, strict=True):
        sums, totals = figures[start:place].sum().row(0), figures.row(place)
        # Nothing is no sum of nothing: a row without amounts is a row.
        compared = [
            abs(part - total) < _CENT for part, total in zip(sums, totals, strict=True) if total or part
        ]
        if place > start and not (compared and agree(compared)):
            return False
    return several or not whole


def _adds_up(rows: pl.DataFrame, totals: Sequence[float]) -> bool:
    """Tell whether nearly all of `totals` are the sums of their columns, at least one of them of several amounts."""
    sums, filled = rows.sum().row(0), rows.select((pl.all() != 0).sum()).row(0)
    compared = [
        (abs(part - total) < max(_CENT, 1e-9 * abs(total)), count + (abs(total) >= _SMALL))
        for part, total, count in zip(sums, totals, filled, strict=True)
        if total or part
    ]
    right = [count for holds, count in compared if holds]
    if not right or len(right) < len(compared) - 1:
        return False
    return bool(max(right) >= (_FEW if len(right) > 1 else _LEAST))
