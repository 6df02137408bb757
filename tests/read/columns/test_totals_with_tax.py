"""What the amount and its tax make up is the total, whatever its column is called."""

from __future__ import annotations

from pathlib import Path

from tests.read.reading import survey

ROWS = [(f"SAT{i}", f"{i}.01.2026", f"Firma {i} A.Ş.", i * 100, i * 20, i * 120) for i in range(1, 8)]


def test_net_that_is_the_total_in_turkish(tmp_path: Path) -> None:
    lines = ["Fatura No;Fatura Tarihi;Cari Hesap Ünvanı;Toplam;KDV;Net Tutar"]
    lines += [";".join(map(str, row)) for row in ROWS]
    (tmp_path / "faturalar.csv").write_text("\n".join(lines), encoding="utf-8")
    found = survey(tmp_path / "faturalar.csv")
    assert found.sources[0].fields["amount"] == "Net Tutar"
    assert found.documents["amount_value"].sum() == sum(row[5] for row in ROWS)


def test_a_total_that_no_header_names(tmp_path: Path) -> None:
    lines = ["Invoice No,Date,Customer,Amount,VAT,Price high sum"]
    lines += [f"R{i},2026-01-{i:02},Firm {i} Ltd,{row[3]},{row[4]},{row[5]}" for i, row in enumerate(ROWS, 1)]
    (tmp_path / "bills.csv").write_text("\n".join(lines), encoding="utf-8")
    found = survey(tmp_path / "bills.csv")
    assert found.documents["amount_value"].sum() == sum(row[5] for row in ROWS)
