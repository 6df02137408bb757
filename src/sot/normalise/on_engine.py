"""Normalising on an engine: what the whole list tells is learned first, then each part is normalised by itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from sot.engine.batches import on_engine
from sot.engine.protocol import Engine
from sot.model.tables import NORMALISED, RECORDS
from sot.normalise.contacts.phone_country_from_cluster import at_home as phones_at_home
from sot.normalise.identifiers.homes import SAMPLE, SEEN, homes, sample, seen
from sot.normalise.names.system_affixes import OWN_ID, habitual, shapes
from sot.normalise.names.umlauts import spelled, written
from sot.normalise.stage import Normaliser
from sot.rules import Rulebook
from sot.rules.bundle import Bundle
from sot.rules.naming import Habits, NameWords

c = pl.col
_WRITTEN = ("name", "trade_name", "city", "street")
_SEEN = {"kind": pl.String, "told": pl.String, "others": pl.Int64, "good": pl.Int64, "bad": pl.Int64}
_SHAPES = {"system": pl.String, "name": pl.String, "shown": pl.String}
_HABITS = {"system": pl.String, "name": pl.String, "rest": pl.String, "n_habit": pl.String}
_LEAST_TOWN = 3


@dataclass(frozen=True)
class Learned:
    """What is learned over the list before its records are normalised; habits are a table of the engine.

    umlauts: how words are spelled with two letters for an umlaut; italian: systems that write provinces of Italy;
    towns: the towns that records name; homes: the country of numbers that name none, by system.
    """

    umlauts: dict[str, str]
    italian: tuple[str, ...]
    towns: tuple[str, ...]
    habits: int
    homes: dict[str, str]


def normalise(engine: Engine, rules: Rulebook) -> Learned:
    """Make the table `normalised` (RECORDS, id_repeated and NORMALISED) of the table `records`."""
    bundle = Bundle.of(rules)
    umlauts, italian = _words(engine, bundle, rules)
    engine.apply(
        "town",
        """select system, street, city, region, postcode, country, website, email, tax_id, registration_id
           from records""",
        _Towns(bundle, umlauts, italian),
        {"n_city": pl.String, **SEEN},
    )
    towns = engine.small("select distinct n_city from town where n_city is not null order by n_city")[
        "n_city"
    ]
    habits = _habits(engine, bundle, rules)
    engine.give("habit", habits)
    learned = Learned(umlauts, italian, tuple(towns), habits.height, _homes(engine, bundle))
    engine.apply(
        "normalised",
        """select r.*, h.rest as habit_rest, h.n_habit as habit_part from records r
           left join habit h on r.system = h.system and r.name = h.name""",
        _Whole(bundle, learned),
        {**on_engine(RECORDS), "uid": pl.Int64, "id_repeated": pl.Boolean, **NORMALISED},
    )
    engine.drop("town", "habit")
    return learned


def at_home(engine: Engine, rules: Rulebook) -> None:
    """Make the table `record_`: `normalised` with what the other records of its customer tell of a phone.

    `member` holds the cluster of every record.
    """
    engine.apply(
        "homed",
        """select n.uid, n.phone, n.n_phone, n.n_country, m.cluster from normalised n join member m on n.uid = m.uid
           where n.n_phone is not null or n.n_country is not null""",
        _AtHome(Bundle.of(rules)),
        {"uid": pl.Int64, "n_phone": pl.String},
        by="cluster",
    )
    names = ", ".join(
        "coalesce(h.n_phone, n.n_phone) as n_phone" if name == "n_phone" else f"n.{name}"
        for name in (*RECORDS, "id_repeated", *NORMALISED)
    )
    engine.sql("record_", f"select {names} from normalised n left join homed h on n.uid = h.uid")
    engine.drop("homed")


@dataclass(frozen=True)
class _AtHome:
    """The phones of whole customers that are read otherwise than before."""

    bundle: Bundle

    def __call__(self, rows: pl.DataFrame) -> pl.DataFrame:
        rows = rows.sort("uid")
        numbered = rows.drop("cluster").with_columns(uid=pl.int_range(pl.len(), dtype=pl.Int32))
        homed = phones_at_home(numbered, numbered.select("uid", cluster=rows["cluster"]), self.bundle.open())
        changed = homed["n_phone"].ne_missing(rows["n_phone"])
        return rows.select("uid", homed["n_phone"]).filter(changed)


def _words(engine: Engine, bundle: Bundle, rules: Rulebook) -> tuple[dict[str, str], tuple[str, ...]]:
    engine.apply("seen", "select * from records", _Seen(bundle), _SEEN)
    seen = engine.small(
        """select kind, told, cast(max(others) as bigint) as others, cast(sum(good) as bigint) as good,
                  cast(sum(bad) as bigint) as bad from seen group by kind, told order by told"""
    )
    engine.drop("seen")
    words = rules.get("naming/words.yaml", NameWords)
    known = written(pl.DataFrame(), (), words.umlauts)
    spellings = pl.concat([known, seen.filter(c("kind") == "umlaut")["told"]]).unique().sort()
    italian = seen.filter((c("kind") == "system") & (c("others") == 0) & (c("bad") > c("good")))["told"]
    return spelled(spellings), tuple(italian)


def _homes(engine: Engine, bundle: Bundle) -> dict[str, str]:
    numbers = engine.small(f"""
        select system, number from (
            select system, number, row_number() over (partition by system order by number) as nth
            from (select distinct system, number from town where number is not null) t
        ) n where nth <= {SAMPLE}""")
    records = engine.small(
        "select home, cast(count(*) as bigint) as n from town where home is not null group by home"
    )
    return homes(sample(numbers), records, _normaliser(bundle).tax)


def _habits(engine: Engine, bundle: Bundle, rules: Rulebook) -> pl.DataFrame:
    """Learn what systems write around their names; the driver holds the distinct names of the list for that."""
    engine.apply(
        "shape", "select system, name, record_id from records where name is not null", _shapes, _SHAPES
    )
    names = engine.small("select distinct system, name, shown from shape")
    engine.drop("shape")
    names = names.sort(~c("shown").str.contains(OWN_ID, literal=True), "shown")
    names = names.unique(["system", "name"], keep="first")
    legal = _normaliser(bundle).namer.legal.words
    return habitual(names, rules.get("naming/habits.yaml", Habits), legal).select(list(_HABITS))


def _shapes(records: pl.DataFrame) -> pl.DataFrame:
    return shapes(records)


@lru_cache(maxsize=2)
def _normaliser(bundle: Bundle) -> Normaliser:
    return Normaliser(bundle.open())


@dataclass(frozen=True)
class _Seen:
    """The words with an umlaut in some records, and what they tell of Italian provinces."""

    bundle: Bundle

    def __call__(self, records: pl.DataFrame) -> pl.DataFrame:
        work = _normaliser(self.bundle)
        provinces = work.places.provinces(work.lines.split(records)).select(
            kind=pl.lit("system"),
            told="system",
            others=c("others").cast(pl.Int64),
            good=c("good").cast(pl.Int64),
            bad=c("bad").cast(pl.Int64),
        )
        words = pl.DataFrame({"told": written(records, _WRITTEN)}).select(kind=pl.lit("umlaut"), told="told")
        return pl.concat([provinces, words], how="diagonal")


@dataclass(frozen=True)
class _Towns:
    """The towns of some records, which tell names that end with one, and what tells the home of their numbers."""

    bundle: Bundle
    umlauts: dict[str, str]
    italian: tuple[str, ...]

    def __call__(self, records: pl.DataFrame) -> pl.DataFrame:
        work = _normaliser(self.bundle)
        placed = work.placed(records, self.umlauts, self.italian)
        towns = pl.DataFrame({"n_city": work.places.towns(placed).explode()}).drop_nulls()
        return pl.concat([towns, seen(placed)], how="diagonal")


@dataclass(frozen=True)
class _Whole:
    """Records normalised by what was learned."""

    bundle: Bundle
    learned: Learned

    def __call__(self, records: pl.DataFrame) -> pl.DataFrame:
        work, learned = _normaliser(self.bundle), self.learned
        towns = pl.Series("n_city", learned.towns, dtype=pl.String).implode()

        def names(table: pl.DataFrame) -> pl.DataFrame:
            bare = table.with_columns(name=pl.coalesce("habit_rest", "name"), n_habit=c("habit_part"))
            return work.namer.names(bare, towns, learned.umlauts)

        placed = work.placed(records, learned.umlauts, learned.italian)
        return work.finished(placed, {"id_repeated": pl.Boolean}, learned.umlauts, learned.homes, names)
