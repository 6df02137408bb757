"""The key of every record, (system, record_id): unique, and the same however rows and files are ordered."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sot.model.counts import counted
from sot.model.tables import ACCOUNT_FIELDS, RECORDS
from sot.read.columns.table import Table

Place = tuple[str, str | None]
"""(path, sheet): the source of a record."""

_CONTENT = ("object", *ACCOUNT_FIELDS)
_KEY = ["system", "record_id"]
_AT = "#at"


def keyed(records: pl.DataFrame, tables: Mapping[Place, Table]) -> pl.DataFrame:
    """Give every record a key of its own and its `uid`, sorted; a record that is in two files counts once."""
    records = _in_order(_named(records, tables))
    again = (pl.col("record_id") == pl.col("record_id").shift()) & (
        pl.col("system") == pl.col("system").shift()
    )
    if records.select(again.any()).item():
        records = _apart(records, tables)
    else:
        records = records.with_columns(pl.lit(False).alias("id_repeated"))
    return _complete(records.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias("uid")))


def _in_order(records: pl.DataFrame) -> pl.DataFrame:
    """Sort by the key, system by system: that takes half the time of comparing both columns of every row."""
    places = records.select(_KEY).with_row_index(_AT)
    order = places.group_by("system").agg(pl.col(_AT).sort_by("record_id")).sort("system").explode(_AT)
    return records.rechunk()[order[_AT]]


def _named(records: pl.DataFrame, tables: Mapping[Place, Table]) -> pl.DataFrame:
    """Where a row has no id to trust its name is the key, byte by byte."""
    if not records["record_id"].null_count():
        return records
    without = records.filter(pl.col("record_id").is_null())
    for (path, sheet), rows in without.group_by(["source", "sheet"], maintain_order=True):
        table = tables[str(path), sheet if sheet is None else str(sheet)]
        if table.record_id is not None and table.is_document is False:
            subject = counted(rows.height, "row has", "rows have")
            table.warn(f"{subject} no id in '{table.record_id}'; the name is the key")
    name = pl.col("name") if "name" in records.columns else pl.lit(None, dtype=pl.String)
    return records.with_columns(pl.coalesce("record_id", name, pl.lit("(no name)")).alias("record_id"))


def _apart(records: pl.DataFrame, tables: Mapping[Place, Table]) -> pl.DataFrame:
    """Keep records of one id apart as ID, ID#2 …, numbered by their contents."""
    several = pl.len().over(_KEY) > 1
    twins = records.filter(several)
    once = each_once(twins)
    _count_shared(twins, once, tables)
    _warn_repeated(once, tables)
    alone = records.filter(~several).with_columns(pl.lit(False).alias("id_repeated"))
    return _unclashed(pl.concat([alone, numbered(once).select(alone.columns)]).sort(_KEY))


def each_once(twins: pl.DataFrame) -> pl.DataFrame:
    """Give records whose ids others have too, each once and in order, with `id_repeated`.

    The same row in two files is one record; the same row twice in one file is two.
    """
    content = [name for name in _CONTENT if name in twins.columns]
    twins = twins.sort([*_KEY, *content, "source", "sheet", "row"], nulls_last=True)
    twins = twins.with_columns(
        pl.int_range(pl.len()).over([*_KEY, *content, "source", "sheet"]).alias("#nth")
    )
    once = twins.unique([*_KEY, *content, "#nth"], keep="first", maintain_order=True)
    return once.drop("#nth").with_columns((pl.len().over(_KEY) > 1).alias("id_repeated"))


def numbered(once: pl.DataFrame) -> pl.DataFrame:
    """Number records of one id in their order: ID, ID#2 …"""
    number = pl.int_range(1, pl.len() + 1).over(_KEY)
    key = pl.when(number > 1).then(pl.format("{}#{}", "record_id", number)).otherwise(pl.col("record_id"))
    return once.with_columns(key.alias("record_id"))


def _unclashed(records: pl.DataFrame) -> pl.DataFrame:
    """Number once more where a numbered key is another record's own id ("7#2" beside a real 7#2)."""
    while records.select(pl.struct(_KEY).is_duplicated().any()).item():
        number = pl.int_range(1, pl.len() + 1).over(_KEY)
        again = (
            pl.when(number > 1).then(pl.format("{}#{}", "record_id", number)).otherwise(pl.col("record_id"))
        )
        records = records.with_columns(again.alias("record_id")).sort(_KEY)
    return records


def _count_shared(twins: pl.DataFrame, once: pl.DataFrame, tables: Mapping[Place, Table]) -> None:
    where = ["source", "sheet", "row", *_KEY]
    gone = twins.join(once.select(where), on=where, how="anti", nulls_equal=True)
    for (path, sheet), rows in gone.group_by(["source", "sheet"], maintain_order=True):
        table = tables[str(path), sheet if sheet is None else str(sheet)]
        table.source.records -= rows.height
        table.skip("the same record is in another file", rows.height)


def _warn_repeated(once: pl.DataFrame, tables: Mapping[Place, Table]) -> None:
    bad = once.filter("id_repeated")
    for (path, sheet), rows in bad.group_by(["source", "sheet"], maintain_order=True):
        table = tables[str(path), sheet if sheet is None else str(sheet)]
        shown = ", ".join(rows["record_id"].unique().sort().head(3))
        key = f"id in '{table.record_id}'" if table.record_id else "name, which is the key,"
        subject = counted(rows.height, "row shares its", "rows share their")
        table.warn(
            f"{subject} {key} with another row of the system ({shown}); "
            "each is kept as a record of its own: ID, ID#2 …"
        )


def _complete(records: pl.DataFrame) -> pl.DataFrame:
    """Give exactly the columns of RECORDS, and `id_repeated` behind them."""
    lacking = {name: kind for name, kind in RECORDS.items() if name not in records.columns}
    whole = records.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in lacking.items())
    return whole.select(*(pl.col(name).cast(kind) for name, kind in RECORDS.items()), "id_repeated")
