"""Payments whose list names no customer: found by the number of a bill or a word of a name, and by the amount."""

from __future__ import annotations

import polars as pl

from sot.handoffs.customer_names import plain
from sot.handoffs.reference_keys import identities, mentions
from sot.rules.handoffs import LinkingRules

_LETTERS = 6
"""So many letters must a text have at least, apart from its numbers, that two payments with it have one payer."""

_WORD, _BORNE, _DAYS = 4, 3, (-10, 400)
"""So many letters has a word that names a customer, so few customers have it; a bill is paid so many days after it."""

_OWNER = ("party", "family", "golden_id")


def with_payers(
    table: pl.DataFrame, words: pl.DataFrame, strangers: pl.Series, rules: LinkingRules
) -> pl.DataFrame:
    """Give the documents with the customers of payments that had none; `words` (party, word) are those of names.

    `strangers` are parties that nothing but payments knows: persons who pay for their company.
    A payment names one invoice by its whole number and has its amount, perhaps without a bank's fee: the customer is
    that of the invoice. Or it has the amount of a bill to the cent, and a rare word of the name of one customer with
    such a bill. Other payments with the same text, numbers left out, come from the same payer.
    """
    nobodys = pl.col("party").is_null() | pl.col("party").is_in(strangers.implode())
    unnamed = table.filter((pl.col("kind") == "payment") & nobodys)
    invoices = table.filter((pl.col("kind") == "invoice") & pl.col("party").is_not_null())
    if unnamed.is_empty() or invoices.is_empty():
        return table
    by_number = _named(unnamed, invoices, rules)
    by_word = _by_word(unnamed, invoices, words)
    named = pl.concat([by_number, by_word]).unique("doc", keep="first", maintain_order=True)
    texts = unnamed.select("doc", text=_text()).filter(pl.col("text").str.len_chars() >= _LETTERS)
    same = texts.join(named, on="doc", maintain_order="left")
    same = same.filter(pl.col("party").n_unique().over("text") == 1).unique("text", maintain_order=True)
    alike = texts.join(same.select("text", *_OWNER), on="text", maintain_order="left").select("doc", *_OWNER)
    owners = pl.concat([named, alike]).unique("doc", keep="first", maintain_order=True)
    return given_to(table, owners)


def given_to(table: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """Give the documents with the customers that `owners` (doc, party, family, golden_id) have for some of them."""
    return table.join(owners, on="doc", how="left", maintain_order="left", suffix="_owner").with_columns(
        pl.coalesce(f"{name}_owner", name).alias(name) for name in _OWNER
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


def _by_word(unnamed: pl.DataFrame, invoices: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Give (doc, party, family, golden_id) of the payments with a bill's amount and a word of its customer's name."""
    cents = (pl.col("total") * 100).round().cast(pl.Int64)
    word = plain(pl.col("word"))
    rare = words.with_columns(word).unique().filter(
        (pl.col("word").str.len_chars() >= _WORD) & (pl.len().over("word") <= _BORNE)
    )  # fmt: skip
    texts = unnamed.select(
        "doc", "currency", cents=cents, paid_on="day", word=_text().str.split(" ").list.unique()
    )
    bills = invoices.filter(pl.col("state").ne_missing("invoice_void")).select(
        *_OWNER, cents=cents, billed_on="day", billed_in="currency"
    )
    days = (pl.col("paid_on") - pl.col("billed_on")).dt.total_days()
    return (
        texts.explode("word")
        .with_columns(word)
        .join(rare, on="word")
        .join(bills, on=["party", "cents"])
        .filter(days.is_between(*_DAYS) & (pl.col("currency") == pl.col("billed_in")).fill_null(True))
        .filter(pl.col("party").n_unique().over("doc") == 1)
        .select("doc", *_OWNER)
        .unique("doc")
        .sort("doc")
    )


def _text() -> pl.Expr:
    """Give what a payment says without its numbers, in one form."""
    whole = pl.concat_str(
        "account_name", "name", "memo", "line_text", "reference", separator=" ", ignore_nulls=True
    )
    words = whole.str.to_lowercase().str.replace_all(r"\S*\d\S*", " ").str.replace_all(r"[^\p{L}]+", " ")
    return words.str.strip_chars()
