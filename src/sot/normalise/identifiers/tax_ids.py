"""Tax ids: letters and digits without their country, tested where the rule of the country is known."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable

import polars as pl

from sot.normalise.distinct import CELL, listed, mapped, over_distinct, where
from sot.normalise.text import without_placeholders
from sot.rules import Rulebook
from sot.rules.naming import Countries, Placeholders, TaxIds

SAME = "^(?:" + "|".join(f"{digit}{{5,}}" for digit in range(10)) + ")$"
# What follows two letters that are a country: mostly digits, else the letters may be of the number itself.
FOREIGN = r"^(?:[A-Z]?\d{5,}[A-Z]?|\d+B\d\d|\d{6,}[A-Z]{1,2})$"
# A number of the German commercial register, with or without its court ("Amtsgericht Hagen, HRB 4711").
COMMERCIAL_REGISTER = r"(?i)\b(HR\s?[AB][\s.:]*\d{1,6})\b"
Test = Callable[[str], object]


class TaxReader:
    """Everything that the rules say of tax ids, ready to work on columns."""

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules.get("naming/tax_ids.yaml", TaxIds)
        self.nothing = rules.get("naming/placeholders.yaml", Placeholders).of("tax_id")
        self.unreal = frozenset(re.sub(r"[^A-Z0-9]", "", value.upper()) for value in self.nothing)
        self._unreal = listed(self.unreal)
        own = {code: code for code in rules.get("naming/countries.yaml", Countries).root}
        self.prefixes = {**own, **self.rules.prefixes}
        labels = "|".join(sorted(self.rules.labels, key=lambda label: (-len(label), label)))
        self.label = rf"^(?:{labels})"
        self.ending = rf"(\d)(?:{'|'.join(self.rules.endings)})$"
        self.tests: dict[str, list[Test]] = {}
        every = "|".join(self.rules.companies.get("any", {}).values())
        self.anywhere = rf"^(?:{every})$" if every else r"^\b$"
        self.kinds = {
            country: {kind: re.compile(form) for kind, form in kinds.items()}
            for country, kinds in self.rules.companies.items()
        }

    def tax_ids(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give `records` (with n_country) with n_tax_id, n_tax_valid and n_tax_company."""
        return over_distinct(records, ["tax_id", "n_country"], self._read)

    def numbers(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give `records` (with n_country) with the columns of `tax_ids` and of `registrations`.

        A number of a register of companies in the cell of the tax id is a registration number where there is no other.
        """
        table = self.tax_ids(records)
        table = table.hstack(self.registrations(records))
        company, own = pl.col("n_tax_company"), pl.col("n_registration")
        moved = own.is_null() & company.str.extract(":(.*):", 1).is_in(sorted(self.rules.registers))
        number = pl.col("n_tax_id").str.strip_chars_start("0")
        return table.with_columns(
            n_registration=pl.when(moved).then(number).otherwise(own),
            n_registration_company=pl.when(moved).then(company).otherwise("n_registration_company"),
        )

    def registrations(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give n_registration and n_registration_company of `records` (with n_country).

        That is the number in a register of companies. A spreadsheet drops the zeros in front ("01234567"), so they
        count for nothing. A French SIRET is the SIREN of the company and five digits of its site.
        """
        table = self.tax_ids(records.select("n_country", tax_id="registration_id"))
        site = (pl.col("n_country") == "FR") & pl.col("n_tax_id").str.contains(r"^\d{14}$")
        number = pl.when(site).then(pl.col("n_tax_id").str.head(9)).otherwise("n_tax_id")
        return table.select(
            n_registration=number.str.strip_chars_start("0"), n_registration_company="n_tax_company"
        )

    def _read(self, cells: pl.DataFrame) -> pl.DataFrame:
        value = without_placeholders("tax_id", self.nothing).str.normalize("NFKC").str.to_uppercase()
        value = pl.when(~value.str.contains(r"^\d(?:[.,]\d+)?E\+?\d+$")).then(
            value.str.replace(r"^(\d+)\.0+$", "$1")
        )
        # The court of a commercial register may follow the number, another number does not.
        register = pl.when(~value.str.contains(r"\d{7}")).then(value.str.extract(COMMERCIAL_REGISTER, 1))
        value = pl.coalesce(register, value)
        bare = value.str.replace_all(r"[^A-Z0-9]", "").str.replace(self.label, "")
        number = pl.col("number")
        table = cells.select(CELL, "n_country", home="n_country", number=bare).filter(self._real(number))
        table = where(table, number.str.contains("^[A-Z]{2}"), self._home_apart)
        table = table.with_columns(number.str.replace(self.ending, "$1")).filter(self._real(number))
        numbers = table.select("home", "number").unique().drop_nulls()
        numbers = numbers.with_columns(valid=pl.Series(self._valid(numbers), dtype=pl.Boolean))
        table = table.join(numbers, on=["home", "number"], how="left")
        every = table.select("home", "number").unique()
        companies = [self._company(home, number) for home, number in every.rows()]
        every = every.with_columns(company=pl.Series(companies, dtype=pl.String))
        table = table.join(every, on=["home", "number"], how="left", nulls_equal=True)
        return table.select(CELL, n_tax_id="number", n_tax_valid="valid", n_tax_company="company")

    def _company(self, home: str | None, number: str) -> str | None:
        """Give country, kind and the company's part of a number, as "FR:siren:303265045"; None for an unknown kind."""
        for country in ("any", home):
            for kind, form in self.kinds.get(country or "", {}).items():
                match = form.fullmatch(number) or form.fullmatch(number.lstrip("0"))
                if match:
                    part = next(group for group in match.groups() if group is not None)
                    return f"{'' if country == 'any' else home}:{kind}:{part}"
        return None

    def share_formed(self, country: str, numbers: list[str]) -> float:
        """Give the share of `numbers` that have the form of a number of `country`."""
        forms = self.kinds.get(country, {}).values()
        return sum(any(form.fullmatch(number) for form in forms) for number in numbers) / len(numbers)

    def share_valid(self, country: str, numbers: list[str]) -> float:
        """Give the share of `numbers` that are valid in `country`."""
        tests = self._tests(country)
        return sum(any(test(number) for test in tests) for number in numbers) / len(numbers)

    def _real(self, number: pl.Expr) -> pl.Expr:
        digits = number.str.replace_all(r"\D", "")
        nothing = number.is_in(self._unreal) | digits.is_in(self._unreal)
        registered = number.str.contains(r"^HR[AB]\d")
        return registered | ((digits.str.len_bytes() >= 5) & ~digits.str.contains(SAME) & ~nothing)

    def _home_apart(self, table: pl.DataFrame) -> pl.DataFrame:
        """Take the letters of a country off numbers of capital letters and digits that are likely of it."""
        table = table.with_columns(whole="number")
        for size in (2, 3):
            whole = pl.col("whole")
            table = table.with_columns(code=whole.str.head(size), rest=whole.str.slice(size))
            code, rest = mapped("code", self.prefixes), pl.col("rest")
            likely = code.eq_missing(pl.col("n_country")) | rest.str.contains(FOREIGN)
            likely = code.is_not_null() & likely & (rest.str.count_matches(r"\d") >= 5)
            likely &= ~whole.str.contains(self.anywhere)
            table = table.with_columns(
                home=pl.when(likely).then(code).otherwise("home"),
                number=pl.when(likely).then(rest).otherwise("number"),
            )
        return table

    def _valid(self, numbers: pl.DataFrame) -> list[bool | None]:
        """Tell of (home, number) whether the number stands a test of its home; None where there is none."""
        return [
            any(test(number) for test in tests) if (tests := self._tests(home)) else None
            for home, number in numbers.rows()
        ]

    def _tests(self, country: str) -> list[Test]:
        if country not in self.tests:
            pattern = self.rules.patterns.get(country)
            modules = () if pattern else self.rules.checked.get(country, ())
            checked = [importlib.import_module(f"stdnum.{name}").is_valid for name in modules]
            self.tests[country] = [re.compile(pattern).fullmatch] if pattern else checked
        return self.tests[country]
