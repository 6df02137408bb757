"""Records that name another system's id: an external id, a customer number, an id that was merged into another."""

from __future__ import annotations

import polars as pl

from sot.graphs import connected

c = pl.col

LEAST_SHARE = 0.5
"""So many of the ids that one system names must be ids of another, that they are taken for its ids."""
AGREEING = 0.5
"""So many of the records that share a customer number must share a word of their names: two systems may count alike."""
MOST_BEARERS = 3
"""An id that more records name, and none has, is no id of a customer."""
LEAST_LENGTH = 5
"""A shorter id that no record has may be anything."""
RECORD_ID, ACCOUNT_NUMBER, EXTERNAL_ID = 0, 1, 2
"""Where an id was found (`how`)."""
NAMES, NAMED, BESIDE = 1, 0, 2
"""Whether a record names another system's id, is of a system whose ids are named, or only shares an id (`refers`)."""

AGREE = (c("n_tokens").list.set_intersection("n_tokens_r").list.len() > 0).fill_null(False)
"""Whether two names (their words) share a word."""

_SALESFORCE = r"^00[0-9A-Za-z]{13}(?:[0-9A-Z]{3})?$"
_BETWEEN = r"[\s/,;|?=&#]+"


def id_keys(records: pl.DataFrame) -> pl.DataFrame:
    """Give (uid, system, key, form, telling, own, how): the ids that each record has (own 1) and that it names (own 0).

    One id has one key: without zeros in front, Salesforce's in their first 15 characters, out of a link the id in it.
    A form is the length of a key, below zero if it holds letters; telling is 1 if it is long enough to be no number of
    something else.
    """
    number = _key(c("account_number"))
    number = pl.when(number.str.contains(r"\d") & (number.str.len_chars() > 1)).then(number)
    ids = c("external_id")
    parts = ids.str.replace_all(_BETWEEN, " ").str.strip_chars().str.split(" ")
    numbers = _keyed(records, number, 1, ACCOUNT_NUMBER)
    named = _keyed(
        records.drop_nulls("external_id"), pl.concat_list(ids, parts.list.tail(12)), 0, EXTERNAL_ID
    )
    table = pl.concat(
        [
            _keyed(records, _key(c("record_id")), 1, RECORD_ID),
            numbers,
            numbers.with_columns(own=pl.lit(0, pl.Int32)),
            named.unique(["uid", "key"], maintain_order=True),
        ]
    )
    length = c("key").str.len_chars().cast(pl.Int32)
    telling = c("key").str.contains(r"\d") & (length >= LEAST_LENGTH)
    return table.with_columns(
        form=pl.when(c("key").str.contains(r"\D")).then(-length).otherwise(length),
        telling=telling.cast(pl.Int32),
    )


def _keyed(records: pl.DataFrame, key: pl.Expr, own: int, how: int) -> pl.DataFrame:
    table = records.select("uid", "system", key=key)
    if table.schema["key"] == pl.List(pl.String):
        table = table.explode("key").with_columns(key=_key(c("key")))
    flags = {"own": pl.lit(own, pl.Int32), "how": pl.lit(how, pl.Int32)}
    return table.filter(c("key") != "").with_columns(**flags)


def _key(value: pl.Expr) -> pl.Expr:
    bare = value.str.strip_chars().str.replace(r"^(\d+)\.0+$", "$1")
    zeros = bare.str.strip_chars_start("0")
    return (
        pl.when(bare.str.contains(r"^\d+$"))
        .then(zeros)
        .when(bare.str.contains(_SALESFORCE) & bare.str.contains("[A-Za-z]"))
        .then(bare.str.head(15))
        .otherwise(bare.str.to_uppercase())
    )


def references(records: pl.DataFrame) -> pl.DataFrame:
    """Give, by uid, `reference` (a number for the records that name one another) and `refers` (NAMES, NAMED, BESIDE).

    Every record of a system whose ids are named has a reference, its own if nobody names it: who names another record
    of that system is not it. Two records that name one id are one, also if no record has it; so an id that was merged
    into a record, which lists it, leads to that record. Other records have no reference.
    """
    keys = id_keys(records)
    own = keys.filter(c("own") == 1).select("key", "form", target="uid", owner="system", kind="how")
    named = keys.filter(c("own") == 0)
    names = records.select("uid", "n_tokens")
    met = named.join(own.drop("form"), on="key").filter(c("system") != c("owner"))
    met = met.join(names, on="uid").join(names.rename({"uid": "target"}), on="target", suffix="_r")
    met = met.with_columns(agree=AGREE).drop("n_tokens", "n_tokens_r")
    named_of = named.join(own.select("owner", "form").unique(), on="form").filter(c("system") != c("owner"))
    asked = named_of.group_by("system", "owner", "how").agg(asked=c("uid").n_unique())
    found = _usual(_once(met), asked)
    shared = _shared(named, own)
    left = pl.concat([found["uid"], shared["uid"]]).to_numpy()
    right = pl.concat([found["target"], shared["first"]]).to_numpy()
    group = pl.Series(connected(records.height, left, right))
    refers = records["uid"].is_in(found["uid"].implode())
    known = refers | records["system"].is_in(found["owner"].unique().implode())
    beside = records["uid"].is_in(pl.concat([shared["uid"], shared["first"]]).implode())
    return records.select(
        "uid",
        reference=pl.when(known | beside).then(group + 1),
        refers=pl.when(refers)
        .then(NAMES)
        .when(known)
        .then(NAMED)
        .when(beside)
        .then(BESIDE)
        .otherwise(NAMED)
        .cast(pl.Int8),
    )


def _once(met: pl.DataFrame) -> pl.DataFrame:
    """Keep of what each record names of a system its one record: an id of a record goes before a customer number."""
    best = met.filter(c("kind") == c("kind").min().over("uid", "owner", "how"))
    once = best.filter(c("target").n_unique().over("uid", "owner") == 1)
    return (
        once.select("uid", "system", "owner", "how", "target", "agree").unique().sort("uid", "how", "target")
    )


def _usual(met: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Keep what is named in a column that mostly names ids of that system."""
    habits = met.group_by("system", "owner", "how").agg(found=c("uid").n_unique(), agree=c("agree").mean())
    habits = habits.join(asked, on=["system", "owner", "how"])
    alike = (c("how") == EXTERNAL_ID) | (c("agree") >= AGREEING)
    usual = habits.filter((c("found") / c("asked") >= LEAST_SHARE) & alike)
    return met.join(usual.select("system", "owner", "how"), on=["system", "owner", "how"], how="semi")


def _shared(named: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Give (uid, first) of the records that name one external id that no record has."""
    rest = named.filter((c("how") == EXTERNAL_ID) & (c("telling") == 1)).join(own, on="key", how="anti")
    rest = rest.select("uid", "key", "system").unique()
    several = c("key").n_unique().over("system") >= LEAST_SHARE * pl.len().over("system")
    rest = rest.filter(several).filter(pl.len().over("key").is_between(2, MOST_BEARERS))
    return (
        rest.select("uid", first=c("uid").min().over("key"))
        .filter(c("uid") != c("first"))
        .sort("uid", "first")
    )
