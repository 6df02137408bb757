"""Each case asks one plain question, says how it is now, can wait, and can take in another record."""

import pytest

from sot.errors import UsageError
from sot.review.filters import Filter, parse
from sot.review.question import joined, question, state_now
from tests.review.making import plain, session, written


@pytest.mark.parametrize(
    ("case_id", "asked", "now"),
    [
        ("Q1", "Do all these records belong to Acme Roofing Inc? They are joined now.", "joined now"),
        ("Q2", "Are Globex Boston and Globex Canada one customer? They are apart now.", "apart now"),
        ("V1", "Which address of Acme Roofing Inc is right?", ""),
    ],
)
def test_a_case_states_its_question_and_how_it_is_now(tmp_path, case_id, asked, now):
    case = session(tmp_path).board.case(case_id)
    assert (question(case), state_now(case)) == (asked, now)


def test_decisions_that_contradict_are_neither_joined_nor_apart(tmp_path):
    open_ = session(tmp_path)
    shown = open_.detail(open_.board.case("V1"))
    assert joined(shown.case) is None


def test_a_case_that_is_put_off_waits_for_all_until_its_day(tmp_path):
    ada, bob = session(tmp_path), session(tmp_path, "bob")
    case = ada.board.case("Q2")
    ada.put_off(case, "2026-02-05")
    again = session(tmp_path, "bob")
    assert [c.id for c in again.todo(Filter())] == ["Q1", "Q3", "V1"]
    assert "Q2" in [c.id for c in again.todo(parse("state:all"))]
    assert again.waits(case) == "2026-02-05"
    again.clock = lambda: "2026-02-05T08:00:00Z"
    assert "Q2" in [c.id for c in again.todo(Filter())]
    for day in ("2026-01-31", "soon", ""):
        with pytest.raises(UsageError):
            bob.put_off(case, day)


@pytest.mark.parametrize("text", ["erp:3", "Evil & Sons", "evil sons"])
def test_a_record_that_was_not_proposed_is_linked_by_id_or_name(tmp_path, text):
    ada = session(tmp_path)
    shown = ada.detail(ada.board.case("Q2"))
    ada.link(shown, frozenset({("crm", "3")}), text)
    assert plain(written(tmp_path / "decisions.jsonl")) == [("same", ("crm:3", "erp:3"))]
    ada.undo()
    assert plain(written(tmp_path / "decisions.jsonl"))[-1][0] == "revokes"


@pytest.mark.parametrize(
    ("text", "said"), [("acme roofing inc", "several records"), ("erp:77", "no record"), ("", "no record")]
)
def test_what_can_not_be_linked_is_said(tmp_path, text, said):
    ada = session(tmp_path)
    shown = ada.detail(ada.board.case("Q2"))
    with pytest.raises(UsageError, match=said):
        ada.link(shown, frozenset(), text if text != "acme roofing inc" else "roofing")
