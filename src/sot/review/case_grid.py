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

DOCUMENT_FIELDS = (
    "document", "name", "customer", "amount", "net", "open", "date", "due", "end", "status", "number", "text",
)  # fmt: skip
"""What a steward sees of a document."""

LABELS = {"account_number": "account no.", "registration_id": "reg. no.", "tax_id": "tax id"}

BESIDE = frozenset(
    ("status", "account_number", "industry", "balance", "revenue", "owner", "created_at", "updated_at")
)
"""Facts that differ between two records of one customer as a matter of course: shown, but not compared."""

ORDER = ("different", "same", "single", "beside", "empty")
"""Kinds of rows: values differ, all agree, only one record has one, not compared, none has one."""


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


def grid(
    records: Sequence[Mapping[str, object]], parts: Sequence[int], fields: Sequence[str] = FIELDS
) -> list[Row]:
    """Lay out `records`: rows that differ first, then those that agree, single values, empty ones last."""
    rows = [_row(field, records, parts) for field in fields]
    return sorted(rows, key=lambda row: ORDER.index(row.kind))


def _row(field: str, records: Sequence[Mapping[str, object]], parts: Sequence[int]) -> Row:
    values = [_text(record.get(field)) for record in records]
    if field in BESIDE:
        return Row(field, "beside" if any(values) else "empty", tuple(map(_plain, values)), tuple(values))
    keys = [_key(record, field, value) for record, value in zip(records, values, strict=True)]
    known_keys = [key for key in keys if key is not None]
    filled = [value for value in values if value is not None]
    differs = len(set(known_keys)) > 1
    kind = "empty" if not filled else "different" if differs else "same" if len(known_keys) > 1 else "single"
    return Row(field, kind, tuple(mark(values, keys, parts)), tuple(values))


def _key(record: Mapping[str, object], field: str, value: str | None) -> str | None:
    """Give what a value is compared by; None where it is empty or, to the normaliser, a placeholder."""
    if value is None:
        return None
    normal = COMPARED.get(field)
    return _text(record[normal]) if normal is not None and normal in record else fold(value)


def mark(
    values: Sequence[str | None], keys: Sequence[str | None], parts: Sequence[int]
) -> list[tuple[Word, ...] | None]:
    """Split each value into words, and mark those in which the parts differ.

    A word differs where all of another part lacks it; within a single part, where most records lack it.
    """
    held = {
        i: {fold(word) for word in words(values[i] or "")} for i, key in enumerate(keys) if key is not None
    }
    several = len({parts[i] for i in held}) > 1

    def differs(i: int, word: str) -> bool:
        others = [j for j in held if keys[j] != keys[i]]
        if not several:
            return bool(others) and 2 * sum(word in held[j] for j in held) <= len(held)
        apart = {parts[j] for j in others} - {parts[i]}
        return any(not any(word in held[j] for j in held if parts[j] == part) for part in apart)

    return [
        None if value is None else tuple(Word(w, i in held and differs(i, fold(w))) for w in words(value))
        for i, value in enumerate(values)
    ]


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


def _plain(value: str | None) -> tuple[Word, ...] | None:
    return None if value is None else (Word(value, False),)


def _text(value: object) -> str | None:
    text = " ".join(str(value).split()) if value is not None else ""
    return text or None
