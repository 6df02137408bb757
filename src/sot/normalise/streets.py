"""Street lines: house number and street in one spelling, without rooms, floors and PO boxes."""

from __future__ import annotations

import polars as pl

from sot.normalise.frames import over_distinct
from sot.normalise.text import alternatives, clean, fold, spellings, without_placeholders
from sot.rules import Rulebook
from sot.rules.naming import Placeholders, Streets


class StreetReader:
    """Everything that the rules say of streets, ready to work on columns."""

    def __init__(self, rules: Rulebook) -> None:
        streets = rules.get("naming/streets.yaml", Streets)
        self.nothing = rules.get("naming/placeholders.yaml", Placeholders).of("street")
        self.words = {f" {other} ": f" {word} " for other, word in spellings(streets.words).items()}
        self.endings = streets.endings
        units = alternatives(streets.units)
        floors = alternatives(streets.floors)
        self.unit = (
            rf"(?:(?:\b(?:{units})\b|#)[\s.:]*#?\s*[a-z]?-?\d+[a-z]?\b(?:\s*-\s*\d+)?"
            rf"|\b\d+(?:st|nd|rd|th|\.)?\s*/?\s*(?:{floors})\b)"
        )
        self.box = rf"\b(?:{alternatives(streets.po_boxes)})\b[\s.:#]*[a-z]?\d*[a-z]?\b|\bbox\s+\d+"
        self.numbers = streets.numbers

    def streets(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give `records` with n_house and n_street."""
        return over_distinct(records, ["street"], self._read)

    def _read(self, cells: pl.DataFrame) -> pl.DataFrame:
        value = cells.select(without_placeholders("street", self.nothing).str.replace_all(r"[\r\n]+", ", "))[
            "street"
        ]
        cells = cells.with_columns(f=fold(clean(value)))
        f = (
            pl.col("f")
            .str.replace_all(r"\bp\.?\s*o\.?\s*box", "po box")
            .str.replace_all("'", "", literal=True)
        )
        f = f.str.replace_all(self.box, " ").str.replace_all(self.unit, " ").str.replace(r"^[\s,;.-]+", "")
        for word, number in sorted(self.numbers.items()):
            f = f.str.replace(rf"^{word} ", f"{number} ")
        cells = cells.with_columns(line=f.str.replace(r"[\s,;.-]+$", ""))
        cells = cells.with_columns(n_house=self._house(), street_text=self._street())
        return cells.select("street", "n_house", n_street=self._spelt(pl.col("street_text")))

    def _house(self) -> pl.Expr:
        line = pl.col("line")
        front = line.str.extract(r"^(?:no\.?\s*)?(\d{1,6}\s?[a-z]?)\b(?:\s*[-/]\s*\d+[a-z]?)?[\s,]", 1)
        behind = line.str.extract(
            r"^[^\d,]*[a-z.][\s,]+(?:no\.?|nr\.?|n[ro]\.?|num\.?)?\s*(\d{1,5}\s?[a-z]?)\b", 1
        )
        return pl.coalesce(front, behind).str.replace_all(" ", "").str.replace(r"^0+(\d)", "$1")

    def _street(self) -> pl.Expr:
        line = pl.col("line")
        front = r"^(?:no\.?\s*)?\d{1,6}(?:\s?[a-z])?(?:\s*[-/]\s*\d+[a-z]?)?[\s,]+"
        text = (
            pl.when(line.str.contains(front))
            .then(line.str.replace(front, ""))
            .otherwise(
                line.str.replace(
                    r"^([^\d,]*[a-z.])[\s,]+(?:no\.?|nr\.?|n[ro]\.?|num\.?)?\s*\d{1,5}\s?[a-z]?\b.*$", "$1"
                )
            )
        )
        return text.str.replace(r",.*$", "")

    def _spelt(self, text: pl.Expr) -> pl.Expr:
        bare = text.str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars()
        for ending, others in self.endings.items():
            bare = bare.str.replace_all(rf"([a-z]{{3,}}?)(?:{alternatives(others)})\b", f"${{1}}{ending}")
        padded = (" " + bare + " ").str.replace_all(" ", "  ", literal=True)
        padded = padded.str.replace_many(list(self.words), list(self.words.values()))
        spelt = padded.str.replace_all(r" +", " ").str.strip_chars()
        return pl.when(spelt.str.contains("[a-z0-9]")).then(spelt)
