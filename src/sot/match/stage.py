"""The flow of matching: prepare, block, compare names, score with Splink, weigh against prior and relatives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import log2
from typing import Any

import duckdb
import numpy as np
import polars as pl

from sot.match.candidates.blocking import candidate_pairs, count_finds
from sot.match.candidates.exact_duplicates import distinct
from sot.match.names.background_frequencies import load_background, load_given_names
from sot.match.names.company_word_typos import respell
from sot.match.names.compare import NameComparer, NameEvidence, through_alias
from sot.match.names.corpus_typos import mended
from sot.match.names.truncated import completed
from sot.match.names.vocabulary import Floats, Ints
from sot.match.scoring.bands import band
from sot.match.scoring.condition_sql import pair_code
from sot.match.scoring.learn_levels import namesake_lessons, refine, refined
from sot.match.scoring.levels import numbered
from sot.match.scoring.model import Model
from sot.match.scoring.namesakes import Namesakes
from sot.match.scoring.one_to_one import lifted, room_bits, with_room
from sot.match.scoring.posterior import Doubles, Kinds, possible_pairs, probability
from sot.match.scoring.settled import settled, witnessed
from sot.match.scoring.splink_settings import splink_settings
from sot.match.tables import Prepared, prepare
from sot.model.kinds import NameForm
from sot.model.matching import Lesson, Lessons, MatchReport, Settled, UsedComparison, UsedLevel, UsedModel
from sot.model.run import Matching
from sot.model.tables import PAIRS
from sot.rules import Rulebook
from sot.rules.matching import SAME_WORDS, BlockingRules, ComparisonRules, Level, Thresholds, starts_with
from sot.rules.matching_names import Acronym, NameRules
from sot.rules.matching_policy import POLICY, Bands, MatchingPolicy
from sot.rules.naming import NameWords
from sot.workspace.safe_write import scratch_folder


def match(records: pl.DataFrame, rules: Rulebook) -> Matching:
    """Score the candidate pairs of normalised `records`: PAIRS with gamma_ and bits_ columns, and the report."""
    comparisons = rules.get("matching/comparisons.yaml", ComparisonRules)
    policy = rules.get(POLICY, MatchingPolicy)
    compared = distinct(records)
    if compared.records.height < 2:
        pairs, report = _no_pairs(comparisons), MatchReport()
    else:
        pairs, report = _compared(compared.records, rules)
    return Matching(
        compared.restored(pairs),
        replace(report, copies=compared.copies.height),
        used_model(comparisons, policy.bands, report.learned),
        compared.copies.select("uid", "of"),
        splink_settings(comparisons, report, compared.records.height),
    )


def _compared(records: pl.DataFrame, rules: Rulebook) -> tuple[pl.DataFrame, MatchReport]:
    names = rules.get("matching/names.yaml", NameRules).at_size(records.height)
    comparisons = rules.get("matching/comparisons.yaml", ComparisonRules)
    blocking = rules.get("matching/blocking.yaml", BlockingRules)
    thresholds = rules.get("matching/thresholds.yaml", Thresholds)
    bands = rules.get(POLICY, MatchingPolicy).bands
    with workbench(records, rules) as (con, ready):
        reports = candidate_pairs(con, blocking)
        hopeless = thresholds.prior.hopeless + log2(records.height)
        candidates = compare_names(con, ready, names, records.height, hopeless)
        _forget_blocking(con)
        scored = Model(comparisons).score(con, "candidate_evidence")
        pairs, per_record, lessons, shown = _weigh(
            con, scored, records, comparisons, thresholds, ready.namesakes
        )
        links = pairs.filter(pl.col("match_probability") >= bands.doubt)
        finds, recall = count_finds(con, reports, links)
    report = MatchReport(
        finds, candidates, pairs.height, per_record, round(recall, 4), lessons, settled=shown
    )
    return band(pairs, ready.borne(records), comparisons, bands, shown), report


def _forget_blocking(con: duckdb.DuckDBPyConnection) -> None:
    """Drop the temporary tables that only blocking and name comparison use: scoring needs their memory."""
    names = con.sql(
        "select table_name from duckdb_tables() where temporary and table_name <> 'candidate'"
    ).fetchall()
    for (name,) in names:
        con.execute(f"drop table {name}")


def _half_of_memory() -> int:
    """Give half of the machine's memory in MB: what DuckDB may take before it goes to disk."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2_000_000


@contextmanager
def workbench(records: pl.DataFrame, rules: Rulebook) -> Iterator[tuple[duckdb.DuckDBPyConnection, Prepared]]:
    """Give a database that holds the tables of `prepare`; its temporary files go when the block ends."""
    names = rules.get("matching/names.yaml", NameRules).at_size(records.height)
    background = replace(
        load_background(rules.path("matching/background_tokens.csv.gz")),
        given=load_given_names(rules.path("matching/given_names.txt.gz")),
    )
    words = rules.get("naming/words.yaml", NameWords)
    with scratch_folder() as folder, duckdb.connect() as con:
        con.execute(f"set temp_directory = '{folder}'; set preserve_insertion_order = false")
        con.execute(f"set memory_limit = '{_half_of_memory()}MB'")
        whole = mended(completed(records, names.cut), words, background.tokens, names)
        ready = prepare(
            con,
            respell(whole, words, background.tokens, names),
            background,
            names,
            rules,
        )
        yield con, ready


def _no_pairs(comparisons: ComparisonRules) -> pl.DataFrame:
    evidence = {
        name: kind
        for comparison in comparisons.comparisons
        for name, kind in ((f"gamma_{comparison.name}", pl.Int8), (f"bits_{comparison.name}", pl.Float32))
    }
    return pl.DataFrame(schema={**dict(PAIRS), **evidence})


def compare_names(
    con: duckdb.DuckDBPyConnection, ready: Prepared, rules: NameRules, records: int, hopeless: float
) -> int:
    """Make the table candidate_evidence(join_key_l, join_key_r, match_key); give the number of all candidate pairs.

    Pairs are left out whose names and shared values together can't lift them above `hopeless` bits.
    """
    comparer = NameComparer(ready.vocabulary, ready.names, records, ready.duplicates, rules)
    pairs = con.sql("select uid_l, uid_r from candidate order by uid_l, uid_r").pl()
    left, right = pairs["uid_l"].to_numpy(), pairs["uid_r"].to_numpy()
    evidence = _distinct(comparer, ready.name_of[left], ready.name_of[right])
    _use_aliases(comparer, ready, left, right, evidence, rules.alias)
    _use_acronyms(con, left, right, evidence, len(ready.names.size), rules.acronym)
    table = pl.DataFrame(
        {"join_key_l": left, "join_key_r": right, "bits": evidence.bits, "form": evidence.form}
    )
    worth = pl.Series(evidence.bits + ready.support(left, right) >= hopeless)
    con.register("handed_over", table.filter(worth).to_arrow())
    con.execute(f"""
        create or replace table candidate_evidence as
        select join_key_l, join_key_r, {pair_code("bits", "form")} as match_key from handed_over
    """)
    con.unregister("handed_over")
    return len(left)


def _distinct(comparer: NameComparer, left: Any, right: Any) -> NameEvidence:
    """Compare each distinct pair of names once."""
    size = np.int64(max(left.max(initial=0), right.max(initial=0)) + 2)
    code = np.minimum(left, right).astype(np.int64) * size + np.maximum(left, right)
    distinct, place = np.unique(code, return_inverse=True)
    a, b = distinct // size, distinct % size
    nobody = distinct < 0
    firsts: Ints = np.where(nobody, -1, a).astype(np.int32)
    seconds: Ints = np.where(nobody, -1, b).astype(np.int32)
    evidence = comparer.compare(firsts, seconds)
    return NameEvidence(evidence.bits[place], evidence.form[place], evidence.beside[place])


def _use_aliases(
    comparer: NameComparer, ready: Prepared, left: Any, right: Any, evidence: NameEvidence, loss: float
) -> None:
    """Where a record has other names too, the best of all its names counts, less `loss` bits."""
    if ready.aliases.is_empty():
        return
    alias = ready.aliases.select("uid", "name_id")
    pairs = pl.DataFrame({"at": np.arange(len(left), dtype=np.int64), "l": left, "r": right})
    own = pl.DataFrame({"uid": np.arange(len(ready.name_of), dtype=np.int32), "name_id": ready.name_of})
    every = pl.concat([own, alias])
    met = [
        pairs.join(alias, left_on=side, right_on="uid").join(
            every, left_on=other, right_on="uid", suffix="_other"
        )
        for side, other in (("l", "r"), ("r", "l"))
    ]
    tried = pl.concat([table.select("at", "name_id", "name_id_other") for table in met])
    if tried.is_empty():
        return
    got = _distinct(comparer, tried["name_id"].to_numpy(), tried["name_id_other"].to_numpy())
    best = tried.select("at").with_columns(
        bits=pl.Series(got.bits), form=pl.Series(got.form), beside=pl.Series(got.beside)
    )
    best = best.sort("at", "bits", "form", descending=[False, True, True]).unique(
        "at", keep="first", maintain_order=True
    )
    aliased = NameEvidence(*(best[name].to_numpy() for name in ("bits", "form", "beside")))
    through_alias(evidence, best["at"].to_numpy(), aliased, loss)


def _use_acronyms(
    con: duckdb.DuckDBPyConnection, left: Any, right: Any, evidence: NameEvidence, names: int, rule: Acronym
) -> None:
    """Where one name is the initials of the other, that counts if the words themselves tell less."""
    pairs = con.sql(f"""
        with short as (
                select uid, squashed, bool_or(coalesce(is_word, false)) as known
                from record left join vocabulary on token = squashed
                where len(squashed) between {rule.least} and {rule.longest} group by all
             ),
             bearer as (
                select initials, count(distinct squashed) as names from acronym join record using (uid) group by all
             ),
             known as (
                select short.uid as short_uid, acronym.uid as long_uid, len(short.squashed) as letters,
                       names, short.known
                from short join acronym on acronym.initials = short.squashed and acronym.uid <> short.uid
                join bearer using (initials)
             )
        select uid_l, uid_r, max(letters) as letters, min(names) as names, bool_or(known) as known from candidate join (
            select least(short_uid, long_uid) as uid_l, greatest(short_uid, long_uid) as uid_r,
                   letters, names, known from known
        ) using (uid_l, uid_r) group by all
    """).pl()
    if not pairs.height:
        return
    size = np.int64(max(left.max(initial=0), right.max(initial=0)) + 1)
    at = np.searchsorted(left * size + right, pairs["uid_l"].to_numpy() * size + pairs["uid_r"].to_numpy())
    letters, bearers, known = (pairs[name].to_numpy() for name in ("letters", "names", "known"))
    bits = acronym_bits(letters, bearers, known, (names, rule))
    better = bits > evidence.bits[at]
    evidence.bits[at[better]] = bits[better]
    evidence.form[at[better]] = np.int8(NameForm.ACRONYM)


def acronym_bits(letters: Any, bearers: Any, known: Any, among: tuple[int, Acronym]) -> Floats:
    """Give what initials tell: of so many `letters`, that so many of all names have, and that are a word or not."""
    names, rule = among
    chance = rule.letters_count * np.exp2(-rule.per_letter * letters)
    share = (bearers - 1 + chance) / (names + rule.letters_count)
    bits = -np.log2(share) - rule.fixed - np.where(known, rule.known_word, 0.0)
    capped: Floats = np.minimum(bits, rule.cap).astype(np.float32)
    return capped


def _weigh(
    con: duckdb.DuckDBPyConnection,
    scored: pl.DataFrame,
    records: pl.DataFrame,
    comparisons: ComparisonRules,
    thresholds: Thresholds,
    learned_names: Namesakes,
) -> tuple[pl.DataFrame, dict[str, float], Lessons, Settled]:
    """Refine the evidence, add match_weight, relation_weight and bits_room; give links per record and what was learned.

    Which pairs there is room for shows when all are weighed, so they are weighed twice.
    """
    codes = records["system"].rank("dense").to_numpy().astype(np.int64)
    inside = codes[scored["uid_l"].to_numpy()] == codes[scored["uid_r"].to_numpy()]
    kinds = Kinds(inside, possible_pairs(codes), records.height, thresholds.prior)
    names = namesake_lessons(learned_names, comparisons)
    scored = refined(scored, comparisons, names)
    links = kinds.learn(*_bits(scored))
    lessons = refine(scored, kinds, links, comparisons, thresholds.learning)
    counts = witnessed(scored, kinds, links, comparisons, thresholds.settling)
    scored = refined(scored, comparisons, lessons)
    chance, relative = _bits(scored)
    links = kinds.learn(chance, relative, links)
    weight, relation = kinds.odds(chance, relative, links), kinds.relation(chance, relative, links)
    room = room_bits(
        con, scored.with_columns(match_weight=pl.Series(weight)), codes, comparisons, thresholds.prior
    )
    more = with_room(chance, relative, room, thresholds.prior)
    links = kinds.learn(*more, links)
    weight = lifted(kinds.odds(chance, relative, links), kinds.odds(*more, links), thresholds.prior)
    pairs = scored.with_columns(
        match_weight=pl.Series(weight, dtype=pl.Float32),
        match_probability=pl.Series(probability(weight), dtype=pl.Float32),
        relation_weight=pl.Series(relation, dtype=pl.Float32),
        bits_room=pl.Series(room, dtype=pl.Float32),
    )
    return (
        pairs,
        {name: round(value, 4) for name, value in links.items()},
        names | lessons,
        settled(counts, comparisons, thresholds.settling),
    )


def _bits(scored: pl.DataFrame) -> tuple[Doubles, Doubles]:
    """Give the bits of each pair against chance and against relatives."""
    return scored["chance"].to_numpy().astype(float), scored["relative"].to_numpy().astype(float)


def used_model(comparisons: ComparisonRules, bands: Bands, learned: Lessons) -> UsedModel:
    """Give the model as it was used: m of each level is what was learned, where something was."""
    none = Lesson(0, {})
    return UsedModel(
        tuple(
            UsedComparison(
                comparison.name,
                comparison.why,
                tuple(
                    _used_level(gamma, level, learned.get(comparison.name, none).bits.get(level.name, 0.0))
                    for gamma, level in numbered(comparison)
                ),
            )
            for comparison in comparisons.comparisons
        ),
        bands.model_dump(),
    )


def _used_level(gamma: int, level: Level, more: float) -> UsedLevel:
    """Give a level, with the bits that it tells `more` by what was learned."""
    return UsedLevel(
        gamma=gamma,
        name=level.name,
        m=round(level.m * 2.0**more, 6),
        u=level.u,
        s=level.s,
        bits_relative=log2(level.m / level.s) + more,
        veto=level.veto,
        alone=level.alone,
        same_words=starts_with(level.when, SAME_WORDS),
    )
