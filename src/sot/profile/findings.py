"""Signs in values that something went wrong with a column: damage, wrong values, habits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from sot.model.damage import DAY_NUMBER, EXPONENT, POINT_ZERO, ROUNDED
from sot.profile.cells import KEYS, NAMES, Cells, ranked
from sot.profile.figures import Count

_ODD = r"[^\x20-\x7E]"
_SUSPICIOUS = r"[ÂÃÄÅÎÏÐÑ×Øâãåæçèéìïð√][^\x00-\x7F]"
_HIDDEN = r"[\u00A0\u00AD\u200B-\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"
_LOST = r"\uFFFD|\p{L}\?\p{L}"
_ENTITY = r"&(?:amp|quot|apos|lt|gt|nbsp|#\d{2,5}|[A-Za-z]uml|[A-Za-z]acute|[A-Za-z]grave|szlig);"
_SHORT_CODE = r"^\d{3,4}$"
_ENOUGH, _AGAINST = 5, 3
_LONG = 20

Found = tuple[str, int, tuple[Count, ...]]
"""A kind of finding, the cells that show it, and the most common of them."""


@dataclass(frozen=True)
class Sign:
    """What a value that shows a finding looks like; `fields` and `looks` say in which columns to seek it."""

    kind: str
    pattern: str
    fields: frozenset[str] | None = None
    looks: frozenset[str] | None = None
    on: str = "text"

    def fits(self, cells: Cells) -> bool:
        """Say whether the sign means anything in the column."""
        if self.fields is not None and cells.field not in self.fields:
            return False
        return self.looks is None or cells.looks in self.looks


_CODES = KEYS | {"phone", "postcode"}
_PLAIN = frozenset(("text", "code"))
SIGNS = (
    Sign("lost_digits", EXPONENT, looks=_PLAIN),
    Sign("rounded_ids", ROUNDED, fields=KEYS),
    Sign("point_zero", POINT_ZERO, fields=_CODES),
    Sign("day_numbers", DAY_NUMBER, looks=frozenset(("date",))),
    Sign("lost_letters", _LOST, looks=frozenset(("text",))),
    Sign("entities", _ENTITY, looks=frozenset(("text",))),
    Sign("hidden_characters", _HIDDEN, on="value"),
)


def signs(cells: Cells) -> Iterator[Found]:
    """Give what the values of a column show by themselves."""
    if not cells.values.height:
        return
    odd = cells.values.filter(pl.col("value").str.contains(_ODD))
    fitting = [sign for sign in SIGNS if sign.fits(cells)]
    # Few values show any sign: all of them are gone through once for all signs, and those few for each.
    among = {
        "value": odd,
        "text": _any_of(cells.values, [candidate.pattern for candidate in fitting if candidate.on == "text"]),
    }
    for sign in fitting:
        hits = among[sign.on].filter(pl.col(sign.on).str.contains(sign.pattern))
        if sign.kind == "lost_letters":
            hits = hits.filter(~pl.col("text").str.contains("://|www"))
        yield _found(sign.kind, hits)
    yield _found("wrong_letters", _wrong_letters(odd))
    yield _found("blanks", _blanks(cells.values))
    if cells.field == "postcode":
        yield _found("lost_zeros", _lost_zeros(cells))
    if cells.looks == "text" and cells.field != "website":
        yield _found("cut_off", _cut_off(cells.values))
    if cells.field in NAMES | {"street", "city"}:
        yield _capitals(cells)


def _any_of(values: pl.DataFrame, patterns: Sequence[str]) -> pl.DataFrame:
    """Give the values that have one of the patterns."""
    any_of = "|".join(f"(?:{pattern})" for pattern in patterns)
    return values.filter(pl.col("text").str.contains(any_of)) if patterns else values.clear()


def _found(kind: str, values: pl.DataFrame) -> Found:
    return kind, int(values["n"].sum()), ranked(values, 3)


def _wrong_letters(odd: pl.DataFrame) -> pl.DataFrame:
    """Give the values that a repair of their decoding would change."""
    suspects = odd.filter(pl.col("text").str.contains(_SUSPICIOUS))
    if not suspects.height:
        return suspects
    from ftfy import fix_encoding

    return suspects.filter(
        pl.Series([fix_encoding(text) != text for text in suspects["text"]], dtype=pl.Boolean)
    )


def _blanks(values: pl.DataFrame) -> pl.DataFrame:
    outer = pl.col("value").str.len_bytes() != pl.col("text").str.len_bytes()
    return values.filter(outer | pl.col("text").str.contains("  ", literal=True))


def _lost_zeros(cells: Cells) -> pl.DataFrame:
    """Give postcodes that are too short for their country, if none of the column begins with a zero."""
    short = cells.wrong.filter(pl.col("text").str.contains(_SHORT_CODE))
    return short.clear() if cells.count(pl.col("text").str.starts_with("0")) else short


def _cut_off(values: pl.DataFrame) -> pl.DataFrame:
    """Give the longest values, if so many have just that length that a limit must have cut them."""
    sized = values.with_columns(pl.col("text").str.len_chars().alias("size"))
    longest = sized["size"].max()
    if not isinstance(longest, int) or longest < _LONG or sized["size"].min() == longest:
        return values.clear()
    at = sized.filter(pl.col("size") == longest)
    below = sized.filter(pl.col("size").is_between(longest - _AGAINST, longest - 1))
    cut = at.height >= _ENOUGH and at.height > below.height
    return at.drop("size") if cut else values.clear()


def _capitals(cells: Cells) -> Found:
    """Count the values in capitals alone, unless all of them are: then that is the way here."""
    text = pl.col("text")
    shouted = cells.values.filter(~text.str.contains(r"\p{Ll}"))
    shouted = shouted.filter(text.str.contains(r"\p{Lu}.*\p{Lu}.*\p{Lu}.*\p{Lu}.*\p{Lu}"))
    finding = _found("capitals", shouted)
    return finding if finding[1] < 0.9 * cells.filled else ("capitals", 0, ())
