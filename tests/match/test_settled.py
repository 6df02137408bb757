"""Which differences a list shows to be of one customer, from the telephones of sure pairs."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sot.match.scoring.levels import numbered
from sot.match.scoring.settled import WITNESSED, settled
from sot.model.matching import Settled
from sot.rules import Rulebook
from sot.rules.matching import ComparisonRules, Thresholds

COMPARISONS = Rulebook().get("matching/comparisons.yaml", ComparisonRules)
RULES = Rulebook().get("matching/thresholds.yaml", Thresholds).settling
LEVELS = {
    each.name: {level.when: level.name for _, level in numbered(each)} for each in COMPARISONS.comparisons
}
SAME = LEVELS["name_form"]["name_form = same_words"]
SPELLED = LEVELS["name_form"]["name_form = other_spelling"]
PART = LEVELS["name_form"]["name_form = own_parts"]
TOWN = next(
    name for when, name in LEVELS["place"].items() if when.startswith("same(town) and not other(postcode)")
)
HOUSE = next(
    name for when, name in LEVELS["place"].items() if when.startswith("same(house) and same(street)")
)
ELSEWHERE = LEVELS["place"]["other(town)"]


def shown(name: str, place: str, known: int, agree: int, usual: float = 0.85) -> Settled:
    rows = [("phone", SAME, TOWN, 10_000, round(10_000 * usual)), ("phone", name, place, known, agree)]
    return settled(pl.DataFrame(rows, WITNESSED, orient="row"), COMPARISONS, RULES)


def test_two_spellings_whose_telephones_agree_as_usual_are_of_one_customer_there_and_nearer() -> None:
    made = shown(SPELLED, TOWN, 500, 425)
    assert {(SPELLED, TOWN), (SPELLED, HOUSE)} <= set(made)
    assert {name for name, _ in made} == {SPELLED}


@pytest.mark.parametrize(
    ("name", "place", "known", "agree"),
    [
        (SPELLED, TOWN, 500, 350),  # one in six is another customer
        (SPELLED, TOWN, RULES.least - 1, RULES.least - 1),
        (SPELLED, ELSEWHERE, 500, 500),
        (PART, TOWN, 500, 500),  # parts of a group share telephones
        (SAME, TOWN, 500, 500),  # nobody is asked
    ],
)
def test_other_differences_are_asked_about(name: str, place: str, known: int, agree: int) -> None:
    assert shown(name, place, known, agree) == ()


def test_what_is_shown_in_a_house_is_not_shown_of_a_town() -> None:
    assert (SPELLED, TOWN) not in shown(SPELLED, HOUSE, 500, 425)


@given(known=st.integers(1, 2000), share=st.floats(0, 1), more=st.integers(0, 500))
def test_more_agreement_never_brings_a_question_back(known: int, share: float, more: int) -> None:
    agree = round(known * share)
    assert set(shown(SPELLED, TOWN, known, agree)) <= set(
        shown(SPELLED, TOWN, known, min(agree + more, known))
    )


def test_without_telephones_nothing_is_shown() -> None:
    assert settled(pl.DataFrame(schema=WITNESSED), COMPARISONS, RULES) == ()
