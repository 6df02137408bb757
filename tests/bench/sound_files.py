"""A sound export of every format, made small: what is damaged afterwards was read before."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import duckdb
import openpyxl
import polars as pl

ROWS = [(f"{i:05}", f"ZQ{i:04}X Acme, Inc.", "Boston", f"a{i}@acme.example", 1.5 + i) for i in range(40)]
FRAME = pl.DataFrame(ROWS, schema=["Id", "Account Name", "City", "Email", "Balance"], orient="row")
_BOOKS = Path(__file__).parents[1] / "read" / "books"
_OFFICE = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'


def _csv() -> bytes:
    return FRAME.write_csv().encode()


def _xlsx() -> bytes:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in [FRAME.columns, *ROWS]:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


def _parquet() -> bytes:
    data = io.BytesIO()
    FRAME.write_parquet(data)
    return data.getvalue()


def _html() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    heads = "".join(f"<th>{name}</th>" for name in FRAME.columns)
    return f"<html><table><tr>{heads}</tr>{rows}</table></html>".encode()


def _mail() -> bytes:
    return b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + _html()


def _xml_sheet() -> bytes:
    cells = (
        "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row)
        for row in [FRAME.columns, *ROWS]
    )
    rows = "".join(f"<Row>{row}</Row>" for row in cells)
    sheet = f'<Worksheet ss:Name="Accounts"><Table>{rows}</Table></Worksheet>'
    return f'<?xml version="1.0"?>\n<Workbook {_OFFICE}>{sheet}</Workbook>'.encode()


def _list() -> bytes:
    """Give a list as SAP prints it, between bars."""
    rule = "-" * 78
    lines = [FRAME.columns, *([str(cell) for cell in row] for row in ROWS)]
    body = ["|" + "|".join(f"{cell:<20}" for cell in row) + "|" for row in lines]
    return "\n".join([rule, body[0], rule, *body[1:], rule]).encode()


def _zip() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("accounts.csv", _csv())
        archive.writestr("more.xlsx", _xlsx())
    return data.getvalue()


def _base(connect: Callable[[str], sqlite3.Connection | duckdb.DuckDBPyConnection], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        base = connect(str(path))
        base.execute("create table accounts (id text, name text, city text)")
        base.executemany("insert into accounts values (?, ?, ?)", [row[:3] for row in ROWS])
        base.execute("create view customers as select id, name from accounts")
        base.commit()
        base.close()
        return path.read_bytes()


@lru_cache(maxsize=1)
def sound_files() -> dict[str, bytes]:
    """Give a sound file of each format, by its name."""
    books = {f"book{one.suffix}": one.read_bytes() for one in sorted(_BOOKS.glob("accounts.*"))}
    return {
        "a.csv": _csv(),
        "wide.csv": _csv().decode().encode("utf-16"),
        "a.tsv": _csv().replace(b",", b"\t"),
        "list.txt": _list(),
        "a.xlsx": _xlsx(),
        **books,
        "a.parquet": _parquet(),
        "a.jsonl": FRAME.write_ndjson().encode(),
        "a.json": json.dumps({"data": {"accounts": FRAME.to_dicts()}}).encode(),
        "page.xls": _html(),
        "sheet.xls": _xml_sheet(),
        "mail.xls": _mail(),
        "a.zip": _zip(),
        "a.csv.gz": gzip.compress(_csv()),
        "a.sqlite": _base(sqlite3.connect, "a.sqlite"),
        "a.duckdb": _base(duckdb.connect, "a.duckdb"),
    }
