import pytest

from sot.decision_log import constraints, findings, in_force
from sot.errors import RulesError
from sot.model.kinds import Verdict
from tests.decision_log.making import decision, key, records


def pairs(table):
    return set(zip(table["uid_l"].to_list(), table["uid_r"].to_list(), strict=True))


def test_same_is_transitive_and_parts_whole_groups():
    found = findings(
        [
            decision("1", "same", "a", "b"),
            decision("2", "same", "b", "c"),
            decision("3", "different", "c", "d"),
        ]
    )
    assert found.verdict(key("a"), key("c")) is Verdict.SAME
    assert found.verdict(key("a"), key("d")) is Verdict.DIFFERENT
    assert found.verdict(key("a"), key("e")) is None
    assert not found.contradictions


def test_a_verdict_holds_for_every_pair_of_its_records():
    got = constraints([decision("1", "different", "a", "b", "c")], records("abc"))
    assert pairs(got.cannot) == {(0, 1), (0, 2), (1, 2)}
    got = constraints([decision("1", "same", "c", "a", "b")], records("abc"))
    assert pairs(got.must) == {(0, 1), (1, 2)}


def test_related_records_never_merge():
    got = constraints([decision("1", "related", "b", "a", relation="parent")], records("ab"))
    assert pairs(got.cannot) == {(0, 1)}
    assert got.related.rows() == [(1, 0, "1", "parent")], "the first record of the decision is the parent"


def test_a_contradiction_joins_nothing_and_names_every_decision():
    got = constraints(
        [
            decision("1", "same", "a", "b"),
            decision("2", "same", "b", "c"),
            decision("3", "different", "a", "c"),
            decision("4", "same", "x", "y"),
        ],
        records("abcxy"),
    )
    assert got.contradictions == (("1", "2", "3"),)
    assert pairs(got.cannot) == {(0, 2)}
    assert pairs(got.must) == {(3, 4)}


def test_every_way_around_a_parted_pair_is_closed():
    got = findings(
        [
            decision("1", "same", "a", "b"),
            decision("2", "same", "b", "z"),
            decision("3", "same", "a", "z"),
            decision("4", "same", "b", "m"),
            decision("5", "different", "a", "z"),
        ]
    )
    assert got.contradictions == (("1", "2", "5"), ("3", "5"))
    assert got.verdict(key("a"), key("z")) is Verdict.DIFFERENT
    assert got.verdict(key("b"), key("m")) is Verdict.SAME, (
        "what the contradiction does not need stays in force"
    )


def test_related_and_different_of_one_pair_contradict():
    got = findings([decision("1", "related", "a", "b"), decision("2", "different", "b", "a")])
    assert got.contradictions == (("1", "2"),)
    assert got.verdict(key("a"), key("b")) is Verdict.DIFFERENT


def test_a_revocation_takes_back_and_its_revocation_restores():
    one = decision("1", "same", "a", "b")
    undo = decision("2", "unsure", "a", "b", revokes="1")
    redo = decision("3", "unsure", "a", "b", revokes="2")
    assert [d.id for d in in_force([one, undo])] == ["2"]
    assert [d.id for d in in_force([redo, one, undo])] == ["1", "3"]


def test_a_circle_of_revocations_is_an_error():
    with pytest.raises(RulesError, match="1, 2 revoke each other"):
        in_force([decision("1", "same", "a", "b", revokes="2"), decision("2", "same", "a", "b", revokes="1")])


def test_records_that_left_the_exports_are_told_and_still_join():
    got = constraints([decision("1", "same", "a", "gone"), decision("2", "same", "gone", "c")], records("ac"))
    assert pairs(got.must) == {(0, 1)}
    assert got.orphans == (("1", key("gone")), ("2", key("gone")))


def test_unsure_demands_nothing():
    got = constraints([decision("1", "unsure", "a", "b")], records("ab"))
    assert got.must.is_empty() and got.cannot.is_empty()


def test_locked_values_come_in_the_order_of_their_making():
    got = constraints(
        [
            decision("2", "same", "b", field="phone", value="1", at="2026-02-01T00:00:00Z"),
            decision("1", "same", "a", field="phone", value="2", at="2026-03-01T00:00:00Z"),
        ],
        records("ab"),
    )
    assert got.locks.rows() == [(1, "phone", "1", "2"), (0, "phone", "2", "1")]
    assert got.must.is_empty()
