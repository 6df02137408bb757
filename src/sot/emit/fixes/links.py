"""Link files: the ids of the other systems for each account, for the import before the first synchronisation."""

from __future__ import annotations

import polars as pl

from sot.emit.fixes.import_formats import Form
from sot.model.kinds import CustomerStatus
from sot.model.run import Run


def links(form: Form, run: Run, keys: pl.DataFrame, titles: dict[str, str]) -> pl.DataFrame:
    """Give the key of each account with one column for each other system: its id there.

    Only what is sure: customers without a link in doubt that have one account in each of the two systems once
    the duplicates are merged, and ids that the other system gives itself. Sub-accounts of the account do not count.
    """
    survivors = _survivors(run)
    own = survivors.filter(pl.col("system") == form.system).select("uid", "customer")
    table = own.join(keys.select("uid", "key"), on="uid")
    columns = {form.key: pl.col("key")}
    for system, title in titles.items():
        if system == form.system:
            continue
        other = survivors.filter((pl.col("system") == system) & pl.col("record_id").is_not_null())
        table = table.join(
            other.select("customer", pl.col("record_id").alias(system)), on="customer", how="left"
        )
        if table[system].null_count() < table.height:
            columns[form.external_ids.get(system, f"{title} ID")] = pl.col(system)
    if len(columns) == 1:
        return pl.DataFrame()
    filled = table.filter(
        pl.any_horizontal(pl.col(name).is_not_null() for name in titles if name != form.system)
    )
    return filled.sort("key").select(expression.alias(header) for header, expression in columns.items())


def _survivors(run: Run) -> pl.DataFrame:
    """Give the accounts that stay, of customers without doubt that have one in their system."""
    golden = run.resolution.golden.with_row_index("customer").select(
        pl.col("customer").cast(pl.Int64), sure=pl.col("status") != CustomerStatus.NEEDS_REVIEW
    )
    accounts = run.records.select(
        "uid", "system", "record_id", "object", "parent_id", "parent_name",
        run.customer_of.cast(pl.Int64).alias("customer"),
    ).filter(pl.col("object") == "account")  # fmt: skip
    own = pl.all_horizontal(pl.col("parent_id", "parent_name").is_null())
    accounts = accounts.filter(own | ~own.any().over("system", "customer"))
    staying = accounts.join(run.resolution.merges.select("uid"), on="uid", how="anti")
    sure = staying.join(golden.filter("sure"), on="customer", how="semi")
    return sure.filter(pl.len().over("system", "customer") == 1)
