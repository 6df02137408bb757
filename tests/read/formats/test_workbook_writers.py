"""Workbooks as many programs write them: odd dimensions, error values, missing parts, formats of zeros, far cells."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from sot.errors import InputError
from sot.read.formats.grid import Grid
from sot.read.formats.number_formats import is_date, padding
from sot.read.formats.workbook import read_workbook
from tests.read.reading import names, survey

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<row r="1">{A1:No}{B1:Company}</row>'
ROW = '<row r="2"><c r="A2"><v>7</v></c>{B2:Acme Ltd}</row>'


def sheet(rows: str, before: str = "") -> str:
    """Write a sheet; {A1:text} stands for a cell with a text."""
    for part in rows.split("{")[1:]:
        cell = part.partition("}")[0]
        place, _, text = cell.partition(":")
        rows = rows.replace(f"{{{cell}}}", f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>')
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def book(first: str, **parts: str | bytes | None) -> bytes:
    """Put a workbook of one sheet together; a part that is None is missing."""
    written: dict[str, str | bytes | None] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Data" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": first,
        **{f"xl/{name}.xml": text for name, text in parts.items()},
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in written.items():
            if text is not None:
                archive.writestr(name, text)
    return data.getvalue()


def only(data: bytes) -> Grid:
    """Read the one grid of a workbook."""
    grids = list(read_workbook(data))
    assert len(grids) == 1
    return grids[0]


DIMENSIONS = [
    "A1",
    "A1:B2",
    "$A$1:$B$2",
    "",
    "1:2",
    "A:B",
    "A0:B5",
    "Data!A1:B2",
    "A1:XFD1048576",
    "A1:B2 D1:E3",
    "XFE1",
]


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_any_dimension(dimension: str) -> None:
    grid = only(book(sheet(HEAD + ROW, f'<dimension ref="{dimension}"/>')))
    assert grid.head == [["No", "Company"], ["7", "Acme Ltd"]]
    assert grid.warnings == ()


@pytest.mark.parametrize(
    "error", ["#SPILL!", "#CALC!", "Err:502", "#N/A", "#GETTING_DATA", "#¡VALOR!", "#NV", "0"]
)
def test_error_values_are_empty_and_counted(error: str) -> None:
    bad = f'<row r="3"><c r="A3" t="e"><f>VLOOKUP(1,Z:Z,1)</f><v>{error}</v></c>{{B3:Birch Ltd}}</row>'
    grid = only(book(sheet(HEAD + ROW + bad)))
    assert grid.head[2] == ["", "Birch Ltd"]
    assert grid.warnings == (f"1 cell contains an error of the spreadsheet ({error}); read as empty",)


def test_two_kinds_of_errors_are_counted_together() -> None:
    bad = '<row r="3"><c t="e" r="A3"><v>#REF!</v></c><c s="4" r="B3" t=\'e\'><v>#NAME?</v></c></row>'
    grid = only(book(sheet(HEAD + ROW + bad)))
    assert grid.warnings == ("2 cells contain an error of the spreadsheet (#NAME?, #REF!); read as empty",)


@pytest.mark.parametrize(
    "parts",
    [
        {"_rels/workbook.xml.rels": None},
        {"styles": '<styleSheet xmlns="x"><cellXfs/></styleSheet>'},
        {"styles": "<broken"},
        {"worksheets/sheet9": "<worksheet/>"},
    ],
)
def test_missing_and_damaged_parts(parts: dict[str, str | None]) -> None:
    data = book(
        sheet(HEAD + ROW), **{name: text for name, text in parts.items() if not name.startswith("_rels")}
    )
    if "_rels/workbook.xml.rels" in parts:
        data = without(data, "xl/_rels/workbook.xml.rels")
    assert only(data).head == [["No", "Company"], ["7", "Acme Ltd"]]


def without(data: bytes, part: str) -> bytes:
    """Give a workbook without one of its parts."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
    return kept.getvalue()


@pytest.mark.parametrize("part", ["_rels/.rels", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_without_its_links(part: str) -> None:
    assert only(without(book(sheet(HEAD + ROW)), part)).head[1] == ["7", "Acme Ltd"]


@pytest.mark.parametrize(
    "target", ["/xl/worksheets/sheet1.xml", "./worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml"]
)
def test_any_form_of_link(target: str) -> None:
    link = f'<Relationship Target="{target}" Type="{OFFICE}/worksheet" Id="rId1"/>'
    links = f'<Relationships xmlns="{PACKAGE}">{link}</Relationships>'
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(sheet(HEAD + ROW)))) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            new.writestr(name, links if name.endswith("workbook.xml.rels") else old.read(name))
    assert only(data.getvalue()).head[1] == ["7", "Acme Ltd"]


def test_a_sheet_whose_part_is_missing_is_told_and_the_others_are_read() -> None:
    listed = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Gone" sheetId="2" r:id="rId9"/>'
        '<sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    grid = only(book(sheet(HEAD + ROW), workbook=listed))
    assert grid.head[1] == ["7", "Acme Ltd"]
    assert grid.warnings == ("sheet 'Gone' can't be read: the workbook lists it, but its part is missing",)
    with pytest.raises(InputError, match="its part is missing"):
        list(read_workbook(book(sheet(HEAD), workbook=listed.replace('rId1"', 'rId8"'))))


def test_texts_that_are_missing_and_sheets_that_break_off() -> None:
    lost = '<row r="3"><c r="A3"><v>8</v></c><c r="B3" t="s"><v>5</v></c></row>'
    grid = only(book(sheet(HEAD + ROW + lost)))
    assert grid.head[2] == ["8", ""]
    assert grid.warnings == ("1 cell without a text in the workbook; read as empty",)
    broken = only(book(sheet(HEAD + ROW + ROW.replace("2", "3"))[:-60]))
    assert broken.head[1] == ["7", "Acme Ltd"]
    assert broken.warnings[0].startswith("the sheet is damaged and was read up to the damage")


def test_utf16_and_cells_without_places() -> None:
    written = sheet(HEAD + ROW).replace(' r="A2"', "").replace(' r="B2"', "").replace(' r="2"', "")
    assert only(book(written)).head[1] == ["7", "Acme Ltd"]
    wide = ('<?xml version="1.0" encoding="utf-16"?>' + sheet(HEAD + ROW)).encode("utf-16")
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book("<worksheet/>"))) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            new.writestr(name, wide if name.endswith("sheet1.xml") else old.read(name))
    assert only(data.getvalue()).head[1] == ["7", "Acme Ltd"]


FAR = {
    "last column": '<row r="2"><c r="A2"><v>7</v></c>{B2:Acme Ltd}{XFD2:x}</row>',
    "last row": ROW + '<row r="1048576">{B1048576:x}</row>',
    "both": ROW + '<row r="900000">{XEA900000:x}</row>',
}


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR)
def test_a_stray_cell_far_outside_costs_nothing_and_is_kept(rows: str) -> None:
    grid = only(book(sheet(HEAD + rows)))
    width = len(grid.head[0])
    body = grid.body(0, width)
    assert width <= 5
    assert body.cells.height <= 2
    assert body.rows[0] == 2
    assert body.rows[-1] in (2, 900_000, 1_048_576)
    assert "x" in body.cells.row(-1)


def test_an_empty_cell_in_the_last_column_is_nothing() -> None:
    grid = only(book(sheet(HEAD + '<row r="2"><c r="A2"><v>7</v></c>{B2:Acme Ltd}<c r="XFD2" s="0"/></row>')))
    assert grid.head == [["No", "Company"], ["7", "Acme Ltd"]]


def styles(code: str, namespace: str = MAIN, prefix: str = "") -> str:
    """Write a styles part whose style 1 has the format."""
    mark = f"{prefix}:" if prefix else ""
    named = f"xmlns:{prefix}" if prefix else "xmlns"
    code = code.replace('"', "&quot;").replace("<", "&lt;")
    return (
        f'<{mark}styleSheet {named}="{namespace}"><{mark}numFmts><{mark}numFmt formatCode="{code}" numFmtId="170"/>'
        f'</{mark}numFmts><{mark}cellXfs><{mark}xf numFmtId="0"/><{mark}xf applyNumberFormat="1" numFmtId="170"/>'
        f"</{mark}cellXfs></{mark}styleSheet>"
    )


CELLS = {
    "usual": '<c r="A2" s="1"><v>2134</v></c>',
    "order": '<c s="1" r="A2"><v>2134</v></c>',
    "typed": '<c s="1" t="n" r="A2"><v>2134</v></c>',
    "quotes": "<c r='A2' s='1'><v>2134</v></c>",
    "float": '<c r="A2" s="1"><v>2134.0</v></c>',
    "formula": '<c r="A2" s="1"><f>2000+134</f><v>2134</v></c>',
    "no place": '<c s="1"><v>2134</v></c>',
    "blanks": '<c r="A2" s="1">\n  <v>2134</v>\n</c>',
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_zeros_in_front_by_any_writer(cell: str) -> None:
    rows = HEAD + f'<row r="2">{cell}{{B2:Acme Ltd}}</row>'
    assert only(book(sheet(rows), styles=styles("00000"))).head[1] == ["02134", "Acme Ltd"]


@pytest.mark.parametrize(("namespace", "prefix"), [(MAIN, "x"), (STRICT, ""), (STRICT, "ss")])
def test_zeros_in_front_in_any_namespace(namespace: str, prefix: str) -> None:
    rows = HEAD + '<row r="2"><c r="A2" s="1"><v>2134</v></c>{B2:Acme Ltd}</row>'
    written = sheet(rows)
    if prefix:
        for tag in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
            written = written.replace(f"<{tag}>", f"<{prefix}:{tag}>").replace(
                f"<{tag} ", f"<{prefix}:{tag} "
            )
            written = written.replace(f"</{tag}>", f"</{prefix}:{tag}>")
        written = written.replace("xmlns=", f"xmlns:{prefix}=")
    written = written.replace(MAIN, namespace)
    found = only(book(written, styles=styles("00000;@", namespace, prefix)))
    assert found.head[1] == ["02134", "Acme Ltd"]


FORMATS = [
    ("00000", 2134, "02134"),
    ("00000;@", 2134, "02134"),
    ("00000;-00000;00000;@", 2134, "02134"),
    ("[$-409]00000", 2134, "02134"),
    ("00000\\-0000", 21341234, "02134-1234"),
    ("[<=99999]00000;00000\\-0000", 2134, "02134"),
    ("[<=99999]00000;00000\\-0000", 21341234, "02134-1234"),
    ('"CH-"0000', 801, "CH-0801"),
    ("000 00", 1234, "012 34"),
    ('0#" "##" "##" "##" "##', 142603030, "01 42 60 30 30"),
    ("0000000000", 1001, "0000001001"),
    ("000-00-0000", 12345678, "012-34-5678"),
    ("00", 123, "123"),
    ("00_)", 7, "07"),
    ("D00000", 7, None),
    ("0", 7, None),
    ("#,##0", 7, None),
    ("0.00", 7, None),
    ("00.0", 7, None),
    ("General", 7, None),
    ("dd/mm/yyyy", 7, None),
    ("0%", 7, None),
    ("##-##", 7, None),
]


@pytest.mark.parametrize(("code", "number", "text"), FORMATS)
def test_number_formats(code: str, number: int, text: str | None) -> None:
    found = padding(code)
    assert (found.text(number) if found else None) == text
    if found:
        assert found.text(0.5) is None
        assert found.text(-3) is None


DATES = {"dd/mm/yyyy", "[h]:mm", "[$-407]d. mmm yy"}


@pytest.mark.parametrize("code", [*sorted(DATES), "General", '0 "days"', "#,##0.00", "[Red]0"])
def test_formats_of_dates(code: str) -> None:
    assert is_date(code) is (code in DATES)


def test_dates_of_the_careful_reader_are_those_of_the_fast_one() -> None:
    rows = HEAD + '<row r="2"><c r="A2" s="1"><v>45292.5</v></c><c r="B2"><v>12345678901234567</v></c></row>'
    fast = only(book(sheet(rows), styles=styles("dd/mm/yyyy")))
    careful = only(book(sheet(rows, '<dimension ref="1:2"/>'), styles=styles("dd/mm/yyyy")))
    assert fast.head == careful.head == [["No", "Company"], ["2024-01-01 12:00:00", "12345678901234568"]]


def test_a_bad_workbook_never_keeps_others_from_being_read(tmp_path: Path) -> None:
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook at all")
    (tmp_path / "good.xlsx").write_bytes(book(sheet(HEAD + ROW, '<dimension ref="1:9"/>')))
    found = survey(tmp_path)
    assert names(found) == ["Acme Ltd"]
    assert [source.error for source in found.sources] == [None]
    assert [Path(path).name for path, _ in found.unreadable] == ["bad.xlsx"]
