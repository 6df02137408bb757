"""Candidate pairs: records that share a key of a blocking rule, each pair once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import duckdb
import polars as pl

from sot.model.matching import BlockingReport
from sot.rules.matching import BlockingRule, BlockingRules

NEIGHBOURS = "neighbours in alphabetical order"


def candidate_pairs(con: duckdb.DuckDBPyConnection, rules: BlockingRules) -> list[BlockingReport]:
    """Make the table candidate(uid_l, uid_r, rules) from the tables record, token and alias.

    `rules` is a bit per rule that found the pair, in the order of the rules that ran; uid_l < uid_r. Gives a report
    for each of them, in that order, whose finds are not counted yet.
    """
    records = int(con.sql("select count(*) from record").fetchall()[0][0])
    small = records <= rules.small_records
    chosen = [rule for rule in rules.rules if small or rule.tier == "always"]
    con.execute("create or replace temp table block_key (uid integer, key ubigint, rule utinyint)")
    report = [_keys(con, i, rule, cap_of(rule, rules, small)) for i, rule in enumerate(chosen)]
    if small:
        report.append(_neighbours(con, len(chosen), rules.neighbours))
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
    con.execute(
        "create or replace temp table link_rules as select rules from candidate semi join link using (uid_l, uid_r)"
    )
    con.unregister("link")
    bits = [f"(1::bigint << {number})" for number in range(len(reports))]
    mine, alone = (
        ", ".join(f"count(*) filter ({condition.format(bit)})" for bit in bits)
        for condition in ("rules & {} > 0", "rules = {}")
    )
    # One look at the table for all rules: a query costs more than a small list does.
    pairs, linked, only = (
        con.sql(f"select {counts} from {table}").fetchall()[0] if reports else ()
        for counts, table in ((mine, "candidate"), (mine, "link_rules"), (alone, "link_rules"))
    )
    counted = [
        replace(report, pairs=int(pairs[i]), links=int(linked[i]), links_alone=int(only[i]))
        for i, report in enumerate(reports)
    ]
    total, once, twice = con.sql("""
        select count(*), count(*) filter (bit_count(rules) = 1), count(*) filter (bit_count(rules) = 2) from link_rules
    """).fetchall()[0]
    return tuple(counted), share_found(total, once, twice)


def share_found(total: int, once: int, twice: int) -> float:
    """Give the share of all links that were found, by how many rules found each: one alone, or two."""
    unseen = once * (once - 1) / (2 * (twice + 1))
    return float(total / (total + unseen)) if total else 1.0


def shared_keys(
    con: duckdb.DuckDBPyConnection, rules: BlockingRules, uid_l: int, uid_r: int
) -> list[dict[str, Any]]:
    """Tell for each rule that runs whether two records share a key, how many records have it, and the cap."""
    small = int(con.sql("select count(*) from record").fetchall()[0][0]) <= rules.small_records
    shared = []
    con.execute("create or replace temp table block_key (uid integer, key ubigint, rule utinyint)")
    for i, rule in enumerate(rule for rule in rules.rules if small or rule.tier == "always"):
        cap = cap_of(rule, rules, small)
        _keys(con, i, rule, cap)
        size = con.sql(f"""
            select min(size) from block where key in (
                select key from rule_key where uid = {uid_l} intersect select key from rule_key where uid = {uid_r}
            )
        """).fetchall()[0][0]
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


def cap_of(rule: BlockingRule, rules: BlockingRules, small: bool) -> int:
    """Give how many records may share a key of `rule`, in a list that is small or not."""
    return rule.cap if small else max(6, int(rule.cap * rules.large_cap_share))


def _keys(con: duckdb.DuckDBPyConnection, number: int, rule: BlockingRule, cap: int) -> BlockingReport:
    con.execute(f"""
        create or replace temp table rule_key as
        select distinct uid, hash(key, {number}) as key from ({rule.keys}) where key is not null
    """)
    con.execute(
        "create or replace temp table block as select key, count(*) as size from rule_key group by key having size > 1"
    )
    con.execute(f"""
        insert into block_key select uid, key, {number} from rule_key
        semi join (select key from block where size <= {cap}) using (key)
    """)
    keys, largest, cut, cut_records = con.sql(f"""
        select count(*) filter (size <= {cap}), coalesce(max(size), 0), count(*) filter (size > {cap}),
               coalesce(sum(size) filter (size > {cap}), 0) from block
    """).fetchall()[0]
    return BlockingReport(rule.name, cap, keys, largest, cut, int(cut_records))


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
