"""The names of candidate pairs compared, and the pairs that may become links scored, in the workers."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from sot.engine.protocol import Columns, Engine
from sot.match.names.compare import NameComparer, NameEvidence, through_alias
from sot.match.names.vocabulary import Floats, words_of
from sot.match.on_engine.naming import PROFILE, Listed, of_profiles
from sot.match.on_engine.rules import background, comparison_rules, name_rules, policy_rules, threshold_rules
from sot.match.on_engine.values import evidence_columns
from sot.match.scoring.condition_sql import pair_code
from sot.match.scoring.learn_levels import refined
from sot.match.scoring.model import Model
from sot.match.stage import acronym_bits
from sot.match.tables import SUPPORTING, SURE, bits_of, levels_by, supported
from sot.model.kinds import NameForm
from sot.model.matching import Lessons
from sot.rules.bundle import Bundle

c = pl.col
S, LONG, N, F = pl.String, pl.Int64, pl.Int32, pl.Float32
SLACK = 0.01
"""Bits by which the first filter of hopeless pairs, in SQL, is wider than the one that counts, in the worker."""
_COMPARED: Columns = {"a_key": LONG, "b_key": LONG, "bits": F, "form": N, "beside": N}
_PAIR = ("own_bits", "own_form", "own_beside", "alias_bits", "alias_form", "letters", "bearers", "known")


def scored_columns(bundle: Bundle) -> Columns:
    """Give the columns of the table `scored`."""
    each = comparison_rules(bundle).comparisons
    return {
        "uid_l": LONG, "uid_r": LONG, "inside": pl.Boolean, "chance": F, "relative": F, "veto": N,
        **{name: kind for k in each for name, kind in ((f"gamma_{k.name}", N), (f"bits_{k.name}", F))},
    }  # fmt: skip


def compare(engine: Engine, listed: Listed) -> None:
    """Make `named_pair`: candidate pairs with what their names tell, own ones, other ones and initials."""
    engine.sql(
        "own_pair",
        """select k.uid_l, k.uid_r, least(l.key, r.key) as a, greatest(l.key, r.key) as b from candidate k
           join own l on k.uid_l = l.uid join own r on k.uid_r = r.uid where l.key is not null and r.key is not null""",
    )
    engine.sql(
        "any_name", "select uid, key from own where key is not null union all select uid, key from alias"
    )
    engine.sql(
        "alias_pair",
        """select distinct uid_l, uid_r, least(x, y) as a, greatest(x, y) as b from (
               select k.uid_l, k.uid_r, a.key as x, o.key as y from candidate k
               join alias a on k.uid_l = a.uid join any_name o on k.uid_r = o.uid union all
               select k.uid_l, k.uid_r, a.key, o.key from candidate k
               join alias a on k.uid_r = a.uid join any_name o on k.uid_l = o.uid) t""",
    )
    engine.sql(
        "name_pair",
        "select distinct a, b from (select a, b from own_pair union all select a, b from alias_pair) t",
    )
    sides = ", ".join(f"{side}.{name} as {side}_{name}" for side in "ab" for name in PROFILE)
    engine.apply(
        "compared",
        f"select {sides} from name_pair p join profile a on p.a = a.key join profile b on p.b = b.key",
        _Compared(listed),
        _COMPARED,
    )
    engine.sql(
        "alias_best",
        """select uid_l, uid_r, bits, form from (
               select p.uid_l, p.uid_r, k.bits, k.form, row_number() over (partition by p.uid_l, p.uid_r
                      order by k.bits desc, k.form desc) as nth
               from alias_pair p join compared k on p.a = k.a_key and p.b = k.b_key) t where nth = 1""",
    )
    _acronyms(engine, listed)
    engine.sql(
        "named_pair",
        """select k.uid_l, k.uid_r, o.bits as own_bits, o.form as own_form, o.beside as own_beside,
                  x.bits as alias_bits, x.form as alias_form, i.letters, i.bearers, i.known
           from candidate k left join own_pair p on k.uid_l = p.uid_l and k.uid_r = p.uid_r
           left join compared o on o.a_key = p.a and o.b_key = p.b
           left join alias_best x on x.uid_l = k.uid_l and x.uid_r = k.uid_r
           left join initial_pair i on i.uid_l = k.uid_l and i.uid_r = k.uid_r""",
    )
    engine.drop("own_pair", "any_name", "alias_pair", "name_pair", "compared", "alias_best", "initial_pair")


def _acronyms(engine: Engine, listed: Listed) -> None:
    """Make `initial_pair`: pairs of which one name is the initials of the other."""
    rule = name_rules(listed.bundle, listed.records).acronym
    engine.apply(
        "short",
        f"""select r.uid, r.squashed, k.df, k.many from record r left join count_ k on k.token = r.squashed
            where length(r.squashed) between {rule.least} and {rule.longest}""",
        _Short(listed),
        {"uid": LONG, "squashed": S, "known": N},
    )
    engine.sql(
        "initials_of",
        """select initials, count(squashed) as bearers from (
               select distinct a.initials, r.squashed from acronym a join record r on a.uid = r.uid) t
           group by initials""",
    )
    engine.sql(
        "initial_pair",
        """select least(s.uid, a.uid) as uid_l, greatest(s.uid, a.uid) as uid_r, max(length(s.squashed)) as letters,
                  min(i.bearers) as bearers, max(s.known) as known
           from short s join acronym a on a.initials = s.squashed and a.uid <> s.uid
           join initials_of i on i.initials = a.initials
           join candidate k on k.uid_l = least(s.uid, a.uid) and k.uid_r = greatest(s.uid, a.uid)
           group by least(s.uid, a.uid), greatest(s.uid, a.uid)""",
    )
    engine.drop("short", "initials_of")


@dataclass(frozen=True)
class _Short:
    """Which short names are words."""

    listed: Listed

    def __call__(self, named: pl.DataFrame) -> pl.DataFrame:
        known = background(self.listed.bundle)
        counts = (
            named.drop_nulls("df")
            .select(token="squashed", df="df", names="many")
            .unique("token")
            .sort("token")
        )
        counts = counts.join(
            known.tokens.rename({"df": "background"}), on="token", how="left", maintain_order="left"
        )
        counts = counts.with_columns(c("background").fill_null(0))
        rules = name_rules(self.listed.bundle, self.listed.records)
        words = words_of(
            counts,
            self.listed.named,
            known,
            self.listed.duplicates,
            rules,
            policy_rules(self.listed.bundle).part_words,
        )
        known_words = pl.DataFrame({"squashed": counts["token"], "known": words.known.astype(np.int32)})
        return named.join(known_words, on="squashed", how="left").select(
            "uid", "squashed", c("known").fill_null(0)
        )


@dataclass(frozen=True)
class _Compared:
    """Distinct pairs of names with what is known of both (a_…, b_…) to what they tell: the comparer of the process."""

    listed: Listed

    def __call__(self, pairs: pl.DataFrame) -> pl.DataFrame:
        listed = self.listed
        both = pl.concat([pairs.select(**{name: f"{side}_{name}" for name in PROFILE}) for side in "ab"])
        profiles = both.unique("key").sort("key")
        vocabulary, names = of_profiles(profiles, listed)
        keys = profiles["key"].to_numpy()
        left, right = (
            np.searchsorted(keys, pairs[f"{side}_key"].to_numpy()).astype(np.int32) for side in "ab"
        )
        rules = name_rules(listed.bundle, listed.records)
        evidence = NameComparer(vocabulary, names, listed.records, listed.duplicates, rules).compare(
            left, right
        )
        return pairs.select(
            "a_key",
            "b_key",
            bits=pl.Series(evidence.bits),
            form=pl.Series(evidence.form.astype(np.int32)),
            beside=pl.Series(evidence.beside.astype(np.int32)),
        )


def score(engine: Engine, listed: Listed, names: Lessons) -> None:
    """Make `scored` of `named_pair` and `evidence`: pairs that are not hopeless, with Splink's scores.

    `names` is what the list tells of names that several customers bear.
    """
    hopeless = threshold_rules(listed.bundle).prior.hopeless + log2(listed.records)
    _likely(engine, listed, hopeless)
    columns = evidence_columns(listed.bundle)
    sides = ", ".join(f"{side}.{name} as {side}_{name}" for side in "lr" for name in columns)
    engine.apply(
        "scored",
        f"""select {", ".join(f"p.{name}" for name in _PAIR)}, {sides} from likely p
            join evidence l on p.uid_l = l.uid join evidence r on p.uid_r = r.uid""",
        _Scored(listed, hopeless, names),
        scored_columns(listed.bundle),
    )
    engine.drop("likely", "named_pair", "support")


def _likely(engine: Engine, listed: Listed, hopeless: float) -> None:
    """Make `likely`: the named pairs that are not hopeless, seen from afar; most candidates end here."""
    rules = name_rules(listed.bundle, listed.records)
    levels = levels_by(comparison_rules(listed.bundle))
    most = {name: max(level.m for level in levels[name]) for name in SUPPORTING if name in levels}
    bits = {name: f"log2({most[name]} / tf_{name})" if name in most else f"{SURE}" for name in SUPPORTING}
    bits["web_name"] = f"{SURE} * web_name"
    engine.sql(
        "support",
        f"""select uid, {", ".join(sorted(set(SUPPORTING.values())))},
                   {", ".join(f"cast({sql} as float) as b_{name}" for name, sql in bits.items())} from evidence""",
    )
    shared = " + ".join(
        f"case when l.{code} = r.{code} then greatest(l.b_{name}, r.b_{name}) else 0 end"
        for name, code in SUPPORTING.items()
    )
    a = rules.acronym
    chance = f"{a.letters_count} * power(2, -{a.per_letter} * p.letters)"
    initials = f"-log2((p.bearers - 1 + {chance}) / ({listed.names} + {a.letters_count})) - {a.fixed}"
    engine.sql(
        "likely",
        f"""select p.* from named_pair p join support l on p.uid_l = l.uid join support r on p.uid_r = r.uid
            where greatest(coalesce(p.own_bits, 0), coalesce(p.alias_bits - {rules.alias}, -100),
                           coalesce({initials}, -100)) + {shared} >= {hopeless - SLACK}""",
    )


@dataclass(frozen=True)
class _Scored:
    """Pairs with what their names tell and the evidence of both (l_…, r_…) to scores: Splink on a DuckDB here."""

    listed: Listed
    hopeless: float
    names: Lessons

    def __call__(self, pairs: pl.DataFrame) -> pl.DataFrame:
        bundle, columns = self.listed.bundle, evidence_columns(self.listed.bundle)
        both = pl.concat([pairs.select(**{name: f"{side}_{name}" for name in columns}) for side in "lr"])
        evidence = both.unique("uid").sort("uid")
        uid = evidence["uid"].to_numpy()
        left, right = (
            np.searchsorted(uid, pairs[f"{side}_uid"].to_numpy()).astype(np.int32) for side in "lr"
        )
        bits, form = self._names(pairs)
        worth = bits + supported(_shared(evidence, bundle), left, right) >= self.hopeless
        if not worth.any():
            return pl.DataFrame(schema=dict(scored_columns(bundle)))
        table = pl.DataFrame({"join_key_l": left, "join_key_r": right, "bits": bits, "form": form})
        scored = _by_splink(evidence, table.filter(pl.Series(worth)), bundle)
        scored = refined(scored, comparison_rules(bundle), self.names)
        system = evidence["system"]
        at_l, at_r = scored["uid_l"], scored["uid_r"]
        return scored.with_columns(
            uid_l=pl.Series(uid[at_l.to_numpy()]),
            uid_r=pl.Series(uid[at_r.to_numpy()]),
            inside=system.gather(at_l) == system.gather(at_r),
        )

    def _names(self, pairs: pl.DataFrame) -> tuple[Floats, npt.NDArray[np.int8]]:
        """Give the bits and form of each pair by the best of its names, as match.stage does."""
        rules = name_rules(self.listed.bundle, self.listed.records)
        bits = pairs["own_bits"].fill_null(0.0).to_numpy().astype(np.float32, copy=True)
        form = pairs["own_form"].fill_null(0).to_numpy().astype(np.int8)
        aliased = pairs["alias_bits"].is_not_null().arg_true().to_numpy()
        other = pairs.select("alias_bits", "alias_form")[aliased]
        beside = pairs["own_beside"].fill_null(0).to_numpy() > 0
        through_alias(
            NameEvidence(bits, form, beside),
            aliased,
            NameEvidence(other["alias_bits"].to_numpy(), other["alias_form"].to_numpy(), beside[aliased]),
            rules.alias,
        )
        at = pairs["letters"].is_not_null().arg_true().to_numpy()
        if len(at):
            chosen = pairs[at]
            letters, bearers, known = (chosen[name].to_numpy() for name in ("letters", "bearers", "known"))
            worth = acronym_bits(letters, bearers, known, (self.listed.names, rules.acronym))
            more = worth > bits[at]
            bits[at[more]] = worth[more]
            form[at[more]] = np.int8(NameForm.ACRONYM)
        return bits, form


def _shared(evidence: pl.DataFrame, bundle: Bundle) -> tuple[tuple[Any, Floats], ...]:
    """Give the values that records may share, with the bits of each."""
    levels = levels_by(comparison_rules(bundle))
    return tuple(
        (evidence[code].fill_null(0).to_numpy(), bits_of(evidence, name, levels))
        for name, code in SUPPORTING.items()
    )


def _by_splink(evidence: pl.DataFrame, pairs: pl.DataFrame, bundle: Bundle) -> pl.DataFrame:
    local = evidence.drop("house_street").with_columns(
        uid=pl.int_range(pl.len(), dtype=pl.Int32), match_key=pl.lit(0, pl.Int32)
    )
    with duckdb.connect() as con:
        con.register("given_evidence", local.to_arrow())
        con.execute("create table evidence as from given_evidence")
        con.register("given_pairs", pairs.to_arrow())
        con.execute(f"""create table candidate_evidence as
            select join_key_l, join_key_r, {pair_code("bits", "form")} as match_key from given_pairs""")
        return Model(comparison_rules(bundle)).score(con, "candidate_evidence")
