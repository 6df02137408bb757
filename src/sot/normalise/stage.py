"""From RECORDS to RECORDS with the columns of NORMALISED: each part of a record in its turn."""

from __future__ import annotations

import polars as pl

from sot.model.tables import NORMALISED, RECORDS, conform
from sot.normalise.names import Namer
from sot.normalise.phones import PhoneReader
from sot.normalise.places import PlaceReader
from sot.normalise.status import with_status
from sot.normalise.streets import StreetReader
from sot.normalise.tax_ids import TaxReader
from sot.normalise.web import WebReader
from sot.rules import Rulebook


def normalise(records: pl.DataFrame, rules: Rulebook) -> pl.DataFrame:
    """Give RECORDS with the columns of NORMALISED beside them."""
    places = PlaceReader(rules)
    table = places.places(records)
    table = StreetReader(rules).streets(table)
    table = Namer(rules).names(table, places.towns(table))
    table = WebReader(rules).web(table)
    table = PhoneReader(rules).phones(table)
    table = TaxReader(rules).tax_ids(table)
    table = with_status(table, rules)
    return conform(table, {**RECORDS, **NORMALISED})
