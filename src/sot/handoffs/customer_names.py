"""What customers are called: their names, the words of them, and their initials."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

_INITIALS, _WORDS = 4, 7
"""Banks and people write so many initials of a customer, of names of no more words."""


def plain(text: pl.Expr) -> pl.Expr:
    """Give a text in small letters without marks on them, as banks write."""
    return text.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")


def own_words(records: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """Give (party, word): the words of the names of the customers, in the account lists of every system."""
    records = records.select("uid", "name", "object").filter(pl.col("object") == "account")
    return _words(names(records, parties))


def names(records: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """Give (party, text): the names of the customers in every system, in lower case."""
    written = records.select("uid", text=pl.col("name").str.to_lowercase()).drop_nulls()
    return written.join(parties, on="uid").select("party", "text").unique()


def called(
    records: pl.DataFrame, parties: pl.DataFrame, usual: Collection[str]
) -> tuple[pl.DataFrame, pl.Series]:
    """Give (party, word) of customers, with their initials, and the persons that nothing but payments knows.

    Words that are `usual`, legal forms and such, name nobody; a payer with a legal form is a company of its own.
    """
    records = records.select("uid", "name", "object", "n_legal")
    known = records.filter(pl.col("object") != "payment")
    firms = records.filter((pl.col("object") != "payment") | pl.col("n_legal").is_not_null())
    strangers = parties.join(parties.join(firms, on="uid", how="semi"), on="party", how="anti")["party"]
    written = names(known, parties)
    words = _words(written).filter(~pl.col("word").is_in(sorted(usual)))
    return pl.concat([words, _initials(written)]).unique(), strangers.unique()


def _words(written: pl.DataFrame) -> pl.DataFrame:
    words = written.select("party", word=pl.col("text").str.extract_all(r"\p{L}[\p{L}\p{N}]+"))
    return words.explode("word", empty_as_null=True).drop_nulls().unique()


def _initials(written: pl.DataFrame) -> pl.DataFrame:
    """Give (party, word): the first letters of the words of names, of the first four and of more."""
    letters = (
        written.select("party", first=pl.col("text").str.extract_all(r"\p{L}[\p{L}\p{N}]*"))
        .filter(pl.col("first").list.len().is_between(_INITIALS, _WORDS))
        .with_columns(first=pl.col("first").list.eval(pl.element().str.head(1)).list.join(""))
    )
    parts = [
        letters.select("party", word=pl.col("first").str.head(at)) for at in range(_INITIALS, _WORDS + 1)
    ]
    return pl.concat(parts).unique()
