"""Misspelled abbreviations: a rare word one edit from an abbreviation stands for its word ("mggmt" → "management").

Two spellings of one long word are near each other, so name comparison finds them itself; a misspelled abbreviation is
near nothing but the other abbreviations of its word, which normalising has already spelled out.
"""

from __future__ import annotations

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from sot.rules.matching import Respelling
from sot.rules.naming import NameWords

c = pl.col


def respell(
    records: pl.DataFrame, words: NameWords, background: pl.DataFrame, rules: Respelling
) -> pl.DataFrame:
    """Give `records` with n_tokens and n_name in which misspelled abbreviations are spelled out.

    Only words that the background does not know and that few records have are taken for misspelled, and only where
    all abbreviations that are one edit away mean one word, and no word of the background is as near ("hunter").
    """
    seen = records.select(word="n_tokens").explode("word").drop_nulls().group_by("word").len()
    rare = seen.filter(
        (c("len") <= rules.records)
        & c("word").str.contains(r"^[a-z]+$")
        & c("word").str.len_chars().is_between(rules.shortest, rules.longest)
    ).join(background, left_on="word", right_on="token", how="anti")
    found = _nearest(rare.select("word"), _abbreviations(words, rules))
    found = found.join(_near_words(found, background, rules), on="word", how="anti")
    if found.is_empty():
        return records
    meant = dict(found.sort("word").iter_rows())
    tokens = c("n_tokens").list.eval(pl.element().replace(meant)).list.unique(maintain_order=True)
    return records.with_columns(n_tokens=tokens).with_columns(
        n_name=pl.when(c("n_name").is_not_null()).then(c("n_tokens").list.join(" "))
    )


def _abbreviations(words: NameWords, rules: Respelling) -> pl.DataFrame:
    pairs = [(short, word) for word, shorts in words.abbreviations.items() for short in shorts]
    table = pl.DataFrame(pairs, schema=["abbreviation", "meant"], orient="row")
    return table.filter(
        c("abbreviation").str.contains(r"^[a-z]+$") & (c("abbreviation").str.len_chars() >= rules.shortest)
    )


def _near_words(found: pl.DataFrame, background: pl.DataFrame, rules: Respelling) -> pl.DataFrame:
    """Give those of the words that are one edit from a word which the background knows well."""
    known = background.filter(
        (c("df") >= rules.known) & c("token").str.len_chars().is_between(rules.shortest, rules.longest + 1)
    ).select(meant="token", abbreviation="token")
    return _nearest(found.select("word"), known, only_one=False).select("word")


def _nearest(rare: pl.DataFrame, abbreviations: pl.DataFrame, only_one: bool = True) -> pl.DataFrame:
    """Give (word, meant) for the words that are one edit from abbreviations, with `only_one` those of one word only."""
    near = _neighbours(rare, "word").join(_neighbours(abbreviations, "abbreviation"), on="key")
    near = near.select("word", "abbreviation", "meant").unique()
    if near.is_empty():
        return near.select("word", "meant")
    edits = process.cpdist(
        near["word"].to_list(), near["abbreviation"].to_list(), scorer=OSA.distance, workers=-1
    )
    near = near.filter(pl.Series(edits) == 1)
    meant = near.group_by("word").agg(c("meant").unique())
    chosen = meant.filter(c("meant").list.len() == 1) if only_one else meant
    return chosen.select("word", c("meant").list.first())


def _neighbours(table: pl.DataFrame, column: str) -> pl.DataFrame:
    """Give each word with itself and all it becomes by leaving out one letter, as `key`."""
    length = int(table[column].str.len_chars().max() or 0)  # type: ignore[arg-type]
    cut = [
        pl.when(c(column).str.len_chars() > i).then(
            pl.concat_str(c(column).str.slice(0, i), c(column).str.slice(i + 1))
        )
        for i in range(length)
    ]
    return table.with_columns(key=pl.concat_list(c(column), *cut)).explode("key").drop_nulls("key")
