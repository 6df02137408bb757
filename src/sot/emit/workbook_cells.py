"""The rows of a sheet in bulk. A library writes the workbook with one pattern row in each sheet, blank cells in
the looks of the columns; the rows of the table take its place. Cell by cell they are most of the time of a run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from zipfile import ZipFile

import polars as pl

LONGEST = 32_767
"""So many characters fit into a cell."""

_CELL = r'<c r="([A-Z]+)\d+" s="(\d+)"/>'
_PATTERN = re.compile(f"<row [^>]*>(?:{_CELL})+</row>")
_ROW = "row number"

_ESCAPES = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;",
    **{chr(code): f"_x{code:04X}_" for code in (*range(0x09), *range(0x0B, 0x20), 0xFFFE, 0xFFFF)},
}  # fmt: skip
"""What XML can't hold as it is; a character that it can't hold at all is written as Excel writes it."""
_CODES = "".join(f"\\x{{{ord(sign):X}}}" for sign in _ESCAPES)
_SPECIAL = f"[{_CODES}]|_x[0-9a-fA-F]{{4}}_"
"""In texts without these nothing is escaped: to look for all of them costs more than to write the cells."""


def put_rows(book: IO[bytes], path: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    """Write the workbook `book` to `path`, with the rows of `tables` (by the name of the sheet's part) in it."""
    with ZipFile(book) as parts, ZipFile(path, "w") as whole:
        for part in parts.infolist():
            content = parts.read(part)
            if part.filename in tables:
                content = _filled(content.decode(), tables[part.filename]).encode()
            whole.writestr(part, content)


def _filled(page: str, rows: pl.DataFrame) -> str:
    """Put `rows` in the place of the pattern row, under the heads."""
    pattern = _PATTERN.search(page)
    if pattern is None:
        raise ValueError("the sheet has no pattern row")
    special = rows.select(pl.col(pl.String).str.contains(_SPECIAL).any())
    needs = dict(zip(special.columns, special.row(0), strict=True)) if special.width else {}
    looks = zip(rows.schema.items(), re.findall(_CELL, pattern[0]), strict=True)
    cells = [_cell(name, kind, letters, look, needs.get(name)) for (name, kind), (letters, look) in looks]
    lines = rows.with_row_index(_ROW, offset=2).select(
        pl.concat_str(pl.format('<row r="{}">', _ROW), *cells, pl.lit("</row>"))
    )
    return "".join((page[: pattern.start()], *lines.to_series(), page[pattern.end() :]))


def _cell(name: str, kind: pl.DataType, letters: str, look: str, special: bool | None) -> pl.Expr:
    """Write the cells of a column; every text is one in the file, whatever a spreadsheet might see in it."""
    value = pl.col(name)
    if kind == pl.Boolean:
        value = pl.when(value).then(pl.lit("yes")).otherwise(pl.lit("no"))
    if kind in (pl.Boolean, pl.String):
        cell = pl.format(
            ' t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>', _escaped(value, special)
        )
    else:
        cell = pl.format("><v>{}</v></c>", value)
    return pl.concat_str(pl.format(f'<c r="{letters}{{}}" s="{look}"', _ROW), cell.fill_null("/>"))


def _escaped(text: pl.Expr, special: bool | None) -> pl.Expr:
    """Make texts fit for XML and not too long; what looks like an escape of Excel is kept as it stands."""
    if not special:
        return text.str.head(LONGEST)
    kept = text.str.head(LONGEST).str.replace_all("(_x[0-9a-fA-F]{4}_)", "_x005F${1}")
    return kept.str.replace_many(_ESCAPES)
