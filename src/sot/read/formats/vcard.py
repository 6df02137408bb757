"""Address books as vCards (.vcf): one row per card, under the captions of a list of contacts."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping

import polars as pl

from sot.read.formats.encoding import to_text
from sot.read.formats.grid import Grid, named_grid

_BEGIN = b"BEGIN:VCARD"
_HEAD = 4_096
_FOLDED = re.compile(r"\r?\n[ \t]")
_SOFT = re.compile(r"=\r?\n")
_SPLIT = re.compile(r"(?<!\\);")
_ADDRESS = ("PO box", "Address 2", "Street", "City", "Region", "Postcode", "Country")
_COLUMNS = (
    "ID", "Company", "Department", "First name", "Last name", "Job title", "Phone", "Mobile", "Fax", "Email", "Website",
    "Street", "City", "Region", "Postcode", "Country", "Notes",
)  # fmt: skip


def is_vcard(data: bytes) -> bool:
    """Tell an address book by its first line."""
    return data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").upper().startswith(_BEGIN)


def read_vcards(data: bytes, encoding: str | None = None) -> Grid:
    """Give the grid of an address book; of several phones, addresses or e-mails of a card the first one counts."""
    text = to_text(data, encoding)
    rows = [_row(card) for card in _cards(text.utf8.decode("utf-8", errors="replace"))]
    frame = pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in _COLUMNS},
        schema=dict.fromkeys(_COLUMNS, pl.String),
    )
    kept = [name for name in _COLUMNS if frame[name].count() or name == "Company"]
    grid = named_grid(frame.select(kept))
    return Grid(grid.head, grid.body, encoding=text.encoding, named=True, warnings=text.warnings)


def _cards(text: str) -> Iterator[list[tuple[str, str, str]]]:
    """Give the properties of each card: name, parameters in upper case, value."""
    text = re.sub(_FOLDED, "", _SOFT.sub("", text))
    card: list[tuple[str, str, str]] = []
    for line in text.splitlines():
        head, mark, value = line.partition(":")
        if not mark:
            continue
        name, *parameters = head.upper().split(";")
        name = name.rpartition(".")[2]
        if name in ("BEGIN", "END"):
            # A card that nothing ends is one all the same.
            if card:
                yield card
            card = []
        else:
            card.append((name, ";".join(parameters), _plain(value, ";".join(parameters))))
    if card:
        yield card


def _plain(value: str, parameters: str) -> str:
    if "QUOTED-PRINTABLE" not in parameters:
        return value
    charset = re.search(r"CHARSET=([\w-]+)", parameters)
    return quopri.decodestring(value.encode()).decode(charset[1] if charset else "utf-8", errors="replace")


def _parts(value: str) -> list[str]:
    return [re.sub(r"\\([,;\\])", r"\1", part.replace("\\n", " ")).strip() for part in _SPLIT.split(value)]


def _row(card: list[tuple[str, str, str]]) -> dict[str, str]:
    row: dict[str, str] = {}
    full = ""
    for name, parameters, value in card:
        parts = _parts(value)
        whole = parts[0]
        if name == "FN":
            full = whole
        elif name == "N":
            _add(row, dict(zip(("Last name", "First name"), parts, strict=False)))
        elif name == "ORG":
            _add(row, dict(zip(("Company", "Department"), parts, strict=False)))
        elif name == "ADR":
            _add(row, {key: part for key, part in zip(_ADDRESS, parts, strict=False) if key in _COLUMNS})
        elif name == "TEL":
            kind = "Fax" if "FAX" in parameters else "Mobile" if "CELL" in parameters else "Phone"
            _add(row, {kind: whole.removeprefix("tel:")})
        else:
            key = {
                "TITLE": "Job title",
                "EMAIL": "Email",
                "URL": "Website",
                "UID": "ID",
                "NOTE": "Notes",
            }.get(name)
            _add(row, {key: value.strip() if name in ("URL", "UID") else whole} if key else {})
    if "Company" not in row and not {"First name", "Last name"} & row.keys() and full:
        row["Company"] = full
    return row


def _add(row: dict[str, str], cells: Mapping[str, str]) -> None:
    for key, value in cells.items():
        if value:
            row.setdefault(key, value)
