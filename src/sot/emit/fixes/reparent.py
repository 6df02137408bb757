"""What hangs on accounts that are merged away, and has to be moved to the account that stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from sot.emit.fixes.import_formats import Form
from sot.model.kinds import ObjectKind
from sot.model.run import Run
from sot.model.sources import Source
from sot.workspace.file_names import file_name

MOVE = "move"
"""How the names of these files begin."""

_PLACE = ("source", "sheet")

Files = Iterator[tuple[str, pl.DataFrame, pl.DataFrame]]
"""File name, the table that moves, and the one that moves back."""


def children(form: Form, run: Run, joins: pl.DataFrame) -> Files:
    """Give a table for each export that holds children of the losers: key, account and the account before.

    Where the merge of the system moves them itself, there is nothing to give.
    """
    if form.children == "moved":
        return
    names = run.records.select("uid", "record_id", "name")
    losers = joins.select("uid", "uid_survivor").join(names, on="uid").join(
        names.rename({"uid": "uid_survivor", "record_id": "survivor", "name": "survivor_name"}), on="uid_survivor"
    )  # fmt: skip
    references = pl.concat([_documents(form, run, losers), _accounts(form, run, losers)])
    for (path, sheet, by_id), rows in references.sort(*_PLACE, "by_id", "key", "before").group_by(
        *_PLACE, "by_id", maintain_order=True
    ):
        source = next(
            source for source in run.imported.sources if (source.path, source.sheet) == (path, sheet)
        )
        stem = file_stem(source) + ("" if by_id else " by name")
        headers = _headers(source, bool(by_id))
        yield (
            f"{MOVE} {stem}.csv",
            _table(rows, headers, "after", "before"),
            _table(rows, headers, "before", "after"),
        )


def file_stem(source: Source) -> str:
    """Give how files that come from an export are called after it."""
    name = Path(source.path).stem + (f" {source.sheet}" if source.sheet else "")
    return file_name(name)


def _documents(form: Form, run: Run, losers: pl.DataFrame) -> pl.DataFrame:
    """Find the documents of the losers; before a merge that moves the others, only projects stand in the way."""
    documents = run.imported.documents.filter(pl.col("system") == form.system)
    if form.children == "first":
        documents = documents.filter(pl.col("object") == str(ObjectKind.PROJECT))
    owner = losers.select("survivor", "survivor_name", pl.col("record_id").alias("customer_id"))
    by_id = pl.col("account_id").is_not_null()
    return _references(
        documents.join(owner, on="customer_id"),
        by_id,
        pl.when(by_id).then("account_id").otherwise("account_name"),
    )


def _accounts(form: Form, run: Run, losers: pl.DataFrame) -> pl.DataFrame:
    """Find the accounts below the losers, but for those that are merged themselves, or that their parent joins."""
    accounts = run.records.select(*_PLACE, "uid", "system", "object", "record_id", "parent_id", "parent_name")
    accounts = accounts.filter(
        (pl.col("system") == form.system) & (pl.col("object") == str(ObjectKind.ACCOUNT))
    )
    accounts = accounts.join(losers, on="uid", how="anti")
    by_id = pl.col("parent_id").is_not_null()
    parent = pl.when(by_id).then("parent_id").otherwise("parent_name")
    owner = pl.concat(
        [
            losers.select("survivor", "survivor_name", pl.lit(by).alias("by_id"), pl.col(key).alias("parent"))
            for by, key in ((True, "record_id"), (False, "name"))
        ]
    )
    below = accounts.with_columns(by_id.alias("by_id"), parent.alias("parent")).join(
        owner, on=["by_id", "parent"]
    )
    below = below.filter(pl.col("record_id") != pl.col("survivor"))
    return _references(below, pl.col("by_id"), pl.col("parent"))


def _references(rows: pl.DataFrame, by_id: pl.Expr, before: pl.Expr) -> pl.DataFrame:
    """Give (source, sheet, by_id, key, before, after); a reference that stays the same is left out."""
    after = pl.when(by_id).then("survivor").otherwise("survivor_name")
    columns = {"by_id": by_id, "key": pl.col("record_id"), "before": before, "after": after}
    references = rows.select(*_PLACE, **columns)
    return references.filter(pl.col("key").is_not_null() & (pl.col("before") != pl.col("after"))).unique()


def _headers(source: Source, by_id: bool) -> tuple[str, str]:
    """Give the headers of the key and of the account in the export, which its import knows too."""
    fields = ("account_id", "parent_id") if by_id else ("account_name", "parent_name")
    written = next((source.fields[name] for name in fields if name in source.fields), fields[0])
    return source.record_id or "record_id", written.split(" || ")[0].split(" ++ ")[0]


def _table(rows: pl.DataFrame, headers: Sequence[str], to: str, before: str) -> pl.DataFrame:
    key, account = headers
    return rows.select(pl.col("key").alias(key), pl.col(to).alias(account), pl.col(before).alias("before"))
