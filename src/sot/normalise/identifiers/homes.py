"""The country of numbers that name none, as the list itself shows it: by its other records and by check digits."""

from __future__ import annotations

import polars as pl

from sot.normalise.identifiers.tax_ids import TaxReader

c = pl.col
SAMPLE = 200
"""So many different numbers of a system are looked at."""
LEAST, VALID = 5, 0.9
"""So many numbers, and such a share of them, must be valid in a country that nothing else speaks for."""
MOST_OF_LIST, VALID_AT_HOME = 0.9, 0.8
"""Where such a share of the list is in one country, a smaller share of valid numbers is enough."""
_NUMBERS = ("tax_id", "registration_id")
_ENDINGS = {"uk": "GB"}

SEEN = {"system": pl.String, "number": pl.String, "home": pl.String}


def seen(placed: pl.DataFrame) -> pl.DataFrame:
    """Give what tells the homes of `placed` records: (system, number) without a country, and the country of each.

    The ending of the website is the country of a record that names none.
    """
    ending = c("n_domain").str.extract(r"\.([a-z]{2})$", 1)
    by_web = ending.replace(_ENDINGS).str.to_uppercase()
    homes = placed.select("system", number=pl.lit(None, pl.String), home=c("n_country").fill_null(by_web))
    homeless = placed.filter(c("n_country").is_null())
    numbers = [homeless.select("system", number=column, home=pl.lit(None, pl.String)) for column in _NUMBERS]
    return pl.concat([homes.drop_nulls("home"), *(table.drop_nulls("number") for table in numbers)])


def sample(numbers: pl.DataFrame) -> pl.DataFrame:
    """Give the first SAMPLE different (system, number) of each system."""
    return numbers.unique().sort("system", "number").group_by("system", maintain_order=True).head(SAMPLE)


def homes(numbers: pl.DataFrame, records: pl.DataFrame, tax: TaxReader) -> dict[str, str]:
    """Give the country of the numbers of each system that name none, where the list shows it.

    `numbers` are a `sample`, `records` counts the records of each country (home, n).
    """
    read = tax.tax_ids(numbers.select("system", tax_id="number", n_country=pl.lit(None, pl.String)))
    open_ = read.filter(
        c("n_tax_id").is_not_null() & c("n_tax_company").is_null() & c("n_tax_valid").is_null()
    )
    at_home = _home_of_list(records)
    shown = {
        system: _country([*rows["n_tax_id"]], at_home, tax)
        for (system,), rows in open_.group_by("system", maintain_order=True)
    }
    return {str(system): country for system, country in shown.items() if country}


def with_homes(records: pl.DataFrame, known: dict[str, str]) -> pl.DataFrame:
    """Give `records` with the country of their system's numbers where they name none."""
    by_system = c("system").replace_strict(known, default=None, return_dtype=pl.String)
    return records.with_columns(n_country=c("n_country").fill_null(by_system)) if known else records


def _home_of_list(records: pl.DataFrame) -> str | None:
    total = int(records["n"].sum())
    most = records.filter(c("n") >= MOST_OF_LIST * total, c("n") >= LEAST)["home"]
    return str(most[0]) if len(most) else None


def _country(numbers: list[str], at_home: str | None, tax: TaxReader) -> str | None:
    """Give the country in which most of the numbers are valid, if that is one alone."""
    if at_home and tax.share_valid(at_home, numbers) >= VALID_AT_HOME:
        return at_home
    if len(numbers) < LEAST:
        return None
    countries = [country for country in tax.rules.checked if tax.share_formed(country, numbers) >= VALID]
    fits = [country for country in countries if tax.share_valid(country, numbers) >= VALID]
    return fits[0] if len(fits) == 1 else None
