"""Files that are not what their names say, and pages that systems write for Excel."""

from __future__ import annotations

import gzip
import shutil
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from sot.errors import InputError
from sot.read.formats.html import read_markup
from tests.read.reading import names, one, read, survey

CSV = "Id\tName\tCity\n1\tAcme\tLeeds\n2\tBest\tYork\n"
PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>td {mso-number-format:"@"}</style></head>
<body><table><tr><td>Accounts</td></tr></table>
<table border=1><tr><th>Id<th>Name</th><th colspan=2>City</th><th>Zip</th></tr>
<tr><td>1</td><td>Acme &amp; Sons<br>Ltd</td><td>Leeds</td><td/><td>02134</td></tr>
<tr><td>2</td><td>M&uuml;ller&nbsp;GmbH</td><td>K\u00f6ln</td><td></td><td>50667</td></table>"""
BOOK = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<ss:Worksheet ss:Name="Customers"><Table><Row><Cell><Data ss:Type="String">Id</Data></Cell><Cell><Data>Name</Data>
</Cell><Cell><Data>Phone</Data></Cell><Cell><Data>City</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data>1</Data></Cell><Cell><Data>Acme</Data>
<Comment><ss:Data>not this</ss:Data></Comment></Cell>
<Cell ss:Index="4"><Data>Leeds</Data></Cell></Row><Row><Cell><Data>2</Data></Cell><Cell><Data>Best</Data></Cell></Row>
</Table></ss:Worksheet></Workbook>"""


def workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(path.with_suffix(".xlsx"))
    sheet = book.add_worksheet()
    for number, line in enumerate(CSV.splitlines()):
        sheet.write_row(number, 0, line.split("\t"))
    book.close()
    return path.with_suffix(".xlsx")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xls", CSV.encode("utf-16"), "named .xls, but it is text (.csv); read as that"),
        ("a.xlsx", CSV.encode(), "named .xlsx, but it is text (.csv); read as that"),
        ("a.xls", PAGE.encode("utf-16"), "named .xls, but it is a page of HTML or XML; read as that"),
        ("a.csv", BOOK.encode(), "named .csv, but it is a page of HTML or XML; read as that"),
        ("a.csv", gzip.compress(CSV.encode(), mtime=0), "named .csv, but it is a gzip archive; read as that"),
        ("a.xls.gz", gzip.compress(CSV.encode(), mtime=0), "named .xls, but it is text (.csv); read as that"),
    ],
)
def test_what_a_file_is_not_is_told(name: str, data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    source, found = one(tmp_path / name)
    assert source.warnings == [said] and found.records.height == 2


@pytest.mark.parametrize(
    ("name", "told"), [("a.csv", True), ("a.xls", True), ("a.xlsx", False), ("a.xlsm", False)]
)
def test_a_workbook_of_another_name(name: str, told: bool, tmp_path: Path) -> None:
    shutil.copy(workbook(tmp_path / "made.xlsx"), tmp_path / name)
    source, found = one(tmp_path / name)
    said = f"named {Path(name).suffix}, but it is a workbook of the newer kind (.xlsx); read as that"
    assert source.warnings == ([said] if told else []) and names(found) == ["Acme", "Best"]


def test_an_archive_of_another_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.csv", "w") as archive:
        archive.writestr("inner.tsv", CSV)
    source, _ = one(tmp_path / "a.csv")
    assert source.warnings == ["named .csv, but it is a zip archive; read as that"]


def test_a_file_that_is_what_its_name_says_has_no_note(tmp_path: Path) -> None:
    for name, data in (
        ("a.csv", CSV.encode()),
        ("b.csv.gz", gzip.compress(CSV.encode(), mtime=0)),
        ("c.TXT", CSV.encode()),
    ):
        (tmp_path / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("inner.tsv", CSV)
    assert [source.warnings for source in survey(tmp_path).sources] == [[]] * 4


def test_a_first_column_called_pk_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("PK,Name,City\n1,Acme,Leeds\n2,Best,York\n")
    assert names(read(tmp_path)) == ["Acme", "Best"]


def test_a_page_gives_its_cells(tmp_path: Path) -> None:
    (tmp_path / "report.xls").write_text(PAGE, encoding="utf-8")
    found = read(tmp_path)
    rows = found.records.sort("record_id").select("record_id", "name", "city", "postcode").rows()
    assert rows == [("1", "Acme & Sons Ltd", "Leeds", "02134"), ("2", "Müller GmbH", "Köln", "50667")]


def test_an_old_xml_workbook_gives_its_sheet_and_rows(tmp_path: Path) -> None:
    (tmp_path / "erp.xls").write_text(BOOK, encoding="utf-8")
    found = read(tmp_path)
    rows = found.records.sort("row").select("sheet", "row", "record_id", "name", "phone", "city").rows()
    assert rows == [("Customers", 3, "1", "Acme", None, "Leeds"), ("Customers", 4, "2", "Best", None, None)]


def test_a_page_packed_like_a_mail(tmp_path: Path) -> None:
    mail = (
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
        "Content-Type: text/html; charset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n\n<table><tr><td>Id</td><td>Name</td></tr><tr><td>1</td>"
        "<td>K=C3=B6ln AG</td></tr><tr><td>2</td><td>Best</td></tr></table>\n--x--\n"
    )
    (tmp_path / "sap.xls").write_text(mail)
    assert names(read(tmp_path)) == ["Köln AG", "Best"]


def test_a_page_without_a_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("<!doctype html><html><body><h1>Please log in</h1></body></html>")
    with pytest.raises(InputError, match="there is no table in this page"):
        read(tmp_path / "export.csv")
    with pytest.raises(InputError, match="there is no sheet 'X'"):
        list(read_markup(BOOK.encode(), only="X"))


def test_a_page_that_breaks_off_or_lies_about_places_gives_what_there_is() -> None:
    page = b'<table><td>a</td><td>b<tr ss:index="99999999999"><td colspan=99999999>c<td>d'
    (grid,) = read_markup(page)
    assert grid.head == [["a", "b"], ["c", "d"]]


def test_an_element_beside_the_list_that_looks_like_a_row_of_it_is_reported(tmp_path: Path) -> None:
    rows = "".join(f"<customer><id>{at}</id><name>Firm {at} Ltd</name></customer>" for at in range(3))
    text = f"<root><list>{rows}<client><id>9</id><name>Odd Ltd</name></client></list></root>"
    (tmp_path / "a.xml").write_text(text)
    source, found = one(tmp_path / "a.xml")
    assert len(names(found)) == 3
    assert source.warnings == ["'client' is there once, beside the list; it is not read as a row of it"]
