"""How one thing is written in several ways: legal forms, abbreviations, countries, regions, any other word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from sot.profile.cells import NAMES, Cells
from sot.profile.figures import Count, Variant
from sot.profile.spelling import Spellings, squashed

MOST_SPELLINGS = 8
_WORD_LIKE = frozenset(("text", "flag"))
_NOT_WORDS = frozenset(("email", "website", "street", "phone")) | NAMES
_MANY = 100_000

Groups = dict[str, dict[str, int]]
"""What is meant, and how many cells write it in which way."""


def variants(cells: Cells, spellings: Spellings) -> tuple[Variant, ...]:
    """Give everything in the column that is written in several ways, what most cells differ in first."""
    listed: list[Variant] = []
    if cells.field in NAMES:
        listed += _several(_legal_forms(cells.values, spellings), "legal form ")
        listed += _several(_words(cells.values, spellings.names))
    elif cells.field == "street":
        listed += _several(_words(cells.values, spellings.streets))
    elif cells.field in ("country", "region"):
        known = spellings.countries if cells.field == "country" else spellings.regions
        listed += _several(_values(cells.values, known))
    elif cells.looks in _WORD_LIKE and cells.field not in _NOT_WORDS and cells.values.height <= _MANY:
        listed += _several(_alike(cells.values))
    return tuple(sorted(listed, key=lambda variant: (-differing(variant), variant.of)))


def differing(variant: Variant) -> int:
    """Count the cells that do not write it in the way that is most common."""
    return sum(spelling.cells for spelling in variant.spellings[1:])


def _several(groups: Groups, kind: str = "") -> Iterable[Variant]:
    for meant, written in groups.items():
        if len(written) > 1:
            ordered = sorted(written.items(), key=lambda item: (-item[1], item[0]))
            of = f"{kind}{ordered[0][0]}" if kind else meant
            yield Variant(of, tuple(Count(text, cells) for text, cells in ordered))


def _add(groups: Groups, meant: str, written: str, cells: int) -> None:
    counts = groups.setdefault(meant, {})
    counts[written] = counts.get(written, 0) + cells


def _split(values: pl.DataFrame) -> pl.LazyFrame:
    """Give the words of every value; lazily, because a list of all of them takes as much room as the column."""
    return values.lazy().select("n", word=pl.col("text").str.split(" "))


def _legal_forms(values: pl.DataFrame, spellings: Spellings) -> Groups:
    """Find the legal forms at the ends of names, up to three words long, the longest first."""
    last = (pl.col("word").list.get(-at, null_on_oob=True).alias(f"w{at}") for at in (1, 2, 3))
    ends = _split(values).select("n", *last).filter(pl.col("w2").is_not_null()).collect(engine="streaming")
    ends = ends.filter(pl.col("w1").is_in(_known(ends["w1"], spellings.last)))
    kept = (
        pl.when(pl.col(column).is_in(_known(ends[column], spellings.before))).then(column)
        for column in ("w2", "w3")
    )
    ends = ends.with_columns(kept)
    groups: Groups = {}
    for w1, w2, w3, cells in ends.group_by("w1", "w2", "w3").agg(pl.col("n").sum()).iter_rows():
        words = [word for word in (w3 if w2 else None, w2, w1) if word]
        for at in range(len(words)):
            form = spellings.legal.get(squashed("".join(words[at:])))
            if form is not None:
                _add(groups, form, " ".join(words[at:]).lstrip(",(-").rstrip(",;)"), cells)
                break
    return groups


def _known(words: pl.Series, known: frozenset[str]) -> pl.Series:
    """Give the different words whose letters are in `known`, as one list to look words up in."""
    unique = words.drop_nulls().unique()
    bare = unique.str.to_lowercase().str.replace_all("&", "and", literal=True).str.normalize("NFKD")
    return unique.filter(bare.str.replace_all(r"[^\p{L}\p{N}]", "").is_in(sorted(known))).implode()


def _words(values: pl.DataFrame, full: Mapping[str, str]) -> Groups:
    """Find words and their abbreviations; capitals do not count as another way of writing here."""
    counted = _split(values).explode("word").group_by("word").agg(pl.col("n").sum())
    counts = counted.collect(engine="streaming")
    known = counts.filter(pl.col("word").is_in(_known(counts["word"], frozenset(full))))
    groups: Groups = {}
    for word, cells in known.iter_rows():
        meant = full.get(squashed(word))
        if meant is not None:
            _add(groups, meant, word.strip(',;()-/"').capitalize(), cells)
    return groups


def _values(values: pl.DataFrame, known: Mapping[str, str]) -> Groups:
    """Find whole values that the rules know by several spellings."""
    groups: Groups = {}
    for value, cells in values.group_by("text").agg(pl.col("n").sum()).iter_rows():
        meant = known.get(squashed(value))
        if meant is not None:
            _add(groups, meant, value, cells)
    return groups


def _alike(values: pl.DataFrame) -> Groups:
    """Find values that differ in capitals, blanks and punctuation alone."""
    text = pl.col("text")
    keyed = values.with_columns(key=text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", ""))
    several = keyed.filter((pl.col("key").count().over("key") > 1) & (pl.col("key") != ""))
    groups: Groups = {}
    for key, value, cells in several.group_by("key", "text").agg(pl.col("n").sum()).iter_rows():
        _add(groups, key, value, cells)
    return {max(sorted(group), key=lambda text: group[text]): group for group in groups.values()}
