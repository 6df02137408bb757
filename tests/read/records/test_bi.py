"""BI tables: figures by label, measure and period; what is left of the customers and totals are marked as such."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sot.model.sources import Import
from tests.read.reading import read, table

CUSTOMERS = [["1", "Müller GmbH"], ["2", "Huber KG"], ["3", "Kaffee Nord OHG"]]


def beside_a_list(tmp_path: Path, name: str, header: list[str], rows: list[list[str]]) -> Import:
    """Read a BI table beside the customers of another system."""
    table(tmp_path / "crm.csv", ["Customer No", "Company"], CUSTOMERS)
    table(tmp_path / name, header, rows)
    return read(tmp_path)


def figures(found: Import) -> list[tuple[str, str, float, str | None]]:
    wanted = found.documents.filter(pl.col("object") == "bi_table").sort(
        "account_name", "date", nulls_last=True
    )
    return wanted.select("account_name", "name", "amount_value", "state").rows()


@pytest.mark.parametrize(
    ("label", "measure", "total", "rest"),
    [
        ("Row Labels", "Sum of Amount", "Grand Total", "(blank)"),
        ("Zeilenbeschriftungen", "Summe von Umsatz", "Gesamtergebnis", "(Leer)"),
        ("Étiquettes de lignes", "Somme de Montant HT", "Total général", "(vide)"),
    ],
)
def test_a_pivot_of_customers_in_three_languages(
    tmp_path: Path, label: str, measure: str, total: str, rest: str
) -> None:
    rows = [["Huber KG", "200.00"], ["Müller GmbH", "100.50"], [rest, "7.00"], [total, "307.50"]]
    found = beside_a_list(tmp_path, "pivot.csv", [label, measure], rows)
    told = {name: (amount, state) for name, _, amount, state in figures(found)}
    assert told["Huber KG"] == (200.0, None)
    assert told["Müller GmbH"] == (100.5, None)
    assert told[rest] == (7.0, "bi_other")
    assert told[total] == (307.5, "bi_total")
    assert {name for _, name, _, _ in figures(found)} == {measure}
    names = found.records.filter(pl.col("object") == "bi_table")["name"].to_list()
    assert sorted(names) == ["Huber KG", "Müller GmbH"]


def test_a_pivot_whose_labels_are_no_customers_is_left_out(tmp_path: Path) -> None:
    rows = [["North", "200.00"], ["South", "100.50"], ["West", "7.00"], ["Grand Total", "307.50"]]
    found = beside_a_list(tmp_path, "pivot.csv", ["Row Labels", "Sum of Amount"], rows)
    assert figures(found) == []
    source = next(one for one in found.sources if one.object == "bi_table")
    assert sum(source.skipped.values()) == 4


def test_a_crosstab_has_a_figure_for_each_period(tmp_path: Path) -> None:
    rows = [["Huber KG", "200.00", "50.00"], ["Müller GmbH", "100.50", ""]]
    found = beside_a_list(
        tmp_path, "revenue report by customer.csv", ["Customer", "Jan 2024", "Feb 2024"], rows
    )
    spans = found.documents.filter(pl.col("object") == "bi_table").sort("account_name", "dated_on")
    assert spans.select("account_name", "amount_value", pl.col("started_on").cast(pl.String)).rows() == [
        ("Huber KG", 200.0, "2024-01-01"),
        ("Huber KG", 50.0, "2024-02-01"),
        ("Müller GmbH", 100.5, "2024-01-01"),
    ]


def test_year_and_month_in_columns_of_their_own(tmp_path: Path) -> None:
    rows = [["Huber KG", "2024", "März", "200.00"], ["Müller GmbH", "2024", "April", "100.50"]]
    found = beside_a_list(tmp_path, "bi_umsatz.csv", ["Kunde", "Jahr", "Monat", "Summe von Umsatz"], rows)
    spans = found.documents.filter(pl.col("object") == "bi_table").sort("account_name")
    assert spans.select("amount_value", pl.col("dated_on").cast(pl.String)).rows() == [
        (200.0, "2024-03-31"),
        (100.5, "2024-04-30"),
    ]


def test_counts_and_shares_are_no_measures(tmp_path: Path) -> None:
    rows = [["Huber KG", "200.00", "3", "66 %"], ["Müller GmbH", "100.50", "1", "34 %"]]
    header = ["Customer", "Sum of Amount", "Number of Orders", "% of Total"]
    found = beside_a_list(tmp_path, "bi_sales.csv", header, rows)
    assert {name for _, name, _, _ in figures(found)} == {"Sum of Amount"}
    assert len(figures(found)) == 2


def test_the_currency_of_a_caption(tmp_path: Path) -> None:
    rows = [["Huber KG", "200.00"], ["Müller GmbH", "100.50"]]
    found = beside_a_list(tmp_path, "bi.csv", ["Customer", "Sum of Revenue (EUR)"], rows)
    bi = found.documents.filter(pl.col("object") == "bi_table")
    assert bi["currency"].unique().to_list() == ["EUR"]
