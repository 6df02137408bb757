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


def test_what_has_a_payer_came_in_whatever_the_columns_are_called(tmp_path: Path) -> None:
    names = ("Quarrow", "Bellfast", "Trindle", "Vexmoor")
    (tmp_path / "accounts.csv").write_text(
        "Account ID,Name,City\n" + "".join(f"A{i},{name} Ltd,Leeds\n" for i, name in enumerate(names))
    )
    bills = [f"77{day},2026-03-01,2026-04-01,{names[day % 4]} Ltd,{1200.5 + day}" for day in range(1, 9)]
    (tmp_path / "invoices.csv").write_text("\n".join(["Invoice No,Date,Due Date,Customer,Total", *bills]))
    # Between the thousands are blanks that do not break, as spreadsheets write them.
    came = [
        (f"{day:02}.03.2026", f"{names[day % 4]} Limited 77{day}", "", f"1\u00a0{200 + day},50")
        for day in range(1, 9)
    ]
    went = [(f"{day:02}.04.2026", "Rent of the month", f"2\u202f{300 + day},00", "") for day in range(1, 4)]
    rows = ["Zrk;Olm;Vlm;Prt", *(";".join(row) for row in came + went)]
    (tmp_path / "aa.csv").write_text("\n".join(rows), encoding="utf-8")
    result = read(tmp_path)
    paid = result.documents.filter(object="payment")
    assert sorted(paid["amount_value"]) == [1200.5 + day for day in range(1, 9)]
    assert paid["account_name"].null_count() == 0
    (source,) = [source for source in result.sources if source.object == "payment"]
    assert source.skipped == {"money that went out of the account": 3}
    assert source.fields["amount"] == "Prt - Vlm"


def moved(*amounts: float) -> list[tuple[float, float]]:
    """Give movements with the balance after each."""
    return [(amount, 5000 + sum(amounts[: at + 1])) for at, amount in enumerate(amounts)]


def test_a_list_without_a_header_is_read_by_its_balance(tmp_path: Path) -> None:
    rows = moved(4950, -812.5, 9350, 8800, -2200)
    text = "".join(
        f'{at:02}/02/2026,"{amount:+.2f}","Direct Credit QUARROW INV-{at}",{balance:+.2f}\n'
        for at, (amount, balance) in enumerate(rows, 1)
    )
    (tmp_path / "transactions.csv").write_text(text)
    (tmp_path / "accounts.csv").write_text(
        "Account ID,Name,City\nA1,Quarrow Ltd,Leeds\nA2,Bellfast Ltd,Hull\n"
    )
    paid = read(tmp_path).documents.filter(object="payment")
    assert sorted(paid["amount_value"]) == [4950, 8800, 9350]
    assert all(memo.startswith("Direct Credit QUARROW") for memo in paid["memo"])


AMOUNTS = (4950.25, -812.5, 9350, 8800, -2200.75, 1210, -44.1, 3300.5, -95, 770, -61.2, 1320, -18)


@pytest.mark.parametrize("newest_first", [False, True])
def test_two_columns_of_no_known_word_are_told_apart_by_the_balance(
    tmp_path: Path, newest_first: bool
) -> None:
    rows = [
        f"{at:02}.02.2026;Olm {770 + at};{'' if amount > 0 else -amount};{amount if amount > 0 else ''};{balance}"
        for at, (amount, balance) in enumerate(moved(*AMOUNTS), 1)
    ]
    rows = rows[::-1] if newest_first else rows
    bills = [f"{770 + day},2026-01-01,2026-02-01,Quarrow Ltd,{1200.5 + day}" for day in range(1, 20)]
    (tmp_path / "invoices.csv").write_text("\n".join(["Invoice No,Date,Due Date,Customer,Total", *bills]))
    (tmp_path / "aa.csv").write_text("\n".join(["Zrk;Olm;Vlm;Prt;Nbs", *rows]))
    (tmp_path / "accounts.csv").write_text(
        "Account ID,Name,City\nA1,Quarrow Ltd,Leeds\nA2,Bellfast Ltd,Hull\n"
    )
    paid = read(tmp_path).documents.filter(object="payment")
    assert sorted(paid["amount_value"]) == sorted(amount for amount in AMOUNTS if amount > 0)


def test_by_what_way_and_to_which_account_money_came_is_no_party(tmp_path: Path) -> None:
    names = ("Quarrow Ltd", "Bellfast Ltd", "Trindle Ltd", "Vexmoor Ltd")
    rows = [
        f"P{at},2026-01-{at:02},{name},{100 + at}.00,Online,Account {at}" for at, name in enumerate(names, 1)
    ]
    (tmp_path / "payments.csv").write_text(
        "\n".join(["Payment ID,Payment Date,Customer,Amount,Source,Destination", *rows])
    )
    paid = read(tmp_path).documents.filter(object="payment")
    assert sorted(paid["account_name"]) == sorted(names)


@pytest.mark.parametrize(
    ("amounts", "head"),
    [
        (("1452,00", "-1452,00", "-1452,00", "-3,90", "810,00"), "Fecha;Concepto;Importe"),
        (("1452,00;", ";1452,00", ";1452,00", ";3,90", "810,00;"), "Fecha;Concepto;Abono;Cargo"),
    ],
)
def test_a_debit_that_the_bank_returned_is_a_refund(
    tmp_path: Path, amounts: tuple[str, ...], head: str
) -> None:
    texts = (
        "RECIBO QUARROW SL",
        "DEVOLUCIÓN RECIBO QUARROW SL",
        "ALQUILER",
        "COMISION DEVOLUCION",
        "TRANSF. BELLFAST SL",
    )
    rows = [
        f"{day:02}/02/2026;{text};{amount}"
        for day, (text, amount) in enumerate(zip(texts, amounts, strict=True), 1)
    ]
    (tmp_path / "movimientos.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    (tmp_path / "clientes.csv").write_text(
        "Código;Nombre;Población\nA1;Quarrow SL;Lugo\nA2;Bellfast SL;Vigo\n", encoding="utf-8"
    )
    result = read(tmp_path)
    paid = result.documents.filter(object="payment").sort("amount_value")
    assert paid["amount_value"].to_list() == [-1452, 810, 1452]
    assert paid["document_type"].to_list() == ["refund", "payment", "payment"]
    (source,) = [source for source in result.sources if source.object == "payment"]
    assert source.skipped == {"money that went out of the account": 2}


def test_amounts_that_each_have_a_sign_move_on_an_account_whatever_the_columns_are_called(
    tmp_path: Path,
) -> None:
    names = ("QUARROW OY", "BELLFAST OY", "TRINDLE OY", "VEXMOOR OY")
    rows = [
        f"{day:02}.03.2026;{day:02}.03.2026;+{1200 + day},50;710;{names[day % 4]};7700{day}"
        for day in range(1, 9)
    ]
    rows += ["11.03.2026;11.03.2026;-310,00;700;RENT OF MARCH;", "12.03.2026;12.03.2026;-4211,90;700;WAGES;"]
    (tmp_path / "aa.csv").write_text("\n".join(["Zrk;Olm;Vlm;Prt;Kvd;Mrn", *rows]), encoding="utf-8")
    (tmp_path / "accounts.csv").write_text(
        "Account ID,Name,City\n" + "".join(f"A{at},{name},Oulu\n" for at, name in enumerate(names))
    )
    result = read(tmp_path)
    paid = result.documents.filter(object="payment")
    assert sorted(paid["amount_value"]) == [1200.5 + day for day in range(1, 9)]
    (source,) = [source for source in result.sources if source.object == "payment"]
    assert source.skipped == {"money that went out of the account": 2}


def test_differences_without_a_day_are_no_movements(tmp_path: Path) -> None:
    rows = [f"A{at},Quarrow {at} Ltd,{sign}{at}5.20" for at, sign in enumerate("+-+-+-", 1)]
    (tmp_path / "aa.csv").write_text("\n".join(["Account ID,Name,Change", *rows]))
    result = read(tmp_path)
    assert result.documents.is_empty() and result.records.height == 6
