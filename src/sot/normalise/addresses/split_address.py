"""Addresses written into one cell: town, region, postcode and country taken from the street line."""

from __future__ import annotations

import polars as pl

from sot.addresses.whole_cells import WholeCells
from sot.addresses.words import PARTS
from sot.normalise.distinct import CELL, over_distinct
from sot.normalise.text import clean
from sot.rules import Rulebook

_LINES = r"[,\n]"
_LIKELY = r"\p{L}.*(?:[,\n]|\d{4})|\d[A-Za-z]{2}\b|[A-Za-z]\d$|\p{Han}"
"""No whole address is without a comma, a line break or a postcode."""


class LineReader:
    """Takes whole addresses apart where a record has no town; a postcode beside them is where they end."""

    def __init__(self, rules: Rulebook) -> None:
        self.whole = WholeCells(rules)

    def split(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give `records` with a_street, a_city … : as delivered, or from the street line where it held all of them."""
        lines = pl.when(pl.col("postcode").is_null() | pl.col("street").str.contains(_LINES)).then("street")
        whole = pl.concat_str(lines, pl.lit(", ") + pl.col("postcode"), ignore_nulls=True)
        without = pl.col("city").is_null() & lines.is_not_null()
        records = over_distinct(
            records.with_columns(whole=pl.when(without).then(whole)), ["whole"], self._taken_apart
        )
        parts = {f"a_{part}": pl.coalesce(f"l_{part}", part) for part in PARTS}
        parts["a_postcode"] = pl.coalesce("postcode", "l_postcode")
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
