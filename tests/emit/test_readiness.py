from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from sot.emit.readiness import State, readiness, warehouse
from sot.rules import Rulebook
from sot.rules.project import CompanySettings
from sot.rules.quality.readiness import NAME, ReadinessRules, WarehouseRule

DEPARTMENTS = {"salesforce": "crm", "netsuite": "finance"}


def state(
    customers: list[tuple[str, list[str], float | None]],
    *,
    repeated: list[tuple[str, str]] = (),  # type: ignore[assignment]
    conflicts: list[tuple[str, str, str]] = (),  # type: ignore[assignment]
    cases: list[tuple[str, str, str]] = (),  # type: ignore[assignment]
) -> State:
    """Give a state; a case is its id, its customer, and the system of both its records (left|right)."""
    return State(
        customers=pl.DataFrame(
            [
                {
                    "customer": golden,
                    "systems": "|".join(systems),
                    "exposure": money,
                    "exposure_currency": "EUR",
                }
                for golden, systems, money in customers
            ],
            schema={
                "customer": pl.String,
                "systems": pl.String,
                "exposure": pl.Float64,
                "exposure_currency": pl.String,
            },
        ),
        repeated=pl.DataFrame(
            list(repeated), schema={"customer": pl.String, "system": pl.String}, orient="row"
        ),
        conflicts=pl.DataFrame(
            list(conflicts),
            schema={"conflict_id": pl.String, "severity": pl.String, "customer": pl.String},
            orient="row",
        ).with_columns(record_ids=pl.lit("netsuite:1|salesforce:2")),
        cases=pl.DataFrame(
            [(case, *systems.split("|"), customer, customer) for case, customer, systems in cases],
            schema=dict.fromkeys(("case_id", "system_l", "system_r", "customer_l", "customer_r"), pl.String),
            orient="row",
        ),
        departments=DEPARTMENTS,
        titles={"salesforce": "Salesforce", "netsuite": "NetSuite"},
    )


def first_handoff(given: State, **company: Any) -> dict[str, Any]:
    rules = Rulebook().get(NAME, ReadinessRules)
    return readiness(given, rules, CompanySettings(**company))["handoffs"][0]


def test_everything_found_and_nothing_left_is_ready() -> None:
    both = [(f"C{i}", ["netsuite", "salesforce"], 10.0) for i in range(20)]
    card = first_handoff(state([*both, ("P", ["salesforce"], None)]))
    assert card["verdict"] == "ready"
    assert (card["customers_from"], card["customers_to"], card["both"]) == (21, 20, 20)
    assert card["rate_to"] == 1.0
    assert card["fixes"] == 0


def test_a_few_fixes_are_counted_one_by_one_and_named() -> None:
    both = [(f"C{i:02}", ["netsuite", "salesforce"], 10.0) for i in range(40)]
    card = first_handoff(
        state(
            both,
            repeated=[("C01", "netsuite")],
            conflicts=[("K1", "blocker", "C02"), ("K2", "warning", "C03"), ("K3", "blocker", "elsewhere")],
            cases=[
                ("Q1", "C04", "netsuite|salesforce"),
                ("Q1", "C05", "salesforce|netsuite"),
                ("Q2", "C06", "netsuite|netsuite"),
                ("Q3", "C07", "asana|salesforce"),
            ],
        )
    )
    assert card["verdict"] == "after_fixes"
    assert {step["step"]: step["count"] for step in card["steps"]} == {
        "blockers": 1,
        "cases": 1,
        "duplicates": 1,
        "missing": 0,
    }
    assert card["fixes"] == 3
    assert len(card["reasons"]) == 3


def test_finance_customers_unknown_in_the_crm_make_it_not_ready_and_their_money_uncovered() -> None:
    card = first_handoff(state([("A", ["netsuite"], 70.0), ("B", ["netsuite", "salesforce"], 30.0)]))
    assert card["verdict"] == "not_ready"
    assert card["uncovered"] == {"EUR": 70.0}
    assert card["best"]["step"] == "missing"
    assert "50 % of the finance customers" in card["reasons"][0]


def test_the_best_step_is_worth_most_for_each_fix() -> None:
    both = [(f"C{i:02}", ["netsuite", "salesforce"], float(i)) for i in range(40)]
    given = state(
        both,
        repeated=[("C01", "netsuite"), ("C02", "netsuite")],
        cases=[("Q1", "C39", "netsuite|salesforce")],
    )
    assert first_handoff(given)["best"]["step"] == "cases"


def test_a_department_without_exports_is_said_and_not_judged() -> None:
    rules = Rulebook().get(NAME, ReadinessRules)
    cards = readiness(state([("A", ["netsuite"], None)]), rules, CompanySettings())["handoffs"]
    assert [card["verdict"] for card in cards][1:] == ["unknown", "unknown"]
    assert cards[1]["reasons"] == ["no project system was read"]


@pytest.mark.parametrize(
    ("systems", "revenue", "due"),
    [(4, None, None), (5, None, True), (2, 29_999_999.0, False), (2, 30_000_000.0, True), (5, 1.0, True)],
)
def test_a_warehouse_is_due_from_five_systems_or_thirty_million(
    systems: int, revenue: float | None, due: bool | None
) -> None:
    rule = WarehouseRule(core_systems=5, yearly_revenue=30_000_000)
    told = warehouse(rule, CompanySettings(yearly_revenue=revenue), [f"s{i}" for i in range(systems)])
    assert told["due"] is due
    assert told["core_systems"] == systems
