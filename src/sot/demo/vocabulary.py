"""The words that made-up customers are made of: people, towns, trades, legal forms, phones."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import polars as pl
from pydantic import Field, RootModel

from sot.demo.draw import Pool
from sot.rules.loader import RuleModel, load

DATA = Path(__file__).resolve().parent / "data"


class Language(RuleModel):
    """How firms are called and where they lie, in one language."""

    trades: tuple[str, ...]
    patterns: dict[str, float]
    streets: tuple[str, ...]
    street_kinds: tuple[tuple[str, ...], ...]
    street: str
    units: tuple[str, ...]
    po_box: str
    abbreviations: dict[str, str]
    parts_of_a_group: tuple[str, ...]
    old_names: tuple[str, ...]


class Phones(RuleModel):
    """The phone numbers of a country: its code, the digit dialled inside it, its areas and style."""

    code: str
    trunk: str
    areas: tuple[str, ...]
    style: str


class Country(RuleModel):
    """What differs from country to country."""

    share: float
    spellings: tuple[str, ...]
    language: str
    people: dict[str, float]
    leading: float = 0.0
    """The share of firms that write their legal form in front."""
    coined: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    forms: dict[str, tuple[tuple[str, ...], float]]
    tlds: dict[str, float]
    regions: dict[str, str] = Field(default_factory=dict)
    free_mail: tuple[str, ...] = ()
    postcode: str
    phone: Phones
    tax: str | None = None


class _Languages(RootModel[dict[str, Language]]):
    pass


class _Countries(RootModel[dict[str, Country]]):
    pass


class Habits(RuleModel):
    """How one system is filled: who is in it, which fields are given, how names and fields are spoiled."""

    customers: float = 0.0
    duplicates: float = 0.0
    """The share of customers in its list, and of second records; none where it keeps no list of its own."""
    filled: dict[str, float]
    name: dict[str, float]
    field: dict[str, float]
    name_length: int | None = None


class Noise(RuleModel):
    """How many times as often than usually a field is filled, and names and fields are spoiled."""

    crowding: float
    """The power to which the shares of names, words and towns are raised."""
    filled: dict[str, float]
    name: dict[str, float]
    field: dict[str, float]


class World(RuleModel):
    """How customers relate and change, as shares of all customers, and the habits of each system."""

    relations: dict[str, float]
    history: dict[str, float]
    mail: dict[str, float]
    systems: dict[str, Habits]
    noise: dict[str, Noise]
    free_mail: tuple[str, ...]
    placeholder_mail: tuple[str, ...]
    placeholder_phone: tuple[str, ...]
    placeholder_text: tuple[str, ...]
    coined_start: tuple[str, ...] = Field(min_length=2)
    coined_end: tuple[str, ...] = Field(min_length=2)
    role_mailboxes: tuple[str, ...]
    name_marks: tuple[str, ...]
    duplicate_marks: tuple[str, ...]
    adjectives: tuple[str, ...]
    industries: tuple[str, ...]
    project_kinds: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """All words, ready to be drawn from."""

    languages: dict[str, Language]
    countries: dict[str, Country]
    world: World
    people: dict[tuple[str, str], Pool]
    """(pool, surname or given) → names by how common they are."""
    towns: dict[str, Pool]
    """Country → row numbers of `town_table` by population."""
    town_table: pl.DataFrame
    nouns: Pool
    adjectives: Pool


@cache
def vocabulary() -> Vocabulary:
    """Read the word lists that come with `sot`."""
    people = _table("people.tsv.gz").with_columns(pl.col("weight").cast(pl.Float64))
    towns = (
        _table("towns.tsv.gz").with_columns(pl.col("population").cast(pl.Float64)).with_row_index("town_id")
    )
    world = load(DATA / "world.yaml", World)
    words = _table("words.tsv.gz").with_columns(pl.col("word").str.to_titlecase())
    return Vocabulary(
        languages=load(DATA / "languages.yaml", _Languages).root,
        countries=load(DATA / "countries.yaml", _Countries).root,
        world=world,
        people={
            (pool, kind): Pool.of(rows["name"], rows["weight"])
            for (pool, kind), rows in people.group_by(["pool", "kind"], maintain_order=True)
        },
        # firms crowd in big towns less than people do
        towns={
            country: Pool.of(rows["town_id"], rows["population"] ** 0.7)
            for (country,), rows in towns.group_by(["country"], maintain_order=True)
        },
        town_table=towns,
        nouns=_ranked(words["word"]),
        adjectives=Pool.of(world.adjectives, [1 / (rank + 10) for rank in range(len(world.adjectives))]),
    )


def with_noise(words: Vocabulary, level: str) -> Vocabulary:
    """Give the words for companies whose systems are filled as carelessly as the level of noise says."""
    noise = words.world.noise[level]
    systems = {
        name: habits.model_copy(
            update={
                part: _often(getattr(habits, part), getattr(noise, part))
                for part in ("filled", "name", "field")
            }
        )
        for name, habits in words.world.systems.items()
    }
    noisy = replace(words, world=words.world.model_copy(update={"systems": systems}))
    if noise.crowding == 1:
        return noisy
    return replace(
        noisy,
        people={name: pool.crowded(noise.crowding) for name, pool in words.people.items()},
        towns={name: pool.crowded(noise.crowding) for name, pool in words.towns.items()},
        nouns=words.nouns.crowded(noise.crowding),
        adjectives=words.adjectives.crowded(noise.crowding),
    )


def _often(rates: dict[str, float], times: dict[str, float]) -> dict[str, float]:
    return {name: min(rate * times.get(name, 1.0), 1.0) for name, rate in rates.items()}


def _ranked(words: pl.Series) -> Pool:
    """Make a few words common and most rare, as in life; which ones is chance, but always the same."""
    shuffled = sorted(words, key=lambda word: (zlib.crc32(word.encode()), word))
    return Pool.of(shuffled, [1 / (rank + 25) for rank in range(len(shuffled))])


def _table(name: str) -> pl.DataFrame:
    data = gzip.decompress((DATA / name).read_bytes())
    return pl.read_csv(data, separator="\t", infer_schema=False, quote_char=None, empty_string_is_null=False)
