"""Scores to match weights on an engine: the prior, what the list teaches, room for groups, bands.

The prior is learned from counts: pairs whose bits agree to a 256th stand together, at the mean of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from sot.engine.components import components
from sot.engine.protocol import Engine, Kind
from sot.match.on_engine.comparing import scored_columns
from sot.match.on_engine.naming import Listed
from sot.match.on_engine.rules import comparison_rules, policy_rules, threshold_rules
from sot.match.scoring.bands import BorneNames, band
from sot.match.scoring.learn_levels import Counts, lessons, refined, sure_counts
from sot.match.scoring.one_to_one import STANDING, gained, lifted, may_gain, standing_steps, with_room
from sot.match.scoring.posterior import Kinds, probability
from sot.match.scoring.settled import WITNESSED, settled, witnessed
from sot.model.matching import Lessons, Settled
from sot.model.tables import PAIRS

c = pl.col
S, LONG, F64 = pl.String, pl.Int64, pl.Float64
GRAIN = 256


def weigh(engine: Engine, listed: Listed) -> tuple[dict[str, float], Lessons, Settled]:
    """Make `pairs` of `scored`: PAIRS with gamma_ and bits_ columns; give links per record, and what was learned."""
    thresholds, comparisons = threshold_rules(listed.bundle), comparison_rules(listed.bundle)
    scored = scored_columns(listed.bundle)
    possible = _possible(engine, listed)
    links = _learned(engine, listed, possible, "select inside, chance, relative from scored")
    engine.apply(
        "sure", "select * from scored", _Sure(listed, possible, links), {"name": S, "gamma": LONG, "n": LONG}
    )
    counts: Counts = {
        comparison.name: {} for comparison in comparisons.comparisons if comparison.learned is not None
    }
    for name, gamma, many in engine.small(
        "select name, gamma, cast(sum(n) as bigint) as n from sure group by name, gamma"
    ).iter_rows():
        counts[name][gamma] = many
    taught = lessons(counts, comparisons, thresholds.learning)
    shown = _shown(engine, listed, possible, links)
    engine.apply("refined", "select * from scored", _Refined(listed, taught), scored)
    links = _learned(engine, listed, possible, "select inside, chance, relative from refined", links)
    more = dict.fromkeys(("match_weight", "relation_weight", "room", "worth", "least"), F64)
    engine.apply("weighed", "select * from refined", _Weighed(listed, possible, links), {**scored, **more})
    engine.drop("scored", "sure", "refined")
    _standing(engine, thresholds.prior.rival)
    engine.apply(
        "roomy",
        "select * from placed",
        _Roomy(listed),
        {**scored, "relation_weight": F64, "bits_room": F64},
    )
    by_chance = thresholds.prior.room_by_chance
    roomed = f"""select inside, chance + least(bits_room, cast({by_chance} as double)) as chance,
        relative + bits_room as relative from roomy"""
    links = _learned(engine, listed, possible, roomed, links)
    _last(engine, listed, (possible, links, shown))
    engine.drop("placed", "roomy")
    return links, taught, shown


def _shown(engine: Engine, listed: Listed, possible: tuple[float, float], links: dict[str, float]) -> Settled:
    """Give the differences that the list shows to be of one customer, as the pairs of `scored` do."""
    engine.apply("witness", "select * from scored", _Witnessed(listed, possible, links), dict(WITNESSED))
    counts = engine.small(
        """select witness, name, place, cast(sum(known) as bigint) as known, cast(sum(agree) as bigint) as agree
           from witness group by witness, name, place"""
    )
    engine.drop("witness")
    rules = threshold_rules(listed.bundle).settling
    return settled(counts, comparison_rules(listed.bundle), rules)


def _possible(engine: Engine, listed: Listed) -> tuple[float, float]:
    """Give how many pairs of records there are inside the systems, and across them."""
    sizes = (
        engine.small("select system, count(*) as n from whole group by system")["n"].to_numpy().astype(float)
    )
    inside = float((sizes * (sizes - 1) / 2).sum())
    return inside, listed.records * (listed.records - 1) / 2 - inside


def _learned(
    engine: Engine,
    listed: Listed,
    possible: tuple[float, float],
    query: str,
    before: dict[str, float] | None = None,
) -> dict[str, float]:
    """Learn the links per record of each kind of pairs (inside, chance, relative)."""
    grouped = engine.small(
        f"""select inside, count(*) as n, avg(cast(chance as double)) as chance,
                   avg(cast(relative as double)) as relative
            from ({query}) t group by inside, cast(floor(chance * {GRAIN}) as bigint),
                                      cast(floor(relative * {GRAIN}) as bigint)"""
    ).sort("inside", "chance", "relative")
    kinds = _kinds(listed, grouped, possible)
    many = replace(kinds, many=grouped["n"].to_numpy().astype(float))
    return many.learn(
        grouped["chance"].to_numpy().astype(float), grouped["relative"].to_numpy().astype(float), before
    )


def _kinds(listed: Listed, pairs: pl.DataFrame, possible: tuple[float, float]) -> Kinds:
    prior = threshold_rules(listed.bundle).prior
    return Kinds(pairs["inside"].to_numpy().astype(bool), possible, listed.records, prior)


def _bits(pairs: pl.DataFrame) -> tuple[Any, Any]:
    return pairs["chance"].to_numpy().astype(float), pairs["relative"].to_numpy().astype(float)


@dataclass(frozen=True)
class _Sure:
    listed: Listed
    possible: tuple[float, float]
    links: dict[str, float]

    def __call__(self, pairs: pl.DataFrame) -> pl.DataFrame:
        kinds = _kinds(self.listed, pairs, self.possible)
        rules = threshold_rules(self.listed.bundle).learning
        counts = sure_counts(pairs, kinds, self.links, comparison_rules(self.listed.bundle), rules)
        rows = [(name, gamma, many) for name, levels in counts.items() for gamma, many in levels.items()]
        return pl.DataFrame(rows, schema={"name": S, "gamma": LONG, "n": LONG}, orient="row")


@dataclass(frozen=True)
class _Witnessed:
    listed: Listed
    possible: tuple[float, float]
    links: dict[str, float]

    def __call__(self, pairs: pl.DataFrame) -> pl.DataFrame:
        kinds = _kinds(self.listed, pairs, self.possible)
        rules = threshold_rules(self.listed.bundle).settling
        return witnessed(pairs, kinds, self.links, comparison_rules(self.listed.bundle), rules)


@dataclass(frozen=True)
class _Refined:
    listed: Listed
    taught: Lessons

    def __call__(self, pairs: pl.DataFrame) -> pl.DataFrame:
        return refined(pairs, comparison_rules(self.listed.bundle), self.taught)


@dataclass(frozen=True)
class _Weighed:
    listed: Listed
    possible: tuple[float, float]
    links: dict[str, float]

    def __call__(self, pairs: pl.DataFrame) -> pl.DataFrame:
        kinds, prior = _kinds(self.listed, pairs, self.possible), threshold_rules(self.listed.bundle).prior
        chance, relative = _bits(pairs)
        pairs = pairs.with_columns(
            match_weight=pl.Series(kinds.odds(chance, relative, self.links)),
            relation_weight=pl.Series(kinds.relation(chance, relative, self.links)),
        )
        gains = may_gain(pairs, comparison_rules(self.listed.bundle), prior)
        return pairs.with_columns(gains[name].cast(F64) for name in ("room", "worth", "least"))


def _standing(engine: Engine, margin: float) -> None:
    """Make `placed`: the weighed pairs with free and alone; see scoring.one_to_one."""
    components(engine, "group_", "select uid_l, uid_r from weighed where match_weight >= 0")
    components(engine, "twin_", "select uid_l, uid_r from weighed where match_weight >= 0 and inside")
    steps = standing_steps(margin)
    for name, query in steps:
        engine.sql(name, query)
    engine.sql("placed", STANDING)
    engine.drop("weighed", "group_", "twin_", *(name for name, _ in steps))


@dataclass(frozen=True)
class _Roomy:
    listed: Listed

    def __call__(self, pairs: pl.DataFrame) -> pl.DataFrame:
        prior = threshold_rules(self.listed.bundle).prior
        return pairs.with_columns(bits_room=gained(c("free"), c("alone"), prior))


def _last(
    engine: Engine, listed: Listed, learned: tuple[tuple[float, float], dict[str, float], Settled]
) -> None:
    """Weigh the pairs for the last time, and give each its band, and to copies the pairs of what they repeat."""
    evidence: dict[str, Kind] = {"chance": pl.Float32, "relative": pl.Float32}
    for comparison in comparison_rules(listed.bundle).comparisons:
        evidence = evidence | {f"gamma_{comparison.name}": pl.Int32, f"bits_{comparison.name}": pl.Float32}
    columns = {name: LONG if name.startswith("uid") else kind for name, kind in PAIRS.items()}
    engine.sql(
        "borne_name",
        """select w.uid, coalesce(t.bits, cast(0 as float)) as rarest, w.n_legal is not null as registered,
                  o.bare = 1 as bare
           from whole w join own o on w.uid = o.uid
           left join (select uid, bits from token where nth = 1 and body = 0) t on w.uid = t.uid""",
    )
    engine.apply(
        "banded",
        """select w.*, l.rarest as rarest_l, r.rarest as rarest_r, l.registered as registered_l,
                  r.registered as registered_r, l.bare as bare_l, r.bare as bare_r
           from roomy w join borne_name l on w.uid_l = l.uid join borne_name r on w.uid_r = r.uid""",
        _Banded(listed, *learned),
        {**columns, **evidence, "bits_room": pl.Float32},
    )
    rest = ", ".join(
        f"b.{name}" for name in (*PAIRS, *evidence, "bits_room") if name not in ("uid_l", "uid_r")
    )
    engine.sql(
        "pairs",
        f"""select uid_l, uid_r, {rest} from banded b union all
            select b.uid_l, k.uid, {rest} from copies k join banded b on k.of_ = b.uid_l and k.second_ = b.uid_r""",
    )
    engine.drop("banded", "borne_name")


@dataclass(frozen=True)
class _Banded:
    listed: Listed
    possible: tuple[float, float]
    links: dict[str, float]
    shown: Settled

    def __call__(self, pairs: pl.DataFrame) -> pl.DataFrame:
        thresholds, comparisons = threshold_rules(self.listed.bundle), comparison_rules(self.listed.bundle)
        kinds = _kinds(self.listed, pairs, self.possible)
        room = pairs["bits_room"].to_numpy().astype(float)
        more = with_room(*_bits(pairs), room, thresholds.prior)
        weight = lifted(
            kinds.odds(*_bits(pairs), self.links), kinds.odds(*more, self.links), thresholds.prior
        )
        uids = pairs.select("uid_l", "uid_r")
        size = pairs.height
        rarest, registered, bare = (
            np.r_[pairs[f"{name}_l"].to_numpy(), pairs[f"{name}_r"].to_numpy()]
            for name in ("rarest", "registered", "bare")
        )
        names = BorneNames(rarest.astype(np.float32), registered.astype(np.bool_), bare.astype(np.bool_))
        weighed = pairs.drop("inside", pl.selectors.matches("^(rarest|registered|bare)_[lr]$")).with_columns(
            uid_l=pl.int_range(size, dtype=pl.Int32),
            uid_r=pl.int_range(size, 2 * size, dtype=pl.Int32),
            match_weight=pl.Series(weight, dtype=pl.Float32),
            match_probability=pl.Series(probability(weight), dtype=pl.Float32),
            relation_weight=c("relation_weight").cast(pl.Float32),
        )
        bands = policy_rules(self.listed.bundle).bands
        return band(weighed, names, comparisons, bands, self.shown).with_columns(uids)
