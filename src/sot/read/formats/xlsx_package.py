"""The parts of an XLSX archive, whoever wrote it: sheets, number formats, shared texts, how far a sheet reaches."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree import ElementTree

from sot.read.formats import number_formats
from sot.read.formats.number_formats import Padding

_CHUNK = 4 << 20
_OVERLAP = 512
_FAR = re.compile(rb"""<(?:\w+:)?c\b[^>]*\br=["']([A-Z]{3})\d+["'][^>/]*>""")
_WIDE = re.compile(rb"""<(?:\w+:)?c\b[^>]*\br=["'][C-Z][A-Z]\d+["'][^>/]*>""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d+)["']""")
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*\bt=["']e["'][^>]*>(?:<(?:\w+:)?f\b[^>]*/>|<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>)?<(?:\w+:)?v>([^<]+)<"""
)
_ROW_START = re.compile(rb"<(?:\w+:)?row\b")
_BINARY = ".bin"
_SPARSE_ROWS = 50_000
_SPARSE_TIMES = 20
_WIDE_ROWS = 50_000
_BROKEN = (KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError)
"""What a part that is missing or damaged raises."""


@dataclass(frozen=True)
class SheetPart:
    """One sheet as the workbook lists it; `path` is None where its part is missing."""

    name: str
    path: str | None
    visible: bool = True


@dataclass
class Extent:
    """What a first look at a sheet shows: its rows, its errors, and whether a cell lies far outside the table."""

    rows: int = 0
    last_row: int = 0
    far: bool = False
    """Whether a cell has a column of three letters (AAA, XFD)."""
    wide: bool = False
    """Whether a cell has a column past BZ."""
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def sparse(self) -> bool:
        """Tell a sheet of which a full rectangle of cells would be mostly empty and very large."""
        if self.far or (self.wide and self.rows > _WIDE_ROWS):
            return True
        return self.last_row > max(_SPARSE_ROWS, _SPARSE_TIMES * self.rows)


class XlsxPackage:
    """An XLSX archive: what it lists, by local names alone (any prefix, strict or not)."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self._names = {_plain(name): name for name in archive.namelist()}

    @classmethod
    def open(cls, data: bytes) -> XlsxPackage | None:
        """Open the bytes of a workbook; None if they hold no XLSX, but an .xlsb or .ods for example."""
        if data[:2] != b"PK":
            return None
        try:
            package = cls(zipfile.ZipFile(io.BytesIO(data)))
        except zipfile.BadZipFile:
            return None
        return package if package._book is not None else None

    @cached_property
    def _book(self) -> str | None:
        links = self._links("_rels/.rels", "")
        named = next((path for kind, path in links.values() if kind == "officedocument"), None)
        for path in (
            named,
            "xl/workbook.xml",
            *(name for name in self._names if name.endswith("workbook.xml")),
        ):
            if path and _plain(path) in self._names and not path.endswith(_BINARY):
                return _plain(path)
        return None

    @cached_property
    def _book_root(self) -> ElementTree.Element | None:
        return self._xml(self._book or "")

    @cached_property
    def _book_links(self) -> dict[str, tuple[str, str]]:
        folder, name = posixpath.split(self._book or "")
        return self._links(f"{folder}/_rels/{name}.rels".lstrip("/"), folder)

    @cached_property
    def sheets(self) -> list[SheetPart]:
        """The sheets in the order of the workbook; those that hold no cells (charts, macros) are left out."""
        root = self._book_root
        listed = (
            [element for element in root.iter() if _local(element.tag) == "sheet"] if root is not None else []
        )
        parts = sorted(name for name in self._names if re.search(r"worksheets/[^/]+\.xml$", name))
        sheets = []
        for number, element in enumerate(listed):
            link = next((value for key, value in element.attrib.items() if _local(key) == "id"), "")
            kind, path = self._book_links.get(link, ("", ""))
            if kind in ("chartsheet", "dialogsheet", "xlmacrosheet"):
                continue
            if not path and not self._book_links and number < len(parts):
                path = parts[number]
            place = _plain(path) if path and _plain(path) in self._names else None
            visible = element.get("state", "visible") == "visible"
            sheets.append(SheetPart(element.get("name", f"Sheet{number + 1}"), place, visible))
        return sheets

    @cached_property
    def dates_from_1904(self) -> bool:
        """Whether day numbers are counted from 1904 on."""
        root = self._book_root
        properties = (
            [element for element in root.iter() if _local(element.tag) == "workbookPr"]
            if root is not None
            else []
        )
        return any(element.get("date1904", "") in ("1", "true") for element in properties)

    @cached_property
    def _formats(self) -> list[tuple[int, str]]:
        """Give the number and code of the number format of each cell style."""
        root = self._xml(self._part("styles", "styles.xml"))
        if root is None:
            return []
        codes: dict[int, str] = {}
        styles: list[int] = []
        for group in root:
            if _local(group.tag) == "numFmts":
                codes = {_whole(element.get("numFmtId")): element.get("formatCode", "") for element in group}
            elif _local(group.tag) == "cellXfs":
                styles = [_whole(element.get("numFmtId")) for element in group]
        return [(number, codes.get(number, "")) for number in styles]

    @cached_property
    def padded(self) -> dict[int, Padding]:
        """Cell style: the format that shows zeros in front."""
        paddings = {style: number_formats.padding(code) for style, (_, code) in enumerate(self._formats)}
        return {style: shown for style, shown in paddings.items() if shown is not None}

    @cached_property
    def dated(self) -> frozenset[int]:
        """The cell styles that show dates."""
        return frozenset(
            style
            for style, (number, code) in enumerate(self._formats)
            if (number_formats.is_date(code) if code else number_formats.is_built_in_date(number))
        )

    @cached_property
    def texts(self) -> list[str]:
        """The shared texts; empty where the part is missing."""
        root = self._xml(self._part("sharedstrings", "sharedStrings.xml"))
        return [_text(item) for item in root if _local(item.tag) == "si"] if root is not None else []

    def extent(self, sheet: SheetPart) -> Extent:
        """Look through the text of a sheet, piece by piece."""
        extent = Extent()
        tail = b""
        for piece in self.pieces(sheet):
            chunk = tail + piece
            extent.rows += len(_ROW_START.findall(piece)) if b":row" in piece else piece.count(b"<row")
            at = max(chunk.rfind(b"<row"), chunk.rfind(b":row"))
            last = _ROW.search(chunk, max(at - 20, 0)) if at >= 0 else None
            extent.last_row = max(extent.last_row, int(last.group(1)) if last else 0)
            if b't="e"' in chunk or b"t='e'" in chunk:
                start = max(len(tail) - _OVERLAP, 0) if not extent.errors else len(tail)
                extent.errors.update(
                    value.decode("utf-8", "replace") for value in _ERROR.findall(chunk, start)
                )
            extent.far = extent.far or _FAR.search(chunk) is not None
            extent.wide = extent.wide or _WIDE.search(chunk) is not None
            tail = chunk[-_OVERLAP:]
        return extent

    def pieces(self, sheet: SheetPart) -> Iterator[bytes]:
        """Give the bytes of a sheet's part in pieces; a damaged part ends early."""
        if sheet.path is None:
            return
        try:
            with self.archive.open(self._names[sheet.path]) as part:
                while piece := part.read(_CHUNK):
                    yield piece
        except _BROKEN:
            return

    def _part(self, kind: str, usual: str) -> str:
        linked = next((path for name, path in self._book_links.values() if name == kind), "")
        if _plain(linked) in self._names:
            return _plain(linked)
        return _plain(posixpath.join(posixpath.dirname(self._book or ""), usual))

    def _links(self, path: str, folder: str) -> dict[str, tuple[str, str]]:
        """Give id: (kind, path) for the links of a part."""
        root = self._xml(_plain(path))
        return {
            link.get("Id", ""): (
                link.get("Type", "").rpartition("/")[2].lower(), _joined(folder, link.get("Target", ""))
            )
            for link in (root if root is not None else ())
        }  # fmt: skip

    def _xml(self, path: str) -> ElementTree.Element | None:
        try:
            return ElementTree.fromstring(self.archive.read(self._names[path]))
        except (ElementTree.ParseError, UnicodeError, ValueError, *_BROKEN):
            return None


def _plain(path: str) -> str:
    return path.replace("\\", "/").lstrip("/").lower()


def _joined(folder: str, target: str) -> str:
    target = target.replace("\\", "/")
    return (
        target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    )


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _text(item: ElementTree.Element) -> str:
    """Give a shared text: its runs joined, without what is there for the reading aloud of Japanese."""
    parts = []
    for element in item:
        if _local(element.tag) == "t":
            parts.append(element.text or "")
        elif _local(element.tag) == "r":
            parts += [inner.text or "" for inner in element if _local(inner.tag) == "t"]
    return "".join(parts)
