"""Rules of the folder naming/: the words by which raw values are brought into comparable form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field, RootModel, field_validator, model_validator

from sot.rules.error_text import did_you_mean
from sot.rules.loader import RuleModel
from sot.rules.rulebook import Reference, Rulebook
from sot.rules.values import CheckDigits, ColumnPattern, CountryCode, Pattern, Word

Words = tuple[Word, ...]


class LegalClass(RuleModel):
    """One class of legal forms: where it is at home, how it is written, what it is also written as."""

    countries: tuple[CountryCode, ...] = ()
    forms: Words
    leading: Words = ()
    generic: bool = False
    compatible: Words = ()
    not_after: Words = ()
    not_before: Words = ()
    everyday: Words = ()
    typos: bool = False


class LegalForms(RuleModel):
    """`legal_forms.yaml`: all classes by their name (what n_legal holds)."""

    classes: dict[Word, LegalClass] = Field(min_length=1)
    glued: Words = ()
    inner: Words = ()

    @model_validator(mode="after")
    def _known(self) -> LegalForms:
        for name, entry in self.classes.items():
            if not entry.forms and not entry.leading:
                raise ValueError(f"class '{name}' has neither 'forms' nor 'leading', so no name has it")
            for other in entry.compatible:
                if other not in self.classes:
                    hint = did_you_mean(other, self.classes)
                    raise ValueError(
                        f"class '{name}' is compatible with '{other}', which is not a class{hint}"
                    )
        return self

    def references(self, rules: Rulebook) -> Iterator[Reference]:
        """Give the countries of the classes."""
        return _countries(
            rules,
            (
                (("classes", name, "countries", i), code)
                for name, entry in self.classes.items()
                for i, code in enumerate(entry.countries)
            ),
        )

    def compatible(self, left: str, right: str) -> bool:
        """Say whether one company may well be written with both classes; it holds both ways."""
        if left == right:
            return True
        return right in self.classes[left].compatible or left in self.classes[right].compatible

    def pairs(self) -> list[tuple[str, str]]:
        """Give every pair of different compatible classes, both ways round, sorted."""
        one_way = {(name, other) for name, entry in self.classes.items() for other in entry.compatible}
        return sorted(one_way | {(right, left) for left, right in one_way})

    def countries(self, name: str) -> frozenset[str]:
        """Give the countries where companies of the class are formed; empty if that says nothing."""
        return frozenset(self.classes[name].countries)


class GoldenNames(RuleModel):
    """`golden_names.yaml`: how golden names are written."""

    case: Literal["as_written", "capitalised"]
    legal_form: Literal["as_written", "short", "left_out"]
    forms: dict[str, str]


class NameWords(RuleModel):
    """`words.yaml`: words of names that stand for each other."""

    wide_parts: Words
    wide_endings: Words = ()
    wide_kinds: dict[str, Words] = Field(default_factory=dict)
    wide_places: Words
    wide_variants: Words = ()
    municipality: Words = ()
    municipality_beside: Words = ()
    stopwords: Words
    abbreviations: dict[str, Words]
    phrases: dict[str, Words]
    numbers: dict[Word, Word]
    web_endings: Words
    roman: dict[Word, Word]
    roman_single: dict[Word, Word]
    numbered: Words
    umlauts: Words

    @model_validator(mode="after")
    def _each_once(self) -> NameWords:
        seen: dict[str, str] = {}
        for word, others in self.abbreviations.items():
            for other in others:
                if other in self.abbreviations or other in seen:
                    first = seen.get(other, other)
                    raise ValueError(f"'{other}' is under '{word}' and under '{first}': choose one")
                seen[other] = word
        return self

    def compound_numbers(self) -> dict[str, str]:
        """Give spelt-out numbers of two words ("forty four", "forty 4") with their digits, ordinals as "21st"."""
        tens = {word: digits[0] for word, digits in self.numbers.items() if re.fullmatch("[2-9]0", digits)}
        ones = {word: digits for word, digits in self.numbers.items() if len(digits) == 1}
        shorts = [(word, short) for word, others in self.abbreviations.items() for short in others]
        ones |= {digit: digit for digit in ones.values()}
        ones |= {word: short for word, short in shorts if re.fullmatch(r"\d(st|nd|rd|th)", short)}
        return {
            f"{ten} {unit}": digit + digits for ten, digit in tens.items() for unit, digits in ones.items()
        }


class Mark(RuleModel):
    """One kind of junk in names; `inactive` says that such a record is no longer used."""

    phrases: Words
    bare: Words = ()
    inactive: bool = False


class Marks(RuleModel):
    """`marks.yaml`: junk in names, and the words that join a name with another one."""

    marks: dict[str, Mark]
    mark_details: Words
    test_words: Words = ()
    test_regions: Words = ()
    trade_words: Words
    former_words: Words
    bracket_words: Words
    care_words: Words
    capacity_words: Words = ()
    site_words: Words
    unit_words: Words
    umbrella_words: Words


class Habits(RuleModel):
    """`habits.yaml`: when what a system writes around its names is a habit and no part of them."""

    names: int = Field(ge=2)
    share: float = Field(gt=0, lt=1)
    elsewhere: float = Field(ge=0, lt=1)
    proven: float = Field(gt=0, lt=1)
    against: float = Field(ge=0, lt=1)
    numbered: float = Field(gt=0, le=1)
    repeated: float = Field(ge=1)


class Placeholders(RuleModel):
    """`placeholders.yaml`: values that stand for nothing, for all fields (`any`) and for each."""

    any: tuple[str, ...]
    name: Words = ()
    street: Words = ()
    city: Words = ()
    region: Words = ()
    postcode: Words = ()
    country: Words = ()
    phone: Words = ()
    email: Words = ()
    website: Words = ()
    tax_id: Words = ()
    status: Words = ()

    def of(self, field: str) -> frozenset[str]:
        """Give the placeholders of a field: its own and those of all."""
        own: Words = getattr(self, field, ())
        return frozenset(value.lower() for value in self.any + own)


class Web(RuleModel):
    """`web.yaml`: domains and mailboxes that say nothing about a company."""

    hosts: Words
    placeholders: Words
    free_mail: Words
    not_free: Words
    role_mailboxes: Words
    mailbox_placeholders: Words
    slips: dict[Word, Word]


class Phones(RuleModel):
    """`phones.yaml`: words in phone cells, and numbers that nobody has."""

    labels: Words
    unwanted: Words
    extensions: Words
    placeholders: Words
    invented: tuple[ColumnPattern, ...]


class TaxIds(RuleModel):
    """`tax_ids.yaml`: which numbers of a country can be tested, and what stands around a number."""

    checked: dict[CountryCode, tuple[CheckDigits, ...]]
    patterns: dict[CountryCode, Pattern]
    prefixes: dict[Word, CountryCode]
    endings: Words
    companies: dict[str, dict[Word, Pattern]]
    registers: Words
    labels: Words

    def references(self, rules: Rulebook) -> Iterator[Reference]:
        """Give the countries of the tests, patterns and prefixes."""
        keys = ((("checked", code), code) for code in self.checked)
        patterns = ((("patterns", code), code) for code in self.patterns)
        prefixes = ((("prefixes", prefix), code) for prefix, code in self.prefixes.items())
        return _countries(rules, (*keys, *patterns, *prefixes))


class Streets(RuleModel):
    """`streets.yaml`: one spelling for each word of streets, and what is taken off."""

    words: dict[str, Words]
    endings: dict[str, Words]
    types: Words
    numbered: Words
    signed: Words
    grid: Words
    months: Words
    units: Words
    floors: Words
    po_boxes: Words
    numbers: dict[str, str]


class AddressLines(RuleModel):
    """`address_lines.yaml`: how whole addresses are written into one cell."""

    before: Words
    behind: Words
    numbers: Words
    labels: Words
    also_towns: Words
    behind_town: Words
    no_towns: Words
    forms: Words = ()

    @field_validator("before", "behind", "numbers", "behind_town", "forms")
    @classmethod
    def _patterns(cls, patterns: Words) -> Words:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"'{pattern}' is not a valid pattern: {error}") from error
        return patterns


class Cities(RuleModel):
    """`cities.yaml`: one spelling for towns."""

    words: dict[str, Words]
    dropped: Words
    names: dict[str, Words]


Digits = Annotated[str, Field(pattern=r"^[3-9]$|^10$")]


class Postcodes(RuleModel):
    """`postcodes.yaml`: how long the postcodes of a country are, which tell their country, how others look."""

    digits: dict[Digits, tuple[CountryCode, ...]]
    led_by_zero: Words
    provinces: dict[str, str]
    patterns: dict[CountryCode, ColumnPattern]
    formats: dict[CountryCode, ColumnPattern] = Field(default={})

    def references(self, rules: Rulebook) -> Iterator[Reference]:
        """Give the countries of the lists."""
        listed = (
            (("digits", n, i), code) for n, codes in self.digits.items() for i, code in enumerate(codes)
        )
        patterns = ((("patterns", code), code) for code in self.patterns)
        formats = ((("formats", code), code) for code in self.formats)
        return _countries(rules, (*listed, *patterns, *formats))


class Statuses(RuleModel):
    """`statuses.yaml`: words that say whether an account is in use."""

    active: Words
    inactive: Words


class Countries(RootModel[dict[CountryCode, Words]]):
    """`countries.yaml`: the names of each country by its ISO 3166-1 alpha-2 code."""

    root: dict[CountryCode, Words] = Field(min_length=1)


class CountryNames(RootModel[dict[CountryCode, str]]):
    """`country_names.yaml`: the English name of each country by its ISO 3166-1 alpha-2 code."""

    root: dict[CountryCode, str] = Field(min_length=1)


class Regions(RootModel[dict[CountryCode, dict[str, Words]]]):
    """`regions.yaml`: per country, the names of each region by its one spelling."""

    root: dict[CountryCode, dict[str, Words]]

    def references(self, rules: Rulebook) -> Iterator[Reference]:
        """Give the countries whose regions are listed."""
        return _countries(rules, (((code,), code) for code in self.root))


def _countries(rules: Rulebook, named: Iterable[tuple[tuple[str | int, ...], str]]) -> Iterator[Reference]:
    known = rules.get("naming/countries.yaml", Countries).root
    for at, code in named:
        yield Reference(at, code, known, "country")
