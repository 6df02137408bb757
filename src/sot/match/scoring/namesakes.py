"""How often two customers bear one name: learned from what each system calls its own records.

Inside a system two records of one name are duplicates or namesakes, and their towns tell which. Where hardly a name
is borne twice, an equal name in another system is the same customer; where many are, it may be another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

import polars as pl

from sot.rules.matching_names import NamesakeRules

c = pl.col


@dataclass(frozen=True)
class Namesakes:
    """What a list tells of namesakes: how many names were looked at, and how much more equal names tell, by kind."""

    names: int
    bits: dict[str, float]


def kind_of_name(rules: NamesakeRules, total: pl.Series, body: pl.Series) -> pl.Series:
    """Give the kind of names that tell `total` bits: 0 is the rarest; those of a school or parish are of the last."""
    kind = pl.Series(total.name, [0] * len(total), dtype=pl.Int32)
    for limit in rules.kinds[:-1]:
        kind = kind + ((total < limit.least) | body).cast(pl.Int32)
    return kind


BORNE = """select kind, count(*) as names, sum(case when places > 1 then 1 else 0 end) as apart,
    sum(case when placed > 1 then 1 else 0 end) as placed,
    sum(case when places < 2 and records > 1 and placed < 2 then 1 else 0 end) as unknown
    from (select system, words, kind, count(*) as records, count(place) as placed, count(distinct place) as places
          from named where words <> '' group by system, words, kind) t group by kind"""
"""By kind of names: how many names systems have, how many of these in several places, how many at two records with a
place, how many at several records of which no two have a place. `named` has system, words, kind, place of records."""


def counted_names(named: pl.DataFrame) -> pl.DataFrame:
    """Count the names of records (system, words, kind, place) as BORNE does."""
    return pl.SQLContext(named=named.lazy(), eager=True).execute(BORNE)


def learn_namesakes(counts: pl.DataFrame, systems: int, rules: NamesakeRules) -> Namesakes:
    """Learn how often one name is of several customers from the `counts` of BORNE, of a list of so many `systems`.

    A name counts if several records of a system bear it in different places. Where their places are not known, it
    counts by the shipped share. One system alone tells nothing of the others. A kind of which the list has few names
    is as the others are, in proportion.
    """
    if systems < 2 or counts.is_empty():
        return Namesakes(0, {kind.name: 0.0 for kind in rules.kinds})
    each = {
        int(row["kind"]): {name: float(value) for name, value in row.items()} for row in counts.to_dicts()
    }
    apart, placed = (sum(row[name] for row in each.values()) for name in ("apart", "placed"))
    unknown = (apart + rules.unknown * rules.repeated) / (placed + rules.repeated)
    none = {"names": 0.0, "apart": 0.0, "unknown": 0.0}
    rows = [each.get(number, none) for number in range(len(rules.kinds))]
    seen = [(row["names"], row["apart"] + unknown * row["unknown"]) for row in rows]
    expected = sum(names * kind.share for (names, _), kind in zip(seen, rules.kinds, strict=True))
    believed = rules.worth * sum(kind.share for kind in rules.kinds) / len(rules.kinds)
    tendency = (sum(several for _, several in seen) + believed) / (expected + believed)
    bits = {}
    for (names, several), kind in zip(seen, rules.kinds, strict=True):
        rate = (several + rules.worth * kind.share * tendency) / (names + rules.worth)
        bits[kind.name] = round(min(max(log2(kind.share / rate), -rules.less), rules.more), 4)
    return Namesakes(int(sum(names for names, _ in seen)), bits)
