"""Payments whose payer's name a bank has cut: they belong to the one customer whose name begins like that."""

from __future__ import annotations

import polars as pl

from sot.handoffs.customer_names import plain
from sot.handoffs.unnamed_payers import given_to

_LEAST = 12
"""So many letters must be left of a name: banks keep 18, 22, 27 or 35."""

_OWNER = ("family", "golden_id")


def with_cut_names(table: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Give the documents with the customers of payments that had none; `names` (party, text) are those of customers.

    What is left holds the first word and at least the beginning of a second one. Where the names of two customers
    begin like that, nobody knows.
    """
    unnamed = (pl.col("kind") == "payment") & pl.col("party").is_null()
    lost = table.filter(unnamed).select("doc", cut=_plain("account_name"))
    lost = lost.filter(pl.col("cut").str.contains(" ") & (pl.col("cut").str.len_chars() >= _LEAST))
    known = table.drop_nulls("party").select("party", *_OWNER).unique("party", maintain_order=True)
    if lost.is_empty() or known.is_empty():
        return table
    whole = names.select("party", whole=_plain("text")).unique()
    begin = {name: pl.col(name).str.head(_LEAST) for name in ("cut", "whole")}
    owners = (
        lost.with_columns(begin=begin["cut"])
        .join(whole.with_columns(begin=begin["whole"]), on="begin")
        .filter(pl.col("whole").str.starts_with(pl.col("cut")))
        .select("doc", "party")
        .unique()
        .filter(pl.len().over("doc") == 1)
        .join(known, on="party")
    )
    return given_to(table, owners)


def _plain(name: str) -> pl.Expr:
    """Give a name as it is compared: small letters and digits, with single spaces, without marks on letters."""
    return plain(pl.col(name)).str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
