"""Misspelled abbreviations and words for "company": a rare word one edit from such a word stands for it.

Two spellings of one long word are near each other, so name comparison finds them itself; a misspelled abbreviation
("mggmt" → "management") is near nothing but the other abbreviations of its word, which normalising has already spelled
out, and a misspelled legal form ("Ltdd") looks like a word of the name.
"""

from __future__ import annotations

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from sot.rules.matching import NameRules, Respelling
from sot.rules.naming import NameWords

c = pl.col
FORM_LETTERS = 3
"""Letters that a legal form must have for its misspelling to be told."""


def respell(
    records: pl.DataFrame, words: NameWords, background: pl.DataFrame, names: NameRules
) -> pl.DataFrame:
    """Give `records` with n_tokens and n_name in which misspelled abbreviations and words for "company" are put right.

    Only words that the background does not know and that few records have are taken for misspelled, and only where
    all abbreviations that are one edit away mean one word, and no other word of the background is as near ("hunter").
    """
    rules = names.respelling
    seen = records.select(word="n_tokens").explode("word").drop_nulls().group_by("word").len()
    rare = seen.filter(
        (c("len") <= rules.records)
        & c("word").str.contains(r"^[a-z]+$")
        & c("word").str.len_chars().is_between(FORM_LETTERS, rules.longest)
    ).join(background, left_on="word", right_on="token", how="anti")
    long = rare.filter(c("word").str.len_chars() >= rules.shortest).select("word")
    found = _nearest(long, _abbreviations(words, names))
    found = found.join(_near_other_words(found, background, rules), on="word", how="anti")
    ends = records.select(word=c("n_tokens").list.last(), size=c("n_tokens").list.len()).filter(c("size") > 1)
    forms = _nearest(
        rare.select("word").join(ends, on="word", how="semi"), _company_words(names), only_one=False
    )
    records = _replaced_last(records, forms)
    if found.is_empty() and forms.is_empty():
        return records
    meant = dict(found.sort("word").iter_rows())
    tokens = c("n_tokens").list.eval(pl.element().replace(meant)).list.unique(maintain_order=True)
    return records.with_columns(n_tokens=tokens).with_columns(
        n_name=pl.when(c("n_name").is_not_null()).then(c("n_tokens").list.join(" "))
    )


def _replaced_last(records: pl.DataFrame, forms: pl.DataFrame) -> pl.DataFrame:
    """Put the word for "company" in place of the last word of a name that is a misspelling of it."""
    meant = dict(forms.sort("word").iter_rows())
    tokens, last = c("n_tokens"), c("n_tokens").list.last()
    changed = pl.concat_list(tokens.list.head(tokens.list.len() - 1), last.replace(meant))
    hit = last.is_in(sorted(meant)) & (tokens.list.len() > 1)
    return records.with_columns(n_tokens=pl.when(hit).then(changed).otherwise(tokens))


def _abbreviations(words: NameWords, names: NameRules) -> pl.DataFrame:
    pairs = [(short, word) for word, shorts in words.abbreviations.items() for short in shorts]
    table = pl.DataFrame(pairs, schema=["abbreviation", "meant"], orient="row")
    table = pl.concat([table, _company_words(names)])
    return table.filter(
        c("abbreviation").str.contains(r"^[a-z]+$")
        & (c("abbreviation").str.len_chars() >= names.respelling.shortest)
    )


def _company_words(names: NameRules) -> pl.DataFrame:
    words = sorted(word for word in names.company_words if len(word) >= FORM_LETTERS)
    return pl.DataFrame(
        {"abbreviation": words, "meant": words}, schema=dict.fromkeys(("abbreviation", "meant"), pl.String)
    )


def _near_other_words(found: pl.DataFrame, background: pl.DataFrame, rules: Respelling) -> pl.DataFrame:
    """Give the words that are one edit from a word which the background knows well and which is not the meant one."""
    known = background.filter(
        (c("df") >= rules.known) & c("token").str.len_chars().is_between(rules.shortest, rules.longest + 1)
    ).select(meant="token", abbreviation="token")
    near = _near(found.select("word"), known)
    return near.join(found, on=["word", "meant"], how="anti").select("word").unique()


def _nearest(rare: pl.DataFrame, abbreviations: pl.DataFrame, only_one: bool = True) -> pl.DataFrame:
    """Give (word, meant) for the words that are one edit from abbreviations, with `only_one` those of one word only."""
    meant = _near(rare, abbreviations).group_by("word").agg(c("meant").unique().sort())
    chosen = meant.filter(c("meant").list.len() == 1) if only_one else meant
    return chosen.select("word", c("meant").list.first())


def _near(rare: pl.DataFrame, abbreviations: pl.DataFrame) -> pl.DataFrame:
    """Give (word, meant) for every word that is one edit from an abbreviation."""
    near = one_letter_less(rare, "word").join(one_letter_less(abbreviations, "abbreviation"), on="key")
    near = near.select("word", "abbreviation", "meant").unique()
    if near.is_empty():
        return near.select("word", "meant")
    edits = process.cpdist(
        near["word"].to_list(), near["abbreviation"].to_list(), scorer=OSA.distance, workers=-1
    )
    return near.filter(pl.Series(edits) == 1).select("word", "meant").unique()


def one_letter_less(table: pl.DataFrame, column: str) -> pl.DataFrame:
    """Give each word with itself and all it becomes by leaving out one letter, as `key`."""
    length = int(table[column].str.len_chars().max() or 0)  # type: ignore[arg-type]
    cut = [
        pl.when(c(column).str.len_chars() > i).then(
            pl.concat_str(c(column).str.slice(0, i), c(column).str.slice(i + 1))
        )
        for i in range(length)
    ]
    return table.with_columns(key=pl.concat_list(c(column), *cut)).explode("key").drop_nulls("key")
