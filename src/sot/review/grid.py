"""A case laid out for eyes: fields by records, what differs first, differing words marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FIELDS = (
    "name", "trade_name", "tax_id", "registration_id", "website", "email", "phone", "street", "postcode",
    "city", "region", "country", "parent_name", "status", "account_number", "industry", "balance", "revenue",
    "owner", "created_at", "updated_at",
)  # fmt: skip
"""What a steward sees of a record, in the order in which it helps to recognise a customer."""

LABELS = {"account_number": "account no.", "registration_id": "reg. no.", "tax_id": "tax id"}

ORDER = ("different", "same", "single", "empty")
"""Kinds of rows: values differ, all that is there agrees, only one record has it, none has."""


@dataclass(frozen=True)
class Word:
    """A piece of a value, and whether other records lack it."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Row:
    """One field over all records of a case; a cell is None where the record has no value."""

    field: str
    kind: str
    cells: tuple[tuple[Word, ...] | None, ...]
    values: tuple[str | None, ...]

    @property
    def label(self) -> str:
        """The name of the field as people read it."""
        return LABELS.get(self.field, self.field.replace("_", " "))


COMPARED = {
    "phone": "n_phone", "website": "n_domain", "email": "n_email", "tax_id": "n_tax_id",
    "country": "n_country", "postcode": "n_postcode", "city": "n_city",
}  # fmt: skip
"""Values that are the same in this normalised form are the same to a steward, however they are written."""


def grid(records: Sequence[Mapping[str, object]]) -> list[Row]:
    """Lay out `records`: rows that differ first, then those that agree, single values, empty ones last."""
    rows = [_row(field, records) for field in FIELDS]
    return sorted(rows, key=lambda row: ORDER.index(row.kind))


def _row(field: str, records: Sequence[Mapping[str, object]]) -> Row:
    values = [_text(record.get(field)) for record in records]
    normal = [_text(record.get(COMPARED.get(field, ""))) for record in records]
    keys = [None if value is None else key or fold(value) for value, key in zip(values, normal, strict=True)]
    filled = [key for key in keys if key is not None]
    differs = len(set(filled)) > 1
    kind = "empty" if not filled else "different" if differs else "same" if len(filled) > 1 else "single"
    return Row(field, kind, tuple(mark(values, keys)), tuple(values))


def mark(values: Sequence[str | None], keys: Sequence[str | None]) -> list[tuple[Word, ...] | None]:
    """Split each value into words; a word differs where a value of another key does not have it."""
    held = [{fold(word) for word in words(value)} if value is not None else set() for value in values]
    marked: list[tuple[Word, ...] | None] = []
    for value, key in zip(values, keys, strict=True):
        others = [held[j] for j, other in enumerate(keys) if other not in (None, key)]
        made = tuple(
            Word(word, any(fold(word) not in other for other in others)) for word in words(value or "")
        )
        marked.append(None if value is None else made)
    return marked


def words(value: str) -> list[str]:
    """Give the words of a value; a number, however grouped, is one word."""
    return value.split() if any(letter.isalpha() for letter in value) else [value] if value else []


def part_name(part: int) -> str:
    """Name a part by letters: A, B, … Z, AA."""
    letters = ""
    part += 1
    while part:
        part, rest = divmod(part - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def fold(text: str) -> str:
    """Give the letters and digits of `text` in one case: what is no difference to the eye of a steward."""
    return "".join(letter for letter in text.casefold() if letter.isalnum()) or text.strip()


def _text(value: object) -> str | None:
    text = " ".join(str(value).split()) if value is not None else ""
    return text or None
