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


def grid(records: Sequence[Mapping[str, object]]) -> list[Row]:
    """Lay out `records`: rows that differ first, then those that agree, single values, empty ones last."""
    rows = [_row(field, [_text(record.get(field)) for record in records]) for field in FIELDS]
    return sorted(rows, key=lambda row: ORDER.index(row.kind))


def _row(field: str, values: list[str | None]) -> Row:
    filled = [value for value in values if value is not None]
    folded = {fold(value) for value in filled}
    kind = (
        "empty" if not filled else "different" if len(folded) > 1 else "same" if len(filled) > 1 else "single"
    )
    return Row(
        field, kind, tuple(mark(values) if kind == "different" else map(_plain, values)), tuple(values)
    )


def mark(values: Sequence[str | None]) -> list[tuple[Word, ...] | None]:
    """Split each value into words; a word differs where some other value does not have it."""
    held = [{fold(word) for word in value.split()} if value is not None else None for value in values]
    marked: list[tuple[Word, ...] | None] = []
    for i, value in enumerate(values):
        others = [words for j, words in enumerate(held) if j != i and words is not None]
        words = value.split() if value is not None else []
        made = tuple(Word(word, any(fold(word) not in other for other in others)) for word in words)
        marked.append(None if value is None else made)
    return marked


def fold(text: str) -> str:
    """Give the letters and digits of `text` in one case: what is no difference to the eye of a steward."""
    return "".join(letter for letter in text.casefold() if letter.isalnum()) or text.strip()


def _plain(value: str | None) -> tuple[Word, ...] | None:
    return None if value is None else (Word(value, False),)


def _text(value: object) -> str | None:
    text = " ".join(str(value).split()) if value is not None else ""
    return text or None
