"""How a system writes countries, states and addresses, so that the fix files write them in the same way."""

from __future__ import annotations

import polars as pl

from sot.emit.fixes.import_formats import Form
from sot.rules import Rulebook
from sot.rules.naming import CountryNames

ADDRESS = ("street", "city", "region", "postcode", "country")


class Writing:
    """The writing of one system: what its own records show, and where they don't, what its rules say."""

    def __init__(self, form: Form, records: pl.DataFrame, rules: Rulebook) -> None:
        own = pl.col("system") == form.system
        self._countries = (
            {} if form.country_codes else dict(rules.get("naming/country_names.yaml", CountryNames).root)
        )
        self._countries |= dict(_usual(records.filter(own), "n_country", "country").iter_rows())
        regions = records.select("system", "n_country", "n_region", "region").drop_nulls()
        key = pl.concat_str("n_country", pl.lit("-"), "n_region").alias("key")
        shown = dict(_usual(regions.filter(own).with_columns(key), "key", "region").iter_rows())
        known = regions.with_columns(key).filter(pl.col("key").is_in(list(shown)))
        self._regions = {
            f"{country}-{region}": shown[key]
            for country, region, key in known.select("n_country", "region", "key")
            .unique()
            .sort("key")
            .iter_rows()
        }
        self._one_cell = form.one_cell
        self._created_in_one = "street" in form.create and not {"city", "postcode"} & set(form.create)

    def country(self, value: pl.Expr) -> pl.Expr:
        """Give countries (ISO codes, or whatever else was given) as the system writes them."""
        return value.replace(self._countries) if self._countries else value

    def region(self, value: pl.Expr, country: pl.Expr) -> pl.Expr:
        """Give states of the given countries (ISO codes) as the system writes them."""
        return (
            pl.coalesce((country + "-" + value).replace_strict(self._regions, default=None), value)
            if self._regions
            else value
        )

    def addresses(self, golden: pl.DataFrame) -> pl.DataFrame:
        """Give golden customers with addresses as the import of new records takes them; one cell is `street`."""
        written = golden.with_columns(
            region=self.region(pl.col("region"), pl.col("country")), country=self.country(pl.col("country"))
        )
        return written.with_columns(street=whole()) if self._created_in_one else written

    def cells(self, cells: pl.DataFrame, golden: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
        """Give CORRECTIONS with countries and states as the system writes them.

        In a system with one cell for the address its parts become one correction of the whole, unless the
        cell holds them already.
        """
        places = golden.select("golden_id", golden_country="country")
        corrected = cells.join(places, on="golden_id", how="left", maintain_order="left")
        after = (
            pl.when(pl.col("field") == "country").then(self.country(pl.col("after")))
            .when(pl.col("field") == "region").then(self.region(pl.col("after"), pl.col("golden_country")))
            .otherwise("after")
        )  # fmt: skip
        corrected = corrected.with_columns(after=after).drop("golden_country")
        return self._together(corrected, golden, records) if self._one_cell else corrected

    def _together(self, cells: pl.DataFrame, golden: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
        parts = pl.col("field").is_in(ADDRESS)
        wanted = cells.filter(parts).with_columns(
            records["street"].gather(cells.filter(parts)["uid"]).alias("street")
        )
        held = folded(pl.col("street")).str.contains(folded(pl.col("after")), literal=True).fill_null(False)
        missing = wanted.filter(~held).unique("uid", keep="first", maintain_order=True)
        written = golden.with_columns(
            region=self.region(pl.col("region"), pl.col("country")), country=self.country(pl.col("country"))
        )
        address = written.select("golden_id", whole().alias("address"))
        whole_cells = missing.join(address, on="golden_id", how="left", maintain_order="left").with_columns(
            field=pl.lit("street"), before=pl.col("street"), after=pl.col("address")
        )
        return pl.concat([cells.filter(~parts), whole_cells.select(cells.columns)]).sort("uid", "field")


def whole() -> pl.Expr:
    """Give an address in one line: street, town with state and postcode, country."""
    town = pl.concat_str("city", "region", "postcode", separator=" ", ignore_nulls=True)
    town = pl.when(town != "").then(town)
    line = pl.concat_str(pl.col("street"), town, pl.col("country"), separator=", ", ignore_nulls=True)
    return pl.when(line != "").then(line)


def folded(text: pl.Expr) -> pl.Expr:
    """Give the letters and digits of a text in lower case."""
    return text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")


def _usual(records: pl.DataFrame, key: str, text: str) -> pl.DataFrame:
    """Give for each key the text that most records write; of equals the first in the alphabet."""
    counted = records.select(key, text).drop_nulls().group_by(key, text).len()
    return (
        counted.sort("len", text, descending=[True, False])
        .unique(key, keep="first")
        .select(key, text)
        .sort(key)
    )
