"""The definitions of exceptions, as cases, and what follows from taking a cause away."""

from __future__ import annotations

import pytest
from pydantic import RootModel

from sot.rule_cases.handoffs import HandoffCase, exceptions, failures
from sot.rules import Rulebook
from sot.rules.project import Settings

NAME = "cases/handoffs_definitions.yaml"
RULES, SETTINGS = Rulebook(), Settings()


def test_every_case_is_as_it_says() -> None:
    assert failures(NAME, RULES, SETTINGS) == []


def test_a_case_that_is_wrong_is_reported() -> None:
    case = RULES.get(NAME, RootModel[tuple[HandoffCase, ...]]).root[0]
    assert exceptions([case], RULES, SETTINGS) == [["won_not_invoiced D1"]]


INVOICE = {
    "id": "I1", "object": "invoice", "state": "invoice_open", "amount": "1000", "net": "1000", "open": "1000",
    "date": "2026-02-20", "due": "2026-03-20", "currency": "EUR", "deal_ref": "D1",
}  # fmt: skip
DEAL = {
    "id": "D1",
    "object": "deal",
    "state": "deal_won",
    "amount": "1000",
    "date": "2026-01-01",
    "currency": "EUR",
}
PROJECT = {
    "id": "P1", "object": "project", "state": "project_done", "start": "2026-02-20", "end": "2026-03-01",
    "deal_ref": "D1",
}  # fmt: skip
PAYMENT = {
    "id": "Z1",
    "object": "payment",
    "amount": "1000",
    "date": "2026-03-10",
    "currency": "EUR",
    "invoice_ref": "I1",
}


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ({"P1": {"start": "2026-01-10"}}, "late_kickoff P1"),
        ({"I1": {"state": "invoice_paid", "open": "0"}, "Z1": PAYMENT}, "overdue I1"),
    ],
)
def test_without_its_cause_an_exception_is_gone_and_no_other(
    change: dict[str, dict[str, str]], gone: str
) -> None:
    def found(changes: dict[str, dict[str, str]]) -> set[str]:
        rows = {row["id"]: row for row in (DEAL, PROJECT, INVOICE)}
        rows |= {name: {**rows.get(name, {}), **cells} for name, cells in changes.items()}
        case = HandoffCase(why="", documents=tuple(rows.values()))
        return set(exceptions([case], RULES, SETTINGS)[0])

    assert found({}) == {"late_kickoff P1", "overdue I1"}
    assert found({}) - found(change) == {gone}
    assert found(change) - found({}) == set()
