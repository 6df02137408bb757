"""Candidate pairs on an engine: workers make the keys of whole records by the rules' own SQL; keys meet in a join."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb
import polars as pl

from sot.engine.batches import type_of
from sot.engine.protocol import Columns, Engine
from sot.errors import RulesError
from sot.match.candidates.blocking import NEIGHBOURS, cap_of, share_found
from sot.match.on_engine.naming import Listed
from sot.model.matching import BlockingReport
from sot.rules.matching import BLOCKING, BlockingRule, BlockingRules

c = pl.col
S, LONG, N = pl.String, pl.Int64, pl.Int32

_RECORD = (
    "name", "words", "squashed", "domain", "domain_core", "phone", "mailbox", "tax_id", "registration", "postcode",
    "city", "house", "street",
)  # fmt: skip
_LONG: Columns = {
    "uid": LONG, "what": S, "system": S, **dict.fromkeys(_RECORD, S), "reference": LONG, "text": S, "nth": N,
    "bits": pl.Float32, "bearers": LONG,
}  # fmt: skip
_KEYS: Columns = {"uid": LONG, "rule": N, "key": LONG, "told": LONG}
_ACROSS = re.compile(r"\bgroup\s+by\b|\bover\s*\(|\bhaving\b|\blimit\b", re.IGNORECASE)
"""SQL that looks at more than one record."""


def candidates(engine: Engine, listed: Listed) -> list[BlockingReport]:
    """Make `candidate` (uid_l, uid_r, rules), and give the reports of the rules, as blocking in the process does."""
    rules = listed.bundle.open().get(BLOCKING, BlockingRules)
    small = listed.records <= rules.small_records
    chosen = tuple(rule for rule in rules.rules if small or rule.tier == "always")
    require_by_record(chosen)
    caps = [cap_of(rule, rules, small) for rule in chosen]
    engine.apply("key_", _long(), _Keys(chosen), _KEYS, by="uid")
    # Keys of a rule that tells a name beside them count where records of several names have them.
    engine.sql(
        "block_",
        """select rule, key, count(*) as size from key_ group by rule, key
           having count(*) > 1 and (min(told) is null or min(told) < max(told))""",
    )
    reports = _reports(engine, chosen, caps)
    cap = " ".join(f"when {number} then {cap}" for number, cap in enumerate(caps))
    engine.sql(
        "block_key",
        f"""select k.uid, k.rule, k.key from key_ k join block_ b on k.rule = b.rule and k.key = b.key
            where b.size <= case b.rule {cap} end""",
    )
    near = ""
    if small and rules.neighbours:
        near = _neighbours(engine, len(chosen), rules.neighbours)
        pairs = engine.small("select count(*) as n from neighbour").item()
        reports.append(BlockingReport(NEIGHBOURS, 2, int(pairs), 2, 0, 0))
    bit = " ".join(f"when {number} then {1 << number}" for number in range(len(chosen)))
    engine.sql(
        "candidate",
        f"""select uid_l, uid_r, bit_or(bit) as rules from (
                select l.uid as uid_l, r.uid as uid_r, cast(case l.rule {bit} end as bigint) as bit from block_key l
                join block_key r on l.key = r.key and l.rule = r.rule and l.uid < r.uid {near}) t
            group by uid_l, uid_r""",
    )
    engine.drop("key_", "block_", "block_key", "in_order", "neighbour")
    return reports


def count_finds(
    engine: Engine, reports: Sequence[BlockingReport], least: float
) -> tuple[tuple[BlockingReport, ...], float]:
    """Give the reports with what each rule found among the pairs of at least the probability `least`; see blocking."""
    counts = engine.small(
        f"""select k.rules, count(*) as pairs, count(p.uid_l) as links from candidate k
            left join (select uid_l, uid_r from pairs where match_probability >= {least}) p
            on k.uid_l = p.uid_l and k.uid_r = p.uid_r group by k.rules"""
    )
    counted = []
    for number, report in enumerate(reports):
        mine = counts.filter((c("rules") // 2**number) % 2 == 1)
        alone = counts.filter(c("rules") == 2**number)
        counted.append(
            replace(
                report, pairs=_sum(mine, "pairs"), links=_sum(mine, "links"), links_alone=_sum(alone, "links")
            )
        )
    bits = counts["rules"].bitwise_count_ones()
    total, once, twice = (_sum(counts.filter(mask), "links") for mask in (bits > 0, bits == 1, bits == 2))
    return tuple(counted), share_found(total, once, twice)


def _sum(table: pl.DataFrame, column: str) -> int:
    return int(table[column].sum())


def require_by_record(rules: tuple[BlockingRule, ...]) -> None:
    """Refuse rules that look at several records at once: a worker has but some of them."""
    for rule in rules:
        if rule.by_record is None and _ACROSS.search(rule.keys):
            raise RulesError(
                f"{BLOCKING}: the blocking rule '{rule.name}' looks at several records at once, and has no by_record",
                "write the keys of single records (uid, key, told) under by_record, or use the default engine",
            )


def _long() -> str:
    """Give the query of all that the rules may ask of records, a row for each thing."""
    none = {
        name: f"cast(null as {type_of(kind)[1]}) as {name}"
        for name, kind in _LONG.items()
        if name not in ("uid", "what")
    }

    def rows(what: str, table: str, **values: str) -> str:
        columns = {**none, **{name: f"{value} as {name}" for name, value in values.items()}}
        return f"select uid, '{what}' as what, {', '.join(columns.values())} from {table}"

    own = dict(zip(("system", *_RECORD, "reference"), ("system", *_RECORD, "reference"), strict=True))
    return " union all ".join(
        (
            rows("record", "record", **own),
            rows("token", "token", text="token", nth="nth", bits="bits", bearers="bearers"),
            rows("alias", "alias", text="squashed"),
            rows("acronym", "acronym", text="initials"),
        )
    )


@dataclass(frozen=True)
class _Keys:
    """The keys of whole records, by the rules' own SQL."""

    rules: tuple[BlockingRule, ...]

    def __call__(self, rows: pl.DataFrame) -> pl.DataFrame:
        parts = {what: rows.filter(c("what") == what) for what in ("record", "token", "alias", "acronym")}
        tables = {
            "record": parts["record"].select("uid", "system", *_RECORD, "reference"),
            "token": parts["token"].select("uid", "bits", "bearers", token="text", rank="nth"),
            "alias": parts["alias"].select("uid", squashed="text"),
            "acronym": parts["acronym"].select("uid", initials="text"),
        }
        with duckdb.connect() as con:
            for name, table in tables.items():
                con.register(f"given_{name}", table.to_arrow())
                con.execute(f"create temp table {name} as from given_{name}")
            queries = [
                f"""select distinct uid, {number}::integer as rule, (hash(key, {number}) >> 1)::bigint as key,
                           {"(hash(told) >> 1)::bigint" if rule.by_record else "null::bigint"} as told
                    from ({rule.by_record or rule.keys}) where key is not null"""
                for number, rule in enumerate(self.rules)
            ]
            blocks: pl.DataFrame = con.sql(" union all ".join(queries)).pl()
            return blocks


def _reports(engine: Engine, rules: tuple[BlockingRule, ...], caps: list[int]) -> list[BlockingReport]:
    cap = " ".join(f"when {number} then {cap}" for number, cap in enumerate(caps))
    counts = engine.small(
        f"""select rule, sum(case when size <= cap then 1 else 0 end) as kept, max(size) as largest,
                   sum(case when size > cap then 1 else 0 end) as cut,
                   sum(case when size > cap then size else 0 end) as records
            from (select rule, size, case rule {cap} end as cap from block_) t group by rule"""
    )
    sizes = {row[0]: (int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in counts.iter_rows()}
    return [
        BlockingReport(rule.name, caps[number], *sizes.get(number, (0, 0, 0, 0)))
        for number, rule in enumerate(rules)
    ]


def _neighbours(engine: Engine, number: int, window: int) -> str:
    """Make `neighbour`: each name with each of its next `window` names in alphabetical order; give them as SQL."""
    steps = ", ".join(
        f"lead(uid, {step}) over (order by squashed, uid) as next_{step}" for step in range(1, window + 1)
    )
    engine.sql("in_order", f"select uid, {steps} from record where squashed is not null")
    each = " union all ".join(
        f"""select least(uid, next_{step}) as uid_l, greatest(uid, next_{step}) as uid_r from in_order
            where next_{step} is not null"""
        for step in range(1, window + 1)
    )
    engine.sql("neighbour", each)
    return f" union all select uid_l, uid_r, cast({1 << number} as bigint) from neighbour"
