"""From RECORDS to RECORDS with the columns of NORMALISED: fields that need nothing of each other side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection

import polars as pl

from sot.model.tables import NORMALISED, RECORDS, Schema, conform
from sot.normalise.account_status import with_status
from sot.normalise.addresses.split_address import LineReader
from sot.normalise.addresses.streets import StreetReader
from sot.normalise.addresses.towns_and_regions import PlaceReader
from sot.normalise.contacts.phones import PhoneReader
from sot.normalise.contacts.web import WebReader
from sot.normalise.identifiers.homes import homes, sample, seen, with_homes
from sot.normalise.identifiers.tax_ids import TaxReader
from sot.normalise.names.core_name import Namer
from sot.normalise.names.municipalities import with_municipalities
from sot.normalise.names.system_affixes import without_habits
from sot.normalise.names.umlauts import learn as umlaut_spellings
from sot.parallel import beside
from sot.rules import Rulebook
from sot.rules.naming import Habits, NameWords


class Normaliser:
    """The readers of all fields, ready to work on any part of a list.

    What a part alone does not tell (umlaut spellings, towns, the habits of systems, which systems write provinces of
    Italy, the country of numbers that name none) is learned over the whole list before.
    """

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.lines, self.places, self.namer = LineReader(rules), PlaceReader(rules), Namer(rules)
        self.web, self.tax, self.phones = WebReader(rules), TaxReader(rules), PhoneReader(rules)
        self.streets = StreetReader(rules)
        words = rules.get("naming/words.yaml", NameWords)
        self.municipality = frozenset(words.municipality), frozenset(words.municipality_beside)

    def umlauts(self, records: pl.DataFrame) -> dict[str, str]:
        """Give the spellings of umlauts that the rules know and those that `records` show."""
        words = self.rules.get("naming/words.yaml", NameWords)
        return umlaut_spellings(records, ("name", "trade_name", "city", "street"), words.umlauts)

    def placed(
        self, records: pl.DataFrame, umlauts: dict[str, str], italian: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Give `records` with places and web addresses; `italian` are the systems of `PlaceReader.italian`."""
        return _beside(
            records,
            lambda table: self.places.places(self.lines.split(table), umlauts, italian),
            self.web.web,
        )

    def without_habits(self, table: pl.DataFrame) -> pl.DataFrame:
        """Give `table` with names without what their systems write around them, as the table itself shows it."""
        return without_habits(table, self.rules.get("naming/habits.yaml", Habits), self.namer.legal.words)

    def homes(self, placed: pl.DataFrame) -> dict[str, str]:
        """Give the country of the numbers of each system that name none, as the records of `placed` show it."""
        evidence = seen(placed)
        numbers = sample(evidence.filter(pl.col("number").is_not_null()).select("system", "number"))
        return homes(numbers, evidence.drop_nulls("home").group_by("home").agg(n=pl.len()), self.tax)

    def finished(
        self,
        table: pl.DataFrame,
        told_beside: Schema,
        umlauts: dict[str, str],
        homes: dict[str, str],
        names: Callable[[pl.DataFrame], pl.DataFrame],
    ) -> pl.DataFrame:
        """Give RECORDS, `told_beside` and NORMALISED of what `placed` gave; `names` reads the names."""
        table = _beside(
            table,
            names,
            lambda table: self.tax.numbers(with_homes(table, homes)),
            self.phones.phones,
            lambda table: self.streets.streets(table, umlauts),
        )
        table = with_municipalities(table, *self.municipality)
        return conform(with_status(table, self.rules), {**RECORDS, **told_beside, **NORMALISED})


_READY: dict[str, Normaliser] = {}
"""The normalisers of this process by the digest of their rules: making one takes longer than a small list does."""


def normaliser(rules: Rulebook) -> Normaliser:
    """Give the normaliser of `rules`; it has a rulebook of its own with the same naming rules."""
    digest = rules.digest("naming")
    if digest not in _READY:
        _READY[digest] = Normaliser(Rulebook(rules.project))
    return _READY[digest]


def normalise(records: pl.DataFrame, rules: Rulebook) -> pl.DataFrame:
    """Give RECORDS with the columns of NORMALISED beside them."""
    work = normaliser(rules)
    umlauts = work.umlauts(records)

    def names(table: pl.DataFrame) -> pl.DataFrame:
        return work.namer.names(work.without_habits(table), work.places.towns(table), umlauts)

    told_beside = {name: kind for name, kind in records.schema.items() if name not in RECORDS}
    placed = work.placed(records, umlauts)
    done = work.finished(placed, told_beside, umlauts, work.homes(placed), names)
    for name in work.rules.used:
        rules.path(name)  # `rules` remembers what was used
    return done


def _beside(table: pl.DataFrame, *parts: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """Give `table` with the columns that each of `parts` adds to it."""
    done = beside(lambda part: part(table), parts)
    return table.with_columns(column for part in done for column in part if column.name not in table.columns)
