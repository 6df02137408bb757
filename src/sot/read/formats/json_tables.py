"""JSON: lists of objects, wherever in the file they are; nested values become columns with dotted names."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from sot.errors import InputError
from sot.read.formats.grid import Grid, Reject, cell_grid, named_grid, with_rejects

_MOST_ITEMS = 5
"""So many objects of an inner list become columns of their own; the further ones are one text."""
_DEPTH, _PAIR, _FEWEST = 4, 2, 2
_BROKEN = 0.1
"""Of the lines of a file so many may be cut off."""
_CUT = "this line is no JSON object; is it cut off?"
_LOOSE = "this item of the list is no object, as the others are"
_NOT_JSON = "this is not a list of JSON objects, one per line or in one array"

Rows = list[dict[str, Any]]


def read_json(data: bytes) -> Iterator[Grid]:
    """Give a grid for each list of objects: the file itself, one to a line, or the lists in an object around them."""
    data = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    fast = _fast(data)
    if fast is not None:
        yield named_grid(fast)
        return
    value = _load(data)
    if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        yield _of_cells(value)
        return
    lists = list(lists_in(_without_loose(value)))
    if not lists:
        raise InputError(_NOT_JSON)
    for name, rows in lists:
        grid = named_grid(flat_rows(rows), name if len(lists) > 1 else None)
        yield with_rejects(grid, rows.broken) if isinstance(rows, _Rows) and rows.broken else grid


def _without_loose(value: Any, depth: int = 0) -> Any:
    """Take out what is no object of lists that are mostly objects, and note it as rejects of the list."""
    if isinstance(value, dict) and depth < _DEPTH:
        return {key: _without_loose(inner, depth + 1) for key, inner in value.items()}
    if not isinstance(value, list) or _is_rows(value) or any(map(_is_rows, value)):
        return value
    objects = [item for item in value if isinstance(item, dict)]
    if len(objects) < max(_FEWEST, len(value) - len(objects)):
        return value
    loose = [
        Reject(place, _LOOSE, json.dumps(item, ensure_ascii=False))
        for place, item in enumerate(value, 1)
        if not isinstance(item, dict)
    ]
    return _Rows(objects, [*(value.broken if isinstance(value, _Rows) else ()), *loose])


def _fast(data: bytes) -> pl.DataFrame | None:
    """Read flat objects the fast way; None where something is nested or wrapped."""
    try:
        if data[:1] == b"[":
            frame = pl.read_json(data, infer_schema_length=None)
        else:
            frame = pl.read_ndjson(io.BytesIO(data), infer_schema_length=None)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None
    nested = any(isinstance(kind, pl.Struct | pl.List | pl.Array | pl.Object) for kind in frame.dtypes)
    return None if nested or not frame.width else frame


def _load(data: bytes) -> Any:
    text = data.decode("utf-8", errors="replace")
    try:
        return json.loads(text, parse_float=_number, parse_int=str)
    except (json.JSONDecodeError, RecursionError):
        pass
    lines = {number: line for number, line in enumerate(text.split("\n"), 1) if line.strip()}
    rows = [_row(line) for line in lines.values()]
    broken = [
        Reject(number, _CUT, line)
        for (number, line), row in zip(lines.items(), rows, strict=True)
        if row is None
    ]
    if len(broken) > len(lines) * _BROKEN:
        raise InputError(_NOT_JSON)
    return _Rows([row for row in rows if row is not None], broken)


class _Rows(list[Any]):
    """The objects of a list, and the lines or items of it that are none."""

    def __init__(self, rows: list[Any], broken: list[Reject]) -> None:
        super().__init__(rows)
        self.broken = broken


def _row(line: str) -> Any:
    try:
        return json.loads(line, parse_float=_number, parse_int=str)
    except (json.JSONDecodeError, RecursionError):
        return None


def _number(text: str) -> str:
    return text.removesuffix(".0")


def lists_in(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Rows]]:
    """Find the lists of objects: the outermost ones on each way in."""
    if _is_rows(value):
        yield name, value
    elif isinstance(value, dict) and depth < _DEPTH:
        lists = [rows for key, inner in value.items() for rows in lists_in(inner, key, depth + 1)]
        keyed = value and all(isinstance(inner, dict) for inner in value.values())
        if lists:
            yield from lists
        elif keyed and len({tuple(inner) for inner in value.values()}) == 1:
            yield name, [{"key": key, **inner} for key, inner in value.items()]
        elif depth == 0 and value:
            yield name, [value]


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _of_cells(rows: list[list[Any]]) -> Grid:
    """Give the grid of a list of lists, the first of them being the header."""
    width = max(map(len, rows))
    cells = [[_text(cell) for cell in (*row, *[None] * (width - len(row)))] for row in rows]
    return cell_grid(pl.DataFrame(cells, schema={f"c{i}": pl.String for i in range(width)}, orient="row"))


def flat_rows(rows: Rows) -> pl.DataFrame:
    """Give a frame of texts with a column for each value within the rows, under dotted names."""
    flat = [dict(_flat(row, "")) for row in rows]
    columns = dict.fromkeys(name for row in flat for name in row)
    return pl.DataFrame(
        {name: [row.get(name) for row in flat] for name in columns}, schema=dict.fromkeys(columns, pl.String)
    )


def _flat(value: Any, name: str) -> Iterator[tuple[str, str | None]]:
    """Give the texts within a value under dotted names: address.city, emails.1.value; a list of texts is one text."""
    inner = f"{name}." if name else ""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{inner}{key}")
    elif _is_reference(value):
        yield f"{inner}id", value[0]
        yield f"{inner}name", value[1]
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for number, item in enumerate(value[:_MOST_ITEMS], 1):
            yield from _flat(item, f"{inner}{number}")
        if len(value) > _MOST_ITEMS:
            yield f"{inner}more", json.dumps(value[_MOST_ITEMS:], ensure_ascii=False)
    elif isinstance(value, list):
        yield name, "; ".join(text for text in map(_text, value) if text) or None
    else:
        yield name, _text(value)


def _is_reference(value: Any) -> bool:
    """Tell the id and the name of another object, as the interface of Odoo gives them: [14, "Azure Interior"]."""
    pair = isinstance(value, list) and len(value) == _PAIR and all(isinstance(item, str) for item in value)
    return pair and value[0].isdigit() and not value[1].isdigit()


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
