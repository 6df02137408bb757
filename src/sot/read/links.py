"""Which record a document belongs to, and the records of systems that deliver documents alone."""

from __future__ import annotations

import polars as pl

_ORDER = ("bi_table", "project", "invoice", "deal", "payment", "contact")


def one_per_customer(rows: pl.DataFrame) -> pl.DataFrame:
    """Give one record per distinct customer of document rows: by its id, else by its name."""
    named = rows.filter(pl.col("record_id").is_not_null() | pl.col("name").is_not_null())
    values = [name for name in named.columns if name not in ("system", "record_id", "row", "source", "sheet")]
    key = pl.coalesce("record_id", pl.col("name").str.strip_chars())
    return (
        named.with_columns(key.alias("record_id"))
        .sort("system", "record_id", "source", "row", nulls_last=True)
        .group_by("system", "record_id", maintain_order=True)
        .agg(pl.col("source", "sheet", "row").first(), *(_usual(name) for name in values))
    )


def _usual(name: str) -> pl.Expr:
    """Give the value that most rows have, the smallest of equals."""
    return pl.col(name).drop_nulls().mode().sort().first().alias(name)


def link(documents: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Fill `customer_id`: by the account's id, else by the account's name where one record alone has it."""
    if "#link" not in documents.columns:
        documents = documents.with_columns(pl.lit(None, dtype=pl.String).alias("#link"))
    ids = records.select("system", pl.col("record_id").alias("#link"), pl.col("record_id").alias("#by_id"))
    folded = pl.col("name").str.strip_chars().str.to_lowercase()
    names = (
        records.filter(pl.col("name").is_not_null())
        .group_by("system", folded.alias("#name"))
        .agg(pl.col("record_id").min().alias("#by_name"), pl.len().alias("#count"))
        .filter(pl.col("#count") == 1)
    )
    # Where a name stands for several records of its system, the link stays open rather than guessed.
    return (
        documents.with_columns(pl.col("account_name").str.strip_chars().str.to_lowercase().alias("#name"))
        .join(ids, on=["system", "#link"], how="left")
        .join(names, on=["system", "#name"], how="left")
        .with_columns(pl.coalesce("customer_id", "#by_id", "#by_name").alias("customer_id"))
        .drop("#link", "#name", "#by_id", "#by_name", "#count")
    )


def derivation_order(kind: str) -> int:
    """Tell how good documents of a kind are as a source of accounts; smaller is better."""
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
