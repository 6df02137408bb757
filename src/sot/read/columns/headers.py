"""Column names: how they are compared, cut into words and kept apart; from which a field is taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import polars as pl

_JOIN, _FIRST, ALL, _SUM = " ++ ", " || ", " | ", " + "
"""How the rules write that cells are joined to one value, that the first filled one counts, that all are kept, and that
amounts are added up."""
_HOUSE = r"^(\D+), (\d{1,5} ?[A-Za-z]?(?: ?[/-] ?\d{1,4}[A-Za-z]?)?(?: (?:bus|bte|box) ?\w{1,5})?)$"
"""A street and the number of the house, which are no two lines."""
_SIGNS = re.compile(r" (?:\+\+?|\|\|?) ")
_CAMEL = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z])|(?<=[\u3040-\u9fff\uac00-\ud7af])(?=[A-Za-z])"
)
_WORD = re.compile(r"[^\W_]+|#|%")
_INITIALS = re.compile("(?<=[\u05d0-\u05ea])[\"'\u05f3\u05f4](?=[\u05d0-\u05ea])")
"""The mark within Hebrew short forms, which cuts no word in two."""
_FEW, _MARKED = 2, 0.8
"""A Polish bank marks each name of more than a few."""
_MARKS = frozenset(("Mn", "Mc", "Me"))

PLAIN = str.maketrans(
    {
        "ß": "ss",
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
    }
)
"""Letters that lose their stroke in no other way."""

ROW = "#row"
"""The column of the physical row numbers beside a table's own columns."""
INNER = "#:"
"""How the names of columns start that reading itself puts beside a table's own; no header does."""


@lru_cache(maxsize=65_536)
def fold(header: str) -> str:
    """Give the form in which headers are compared: letters, digits, # and % alone, case and width aside."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return "".join(c for c in text if c.isalnum() or c in "#%")


@lru_cache(maxsize=65_536)
def words(header: str) -> tuple[str, ...]:
    """Cut a header into words without accents; `clientName`, `client_name`, `Client name` give the same."""
    if header.isascii() and header == header.lower():
        # Nothing to write plainly, and no capital to cut at: so are names that are looked up by the thousand.
        return tuple(_WORD.findall(header))
    text = unicodedata.normalize("NFKD", header.translate(PLAIN))
    # Vowel signs of Thai and Indian scripts are marks too, and would cut words in pieces.
    if not text.isascii():
        text = _INITIALS.sub("", "".join(c for c in text if unicodedata.category(c) not in _MARKS))
    return tuple(word.lower() for part in _CAMEL.split(text) for word in _WORD.findall(part))


def unique_names(header: Iterable[str]) -> list[str]:
    """Give every column a name of its own: `X`, `X#2`; `column 3` where there is none."""
    names: list[str] = []
    seen: set[str] = set()
    for number, raw in enumerate(header, 1):
        base = unicodedata.normalize("NFC", raw).strip() or f"column {number}"
        base = base.replace(INNER, "# :", 1) if base.startswith(INNER) else base
        # Polars takes these for all columns or for a pattern of names (NetSuite marks main lines under "*").
        base = f"'{base}'" if base == "*" or (base.startswith("^") and base.endswith("$")) else base
        name, count = base, 1
        while name in seen or name == ROW:
            count += 1
            name = f"{base}#{count}"
        seen.add(name)
        names.append(name)
    return names


def without_signs(header: Sequence[str]) -> list[str]:
    """Take the sign of a comment off the first name (#"id","name"), or a sign off nearly all (#Date, #Amount)."""
    first, *rest = header or [""]
    cells = [first[2:].rstrip('"') if first.startswith('#"') else first, *rest]
    filled = [cell for cell in cells if cell.strip()]
    marked = sum(cell[:1] == "#" and cell[1:2].isalpha() for cell in filled)
    if len(filled) <= _FEW or marked < _MARKED * len(filled):
        return cells[: len(header)]
    return [cell.removeprefix("#") for cell in cells]


@dataclass(frozen=True)
class Recipe:
    """From which columns one field is taken: one alone, the first filled, all joined, kept apart or added up.

    Lines of an address are joined with commas ("join"), those of a name with blanks ("words").
    """

    columns: tuple[str, ...]
    how: str = "one"

    def __str__(self) -> str:
        return {"join": _JOIN, "words": _JOIN, "first": _FIRST, "all": ALL, "sum": _SUM}.get(
            self.how, ""
        ).join(self.columns)

    def expression(self) -> pl.Expr:
        """Give the value of the field as text."""
        if self.how in ("join", "words", "all", "sum"):
            parts = [pl.col(column).str.strip_chars() for column in self.columns]
            filled = [pl.when(part != "").then(part) for part in parts]
            if self.how == "words":
                joined = pl.concat_str(filled, separator=" ", ignore_nulls=True)
            elif self.how != "join":
                kept = pl.concat_list(filled).list.drop_nulls().list.unique(maintain_order=True)
                joined = kept.list.join(ALL)
            else:
                joined = pl.concat_str(filled, separator=", ", ignore_nulls=True)
                joined = joined.str.replace(_HOUSE, "$1 $2")
            return pl.when(joined != "").then(joined)
        return pl.coalesce([pl.col(column) for column in self.columns])

    def needed(self, frame: pl.DataFrame) -> Recipe:
        """Give the recipe with those columns alone that give something in `frame`."""
        if len(self.columns) == 1:
            return self
        kept = [self.columns[0]]
        gaps = frame.select(gap=pl.col(self.columns[0]).is_null())["gap"]
        for column in self.columns[1:]:
            filled = frame[column].is_not_null()
            if (filled & gaps if self.how == "first" else filled).any():
                kept.append(column)
                gaps = gaps & ~filled
        return Recipe(tuple(kept), self.how if len(kept) > 1 else "one")


def recipe(written: str, present: Mapping[str, str]) -> Recipe | None:
    """Resolve a field's source as the rules write it against the headers that are there (folded: name)."""
    for sign, how in ((_JOIN, "join"), (_FIRST, "first"), (ALL, "all"), (_SUM, "sum")):
        if sign in written and fold(written) not in present:
            columns = [present[fold(part)] for part in written.split(sign) if fold(part) in present]
            columns = list(dict.fromkeys(columns))
            if not columns:
                return None
            return Recipe(tuple(columns), how if len(columns) > 1 else "one")
    name = present.get(fold(written))
    return Recipe((name,)) if name is not None else None


def of_name(source: Recipe) -> Recipe:
    """Give the recipe of a name: its lines are one text ("Gruber Elektrotechnik", "GmbH & Co KG")."""
    return replace(source, how="words") if source.how == "join" else source


def parts(written: str) -> list[str]:
    """Give the single headers that a field's source names."""
    return [part for part in re.split(_SIGNS, written) if part]
