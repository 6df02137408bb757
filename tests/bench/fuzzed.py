"""Exports of every format, damaged at random: each is read or reported, with no crash, no panic and no endless work."""

from __future__ import annotations

import gzip
import io
import json
import random
import sqlite3
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import openpyxl
import polars as pl

from sot.model.sources import InputSpec
from sot.read import survey_exports
from sot.read.isolation import SECONDS
from sot.rules import Rulebook
from sot.rules.project import Settings

_ROWS = [(f"{i:05}", f"ZQ{i:04}X Acme, Inc.", "Boston", f"a{i}@acme.example", 1.5 + i) for i in range(40)]
_FRAME = pl.DataFrame(_ROWS, schema=["Id", "Account Name", "City", "Email", "Balance"], orient="row")
_HANG = 4 * SECONDS


@dataclass
class Fuzzed:
    """What came of it: tries, those that were read and that were reported, faults in words, the longest in seconds."""

    tries: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    longest: float = 0.0


def _csv() -> bytes:
    return _FRAME.write_csv().encode()


def _xlsx() -> bytes:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in [_FRAME.columns, *_ROWS]:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


def _parquet() -> bytes:
    data = io.BytesIO()
    _FRAME.write_parquet(data)
    return data.getvalue()


def _html() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in _ROWS)
    return f"<html><table>{rows}</table></html>".encode()


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
        base.executemany("insert into accounts values (?, ?, ?)", [row[:3] for row in _ROWS])
        base.commit()
        base.close()
        return path.read_bytes()


def samples() -> dict[str, bytes]:
    """Give a sound file of each format, by its name."""
    return {
        "a.csv": _csv(),
        "a.tsv": _csv().replace(b",", b"\t"),
        "a.xlsx": _xlsx(),
        "a.parquet": _parquet(),
        "a.jsonl": _FRAME.write_ndjson().encode(),
        "a.json": json.dumps(_FRAME.to_dicts()).encode(),
        "page.xls": _html(),
        "a.zip": _zip(),
        "a.csv.gz": gzip.compress(_csv()),
        "a.sqlite": _base(sqlite3.connect, "a.sqlite"),
        "a.duckdb": _base(duckdb.connect, "a.duckdb"),
    }


def damaged(draw: random.Random, data: bytes) -> bytes:
    """Flip, cut, repeat, delete or put in bytes at one to eight places."""
    found = bytearray(data)
    for _ in range(draw.randint(1, 8)):
        at, size = draw.randrange(len(found) + 1), draw.choice([1, 1, 4, 64, 1_000])
        kind = draw.randrange(5)
        if kind == 0 and found:
            found[at - 1] ^= 1 << draw.randrange(8)
        elif kind == 1:
            found[at:at] = draw.choice(
                [b'"', b"\0", b"\xff" * 4, b"<", b"[" * 50, b"\n", b"&x;", b"\x7f\xff\xff\xff"]
            )
        elif kind == 2:
            del found[at : at + size]
        elif kind == 3:
            found[at:at] = found[at : at + size]
        elif draw.random() < 0.2:
            del found[at:]
    return bytes(found)


def run(tries: int, seed: int) -> Fuzzed:
    """Damage and read `tries` files, format by format in turn."""
    sound, rules, found = samples(), Rulebook(None), Fuzzed()
    names = list(sound)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(tries):
            name = names[number % len(names)]
            path = Path(folder) / name
            path.write_bytes(damaged(random.Random(f"{seed} {number}"), sound[name]))
            _read(path, rules, found, f"{name}, seed {seed}, number {number}")
            path.unlink()
    return found


def _read(path: Path, rules: Rulebook, found: Fuzzed, what: str) -> None:
    began = time.process_time(), time.monotonic()
    try:
        read = survey_exports([InputSpec(str(path))], rules, Settings())
    except BaseException as error:  # whatever it is, it is what is looked for
        if isinstance(error, KeyboardInterrupt):
            raise
        found.faults.append(f"{what}: {type(error).__name__}: {error}"[:300])
    else:
        errors = [source.error for source in read.sources if source.error]
        found.outcomes["reported" if errors or read.unreadable else "read"] += 1
        if not read.sources and not read.unreadable and not read.ignored:
            found.faults.append(f"{what}: neither read nor reported")
    took = time.monotonic() - began[1]
    if time.process_time() - began[0] > _HANG:
        found.faults.append(f"{what}: {took:.0f} seconds")
    found.longest = max(found.longest, took)
    found.tries += 1
