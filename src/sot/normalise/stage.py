"""From RECORDS to RECORDS with the columns of NORMALISED: fields that need nothing of each other side by side."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from sot.model.tables import NORMALISED, RECORDS, conform
from sot.normalise.account_status import with_status
from sot.normalise.addresses.split_address import LineReader
from sot.normalise.addresses.streets import StreetReader
from sot.normalise.addresses.towns_and_regions import PlaceReader
from sot.normalise.contacts.phones import PhoneReader
from sot.normalise.contacts.web import WebReader
from sot.normalise.identifiers.tax_ids import TaxReader
from sot.normalise.names.core_name import Namer
from sot.normalise.names.system_affixes import without_habits
from sot.normalise.names.umlauts import learn as umlaut_spellings
from sot.parallel import beside
from sot.rules import Rulebook
from sot.rules.naming import Habits, NameWords


def normalise(records: pl.DataFrame, rules: Rulebook) -> pl.DataFrame:
    """Give RECORDS with the columns of NORMALISED beside them."""
    words = rules.get("naming/words.yaml", NameWords)
    umlauts = umlaut_spellings(records, ("name", "trade_name", "city", "street"), words.umlauts)
    places, namer, tax = PlaceReader(rules), Namer(rules), TaxReader(rules)

    def names(table: pl.DataFrame) -> pl.DataFrame:
        bare = without_habits(table, rules.get("naming/habits.yaml", Habits), namer.legal.words)
        return namer.names(bare, places.towns(table), umlauts)

    table = _beside(
        records,
        lambda table: places.places(LineReader(rules).split(table), umlauts),
        WebReader(rules).web,
    )
    table = _beside(
        table,
        names,
        tax.tax_ids,
        tax.registrations,
        PhoneReader(rules).phones,
        lambda table: StreetReader(rules).streets(table, umlauts),
    )
    table = with_status(table, rules)
    told_beside = {name: kind for name, kind in records.schema.items() if name not in RECORDS}
    return conform(table, {**RECORDS, **told_beside, **NORMALISED})


def _beside(table: pl.DataFrame, *parts: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """Give `table` with the columns that each of `parts` adds to it."""
    done = beside(lambda part: part(table), parts)
    return table.with_columns(column for part in done for column in part if column.name not in table.columns)
