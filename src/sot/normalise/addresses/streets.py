"""Street lines: house number and street in one spelling, without rooms, floors and PO boxes."""

from __future__ import annotations

import re
from functools import partial

import polars as pl

from sot.normalise.distinct import CELL, over_distinct, where
from sot.normalise.text import alternatives, clean, fold, spellings, without_placeholders
from sot.rules import Rulebook
from sot.rules.naming import Placeholders, Streets

# A house number: "12", "12a", "12 a", "12 bis", "12-14" (the first counts); other letters behind a blank are words.
NUMBER = r"\d{1,6}(?:[a-z]|\s[a-d]|\s?bis|\s?ter)?"
RANGE = r"(?:\s*[-/+]\s*\d+[a-z]?|/[a-z]\b|-[ivx]+)*"
SIGN = r"(?:no\.?|nr\.?|nro\.?|num\.?|n\.|n|d\.|h\.|hnr\.?|#)"
CYRILLIC_SIGN = r"(?i)(^|[\s,])(?:буд|будинок|дом|д)(?:\.\s*|\s+)(\d)"
"""What is written before the number of a house in Cyrillic letters: д. 7, буд. 22."""
ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
ROMAN = [tens + ones for tens in ("", "x", "xx", "xxx") for ones in ONES]


class StreetReader:
    """Everything that the rules say of streets, ready to work on columns."""

    def __init__(self, rules: Rulebook) -> None:
        streets = rules.get("naming/streets.yaml", Streets)
        self.nothing = rules.get("naming/placeholders.yaml", Placeholders).of("street")
        self.words = {f" {other} ": f" {word} " for other, word in spellings(streets.words).items()}
        self.endings = streets.endings
        grown = alternatives(other for others in self.endings.values() for other in others)
        self.grown_on = rf"[a-z]{{3}}(?:{grown})\b"
        units, floors = alternatives(streets.units), alternatives(streets.floors)
        self.unit = (
            rf"(?:\b(?:{units})\b|#)[\s.:]*#?\s*(?:[a-z]?-?\d+[a-z]?|[a-z])\b(?:\s*-\s*\d+)?"
            rf"|\b\d+(?:st|nd|rd|th|\.)?\s*/?\s*(?:{floors})\b"
        )
        self.box = rf"\b(?:{alternatives(streets.po_boxes)})\b[\s.:#]*[a-z]?\d*[a-z]?\b|\bbox\s+\d+"
        self.numbers = streets.numbers
        self.spelt_number = rf"^(?:{'|'.join(sorted(self.numbers))}) "
        self.numbered = rf"\b(?:{alternatives(streets.numbered)})[\s.]*$"
        signed = rf"(?:{alternatives(streets.signed)})\b"
        self.signed = (
            rf"^(.*(?:\b|\d){signed}.*?)[\s,.]*\bno\b[\s.:]*({NUMBER})\b.*$",
            rf"^(.*\d[\s.]*{signed})[\s.]*({NUMBER})\b.*$",
        )
        grid, months = alternatives(streets.grid), alternatives(streets.months)
        letter = r"\s?(?:[a-z]\b)?(?:\s?(?:bis|sur|norte|este|oeste)\b)?"
        self.grid = (
            rf"^((?:{grid})\b\.?\s*\d{{1,3}}{letter})[\s,]*{SIGN}?\s*"
            rf"(\d{{1,3}}{letter})\s*-\s*(\d{{1,4}})\b.*$"
        )
        self.day = (
            rf"\b((?:du|via|viale|piazza|corso|largo)\s)?(\d{{1,2}})(?:o|er)?(\sde)?\s({months})\b"
            r"(?:\s(?:de\s)?1[89]\d\d\b)?"
        )
        self.road = rf"\b(?:{alternatives((*streets.types, *streets.words))})\b"

    def streets(self, records: pl.DataFrame, umlauts: dict[str, str]) -> pl.DataFrame:
        """Give `records` (with a_street) with n_house and n_street."""
        return over_distinct(records, ["a_street"], lambda cells: self._read(cells, umlauts))

    def _read(self, cells: pl.DataFrame, umlauts: dict[str, str]) -> pl.DataFrame:
        written = without_placeholders("a_street", self.nothing).str.replace_all(r"[\r\n]+", ", ")
        value = cells.select(written.str.replace_all(CYRILLIC_SIGN, "${1}д. $2"))
        cells = cells.with_columns(line=fold(clean(value["a_street"])))
        line = pl.col("line").str.replace_all(r"\bp\.?\s*o\.?\s*(?:box|bx)\b", "po box")
        line = line.str.replace_all("'", "", literal=True).str.replace_all(self.box, " ")
        cells = cells.with_columns(line=line, corner=pl.lit(None, pl.String))
        cells = where(cells, pl.col("line").str.contains(self.day), self._day_spelt)
        cells = where(cells, pl.col("line").str.contains(self.grid), self._corner_apart)
        line = pl.col("line").str.replace_all(self.unit, " ").str.strip_chars(" ,;.-#/")
        cells = cells.with_columns(line=line)
        cells = where(cells, pl.col("line").str.contains(self.spelt_number), self._numbers)
        open_ = pl.col("corner").is_null()
        for form in self.signed:
            hit = open_ & pl.col("line").str.contains(form)
            cells = where(cells, hit, partial(_signed_apart, form=form))
        cells = where(cells, open_ & pl.col("line").str.contains(",", literal=True), self._telling_part)
        cells = _house_apart(cells, self.numbered)
        cells = where(cells, pl.col("corner").is_not_null(), _at_corner)
        cells = self._spelt(cells, umlauts)
        return cells.select(CELL, n_house="house", n_street="text")

    def _day_spelt(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Write the day in the name of a road as a Roman numeral: it is no number of a house."""

        def spelt(match: re.Match[str]) -> str:
            before, day, of, month = match.groups(default="")
            named = (before or of) and 0 < int(day) < len(ROMAN)
            return f"{before}{ROMAN[int(day)]}{of} {month}" if named else str(match[0])

        lines = [re.sub(self.day, spelt, line) for line in cells["line"]]
        return cells.with_columns(line=pl.Series(lines, dtype=pl.String))

    def _corner_apart(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Take numbered roads and the house behind the corner apart: `line` keeps the road, `corner` the house."""
        line = pl.col("line")
        house = pl.concat_str(line.str.extract(self.grid, 2), line.str.extract(self.grid, 3), separator="-")
        return cells.with_columns(line=line.str.extract(self.grid, 1), corner=house.str.replace_all(" ", ""))

    def _numbers(self, cells: pl.DataFrame) -> pl.DataFrame:
        line = pl.col("line")
        for word, number in sorted(self.numbers.items()):
            line = line.str.replace(rf"^{word} ", f"{number} ")
        return cells.with_columns(line)

    def _telling_part(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Keep of a line with commas the part that holds the street: with a number, else with a street word."""
        line = pl.col("line").str.replace(rf"^({NUMBER})\s*,\s*", "$1 ")
        line = line.str.replace(
            rf"^([^\d,]*[a-z.])\s*,\s*{SIGN}?\s*({NUMBER}{RANGE})(\s*(?:[,-].*)?)$", "$1 $2,$3"
        )
        part = pl.element().str.strip_chars(" ,;.-")
        parts = line.str.split(",").list.eval(part.filter(part != ""))
        cells = cells.with_columns(parts=parts)
        numbered = pl.col("parts").list.eval(
            pl.element().filter(pl.element().str.contains(r"\d.*[a-z]{2}|[a-z]{2}.*\d"))
        )
        road = pl.col("parts").list.eval(pl.element().filter(pl.element().str.contains(self.road)))
        first = [listed.list.get(0, null_on_oob=True) for listed in (numbered, road, pl.col("parts"))]
        return cells.with_columns(line=pl.coalesce(*first))

    def _spelt(self, cells: pl.DataFrame, umlauts: dict[str, str]) -> pl.DataFrame:
        text = pl.col("text")
        cells = cells.with_columns(text.str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars())
        cells = where(cells, text.str.contains(self.grown_on), self._endings_apart)
        table = {**{f" {two} ": f" {plain} " for two, plain in umlauts.items()}, **self.words}
        cells = cells.with_columns(text=" " + text + " ")
        cells = where(cells, text.str.contains_any(list(table)), lambda t: _words_replaced(t, table))
        return cells.with_columns(text=text.str.strip_chars().replace("", None))

    def _endings_apart(self, cells: pl.DataFrame) -> pl.DataFrame:
        text = pl.col("text")
        for word, others in self.endings.items():
            text = text.str.replace_all(rf"\b([a-z]{{3,}}?)(?:{alternatives(others)})\b", f"${{1}} {word}")
        return cells.with_columns(text)


def _at_corner(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.with_columns(house="corner", text="line")


def _signed_apart(cells: pl.DataFrame, form: str) -> pl.DataFrame:
    """Take the number behind a sign for the house where roads have numbers too ("1203 Sokak No: 7")."""
    line = pl.col("line")
    road = line.str.extract(form, 1).str.replace_all(r"(\d)[.\s]*([a-z])", "$1 $2")
    return cells.with_columns(line=road, corner=line.str.extract(form, 2).str.replace_all(" ", ""))


def _words_replaced(cells: pl.DataFrame, table: dict[str, str]) -> pl.DataFrame:
    doubled = pl.col("text").str.replace_all(" ", "  ", literal=True)
    sought = [f" {word.strip().replace(' ', '  ')} " for word in table]
    replaced = doubled.str.replace_many(sought, list(table.values()))
    return cells.with_columns(text=replaced.str.replace_all(r" +", " "))


def _house_apart(cells: pl.DataFrame, numbered: str) -> pl.DataFrame:
    """Take the house number from the front of the line, else from its end; the rest is `text`."""
    line = pl.col("line")
    front = rf"^{SIGN}?\s*({NUMBER}){RANGE}[\s,.]+([a-z0-9].*)$"
    behind = rf"^([^\d]*[a-z.])[\s,]+{SIGN}?\s*({NUMBER}){RANGE}(?:[\s,.-].*)?$"
    cells = cells.with_columns(house=pl.lit(None, pl.String), text="line")
    cells = where(cells, line.str.contains(front), lambda t: _parts(t, front, "house", "text"))
    at_end = pl.col("house").is_null() & line.str.contains(behind)
    cells = where(cells, at_end, lambda t: _number_off(_parts(t, behind, "text", "house"), numbered))
    return cells.with_columns(pl.col("house").str.replace_all(" ", "").str.replace(r"^0+(\d)", "$1"))


def _parts(cells: pl.DataFrame, form: str, *names: str) -> pl.DataFrame:
    """Give `cells` with the groups of `form` in their lines as the columns `names`."""
    groups = pl.col("line").str.extract_groups(form).struct
    return cells.with_columns(groups.rename_fields(names).struct.unnest())


def _number_off(cells: pl.DataFrame, numbered: str) -> pl.DataFrame:
    """Leave the number where it is part of the name of the road ("Highway 61")."""
    own = pl.col("text").str.contains(numbered)
    return cells.with_columns(
        house=pl.when(~own).then("house"), text=pl.when(~own).then("text").otherwise("line")
    )
