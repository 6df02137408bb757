"""From RECORDS to RECORDS with the columns of NORMALISED: each part of a record in its turn."""

from __future__ import annotations

import polars as pl

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
    places = PlaceReader(rules)
    table = LineReader(rules).split(records)
    table = places.places(table, umlauts)
    table = StreetReader(rules).streets(table, umlauts)
    namer = Namer(rules)
    written = table["name"]
    table = without_habits(table, rules.get("naming/habits.yaml", Habits), namer.legal.words)
    table = namer.names(table, places.towns(table), umlauts).with_columns(name=written)
    table = WebReader(rules).web(table)
    table = PhoneReader(rules).phones(table)
    table = TaxReader(rules).tax_ids(table)
    table = with_status(table, rules)
    told_beside = {name: kind for name, kind in records.schema.items() if name not in RECORDS}
    return conform(table, {**RECORDS, **told_beside, **NORMALISED})
