"""Money at stake: from where it is taken, what never counts twice, what is never added up."""

from __future__ import annotations

from sot.rules.project import CompanySettings, Settings
from tests.resolve.making import customer, record, resolved


def invoice(system, customer_id, open_amount, currency="EUR", **more):
    return {
        "system": system, "customer_id": customer_id, "object": "invoice", "state": "invoice_open",
        "open_amount_value": open_amount, "currency": currency, **more,
    }  # fmt: skip


def deal(system, customer_id, amount, state="deal_open", currency="EUR"):
    return {
        "system": system, "customer_id": customer_id, "object": "deal", "state": state,
        "amount_value": amount, "currency": currency,
    }  # fmt: skip


def test_open_invoices_count_only_where_there_is_no_balance():
    rows = [
        record("xero:1", "a", "Acme", balance_amount=100.0, currency="EUR"),
        record("netsuite:2", "a", "Acme"),
    ]
    documents = [invoice("xero", "1", 90.0), invoice("netsuite", "2", 30.0), invoice("netsuite", "2", 12.5)]
    found = customer(resolved(rows, documents))
    assert (found["exposure"], found["exposure_currency"]) == (142.5, "EUR")


def test_open_deals_count_and_won_ones_do_not():
    rows = [record("salesforce:1", "a", "Acme")]
    documents = [deal("salesforce", "1", 1000.0), deal("salesforce", "1", 500.0, "deal_won")]
    assert customer(resolved(rows, documents))["exposure"] == 1000.0


def test_the_turnover_of_the_customers_own_business_is_not_ours():
    rows = [record("salesforce:1", "a", "Acme", revenue_amount=5e9), record("xero:2", "a", "Acme")]
    assert customer(resolved(rows))["exposure"] is None


def test_currencies_are_never_added_up():
    rows = [
        record("xero:1", "a", "Acme", balance_amount=100.0, currency="EUR"),
        record("netsuite:2", "a", "Acme", balance_amount=250.0, currency="usd"),
        record("netsuite:3", "a", "Acme", balance_amount=7.0),
    ]
    found = customer(resolved(rows))
    assert (found["exposure"], found["exposure_currency"]) == (250.0, "USD")
    assert found["exposure_other"] == "EUR 100.00|no currency 7.00"
    at_home = customer(resolved(rows, settings=Settings(company=CompanySettings(currency="EUR"))))
    assert (at_home["exposure"], at_home["exposure_currency"]) == (107.0, "EUR")
    assert at_home["exposure_other"] == "USD 250.00"


def test_amounts_without_a_currency_are_in_the_one_of_their_system_or_of_all_others():
    rows = [
        record("business_central:1", "a", "Acme", balance_amount=100.0),
        record("dynamics:2", "a", "Acme"),
        record("sheet:3", "a", "Acme", balance_amount=7.0),
    ]
    documents = [
        *(deal("dynamics", "2", 10.0, currency="DKK") for _ in range(4)),
        *(invoice("business_central", "1", 5.0, currency=None) for _ in range(8)),
        invoice("business_central", "1", 5.0, currency="EUR"),
    ]
    exposed = customer(resolved(rows, documents))
    assert (exposed["exposure"], exposed["exposure_currency"]) == (140.0, "DKK")
    assert exposed["exposure_other"] == "no currency 7.00"
    alone = customer(resolved(rows[1:], documents[:4]))
    assert (alone["exposure"], alone["exposure_currency"]) == (47.0, "DKK")


def test_a_credit_is_money_at_stake_too():
    rows = [
        record("xero:1", "a", "Acme", balance_amount=-40.0, currency="EUR"),
        record("xero:2", "a", "Acme", balance_amount=40.0, currency="EUR"),
    ]
    found = resolved(rows)
    assert customer(found)["exposure"] == 80.0
    assert found.exposure["exposure"].to_list() == [40.0, 40.0]
    assert found.exposure["uid"].to_list() == [0, 1]


def test_documents_of_nobody_count_for_nobody():
    rows = [record("xero:1", "a", "Acme")]
    found = resolved(rows, [invoice("xero", None, 10.0), invoice("netsuite", "1", 10.0)])
    assert customer(found)["exposure"] is None
