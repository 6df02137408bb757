"""Statements of banks: every movement is a row, what went out is left out and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.read.formats.bank_statements import read_statement
from tests.read.reading import one

BATCH = """<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<Stmt><Ntry><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><DtTm>2026-03-01T10:00:00</DtTm></BookgDt>
<AcctSvcrRef>A1</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>Alder Ltd</Nm></Pty></Dbtr></RltdPties>
</TxDtls>
</NtryDtls></Ntry></Stmt><Stmt><Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<BookgDt><Dt>2026-03-02</Dt></BookgDt><AcctSvcrRef>A2</AcctSvcrRef><NtryDtls>
<TxDtls><Amt Ccy="EUR">12.00</Amt><RltdPties><Dbtr><Nm>Beck Ltd</Nm></Dbtr></RltdPties></TxDtls>
<TxDtls><Amt Ccy="EUR">18.00</Amt><RltdPties><Dbtr><Nm>Cole Ltd</Nm></Dbtr></RltdPties></TxDtls>
</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"""


def test_each_payment_of_a_batch_in_each_statement_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "camt.xml"
    path.write_text(BATCH, encoding="utf-8")
    _, found = one(path)
    assert found.documents["record_id"].to_list() == ["A1", "A2-1", "A2-2"]
    assert found.documents["amount_value"].sum() == pytest.approx(40.0)
    assert set(found.records["name"]) == {"Alder Ltd", "Beck Ltd", "Cole Ltd"}


def test_money_that_went_out_alone_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bank.qif"
    path.write_text(
        "!Type:Bank\nD8/12/13\nT-1,000.00\nPDelta PC\n^\nD8/13/13\nT-7.10\nPShop\n^\n", encoding="utf-8"
    )
    source, found = one(path)
    assert source.object == "payment"
    assert source.skipped == {"money that went out of the account": 2}
    assert found.documents.height == 0


def test_dutch_details_name_the_other_party() -> None:
    text = (
        ":20:A\n:60F:C260101EUR1,00\n:61:260102C12,50NTRFNONREF//99\n"
        ":86:/CNTP/NL1/ABN/Delta BV//NAME/Delta BV/REMI/Invoice 7/\n-\n"
    )
    grid = read_statement(text)
    assert grid.body(0, 6).cells.row(0) == (None, "2026-01-02", "12.50", "EUR", "Delta BV", "Invoice 7")


def test_entries_that_can_not_be_read_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "bank.sta"
    path.write_text(
        ":20:A\n:60F:C260101EUR1,00\n:61:260102C12,50NTRFNONREF//99\n:86:Alder Ltd\n:61:2601XX9\n:86:Beck Ltd\n-\n",
        encoding="utf-8",
    )
    source, found = one(path)
    assert found.documents.height == 1
    assert [note for note in source.warnings if "1 entry left out" in note]


def test_the_last_entry_needs_no_end_mark_and_shares_are_counted() -> None:
    grid = read_statement("!Type:Invst\nD8/11/13\nNBuy\n^\n!Type:Bank\nD8/12/13\nT7.10\nPAlder Ltd\n")
    assert grid.body(0, 6).cells.row(0) == (None, "8/12/13", "7.10", None, "Alder Ltd", None)
    assert [note for note in grid.warnings if "1 entry left out" in note]
