"""What firms are called: names after the patterns of their language, and their spelling in plain letters."""

from __future__ import annotations

import re

import polars as pl
from anyascii import anyascii

from sot.demo.draw import Draw, Pool
from sot.demo.vocabulary import Country, Vocabulary

_FIELD = re.compile(r"\{(\w+)\}")
_MIDDLE = ("", "", "", "a", "o", "i", "ta", "ro", "li", "no", "mi", "ve")
_LETTERS = "ABCDEFGHIJKLMNOPRSTVW"


def firm_names(draw: Draw, words: Vocabulary, country: Country, towns: pl.Series) -> pl.DataFrame:
    """Name one firm for each town given.

    Columns: core (the name without legal form), stem (what a subsidiary would keep of it), trade, given and
    surname of the founder, person (the firm is called just like its founder).
    """
    rows = towns.len()
    language = words.languages[country.language]
    pattern = draw.pick(rows, Pool.weighted(language.patterns))
    frame = pl.DataFrame(
        {
            "pattern": pattern,
            "surname": people(draw, words, country, "surname", rows),
            "surname2": people(draw, words, country, "surname", rows),
            "given": people(draw, words, country, "given", rows),
            "trade": draw.pick(rows, _common_first(language.trades)),
            "town": towns,
            "word": draw.pick(rows, words.nouns),
            "adjective": draw.pick(rows, words.adjectives),
            "coined": _coined(draw, words, country, rows),
            "initials": _initials(draw, rows),
        }
    )
    patterns = sorted(language.patterns)
    return frame.select(
        _rendered(patterns).alias("core"),
        _rendered(patterns, without="trade").str.replace_all(r"^[\s&-]+|[\s&-]+$", "").alias("stem"),
        "trade",
        "given",
        "surname",
        (pl.col("pattern") == "{given} {surname}").alias("person"),
    )


def people(draw: Draw, words: Vocabulary, country: Country, kind: str, rows: int) -> pl.Series:
    """Draw surnames or given names of people who live in a country."""
    if len(country.people) == 1:
        return draw.pick(rows, words.people[(next(iter(country.people)), kind)])
    which = draw.pick(rows, Pool.weighted(country.people))
    drawn = pl.DataFrame({pool: draw.pick(rows, words.people[(pool, kind)]) for pool in country.people})
    return drawn.select(
        pl.coalesce(pl.when(which == pool).then(pl.col(pool)) for pool in country.people)
    ).to_series()


def squashed(names: pl.Series) -> pl.Series:
    """Give names as they stand in a domain: small Latin letters and digits only."""
    spelled = names.str.to_lowercase().str.replace_many(
        ["ä", "ö", "ü", "ß", "&"], ["ae", "oe", "ue", "ss", "and"]
    )
    return to_ascii(spelled).str.replace_all(r"[^a-z0-9]+", "")


def to_ascii(values: pl.Series) -> pl.Series:
    """Spell every value in ASCII; each different value is worked on once."""
    plain = values.str.contains(r"^[\x00-\x7f]*$") | values.is_null()
    if plain.all():
        return values
    odd = values.filter(~plain).unique()
    return values.replace(odd, pl.Series([anyascii(value) for value in odd], dtype=pl.String))


def _common_first(trades: tuple[str, ...]) -> Pool:
    return Pool.of(list(trades), [1 / (rank + 12) for rank in range(len(trades))])


def _coined(draw: Draw, words: Vocabulary, country: Country, rows: int) -> pl.Series:
    start, end = country.coined or (words.world.coined_start, words.world.coined_end)
    middle = ("",) if country.coined else _MIDDLE
    return draw.one_of(rows, start) + draw.one_of(rows, middle) + draw.one_of(rows, end)


def _initials(draw: Draw, rows: int) -> pl.Series:
    third = draw.one_of(rows, ["", *_LETTERS])
    return draw.one_of(rows, _LETTERS) + draw.one_of(rows, _LETTERS) + third


def _rendered(patterns: list[str], without: str = "") -> pl.Expr:
    return pl.coalesce(
        pl.when(pl.col("pattern") == pattern).then(rendered(pattern.replace(f"{{{without}}}", "")))
        for pattern in patterns
    )


def rendered(pattern: str) -> pl.Expr:
    """Give the expression that fills the `{column}` place holders of a pattern."""
    parts = _FIELD.split(pattern)
    return pl.concat_str(
        [pl.col(part) if number % 2 else pl.lit(part) for number, part in enumerate(parts) if part],
        ignore_nulls=True,
    )
