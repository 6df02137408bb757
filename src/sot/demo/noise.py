"""What fingers, importers and old systems do to a text: typos, case, lost accents, broken encodings, cuts."""

from __future__ import annotations

import polars as pl

from sot.demo.draw import Draw

_NEIGHBOURS = dict(
    zip("qwertyuiopasdfghjklzxcvbnm0123456789", "wertyuioposdfghjklkxcvbnmn9012345678", strict=True)
)


def typo(draw: Draw, values: pl.Series) -> pl.Series:
    """Make one slip of the finger in each value: letters swapped, lost, doubled or wrong, a stray blank."""
    rows = values.len()
    length = values.str.len_chars().cast(pl.Int64)
    at = (pl.Series(draw.uniform(rows)) * (length - 1).clip(lower_bound=1)).cast(pl.Int64).fill_null(0)
    letters = values.str.slice(at, 1)
    wrong = letters.str.to_lowercase().replace(_NEIGHBOURS)
    parts = pl.DataFrame(
        {
            "value": values,
            "head": values.str.slice(0, at),
            "one": letters,
            "two": values.str.slice(at + 1, 1),
            "tail": values.str.slice(at + 2),
            "wrong": wrong,
            "kind": draw.uniform(rows),
            "length": length,
        }
    )
    kind = pl.col("kind")
    return parts.select(
        pl.when(pl.col("length") < 4).then("value")
        .when(kind < 0.27).then(pl.concat_str("head", "two", "one", "tail"))
        .when(kind < 0.54).then(pl.concat_str("head", "two", "tail"))
        .when(kind < 0.76).then(pl.concat_str("head", "one", "one", "two", "tail"))
        .when(kind < 0.95).then(pl.concat_str("head", "wrong", "two", "tail"))
        .otherwise(pl.concat_str("head", pl.lit(" "), "one", "two", "tail"))
    ).to_series()  # fmt: skip


def mojibake(values: pl.Series) -> pl.Series:
    """Read the UTF-8 bytes of each value as Windows-1252, as an import with the wrong setting does."""
    odd = values.filter(~values.str.contains(r"^[\x00-\x7f]*$")).unique()
    return values.replace(odd, pl.Series([_misread(value) for value in odd], dtype=pl.String))


def _misread(value: str) -> str:
    try:
        return value.encode().decode("cp1252")
    except UnicodeDecodeError:
        return value


def spaced(draw: Draw, values: pl.Series) -> pl.Series:
    """Put a blank too many somewhere."""
    kind = pl.Series(draw.uniform(values.len()))
    value = pl.lit(values)
    return pl.select(
        pl.when(kind < 0.35).then(value + " ")
        .when(kind < 0.6).then(" " + value)
        .when(kind < 0.85).then(value.str.replace(" ", "  ", literal=True))
        .otherwise(value.str.replace(" ", " ", literal=True))
    ).to_series()  # fmt: skip


def cut(draw: Draw, values: pl.Series) -> pl.Series:
    """Cut values off where an old system's field ended."""
    return values.str.slice(0, pl.Series(draw.whole(values.len(), 28, 42))).str.strip_chars_end()


def swapped(values: pl.Series) -> pl.Series:
    """Put the first word last."""
    return values.str.replace(r"^(\S+) (.*[^.,])$", "$2 $1")


def acronym(values: pl.Series) -> pl.Series:
    """Shorten names of three words and more to their initials."""
    initials = values.str.extract_all(r"(?:^|[\s&-])\p{L}").list.join("").str.replace_all(r"[\s&-]", "")
    return pl.select(
        pl.when(pl.lit(initials).str.len_chars() > 2)
        .then(pl.lit(initials).str.to_uppercase())
        .otherwise(values)
    ).to_series()


def abbreviated(values: pl.Series, short: dict[str, str]) -> pl.Series:
    """Write the words that have a usual short form in it."""
    padded = " " + values + " "
    words = padded.str.replace_many([f" {word} " for word in short], [f" {form} " for form in short.values()])
    return words.str.strip_chars(" ")
