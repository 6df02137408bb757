"""What states in unknown words mean, by what happens to the documents that are in them.

A deal that projects and invoices name was won; one whose state is unknown too and that nothing follows, though its day
has passed, was lost. Where won and lost deals are known, those in any other state are open. Projects in the commonest
unknown state, nearly all of whose days have passed, are done.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.columns.headers import words

_PIECE = r"[\p{L}\d][\p{L}\d./_-]*[\p{L}\d]"
_REFS = ("deal_ref", "reference", "order_ref", "project_ref")
_FEW, _MANY = 3, 5
_FOLLOWED, _NEVER, _PASSED = 0.3, 0.08, 0.95


def take_states(document_tables: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """Give the documents with a state where one of deals or projects is in unknown words and events tell it."""
    if not any(_unknown(table, kind).height for table in document_tables for kind in ("deal", "project")):
        return list(document_tables)
    refs, named = _references(document_tables)
    today = _newest(document_tables)
    return [
        _with_projects(_with_open_deals(_with_deals(table, refs, named, today)), today)
        for table in document_tables
    ]


def _unknown(table: pl.DataFrame, kind: str) -> pl.DataFrame:
    return table.filter(pl.col("object") == kind, pl.col("state").is_null(), pl.col("status").is_not_null())


def _references(document_tables: Sequence[pl.DataFrame]) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Give the numbers that projects and invoices name, and the projects by name and customer."""
    refs: set[str] = set()
    named: set[tuple[str, str]] = set()
    for table in document_tables:
        rows = table.filter(pl.col("object").is_in(["project", "invoice"]))
        for column in (name for name in _REFS if name in rows.columns):
            pieces = rows[column].drop_nulls().str.to_lowercase().str.extract_all(_PIECE)
            refs.update(pieces.explode().drop_nulls().unique().to_list())
        projects = table.filter(pl.col("object") == "project")
        named.update(zip(map(_plain, projects["name"]), map(_begin, projects["account_name"]), strict=True))
    return frozenset(refs), frozenset(pair for pair in named if all(pair))


def _newest(document_tables: Sequence[pl.DataFrame]) -> object:
    """Give the newest day on which an invoice or payment was made."""
    days = [
        table.filter(pl.col("object").is_in(["invoice", "payment"]))["dated_on"].max()
        for table in document_tables
    ]
    return max((day for day in days if day is not None), default=None)


def _with_deals(
    table: pl.DataFrame,
    refs: frozenset[str],
    named: frozenset[tuple[str, str]],
    today: object,
) -> pl.DataFrame:
    rows = _unknown(table, "deal")
    if not rows.height or today is None:
        return table
    follows = [
        any(str(value).lower() in refs for value in (own, number) if value)
        or (_plain(name), _begin(owner)) in named
        for own, number, name, owner in rows.select("record_id", "number", "name", "account_name").rows()
    ]
    groups = (
        rows.with_columns(
            follows=pl.Series(follows, dtype=pl.Boolean), past=pl.col("dated_on") <= pl.lit(today)
        )
        .group_by("status")
        .agg(pl.len().alias("count"), pl.col("follows").mean(), pl.col("past").fill_null(value=False).mean())
    )
    won = (pl.col("follows") >= _FOLLOWED) & (pl.col("count") >= _FEW) & (pl.col("past") >= _PASSED)
    lost = (pl.col("follows") <= _NEVER) & (pl.col("count") >= _FEW) & (pl.col("past") >= _PASSED)
    states = groups.with_columns(
        meant=pl.when(won).then(pl.lit("deal_won")).when(lost).then(pl.lit("deal_lost"))
    )
    if not (states["meant"] == "deal_won").any() and not (table["state"] == "deal_won").any():
        return table
    return _stated(table, "deal", states)


def _with_open_deals(table: pl.DataFrame) -> pl.DataFrame:
    rows = _unknown(table, "deal")
    if not rows.height or not {"deal_won", "deal_lost"} <= set(table["state"].unique()):
        return table
    return _stated(table, "deal", rows.select("status", meant=pl.lit("deal_open")).unique())


def _with_projects(table: pl.DataFrame, today: object) -> pl.DataFrame:
    rows = _unknown(table, "project")
    if not rows.height or today is None or (table["state"] == "project_done").any():
        return table
    groups = rows.group_by("status").agg(
        pl.len().alias("count"), (pl.col("ended_on") <= pl.lit(today)).mean().alias("past")
    )
    done = (
        (pl.col("past") >= _PASSED) & (pl.col("count") >= _MANY) & (pl.col("count") == pl.col("count").max())
    )
    return _stated(table, "project", groups.with_columns(meant=pl.when(done).then(pl.lit("project_done"))))


def _stated(table: pl.DataFrame, kind: str, states: pl.DataFrame) -> pl.DataFrame:
    known = dict(states.drop_nulls("meant").select("status", "meant").rows())
    if not known:
        return table
    state = pl.col("status").replace_strict(known, default=None, return_dtype=pl.String)
    mine = (pl.col("object") == kind) & pl.col("state").is_null()
    return table.with_columns(state=pl.when(mine).then(state).otherwise("state"))


def _plain(name: str | None) -> str:
    return " ".join(words(name or ""))


def _begin(name: str | None) -> str:
    return " ".join(words(name or "")[:1])
