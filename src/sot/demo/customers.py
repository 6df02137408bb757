"""The customers as they truly are: who they are, where they sit, whom they belong to, what they were."""

from __future__ import annotations

import numpy as np
import polars as pl

from sot.demo.draw import Draw, Pool
from sot.demo.names import firm_names, people, rendered, squashed
from sot.demo.places import places
from sot.demo.tax import tax_ids
from sot.demo.vocabulary import Vocabulary

_PLACE = ("town", "region", "postcode", "house", "street", "street_kind", "unit", "area", "local")


def make_customers(words: Vocabulary, count: int, seed: int) -> pl.DataFrame:
    """Make `count` customers, one row each.

    Columns: entity, country, core, form (number of the legal form), stem, trade, person, given, surname, the
    columns of a place; role (base, subsidiary, branch, franchise, namesake) and host (the row that it belongs
    to or resembles); former_core and old_<place> where it was renamed or has moved, trade_name; domain,
    mailbox (free mail), bookkeeper (a shared mailbox), tax_id, contact_given and contact_surname.
    """
    draw = Draw(seed, "customers")
    roles = _roles(draw, words, count)
    parts = [
        _in_country(words, code, rows, seed)
        for (code,), rows in roles.sort("country", "entity").group_by(["country"], maintain_order=True)
    ]
    customers = _after_hosts(draw, words, pl.concat(parts).sort("entity"))
    customers = customers.with_columns(_domains(draw, words, customers))
    return customers.with_columns(_mailboxes(draw, words, customers))


def _roles(draw: Draw, words: Vocabulary, count: int) -> pl.DataFrame:
    """Say of each customer what it is to another one, and in which country it sits."""
    shares = words.world.relations
    role = draw.pick(count, Pool.weighted({"base": 1 - sum(shares.values()), **shares}))
    independent = np.flatnonzero((role == "base").to_numpy())
    if independent.size == 0:
        role, independent = pl.Series(["base"] * count), np.arange(count)
    few = independent[: max(1, int(independent.size * sum(shares.values()) * 0.6))]
    host = pl.Series(few[draw.whole(count, 0, few.size)])
    country = draw.pick(count, Pool.weighted({code: each.share for code, each in words.countries.items()}))
    at_home = (role != "subsidiary") | draw.chance(count, 0.7)
    return pl.DataFrame({"entity": np.arange(count), "role": role, "country": country}).with_columns(
        pl.when(pl.col("role") != "base").then(host).alias("host"),
        pl.when((pl.col("role") != "base") & at_home)
        .then(country.gather(host))
        .otherwise("country")
        .alias("country"),
    )


def _in_country(words: Vocabulary, code: str, rows: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Give the customers of one country their names, places, legal forms, tax ids and history."""
    draw, country, count = Draw(seed, f"country {code}"), words.countries[code], rows.height
    history = words.world.history
    place = places(draw, words, code, count)
    old_place = places(draw, words, code, count).rename({name: f"old_{name}" for name in _PLACE})
    name = firm_names(draw, words, country, place["town"])
    other = firm_names(draw, words, country, place["town"])
    alias = firm_names(draw, words, country, place["town"])
    renamed, moved = draw.chance(count, history["renamed"]), draw.chance(count, history["moved"])
    aliased, keeps_stem = draw.chance(count, history["trade_name"]), draw.chance(count, 0.4)
    return rows.with_columns(
        *name,
        *place,
        *(pl.when(moved).then(column).alias(column.name) for column in old_place),
        draw.pick(count, _forms(words, code)).alias("form"),
        pl.when(renamed)
        .then(pl.when(keeps_stem).then(name["stem"] + " " + other["trade"]).otherwise(other["core"]))
        .alias("former_core"),
        pl.when(aliased).then(alias["core"]).alias("trade_name"),
        (
            tax_ids(draw, count, country.tax) if country.tax else pl.Series([None] * count, dtype=pl.String)
        ).alias("tax_id"),
        people(draw, words, country, "given", count).alias("contact_given"),
        people(draw, words, country, "surname", count).alias("contact_surname"),
        draw.pick(count, Pool.weighted(country.tlds)).alias("tld"),
        draw.one_of(count, words.languages[country.language].parts_of_a_group).alias("part"),
    )


def _forms(words: Vocabulary, code: str) -> Pool:
    """Give the numbers of a country's legal forms, counted through all countries by code."""
    before = sum(len(words.countries[other].forms) for other in words.countries if other < code)
    shares = [share for _, share in words.countries[code].forms.values()]
    return Pool.of(pl.Series(range(before, before + len(shares)), dtype=pl.Int64), shares)


def _after_hosts(draw: Draw, words: Vocabulary, customers: pl.DataFrame) -> pl.DataFrame:
    """Name subsidiaries, branches, franchises and namesakes after the customer they belong to or resemble."""
    hosts = customers.select("core", "stem", "form", "country", *_PLACE).rename(lambda name: f"host_{name}")
    linked = customers.with_columns(hosts[customers["host"].fill_null(0)]).with_columns(
        draw.chance(customers.height, 0.55).alias("by_trade"),
        draw.chance(customers.height, 0.3).alias("under_one_roof"),
    )
    role = pl.col("role")
    takes_form = role.is_in(["branch", "franchise", "namesake"])
    by_trade = (
        pl.when("by_trade").then(rendered("{host_stem} {trade}")).otherwise(rendered("{host_stem} {part}"))
    )
    core = (
        pl.when(role == "subsidiary").then(by_trade)
        .when(role == "branch").then(rendered("{host_core} {town}"))
        .when(role == "franchise").then(rendered("{host_core} of {town}"))
        .when(role == "namesake").then("host_core")
        .otherwise("core")
    )  # fmt: skip
    under_one_roof = (
        (role == "subsidiary") & pl.col("under_one_roof") & (pl.col("country") == pl.col("host_country"))
    )
    return linked.with_columns(
        core.alias("core"),
        pl.when(takes_form).then("host_form").otherwise("form").alias("form"),
        pl.when(role != "base").then("host_stem").otherwise("stem").alias("stem"),
        pl.when(role == "base").then("person").otherwise(False).alias("person"),
        pl.when(role != "branch").then("tax_id").alias("tax_id"),
        *(pl.when(under_one_roof).then(f"host_{name}").otherwise(name).alias(name) for name in _PLACE),
    ).select(pl.exclude("^host_.*$", "by_trade", "under_one_roof", "part"))


def _domains(draw: Draw, words: Vocabulary, customers: pl.DataFrame) -> pl.Series:
    """Give each customer a web domain of its own, or that of the group that it belongs to, or none."""
    rows = customers.height
    core, stem, town = (squashed(customers[name]) for name in ("core", "stem", "town"))
    hyphened = squashed(customers["core"].str.replace_all(r"[\s&]+", "qzq")).str.replace_all("qzq", "-")
    style = pl.Series(draw.uniform(rows))
    wished = pl.DataFrame({"core": core, "town": town, "tld": customers["tld"]}).with_columns(
        pl.when(style < 0.12).then(stem + town)
        .when(style < 0.26).then(hyphened)
        .when(style < 0.36).then(stem)
        .otherwise("core")
        .str.slice(0, 34).alias("label")
    )  # fmt: skip
    wished = wished.with_columns(pl.concat_str("label", pl.lit("."), "tld").alias("domain"))
    for again in (
        pl.concat_str("label", "town"),
        pl.concat_str("label", pl.int_range(pl.len()).cast(pl.String)),
    ):
        taken = pl.int_range(pl.len()).over("domain") > 0
        wished = wished.with_columns(
            pl.when(taken).then(pl.concat_str(again, pl.lit("."), "tld")).otherwise("domain").alias("domain")
        )
    own = wished.with_columns(
        pl.when(draw.chance(rows, words.world.mail["own_domain"]) & (core.str.len_chars() > 1)).then("domain")
    )["domain"]
    role = customers["role"]
    shared = (
        (role == "branch")
        | ((role == "subsidiary") & draw.chance(rows, 0.6))
        | ((role == "franchise") & draw.chance(rows, 0.5))
    )
    return pl.select(
        pl.when(shared).then(own.gather(customers["host"])).otherwise(own).alias("domain")
    ).to_series()


def _providers(draw: Draw, words: Vocabulary, country: pl.Series) -> pl.Series:
    everywhere = draw.one_of(country.len(), words.world.free_mail)
    at_home = draw.chance(country.len(), 0.4)
    for code, each in sorted(words.countries.items()):
        if each.free_mail:
            chosen = at_home & (country == code)
            own = draw.one_of(country.len(), each.free_mail)
            everywhere = pl.select(pl.when(chosen).then(own).otherwise(everywhere)).to_series()
    return everywhere


def _mailboxes(draw: Draw, words: Vocabulary, customers: pl.DataFrame) -> list[pl.Expr]:
    """Give firms without a domain a free-mail address, and some firms that of a bookkeeper they share."""
    rows = customers.height
    keepers = max(2, rows // 300)
    keeper_names = draw.one_of(keepers, words.world.coined_start) + draw.one_of(
        keepers, words.world.coined_end
    )
    keeper_mail = (
        "accounts@" + squashed(keeper_names) + "-bookkeeping" + draw.one_of(keepers, [".com", ".net"])
    )
    first, last = squashed(customers["contact_given"]), squashed(customers["contact_surname"])
    provider = _providers(draw, words, customers["country"])
    number = draw.some(draw.numbers(rows, 1, 999), 0.3, lambda plain: plain.str.slice(0, 0))
    has_keeper = draw.chance(rows, words.world.mail["bookkeeper"])
    return [
        pl.when(pl.col("domain").is_null())
        .then(pl.concat_str(pl.lit(first), pl.lit(last), pl.lit(number), pl.lit("@"), pl.lit(provider)))
        .alias("mailbox"),
        pl.when(has_keeper).then(keeper_mail.gather(draw.whole(rows, 0, keepers))).alias("bookkeeper"),
    ]
