"""The names of municipalities: "Stad Gent" and "Ville de Gand" are the body of one town, in two languages."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from sot.normalise.text import clean, fold, words

BODY = "municipal"
"""The one word for a municipality in the name that it has besides its own."""
_STEM, _ENDING = 4, 3
"""A town in another case ("Helsingin") begins with so many letters of the town at least, and all but its last ones."""


def with_municipalities(
    records: pl.DataFrame, called: Collection[str], beside: Collection[str]
) -> pl.DataFrame:
    """Give `records` (with n_city) in which municipalities have a name in one spelling besides their own.

    A municipality is called by words of `called` at its own town, with or without words of `beside`.
    """
    rows = records.select("n_name", "n_city", "city", "n_tokens", "n_aliases").with_row_index("at")
    likely = pl.col("n_tokens").list.eval(pl.element().is_in(sorted(called))).list.any()
    rows = rows.filter(likely & pl.col("n_city").is_not_null())
    rows = rows.with_columns(written=fold(clean(rows["city"]))).with_columns(words(pl.col("written")))
    bodies = {
        at: name
        for at, own, city, written in rows.select("at", "n_name", "n_city", "written").rows()
        if (name := _body(own.split(), city, {*city.split(), *(written or "").split()}, called, beside))
        and name != own
    }
    if not bodies:
        return records
    more = pl.Series("more", [bodies.get(at) for at in range(records.height)], dtype=pl.String)
    aliases = pl.concat_list(pl.col("n_aliases").fill_null([]), more).list.unique().list.sort()
    return records.with_columns(n_aliases=pl.when(more.is_not_null()).then(aliases).otherwise("n_aliases"))


def _body(
    name: list[str], city: str, town: set[str], called: Collection[str], beside: Collection[str]
) -> str | None:
    """Give the name of a municipality and what stands behind it in one spelling; None for any other name."""
    kinds = [_kind(word, town, called, beside) for word in name]
    begin = next((at for at, kind in enumerate(kinds) if kind != "rest"), len(kinds))
    end = next((at for at in range(begin, len(kinds)) if kinds[at] == "rest"), len(kinds))
    if begin or not {"town", "body"} <= set(kinds[:end]):
        return None
    return " ".join([BODY, city, *name[end:]])


def _kind(word: str, town: set[str], called: Collection[str], beside: Collection[str]) -> str:
    if any(_is_town(word, part) for part in town):
        return "town"
    return "body" if word in called else "beside" if word in beside else "rest"


def _is_town(word: str, town: str) -> bool:
    """Tell whether `word` is the town, or a case of it ("Helsingin", "Larisaion")."""
    least = max(_STEM, len(town) - _ENDING)
    case = least < len(word) <= len(town) + _ENDING and word[:least] == town[:least]
    return word == town or case
