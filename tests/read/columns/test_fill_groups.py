"""Reports that name a customer in the first row of its group alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.read.reading import one, table

HEADER = ["Account Name", "Opportunity Name", "Stage", "Amount", "Close Date"]
ROWS = [
    ["Garnet Hill Co", "Garnet new", "Closed Won", "100.00", "2024-01-02"],
    ["", "Garnet upsell", "Closed Won", "50.00", "2024-02-02"],
    ["Opal Freight", "Opal new", "Closed Won", "70.00", "2024-03-02"],
    ["", "Opal renewal", "Closed Won", "30.00", "2024-04-02"],
]
GERMAN = ["Kunde", "Rechnungsnummer", "Rechnungsdatum", "Betrag"]


def owners(path: Path) -> list[str | None]:
    return one(path)[1].documents.sort("row")["account_name"].to_list()


def test_groups_with_subtotals(tmp_path: Path) -> None:
    rows = [
        *ROWS[:2],
        ["Subtotal", "", "", "150.00", ""],
        *ROWS[2:],
        ["Subtotal", "", "", "100.00", ""],
        ["Total", "", "", "250.00", ""],
    ]
    path = table(tmp_path / "deals.csv", HEADER, rows)
    assert owners(path) == ["Garnet Hill Co", "Garnet Hill Co", "Opal Freight", "Opal Freight"]
    assert (
        "'Account Name': 2 empty cells are filled from above: the list names each group once"
        in one(path)[0].warnings
    )


def test_groups_in_order(tmp_path: Path) -> None:
    rows = [
        [name, f"R{at}{line}", f"0{line}.02.2024", "10,00"]
        for at, group in enumerate(("Adler AG", "Berg KG", "Cern SE"))
        for line, name in enumerate((group, "", ""), 1)
    ]
    path = table(tmp_path / "Rechnungen.csv", GERMAN, rows, ";")
    assert owners(path) == [name for name in ("Adler AG", "Berg KG", "Cern SE") for _ in range(3)]


@pytest.mark.parametrize(
    "names",
    [
        ["Cern SE", "", "Adler AG", "", "Berg KG", ""],
        ["Adler AG", "Adler AG", "", "Berg KG", "", "Cern SE"],
        ["", "Adler AG", "", "Berg KG", "", "Cern SE"],
        ["Adler AG", "", "", "", "", ""],
        # Payments in the order of their days: one customer is not known.
        ["Adler AG", "Berg KG", "", "Cern SE", "Dorn OHG"],
        ["Adler AG", "Berg KG", "Cern SE", "Dorn OHG", "Ernst AG", "Falk KG", ""],
    ],
    ids=["no order", "named again", "first is empty", "one name", "one gap", "gap at the end"],
)
def test_gaps_that_mean_nothing_stay(names: list[str], tmp_path: Path) -> None:
    rows = [[name, f"R{at}", "01.02.2024", "10,00"] for at, name in enumerate(names)]
    path = table(tmp_path / "Rechnungen.csv", GERMAN, rows, ";")
    assert owners(path) == [name or None for name in names]
