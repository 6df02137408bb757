"""Tables of an engine to the driver by parts of their uids, so that it holds one part at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl
from polars.io.plugins import register_io_source

from sot.engine.protocol import Engine
from sot.model.tables import Schema, conform

AT_ONCE = 200_000
"""Numbers in a part."""


def parts(engine: Engine, name: str, columns: Sequence[str] = (), by: str = "uid") -> Iterator[pl.DataFrame]:
    """Give the rows of a table in the order of the number `by`, AT_ONCE numbers at a time; at least one, maybe empty.

    Where several rows have one number, their order is open.
    """
    asked = ", ".join(columns) or "*"
    most = engine.small(f"select max({by}) as most from {name}").item()
    for start in range(0, 1 if most is None else int(most) + 1, AT_ONCE):
        yield engine.small(
            f"select {asked} from {name} where {by} >= {start} and {by} < {start + AT_ONCE} order by {by}"
        )


def in_parts(engine: Engine, name: str, columns: Sequence[str], by: str = "uid") -> pl.DataFrame:
    """Give some columns of all rows to the driver, by the number `by`; they must be few columns."""
    return pl.concat(parts(engine, name, columns, by))


def lazily(engine: Engine, name: str, schema: Schema, by: str) -> pl.LazyFrame:
    """Give the columns of `schema` of all rows, by the number `by`, one part at a time as the table is written."""

    def tables(
        columns: list[str] | None, wanted: pl.Expr | None, most: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        for part in parts(engine, name, list(dict.fromkeys([*schema, by])), by):
            rows = conform(part, schema)
            rows = (rows if wanted is None else rows.filter(wanted)).slice(0, most)
            most = most and most - rows.height
            yield rows if columns is None else rows.select(columns)

    return register_io_source(tables, schema=dict(schema))
