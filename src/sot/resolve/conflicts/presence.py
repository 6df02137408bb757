"""Conflicts about accounts: only here, active here and inactive there, twice in one system, an id twice."""

from __future__ import annotations

import polars as pl

from sot.model.kinds import ConflictKind
from sot.resolve.conflicts.table import FOUND, found
from sot.resolve.survivorship import Choice
from sot.resolve.texts import KEY, joined, saying
from sot.rules.governance import owned


def only_in_one_system(members: pl.DataFrame, expected_in: tuple[str, ...]) -> pl.DataFrame:
    """Find the customers that one system knows alone; `fix_in` names those that should know them too."""
    systems = members.select("system", "department").unique().sort("system", "department")
    if systems["system"].n_unique() < 2:
        return pl.DataFrame(schema=dict(FOUND))
    everywhere = sorted(
        {name for name, department in systems.iter_rows() if owned(expected_in, name, department)}
    )
    everywhere = everywhere or sorted(systems["system"].unique())
    missing = pl.DataFrame(
        [
            (name, "|".join(other for other in everywhere if other != name))
            for name in systems["system"].unique()
        ],
        schema={"system": pl.String, "fix_in": pl.String},
        orient="row",
    )
    alone = pl.col("system").min().over("cluster") == pl.col("system").max().over("cluster")
    rows = _named(members.filter(alone))
    base = rows.unique("cluster", keep="first", maintain_order=True).select("cluster", "system")
    return found(
        ConflictKind.ONLY_IN_ONE_SYSTEM,
        base.join(missing, on="system", maintain_order="left"),
        joined(rows, "said", " | ", "values"),
        joined(rows, "key", "|", "record_ids"),
    )


def status_mismatch(members: pl.DataFrame, choice: Choice) -> pl.DataFrame:
    """Find the customers that are active in one system and inactive in another.

    A system counts as active as soon as one of its accounts is; an old duplicate beside it is no mismatch.
    """
    known = members.filter(pl.col("n_status").is_not_null())
    states = known.group_by("cluster", "system").agg(
        pl.col("n_status").min().alias("state"), KEY.sort_by("uid").str.join("|").alias("key")
    )
    states = states.filter(pl.col("state").n_unique().over("cluster") > 1).sort("cluster", "system")
    chosen = choice.winners.select(
        "cluster", "rule", members[choice.winners["uid"]]["n_status"].alias("chosen")
    )
    base = (
        states.select("cluster")
        .unique(maintain_order=True)
        .join(chosen, on="cluster", how="left", maintain_order="left")
    )
    wrong = states.join(chosen, on="cluster", how="left", maintain_order="left")
    wrong = wrong.filter((pl.col("state") != pl.col("chosen")).fill_null(True))
    return found(
        ConflictKind.STATUS_MISMATCH,
        base.with_columns(pl.lit("account_status").alias("field")),
        joined(states.with_columns(saying(pl.col("state")).alias("said")), "said", " | ", "values"),
        joined(wrong, "system", "|", "fix_in"),
        joined(states, "key", "|", "record_ids"),
    )


def duplicates(members: pl.DataFrame) -> pl.DataFrame:
    """Find the customers that have several accounts in one system."""
    accounts = members.filter(pl.col("object") == "account")
    rows = _named(accounts.filter(pl.len().over("cluster", "system") > 1))
    by = ("cluster", "system")
    return found(
        ConflictKind.DUPLICATE_IN_SYSTEM,
        rows.select(*by, pl.col("system").alias("fix_in")).unique(maintain_order=True),
        joined(rows, "said", " | ", "values", by),
        joined(rows, "key", "|", "record_ids", by),
        by=by,
    )


def repeated_ids(members: pl.DataFrame) -> pl.DataFrame:
    """Find the record ids that a system has used more than once."""
    if "id_repeated" not in members.columns:
        return pl.DataFrame(schema=dict(FOUND))
    written = pl.col("record_id").str.replace(r"#\d+$", "").alias("written")
    rows = _named(members.filter(pl.col("id_repeated").fill_null(False)), written).sort(
        "system", "written", "uid"
    )
    by = ("system", "written")
    return found(
        ConflictKind.DUPLICATE_RECORD_ID,
        rows.unique(by, keep="first", maintain_order=True).select(
            *by, "cluster", pl.col("system").alias("fix_in")
        ),
        joined(rows, "said", " | ", "values", by),
        joined(rows, "key", "|", "record_ids", by),
        by=by,
    )


def _named(rows: pl.DataFrame, *more: pl.Expr) -> pl.DataFrame:
    names = saying(pl.col("name")).alias("said")
    return rows.select("cluster", "uid", "system", names, KEY.alias("key"), *more).sort("cluster", "uid")
