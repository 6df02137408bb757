"""From the bytes of one file to the grids of the tables in it, by the kind of file."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

import polars as pl

from sot.errors import InputError
from sot.read.formats.bank_statements import STATEMENTS, is_statement, read_statement
from sot.read.formats.delimited import read_delimited
from sot.read.formats.encoding import to_text
from sot.read.formats.grid import Grid, named_grid
from sot.read.formats.html import is_markup, read_markup
from sot.read.formats.json_tables import read_json
from sot.read.formats.list_output import read_list
from sot.read.formats.vcard import is_vcard, read_vcards
from sot.read.formats.xml_tables import is_xml, read_xml
from sot.rules.project import SourceSettings

TEXT = (".csv", ".tsv", ".txt", ".tab", ".iif", ".psv")
BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_JSON = (".jsonl", ".ndjson", ".json")
TABLES = (".parquet", *_JSON)
DATABASES = (".sqlite", ".sqlite3", ".db", ".duckdb")
_CARDS, _XML = (".vcf",), (".xml",)
EXPORTS = frozenset((*TEXT, *BOOKS, *TABLES, *DATABASES, *_CARDS, *_XML, *STATEMENTS, ".gz", ".zip"))

_MOST = 8 << 30
"""No archive is unpacked to more bytes than this …"""
_RATIO = 400
"""… or to more than so many times its own size."""
_SMALL = 64 << 20
"""The files of an archive may have so many bytes together, however well they are packed."""
_BOMB = "would unpack to far more than an export; it is not unpacked"
_TWICE = "the archive holds another file of this name, behind this one; only that one is read"
_NESTED = 3
"""So many archives may lie one in the other."""
_FEW = 8
"""A few control characters are dirt in a text; more of them, and it is none."""
_HEAD = 4_096
_NOTHING = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""Byte order marks and blanks: a file of these alone is empty."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"MZ",
    b"7z\xbc\xaf",
    b"Rar!",
    b"{\\rtf",
)


_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""With files in it, and empty. `PK` alone may be the header of a column: a primary key."""
_STARTS = {b"\x1f\x8b": "gzip", b"PAR1": "parquet", b"PK\x03\x04": "book", b"\xd0\xcf\x11\xe0": "old book"}
_KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "gzip": ((".gz",), "a gzip archive"),
    "zip": ((".zip",), "a zip archive"),
    "parquet": ((".parquet",), "a Parquet file"),
    "book": ((".xlsx", ".xlsm", ".xlsb", ".ods"), "a workbook of the newer kind (.xlsx)"),
    "old book": ((".xls",), "a workbook of the older kind (.xls)"),
    "page": ((), "a page of HTML or XML"),
    "text": (TEXT, "text (.csv)"),
    "json": (_JSON, "JSON"),
    "cards": (_CARDS, "an address book of vCards (.vcf)"),
    "xml": (_XML, "XML"),
    "statement": ((*STATEMENTS, ".txt"), "a statement of a bank"),
}
"""What a file holds: the suffixes that it should have, and what it is called."""


def grids_of(data: bytes, name: str, settings: SourceSettings) -> Iterator[Grid]:
    """Give the grids in the bytes of a file called `name`; InputError says why there are none."""
    kind = _kind(data, PurePath(name).suffix.lower())
    yield from noted(_grids(data, name, settings, kind), name, kind)


def noted(grids: Iterable[Grid], name: str, kind: str) -> Iterator[Grid]:
    """Give the grids, with a note on each where the file is not of the kind that its name says."""
    suffix = PurePath(name).suffix.lower()
    right, what = _KINDS[kind]
    odd = suffix in EXPORTS and suffix not in right
    note = (f"named {suffix}, but it is {what}; read as that",) if odd else ()
    for grid in grids:
        yield replace(grid, warnings=(*note, *grid.warnings))


def _kind(data: bytes, suffix: str) -> str:
    """Tell what a file holds by its first bytes; by its name only where nothing else tells JSON from text."""
    for start, kind in _STARTS.items():
        if data.startswith(start):
            return kind
    if suffix in _JSON:
        return "json"
    if is_vcard(data):
        return "cards"
    if is_statement(data):
        return "statement"
    return "page" if is_markup(data) else "xml" if is_xml(data) else "text"


def _grids(data: bytes, name: str, settings: SourceSettings, kind: str) -> Iterator[Grid]:
    if kind == "gzip":
        yield from grids_of(_unzip(data), PurePath(name).stem, settings)
    elif not data[:_HEAD].strip(_NOTHING) and not data.strip(_NOTHING):
        raise InputError("the file is empty")
    elif kind == "parquet":
        yield _parquet(data)
    elif kind in ("book", "old book"):
        from sot.read.formats.workbook import read_workbook

        yield from read_workbook(data, settings.sheet)
    elif kind == "json":
        yield from read_json(data)
    elif data.startswith(_BINARY) or _is_binary(data):
        raise InputError("this is not a table: it contains bytes that are not text")
    elif kind == "cards":
        yield read_vcards(data, settings.encoding)
    elif kind == "statement":
        text = to_text(data, settings.encoding)
        grid = read_statement(text.utf8.decode(errors="replace"))
        yield replace(grid, encoding=text.encoding, warnings=(*text.warnings, *grid.warnings))
    elif kind == "xml":
        yield from read_xml(data, settings.encoding)
    elif kind == "page":
        yield from read_markup(data, settings.encoding, settings.sheet)
    else:
        listed = None if settings.delimiter else read_list(data, settings.encoding)
        yield listed or read_delimited(data, settings.encoding, settings.delimiter)


@dataclass(frozen=True)
class Member:
    """One export in an archive."""

    archive: zipfile.ZipFile
    entry: zipfile.ZipInfo

    @property
    def name(self) -> str:
        """Its path in the archive."""
        return self.entry.filename

    def read(self) -> bytes:
        """Unpack it; InputError if it is damaged, has a password or would unpack to far more than an export."""
        entry = self.entry
        if self.archive.getinfo(entry.filename) is not entry:
            raise InputError(_TWICE)
        limit = max(_RATIO * entry.compress_size, 1 << 20)
        if entry.file_size > limit:
            raise InputError(_BOMB)
        try:
            with self.archive.open(entry) as file:
                data = file.read(limit + 1)
        except InputError:
            raise
        except Exception as error:  # each way to pack has errors of its own
            raise InputError(f"it can't be unpacked: {error}") from error
        if len(data) > limit:
            raise InputError(_BOMB)
        return data


@dataclass(frozen=True)
class Members:
    """The exports in an archive and, with reasons, what is left alone in it."""

    exports: list[Member]
    left: list[tuple[str, str]]


def is_text(data: bytes, suffix: str) -> bool:
    """Tell delimited text, by its first bytes, from everything that has a structure of its own."""
    return not data.startswith(_ZIP) and _kind(data, suffix) == "text"


def members(data: bytes) -> Members | None:
    """Give what a zip archive holds; None if it is no archive but a workbook, or nothing packed at all."""
    if not data.startswith(_ZIP):
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
    except Exception as error:  # a damaged list of files has more than one kind of error
        raise InputError("this archive is damaged") from error
    if {entry.filename for entry in entries} & {"[Content_Types].xml", "mimetype", "xl/workbook.bin"}:
        return None
    total = sum(entry.file_size for entry in entries)
    if total > _MOST or total > max(_RATIO * len(data), _SMALL):
        raise InputError(f"the files in it {_BOMB}")
    content = Members([], [])
    for entry in entries:
        reason = _unwanted(entry)
        if reason:
            content.left.append((entry.filename, reason))
        elif not entry.is_dir():
            content.exports.append(Member(archive, entry))
    return content


def _unwanted(entry: zipfile.ZipInfo) -> str | None:
    path = PurePath(entry.filename)
    if path.is_absolute() or ".." in path.parts:
        return "its path leads out of the archive"
    if entry.is_dir() or (
        path.suffix.lower() in EXPORTS - {".zip"} and not path.name.startswith(("._", ".", "~$"))
    ):
        return None
    return "not a kind of export that sot reads"


def _unzip(data: bytes) -> bytes:
    for _ in range(_NESTED):
        data = _unzip_once(data)
        if not data.startswith(b"\x1f\x8b"):
            return data
    raise InputError(f"more than {_NESTED} archives are nested; it is not unpacked")


def _unzip_once(data: bytes) -> bytes:
    limit = min(_MOST, max(_RATIO * len(data), 1 << 20))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            unpacked = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError("this archive is damaged") from error
    if len(unpacked) > limit:
        raise InputError(f"this archive {_BOMB}")
    return unpacked


def _parquet(data: bytes) -> Grid:
    try:
        return named_grid(pl.read_parquet(data))
    except pl.exceptions.PolarsError as error:
        raise InputError(f"this is not a valid Parquet file: {error}") from error


def _is_binary(data: bytes) -> bool:
    """Tell a binary file by control characters that no text has; wide encodings may hold any byte."""
    if data.startswith(_WIDE) or data[:4096].count(0) > 0.3 * len(data[:4096]):
        return False
    head = data[:65_536]
    controls = sum(head.count(bytes([code])) for code in (*range(1, 8), 14, 15, *range(16, 26), 28, 29, 30))
    return controls > max(_FEW, 0.02 * len(head))
