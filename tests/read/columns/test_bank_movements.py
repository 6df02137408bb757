"""Movements of a bank account are payments, also where nothing went out in the days of the list."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.read.reading import read

HEADS = (
    "Date,Description,Debit,Credit,Balance",
    "Datum;Buchungstext;Soll;Haben;Saldo",
    "Fecha,Concepto,Cargo,Abono,Saldo",
)


@pytest.mark.parametrize("head", HEADS)
def test_a_list_of_nothing_but_money_that_came_in_is_one_of_payments(tmp_path: Path, head: str) -> None:
    sign = ";" if ";" in head else ","
    rows = [
        (f"2026-03-{day:02}", f"Transfer 10{day} Quarrow", "", 40 + day, 900 + day) for day in range(1, 7)
    ]
    text = "\n".join([head, *(sign.join(map(str, row)) for row in rows)])
    (tmp_path / "statement.csv").write_text(text)
    (tmp_path / "accounts.csv").write_text(
        "Account ID,Name,City\nA1,Quarrow Ltd,Leeds\nA2,Bellfast Ltd,Hull\n"
    )
    paid = read(tmp_path).documents.filter(object="payment")
    assert sorted(paid["amount_value"]) == [float(41 + day) for day in range(6)]
