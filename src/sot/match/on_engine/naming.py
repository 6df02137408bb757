"""The distinct names and their words: who bears them, where, and how much each word tells.

A name is numbered by a hash of its text and of the words in it that say where its bearer is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from sot.engine.protocol import Columns, Engine
from sot.match.names.joined_words import made_word
from sot.match.names.numbering import alias_names, bits_of_systems, own_names
from sot.match.names.vocabulary import Names, Vocabulary, names_of, words_of
from sot.match.on_engine.rules import background, comparison_rules, name_rules, policy_rules, threshold_rules
from sot.match.scoring.learn_levels import namesake_lessons
from sot.match.scoring.namesakes import BORNE, kind_of_name, learn_namesakes
from sot.model.matching import Lessons
from sot.rules.bundle import Bundle

c = pl.col
S, LONG, F = pl.String, pl.Int64, pl.Float32

_OWN: Columns = {
    "uid": LONG,
    "key": LONG,
    **dict.fromkeys(("name", "town_key", "words", "squashed", "place", "province", "system"), S),
    "bit": LONG,
    "bare": pl.Int32,
}
_ALIAS: Columns = {"uid": LONG, "key": LONG, "name": S, "town_key": S, "words": S, "squashed": S}
_HEAD: Columns = {
    "key": LONG, "name": S, "town_key": S, "words": S, "records": LONG, "towns": LONG, "systems": LONG, "bearers": LONG,
}  # fmt: skip
PROFILE: Columns = {
    **_HEAD,
    "tokens": pl.List(S),
    "df": pl.List(LONG),
    "many": pl.List(LONG),
    "made": pl.List(S),
}
"""A name with its most telling words in order, and of each word the records and names that hold it.

made is the word that it makes with the next word of the name, if another name has that one.
"""
_WORD: Columns = {"key": LONG, "token": S, "nth": pl.Int32, "bits": F, "kind": pl.Int32, "body": pl.Int32}


@dataclass(frozen=True)
class Listed:
    """What is known of the list as a whole: its records (without copies), distinct names, records with one."""

    bundle: Bundle
    records: int
    duplicates: float
    names: int = 0
    named: int = 0


def names(engine: Engine, listed: Listed) -> Listed:
    """Make `own`, `alias`, `profile` (the names) and `token` (words of records); give what is known of the list."""
    known = engine.small("select count(n_city) as towns, count(n_postcode) as postcodes from whole").row(0)
    place = "n_city" if known[0] >= known[1] else "n_postcode"
    engine.apply(
        "own",
        "select * from whole",
        _Own(listed, place, bits_of_systems(engine.small("select distinct system from whole")["system"])),
        _OWN,
    )
    engine.apply("alias", "select uid, n_aliases from whole where n_aliases is not null", _aliases, _ALIAS)
    engine.sql("region", "select distinct words, province as place from own where province is not null")
    engine.sql(
        "borne",
        # Grouped twice and not counted distinct: engines keep a set for each of the many groups of that.
        """select words, cast(sum(town) as bigint) as towns, cast(sum(bit) as bigint) as systems from (
               select words, max(case when place is null or (province is null and wide) then 0 else 1 end) as town,
                      0 as bit
               from (select o.*, w.words is not null as wide from own o left join region w
                     on o.words = w.words and o.place = w.place) p
               where key is not null group by words, place union all
               select words, 0, bit from own where key is not null group by words, bit) t group by words""",
    )
    _distinct_names(engine)
    total, many = engine.small("select cast(sum(records) as bigint) as t, count(*) as m from name_").row(0)
    counted = replace(listed, names=int(many), named=int(total or 0))
    engine.apply("name_word", "select key, name from name_", _words, {"key": LONG, "token": S, "made": S})
    engine.sql(
        "count_",
        """select w.token, cast(sum(n.records) as bigint) as df, count(*) as many
           from name_word w join name_ n on w.key = n.key group by w.token""",
    )
    engine.apply(
        "profile",
        """select n.*, w.token, k.df, k.many, m.token as made from name_ n join name_word w on n.key = w.key
           join count_ k on w.token = k.token left join count_ m on w.made = m.token""",
        _Profiles(counted),
        PROFILE,
        by="key",
    )
    engine.apply("telling", "select * from profile", _Telling(counted), _WORD)
    engine.sql("bearer", "select token, count(*) as bearers from telling group by token")
    engine.sql(
        "token",
        """select o.uid, t.token, t.nth, t.bits, t.kind, t.body, b.bearers from own o join telling t on o.key = t.key
           join bearer b on t.token = b.token""",
    )
    engine.drop("name_", "name_word", "bearer", "region")
    return counted


def namesakes(engine: Engine, listed: Listed, systems: int) -> Lessons:
    """Learn from `own` and `token` how often one name is of several customers."""
    engine.sql(
        "named",
        """select o.system, o.words, o.place, t.kind from own o join token t on o.uid = t.uid and t.nth = 1""",
    )
    learned = learn_namesakes(engine.small(BORNE), systems, threshold_rules(listed.bundle).namesakes)
    engine.drop("named")
    return namesake_lessons(learned, comparison_rules(listed.bundle))


def _distinct_names(engine: Engine) -> None:
    engine.sql(
        "named",
        """select key, min(name) as name, min(town_key) as town_key, min(words) as words, count(*) as records
           from own where key is not null group by key""",
    )
    engine.sql(
        "every",
        """select n.*, b.towns, b.systems from named n join borne b on n.words = b.words union all
           select a.key, min(a.name), min(a.town_key), min(a.words), cast(0 as bigint), cast(0 as bigint),
                  cast(0 as bigint)
           from alias a left join named n on a.key = n.key where n.key is null group by a.key""",
    )
    engine.sql("bearing", "select words, cast(sum(records) as bigint) as bearers from every group by words")
    engine.sql("name_", "select e.*, b.bearers from every e join bearing b on e.words = b.words")
    engine.drop("named", "every", "bearing")


def _key() -> pl.Expr:
    """Number a name: 63 bits, so that two of a thousand million names are alike with a chance of one in twenty."""
    return (pl.concat_str("name", "town_key", separator="\x1f").hash() // 2).cast(LONG)


@dataclass(frozen=True)
class _Own:
    listed: Listed
    place: str
    systems: dict[str, int]

    def __call__(self, records: pl.DataFrame) -> pl.DataFrame:
        own = own_names(records, self.place, policy_rules(self.listed.bundle).part_words)
        return own.select(
            "uid",
            "name",
            "town_key",
            "words",
            "squashed",
            "place",
            "province",
            "system",
            "bare",
            bit=c("system").replace_strict(self.systems, return_dtype=LONG),
            key=pl.when(c("name").is_not_null()).then(_key()),
        )


def _aliases(records: pl.DataFrame) -> pl.DataFrame:
    aliases = alias_names(records).with_columns(
        words=c("tokens").list.sort().list.join(" "), squashed=c("name").str.replace_all(" ", ""), key=_key()
    )
    return aliases.unique(["uid", "key"], maintain_order=True)


def _tokens(name: str) -> pl.Expr:
    return c(name).str.split(" ").list.unique(maintain_order=True)


def _words(named: pl.DataFrame) -> pl.DataFrame:
    words = named.select("key", token=_tokens("name")).explode("token").filter(c("token") != "")
    return words.with_columns(made=made_word("key"))


@dataclass(frozen=True)
class _Profiles:
    """Names, a row for each word (token, df, many, made), to names with their most telling words in order."""

    listed: Listed

    def __call__(self, rows: pl.DataFrame) -> pl.DataFrame:
        heads = rows.select(list(_HEAD)).unique("key").sort("key")
        vocabulary, learned = local_names(
            heads, rows.select("key", "token", "df", "many", "made"), self.listed
        )
        words = learned.words
        flat = words[words >= 0]
        owner = np.nonzero(words >= 0)[0]
        counts = rows.select("token", "df", "many").unique("token")
        tokens = pl.DataFrame({"at": owner, "token": pl.Series(vocabulary.words[flat].tolist(), dtype=S)})
        tokens = tokens.join(counts, on="token", how="left", maintain_order="left")
        numbered = heads.with_row_index("at").with_columns(c("at").cast(LONG))
        made = rows.select("key", "token", "made").join(numbered.select("key", "at"), on="key").drop("key")
        tokens = tokens.join(made, on=["at", "token"], how="left", maintain_order="left")
        lists = tokens.group_by("at", maintain_order=True).agg(
            tokens="token", df="df", many="many", made="made"
        )
        return numbered.join(lists, on="at", how="left", maintain_order="left").drop("at")


@dataclass(frozen=True)
class _Telling:
    """The words of names, in the order of how much they tell."""

    listed: Listed

    def __call__(self, profiles: pl.DataFrame) -> pl.DataFrame:
        vocabulary, learned = of_profiles(profiles, self.listed)
        owner, nth = np.nonzero(learned.words >= 0)
        word = learned.words[owner, nth]
        rules = threshold_rules(self.listed.bundle).namesakes
        keys = profiles.sort("key")["key"]
        return pl.DataFrame(
            {
                "key": keys.gather(owner),
                "token": pl.Series(vocabulary.words[word].tolist(), dtype=S),
                "nth": (nth + 1).astype(np.int32),
                "bits": vocabulary.bits[word],
                "kind": kind_of_name(rules, pl.Series(learned.total), pl.Series(learned.body)).gather(owner),
                "body": learned.body[owner].astype(np.int32),
            }
        )


def of_profiles(profiles: pl.DataFrame, listed: Listed) -> tuple[Vocabulary, Names]:
    """Give the words and names of distinct profiles, numbered in the order of their keys."""
    heads = profiles.sort("key")
    lists = ("tokens", "df", "many", "made")
    rows = heads.select("key", *lists).explode(*lists).drop_nulls("tokens")
    return local_names(heads.select(list(_HEAD)), rows.rename({"tokens": "token"}), listed)


def local_names(heads: pl.DataFrame, rows: pl.DataFrame, listed: Listed) -> tuple[Vocabulary, Names]:
    """Give the words and names of some names alone, as they are among all names.

    heads are the names, sorted by key; rows are their words (key, token, df, many, made).
    """
    rules = name_rules(listed.bundle, listed.records)
    known = background(listed.bundle)
    counts = rows.select("token", "df", names="many").unique("token").sort("token")
    counts = counts.join(
        known.tokens.rename({"df": "background"}), on="token", how="left", maintain_order="left"
    ).with_columns(c("background").fill_null(0))
    vocabulary = words_of(
        counts, listed.named, known, listed.duplicates, rules, policy_rules(listed.bundle).part_words
    )
    numbered = heads.with_row_index("name_id").with_columns(
        c("name_id").cast(pl.Int32), tokens=_tokens("name"), town=c("town_key").str.split(" ")
    )
    spread = rows.select("key", "token").join(
        numbered.select("key", "name_id", "town"), on="key", how="left", maintain_order="left"
    )
    spread = spread.with_columns(town=c("town").list.contains(c("token"))).sort("name_id")
    # Words come in the order of what they tell, and not all of them: neighbours are those of the name itself.
    made = numbered.select("name_id", "key", token="tokens").explode("token").filter(c("token") != "")
    made = made.with_columns(word=made_word("name_id")).join(
        rows.select("key", word="made"), on=["key", "word"], how="semi", maintain_order="left"
    )
    learned = names_of(numbered, spread, counts, vocabulary, rules, made)
    return vocabulary, replace(learned, bearers=heads["bearers"].to_numpy().astype(np.float32))
