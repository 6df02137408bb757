"""The tables that matching works on: integer codes of normalised values, how common each is, words, blocking keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import duckdb
import numpy as np
import polars as pl

from sot.match.names.background_frequencies import Background
from sot.match.names.numbering import BARE, number_names
from sot.match.names.vocabulary import Floats, Ints, Names, Vocabulary, learn, others
from sot.match.scoring.bands import BorneNames
from sot.match.scoring.compared_values import acronyms, compared_values
from sot.match.scoring.namesakes import Namesakes, counted_names, kind_of_name, learn_namesakes
from sot.rules import Rulebook
from sot.rules.matching import COMPARISONS, THRESHOLDS, ComparisonRules, Level, Thresholds
from sot.rules.matching_names import NameRules
from sot.rules.matching_policy import POLICY, MatchingPolicy
from sot.rules.naming import LegalForms

c = pl.col


@dataclass(frozen=True)
class Prepared:
    """What matching knows of the records: their names by number, and the vocabulary of all names.

    name_of holds the number of each record's name, by uid, -1 if it has none; aliases is a table (uid, name_id).
    shared holds, for each value that two records may share, its code by uid (0 is none) and the bits that it can tell.
    """

    name_of: Ints
    aliases: pl.DataFrame
    vocabulary: Vocabulary
    names: Names
    duplicates: float
    shared: tuple[tuple[Ints, Floats], ...]
    namesakes: Namesakes

    def rarest_word(self) -> Floats:
        """Give, by uid, the bits of the word of its name that tells most; 0 without a name, and of a school."""
        first = self.names.words[:, 0]
        named = self.name_of >= 0
        rarest = np.zeros(len(named), np.float32)
        bits = np.where(self.names.body, np.float32(0), self.vocabulary.bits[first])
        rarest[named] = bits[self.name_of[named]]
        return rarest

    def borne(self, records: pl.DataFrame) -> BorneNames:
        """Give what bands need to know of the names of `records`."""
        known = records.select(registered=c("n_legal").is_not_null(), bare=BARE == 1)
        return BorneNames(self.rarest_word(), known["registered"].to_numpy(), known["bare"].to_numpy())

    def support(self, left: Ints, right: Ints) -> Floats:
        """Give the most that values other than names can tell for each pair of records (bits)."""
        return supported(self.shared, left, right)


def supported(shared: tuple[tuple[Ints, Floats], ...], left: Ints, right: Ints) -> Floats:
    """Give the most that shared values (codes and bits by record, 0 is no value) can tell for each pair of records."""
    most = np.zeros(len(left), np.float32)
    for code, bits in shared:
        same = (code[left] == code[right]) & (code[left] > 0)
        most += np.where(same, np.maximum(bits[left], bits[right]), np.float32(0))
    return most


def prepare(
    con: duckdb.DuckDBPyConnection,
    records: pl.DataFrame,
    background: Background,
    names: NameRules,
    rules: Rulebook,
) -> Prepared:
    """Make the tables record, token, alias, in_order (for blocking) and evidence (for the model) in `con`."""
    thresholds = rules.get(THRESHOLDS, Thresholds)
    policy = rules.get(POLICY, MatchingPolicy)
    legal, comparisons = (
        rules.get("naming/legal_forms.yaml", LegalForms),
        rules.get(COMPARISONS, ComparisonRules),
    )
    # One customer has about as many records as there are systems, between two and three.
    duplicates = float(min(max(2, records["system"].n_unique()), 3))
    named, table, aliases = number_names(records, policy.part_words)
    vocabulary, learned = learn(table, background, duplicates, names, policy.part_words)
    name_of = named["name_id"].fill_null(-1).to_numpy().astype(np.int32)
    values = compared_values(
        records, named, _telling(name_of, vocabulary, learned), thresholds, policy.shared
    )
    values = values.with_columns(_kind(name_of, learned, thresholds))
    _give(con, "acronym", acronyms(records, values["squashed"]))
    _blocking_tables(con, values, aliases, vocabulary, learned)
    shared_values = _evidence_table(con, with_legal(values, legal), comparisons, duplicates)
    counts = counted_names(named.with_columns(kind=values["name_kind"]))
    learned_names = learn_namesakes(counts, records["system"].n_unique(), thresholds.namesakes)
    return Prepared(name_of, aliases, vocabulary, learned, duplicates, shared_values, learned_names)


def _telling(name_of: Ints, vocabulary: Vocabulary, names: Names) -> pl.Series:
    """Give, by uid, the word of its name that tells most; null without a name."""
    first = np.where(name_of >= 0, names.words[name_of, 0], -1) if len(names.words) else name_of
    words = pl.Series("telling", vocabulary.words.tolist(), dtype=pl.String)
    return words.gather(pl.Series(first).replace(-1, None))


def _kind(name_of: Ints, names: Names, thresholds: Thresholds) -> pl.Series:
    """Give, by uid, the kind of its name by how rare it is; one without a name is of the last."""
    named = name_of >= 0
    total, body = np.zeros(len(name_of), np.float32), np.zeros(len(name_of), bool)
    total[named], body[named] = names.total[name_of[named]], names.body[name_of[named]]
    return kind_of_name(thresholds.namesakes, pl.Series("name_kind", total), pl.Series(body))


def _blocking_tables(
    con: duckdb.DuckDBPyConnection,
    values: pl.DataFrame,
    aliases: pl.DataFrame,
    vocabulary: Vocabulary,
    names: Names,
) -> None:
    record = values.select(
        "uid", "system", "name", "words", "squashed", "domain", "domain_core", "phone", "mailbox",
        "postcode", "house", "street", "registration", "reference", tax_id="tax",
        city=c("town").str.replace_all(" ", ""),
    )  # fmt: skip
    _give(con, "record", record)
    owner, rank = np.nonzero(names.words >= 0)
    word = names.words[owner, rank]
    words = pl.DataFrame(
        {"name_id": owner.astype(np.int32), "rank": (rank + 1).astype(np.int8), "word": word}
    )
    _give(con, "name_word", words)
    heard = np.bincount(word, minlength=len(vocabulary.words)) if len(word) else np.zeros(0, int)
    _give(con, "vocabulary", pl.DataFrame(
        {"word": np.arange(len(vocabulary.words), dtype=np.int32),
         "token": pl.Series(vocabulary.words.tolist(), dtype=pl.String),
         "bits": vocabulary.bits, "is_word": vocabulary.known, "bearers": heard.astype(np.int32)}))  # fmt: skip
    _give(con, "name_of", values.select("uid", "name_id").drop_nulls())
    con.execute("""
        create or replace temp table token as
        select uid, token, rank, bits, bearers from name_of join name_word using (name_id) join vocabulary using (word)
    """)
    _give(con, "alias", aliases.select("uid", squashed=c("name").str.replace_all(" ", "")))
    con.execute("""
        create or replace temp table in_order as
        select uid, row_number() over (order by squashed, uid) as place from record where squashed is not null
    """)


def _evidence_table(
    con: duckdb.DuckDBPyConnection, values: pl.DataFrame, comparisons: ComparisonRules, duplicates: float
) -> tuple[tuple[Ints, Floats], ...]:
    """Make the table evidence; give the codes of the values that two records may share, with the bits of each."""
    coded = [
        "domain",
        "domain_core",
        "phone",
        "mailbox",
        "tax",
        "tax_kind",
        "registration",
        "registration_kind",
        "town",
        "postcode",
        "street",
        "house",
        "numbers",
        "region",
        "province",
        "country",
        "site",
        "system",
    ]
    evidence = values.select(
        "uid",
        *(_code(c(name)) for name in coded),
        "valid",
        "bare",
        "web_name",
        "towns",
        c("once").cast(pl.Int8),
        "name_kind",
        "refers",
        "reference",
        *(c(f"{name}_spread").fill_null(0) for name in ("domain", "phone", "house")),
        "legal",
        "legal_kin",
        "legal_foreign",
        town_text=c("town"),
        street_text=c("street"),
        match_key=pl.lit(0, pl.Int32),
    )
    levels = levels_by(comparisons)
    evidence = evidence.with_columns(
        _how_common(evidence, name, by_rarity, duplicates) for name, by_rarity in sorted(levels.items())
    )
    _give(con, "evidence", evidence, temp=False)
    house = values.select(house_street=_code(pl.concat_str("house", "street", separator="|"))).to_series()
    codes = {name: house if code == house.name else evidence[code] for name, code in SUPPORTING.items()}
    return tuple(
        (code.fill_null(0).to_numpy().astype(np.int32), bits_of(evidence, name, levels))
        for name, code in codes.items()
    )


_VALUES = ("domain", "phone", "mailbox", "tax", "registration", "reference", "town", "postcode")
SUPPORTING: Mapping[str, str] = MappingProxyType(
    {**{name: name for name in _VALUES}, "house": "house_street", "web_name": "domain"}
)
"""Values that two records may share, and the column that says whether they do: house numbers count with their street,
and a name that begins as its domain counts for the other names of that domain."""


def levels_by(comparisons: ComparisonRules) -> dict[str, list[Level]]:
    """Give the levels that tell the more the rarer a value is, by the name of that value."""
    levels: dict[str, list[Level]] = {}
    for level in (level for comparison in comparisons.comparisons for level in comparison.levels if level.by):
        levels.setdefault(level.by or "", []).append(level)
    return levels


def with_legal(values: pl.DataFrame, legal: LegalForms) -> pl.DataFrame:
    """Write each class of legal form as one sign, beside it the signs of those it may stand for and of foreign ones."""
    names = sorted(legal.classes)
    sign = {name: chr(ord("A") + i) for i, name in enumerate(names)}
    kin = {name: "".join(sign[x] for x in names if x != name and legal.compatible(name, x)) for name in names}
    home = {name: legal.countries(name) for name in names}
    foreign = {
        name: "".join(sign[x] for x in names if sign[x] not in kin[name] and _apart(home[name], home[x]))
        for name in names
    }
    table = pl.DataFrame(
        {
            "legal": names,
            "sign": list(sign.values()),
            "legal_kin": list(kin.values()),
            "legal_foreign": list(foreign.values()),
        }
    )
    coded = values.join(table, on="legal", how="left", maintain_order="left")
    return coded.drop("legal").rename({"sign": "legal"})


def _apart(a: frozenset[str], b: frozenset[str]) -> bool:
    """Tell whether two classes have no country in common, as far as both are of some countries."""
    return bool(a and b) and not a & b


def _code(value: pl.Expr) -> pl.Expr:
    """Give each distinct text a number from 1."""
    return value.cast(pl.Categorical).to_physical().cast(pl.Int32) + 1


SURE = 13
"""Bits of a shared value whose rarity is not counted."""


def bits_of(evidence: pl.DataFrame, name: str, levels: dict[str, list[Level]]) -> Floats:
    """Give, by uid, the most that the value `name` of a record tells, by how common it is in `evidence`."""
    if name == "web_name":
        return evidence[name].to_numpy().astype(np.float32) * np.float32(SURE)
    if name not in levels:
        return np.full(evidence.height, SURE, np.float32)
    most = max(level.m for level in levels[name])
    bits: Floats = np.log2(most / evidence[f"tf_{name}"].to_numpy()).astype(np.float32)
    return bits


def _how_common(evidence: pl.DataFrame, name: str, levels: list[Level], duplicates: float) -> pl.Series:
    """Give how likely another customer bears the same value, in the bounds that the levels set for it together.

    The bound of each level by itself (`most`) is kept by the model.
    """
    count = evidence["towns"] if name == "towns" else evidence.select(n=pl.len().over(name))["n"]
    known = 0 if name == "towns" else evidence.height - evidence[name].null_count()
    return how_common(count, name, known, evidence.height, levels, duplicates)


def how_common(
    count: pl.Series, name: str, known: int, records: int, levels: list[Level], duplicates: float
) -> pl.Series:
    """Give tf_`name` by the `count` of the records that have each record's value, of so many in which it is `known`.

    Of `towns` the count is that of the towns in which records of its name are.
    """
    least, m = min(level.least_u for level in levels), min(level.m for level in levels)
    if name == "towns":
        values = count.cast(pl.Float64).clip(1, None).to_numpy() * m
    else:
        of = max(known, 1) if name not in MADE_TO_DIFFER else known + UNHEARD
        values = np.clip((others(count.to_numpy().astype(np.float64), duplicates) + 0.3) / of, least, m)
    return pl.Series(f"tf_{name}", values, dtype=pl.Float64)


MADE_TO_DIFFER = ("tax", "registration", "phone", "mailbox", "domain")
"""Values that every company has its own of."""
UNHEARD = 1000
"""How rarely two companies share one of these is known from so many records that are not in the list: in a short list,
or one in which few records have a telephone, how often a number occurs says little of it.
"""


def _give(con: duckdb.DuckDBPyConnection, name: str, table: pl.DataFrame, temp: bool = True) -> None:
    con.register("handed_over", table.to_arrow())
    con.execute(f"create or replace {'temp ' if temp else ''}table {name} as from handed_over")
    con.unregister("handed_over")
