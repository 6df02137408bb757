"""Addresses written into one cell: town, region, postcode and country taken from the end of the street line."""

from __future__ import annotations

import polars as pl

from sot.normalise.distinct import CELL, over_distinct, where
from sot.normalise.text import alternatives, bare_words, clean, fold
from sot.rules import Rulebook
from sot.rules.naming import Countries, Regions, Streets

PARTS = ("street", "city", "region", "postcode", "country")
TOWN = r"[a-z][a-z .'-]+?"


class LineReader:
    """The forms of whole addresses, ready to work on columns."""

    def __init__(self, rules: Rulebook) -> None:
        regions = rules.get("naming/regions.yaml", Regions).root
        names = [name for home in ("US", "CA", "AU") for name in regions[home]]
        names += [
            other for home in ("US", "CA", "AU") for others in regions[home].values() for other in others
        ]
        region = alternatives(name for name in names if len(name) > 1)
        countries = rules.get("naming/countries.yaml", Countries).root
        listed = alternatives(
            n for n in bare_words(name for ns in countries.values() for name in ns) if len(n) > 2
        )
        types = alternatives(rules.get("naming/streets.yaml", Streets).types)
        code = r"\d{5}(?:-?\d{4})?|[a-z]\d[a-z] ?\d[a-z]\d|\d{4}"
        british = r"[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}"
        canadian = r"[a-z]\d[a-z] ?\d[a-z]\d"
        self.country = rf"^(.*[^\s,-])[,\s-]+((?:{listed})|u\.s\.a\.?|u\.k\.?)\.?$"
        # The tail of a line: (street, town, region, postcode), by the group numbers of each form.
        self.forms = (
            (rf"^(.*\S)\s*,\s*({TOWN})\s*,?\s+({region})\.?\s*,?\s*({code})$", (1, 2, 3, 4)),
            (
                rf"^(\d.*?\b(?:{types})\b\.?(?:\s[nsew]{{1,2}}\b)?)\s+({TOWN})\s*,?\s+({region})\.?,?\s*({code})$",
                (1, 2, 3, 4),
            ),
            (rf"^(.*\S)\s*,\s*({TOWN})\s*,\s*({region})\.?$", (1, 2, 3, 0)),
            (rf"^(.*\S)\s*,\s*({TOWN})\s*,?\s+({british})$", (1, 2, 0, 3)),
            (
                rf"^(.*\d.*?|.*\S\s*,)\s*[,\s]\s*(?:[a-z]{{1,2}}[- ])?(\d{{4}} ?[a-z]{{2}}|\d{{4,5}}) "
                rf"({TOWN})(?: cedex.*| [a-z]{{2}})?$",
                (1, 3, 0, 2),
            ),
            (rf"^(.*\S)\s+({region})\.?,?\s+(\d{{5}}(?:-?\d{{4}})?)$", (1, 0, 2, 3)),
            # Without commas nothing tells where the town begins; such a postcode says where it is by itself.
            (rf"^(.*?)[\s,]*\b({british}|{canadian})$", (1, 0, 0, 2)),
        )

    def split(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give `records` with a_street, a_city … : as delivered, or from the street line where it held all of them."""
        alone = pl.col("city").is_null() & pl.col("postcode").is_null()
        records = over_distinct(
            records.with_columns(whole=pl.when(alone).then("street")), ["whole"], self._taken_apart
        )
        parts = {f"a_{part}": pl.coalesce(f"l_{part}", part) for part in PARTS}
        return records.with_columns(**parts).drop("whole", *(f"l_{part}" for part in PARTS))

    def _taken_apart(self, cells: pl.DataFrame) -> pl.DataFrame:
        line = fold(clean(cells["whole"].str.replace_all(r"\s*[\r\n]+\s*", ", ")))
        frame = cells.select(CELL, line=line, l_split=pl.lit(False))
        frame = frame.with_columns(pl.lit(None, pl.String).alias(f"l_{part}") for part in PARTS)
        likely = pl.col("line").str.contains(r"[a-z].*(?:,|\d{4})|\d[a-z]{2}\b|[a-z]\d$")
        return where(frame, likely, self._parts_off).filter("l_split").drop("line", "l_split")

    def _parts_off(self, frame: pl.DataFrame) -> pl.DataFrame:
        frame = frame.with_columns(
            l_country=pl.col("line").str.extract(self.country, 2),
            line=pl.col("line").str.replace(self.country, "$1"),
        )
        for form, groups in self.forms:
            free = ~pl.col("l_split") & pl.col("line").str.contains(form)
            found = dict(zip(("street", "city", "region", "postcode"), groups, strict=True))
            taken = [
                pl.when(free)
                .then(pl.col("line").str.extract(form, group))
                .otherwise(f"l_{part}")
                .alias(f"l_{part}")
                for part, group in found.items()
                if group
            ]
            frame = frame.with_columns(*taken, l_split=pl.col("l_split") | free)
        return frame
