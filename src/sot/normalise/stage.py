"""From RECORDS to RECORDS with the columns of NORMALISED: fields that need nothing of each other side by side."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from sot.beside import beside
from sot.model.tables import NORMALISED, RECORDS, conform
from sot.normalise.habits import without_habits
from sot.normalise.lines import LineReader
from sot.normalise.names import Namer
from sot.normalise.phones import PhoneReader
from sot.normalise.places import PlaceReader
from sot.normalise.status import with_status
from sot.normalise.streets import StreetReader
from sot.normalise.tax_ids import TaxReader
from sot.normalise.umlauts import learn as umlaut_spellings
from sot.normalise.web import WebReader
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
