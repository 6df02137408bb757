"""The key of every record, (system, record_id): unique, and the same however rows and files are ordered."""

from __future__ import annotations

import polars as pl

from sot.model.sources import Source
from sot.model.tables import ACCOUNT_FIELDS, RECORDS

_CONTENT = ("object", *ACCOUNT_FIELDS)


def keyed(records: pl.DataFrame, sources: dict[str, Source]) -> pl.DataFrame:
    """Give every record a key of its own and its `uid`, sorted; records that two files share count once."""
    records = _name_for_id(records)
    records = records.sort("system", "record_id", maintain_order=False)
    same = pl.col("record_id") == pl.col("record_id").shift(), pl.col("system") == pl.col("system").shift()
    repeated = records.select((same[0] & same[1]).fill_null(False).alias("again"))["again"]
    records = records.with_columns(pl.lit(False).alias("id_repeated"))
    if repeated.any():
        records = _apart(records, sources)
    return records.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias("uid"))


def _name_for_id(records: pl.DataFrame) -> pl.DataFrame:
    """Where a row has no id to trust, its name is the key; rows without either are told apart by their place."""
    if not records["record_id"].null_count():
        return records
    name = pl.col("name") if "name" in records.columns else pl.lit(None, dtype=pl.String)
    return records.with_columns(pl.coalesce("record_id", name, pl.lit("(no name)")).alias("record_id"))


def _apart(records: pl.DataFrame, sources: dict[str, Source]) -> pl.DataFrame:
    content = [name for name in _CONTENT if name in records.columns]
    key = ["system", "record_id"]
    several = pl.len().over(key) > 1
    twins = records.filter(several).sort([*key, *content, "source", "sheet", "row"], nulls_last=True)
    # The same row in two files is one record; the same row twice in one file is two.
    twins = twins.with_columns(pl.int_range(pl.len()).over([*key, *content, "source", "sheet"]).alias("#nth"))
    once = twins.unique([*key, *content, "#nth"], keep="first", maintain_order=True)
    gone = twins.join(once, on=["source", "sheet", "row", *key], how="anti", nulls_equal=True)
    for path, count in gone.group_by("source").len().sort("source").iter_rows():
        source = sources[path]
        source.records -= count
        reason = "the same record stands in another file"
        source.skipped[reason] = source.skipped.get(reason, 0) + count
    number = pl.int_range(1, pl.len() + 1).over(key)
    again = once.with_columns(
        (pl.len().over(key) > 1).alias("id_repeated"),
        pl.when(number > 1)
        .then(pl.format("{}#{}", "record_id", number))
        .otherwise("record_id")
        .alias("record_id"),
    ).drop("#nth")
    _warn(again, sources)
    alone = records.filter(~several)
    return pl.concat([alone, again.select(alone.columns)]).sort("system", "record_id")


def _warn(again: pl.DataFrame, sources: dict[str, Source]) -> None:
    bad = again.filter("id_repeated")
    for (path,), rows in bad.group_by(["source"], maintain_order=True):
        shown = sorted({one.split("#")[0] for one in rows["record_id"].head(50)})[:3]
        sources[str(path)].warnings.append(
            f"{rows.height} rows share their id with another row of the system ({', '.join(shown)}); "
            "each is kept as a record of its own, as ID, ID#2 …"
        )


def complete(records: pl.DataFrame) -> pl.DataFrame:
    """Give exactly the columns of RECORDS, and `id_repeated` behind them."""
    missing = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in RECORDS.items() if name not in records.columns
    ]
    return records.with_columns(missing).select(
        *(pl.col(name).cast(kind) for name, kind in RECORDS.items()), "id_repeated"
    )
