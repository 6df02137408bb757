"""The tables of a fix folder: merges, corrections, accounts to create, and the inverse of each."""

from __future__ import annotations

import polars as pl

from sot.emit.fixes.import_formats import Form

BY_HAND = ("key", "name", "field", "before", "after", "rule")


def keyed(records: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Give (uid, key, name) of the system's records: the key as an import or a person finds them by."""
    key = pl.col("name") if form.by_name else pl.col("record_id")
    keys = records.select("uid", "system", key.alias("key"), "name")
    return keys.filter(pl.col("system") == form.system).drop("system")


def merges(form: Form, keys: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Give one line for each survivor and as many losers as fit; more losers go on further lines."""
    fit = len(form.merges.losers)
    losers = (
        rows.join(keys, on="uid", maintain_order="left")
        .join(keys, left_on="uid_survivor", right_on="uid", suffix="_survivor", maintain_order="left")
        .sort("key_survivor", "key")
        .with_columns((pl.int_range(pl.len()).over("uid_survivor") // fit).alias("line"))
    )
    lines = losers.group_by("uid_survivor", "line", maintain_order=True).agg(
        pl.col("key_survivor").first().alias(form.merges.survivor),
        *(
            pl.col("key").get(i, null_on_oob=True).alias(header)
            for i, header in enumerate(form.merges.losers)
        ),
        pl.col("name_survivor").first().alias("survivor_name"),
        pl.col("name").str.join(" | ").alias("loser_names"),
        pl.col("rule").first().alias("survivor_chosen_by"),
        pl.col("golden_id").first(),
    )
    return lines.drop("uid_survivor", "line")


def update(
    form: Form, keys: pl.DataFrame, cells: pl.DataFrame, records: pl.DataFrame, to: str
) -> pl.DataFrame:
    """Give an import file that sets the cells to their `to` (before or after): the key and the columns
    concerned.

    Where an empty cell would wipe a value out, cells that need no change hold what the record has already.
    """
    wanted = [field for field in form.headers if field in set(cells["field"])]
    values = cells.with_columns(pl.col(to).fill_null(form.clearing or "")).pivot(
        on="field", on_columns=wanted, index="uid", values=to
    )
    table = values.join(keys.select("uid", "key"), on="uid")
    if not form.blank_keeps:
        present = records.select(pl.col(field).alias(f"{field}_now") for field in wanted)[table["uid"]]
        table = table.hstack(present).with_columns(
            pl.coalesce(field, f"{field}_now").alias(field) for field in wanted
        )
    columns = {form.key: pl.col("key")} | {form.headers[field][0]: pl.col(field) for field in wanted}
    return table.sort("key").select(expression.alias(header) for header, expression in columns.items())


def by_hand(keys: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Give the cells that a person has to change, one on a line."""
    return cells.join(keys, on="uid").sort("key", "field").select(BY_HAND)


def importable(form: Form, cells: pl.DataFrame, to: str) -> pl.Expr:
    """Tell which cells an import can set: it takes the column, and can make it empty if need be.

    A value that stands in several columns, such as an address of two lines, is for a person.
    """
    if not form.importer:
        return pl.lit(False)
    single = {field for field, columns in form.headers.items() if len(columns) == 1}
    # A changed key makes a new record instead of renaming the old one.
    takes = pl.col("field").is_in(sorted(single - ({"name"} if form.by_name else set())))
    return takes if form.clearing is not None else takes & pl.col(to).is_not_null()


def created(form: Form, golden: pl.DataFrame) -> pl.DataFrame:
    """Give the accounts to create, under the headers of the system's import; the golden id only where a rule
    gives it a column.
    """
    if not set(form.required) <= set(form.create):
        return pl.DataFrame()
    sources = {"website": "domain"}
    columns: dict[str, pl.Expr] = {}
    if form.golden_id is not None:
        columns[form.golden_id] = pl.col("golden_id")
    for field, header in form.create.items():
        source = sources.get(field, field)
        # The status of a golden customer says how it is linked; that of an account has words of its own in each system.
        if field != "status" and source in golden.columns and header not in columns:
            columns[header] = pl.col(source)
    return golden.sort("golden_id").select(column.alias(header) for header, column in columns.items())
