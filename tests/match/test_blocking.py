"""What the blocking rules find, and what links tell of what they miss."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from sot.match import match
from sot.match.candidates.blocking import count_finds
from sot.model.matching import BlockingReport
from sot.rules import Rulebook
from tests.match.making import crowd, records


def counted(
    candidates: list[tuple[int, int, int]], links: list[tuple[int, int]]
) -> tuple[float, list[tuple]]:
    rules = [BlockingReport(name, 9, 0, 0, 0, 0) for name in ("first", "second")]
    with duckdb.connect() as con:
        con.execute("create table candidate (uid_l integer, uid_r integer, rules bigint)")
        con.executemany("insert into candidate values (?, ?, ?)", candidates)
        schema = {"uid_l": pl.Int32, "uid_r": pl.Int32}
        finds, share = count_finds(con, rules, pl.DataFrame(links, schema=schema, orient="row"))
    return share, [(find.rule, find.pairs, find.links, find.links_alone) for find in finds]


def test_each_rule_is_told_its_pairs_its_links_and_what_it_found_alone() -> None:
    _, report = counted([(0, 1, 1), (0, 2, 2), (1, 2, 3), (3, 4, 1)], [(0, 1), (1, 2)])
    assert report == [
        ("first", 3, 2, 1),
        ("second", 2, 1, 0),
    ]


@pytest.mark.parametrize(
    ("once", "twice", "unseen"), [(0, 5, 0.0), (4, 2, 4 * 3 / (2 * 3)), (3, 0, 3.0), (1, 0, 0.0)]
)
def test_what_is_unseen_follows_from_what_was_seen_once_and_twice(
    once: int, twice: int, unseen: float
) -> None:
    """Chao's bias-corrected lower bound: f1 (f1 - 1) / (2 (f2 + 1))."""
    pairs = [(i, i + 100, 1 if i < once else 3) for i in range(once + twice)]
    share, _ = counted(pairs, [(a, b) for a, b, _ in pairs])
    assert share == pytest.approx((once + twice) / (once + twice + unseen))


def test_without_links_nothing_is_said_to_be_missed() -> None:
    assert counted([(0, 1, 1)], [])[0] == 1.0


def test_a_run_tells_what_each_rule_found() -> None:
    found = match(records(crowd(200)), Rulebook())
    rules = found.report.blocking
    links = found.pairs.filter(pl.col("match_probability") >= 0.5).height
    assert 0 < found.report.recall_estimate <= 1
    assert all(0 <= rule.links_alone <= rule.links <= rule.pairs for rule in rules)
    assert max(rule.links for rule in rules) <= links
    assert all(rule.largest_block >= 2 or not rule.pairs for rule in rules)
