"""Bills of suppliers, and other rows of bills that are nobody's, are left out and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.read.reading import names, one

_BILLS = (
    "Party Name,GSTIN,Invoice No,Invoice Date,Taxable Value,Invoice Value\n"
    "Sharma Steel,,INV-1,25/04/2025,100.00,118.00\nVerma Cables,,INV-2,26/04/2025,50.00,59.00\n"
    "Sharma Steel,,INV-9,28/04/2025,10.00,11.80\n"
)


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Purchase Register: 1 April 2025 to 30 April 2025", "bills of suppliers, by "),
        ("Sales Register: 1 April 2025 to 30 April 2025", None),
        ("Sales and purchase register", None),
    ],
)
def test_a_title_may_say_that_bills_are_of_suppliers(title: str, reason: str | None, tmp_path: Path) -> None:
    path = tmp_path / "april.csv"
    path.write_text(f"ABC Traders,,,,,\n{title},,,,,\n,,,,,\n{_BILLS}", encoding="utf-8")
    source, found = one(path)
    assert found.documents.height == (0 if reason else 3)
    assert [why for why in source.skipped if why.startswith("bills")] == (
        [f"{reason}'{title}'"] if reason else []
    )


def test_a_column_of_suppliers_says_so_in_any_language(tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_text(
        "Leverantör;Fakturanr;Fakturadatum;Belopp\nNorrgrus AB;A-1;2025-01-10;100,00\n"
        "Elnätet AB;77;2025-01-15;50,00\nNorrgrus AB;A-2;2025-01-25;10,00\n",
        encoding="utf-8",
    )
    source, found = one(path)
    assert (found.documents.height, found.records.height) == (0, 0)
    assert source.skipped == {"bills of suppliers, by 'Leverantör'": 3}


def test_ap_beside_ar_is_of_suppliers(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text(
        "item_id,item_type,issue_date,due_date,currency,amount,counterparty\n"
        "1,AP,2025-01-05,2025-02-05,EUR,10.00,Paper Ltd\n2,AR,2025-01-06,2025-02-06,EUR,20.00,Acme Ltd\n"
        "3,AR,2025-01-07,2025-02-07,EUR,30.00,Globex Ltd\n4,AP,2025-01-08,2025-02-08,EUR,40.00,Power Ltd\n",
        encoding="utf-8",
    )
    source, found = one(path)
    assert names(found) == ["Acme Ltd", "Globex Ltd"]
    assert source.skipped == {"from or to a supplier, not a customer, by 'item_type'": 2}


def test_formulas_below_the_last_bill_are_left_out(tmp_path: Path) -> None:
    filler = ",,,#N/A,21,0,0,0\n" * 40
    path = tmp_path / "facturas.csv"
    path.write_text(
        "factura_id,fecha,nombre,cliente_id,fecha_vencimiento,base_imponible,iva_total,total_factura\n"
        "1,11/10/2025,Bar Nido SL,77,01/11/2025,100,21,121\n2,26/10/2025,La Era SL,78,16/11/2025,10,2.1,12.1\n"
        + filler,
        encoding="utf-8",
    )
    source, found = one(path)
    assert found.documents["account_name"].sort().to_list() == ["Bar Nido SL", "La Era SL"]
    assert source.skipped == {"formulas without a document": 40}


def test_persons_without_a_header_are_known_by_their_addresses(tmp_path: Path) -> None:
    path = tmp_path / "kunden.csv"
    path.write_text(
        "Ida;Moor;AB1;ida@moor.example\nTom;Vale;AB2;tom_vale@mail.example\n"
        "Ann;De Lake;AB3;ann.x@lake.example\nMax;Hill;AB4;max.hill@mail.example\n",
        encoding="utf-8",
    )
    _, found = one(path)
    assert names(found) == ["Ida Moor", "Tom Vale", "Ann De Lake", "Max Hill"]


def test_thai_in_its_own_code_page(tmp_path: Path) -> None:
    path = tmp_path / "khai.csv"
    path.write_bytes(
        "วันที่,เลขที่,รหัสลูกค้า,ชื่อลูกค้า,มูลค่าสินค้า,ภาษี,รวมทั้งสิ้น\n"
        "05/01/2025,IV001,C0001,บริษัท อัลฟา จำกัด,1000.00,70.00,1070.00\n"
        "06/01/2025,IV002,C0002,หจก. เบต้า,2000.00,140.00,2140.00\n"
        "17/01/2025,IV003,C0001,บริษัท อัลฟา จำกัด,500.00,35.00,535.00\n".encode("cp874")
    )
    source, found = one(path)
    assert (source.object, source.encoding) == ("invoice", "cp874")
    assert sorted(names(found)) == ["บริษัท อัลฟา จำกัด", "หจก. เบต้า"]


def test_postings_of_the_ledger_are_nobodys(tmp_path: Path) -> None:
    path = tmp_path / "gl.csv"
    path.write_text(
        "document_number,posting_date,company_code,company_name,cost_center,gl_account,gl_account_desc,amount\n"
        "5000001,2025-06-08,1000,Own US Inc.,CC-1,605000,Utilities,1249.08\n"
        "5000002,2025-06-24,1000,Own US Inc.,CC-2,600000,Travel,3342.29\n"
        "5000003,2025-06-25,2000,Own EU GmbH,CC-3,600000,Travel,12.10\n",
        encoding="utf-8",
    )
    source, found = one(path)
    assert (found.documents.height, found.records.height) == (0, 0)
    assert source.skipped == {"postings of the ledger, by 'gl_account' and 'cost_center'": 3}


def test_kinds_of_parties_are_no_names(tmp_path: Path) -> None:
    path = tmp_path / "entidades.csv"
    path.write_text(
        "ClienteOProveedor;nombre;telefono\nCliente;Bar Nido SL;915551234\nProveedor;La Era SL;915551235\n"
        "Cliente;Sol y Mar SA;915551236\n",
        encoding="utf-8",
    )
    source, _ = one(path)
    assert source.fields["name"] == "nombre"
