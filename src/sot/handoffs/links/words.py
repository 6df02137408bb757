"""The telling words of documents: those of their names and texts that neither every document nor the customer has."""

from __future__ import annotations

import polars as pl

from sot.rules.handoffs import LinkingRules

_TEXTS = ("name", "memo", "line_text", "reference", "deal_ref", "project_ref")
_WORD = r"\p{L}[\p{L}\p{N}]{2,}|\p{L}\d[\p{L}\p{N}]*"
_AT_MOST = 14
"""So many words of a document are looked at; what comes later is small print."""


def telling_words(table: pl.DataFrame, customers: pl.DataFrame, rules: LinkingRules) -> pl.DataFrame:
    """Give (doc, kind, word): the telling words of each document that has any.

    `customers` (party, word) are words of the customers' own names.
    """
    text = pl.concat_str([pl.col(name).fill_null("") for name in _TEXTS], separator=" ")
    words = table.select(
        "doc", "kind", "party", word=text.str.to_lowercase().str.extract_all(_WORD).list.head(_AT_MOST)
    )
    return (
        words.explode("word", empty_as_null=True)
        .filter(pl.col("word").is_not_null() & ~pl.col("word").is_in(sorted(rules.generic_words)))
        .unique(["doc", "word"], maintain_order=True)
        .join(customers, on=["party", "word"], how="anti", maintain_order="left")
        .select("doc", "kind", "word")
        .sort("doc", "word")
    )
