"""Payments whose list names no customer: they belong to the customer whose invoice they name, with its amount."""

from __future__ import annotations

import polars as pl

from sot.handoffs.reference_keys import identities, mentions
from sot.rules.handoffs import LinkingRules

_LETTERS = 6
"""So many letters must a text have at least, apart from its numbers, that two payments with it have one payer."""

_OWNER = ("party", "family", "golden_id")


def with_payers(table: pl.DataFrame, rules: LinkingRules) -> pl.DataFrame:
    """Give the documents with the customers of payments that had none.

    A payment names one invoice by its whole number and has its amount, perhaps without a bank's fee: the customer is
    that of the invoice. Other payments with the same text, numbers left out, come from the same payer.
    """
    unnamed = table.filter((pl.col("kind") == "payment") & pl.col("party").is_null())
    invoices = table.filter((pl.col("kind") == "invoice") & pl.col("party").is_not_null())
    if unnamed.is_empty() or invoices.is_empty():
        return table
    named = _named(unnamed, invoices, rules)
    texts = unnamed.select("doc", text=_text()).filter(pl.col("text").str.len_chars() >= _LETTERS)
    same = texts.join(named, on="doc", maintain_order="left")
    same = same.filter(pl.col("party").n_unique().over("text") == 1).unique("text", maintain_order=True)
    alike = texts.join(same.select("text", *_OWNER), on="text", maintain_order="left").select("doc", *_OWNER)
    owners = pl.concat([named, alike]).unique("doc", keep="first", maintain_order=True)
    return table.join(owners, on="doc", how="left", maintain_order="left", suffix="_owner").with_columns(
        pl.coalesce(name, f"{name}_owner") for name in _OWNER
    ).select(table.columns)  # fmt: skip


def _named(unnamed: pl.DataFrame, invoices: pl.DataFrame, rules: LinkingRules) -> pl.DataFrame:
    """Give (doc, party, family, golden_id) of the payments that name an invoice of their amount."""
    mentioned = mentions(unnamed, rules.reference).filter("whole").select("doc", "key")
    known = identities(invoices, mentioned.select("key").unique()).filter(pl.col("exact") & ~pl.col("worded"))
    hits = mentioned.join(known.select("key", invoice="doc"), on="key", maintain_order="left")
    hits = hits.join(unnamed.select("doc", paid=pl.col("total")), on="doc", maintain_order="left")
    hits = hits.join(
        invoices.select("total", *_OWNER, invoice="doc"), on="invoice", maintain_order="left"
    ).filter(
        ((pl.col("total") - pl.col("paid")).abs() <= rules.equal.amount)
        | (pl.col("paid") - pl.col("total")).is_between(-rules.recurring.fee_share * pl.col("total"), 0)
    )  # fmt: skip
    alone = pl.col("party").n_unique().over("doc") == 1
    return hits.filter(alone).unique("doc", keep="first", maintain_order=True).select("doc", *_OWNER)


def _text() -> pl.Expr:
    """Give what a payment says without its numbers, in one form."""
    whole = pl.concat_str("name", "memo", "line_text", "reference", separator=" ", ignore_nulls=True)
    words = whole.str.to_lowercase().str.replace_all(r"\S*\d\S*", " ").str.replace_all(r"[^\p{L}]+", " ")
    return words.str.strip_chars()
