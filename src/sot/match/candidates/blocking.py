"""Candidate pairs: records that share a key of a blocking rule, each pair once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from sot.model.matching import BlockingReport
from sot.rules.matching import BlockingRule, BlockingRules

Numbered = tuple[int, BlockingRule, int]
"""A rule, with its number before it and how many records may share a key of it."""
_KEYS_AT_ONCE = 500_000
"""The rules of a small list are done together, up to so many records of all of them: a query takes longer than that."""
NEIGHBOURS = "neighbours in alphabetical order"


def candidate_pairs(con: duckdb.DuckDBPyConnection, rules: BlockingRules) -> list[BlockingReport]:
    """Make the table candidate(uid_l, uid_r, rules) from the tables record, token and alias.

    `rules` is a bit per rule that found the pair, in the order of the rules that ran; uid_l < uid_r. Gives a report
    for each of them, in that order, whose finds are not counted yet.
    """
    parts = _parts(con, rules)
    con.execute("create or replace temp table block_key (uid integer, key ubigint, rule utinyint)")
    report = [done for numbered in parts for done in _keys(con, numbered)]
    if int(con.sql("select count(*) from record").fetchall()[0][0]) <= rules.small_records:
        report.append(_neighbours(con, len(report), rules.neighbours))
    con.execute("""
        create or replace temp table candidate as
        select l.uid as uid_l, r.uid as uid_r, bit_or(1::bigint << l.rule::bigint) as rules
        from block_key l join block_key r on l.key = r.key and l.uid < r.uid group by all
    """)
    return report


def count_finds(
    con: duckdb.DuckDBPyConnection, reports: Sequence[BlockingReport], links: pl.DataFrame
) -> tuple[tuple[BlockingReport, ...], float]:
    """Give the reports with the pairs of each rule, the `links` (uid_l, uid_r) among them, and those it found alone.

    Beside them stands the share of all links that the rules find together, as far as links show it without labels:
    from how many were found by one rule only and by two only follows how many were found by none (Chao 1987, the
    lower bound of the number of unseen; so the share is an upper bound).
    """
    con.register("link", links.select("uid_l", "uid_r").to_arrow())
    # The pairs of the same rules are counted together: that needs one look at a table, and not one for each rule.
    pairs, linked = (
        con.sql(f"select rules, count(*) as pairs from {table} group by rules").pl().to_numpy()
        for table in ("candidate", "candidate semi join link using (uid_l, uid_r)")
    )
    con.unregister("link")
    counted = [
        replace(
            report,
            pairs=_count(pairs, by),
            links=_count(linked, by),
            links_alone=_count(linked, by, alone=True),
        )
        for report, by in zip(reports, (1 << number for number in range(len(reports))), strict=True)
    ]
    rules = np.array([int(several).bit_count() for several in linked[:, 0]], np.int64)
    once, twice = (int(linked[rules == many, 1].sum()) for many in (1, 2))
    return tuple(counted), share_found(int(linked[:, 1].sum()), once, twice)


def _count(counted: npt.NDArray[np.int64], bit: int, alone: bool = False) -> int:
    """Give how many pairs of (rules, pairs) the rule of a bit found, or found alone."""
    hit = counted[:, 0] == bit if alone else counted[:, 0] & bit > 0
    return int(counted[hit, 1].sum())


def share_found(total: int, once: int, twice: int) -> float:
    """Give the share of all links that were found, by how many rules found each: one alone, or two."""
    unseen = once * (once - 1) / (2 * (twice + 1))
    return float(total / (total + unseen)) if total else 1.0


def shared_keys(
    con: duckdb.DuckDBPyConnection, rules: BlockingRules, uid_l: int, uid_r: int
) -> list[dict[str, Any]]:
    """Tell for each rule that runs whether two records share a key, how many records have it, and the cap."""
    shared = []
    con.execute("create or replace temp table block_key (uid integer, key ubigint, rule utinyint)")
    for numbered in _parts(con, rules):
        _keys(con, numbered)
        counted = con.sql(f"""
            select rule, min(size) from block where key in (
                select key from rule_key where uid = {uid_l} intersect select key from rule_key where uid = {uid_r}
            ) group by rule
        """).fetchall()
        sizes = dict(counted)
        for number, rule, cap in numbered:
            size = sizes.get(number)
            shared.append(
                {
                    "rule": rule.name,
                    "why": rule.why,
                    "records": size,
                    "cap": cap,
                    "found": bool(size and size <= cap),
                }
            )
    return shared


def _parts(con: duckdb.DuckDBPyConnection, rules: BlockingRules) -> list[list[Numbered]]:
    """Give the rules that run (number, rule, cap), those together whose keys are made at once."""
    records = int(con.sql("select count(*) from record").fetchall()[0][0])
    small = records <= rules.small_records
    chosen = [rule for rule in rules.rules if small or rule.tier == "always"]
    numbered = [(i, rule, cap_of(rule, rules, small)) for i, rule in enumerate(chosen)]
    together = max(1, _KEYS_AT_ONCE // max(records, 1))
    return [numbered[start : start + together] for start in range(0, len(numbered), together)]


def cap_of(rule: BlockingRule, rules: BlockingRules, small: bool) -> int:
    """Give how many records may share a key of `rule`, in a list that is small or not."""
    return rule.cap if small else max(6, int(rule.cap * rules.large_cap_share))


def _keys(con: duckdb.DuckDBPyConnection, numbered: Sequence[Numbered]) -> list[BlockingReport]:
    """Add the keys of rules to block_key; give what each did."""
    each = " union all ".join(
        f"select distinct uid, hash(key, {number}) as key, {number}::utinyint as rule "
        f"from ({rule.keys}) where key is not null"
        for number, rule, _ in numbered
    )
    cap = "case rule " + " ".join(f"when {number} then {most}" for number, _, most in numbered) + " end"
    con.execute(f"create or replace temp table rule_key as {each}")
    con.execute(
        "create or replace temp table block as "
        "select key, any_value(rule) as rule, count(*) as size from rule_key group by key having size > 1"
    )
    con.execute(f"""
        insert into block_key select uid, key, rule from rule_key
        semi join (select key from block where size <= {cap}) using (key)
    """)
    counts = con.sql(f"""
        select rule, count(*) filter (size <= {cap}), max(size), count(*) filter (size > {cap}),
               coalesce(sum(size) filter (size > {cap}), 0) from block group by rule
    """).fetchall()
    of_rule = {rule: figures for rule, *figures in counts}
    reports = []
    for number, rule, most in numbered:
        keys, largest, cut, cut_records = of_rule.get(number, (0, 0, 0, 0))
        reports.append(BlockingReport(rule.name, most, keys, largest, cut, int(cut_records)))
    return reports


def _neighbours(con: duckdb.DuckDBPyConnection, number: int, window: int) -> BlockingReport:
    """Let each name share a key with each of its next `window` names in alphabetical order."""
    con.execute(f"""
        insert into block_key
        with pair as (
            select uid, lead(uid, step) over (partition by step order by place) as next, step
            from in_order cross join (select unnest(range(1, {window} + 1)) as step)
        )
        select unnest([uid, next]), hash(least(uid, next), greatest(uid, next), {number}), {number}
        from pair where next is not null
    """)
    keys = int(con.sql(f"select count(*) // 2 from block_key where rule = {number}").fetchall()[0][0])
    return BlockingReport(NEIGHBOURS, 2, keys, 2, 0, 0)
