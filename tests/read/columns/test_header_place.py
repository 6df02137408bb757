"""Where the header is: titles, filters and notes above it, labels and templates below it, headers between the rows."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sot.read.columns.header_row import HeaderFinder
from sot.read.columns.infer_fields import Guesser
from sot.read.columns.known_systems import Catalogue
from sot.read.columns.rows_below_header import joined_at, label_rows
from sot.read.formats.delimited import read_delimited
from sot.rules.systems import system_rules, unknown_rules
from tests.read.reading import RULES, names, one, survey

FINDER = HeaderFinder(Catalogue(system_rules(RULES)), Guesser(unknown_rules(RULES)))

COMPANIES = [
    "Amber Glass Ltd",
    "Basalt Stone Ltd",
    "Coral Reef Aquatics",
    "Delta Valves",
    "Ember Heating Ltd",
]
ENGLISH = "Cust No,Customer Name,Town,Post Code,Telephone\n" + "".join(
    f"{number:05},{company},Leeds,LS1 4AP,0113 496 01{number:02}\n"
    for number, company in enumerate(COMPANIES)
)
NO_IDS = "".join(line.partition(",")[2] for line in ENGLISH.splitlines(keepends=True))
GERMAN = "Kundennr;Firma;Straße;PLZ;Ort\n" + "".join(
    f"{10000 + number};{company};Hauptstr. {number + 1};8033{number};München\n"
    for number, company in enumerate(COMPANIES)
)
SPANISH = "Código;Razón social;NIF;Población;Teléfono\n" + "".join(
    f"C{number};{company};B1234567{number};Ronda;95555512{number}\n"
    for number, company in enumerate(COMPANIES)
)
ABOVE = {
    "report": (
        "Customer Listing\nCompany: Harrow Supply Co.\nPrinted: 05/01/2026 08:12\nStatus: All\nBranch: All\n",
        ENGLISH,
    ),
    "long": ("Notes\n" + "A line of one cell.\n" * 80, ENGLISH),
    "filters": ("Report,Customers\nStatus,All\n\nBranch,All\nFrom,01/01/2026\n\n", ENGLISH),
    "German": (
        "Debitorenliste\nMandant;Muster GmbH\nStichtag;31.12.2025\nFilter: Status = aktiv\nSeite 1\n",
        GERMAN,
    ),
    "Spanish": (
        "Listado de clientes\nEmpresa: Aceros SL\nFecha: 05/01/2026\nEstado: Todos\n\nPágina 1 de 1\n",
        SPANISH,
    ),
}


@pytest.mark.parametrize(("above", "listed"), ABOVE.values(), ids=ABOVE)
def test_lines_above_a_list(above: str, listed: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(above + listed, encoding="utf-8")
    source, found = one(path)
    assert names(found) == COMPANIES
    assert source.header_row == above.count("\n") + 1
    assert source.rejected == 0


@given(st.integers(0, 120), st.integers(1, 12))
def test_any_number_of_lines_above_any_number_of_rows(lines: int, rows: int) -> None:
    text = "A note.\n" * lines + "Cust No,Customer Name,Town\n" + "1,Amber Ltd,Leeds\n" * rows
    grid = read_delimited(text.encode())
    assert FINDER._unknown(grid.head) == lines


BELOW = {
    "printed": "Printed on 05/01/2026 by RHARROW\n",
    "count": "Records: 5\n",
    "German": "Gedruckt am 05.01.2026\n",
    "French": "Édité le 05/01/2026\n",
    "asterisk": "* inactive customers are left out\n",
    "blank and note": "\n\nEnd of listing 05/01/2026 08:12\n",
}


@pytest.mark.parametrize("below", BELOW.values(), ids=BELOW)
@pytest.mark.parametrize("listed", [ENGLISH, NO_IDS], ids=["ids", "no ids"])
def test_lines_below_a_list_are_no_customers(below: str, listed: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(listed + below, encoding="utf-8")
    source, found = one(path)
    assert names(found) == COMPANIES
    assert source.rejected + sum(source.skipped.values()) == 1


def test_a_name_alone_is_a_customer_where_the_list_has_no_ids(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    rows = "".join(f"{company},Leeds,LS1 4AP\n" for company in COMPANIES * 3)
    path.write_text(f"Customer Name,Town,Post Code\n{rows}Flint Tools,,\n", encoding="utf-8")
    assert "Flint Tools" in names(one(path)[1])


TEMPLATES = {
    "labels": ("KUNNR,NAME1,ORT01,TELF1,SMTP", "Debitor,Name,Ort,Telefon,E-Mail", 1),
    "template": (
        "Customer ID,Company,City,Phone,Email",
        "Required,Required,Optional,Optional,Optional\nText,Text,Text,Text,Text",
        2,
    ),
    "types": ("id,company,city,phone,email", "integer,varchar(80),varchar(40),varchar(20),varchar(80)", 1),
    "French": (
        "Code client,Raison sociale,Ville,Téléphone,Courriel",
        "obligatoire,obligatoire,facultatif,facultatif,facultatif",
        1,
    ),
}


@pytest.mark.parametrize(("header", "below", "count"), TEMPLATES.values(), ids=TEMPLATES)
def test_rows_that_explain_the_header(header: str, below: str, count: int, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    rows = "".join(
        f"{1000 + i},{company},Leeds,0113 496 010{i},ap{i}@x.example\n" for i, company in enumerate(COMPANIES)
    )
    path.write_text(f"{header}\n{below}\n{rows}", encoding="utf-8")
    source, found = one(path)
    assert names(found) == COMPANIES
    assert source.skipped == {"names and notes below the header": count}


def test_a_first_row_without_a_phone_is_data(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    rows = "".join(
        f"{1000 + i},{company},Leeds,0113 496 010{i},ap{i}@x.example\n" for i, company in enumerate(COMPANIES)
    )
    path.write_text(f"id,company,city,phone,email\n999,Onyx Group,Hull,none,none\n{rows}", encoding="utf-8")
    assert names(one(path)[1]) == ["Onyx Group", *COMPANIES]
    assert label_rows([["Onyx Group", "none"], *[[name, "555-0100"] for name in COMPANIES]], ["Company", "Phone"],
                      lambda row: False) == 0  # fmt: skip


def test_a_row_with_an_id_like_those_below_is_data() -> None:
    rows = [["id0", "none", "unknown"], ["id1", "0", "5"], ["id2", "1", "7"], ["id3", "2", "9"]]
    assert label_rows(rows, ["id", "a", "b"], lambda row: False) == 0
    assert label_rows([["number", *rows[0][1:]], *rows[1:]], ["id", "a", "b"], lambda row: False) == 1
    marks = [["", "';", "\xad"], ["", "0", "0"], ["", "1", "1"], ["", "2", "2"]]
    assert label_rows(marks, ["id", "a", "b"], lambda row: False) == 0


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_joined_files(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "joined.csv"
    again = 'Town,"Cust No",Customer Name,Telephone,Post Code\nHull,00009,Flint Tools,01482 555 012,HU1 2BB\n'
    path.write_text(f"{mark}{ENGLISH}{mark}{ENGLISH.replace('Ltd', 'PLC').replace(',Leeds', ' 2,Leeds')}{mark}{again}",
                    encoding="utf-8")  # fmt: skip
    found = survey(path)
    assert len(found.sources) == 2
    assert found.records.filter(name="Flint Tools").select("city", "postcode", "phone").row(0) == (
        "Hull", "HU1 2BB", "01482 555 012",
    )  # fmt: skip
    assert len(names(found)) == 11
    assert found.sources[0].skipped == {"header repeated": 1}


def test_a_customer_called_as_a_column_is_no_header() -> None:
    cells = pl.DataFrame({"c0": ["Company", "Acme"], "c1": ["Hull", "Leeds"], "c2": ["1", "2"]})
    assert joined_at(cells, ["Company", "City", "No"]) is None
