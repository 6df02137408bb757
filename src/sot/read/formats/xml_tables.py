"""XML: the elements that come again and again are rows; what is within them becomes columns, without name spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from sot.errors import InputError
from sot.read.formats.bank_statements import camt_of
from sot.read.formats.encoding import to_text
from sot.read.formats.grid import Grid, named_grid
from sot.read.formats.json_tables import flat_rows, lists_in
from sot.read.formats.xml_documents import documents_in, rows_of

_START = re.compile(rb"<(?:\?xml\b|!--|[A-Za-z_][\w:.-]*[\s/>])")
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding=["']([\w.-]+)["']""")
_HEADER = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
_HEAD = 4_096
_TEXT = "value"
_ENTITY = b"<!ENTITY"
_ENTITIES = "this XML declares entities, which no export needs; it is not read"
_NO_TABLE = "this XML contains no list: no element with child elements occurs more than once"


def is_xml(data: bytes) -> bool:
    """Tell XML by its first characters."""
    return _START.match(data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")) is not None


def read_xml(data: bytes, encoding: str | None = None) -> Iterator[Grid]:
    """Give a grid for each list of like elements, or one of the documents that the file holds."""
    if _ENTITY in data:
        raise InputError(_ENTITIES)
    declared = _DECLARED.match(data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n"))
    named = encoding or (declared[1].decode().lower() if declared else None)
    try:
        text = to_text(data, named if named not in ("utf-8", "utf-16") else None)
        root = ElementTree.fromstring(_HEADER.sub("", text.utf8.decode("utf-8", errors="replace"), count=1))
    except (ElementTree.ParseError, LookupError) as error:
        raise InputError(f"this is not valid XML: {error}") from error
    movements = camt_of(root)
    if movements is not None:
        yield replace(movements, encoding=text.encoding, warnings=text.warnings)
        return
    documents = tuple(documents_in(root))
    if documents:
        grid = named_grid(flat_rows(rows_of(documents)))
        yield replace(grid, encoding=text.encoding, warnings=text.warnings, documents=documents)
        return
    whole = _value(root)
    lists = [(name, rows) for name, rows in lists_in(whole) if len(rows) > 1]
    if not lists:
        raise InputError(_NO_TABLE)
    notes = (*text.warnings, *_beside(whole))
    for name, rows in lists:
        frame = flat_rows(rows)
        short = short_names(frame.columns)
        grid = named_grid(frame.rename(short), name if len(lists) > 1 else None)
        yield Grid(grid.head, grid.body, grid.sheet, text.encoding, named=True, warnings=notes)


def _value(element: ElementTree.Element) -> Any:
    """Give an element as nested values: parts of one name that come more than once are a list."""
    values: dict[str, Any] = {_local(key): value for key, value in element.attrib.items()}
    for part in element:
        name, value = _local(str(part.tag)), _value(part)
        if name not in values:
            values[name] = value
        elif isinstance(values[name], list):
            values[name].append(value)
        else:
            values[name] = [values[name], value]
    text = (element.text or "").strip()
    if not values:
        return text or None
    return {**values, _TEXT: text} if text else values


def _beside(values: Any) -> Iterator[str]:
    """Give a note for each element that is there once and has no field that the rows of the list beside it lack.

    It may be a row under another name, or the company itself.
    """
    parts = values.values() if isinstance(values, dict) else ()
    for part in parts:
        yield from _beside(part)
    lists = [each for each in parts if isinstance(each, list) and isinstance(each[0], dict)]
    fields = {field for rows in lists for row in rows if isinstance(row, dict) for field in row}
    for name, part in values.items() if lists else ():
        if isinstance(part, dict) and len(part) > 1 and set(part) <= fields:
            yield f"'{name}' is there once, beside the list; it is not read as a row of it"


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Give each path the shortest end that no other one has: header.identity.address.city is city."""
    short: dict[str, str] = {}
    for name in names:
        steps = name.split(".")
        ends = (".".join(steps[-length:]) for length in range(1, len(steps) + 1))
        short[name] = next(
            end
            for end in ends
            if end == name or not any(other != name and f".{other}".endswith(f".{end}") for other in names)
        )
    return short
