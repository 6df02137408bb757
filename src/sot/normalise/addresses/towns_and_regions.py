"""Countries, regions, postcodes and towns in one spelling; a missing country only on strong evidence."""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl

from sot.normalise.addresses.town_names import FILE, town_names
from sot.normalise.distinct import CELL, mapped, over_distinct
from sot.normalise.text import alternatives, clean, fold, spellings, without_placeholders, words
from sot.rules import Rulebook
from sot.rules.naming import Cities, Countries, Placeholders, Postcodes, Regions

TOWN_SIGN = "|".join(
    (
        r"^(\p{Han}{2,})[市區区]$",
        "^(東京)都$",
        "^(大阪|京都)府$",
        r"^(\p{Hangul}{2,}?)(?:특별자치시|특별시|광역시|시)$",
        r"^([\p{Latin} ]{3,})-(?:shi|si)$",
        r"(?i)^(?:м|г|гор|город|місто|смт|пгт|пос)(?:\.\s*|\s+)(\p{Cyrillic}.*)$",
    )
)
"""A town of East Asia or in Cyrillic letters with the sign that says that it is one (г. Москва, м. Київ)."""
WARD = r"(?i)^[^,]*\p{Latin}[- ](?:ku|gu)\s*,\s*"
"""A ward in front of its town ("Chuo-ku, Tokyo")."""


class PlaceReader:
    """Everything that the rules say of countries, regions, postcodes and towns, ready to work on columns."""

    def __init__(self, rules: Rulebook) -> None:
        self.nothing = rules.get("naming/placeholders.yaml", Placeholders)
        countries = rules.get("naming/countries.yaml", Countries).root
        self.countries = spellings(countries) | {code.lower(): code for code in countries}
        self.regions = rules.get("naming/regions.yaml", Regions).root
        self.postcodes = rules.get("naming/postcodes.yaml", Postcodes)
        self.digits = {c: int(n) for n, listed in self.postcodes.digits.items() for c in listed}
        cities = rules.get("naming/cities.yaml", Cities)
        self.city_words = {f" {other} ": f" {word} " for other, word in spellings(cities.words).items()}
        self.city_names = spellings(cities.names)
        self.town_names = town_names(rules.path(FILE))
        self.city_dropped = (
            rf"^(?:{alternatives(cities.dropped)}) | (?:{alternatives(cities.dropped)})(?: \d+)?$"
        )

    def places(
        self, records: pl.DataFrame, umlauts: dict[str, str], italian: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Give `records` (with a_country …) with n_country, n_region, n_postcode and n_city.

        `italian` are the systems of `italian`, where they were learned before; else the records themselves tell.
        """
        records = self.with_countries(records, italian)
        records = over_distinct(records, ["code", "n_country"], self._repaired_postcodes)
        records = over_distinct(records, ["region_words", "n_country"], self._regions)
        records = over_distinct(records, ["a_city"], lambda cells: self._cities(cells, umlauts))
        return records.drop("code", "region_words")

    def with_countries(self, records: pl.DataFrame, italian: Collection[str] | None = None) -> pl.DataFrame:
        """Give `records` (with a_country, a_postcode, a_region) with n_country, `code` and `region_words`."""
        return self._with_missing_countries(self._as_delivered(records), italian)

    def provinces(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give, by system, what `records` tell of `italian`: whether some state is no province, and how many fit."""
        state = self._states()
        others, good, bad = self._provinces(state)
        delivered = self._as_delivered(records).group_by("system")
        return delivered.agg(others=others.any(), good=good.sum(), bad=bad.sum())

    def _as_delivered(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give `records` with n_country where one is written, `code` and `region_words`."""
        records = over_distinct(records, ["a_country"], self._countries)
        records = over_distinct(records, ["a_postcode"], self.codes)
        return over_distinct(records, ["a_region"], self._region_words)

    def towns(self, records: pl.DataFrame) -> pl.Series:
        """Give the towns that the records themselves name, for names that end with one; a list for `is_in`."""
        towns = records["n_city"].drop_nulls().unique()
        return towns.filter((towns.str.len_chars() >= 3) & ~towns.str.contains(r"^\d+$")).implode()

    def _countries(self, cells: pl.DataFrame) -> pl.DataFrame:
        plain = self._plain(cells, "a_country")
        read = [(value, self._country(value)) for value in plain["f"].drop_nulls().unique()]
        known = {value: code for value, code in read if code}
        return plain.select(CELL, n_country=mapped("f", known))

    def _country(self, folded: str) -> str | None:
        name = _bare(folded)
        code = self.countries.get(name) or self.countries.get(name.replace(" ", ""))
        if code is None and re.search(r"[(,/-]", folded):
            parts = [_bare(part) for part in re.split(r"[(),/-]+", folded)]
            codes = {self.countries[part] for part in parts if part in self.countries}
            code = codes.pop() if len(codes) == 1 else None
        return code

    def _plain(self, cells: pl.DataFrame, column: str) -> pl.DataFrame:
        value = cells.select(without_placeholders(column, self.nothing.of(column.removeprefix("a_"))))[column]
        if column == "a_city":
            value = value.str.replace(WARD, "").str.replace(r"(?i)^([^,]*-(?:shi|si))\s*,.*$", "$1")
            value = value.str.replace(TOWN_SIGN, "$1$2$3$4$5$6")
        return cells.with_columns(f=fold(clean(value)))

    def _region_words(self, cells: pl.DataFrame) -> pl.DataFrame:
        return self._plain(cells, "a_region").select(CELL, region_words=words(pl.col("f")))

    def _regions(self, cells: pl.DataFrame) -> pl.DataFrame:
        regions = [self._region(*pair) for pair in cells.select("region_words", "n_country").rows()]
        return cells.with_columns(n_region=pl.Series(regions, dtype=pl.String))

    def _region(self, value: str | None, country: str | None) -> str | None:
        if value is None:
            return None
        value = re.sub(rf"^{(country or '-').lower()} (?=[a-z]{{2,3}}$)", "", value)
        for home in (country,) if country else ("US", "CA", "AU"):
            for name, others in self.regions.get(home, {}).items():
                if value == name or value in others:
                    return name
        return value

    def _with_missing_countries(self, records: pl.DataFrame, italian: Collection[str] | None) -> pl.DataFrame:
        """Fill a missing country where postcode and region leave no doubt."""
        state = self._states()
        in_italy = None if italian is None else pl.col("system").is_in(sorted(italian))
        apart = self._italian(state, records) if in_italy is None else in_italy
        us = pl.when(state & ~apart).then(pl.lit("US"))
        others = [
            pl.when(pl.col("code").str.contains(pattern)).then(pl.lit(country))
            for country, pattern in sorted(self.postcodes.patterns.items())
        ]
        no_country = pl.col("a_country").is_null() & pl.col("n_country").is_null()
        guess = pl.when(no_country).then(pl.coalesce(us, *others))
        return records.with_columns(n_country=pl.coalesce("n_country", guess))

    def _states(self) -> pl.Expr:
        """Tell the records with a postcode and a region of the United States, as far as these alone tell."""
        states = {name: (name, *others) for name, others in self.regions["US"].items()}
        american = {spelling for spellings in states.values() for spelling in spellings}
        zero = {spelling for name in self.postcodes.led_by_zero for spelling in states[name]}
        zip_code = pl.col("code").str.contains(r"^\d{5}(?:\d{4})?$")
        zip_code |= pl.col("code").str.contains(r"^[1-9]\d{3}$") & pl.col("region_words").is_in(sorted(zero))
        return zip_code & pl.col("region_words").is_in(sorted(american))

    def _italian(self, state: pl.Expr, records: pl.DataFrame) -> pl.Expr:
        """Tell the systems whose every state is called as a province is, and whose postcodes are not of the states."""
        others, good, bad = self._provinces(state)
        italian = ~others.any() & (bad.sum() > good.sum())
        return italian.over("system") if "system" in records.columns else italian

    def _provinces(self, state: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        """Tell which states are called as no province is, and which of the others have its postcode or not."""
        begins = pl.col("region_words").replace_strict(
            self.postcodes.provinces, default=None, return_dtype=pl.String
        )
        fits = (pl.col("code").str.head(1) == begins).fill_null(False)
        return state & begins.is_null(), state & fits, state & ~fits

    def codes(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Give `cells` (with a_postcode) with `code`: its letters and digits, nothing put back yet."""
        value = (
            without_placeholders("a_postcode", self.nothing.of("postcode"))
            .str.normalize("NFKC")
            .str.to_uppercase()
        )
        value = value.str.replace(r"^(\d+)\.0+$", "$1").str.replace(r"^[A-Z]{1,3}[- ]+(\d[\d ]{2,7})$", "$1")
        cells = cells.with_columns(code=value.str.replace_all(r"[^A-Z0-9]", ""))
        code = pl.col("code")
        empty = code.str.contains(r"^(?:0+|9+|X+)$") | ~code.str.len_chars().is_between(3, 10)
        return cells.with_columns(code=pl.when(~empty).then(code))

    def _repaired_postcodes(self, cells: pl.DataFrame) -> pl.DataFrame:
        code = pl.col("code")
        size = pl.col("n_country").replace_strict(self.digits, default=None, return_dtype=pl.Int64)
        numeric = code.str.contains(r"^\d+$")
        american = pl.col("n_country") == "US"
        plus4 = american & numeric & code.str.len_chars().is_in([8, 9])
        short = numeric & (code.str.len_chars() < size) & (code.str.len_chars() >= size - 2)
        zip_like = pl.col("n_country").is_null() & code.str.contains(r"^\d{9}$")
        repaired = (
            pl.when(plus4 | zip_like)
            .then(code.str.zfill(9).str.slice(0, 5))
            .when(short)
            .then(code.str.zfill(size))
            .otherwise(code)
        )
        return cells.with_columns(n_postcode=repaired)

    def _cities(self, cells: pl.DataFrame, umlauts: dict[str, str]) -> pl.DataFrame:
        plain = self._plain(cells, "a_city")
        first = pl.col("f").str.replace(r"\s*[(,/].*$", "").str.replace_all(r"\b[a-z]{0,2}-?\d{3,}\b", " ")
        name = words(pl.when(first.str.strip_chars() != "").then(first).otherwise("f")).str.replace(
            self.city_dropped, ""
        )
        table = {**{f" {two} ": f" {letter} " for two, letter in umlauts.items()}, **self.city_words}
        padded = (" " + name + " ").str.replace_all(" ", "  ", literal=True)
        padded = padded.str.replace_many(list(table), list(table.values()))
        plain = plain.select(CELL, name=name, spelt=words(padded))
        spelt = pl.coalesce(mapped("name", self.city_names), mapped("spelt", self.city_names), "spelt")
        plain = plain.select(CELL, name=pl.when(spelt.str.contains("[a-z]")).then(spelt))
        # A town has one name, whatever language or script it is written in.
        known = self.town_names.filter(pl.col("name").is_in(plain["name"].unique().implode()))
        named = plain.join(known, on="name", how="left", maintain_order="left")
        return named.select(CELL, n_city=pl.coalesce("town", "name"))


def _bare(folded: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", folded.replace("'", "")).strip()
