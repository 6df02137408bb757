"""The parts of a written name that are not its core: junk marks, other names, care-of lines, sites, jobs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import partial

import polars as pl

from sot.normalise.distinct import listed, where
from sot.normalise.text import alternatives, fold_words, words
from sot.rules.naming import Marks

WORTH_A_LOOK = r"[()\[\]{}<>*#:@|_/;]| - |- | -|^[zx]{2,}"
BRACKET_END = r"^(.*\S)\s*[(\[{<]+([^()\[\]{}<>]+)[)\]}>]+[\s.,]*$"
JOB = r"^([^:]{3,}?)\s*:\s*([^/\s].*)$"
# What is below another customer may be one by itself ("Property Management:Elm Court HOA").
JOB_NAME = r":\s*([^:\d]*[^:\d\s]{2}\s[^:\d]+)$"
# A customer number written before a name of several words; a year is a part of the name.
NUMBERED = r"^(?:[a-z]{0,3}\d{5,}|[a-z]{1,3}\d{4}|[03-9]\d{3})(?:\s*[-:/|]\s*|\s+)([a-z]\S+\s\S.*)$"
APART = r"(?:\s+[-@|/]+\s*|\s*-\s+|\s*,\s*)"
BEHIND = rf"^(.*\S){APART}([^@|,]+?)$"
BEHIND_IN_REGION = rf"^(.*\S){APART}([^@|,]+?)(?:,\s*|\s+)[a-z]{{2}}$"
LAST_PART = r"[-(/]\s*([^-(/]*?)[\s.)]*$"
"""Names of countries hold none of these signs: they are folded to words."""
COPY_NUMBER = r"\s*(?:\(\s*[1-9]\s*\)|\s#\s*[2-9])\s*$"
Z_PREFIX = r"^(?:z{3,}[-_*.\s]+|[zx]{2,}[-_*.]+|z[-_*]+)\s*"


class Structure:
    """What the rules know of junk and joining words, ready to take names apart."""

    def __init__(self, rules: Marks, legal_words: Collection[str], countries: Mapping[str, str]) -> None:
        self.rules = rules
        self.countries = dict(countries)
        self.legal_words = sorted(legal_words)
        self.phrases = {p: mark for mark, entry in rules.marks.items() for p in fold_words(entry.phrases)}
        every, bare = alternatives(self.phrases), alternatives(_folded(m.bare for m in rules.marks.values()))
        more = rf"(?:\s+(?:{alternatives(rules.mark_details)})\b[^)\]}}>*]*|[\s:#-]*\d[^)\]}}>*]*)?"
        self.junk = "|".join(
            (
                rf"[(\[{{<*]+\s*(?:{every}){more}\s*[)\]}}>*]+",
                rf"\s*[-:*_/|]+\s*(?:{every}){more}[\s.!*)-]*$",
                rf"^[\s*#_(\[-]*(?:{every})[\s)\]]*[-:*_|]+\s*",
                rf"\s(?:{bare})[\s.!*]*$",
                COPY_NUMBER,
                Z_PREFIX,
            )
        )
        joins = alternatives(_folded((rules.trade_words, rules.former_words)))
        inner = alternatives(_folded((rules.bracket_words,)))
        begin = rf"(?:[\s,;(\[-]+(?:{joins})|\s*[,;(\[]\s*(?:{inner})|\s-+\s*(?:{inner}))[\s:.,-]+"
        self.alias = rf"^(.*?\S){begin}([^)\]]+)[)\]]*(.*)$"
        self.alias_first = rf"^\W*(?:{joins})[\s:.]+"
        care = alternatives(_folded((rules.care_words,)))
        self.care = rf"^(.*?\S)[\s,;(\[-]+(?:{care})[\s:.]+.*$"
        capacity = alternatives(_folded((rules.care_words, rules.capacity_words)))
        self.care_first = rf"^\W*(?:{capacity})[\s:.]+"
        self.site_word = rf"(?:{alternatives(_folded((rules.site_words,)))})"
        forms = rf"(?:[\s,]+(?:{alternatives(self.legal_words)}|(?:[a-z]\.){{2,4}})\.?)*"
        self.all_countries = listed(self.countries)
        self.before_country = rf"^(.*?\S)({forms})(?:\s+-\s*|\s*[(/]\s*)"
        inside = r"[(\[{<]+([^()\[\]{}<>]+)[)\]}>]+"
        self.behind_form = rf"^(.*?\S)({forms[:-1]}+)\s*{inside}[\s.,]*$"
        self.umbrella = rf"\b(?:{alternatives(_folded((rules.umbrella_words,)))})\s*:"
        self.joining = rf"(?:^|\W)(?:{joins})\W|\s(?:{bare})\W*$|{self.care_first}"

    def split(self, frame: pl.DataFrame, towns: pl.Series) -> pl.DataFrame:
        """Take folded names (column `f`) apart: the rest in `f`, other parts in `alias`, `site`, `marks`."""
        f, none = pl.col("f"), pl.lit(None, pl.String)
        frame = frame.with_columns(alias=none, site=none, marks=pl.lit(None, pl.List(pl.String)))
        look = f.str.contains(WORTH_A_LOOK) | f.str.contains(self.joining) | f.str.contains(NUMBERED)
        comma = f.str.contains(",", literal=True)
        behind_comma = f.str.extract(r"^[^,]*,([^,]*)$", 1).str.replace_all(r"[ .]", "")
        odd = look | ~behind_comma.is_in(self.legal_words).fill_null(False)
        return where(frame, look | comma, lambda t: where(t, odd, lambda o: self._split_odd(o, towns)))

    def _split_odd(self, frame: pl.DataFrame, towns: pl.Series) -> pl.DataFrame:
        frame = self._without_junk(frame)
        frame = self._other_names(frame)
        frame = self._without_junk(frame)
        frame = self._sites(frame, towns)
        frame = where(frame, pl.col("f").str.contains(NUMBERED), self._number_off)
        return self._last_first(frame)

    def _without_junk(self, frame: pl.DataFrame) -> pl.DataFrame:
        frame = where(frame, pl.col("f").str.contains(self.junk), self._junk_off)
        return frame.with_columns(
            f=pl.col("f").str.replace_all("*", " ", literal=True).str.strip_chars(" -_:|,")
        )

    def _junk_off(self, frame: pl.DataFrame) -> pl.DataFrame:
        frame = frame.with_columns(pieces=pl.col("f").str.extract_all(self.junk).list.join("\n"))
        known = {text: self._marks(text) for text in frame["pieces"].unique()}
        marked = pl.col("pieces").replace_strict(
            list(known), list(known.values()), default=None, return_dtype=pl.List(pl.String)
        )
        marks = pl.concat_list(pl.col("marks").fill_null([]), marked).list.unique().list.sort()
        return frame.with_columns(f=pl.col("f").str.replace_all(self.junk, " "), marks=marks)

    def _marks(self, text: str) -> list[str]:
        marks = set()
        for piece in text.split("\n"):
            if re.fullmatch(COPY_NUMBER, piece):
                marks.add("duplicate")
            elif re.fullmatch(Z_PREFIX, piece):
                marks.add("old")
            else:
                bare = " ".join(re.sub(r"[^a-z0-9'$€£]+", " ", piece).split())
                hits = [p for p in self.phrases if f" {p} " in f" {bare} "]
                marks.add(self.phrases[max(hits, key=lambda p: (len(p), p))] if hits else bare)
        return sorted(marks - {""})

    def _other_names(self, frame: pl.DataFrame) -> pl.DataFrame:
        f = pl.col("f")
        frame = frame.with_columns(f=f.str.replace(self.alias_first, "").str.replace(self.care_first, ""))
        frame = frame.with_columns(alias=f.str.extract(self.alias, 2))
        return frame.with_columns(
            f=pl.when(pl.col("alias").is_not_null())
            .then(f.str.replace(self.alias, "$1 $3"))
            .otherwise(f)
            .str.replace(self.care, "$1")
            .str.strip_chars(" -,;")
        )

    def _sites(self, frame: pl.DataFrame, towns: pl.Series) -> pl.DataFrame:
        f = pl.col("f")
        frame = where(
            frame,
            f.str.contains(JOB) & ~f.str.contains(self.umbrella),
            lambda t: t.with_columns(
                site=f.str.extract(JOB, 2),
                f=f.str.replace(JOB, "$1"),
                alias=pl.coalesce("alias", f.str.extract(JOB_NAME, 1)),
            ),
        )
        frame = where(frame, f.str.extract(LAST_PART, 1).is_in(self.all_countries), self._countries_apart)
        for pattern in (BEHIND_IN_REGION, BEHIND, BRACKET_END):
            frame = where(
                frame, f.str.contains(pattern), partial(self._site_off, pattern=pattern, towns=towns)
            )
        return where(frame, f.str.contains(BRACKET_END), self._bracket_off)

    def _number_off(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Make another name of the words behind a number, if there are several ("1827364 Ontario Inc" has one)."""
        rest = pl.col("f").str.extract(NUMBERED, 1)
        long = (
            words(rest)
            .str.split(" ")
            .list.eval((pl.element().str.len_chars() > 2) & ~pl.element().is_in(self.legal_words))
        )
        return frame.with_columns(
            alias=pl.when(long.list.sum() > 1).then(pl.coalesce("alias", rest)).otherwise("alias")
        )

    def _countries_apart(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Do `_country_apart` with a pattern of the countries that names end in: one of all takes long to compile."""
        ends = frame.select(pl.col("f").str.extract(LAST_PART, 1).unique()).to_series()
        pattern = rf"{self.before_country}({alternatives(ends)})[\s.)]*$"
        return where(frame, pl.col("f").str.contains(pattern), partial(self._country_apart, pattern=pattern))

    def _country_apart(self, frame: pl.DataFrame, pattern: str) -> pl.DataFrame:
        """Put a country that stands apart before the legal form, as a word of the name that is its site too."""
        f = pl.col("f")
        site = f.str.extract(pattern, 3).replace(self.countries)
        name = pl.concat_str(f.str.extract(pattern, 1), site, separator=" ")
        return frame.with_columns(site=site, f=pl.concat_str(name, f.str.extract(pattern, 2)))

    def _site_off(self, frame: pl.DataFrame, pattern: str, towns: pl.Series) -> pl.DataFrame:
        """Take off what `pattern` finds where it is a town of the records, or a branch word with a number."""
        frame = frame.with_columns(part=words(pl.col("f").str.extract(pattern, 2)))
        town = pl.col("part").str.replace(rf"^{self.site_word} | {self.site_word}$", "")
        frame = frame.with_columns(town=town)
        branch = pl.col("part").str.contains(rf"^{self.site_word}(?: (?:no |nr )?[a-z]?\d+)?$")
        return where(
            frame,
            pl.col("town").is_in(towns) | branch,
            lambda t: t.with_columns(site="part", f=pl.col("f").str.replace(pattern, "$1")),
        )

    def _bracket_off(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Make another name of brackets at the end that hold an acronym of the name, or several words."""
        f, inside, front = pl.col("f"), pl.col("inside"), pl.col("front")
        frame = frame.with_columns(
            inside=words(f.str.extract(BRACKET_END, 2)), front=words(f.str.replace(BRACKET_END, "$1"))
        )
        initials = r"([a-z0-9])[a-z0-9]* ?"
        short = inside.str.replace_all(" ", "")
        acronym = (short.str.len_chars() >= 2) & front.str.replace_all(initials, "$1").str.starts_with(short)
        spelt_out = front.str.replace_all(" ", "") == inside.str.replace_all(initials, "$1")
        legal = inside.str.split(" ").list.eval(pl.element().is_in(self.legal_words)).list.all()
        several = inside.str.contains(r"^[a-z0-9]{2,} .*[a-z0-9]{2,}") & ~legal
        hit = acronym | spelt_out | several
        # What else stands in brackets behind the legal form is a word of the name that may tell where it is.
        behind = ~hit & ~legal & f.str.contains(self.behind_form)
        return frame.with_columns(
            alias=pl.when(hit).then(pl.coalesce("alias", "inside")).otherwise("alias"),
            site=pl.when(behind).then(pl.coalesce("site", "inside")).otherwise("site"),
            f=pl.when(hit)
            .then("front")
            .when(behind)
            .then(f.str.replace(self.behind_form, "$1 $3$2"))
            .otherwise("f"),
        )

    def _last_first(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Turn "Last, First" round."""
        pattern = r"^([a-z'-]{2,}), ([a-z'-]{2,}(?: [a-z]\.?)?)$"
        first = pl.col("f").str.extract(pattern, 2).str.replace(r" .*$", "")
        person = first.is_not_null() & ~first.is_in(self.legal_words)
        return frame.with_columns(
            f=pl.when(person).then(pl.col("f").str.replace(pattern, "$2 $1")).otherwise("f")
        )


def _folded(groups: Iterable[Iterable[str]]) -> list[str]:
    return fold_words(phrase for group in groups for phrase in group)
