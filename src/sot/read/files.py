"""From one path to the grids of the tables in it, by the kind of file."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from sot.errors import InputError
from sot.read.delimited import read_delimited
from sot.read.grid import Body, Grid, drop_blank
from sot.rules.project import SourceSettings

TEXT = (".csv", ".tsv", ".txt", ".tab", ".iif", ".psv")
BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


def read_grids(path: Path, settings: SourceSettings) -> Iterator[tuple[Grid, str]]:
    """Give the grids of a file with the hash of its bytes; InputError says why nothing can be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror}") from error
    sha = hashlib.sha256(data).hexdigest()
    for grid in grids_of(data, path.name, settings):
        yield grid, sha


def grids_of(data: bytes, name: str, settings: SourceSettings) -> Iterator[Grid]:
    """Give the grids in the bytes of a file called `name`."""
    suffixes = [suffix.lower() for suffix in Path(name).suffixes[-2:]]
    if data[:2] == b"\x1f\x8b":
        yield from grids_of(
            gzip.decompress(data), Path(name).stem if suffixes[-1:] == [".gz"] else name, settings
        )
        return
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise InputError("the file is empty")
    suffix = suffixes[-1] if suffixes else ""
    if data[:4] == b"PAR1":
        yield _parquet(data)
    elif data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        from sot.read.workbook import read_workbook

        yield from read_workbook(data, settings.sheet)
    elif suffix in (".jsonl", ".ndjson", ".json"):
        yield _json(data)
    else:
        yield read_delimited(data, settings.encoding, settings.delimiter)


def _parquet(data: bytes) -> Grid:
    try:
        frame = pl.read_parquet(data)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"this is no sound Parquet file: {error}") from error
    return named_grid(frame)


def _json(data: bytes) -> Grid:
    try:
        frame = (
            pl.read_json(data, infer_schema_length=None)
            if data.lstrip()[:1] == b"["
            else pl.read_ndjson(data, infer_schema_length=None)
        )
    except pl.exceptions.PolarsError as error:
        raise InputError(f"this is no list of JSON objects: {error}") from error
    return named_grid(frame)


def named_grid(frame: pl.DataFrame) -> Grid:
    """Give the grid of a frame that knows its columns' names."""
    names = frame.columns
    cells = frame.select(
        _as_text(name, kind).alias(f"c{i}") for i, (name, kind) in enumerate(frame.schema.items())
    )
    cells = cells.with_columns(pl.when(pl.all() != "").then(pl.all()).name.keep())

    def body(_header: int, _width: int) -> Body:
        rows = pl.int_range(1, cells.height + 1, dtype=pl.Int64, eager=True).alias("row")
        kept, numbers, blank = drop_blank(cells, rows)
        return Body(kept, numbers, blank=blank)

    return Grid(head=[names], body=body, named=True)


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.String:
        return column
    if isinstance(kind, pl.List | pl.Array):
        return column.cast(pl.List(pl.String)).list.join("; ", ignore_nulls=True)
    if isinstance(kind, pl.Struct):
        return column.struct.json_encode()
    if kind.is_float():
        whole = (column == column.round()) & (column.abs() < 1e15)
        return (
            pl.when(whole)
            .then(column.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(column.cast(pl.String))
        )
    if kind == pl.Binary:
        return column.cast(pl.String, strict=False)
    return column.cast(pl.String)


Opener = Callable[[Path, SourceSettings], Iterator[tuple[Grid, str]]]
