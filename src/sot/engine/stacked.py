"""Tables of different columns as one, so that a worker gets all rows of a group together."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sot.engine.batches import on_engine
from sot.engine.protocol import Columns, Engine

WHAT = "what"
"""The column that says of which table a row is."""
_NOTHING = "nothing"


def stacked(engine: Engine, tables: Mapping[str, tuple[str, Columns]], by: str) -> str:
    """Give the query of the rows of all `tables` (a query and its columns each), each with its group (`by`)."""
    every = {name: kind for _, columns in tables.values() for name, kind in on_engine(columns).items()}
    engine.give(_NOTHING, pl.DataFrame(schema=every))
    return " union all ".join(
        f"select '{what}' as {WHAT}, t.{by}, "
        + ", ".join(f"{'t' if name in columns else 'x'}.{name}" for name in every)
        + f" from ({query}) t left join {_NOTHING} x on false"
        for what, (query, columns) in tables.items()
    )


def apart(rows: pl.DataFrame, what: str, columns: Columns) -> pl.DataFrame:
    """Give the rows of one of the tables, with the types that it has."""
    mine = rows.filter(pl.col(WHAT) == what)
    return mine.select(pl.col(name).cast(kind) for name, kind in columns.items())


def together(tables: Mapping[str, pl.DataFrame], columns: Columns) -> pl.DataFrame:
    """Give several tables that a worker has made as one of `columns`."""
    rows = [table.with_columns(pl.lit(what).alias(WHAT)) for what, table in tables.items()]
    return pl.concat(rows, how="diagonal_relaxed").select(
        (pl.col(name) if any(name in table.columns for table in rows) else pl.lit(None))
        .cast(kind)
        .alias(name)
        for name, kind in columns.items()
    )
