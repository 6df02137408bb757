"""What decisions did to customers is marked; what happened to them without a decision is not."""

from __future__ import annotations

import polars as pl
import pytest

from sot import decision_log
from sot.cluster.golden_ids import assign
from sot.model.decisions import Decision
from sot.workspace.golden_id_ledger import Ledger, churn, no_ledger
from tests.decision_log.making import decision, records

NAMES = ("a", "b", "c", "d")


def changed(before: str, after: str, *decisions: Decision) -> list[tuple[str, str, str, bool]]:
    """Give what changed from one grouping of a, b, c, d ("aabb") to another: names of the customers, why, decided."""
    table = records(NAMES)
    constraints = decision_log.constraints(decisions, table)
    first = assign(_members(before), table, no_ledger())
    second = assign(_members(after), table, Ledger(first.members, no_ledger().redirects), constraints)
    names = dict(zip(second.members["golden_id"], second.members["record_id"], strict=True))
    names |= dict(zip(first.members["golden_id"], first.members["record_id"], strict=True))
    counts = churn(Ledger(first.members, no_ledger().redirects), second.members["golden_id"], second.changes)
    moved = second.changes
    assert counts["merged"] + counts["split"] + counts["decided"] == moved["old"].n_unique()
    return [(names[old], names[new], why, ours) for old, new, why, ours in moved.rows()]


def _members(groups: str) -> pl.DataFrame:
    table = pl.DataFrame(
        {"uid": range(len(groups)), "group": list(groups)}, schema_overrides={"uid": pl.Int32}
    )
    return table.select("uid", pl.col("uid").min().over("group").alias("cluster"))


@pytest.mark.parametrize(
    ("before", "after", "decisions", "decided"),
    [
        ("abcd", "aacd", [], [False]),
        ("abcd", "aacd", [decision("d-1", "same", "a", "b")], [True]),
        ("abcd", "aacd", [decision("d-1", "same", "c", "d")], [False]),
        ("aacd", "abcd", [], [False]),
        ("aacd", "abcd", [decision("d-1", "different", "a", "b")], [True]),
        ("aacd", "abcd", [decision("d-1", "related", "a", "b", relation="group")], [True]),
        ("aacd", "abcd", [decision("d-1", "different", "a", "c")], [False]),
    ],
)
def test_a_change_is_decided_if_the_decision_is_about_it(before, after, decisions, decided):
    assert [ours for *_, ours in changed(before, after, *decisions)] == decided


def test_a_decision_that_was_taken_back_counts_as_its_opposite():
    back = decision("d-2", "unsure", "a", "b", at="2026-02-01T00:00:00Z", revokes="d-1")
    assert [c[3] for c in changed("aacd", "abcd", decision("d-1", "same", "a", "b"), back)] == [True]
    assert [c[3] for c in changed("abcd", "aacd", decision("d-1", "different", "a", "b"), back)] == [True]
    assert [c[3] for c in changed("abcd", "aacd", decision("d-1", "same", "a", "b"), back)] == [False]


def test_what_comes_along_without_a_decision_is_still_reported():
    # a and b are decided; c joins the two by itself.
    found = changed("abcd", "aaad", decision("d-1", "same", "a", "b"))
    assert {(old, ours) for old, _, _, ours in found} == {("b", True), ("c", False)}
    # a and c are parted by decision; d leaves by itself.
    found = changed("aaaa", "aabc", decision("d-1", "different", "a", "c"))
    assert {(why, ours) for _, _, why, ours in found} == {("split", True), ("split", False)}


def test_accepted_pairs_connect_over_several_customers():
    chain = [decision("d-1", "same", "a", "b"), decision("d-2", "same", "b", "c")]
    assert [ours for *_, ours in changed("abcd", "aaad", *chain)] == [True, True]
