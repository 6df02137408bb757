"""Whether the values of a column stand the test of their field, by what the readers make of them."""

from __future__ import annotations

import polars as pl

from sot.model.kinds import Worth
from sot.normalise.addresses.towns_and_regions import PlaceReader
from sot.normalise.contacts.phones import LOST, PhoneReader
from sot.normalise.contacts.web import WebReader
from sot.normalise.distinct import mapped
from sot.normalise.identifiers.tax_ids import SAME, TaxReader
from sot.rules import Rulebook
from sot.rules.naming import Placeholders


class Examiner:
    """The tests of all fields, by the rules in force."""

    fields = ("email", "phone", "tax_id", "postcode", "country")
    """The fields that have a test."""

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules
        self._nothing = rules.get("naming/placeholders.yaml", Placeholders)
        self._places = PlaceReader(rules)
        self._tests = {
            "email": self._email,
            "phone": self._phone,
            "tax_id": self._tax_id,
            "postcode": self._postcode,
            "country": self._country,
        }

    def countries(self, places: pl.DataFrame) -> pl.Series:
        """Give the country code of every row of `places`, which has the columns country, region and postcode."""
        # Postcode and region tell the country only where none is named.
        telling = pl.when(pl.col("a_country").is_null()).then(pl.col("a_region", "a_postcode"))
        cells = places.select(pl.all().name.prefix("a_")).with_columns(telling)
        return self._places.with_countries(cells)["n_country"]

    def worth(self, field: str, cells: pl.DataFrame) -> pl.Series:
        """Give the Worth of every row of `cells` (columns `value` and `country`, a code) as a value of `field`.

        Null where nothing can be tested: no value, no rule for its country, or a number without a country.
        """
        frame = cells.select(pl.col("value").alias(field), n_country="country")
        nothing = sorted(self._nothing.of(field))
        text = pl.col(field).str.strip_chars().str.to_lowercase()
        tested = self._tests[field](frame).with_columns(
            worth=pl.when(text.is_in(nothing)).then(pl.lit(Worth.PLACEHOLDER)).otherwise("worth")
        )
        return tested.select(pl.when(text != "").then("worth").alias("worth"))["worth"]

    def _email(self, frame: pl.DataFrame) -> pl.DataFrame:
        reader = WebReader(self._rules)
        known = reader.web(frame.with_columns(website=pl.lit(None, pl.String)))
        address = pl.col("email").str.to_lowercase()
        unreal = address.str.extract(r"@([^\s>;,]+)", 1).is_in(sorted(reader.unreal))
        nobody = address.str.extract(r"([^\s<;,:]+)@", 1).is_in(reader.nobody)
        # An address that only a repair makes one (gmail.con) reaches nobody as it stands.
        as_said = address.str.contains(pl.col("n_email"), literal=True) | address.str.contains(
            "@xn--", literal=True
        )
        return known.with_columns(worth=_worth(as_said.fill_null(False), unreal | nobody))

    def _phone(self, frame: pl.DataFrame) -> pl.DataFrame:
        known = PhoneReader(self._rules).phones(frame)
        international = pl.col("n_phone").str.starts_with("+")
        digits = pl.col("phone").str.count_matches(r"\d")
        lost = pl.col("phone").str.strip_chars().str.to_lowercase().str.contains(LOST)
        unreal = pl.col("n_phone").is_null() & digits.is_between(7, 15) & ~lost
        homeless = pl.col("n_country").is_null() & ~pl.col("phone").str.contains("+", literal=True)
        worth = pl.when(~(homeless & pl.col("n_phone").is_not_null() & ~international)).then(
            _worth(international.fill_null(False), unreal)
        )
        return known.with_columns(worth=worth)

    def _tax_id(self, frame: pl.DataFrame) -> pl.DataFrame:
        reader = TaxReader(self._rules)
        known = reader.tax_ids(frame)
        digits = pl.col("tax_id").str.replace_all(r"\D", "")
        unreal = digits.is_in(sorted(reader.unreal)) | digits.str.contains(SAME)
        untested = pl.col("n_tax_id").is_not_null() & pl.col("n_tax_valid").is_null()
        worth = pl.when(~untested).then(_worth(pl.col("n_tax_valid").fill_null(False), unreal))
        return known.with_columns(worth=worth)

    def _postcode(self, frame: pl.DataFrame) -> pl.DataFrame:
        coded = self._places.codes(frame.with_columns(a_postcode="postcode"))
        rules = self._places.postcodes
        code, country = pl.col("code"), pl.col("n_country")
        size = country.replace_strict(self._places.digits, default=None, return_dtype=pl.UInt32)
        length = code.str.len_chars()
        plain = code.str.contains(r"^\d+$") & ((length == size) | ((country == "US") & (length == 9)))
        shapes = {**rules.patterns, **rules.formats}
        shaped = code.str.contains(pl.coalesce(mapped("n_country", shapes), pl.lit("^$")))
        has_rule = country.is_in(sorted({*self._places.digits, *shapes}))
        valid = pl.when(size.is_not_null()).then(plain).otherwise(shaped).fill_null(False)
        return coded.with_columns(worth=pl.when(has_rule).then(_worth(valid, pl.lit(False))))

    def _country(self, frame: pl.DataFrame) -> pl.DataFrame:
        cells = frame.select("country", a_country="country")
        none = pl.lit(None, pl.String)
        known = self._places.with_countries(cells.with_columns(a_postcode=none, a_region=none))
        return known.with_columns(worth=_worth(pl.col("n_country").is_not_null(), pl.lit(False)))


def _worth(valid: pl.Expr, unreal: pl.Expr) -> pl.Expr:
    return (
        pl.when(valid)
        .then(pl.lit(Worth.VALID))
        .when(unreal.fill_null(False))
        .then(pl.lit(Worth.PLACEHOLDER))
        .otherwise(pl.lit(Worth.INVALID))
    )
