"""Misspelled words for "company" and long abbreviations: a rare word one edit from such a word stands for it.

Two spellings of one word are near each other, so name comparison finds them itself; a misspelled legal form ("Ltdd",
"Compny") looks like a word of the name that the other name lacks, and what is spelled out elsewhere ("Services",
"Industries") is near nothing if it is misspelled.
"""

from __future__ import annotations

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from sot.rules.matching_names import NameRules
from sot.rules.naming import NameWords

c = pl.col


def respell(
    records: pl.DataFrame, words: NameWords, background: pl.DataFrame, names: NameRules
) -> pl.DataFrame:
    """Give `records` with n_tokens and n_name in which such misspelled words are put right.

    Only words that the background does not know and that few records have are taken for misspelled: the last word of
    a name for a word for "company"; any word but the first, which a name is called by, for a long word for "company" or
    abbreviation with the same first letter.
    """
    seen = records.select(word="n_tokens").explode("word").drop_nulls().group_by("word").len()
    return respelt(records, *misspelled(seen, words, background, names))


def misspelled(
    seen: pl.DataFrame, words: NameWords, background: pl.DataFrame, names: NameRules
) -> tuple[dict[str, str], dict[str, str]]:
    """Give what misspelled words stand for, inside a name and at its end; `seen` counts words (word, len)."""
    rules = names.respelling
    rare = seen.filter(
        (c("len") <= rules.records)
        & c("word").str.contains(r"^[a-z]+$")
        & c("word").str.len_chars().is_between(rules.shortest, rules.longest)
    ).join(background, left_on="word", right_on="token", how="anti")
    company = [(word, word) for word in names.company_words if len(word) >= rules.shortest]
    spelled_out = [(short, word) for word, shorts in words.abbreviations.items() for short in shorts]
    long = [pair for pair in company + spelled_out if len(pair[0]) >= rules.inside]
    inside = {
        word: meant[0]
        for word, meant in _nearest(rare, long).items()
        if len(meant) == 1 and word[0] == meant[0][0]
    }
    return inside, inside | {word: meant[0] for word, meant in _nearest(rare, company).items()}


def respelt(records: pl.DataFrame, inside: dict[str, str], last: dict[str, str]) -> pl.DataFrame:
    """Give `records` in which words that are misspelled `inside` a name or as its `last` one are put right."""
    if not last:
        return records
    tokens, size = c("n_tokens"), c("n_tokens").list.len()
    changed = pl.concat_list(
        tokens.list.head(1),
        tokens.list.slice(1, size - 2).list.eval(pl.element().replace(inside)),
        tokens.list.last().replace(last),
    ).list.unique(maintain_order=True)
    wrong = tokens.list.slice(1).list.eval(pl.element().is_in(sorted(inside))).list.any()
    hit = (size > 1) & (tokens.list.last().is_in(sorted(last)) | wrong)
    return records.with_columns(
        n_tokens=pl.when(hit).then(changed).otherwise(tokens),
        n_name=pl.when(hit).then(changed.list.join(" ")).otherwise("n_name"),
    )


def _nearest(rare: pl.DataFrame, right: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Give for the words of `rare` the second words of the pairs of `right` from whose first they are one edit."""
    pairs = pl.DataFrame(right, schema={"right": pl.String, "meant": pl.String}, orient="row")
    near = one_letter_less(rare.select("word"), "word").join(one_letter_less(pairs, "right"), on="key")
    near = near.select("word", "right", "meant").unique()
    if near.is_empty():
        return {}
    edits = process.cpdist(near["word"].to_list(), near["right"].to_list(), scorer=OSA.distance, workers=-1)
    nearest = near.filter(pl.Series(edits) == 1).group_by("word").agg(c("meant").unique().sort())
    return dict(nearest.sort("word").iter_rows())


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
