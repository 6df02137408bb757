"""Projects that no deal explains go with deals that have none, where nothing else is left."""

from __future__ import annotations

from sot.handoffs.links.evidence import Evidence, Side
from sot.handoffs.links.solver import Customer
from sot.rules import Rulebook
from sot.rules.handoffs import load_linking

RULES = load_linking(Rulebook())
WORDS = {word: 3.0 for word in ("salary", "benchmark", "compensation", "study", "firewall", "review")}
EVIDENCE = Evidence(
    RULES.window["deal_project"],
    RULES.equal,
    RULES.near,
    RULES.instalments,
    RULES.recurring,
    WORDS,
    {},
    6.0,
    14,
)


def deal(doc: int, day: int, text: str) -> Side:
    return Side(doc, day, (9000.0,), 9000.0, frozenset(text.split()), None)


def project(doc: int, day: int, text: str) -> Side:
    return Side(doc, day, (), 0.0, frozenset(text.split()), None)


def linked(deals: list[Side], projects: list[Side]) -> list[tuple[int, int, str, float]]:
    made = Customer(deals, projects, EVIDENCE).leftovers()
    return [(each.l, each.r, each.linked_by, each.probability) for each in made]


def test_the_only_ones_left_are_linked_in_doubt_whatever_they_are_called() -> None:
    left = linked([deal(1, 0, "salary benchmark")], [project(7, 20, "compensation study")])
    assert left == [(1, 7, "only_candidate", RULES.least)]
    assert RULES.least < RULES.doubt_below


def test_one_that_began_long_after_the_win_is_of_another_deal() -> None:
    assert linked([deal(1, 0, "salary benchmark")], [project(7, 190, "compensation study")]) == []


def test_of_two_deals_neither_is_that_of_a_project_that_is_called_like_none() -> None:
    deals = [deal(1, 0, "salary benchmark"), deal(2, 4, "firewall review")]
    assert linked(deals, [project(7, 20, "compensation study")]) == []


def test_a_deal_that_is_not_won_has_no_project_of_another_name() -> None:
    asked = deal(1, 0, "salary benchmark")
    asked.sure = False
    assert linked([asked], [project(7, 20, "compensation study")]) == []
