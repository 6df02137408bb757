"""Addresses written into one cell: town, region, postcode and country taken from the street line."""

from __future__ import annotations

import polars as pl

from sot.addresses.whole_cells import WholeCells
from sot.addresses.words import PARTS
from sot.normalise.distinct import CELL, over_distinct
from sot.normalise.text import clean
from sot.rules import Rulebook

_LIKELY = r"\p{L}.*(?:[,\n]|\d{4})|\d[A-Za-z]{2}\b|[A-Za-z]\d$|\p{Han}"
"""No whole address is without a comma, a line break or a postcode."""


class LineReader:
    """Takes whole addresses apart where a record has neither town nor postcode."""

    def __init__(self, rules: Rulebook) -> None:
        self.whole = WholeCells(rules)

    def split(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give `records` with a_street, a_city … : as delivered, or from the street line where it held all of them."""
        alone = pl.col("city").is_null() & pl.col("postcode").is_null()
        records = over_distinct(
            records.with_columns(whole=pl.when(alone).then("street")), ["whole"], self._taken_apart
        )
        parts = {f"a_{part}": pl.coalesce(f"l_{part}", part) for part in PARTS}
        emptied = pl.when(pl.col("l_split").is_not_null()).then("l_street").otherwise("street")
        return records.with_columns(**parts | {"a_street": emptied}).drop(
            "whole", "l_split", *(f"l_{part}" for part in PARTS)
        )

    def _taken_apart(self, cells: pl.DataFrame) -> pl.DataFrame:
        likely = cells.filter(pl.col("whole").str.contains(_LIKELY))
        lines = clean(likely["whole"].str.replace_all(r"\s*[\r\n]+\s*", ", "))
        parts = self.whole.split(lines).rename({part: f"l_{part}" for part in PARTS})
        parsed = pl.concat([likely.select(CELL), parts], how="horizontal").with_columns(l_split=pl.lit(True))
        return parsed.filter(pl.col("l_city").is_not_null() | pl.col("l_postcode").is_not_null())
