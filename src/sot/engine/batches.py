"""Work on streams of Arrow batches: so many rows at a time, whole groups together, with the types that were agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa

from sot.engine.protocol import AT_ONCE, Columns, Kind, Work

TYPES: dict[type[pl.DataType], tuple[pa.DataType, str]] = {
    pl.String: (pa.string(), "string"),
    pl.Int64: (pa.int64(), "bigint"),
    pl.Int32: (pa.int32(), "int"),
    pl.Float32: (pa.float32(), "float"),
    pl.Float64: (pa.float64(), "double"),
    pl.Boolean: (pa.bool_(), "boolean"),
    pl.Date: (pa.date32(), "date"),
    pl.Datetime: (pa.timestamp("us"), "timestamp_ntz"),
}
"""The types of columns on an engine: in Polars, in Arrow, and in SQL."""

_WIDER: dict[type[pl.DataType], type[pl.DataType]] = {
    pl.Int8: pl.Int32,
    pl.Int16: pl.Int32,
    pl.UInt8: pl.Int32,
    pl.UInt32: pl.Int64,
}


def on_engine(columns: Columns) -> dict[str, Kind]:
    """Give `columns` with the types that engines have."""
    return {
        name: next((wide for narrow, wide in _WIDER.items() if narrow == kind.base_type()), kind)
        for name, kind in columns.items()
    }


def ddl(columns: Columns) -> str:
    """Give `columns` as Spark's SQL writes them."""
    return ", ".join(f"`{name}` {type_of(kind)[1]}" for name, kind in columns.items())


def arrow_schema(columns: Columns) -> pa.Schema:
    """Give the Arrow schema of `columns`."""
    return pa.schema([(name, type_of(kind)[0]) for name, kind in columns.items()])


def type_of(kind: Kind) -> tuple[pa.DataType, str]:
    """Give a type in Arrow and in SQL."""
    if isinstance(kind, pl.List):
        inner, sql = type_of(kind.inner)
        return pa.list_(inner), f"array<{sql}>"
    return next(pair for known, pair in TYPES.items() if known == kind.base_type())


def as_arrow(table: pl.DataFrame, columns: Columns) -> pa.Table:
    """Give a table as Arrow, with exactly `columns`."""
    typed = table.select(pl.col(name).cast(kind) for name, kind in columns.items())
    return typed.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(arrow_schema(columns))


ORDER = "order_of_group"
"""A column that a stream may have so that it is sorted; work does not get it."""


class UnsortedError(Exception):
    """Rows of one group came in several places of a stream."""


@dataclass(frozen=True)
class OverBatches:
    """`work` over a stream of batches: at least `rows` at a time, those that agree in `by` together.

    The stream must be sorted by `by`; where it is not, and is longer than a part, UnsortedError is raised. A worker
    holds no more than one part, however long the stream is.
    """

    work: Work
    columns: Columns
    by: str | None = None
    rows: int = AT_ONCE

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Give the batches that come out."""
        held: list[pa.RecordBatch] = []
        waiting, enough = 0, self.rows
        last = None
        for batch in batches:
            if batch.num_rows:
                held.append(batch)
                waiting += batch.num_rows
            if waiting >= enough:
                table = pa.Table.from_batches(held)
                end, last = self._end(table, last)
                if end:
                    yield from self._done(table.slice(0, end))
                held = table.slice(end).to_batches()
                waiting = table.num_rows - end
                # One group may be larger than a part: look again when there is twice as much.
                enough = max(self.rows, 2 * waiting)
        if held:
            table = pa.Table.from_batches(held)
            if last is not None:
                self._end(table, last)
            yield from self._done(table)

    def _end(self, table: pa.Table, last: Any) -> tuple[int, Any]:
        """Give where the last group begins, which may go on, and its key; without groups, the end.

        `last` is the key of the first group that may be in the table.
        """
        if self.by is None:
            return int(table.num_rows), None
        keys = pl.from_arrow(table.select([self.by])).to_series()  # type: ignore[union-attr]
        if not keys.is_sorted() or (last is not None and keys[0] < last):
            raise UnsortedError(f"the rows do not come in the order of '{self.by}'")
        return int((keys != keys[-1]).sum()), keys[-1]

    def _done(self, table: pa.Table) -> Iterator[pa.RecordBatch]:
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        frame = frame.drop(ORDER, strict=False)
        if frame.height:
            yield from as_arrow(self.work(frame), self.columns).to_batches()
