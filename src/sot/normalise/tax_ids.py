"""Tax ids: letters and digits without their country, tested where the rule of the country is known."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable

import polars as pl

from sot.normalise.frames import over_distinct
from sot.normalise.text import without_placeholders
from sot.rules import Rulebook
from sot.rules.naming import Countries, Placeholders, TaxIds

NO_DIGIT = re.compile(r"\D")
# What follows two letters that are a country: mostly digits, else the letters may be of the number itself.
FOREIGN = re.compile(r"[A-Z]?\d{5,}[A-Z]?|\d+B\d\d|\d{6,}[A-Z]{1,2}")
Test = Callable[[str], bool]


class TaxReader:
    """Everything that the rules say of tax ids, ready to work on columns."""

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules.get("naming/tax_ids.yaml", TaxIds)
        self.nothing = rules.get("naming/placeholders.yaml", Placeholders).of("tax_id")
        self.unreal = frozenset(re.sub(r"[^A-Z0-9]", "", value.upper()) for value in self.nothing)
        own = {code: code for code in rules.get("naming/countries.yaml", Countries).root}
        self.prefixes = {**own, **self.rules.prefixes}
        self.ending = re.compile(rf"(?<=\d)(?:{'|'.join(self.rules.endings)})$")
        self.tests: dict[str, list[Test]] = {}

    def tax_ids(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give `records` (with n_country) with n_tax_id and n_tax_valid."""
        return over_distinct(records, ["tax_id", "n_country"], self._read)

    def _read(self, cells: pl.DataFrame) -> pl.DataFrame:
        value = without_placeholders("tax_id", self.nothing).str.normalize("NFKC").str.to_uppercase()
        value = pl.when(~value.str.contains(r"^\d(?:[.,]\d+)?E\+?\d+$")).then(
            value.str.replace(r"^(\d+)\.0+$", "$1")
        )
        bare = value.str.replace_all(r"[^A-Z0-9]", "")
        labels = "|".join(sorted(self.rules.labels, key=lambda label: (-len(label), label)))
        bare = bare.str.replace(rf"^(?:{labels})", "")
        shown = cells.with_columns(bare=bare)
        distinct = shown.select("bare", "n_country").unique().drop_nulls("bare")
        read = [self.read(bare, country) for bare, country in distinct.rows()]
        distinct = distinct.with_columns(
            n_tax_id=pl.Series([number for number, _ in read], dtype=pl.String),
            n_tax_valid=pl.Series([valid for _, valid in read], dtype=pl.Boolean),
        )
        return shown.join(distinct, on=["bare", "n_country"], how="left", nulls_equal=True).drop("bare")

    def read(self, bare: str, country: str | None) -> tuple[str | None, bool | None]:
        """Give number and validity of an id of capital letters and digits; `country` is the company's."""
        if self._unreal(bare):
            return None, None
        home, number = self._country_of(bare, country)
        number = self.ending.sub("", number)
        if number != bare and self._unreal(number):
            return None, None
        return number, self._valid(home, number) if home else None

    def _valid(self, home: str, number: str) -> bool | None:
        if home in self.rules.patterns:
            return re.fullmatch(self.rules.patterns[home], number) is not None
        tests = self._tests(home)
        return any(test(number) for test in tests) if tests else None

    def _country_of(self, bare: str, country: str | None) -> tuple[str | None, str]:
        for size in (3, 2):
            home = self.prefixes.get(bare[:size])
            if home is None:
                continue
            rest = bare[size:]
            likely = home == country or FOREIGN.fullmatch(rest)
            if likely and sum(map(str.isdigit, rest)) >= 5:
                return home, rest
        return country, bare

    def _unreal(self, number: str) -> bool:
        digits = number if number.isdigit() else NO_DIGIT.sub("", number)
        return number in self.unreal or digits in self.unreal or len(digits) < 5 or len(set(digits)) == 1

    def _tests(self, country: str) -> list[Test]:
        if country not in self.tests:
            modules = self.rules.checked.get(country, ())
            self.tests[country] = [importlib.import_module(f"stdnum.{name}").is_valid for name in modules]
        return self.tests[country]
