"""Where firms sit and how they are reached: town, street, postcode and phone number, as in their country."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.demo.draw import Draw, Pool, digits
from sot.demo.names import people, squashed
from sot.demo.vocabulary import Country, Vocabulary


class Spellings:
    """Things that people spell in several ways, the usual spelling first; each thing has a number."""

    def __init__(self, spellings: Sequence[Sequence[str]]) -> None:
        self._flat = pl.Series([text for ways in spellings for text in ways], dtype=pl.String)
        self._count = np.array([len(ways) for ways in spellings])
        self._start = np.cumsum(self._count) - self._count

    def usual(self, things: pl.Series) -> pl.Series:
        """Spell things as they should be."""
        return self._flat.gather(self._start[things.to_numpy()])

    def drawn(self, draw: Draw, things: pl.Series, share: float) -> pl.Series:
        """Spell about `share` of the things in any of their ways, the others as they should be."""
        numbers = things.to_numpy()
        other = (draw.uniform(numbers.size) * self._count[numbers]).astype(np.int64)
        way: npt.NDArray[np.int64] = np.where(draw.uniform(numbers.size) < share, other, 0)
        return self._flat.gather(self._start[numbers] + way)


def places(draw: Draw, words: Vocabulary, code: str, rows: int) -> pl.DataFrame:
    """Settle `rows` firms in a country.

    Columns: town, region, postcode, house, street, street_kind (number within the language), unit, area and
    local (the two parts of the phone number).
    """
    country = words.countries[code]
    language = words.languages[country.language]
    town_ids = draw.pick(rows, words.towns[code])
    town = words.town_table.select("town", "region", "postcode", "area_code")[town_ids]
    phone = _phones(draw, country, town_ids, town["area_code"])
    street = draw.one_of(rows, language.streets)
    if country.language == "en":
        after_people = people(draw, words, country, "surname", rows)
        numbered = draw.numbers(rows, 11, 19) + "th"
        kind = draw.uniform(rows)
        street = pl.select(
            pl.when(pl.lit(kind) < 0.35)
            .then(after_people)
            .when(pl.lit(kind) < 0.4)
            .then(numbered)
            .otherwise(street)
        ).to_series()
    return pl.DataFrame(
        {
            "town": town["town"],
            "region": town["region"],
            "postcode": _postcodes(draw, country, town_ids, town),
            "house": _houses(draw, code, rows),
            "street": street,
            "street_kind": draw.pick(rows, _falling(len(language.street_kinds))),
            "unit": draw.numbers(rows, 1, 500),
            "area": phone["area"],
            "local": phone["local"],
        }
    )


def _falling(count: int) -> Pool:
    return Pool.of(pl.Series(range(count), dtype=pl.Int64), [1 / (rank + 1) for rank in range(count)])


def _houses(draw: Draw, code: str, rows: int) -> pl.Series:
    top = 9999 if code in ("US", "CA") else 180
    house = draw.numbers(rows, 1, top)
    if code in ("US", "CA", "AU", "GB", "IN", "CN"):
        return house
    return draw.some(house, 0.08, lambda plain: plain + draw.one_of(plain.len(), "abc"))


def _phones(draw: Draw, country: Country, town_ids: pl.Series, own_area: pl.Series) -> pl.DataFrame:
    shapes = pl.Series(country.phone.areas, dtype=pl.String)
    chosen = shapes.gather(town_ids.to_numpy() % shapes.len())
    parts = chosen.str.split_exact(" ", 1).struct.rename_fields(["area", "local"]).struct.unnest()
    area = parts.select(pl.when(pl.col("area") == "town").then(own_area).otherwise("area").alias("area"))
    return area.with_columns(digits(draw, parts["local"]).alias("local"))


def _postcodes(draw: Draw, country: Country, town_ids: pl.Series, town: pl.DataFrame) -> pl.Series:
    rows = town_ids.len()
    if country.postcode == "town":
        last = (town["postcode"].str.slice(3).cast(pl.Int64) + draw.whole(rows, 0, 4)) % 100
        return town["postcode"].str.slice(0, 3) + last.cast(pl.String).str.zfill(2)
    marks = country.postcode.count("D")
    low = 10 ** (marks - 1)
    number = (low + town_ids.cast(pl.Int64) * 7919 % (9 * low)).cast(pl.String)
    letters = squashed(town["town"]).str.to_uppercase().str.replace_all("[^A-Z]", "").str.pad_end(2, "X")
    parts = []
    for position, mark in enumerate(country.postcode):
        before = country.postcode[:position]
        if mark == "D":
            parts.append(pl.lit(number.str.slice(before.count("D"), 1)))
        elif mark == "L":
            parts.append(pl.lit(letters.str.slice(before.count("L"), 1)))
        else:
            parts.append(pl.lit(mark))
    return digits(draw, pl.select(pl.concat_str(parts)).to_series())
