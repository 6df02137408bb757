"""Two words of one name that another writes as one: "Tri County Plumbing" beside "Tricounty Plumbing & Heating"."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

MOST = 2
"""So many pairs of words are looked at in one name."""
_PART, _WHOLE = 2, 6
"""So many letters have each part and the whole at least: initials are joined elsewhere."""


def joined_words(
    spread: pl.DataFrame, words: npt.NDArray[np.object_], matrix: npt.NDArray[np.int32]
) -> npt.NDArray[np.int32]:
    """Give, for each name, pairs of neighbouring words that another name has as one word.

    `spread` holds the words of the names in their order (name_id, token), `words` all words by number, and `matrix` the
    numbers of the words of each name. The result has a row per name and MOST triples in it: the places of the two words
    in the name's row of `matrix` and the number of the word that they make; -1 where there is none.
    """
    result = np.full((len(matrix), MOST, 3), -1, np.int32)
    number = pl.DataFrame({"word": pl.Series(words.tolist(), dtype=pl.String)}).with_row_index("number")
    same = pl.col("name_id") == pl.col("name_id").shift(-1)
    pairs = spread.select("name_id", "token", right=pl.when(same).then(pl.col("token").shift(-1)))
    pairs = pairs.drop_nulls("right").with_columns(word=pl.col("token") + pl.col("right"))
    long = pl.min_horizontal(pl.col("token", "right").str.len_chars()) >= _PART
    pairs = pairs.filter(long & (pl.col("word").str.len_chars() >= _WHOLE)).join(
        number, on="word", maintain_order="left"
    )
    if pairs.is_empty():
        return result
    for part in ("token", "right"):
        pairs = pairs.join(
            number.rename({"word": part, "number": f"{part}_number"}), on=part, maintain_order="left"
        )
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
