"""The data model of a run: columns, how filled, in which form, how often right, and who is authoritative."""

from __future__ import annotations

import csv

import pytest

from sot.cli.errors import run as sot

CRM = """Id,Name,BillingCity,Phone,Type,OwnerId,SystemModstamp
0015g00000ABCDEAA2,Brightwater Farms Ltd,Leeds,,Customer,005x,2026-01-01T00:00:00.000Z
0015g00000ABCDFAA2,Quillfeather Press Inc,Boston,,Customer,005x,2026-01-01T00:00:00.000Z
0015g00000ABCDGAA2,Umberland Steel GmbH,,,Prospect,005x,2026-01-01T00:00:00.000Z
"""
LEDGER = """Internal ID,ID,Name,Billing City,Tax Number,Inactive,Currency
101,C1,Brightwater Farms Limited,Leeds,GB980780684,No,GBP
102,C2,QUILLFEATHER PRESS INC,Chelsea,,No,USD
"""
INVOICES = """Internal ID,Date,Document Number,Customer,Customer Internal ID,Amount,Amount Remaining,Status,Currency
901,1/31/2026,INV001,Brightwater Farms Limited,101,100.00,0.00,Paid In Full,GBP
902,2/28/2026,INV002,Quillfeather Press Inc,102,250.50,,Open,USD
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], dict[str, str]]:
    folder = tmp_path_factory.mktemp("model")
    (folder / "exports").mkdir()
    (folder / "exports" / "Account.csv").write_text(CRM)
    (folder / "exports" / "customers.csv").write_text(LEDGER)
    (folder / "exports" / "invoices.csv").write_text(INVOICES)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert sot(["dedupe", "exports", "--quiet"]) == 0
    with (folder / "sot-out" / "data_model.csv").open(newline="", encoding="utf-8") as file:
        return {(row["system"], row["object"], row["field"]): row for row in csv.DictReader(file)}


def test_each_field_says_its_column_and_how_filled_it_is(
    model: dict[tuple[str, str, str], dict[str, str]],
) -> None:
    city = model["salesforce", "account", "city"]
    assert (city["column"], float(city["filled"]), city["distinct"]) == ("BillingCity", 0.6667, "2")
    remaining = model["netsuite", "invoice", "open_amount"]
    assert (remaining["column"], float(remaining["filled"])) == ("Amount Remaining", 0.5)
    assert float(model["salesforce", "account", "phone"]["filled"]) == 0
    assert ("salesforce", "account", "tax_id") not in model


def test_the_form_is_a_shape_or_text(model: dict[tuple[str, str, str], dict[str, str]]) -> None:
    assert model["netsuite", "invoice", "number"]["form"] == "AAA999 (100 %)"
    assert model["netsuite", "account", "name"]["form"] == "text"


def test_agreement_is_the_share_of_customers_whose_golden_value_the_system_holds(
    model: dict[tuple[str, str, str], dict[str, str]],
) -> None:
    assert float(model["netsuite", "account", "tax_id"]["agrees"]) == 1
    assert float(model["salesforce", "account", "name"]["agrees"]) == 1, (
        "Ltd and Limited are one name as compared"
    )
    cities = {
        system: float(model[system, "account", "city"]["agrees"]) for system in ("salesforce", "netsuite")
    }
    assert cities == {"salesforce": 0.5, "netsuite": 1.0}, "accounting is right about addresses"
    assert model["netsuite", "invoice", "amount"]["agrees"] == ""


def test_authority_is_the_rank_of_the_governance(model: dict[tuple[str, str, str], dict[str, str]]) -> None:
    assert model["netsuite", "account", "tax_id"]["authority"] == "1"
    assert model["salesforce", "account", "name"]["authority"] == "1"
    assert model["netsuite", "account", "name"]["authority"] == "2"
    assert model["netsuite", "account", "account_number"]["authority"] == ""
