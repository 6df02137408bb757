"""Text files as they should not be: the right rows or a clear error, and never a row that is silently gone."""

# ruff: noqa: E501  (a hostile file is easier to judge on one line)

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from tests.read.reading import names, one, read

HEAD = "Id,Account Name,Billing Street,City"
BODY = [
    "001,Müller GmbH,Hauptstr. 5a,München",
    "002,Société Générale,1 rue de la Paix,Paris",
    "003,Acme Ltd,1 High St,London",
]
NAMES = ["Müller GmbH", "Société Générale", "Acme Ltd"]
PLAIN = "\n".join([HEAD, *BODY]) + "\n"
SEMI = PLAIN.replace(",", ";")
CYRILLIC = "Id;Name;City\n" + "".join(f"{i};ООО Ромашка {i};Москва\n" for i in range(40))
JAPANESE = "Id,Name,City\n" + "".join(f"{i},株式会社 青空商事{i},東京都千代田区\n" for i in range(40))
POLISH = "Id;Name;City\n" + "".join(f"{i};Spółka Żółć {i};Łódź Śródmieście\n" for i in range(40))
GREEK = "Id;Name;City\n1;Αφοί Γεωργίου Ο.Ε.;Αθήνα\n2;Παπαδόπουλος Ε.Π.Ε.;Πάτρα\n"
WIDE = ",".join(["Id", "Account Name", *(f"c{i}" for i in range(298))])

GOOD: dict[str, tuple[bytes, list[str]]] = {
    "utf-8": (PLAIN.encode(), NAMES),
    "utf-8 with BOM": (PLAIN.encode("utf-8-sig"), NAMES),
    "cp1252, semicolon": (SEMI.encode("cp1252"), NAMES),
    "latin-1, comma": (PLAIN.encode("latin-1"), NAMES),
    "utf-16-le, TAB, BOM": (PLAIN.replace(",", "\t").encode("utf-16"), NAMES),
    "utf-16-be without BOM": (PLAIN.encode("utf-16-be"), NAMES),
    "utf-16-le without BOM": (PLAIN.encode("utf-16-le"), NAMES),
    "utf-32 with BOM": (PLAIN.encode("utf-32"), NAMES),
    "pipe": (PLAIN.replace(",", "|").encode(), NAMES),
    "TAB": (PLAIN.replace(",", "\t").encode(), NAMES),
    "caret": (PLAIN.replace(",", "^").encode(), NAMES),
    "cp1251": (CYRILLIC.encode("cp1251"), [f"ООО Ромашка {i}" for i in range(40)]),
    "cp1253": (GREEK.encode("cp1253"), ["Αφοί Γεωργίου Ο.Ε.", "Παπαδόπουλος Ε.Π.Ε."]),
    "cp1250": (POLISH.encode("cp1250"), [f"Spółka Żółć {i}" for i in range(40)]),
    "shift-jis": (JAPANESE.encode("cp932"), [f"株式会社 青空商事{i}" for i in range(40)]),
    "curly quotes of cp1252": (PLAIN.replace("Acme Ltd", "Joe’s “Best” – Café").encode("cp1252"), [*NAMES[:2], "Joe’s “Best” – Café"]),
    "title rows": (f"Account list\nExported by Jane\n\n{PLAIN}".encode(), NAMES),
    "footer": (f"{PLAIN}Total records: 3\n".encode(), NAMES),
    "Salesforce report footer": (
        f'{PLAIN}\n"Confidential Information - Do Not Distribute"\n"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'.encode(),
        NAMES,
    ),
    "sep= line": (f"sep=;\n{SEMI}".encode(), NAMES),
    "sep= line with CRLF": (f"sep=;\n{SEMI}".replace("\n", "\r\n").encode(), NAMES),
    "CRLF": (PLAIN.replace("\n", "\r\n").encode(), NAMES),
    "CR alone": (PLAIN.replace("\n", "\r").encode(), NAMES),
    "mixed line ends": (PLAIN.replace("Paris\n", "Paris\r\n").replace("München\n", "München\r").encode(), NAMES),
    "NUL bytes": (PLAIN.replace("Acme", "Ac\0me").encode(), NAMES),
    "blank lines between": (PLAIN.replace("\n", "\n\n").encode(), NAMES),
    "trailing delimiter": (PLAIN.replace("\n", ",\n").encode(), NAMES),
    "trailing delimiter in the rows alone": ("\n".join([HEAD, *(f"{row}," for row in BODY)]).encode(), NAMES),
    "no line end at the end": (PLAIN.rstrip().encode(), NAMES),
    "line breaks in cells": (PLAIN.replace("1 High St", '"1 High St\nFloor 2\r\nRoom 3"').encode(), NAMES),
    "doubled quotation marks": (PLAIN.replace("Acme Ltd", '"The ""Acme"" Ltd"').encode(), [*NAMES[:2], 'The "Acme" Ltd']),
    "stray quotation mark inside": (PLAIN.replace("Acme Ltd", 'Acme 5" Ltd').encode(), [*NAMES[:2], 'Acme 5" Ltd']),
    "stray quotation mark at the start": (PLAIN.replace("Société Générale", '"Société Générale').encode(), [NAMES[0], '"Société Générale', NAMES[2]]),
    "short rows": (f"{PLAIN}004,Hooli\n".encode(), [*NAMES, "Hooli"]),
    "duplicate and empty headers": (PLAIN.replace("City", "Account Name,").replace("München", "x,y").encode(), NAMES),
    "200 kB in a cell": (PLAIN.replace("London", "x" * 200_000).encode(), NAMES),
    "300 columns": (f"{WIDE}\n1,Acme Ltd{',x' * 298}\n".encode(), ["Acme Ltd"]),
    "a few lines in another encoding": (
        "\n".join([HEAD, *(f"{i},Zoë {i} Ltd,Straße,Köln" for i in range(40))]).encode() + b"\n41,Caf\xe9 Ltd,x,y\n",
        [*(f"Zoë {i} Ltd" for i in range(40)), "Café Ltd"],
    ),
    "all quoted, decimal comma": (
        "\n".join(['"Id";"Name";"Umsatz"', *(f'"{i}";"Größe {i} KG";"1.234,5{i}"' for i in range(5))]).encode("cp1252"),
        [f"Größe {i} KG" for i in range(5)],
    ),
    "one column": (b"Company\nAcme Ltd\n\"Globex, Inc\"\n", ["Acme Ltd", "Globex, Inc"]),
    "no header": (b"1,Acme Ltd,a@acme.com,Boston\n2,Globex Ltd,b@globex.com,Austin\n", ["Acme Ltd", "Globex Ltd"]),
    "the header once more in the middle": (f"{PLAIN}{HEAD}\n004,Hooli,x,y\n".encode(), [*NAMES, "Hooli"]),
}  # fmt: skip


@pytest.mark.parametrize("case", GOOD)
def test_rows_come_out_whole(case: str, tmp_path: Path) -> None:
    data, wanted = GOOD[case]
    path = tmp_path / "export.csv"
    path.write_bytes(data)
    source, found = one(path)
    assert source.error is None
    assert names(found) == wanted
    assert found.rejects.height == 0


REJECTED: dict[str, tuple[bytes, list[str], list[tuple[int, str]]]] = {
    "a comma without quotation marks": (
        f"{PLAIN}004,Hooli, Inc,1 Way,Rome\n".encode(), NAMES, [(5, "cells")],
    ),
    "a quotation mark that is never closed": (
        f'{PLAIN}004,"Hooli,1 Way\n005,Stark,2 Way\n'.encode(), [*NAMES], [(5, "never closed")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REJECTED)
def test_rows_that_cannot_be_used_are_told(case: str, tmp_path: Path) -> None:
    data, wanted, rejected = REJECTED[case]
    path = tmp_path / "export.csv"
    path.write_bytes(data)
    _, found = one(path)
    assert [name for name in names(found) if name in NAMES] == wanted
    told = found.rejects.select("row", "reason", "raw").rows()
    assert len(told) == len(rejected)
    for (row, reason, raw), (wanted_row, word) in zip(told, rejected, strict=True):
        assert (row, word in reason) == (wanted_row, True)
        assert "004" in raw


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "empty"),
    "blanks alone": (b"  \n\n\t\n", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not a table"),
    "random bytes": (bytes((i * 7919) % 251 for i in range(9_000)), "not a table"),
    "no name at all": (b"Id,Amount\n1,2\n2,3\n", "no column could be a company's name"),
    "empty names": (b"Id,Name,City\n1,,Rome\n2,,Paris\n", "is empty in every row"),
    "damaged workbook": (b"PK\x03\x04" + b"0" * 500, "damaged"),
    "damaged gzip": (b"\x1f\x8b\x08\x00" + b"0" * 500, "damaged"),
    "damaged Parquet": (b"PAR1" + b"0" * 500, "Parquet"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_is_a_clear_error(case: str, tmp_path: Path) -> None:
    data, word = BAD[case]
    path = tmp_path / "export.csv"
    path.write_bytes(data)
    source, found = one(path)
    assert source.error is not None and word in source.error
    assert found.records.height == 0


def test_a_header_without_rows_is_told(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"{HEAD}\n", encoding="utf-8")
    source, found = one(path)
    assert any("no rows" in warning for warning in source.warnings)
    assert found.records.height == 0


def test_compressed_exports_are_read(tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv.gz"
    path.write_bytes(gzip.compress(PLAIN.encode()))
    assert names(read(path)) == NAMES


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a" * 50_000_000))
    source, _ = one(path)
    assert source.error is not None and "not unpacked" in source.error


@pytest.mark.parametrize("before", range(3))
def test_a_letter_stays_whole_wherever_it_lies(before: int, tmp_path: Path) -> None:
    # The text is looked at in pieces, and a letter of three bytes lies across the end of one.
    name = "a" * before + "株" * 50_000
    path = tmp_path / "export.csv"
    path.write_text(f"Id,Name\n1,{name}\n2,Acme Ltd\n", encoding="utf-8")
    source, found = one(path)
    assert (source.encoding, source.warnings) == ("utf-8", [])
    assert names(found) == [name, "Acme Ltd"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_ids_phones_and_postcodes_stay_text(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        "Id,Name,Phone,Zip,Tax ID\n00017,Müller,0049891234,01067,012345678901234567890\n", encoding=encoding
    )
    row: dict[str, Any] = read(path).records.row(0, named=True)
    kept = {name: row[name] for name in ("record_id", "phone", "postcode", "tax_id")}
    assert kept == {
        "record_id": "00017",
        "phone": "0049891234",
        "postcode": "01067",
        "tax_id": "012345678901234567890",
    }
