import pytest

from sot.decision_log import append
from sot.review.filters import Filter
from sot.review.second_opinion import agreement, kappa, second_cases, words
from sot.review.session import Board, Session
from tests.decision_log.making import decision
from tests.review.making import seen, session


def test_cohens_kappa_of_the_textbook():
    both = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert kappa(both) == pytest.approx(0.4)
    assert kappa([("yes", "yes")] * 3) is None


def test_agreement_counts_first_words_on_shared_pairs():
    log = [
        decision("1", "same", "a", "b", "c", at="2026-01-01"),
        decision("2", "same", "b", "a", at="2026-01-02", steward="bob"),
        decision("3", "different", "b", "c", at="2026-01-02", steward="bob"),
        decision("4", "unsure", "a", "b", "c", at="2026-01-03", revokes="1"),
        decision("5", "same", "x", "y", at="2026-01-03", steward="bob"),
    ]
    assert agreement(log) == [], "ada took her word back herself"
    (found,) = agreement([*log[:3], decision("4", "unsure", "b", "c", steward="eve", revokes="3"), log[4]])
    assert (found.stewards, found.pairs, found.agreed, found.kappa) == (("ada", "bob"), 2, 1, 0.0)
    assert words(found) == "ada and bob: 1 of 2 pairs agree (50 %), Cohen's kappa 0.00"


def test_the_second_steward_decides_blindly_what_the_first_decided(tmp_path):
    first = session(tmp_path)
    log = first.board.log
    append(log, [decision("1", "same", "crm:3", "erp:2"), decision("2", "different", "crm:1", "erp:1")])
    board = Board(first.board.run, log, second_cases, seen)
    ada, bob = Session(board, "ada", blind=True), Session(board, "bob", blind=True)
    assert ada.todo(Filter()) == [], "nobody is asked to second the own word"
    assert [case.asked for case in bob.todo(Filter())] == [
        ((("crm", "3"), ("erp", "2")),), ((("crm", "1"), ("erp", "1")),)
    ]  # fmt: skip
    assert all(not case.why and case.probability is None for case in bob.todo(Filter()))
