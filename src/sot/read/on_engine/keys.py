"""The key and the number of every record on an engine: the same ones as in the process, by joins and windows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from sot.engine.protocol import Engine
from sot.errors import InputError
from sot.read.on_engine.mapping import COLUMNS
from sot.read.records.record_keys import each_once, numbered

IN_ONE_WINDOW = 1_000_000
"""So many records are sorted together by one worker."""
_TRIED = 100
"""So many keys for each window tell where it ends."""
_KEYED = {**COLUMNS, "id_repeated": pl.Boolean}
_KEY = {"system": pl.String, "record_id": pl.String}


def keyed_on_engine(engine: Engine, parts: Sequence[str]) -> pl.DataFrame:
    """Make `records` (RECORDS and id_repeated) of tables `parts` (RECORDS without uid).

    Give the number of records of each source, and how many of them share their id: source, sheet, n, repeated.
    """
    values = ", ".join(name for name in COLUMNS if name not in ("system", "record_id"))
    every = " union all ".join(f"select {', '.join(COLUMNS)} from {part}" for part in parts)
    engine.sql(
        "unkeyed",
        f"""select system, coalesce(record_id, name, '(no name)') as record_id, {values} from ({every}) t""",
    )
    engine.sql(
        "shared_id", "select system, record_id from unkeyed group by system, record_id having count(*) > 1"
    )
    both = "s.system = u.system and s.record_id = u.record_id"
    engine.apply(
        "apart",
        f"select u.*, u.system || ' ' || u.record_id as together from unkeyed u join shared_id s on {both}",
        _apart,
        _KEYED,
        by="together",
    )
    columns = ", ".join(f"u.{name}" for name in COLUMNS)
    engine.sql(
        "keyed",
        f"""select {columns}, false as id_repeated from unkeyed u left join shared_id s on {both}
            where s.system is null union all select {", ".join(_KEYED)} from apart""",
    )
    _require_unique(engine)
    _number(engine)
    engine.drop("unkeyed", "shared_id", "apart", "keyed")
    return engine.small(
        """select source, sheet, count(*) as n, sum(case when id_repeated then 1 else 0 end) as repeated
           from records group by source, sheet"""
    )


def _apart(records: pl.DataFrame) -> pl.DataFrame:
    return numbered(each_once(records.drop("together")))


def _require_unique(engine: Engine) -> None:
    shared = engine.small(
        """select system, record_id from keyed group by system, record_id having count(*) > 1
           order by system, record_id limit 1"""
    )
    if shared.height:
        system, record = shared.row(0)
        raise InputError(
            f"{system}: '{record}' is the id of one record and the number of another of a repeated id",
            "give every row an id of its own",
        )


def _number(engine: Engine) -> None:
    """Make `records` with uids in the order of keys: windows of ranges of keys, for none could sort all of them."""
    count = int(engine.small("select count(*) as n from keyed").item())
    windows = -(-count // IN_ONE_WINDOW)
    bounds: tuple[tuple[str, str], ...] = ()
    if windows > 1:
        each = max(1, count // (windows * _TRIED))
        engine.apply("some_key", "select system, record_id from keyed", _Some(each), _KEY)
        keys = sorted(engine.small("select system, record_id from some_key").rows())
        bounds = tuple(keys[len(keys) * at // windows] for at in range(1, windows))
        engine.drop("some_key")
    engine.apply("placed", "select * from keyed", _Placed(bounds), {**_KEYED, "place": pl.Int64})
    sizes = engine.small("select place, count(*) as n from placed group by place").sort("place")
    starts = sizes.select(pl.col("place").cast(pl.Int64), start=pl.col("n").cum_sum() - pl.col("n")).cast(
        pl.Int64
    )
    engine.give("start_", starts)
    engine.sql(
        "records",
        f"""select cast(row_number() over (partition by p.place order by p.system, p.record_id) - 1 + s.start as bigint)
                   as uid, {", ".join(f"p.{name}" for name in _KEYED)}
            from placed p join start_ s on p.place = s.place""",
    )
    engine.drop("placed", "start_")


@dataclass(frozen=True)
class _Some:
    """Every so-many-th key of a part."""

    each: int

    def __call__(self, keys: pl.DataFrame) -> pl.DataFrame:
        return keys.gather_every(self.each)


@dataclass(frozen=True)
class _Placed:
    """Records with the range that their key is in; texts are compared byte by byte, as everywhere."""

    bounds: tuple[tuple[str, str], ...]

    def __call__(self, records: pl.DataFrame) -> pl.DataFrame:
        if not self.bounds:
            return records.with_columns(place=pl.lit(0, pl.Int64))
        places = [bisect_right(self.bounds, key) for key in records.select(list(_KEY)).iter_rows()]
        return records.with_columns(place=pl.Series(places, dtype=pl.Int64))
