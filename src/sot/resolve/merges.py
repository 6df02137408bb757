"""Which of a customer's accounts in one system stays, and which are merged into it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl

from sot.model.decisions import SURVIVOR, Constraints
from sot.model.kinds import LinkedBy
from sot.model.tables import MERGES, conform
from sot.resolve.members import Flags, Members, Places

STEPS = {
    "kept": "decision",
    "live": "live",
    "activity": "most documents",
    "age": "oldest",
    "filled": "most complete",
    "spelled": "golden name",
}
"""What makes an account the one that stays, the first that tells two apart; and how that is said."""


def kept(members: Members, constraints: Constraints) -> Places:
    """Give for each record 0, or the number of the decision that it stays; of two in a system the last one counts."""
    numbers = np.zeros(members.height, dtype=np.int64)
    chosen = constraints.locks.filter(pl.col("field") == SURVIVOR)["uid"]
    numbers[members.of(chosen)] = np.arange(1, len(chosen) + 1)
    return numbers


def merges(
    members: Members,
    memberships: pl.DataFrame,
    documents: pl.DataFrame,
    below: Flags,
    decided: Places,
    names: pl.Series,
) -> pl.DataFrame:
    """Give MERGES: every account that should be merged into another of its system; `decided` is what `kept` gave.

    `names` are the golden names of the customers: of equals the account stays that is written so.

    Links in doubt merge nothing, nor can a record whose id its system uses twice be told from the other; sub-accounts
    and test accounts (`below`) are never merged.
    """
    free = trusted(members, memberships) & ~below
    places = members.several(free)
    written = names.gather(members.customer[places])
    several = _accounts(members, places, documents).with_columns(
        kept=pl.Series(decided[places]), spelled=(pl.col("name") == written).fill_null(False)
    )
    ranked = several.sort(
        ["golden_id", "system", *STEPS, "uid"], descending=[False, False, *[True] * len(STEPS), False]
    )
    first = pl.struct("golden_id", "system").is_first_distinct()
    survivors = ranked.filter(first).rename({"uid": "uid_survivor"})
    losers = ranked.filter(~first).join(
        survivors, on=["golden_id", "system"], suffix="_survivor", maintain_order="left"
    )
    rule = pl.lit("first id")
    for step, text in reversed(STEPS.items()):
        rule = pl.when(pl.col(step) != pl.col(f"{step}_survivor")).then(pl.lit(text)).otherwise(rule)
    return conform(losers.with_columns(rule.alias("rule")), MERGES)


def sub_accounts(members: Members, systems: Collection[str]) -> Flags:
    """Tell which records are accounts below another one (sub-customers, jobs) in one of these `systems`."""
    sub = pl.col("system").is_in(sorted(systems)) & (
        pl.col("parent_id").is_not_null() | pl.col("parent_name").is_not_null()
    )
    flags: Flags = members.each(sub.fill_null(False)).to_numpy()
    return flags


def within_accounts(members: Members, below: Flags) -> Flags:
    """Tell which sub-accounts are of one customer with an account of their system that is none: jobs and sites."""
    rows = pl.DataFrame({"customer": members.customer, "system": members.system_code, "below": below})
    flags: Flags = (
        rows.select(pl.col("below") & ~pl.col("below").all().over("customer", "system"))
        .to_series()
        .to_numpy()
    )
    return flags


def trusted(members: Members, memberships: pl.DataFrame) -> Flags:
    """Tell which records are accounts that are linked without a doubt, and that their key tells apart."""
    doubtful = memberships.filter(pl.col("linked_by") == LinkedBy.DOUBT)["uid"]
    sure = (pl.col("object") == "account") & ~pl.col("uid").is_in(doubtful.implode())
    if "id_repeated" in members.records.columns:
        sure &= ~pl.col("id_repeated").fill_null(False)
    flags: Flags = members.each(sure).to_numpy()
    return flags


def _accounts(members: Members, places: Places, documents: pl.DataFrame) -> pl.DataFrame:
    """Give what is known of some accounts, with the steps by which they are ranked."""
    accounts = members.at(
        places, "uid", "golden_id", "system", "record_id", "name", "live", "filled", "created_on"
    )
    key = ["system", "record_id"]
    theirs = documents.select("system", record_id="customer_id").join(accounts, on=key, how="semi")
    counts = theirs.group_by(key).agg(pl.len().cast(pl.Int64).alias("activity"))
    return accounts.join(counts, on=key, how="left", maintain_order="left").with_columns(
        pl.col("activity").fill_null(0),
        # Who was there first; an account of unknown age counts as the youngest.
        (-pl.col("created_on").dt.timestamp("us")).fill_null(-(2**62)).alias("age"),
    )
