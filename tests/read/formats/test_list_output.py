"""Lists made for paper: framed by bars, ruled by dashes, of fixed width, in several languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.read.formats.list_output import read_list
from tests.read.reading import names, one

COMPANIES = ["Acme, Inc", "Birch & Co", "Café Übersee KG"]
SAP = """Customer List                                        1
05.01.2026
-----------------------------------------------------
|Customer  |Name 1         |Cty|PostalCode|City     |
-----------------------------------------------------
|0000001001|Acme, Inc      |US |02134     |Boston   |
|0000001002|Birch & Co     |GB |          |Leeds    |
-----------------------------------------------------
|0000001003|Café Übersee KG|DE |20457     |Hamburg  |
-----------------------------------------------------
"""
BARS = SAP.replace("Birch & Co     ", "Birch | Co     ")
SQLCMD = """id          company              city       email
----------- -------------------- ---------- ----------------
          1 Acme, Inc            Boston     ap@acme.example
          2 Birch & Co           Dallas     ap@birch.example
          3 Café Übersee KG      New York   x@y.example

(3 rows affected)
"""
PSQL = """ id |     company     |  city
----+-----------------+--------
  1 | Acme, Inc       | Boston
  2 | Birch & Co      | Dallas
  3 | Café Übersee KG |
(3 rows)
"""
MYSQL = """+----+-----------------+--------+
| id | company         | city   |
+----+-----------------+--------+
|  1 | Acme, Inc       | Boston |
|  2 | Birch & Co      | NULL   |
|  3 | Café Übersee KG | Hull   |
+----+-----------------+--------+
3 rows in set (0.00 sec)
"""
FIXED = """HARROW SUPPLY CO              CUSTOMER LIST        PAGE 1

CUST    NAME               TOWN        POSTCODE   BALANCE
00001   Acme, Inc          Leeds       LS1 4AP     110.00
00002   Birch & Co         York                  1,220.00
00003   Café Übersee KG                            330.00
"""
GERMAN = """Debitorenliste                                           Seite 1
Stand 05.01.2026

Nr.     Name                 PLZ    Ort            Telefon
------------------------------------------------------------------
10001   Acme, Inc            80331  München        089 1234567
10002   Birch & Co           01067  Dresden
10003   Café Übersee KG      20457  Hamburg        040 55503
------------------------------------------------------------------
Anzahl: 3
"""
LISTS = {"SAP": SAP, "sqlcmd": SQLCMD, "psql": PSQL, "mysql": MYSQL, "fixed": FIXED, "German": GERMAN}


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("listed", LISTS.values(), ids=LISTS)
def test_a_list(listed: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(listed.encode(encoding))
    source, found = one(path)
    assert names(found) == COMPANIES
    assert {"name", "city"} <= source.fields.keys()
    assert source.record_id in ("Customer", "id", "CUST", "Nr.")


def test_texts_are_without_their_padding_and_blank_cells_empty(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(SAP, encoding="utf-8")
    _, found = one(path)
    assert found.records.sort("row").select("record_id", "country", "postcode", "city", "row").rows() == [
        ("0000001001", "US", "02134", "Boston", 6),
        ("0000001002", "GB", None, "Leeds", 7),
        ("0000001003", "DE", "20457", "Hamburg", 9),
    ]


def test_a_bar_within_a_text(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(BARS, encoding="utf-8")
    assert names(one(path)[1]) == ["Acme, Inc", "Birch | Co", "Café Übersee KG"]


PLAIN = {
    "csv": "id,company,city\n1,Acme  Ltd,Boston\n2,Birch  Ltd,Dallas\n3,Cedar  Ltd,Austin\n",
    "one column": "Company\nAcme Ltd\nBirch Ltd\nCedar Ltd\n",
    "semicolons": "id;company;note\n1;Acme;a   b\n2;Birch;c   d\n",
    "tabs": "id\tcompany\n1\tAcme   Ltd\n2\tBirch   Ltd\n",
    "pipes": "id|company|city\n1|Acme|Hull\n2|Birch|York\n",
    "few": "a  b\n",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_delimited_text_is_no_list(text: str) -> None:
    assert read_list(text.encode(), None) is None


def test_a_line_that_runs_over_its_column_is_never_cut() -> None:
    long = FIXED + "00004   A name that is far too long for it Leeds     LS1 4AP     110.00\n"
    grid = read_list(long.encode(), None)
    assert grid is not None
    assert "A name that is far too long for it" in " ".join(grid.head[-1])


def test_two_rows_on_one_line_are_two_rows(tmp_path: Path) -> None:
    """A line break that got lost takes no row with it, also where what is behind it is no row."""
    rows = [f"|{i:<6}|Firm {i:<10}|Leeds  |" for i in range(1, 9)]
    head = "|Id    |Account Name   |City   |"
    lines = [head, *rows[:3], rows[3] + rows[4], *rows[5:]]
    path = tmp_path / "list.txt"
    path.write_text("\n".join(lines) + "\n")
    _, found = one(path)
    assert found.records["name"].to_list() == [f"Firm {i}" for i in range(1, 9)]
    lines[4] = rows[3] + "\x02" + rows[4]
    path.write_text("\n".join(lines) + "\n")
    _, found = one(path)
    assert found.records["name"].to_list() == [f"Firm {i}" for i in range(1, 9) if i != 5]
    assert [row["raw"] for row in found.rejects.to_dicts() if "Firm 5" in row["raw"]]
