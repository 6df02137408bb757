"""Tables of an engine to the driver by parts of their uids, so that it holds one part at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from sot.engine.batches import AT_ONCE
from sot.engine.protocol import Engine


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


def in_parts(engine: Engine, name: str, columns: Sequence[str]) -> pl.DataFrame:
    """Give some columns of all rows to the driver, by uid; they must be few columns."""
    return pl.concat(parts(engine, name, columns))
