"""The shapes of values: capitals as A, small letters as a, digits as 9, anything else as it stands."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits

import polars as pl

from sot.profile.cells import PROSE, Cells, ranked
from sot.profile.figures import Count

SHOWN = 8
_SIGNS = {
    **dict.fromkeys(ascii_uppercase, "A"),
    **dict.fromkeys(ascii_lowercase, "a"),
    **dict.fromkeys(digits, "9"),
}
_LONGEST = 40
_WITHOUT = PROSE | {"email", "website", "country", "region"}
_TELLING = 0.5


def patterns(cells: Cells) -> pl.DataFrame | None:
    """Give the shapes in a column (value, n); None where they tell nothing, as of names and sentences."""
    if cells.field in _WITHOUT or not cells.filled:
        return None
    short = pl.col("text").str.len_chars() <= _LONGEST
    telling = short & pl.col("text").str.contains(r"\d|^\p{L}{1,3}$")
    if cells.count(telling) < _TELLING * cells.filled:
        return None
    shaped = pl.col("text").str.replace_many(list(_SIGNS), list(_SIGNS.values()))
    shapes = cells.values.select("n", value=pl.when(short).then(shaped).otherwise(pl.lit("longer text")))
    shapes = shapes.group_by("value").agg(pl.col("n").sum())
    foreign = pl.col("value").str.replace_all(r"\p{Lu}", "A").str.replace_all(r"[\p{Ll}\p{Lo}]", "a")
    odd = pl.col("value").str.contains(r"[^\x00-\x7F]")
    shapes = shapes.with_columns(value=pl.when(odd).then(foreign).otherwise("value"))
    # How many digits a day or an amount has tells nothing; how they are set apart does.
    shape = pl.col("value")
    if cells.looks == "date":
        shape = shape.str.replace(r"^9{1,2}([./-])9{1,2}([./-])", "9${1}9${2}")
    elif cells.looks == "number":
        shape = shape.str.replace_all(r"9+([.,])", "9$1").str.replace(r"^9+$", "9")
    shapes = shapes.with_columns(shape)
    return shapes.group_by("value").agg(pl.col("n").sum())


def shown(shapes: pl.DataFrame | None) -> tuple[Count, ...]:
    """Give the most common shapes."""
    return () if shapes is None else ranked(shapes, SHOWN)


def other_forms(cells: Cells, shapes: pl.DataFrame | None) -> tuple[int, tuple[Count, ...]]:
    """Count the dates and phone numbers that are not written in the form that is most common."""
    if shapes is None or not (cells.looks == "date" or cells.field == "phone"):
        return 0, ()
    most = ranked(shapes, 4)
    return int(shapes["n"].sum()) - most[0].cells, most[1:]
