"""What a steward says of a case becomes exactly the decisions that say it."""

import pytest

from sot.errors import UsageError
from sot.model.kinds import Relation, Verdict
from sot.review.answers import Answer
from tests.review.making import pair, plain, question, record, session, write_run

SAME, DIFFERENT, RELATED, UNSURE = Verdict.SAME, Verdict.DIFFERENT, Verdict.RELATED, Verdict.UNSURE


def shown(opened, case_id):
    return opened.detail(opened.board.case(case_id))


def test_the_records_of_a_case_stand_in_parts_that_hang_together_beyond_doubt(tmp_path):
    detail = shown(session(tmp_path), "Q1")
    assert [key for key in detail.keys] == [("crm", "1"), ("crm", "2"), ("erp", "1")]
    assert detail.parts == (0, 0, 1)


def test_same_is_said_of_all_records_of_the_case(tmp_path):
    opened = session(tmp_path)
    made = opened.answer(shown(opened, "Q1"), Answer(SAME, reason="one phone"))
    assert plain(made) == [("same", ("crm:1", "crm:2", "erp:1"))]
    assert (made[0].steward, made[0].reason, made[0].at) == ("ada", "one phone", "2026-01-31T09:30:00Z")
    assert made[0].evidence


def test_different_parts_every_pair_that_could_join_the_parts(tmp_path):
    opened = session(tmp_path)
    made = opened.answer(shown(opened, "Q1"), Answer(DIFFERENT))
    assert plain(made) == [("different", ("crm:1", "erp:1")), ("different", ("crm:2", "erp:1"))]
    assert opened.state(opened.board.case("Q1")) == "settled"


def test_a_member_that_does_not_belong_leaves_and_the_rest_stays(tmp_path):
    opened = session(tmp_path)
    opened.answer(shown(opened, "Q1"), Answer(SAME))
    made = opened.answer(shown(opened, "Q1"), Answer(DIFFERENT, frozenset({("crm", "2")})))
    assert plain(made) == [
        ("revokes", ("crm:1", "crm:2", "erp:1")),
        ("different", ("crm:2", "crm:1")),
        ("different", ("crm:2", "erp:1")),
        ("same", ("crm:1", "erp:1")),
    ]
    found = opened.decision_state().findings
    assert found.verdict(("crm", "1"), ("erp", "1")) is SAME
    assert found.verdict(("crm", "1"), ("crm", "2")) is DIFFERENT
    assert not found.contradictions


def test_the_selected_records_are_the_parent(tmp_path):
    opened = session(tmp_path)
    made = opened.answer(shown(opened, "Q2"), Answer(RELATED, frozenset({("erp", "2")}), Relation.PARENT))
    assert plain(made) == [("related", ("erp:2", "crm:3"))]
    assert made[0].relation == "parent"


def test_a_changed_mind_replaces_what_was_said(tmp_path):
    opened = session(tmp_path)
    opened.answer(shown(opened, "Q2"), Answer(SAME))
    opened.answer(shown(opened, "Q2"), Answer(DIFFERENT))
    assert opened.decision_state().findings.verdict(("crm", "3"), ("erp", "2")) is DIFFERENT
    assert not opened.decision_state().findings.contradictions


def test_unsure_leaves_the_question_open(tmp_path):
    opened = session(tmp_path)
    opened.answer(shown(opened, "Q2"), Answer(UNSURE))
    assert opened.state(opened.board.case("Q2")) == "unsure"


@pytest.mark.parametrize(
    ("selected", "verdict", "message"),
    [
        ({("crm", "9")}, SAME, "crm:9: not in this case"),
        ({("crm", "3")}, SAME, "two records or more"),
        ({("crm", "3"), ("erp", "2")}, DIFFERENT, "no record is left on the other side"),
    ],
)
def test_answers_that_say_nothing_are_refused(tmp_path, selected, verdict, message):
    opened = session(tmp_path)
    with pytest.raises(UsageError, match=message):
        opened.answer(shown(opened, "Q2"), Answer(verdict, frozenset(selected)))
    assert opened.board.decisions() == []


def test_a_blind_second_steward_never_takes_back_what_another_said(tmp_path):
    first = session(tmp_path)
    first.answer(shown(first, "Q2"), Answer(SAME))
    second = session(tmp_path, "bob", blind=True)
    made = second.answer(shown(second, "Q2"), Answer(DIFFERENT))
    assert plain(made) == [("different", ("crm:3", "erp:2"))]
    assert len(first.decision_state().findings.contradictions) == 1


def test_the_two_records_of_a_question_are_in_two_parts_though_a_third_one_links_them(tmp_path):
    auto = {"gamma_name": 1, "bits_name": 12.0}
    write_run(
        tmp_path / "run",
        [record(f"crm:{i}", "Acme Roofing") for i in (1, 2, 3)],
        ["C1", "C1", "C1"],
        [
            pair(0, 1, 0.99, "auto", **auto),
            pair(0, 2, 0.98, "auto", **(auto | {"bits_name": 9.0})),
            pair(1, 2, 0.9, "doubt", against="place", **auto),
        ],
        [question("Q1", 1, 2, 0.9, "joined, vetoed", "different place")],
    )
    opened = session(tmp_path)
    assert shown(opened, "Q1").parts == (0, 0, 1)
    opened.answer(shown(opened, "Q1"), Answer(DIFFERENT))
    assert opened.state(opened.board.case("Q1")) == "settled"
