"""Work once on every distinct value of some columns, and bring the results back to all rows.

What several expressions need is a column first: Polars works an expression out anew wherever it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import polars as pl

SLICE = 100_000
"""Distinct values in one piece of work; Polars leaves Python's lock alone, so pieces run side by side."""

CELL = "#"
"""The column with the number of each distinct value, by which its results find back."""

FEW = 10_000
"""Texts so few are numbered one by one: each query of Polars takes longer than that."""

_OF_NOTHING: dict[tuple[object, ...], pl.DataFrame] = {}
"""What each work adds to no values: a column that a list lacks is asked for again in every run."""

Work = Callable[[pl.DataFrame], pl.DataFrame]
Ints = npt.NDArray[np.int32]


def over_distinct(table: pl.DataFrame, columns: Sequence[str], work: Work) -> pl.DataFrame:
    """Give `table` with what `work` adds to the distinct combinations of `columns`.

    Combinations that are null in every column are left out of the work and get nulls. `work` has to treat
    each combination by itself: it gets them in pieces, each with its CELL, and gives CELL and the new
    columns, in any order; what is not among them is null.
    """
    cells = table.select(columns)
    number = _numbers(cells)
    keys = cells[_first_rows(number)].with_row_index(CELL)
    keys = keys.filter(~pl.all_horizontal(pl.col(columns).is_null()))
    pieces = [keys.slice(start, SLICE) for start in range(0, max(keys.height, 1), SLICE)]
    done = pl.concat(_worked(work, pieces))
    place = np.full(number.max(initial=-1) + 1, done.height, np.uint32)
    place[done[CELL].to_numpy()] = np.arange(done.height, dtype=np.uint32)
    added = done.drop(CELL, *columns, strict=False)
    added = pl.concat([added, added.clear(1)], rechunk=True).select(pl.all().gather(place[number]))
    return table.with_columns(added.get_columns())


def _worked(work: Work, pieces: list[pl.DataFrame]) -> list[pl.DataFrame]:
    if pieces[0].is_empty():
        key = (*_identity(work), *pieces[0].schema.items())
        if key not in _OF_NOTHING:
            _OF_NOTHING[key] = work(pieces[0])
        return [_OF_NOTHING[key]]
    if len(pieces) == 1:
        return [work(pieces[0])]
    with ThreadPoolExecutor(max_workers=min(len(pieces), pl.thread_pool_size())) as pool:
        return list(pool.map(work, pieces))


def _numbers(cells: pl.DataFrame) -> Ints:
    """Number the distinct rows; a join to bring results back would look at every text once more."""
    number, *others = (_codes(column) for column in cells.iter_columns())
    for other in others:
        pairs = number.astype(np.int64) * (other.max(initial=0) + 1) + other
        number = _codes(pl.Series(pairs))
    return number


def _codes(column: pl.Series) -> Ints:
    """Number the distinct values in the order in which they come."""
    if len(column) < FEW and column.dtype == pl.String:
        numbers: dict[str | None, int] = {}
        return np.array([numbers.setdefault(value, len(numbers)) for value in column.to_list()], np.int32)
    if len(column) < SLICE:
        # Arrow numbers millions faster, but the import of its functions takes longer than a small table.
        rank = column.rank("dense").fill_null(0).to_numpy()
        _, first, number = np.unique(rank, return_index=True, return_inverse=True)
        coming = np.empty(len(first), np.int32)
        coming[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
        return coming[number]
    return np.asarray(column.to_arrow().dictionary_encode(null_encoding="encode").indices)


def _first_rows(number: Ints) -> Ints:
    rows = np.empty(number.max(initial=-1) + 1, np.int32)
    rows[number[::-1]] = np.arange(len(number) - 1, -1, -1, dtype=np.int32)
    return rows


def mapped(column: str, table: dict[str, str]) -> pl.Expr:
    """Give the values of `column` by `table`, null where it does not know them."""
    return pl.col(column).replace_strict(
        list(table.keys()), list(table.values()), default=None, return_dtype=pl.String
    )


def listed(values: Iterable[str]) -> pl.Series:
    """Give values, sorted, for `is_in`: a long list made once need not be made again for every piece of work."""
    return pl.Series(sorted(values), dtype=pl.String).implode()


def where(frame: pl.DataFrame, condition: pl.Expr, work: Work) -> pl.DataFrame:
    """Do `work` on the rows where `condition` holds, leave the others alone; rows may change places."""
    if frame.is_empty():
        return frame
    hit = frame.select(condition.fill_null(False)).to_series()
    if not hit.any():
        return frame
    return pl.concat([frame.filter(~hit), work(frame.filter(hit)).select(frame.columns)])


def _identity(work: Work) -> tuple[object, ...]:
    """Give what tells a work from others: its code, and the names that it was made for."""
    cells = getattr(work, "__closure__", None) or ()
    names = [cell.cell_contents for cell in cells if isinstance(cell.cell_contents, str)]
    return (getattr(work, "__code__", work), *names)
