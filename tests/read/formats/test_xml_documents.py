"""Electronic invoices: a folder of files is one table, bills of suppliers are left out, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.read.reading import survey

INVOICE = """<?xml version="1.0"?><Invoice xmlns="urn:x"><ID>{number}</ID><IssueDate>2026-03-0{day}</IssueDate>
<AccountingSupplierParty><Party><PartyName><Name>{seller}</Name></PartyName><PostalAddress><CityName>Ghent</CityName>
</PostalAddress></Party></AccountingSupplierParty><AccountingCustomerParty><Party><PartyName><Name>{buyer}</Name></PartyName>
<PostalAddress><CityName>Liège</CityName></PostalAddress></Party></AccountingCustomerParty>
<LegalMonetaryTotal><TaxExclusiveAmount currencyID="EUR">{net}</TaxExclusiveAmount>
<TaxInclusiveAmount currencyID="EUR">{net}</TaxInclusiveAmount></LegalMonetaryTotal>
<InvoiceLine><ID>1</ID><Quantity>1</Quantity><Item><Name>Work</Name></Item></InvoiceLine>
<InvoiceLine><ID>2</ID><Quantity>2</Quantity><Item><Name>Travel and so on</Name></Item></InvoiceLine></Invoice>"""


def _write(folder: Path, number: str, seller: str, buyer: str, net: str = "100.00", day: int = 1) -> Path:
    path = folder / f"{number}.xml"
    path.write_text(
        INVOICE.format(number=number, seller=seller, buyer=buyer, net=net, day=day), encoding="utf-8"
    )
    return path


def test_the_files_of_a_folder_are_one_table_with_all_files_in_it(tmp_path: Path) -> None:
    for at in range(1, 5):
        _write(tmp_path, f"F-{at}", "Voss BV", f"Client {at % 2}", f"{at}00.50", at)
    found = survey(tmp_path)
    assert [source.path for source in found.sources] == [str(tmp_path)]
    assert [Path(path).name for path, _ in found.sources[0].files] == [f"F-{at}.xml" for at in range(1, 5)]
    assert all(sha256 for _, sha256 in found.sources[0].files)
    assert found.documents["record_id"].sort().to_list() == ["F-1", "F-2", "F-3", "F-4"]
    assert found.documents["amount_value"].sum() == pytest.approx(1002.0)
    assert set(found.records["name"]) == {"Client 0", "Client 1"}
    assert set(found.documents["line_text"]) == {"Work | Travel and so on"}


def test_bills_of_suppliers_are_left_out_and_told(tmp_path: Path) -> None:
    _write(tmp_path, "F-1", "Voss BV", "Client 1")
    _write(tmp_path, "F-2", "Voss BV", "Client 2")
    _write(tmp_path, "B-7", "Power AG", "Voss BV")
    found = survey(tmp_path)
    assert found.documents["record_id"].sort().to_list() == ["F-1", "F-2"]
    assert [(Path(path).name, why) for path, why in found.ignored] == [
        ("B-7.xml", "a bill of a supplier, Power AG, to Voss BV")
    ]


def test_one_file_is_a_table_of_one_row(tmp_path: Path) -> None:
    found = survey(_write(tmp_path, "F-1", "Voss BV", "Client 1"))
    assert found.documents["record_id"].to_list() == ["F-1"]
    assert found.sources[0].files == ()


def test_a_list_of_documents_in_one_file_keeps_those_without_a_buyer(tmp_path: Path) -> None:
    invoices = [
        INVOICE.format(number=f"F-{at}", seller="Voss BV", buyer=f"Client {at}", net="10.00", day=at)
        for at in (1, 2, 3)
    ]
    bare = "<Invoice><ID>F-4</ID><IssueDate>2026-03-04</IssueDate></Invoice>"
    inner = "".join(text.partition("?>")[2].replace(' xmlns="urn:x"', "") for text in invoices)
    path = tmp_path / "all.xml"
    path.write_text(f"<Invoices>{inner}{bare}</Invoices>", encoding="utf-8")
    found = survey(path)
    assert found.documents["number"].sort().to_list() == ["F-1", "F-2", "F-3", "F-4"]


def test_declared_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml"
    declared = '<!DOCTYPE a [<!ENTITY b "bbbb">]>'
    path.write_text(f'<?xml version="1.0"?>{declared}<a><c>&b;</c><c>&b;</c></a>', encoding="utf-8")
    found = survey(path)
    assert "entities" in str(found.sources[0].error)
