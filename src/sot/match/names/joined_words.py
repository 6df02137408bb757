"""Two words of one name that another writes as one: "Tri County Plumbing" beside "Tricounty Plumbing & Heating"."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

MOST = 2
"""So many pairs of words are looked at in one name."""
_PART, _WHOLE = 2, 6
"""So many letters have each part and the whole at least: initials are joined elsewhere."""


def made_word(owner: str) -> pl.Expr:
    """Give the word that each word makes with the next one of its name; rows are words (token) in their order."""
    right = pl.when(pl.col(owner) == pl.col(owner).shift(-1)).then(pl.col("token").shift(-1))
    word = pl.col("token") + right
    long = pl.min_horizontal(pl.col("token").str.len_chars(), right.str.len_chars()) >= _PART
    return pl.when(long & (word.str.len_chars() >= _WHOLE)).then(word)


def joined_words(
    made: pl.DataFrame, words: npt.NDArray[np.object_], matrix: npt.NDArray[np.int32]
) -> npt.NDArray[np.int32]:
    """Give, for each name, pairs of neighbouring words that another name has as one word.

    `made` holds these pairs in the order of names and words (name_id, token: the first word, word: what both make),
    `words` all words by number, and `matrix` the numbers of the words of each name. The result has a row per name and
    MOST triples in it: the places of the two words in the name's row of `matrix` and the number of the word that they
    make; -1 where there is none.
    """
    result = np.full((len(matrix), MOST, 3), -1, np.int32)
    if made.is_empty():
        return result
    number = pl.DataFrame({"word": pl.Series(words.tolist(), dtype=pl.String)}).with_row_index("number")
    number = number.with_columns(pl.col("number").cast(pl.Int32))
    pairs = made.with_columns(right=pl.col("word").str.slice(pl.col("token").str.len_chars()))
    pairs = pairs.join(number, on="word", how="left", maintain_order="left").with_columns(
        pl.col("number").fill_null(-1)
    )
    for part in ("token", "right"):
        pairs = pairs.join(
            number.rename({"word": part, "number": f"{part}_number"}),
            on=part,
            how="left",
            maintain_order="left",
        ).with_columns(pl.col(f"{part}_number").fill_null(-2))
    at = pairs["name_id"].to_numpy().astype(np.int64)
    places = [
        (matrix[at] == pairs[f"{part}_number"].to_numpy().astype(np.int32)[:, None])
        for part in ("token", "right")
    ]
    kept = np.flatnonzero(places[0].any(axis=1) & places[1].any(axis=1))
    at, left, right = at[kept], places[0][kept].argmax(axis=1), places[1][kept].argmax(axis=1)
    whole = pairs["number"].to_numpy().astype(np.int32)[kept]
    first = np.r_[True, at[1:] != at[:-1]]
    rank = np.arange(len(at)) - np.maximum.accumulate(np.where(first, np.arange(len(at)), 0))
    few = rank < MOST
    result[at[few], rank[few]] = np.c_[left, right, whole][few]
    return result
