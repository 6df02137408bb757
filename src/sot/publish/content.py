"""The rows of the published tables, read from a finished run and checked against the contract."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl

from sot import __version__
from sot.errors import InputError
from sot.publish.contract import TABLES, Table, Type
from sot.workspace import golden_id_ledger
from sot.workspace.path_hash import path_hash
from sot.workspace.project import Project

POLARS: dict[Type, pl.DataType | type[pl.DataType]] = {
    Type.TEXT: pl.String,
    Type.INTEGER: pl.Int32,
    Type.BIGINT: pl.Int64,
    Type.DOUBLE: pl.Float64,
    Type.BOOLEAN: pl.Boolean,
    Type.TIMESTAMP: pl.Datetime("us", "UTC"),
}
"""The type of a column in Polars."""


_CSVS = ("crosswalk", "related", "handoffs", "handoff_links", "bi_reconciliation")
_PARQUETS = ("golden", "provenance", "conflicts")


def source_hash(run: Path, project: Project) -> str:
    """Give a hash of all that `content` reads, and of the version of sot that reads it: equal hashes, equal rows."""
    total = hashlib.sha256(__version__.encode())
    files = (*(_csv_path(run, name) for name in _CSVS), *(_parquet_path(run, name) for name in _PARQUETS))
    for path in (*files, project.ledger):
        try:
            total.update(path_hash(path).encode())
        except OSError:
            total.update(b"none")  # `content` reports what is missing or can't be read
    return total.hexdigest()[:32]


def content(run: Path, project: Project) -> dict[str, pl.DataFrame]:
    """Read the rows of every table from the finished run in the folder `run`, in the order of their keys.

    Columns of versions are left to the target. InputError where the rows break the contract: such a run was not
    written by `sot dedupe`.
    """
    customers = _parquet(run, "golden").with_columns(pl.col("match_probability").cast(pl.Float64).round(6))
    made = {
        "dim_customer": customers,
        "dim_customer_history": customers,
        "xref_customer": _csv(run, "crosswalk").rename({"name": "record_name"}),
        "customer_redirect": redirects(
            golden_id_ledger.load(project.ledger).redirects, customers["golden_id"]
        ),
        "bridge_customer_relation": _csv(run, "related"),
        "customer_provenance": _parquet(run, "provenance"),
        "customer_conflict": _parquet(run, "conflicts"),
        "fct_handoff": _csv(run, "handoffs"),
        "handoff_link": _csv(run, "handoff_links"),
        "bi_reconciliation": _with_row_id(_csv(run, "bi_reconciliation")),
    }
    tables = {table.name: _shaped(made[table.name], table) for table in TABLES}
    for table in TABLES:
        _check(tables, table)
    return tables


def _parquet_path(run: Path, name: str) -> Path:
    return run / "tables" / f"{name}.parquet"


def _csv_path(run: Path, name: str) -> Path:
    return run / f"{name}.csv"


def _parquet(run: Path, name: str) -> pl.DataFrame:
    path = _parquet_path(run, name)
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path}: can't be read: {error}", "run sot dedupe again") from error


def _csv(run: Path, name: str) -> pl.DataFrame:
    """Read an output as text; an output that this run has not gives no rows."""
    path = _csv_path(run, name)
    if not path.is_file():
        return pl.DataFrame()
    try:
        return pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path}: can't be read: {error}", "run sot dedupe again") from error


def redirects(moved: pl.DataFrame, live: pl.Series) -> pl.DataFrame:
    """Give retired ids with the customer of today: chains of merges are followed to their end.

    An id that lives again is not retired, and an id whose successor is no customer any more leads nowhere.
    """
    present = set(live)
    ends: dict[str, str] = {}
    for old, new, why in moved.select("old", "new", "why").iter_rows():
        if why == "merged":
            ends[old] = new

    def end(golden_id: str) -> str:
        seen: set[str] = set()
        while golden_id not in present and golden_id in ends and golden_id not in seen:
            seen.add(golden_id)
            golden_id = ends[golden_id]
        return golden_id

    rows: dict[tuple[str, str], tuple[str, str]] = {}
    for old, new, when, why in moved.select("old", "new", "when", "why").iter_rows():
        target = end(new)
        if target in present and target != old and (why == "split" or old not in present):
            rows[old, target] = (why, when)
    return pl.DataFrame(
        [(old, new, why, when) for (old, new), (why, when) in rows.items()],
        schema={
            "old_golden_id": pl.String,
            "golden_id": pl.String,
            "reason": pl.String,
            "redirected_on": pl.String,
        },
        orient="row",
    )


def _with_row_id(rows: pl.DataFrame) -> pl.DataFrame:
    """Add an id that follows from the content of a row; equal rows are numbered."""
    if rows.is_empty():
        return rows
    parts = [pl.col(name).fill_null("") for name in rows.columns]
    joined = rows.with_columns(pl.concat_str(parts, separator="\x1f").alias("row_id"))
    again = pl.int_range(pl.len()).over("row_id").cast(pl.String)
    texts = joined.select(pl.concat_str(["row_id", again], separator="\x1f"))["row_id"]
    return rows.with_columns(pl.Series("row_id", [_digest(text) for text in texts]))


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()[:16]


def _shaped(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Give the columns of the contract with its types; a column that the run has not is empty."""
    columns = []
    for column in table.columns:
        kind = POLARS[column.type]
        given = pl.col(column.name) if column.name in rows.columns else pl.lit(None)
        columns.append(_cast(given, column.name, rows, kind).alias(column.name))
    return rows.select(columns).sort(table.key, nulls_last=True) if rows.width else _empty(table)


def _cast(given: pl.Expr, name: str, rows: pl.DataFrame, kind: pl.DataType | type[pl.DataType]) -> pl.Expr:
    if kind == pl.Boolean and name in rows.columns and rows.schema[name] == pl.String:
        return given == "true"
    if kind == pl.Int32 and name in rows.columns and rows.schema[name] == pl.String:
        return given.cast(pl.Float64).round().cast(pl.Int32)
    return given.cast(kind)


def _empty(table: Table) -> pl.DataFrame:
    return pl.DataFrame(schema={column.name: POLARS[column.type] for column in table.columns})


def _check(tables: dict[str, pl.DataFrame], table: Table) -> None:
    """Hold the rows of a table to the contract: filled columns, unique keys, values that their parent has."""
    rows = tables[table.name]
    for column in table.columns:
        if column.required and rows[column.name].null_count():
            raise _broken(table, f"{column.name} is empty in {rows[column.name].null_count()} rows")
    # Rows are in the order of their keys, so that equal ones are neighbours.
    repeated = rows.filter(
        pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in table.key)
    )
    if repeated.height:
        example = repeated.select(table.key).row(0)
        times = rows.filter(
            pl.col(name) == value for name, value in zip(table.key, example, strict=True)
        ).height
        raise _broken(table, f"the key {', '.join(map(str, example))} occurs {times} times")
    for column_name, parent, parent_column in table.parents:
        named = rows.select(
            pl.col(column_name).filter(pl.col(column_name).ne_missing(pl.col(column_name).shift()))
        )
        lost = named.filter(~pl.col(column_name).is_in(tables[parent][parent_column].implode()))
        if lost.height:
            raise _broken(table, f"{column_name} {lost[column_name][0]} is not in {parent}")


def _broken(table: Table, what: str) -> InputError:
    return InputError(
        f"{table.name}: {what}, so nothing was published", "run sot dedupe again; if this stays, report it"
    )
