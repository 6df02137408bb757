"""The distinct names of records by number, with what is known of their bearers: how many, where, of which systems."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sot.model.scripts import LATIN_WORD, OTHER_LETTER
from sot.rules.matching_policy import PartWords

c = pl.col

OTHER_SCRIPT = "~"
"""The mark, among the words of a name's town, of a name in another script than Latin: two such names are two."""
NO_TOWN = ("", OTHER_SCRIPT)
"""The words of a name's town where no town is in the name."""

MOST_SYSTEMS = 62
"""Systems that are told from each other where names stand side by side: they are bits of a whole number."""

NAMED_PLACE = 2
_BESIDE_A_NAME = (
    "n_domain", "n_phone_key", "n_mailbox", "n_tax_id", "n_registration", "n_street", "n_house", "n_postcode", "n_city",
    "n_region",
)  # fmt: skip
BARE = (
    pl.when(c("n_site").is_not_null())
    .then(NAMED_PLACE)
    .when(pl.all_horizontal(c(_BESIDE_A_NAME).is_null()))
    .then(1)
    .otherwise(0)
    .cast(pl.Int8)
)
"""1 for a record that has nothing but a name, as in lists of projects and in reports, 2 for one whose name says where
it is, otherwise 0."""


def number_names(records: pl.DataFrame, parts: PartWords) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Number the distinct names, with the words that say where their bearer is; aliases are names of nobody.

    `towns` counts the towns of the records that bear the same words (their postcodes, if these are known more often),
    `systems` has a bit for each of their systems.
    """
    place = min(("n_city", "n_postcode"), key=lambda name: records[name].null_count())
    own = _with_towns(own_names(records, place, parts)).with_columns(
        systems=_systems(records["system"].unique()).unique().sum().over("words"),
        once=_once("words") & _once("squashed"),
    )
    alias = alias_names(records)
    key = ["name", "town_key"]
    bearers = (
        own.filter(c("name").is_not_null())
        .group_by(key)
        .agg(c("tokens", "town", "towns", "systems").first(), records=pl.len())
    )
    only_alias = alias.select(*key, "tokens").unique(key).join(bearers.select(key), on=key, how="anti")
    none = pl.lit(0, pl.get_index_type())
    nobody = only_alias.with_columns(
        town=pl.lit([], dtype=pl.List(pl.String)), records=none, towns=none, systems=pl.lit(0, pl.Int64)
    )
    table = pl.concat([bearers, nobody], how="diagonal").sort(key)
    table = table.with_row_index("name_id").with_columns(
        c("name_id").cast(pl.Int32), c("records").cast(pl.Int64)
    )
    numbers = table.select(*key, "name_id")
    named = own.select("uid", *key, "towns", "words", "once", "place", "system").join(
        numbers, on=key, how="left", maintain_order="left"
    )
    aliases = (
        alias.join(numbers, on=key, how="left").select("uid", "name_id", "name").unique(["uid", "name_id"])
    )
    return named, table, aliases.sort("uid", "name_id")


def bits_of_systems(systems: Iterable[str]) -> dict[str, int]:
    """Give a bit of a whole number to each system; of many the last share one."""
    return {system: 1 << min(at, MOST_SYSTEMS - 1) for at, system in enumerate(sorted(systems))}


def _with_towns(own: pl.DataFrame) -> pl.DataFrame:
    """Give `towns`, how many towns bear the words of a name; the region of another bearer is none."""
    region = own.select("words", place="province").drop_nulls().unique().with_columns(wide=True)
    own = own.join(region, on=["words", "place"], how="left", maintain_order="left")
    town = pl.when(c("province").is_not_null() | c("wide").is_null()).then("place")
    return own.with_columns(towns=town.drop_nulls().n_unique().over("words")).drop("wide")


def _systems(systems: Iterable[str]) -> pl.Expr:
    return c("system").replace_strict(bits_of_systems(systems), return_dtype=pl.Int64)


def _once(column: str) -> pl.Expr:
    """Give whether no system has a record's value twice; records that have only the name mention one customer.

    In a list of names alone nothing is mentioned: a name that a system has twice may be of two customers there.
    """
    mentions = (c("bare") == 1) & (c("bare") == 0).any()
    unit = pl.when(mentions).then("system").otherwise(c("uid").cast(pl.String))
    return unit.n_unique().over(column) == c("system").n_unique().over(column)


def own_names(records: pl.DataFrame, place: str, parts: PartWords) -> pl.DataFrame:
    """Give each record's own name with its words, and where it is by the column `place` and by its name.

    `province` is the region beside a town, as far as towns are compared.
    """
    region = c("n_region").str.slice(0, 4) if place == "n_city" else None
    own = records.select(
        "uid",
        name=pl.when(c("n_tokens").list.len() > 0).then("n_name"),
        tokens="n_tokens",
        words=c("n_tokens").list.sort().list.join(" "),
        squashed=c("n_tokens").list.join(""),
        place=c(place).str.slice(0, 4 if place == "n_city" else None),
        province=pl.when(c("n_city").is_not_null()).then(region).cast(pl.String),
        system="system",
        bare=BARE,
        script=c("name").str.contains(OTHER_LETTER) & ~c("name").str.contains(LATIN_WORD),
    ).join(_towns_in_names(records, parts), on="uid", how="left", maintain_order="left")
    town = c("town").fill_null([])
    marked = pl.when(c("script")).then(pl.concat_list(town, pl.lit(OTHER_SCRIPT))).otherwise(town)
    return own.with_columns(town=marked).with_columns(town_key=c("town").list.join(" ")).drop("script")


def alias_names(records: pl.DataFrame) -> pl.DataFrame:
    """Give the other names of records, one a row."""
    return (
        records.select("uid", name="n_aliases")
        .explode("name")
        .drop_nulls()
        .filter(c("name") != "")
        .with_columns(tokens=c("name").str.split(" ").list.unique(maintain_order=True), town_key=pl.lit(""))
    )


def _towns_in_names(records: pl.DataFrame, parts: PartWords) -> pl.DataFrame:
    """Give (uid, town): the words of a name that say where its record is.

    These are in its town, in its region, or in what the name calls its site. Words that name a part of a group do not,
    but for countries that stand apart.
    """
    places = [c(name).fill_null("") for name in ("n_city", "n_region", "n_site")]
    place = pl.concat_str(pl.lit(" "), *places, pl.lit(" "), separator=" ")
    words = records.select("uid", "n_site", place=place, town="n_tokens").filter(
        c("place").str.contains(r"\S")
    )
    words = words.explode("town").filter(c("place").str.contains(pl.format(" {} ", "town"), literal=True))
    apart = c("town").is_in(sorted(parts.countries)) & pl.format(" {} ", "n_site").str.contains(
        pl.format(" {} ", "town"), literal=True
    )
    words = words.filter(~c("town").is_in(sorted(parts.all)) | apart.fill_null(False))
    return words.group_by("uid").agg(c("town").unique().sort())
