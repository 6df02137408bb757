"""Conflicts about accounts: only here, active here and inactive there, twice in one system, an id twice."""

from __future__ import annotations

import numpy as np
import polars as pl

from sot.model.kinds import ConflictKind
from sot.resolve.cell_text import KEY, joined, saying
from sot.resolve.conflicts.table import found, nothing
from sot.resolve.members import Flags, Members, Places
from sot.resolve.survivorship import Choice
from sot.rules.governance import owned


def only_in_one_system(members: Members, expected_in: tuple[str, ...]) -> pl.DataFrame:
    """Find the customers that one system knows alone; `fix_in` names those that should know them too."""
    names = sorted({system for system, _ in members.systems})
    if len(names) < 2:
        return nothing()
    expected = sorted(
        {system for system, department in members.systems if owned(expected_in, system, department)}
    )
    lacking = ["|".join(other for other in expected or names if other != name) for name in names]
    alone = np.bincount(members.customer[members.runs], minlength=members.customers) == 1
    rows = _named(members, np.flatnonzero(alone[members.customer]))
    base = rows.filter(pl.col("customer").is_first_distinct()).select(
        "customer", pl.col("system").replace_strict(names, lacking, return_dtype=pl.String).alias("fix_in")
    )
    return found(
        ConflictKind.ONLY_IN_ONE_SYSTEM,
        base,
        joined(rows, "said", " | ", "values"),
        joined(rows, "key", "|", "record_ids"),
    )


def status_mismatch(members: Members, choice: Choice) -> pl.DataFrame:
    """Find the customers that are active in one system and inactive in another.

    A system counts as active as soon as one of its accounts is; an old duplicate beside it is no mismatch.
    """
    with_status = np.flatnonzero(members.each(pl.col("n_status").is_not_null()).to_numpy())
    known = members.at(with_status, "system", "record_id", "n_status")
    states = known.group_by("customer", "system", maintain_order=True).agg(
        pl.col("n_status").min().alias("state"), KEY.str.join("|").alias("key")
    )
    states = states.filter(pl.col("state").n_unique().over("customer") > 1).sort("customer", "system")
    chosen = members.at(choice.winners[choice.known], pl.col("n_status").alias("chosen"))
    chosen = chosen.with_columns(choice.rules.gather(choice.known).alias("rule"))
    states = states.join(chosen, on="customer", how="left", maintain_order="left")
    wrong = states.filter((pl.col("state") != pl.col("chosen")).fill_null(True))
    return found(
        ConflictKind.STATUS_MISMATCH,
        states.filter(pl.col("customer").is_first_distinct()).select(
            "customer", "chosen", "rule", pl.lit("account_status").alias("field")
        ),
        joined(states.with_columns(saying(pl.col("state")).alias("said")), "said", " | ", "values"),
        joined(wrong, "system", "|", "fix_in"),
        joined(states, "key", "|", "record_ids"),
    )


def duplicates(members: Members, merges: pl.DataFrame, below: Flags) -> pl.DataFrame:
    """Find the customers that have several accounts in one system; `merges` (MERGES) says which one stays.

    A sub-account (`below`) is no duplicate of the account that it belongs to.
    """
    accounts = members.each(pl.col("object") == "account").to_numpy() & ~below
    rows = _named(members, members.several(accounts))
    by = ("customer", "system")
    stays = merges.select(pl.col("uid_survivor").alias("uid"), "rule").unique("uid", keep="first")
    kept = members.at(members.of(stays["uid"]), "system", KEY.alias("chosen")).with_columns(stays["rule"])
    return found(
        ConflictKind.DUPLICATE_IN_SYSTEM,
        rows.select(*by, pl.col("system").alias("fix_in")).unique(maintain_order=True),
        kept.select(*by, "chosen", "rule"),
        joined(rows, "said", " | ", "values", by),
        joined(rows, "key", "|", "record_ids", by),
        by=by,
    )


def repeated_ids(members: Members) -> pl.DataFrame:
    """Find the record ids that a system has used more than once."""
    if "id_repeated" not in members.records.columns:
        return nothing()
    written = pl.col("record_id").str.replace(r"#\d+$", "").alias("written")
    repeated = np.flatnonzero(members.each(pl.col("id_repeated").fill_null(False)).to_numpy())
    rows = _named(members, repeated, written)
    rows = rows.sort("system", "written", "key")
    by = ("system", "written")
    return found(
        ConflictKind.DUPLICATE_RECORD_ID,
        rows.unique(by, keep="first", maintain_order=True).select(
            *by, "customer", pl.col("system").alias("fix_in")
        ),
        joined(rows, "said", " | ", "values", by),
        joined(rows, "key", "|", "record_ids", by),
        by=by,
    )


def _named(members: Members, places: Places, *more: pl.Expr) -> pl.DataFrame:
    named = (saying(pl.col("name")).alias("said"), KEY.alias("key"))
    return members.at(places, "system", *named, *more)
