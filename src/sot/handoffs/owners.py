"""Documents that name a customer which their system has twice: once the two are one golden customer, it is known."""

from __future__ import annotations

import polars as pl


def with_owners(documents: pl.DataFrame, records: pl.DataFrame, memberships: pl.DataFrame) -> pl.DataFrame:
    """Give DOCUMENTS with the customer of those whose name several records of their system have, all of one customer.

    When the exports are read, such a name could be either record's; the golden map says that both are the same.
    """
    key = pl.col("account_name").str.strip_chars().str.to_lowercase()
    lost = documents.filter(pl.col("customer_id").is_null() & pl.col("account_name").is_not_null())
    if lost.is_empty():
        return documents
    sought = lost.select("system", name=key).unique()
    named = records.filter(pl.col("object") == "account").select(
        "system", "uid", "record_id", name=pl.col("name").str.strip_chars().str.to_lowercase()
    )
    owners = (
        named.join(sought, on=["system", "name"], how="semi")
        .join(memberships.select("uid", "golden_id"), on="uid")
        .group_by("system", "name")
        .agg(same_name=pl.col("record_id").min(), customers=pl.col("golden_id").n_unique())
        .filter(pl.col("customers") == 1)
        .select("system", "name", "same_name")
    )
    joined = documents.with_columns(name_key=key).join(
        owners, left_on=["system", "name_key"], right_on=["system", "name"], how="left", maintain_order="left"
    )
    return joined.with_columns(customer_id=pl.coalesce("customer_id", "same_name")).drop(
        "name_key", "same_name"
    )
