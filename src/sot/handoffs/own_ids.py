"""An id of its own for every document: what is listed twice is one, what shares a number is not."""

from __future__ import annotations

import polars as pl

from sot.model.counts import counted

_TELLING = (
    "state",
    "number",
    "amount_value",
    "due_on",
    "ended_on",
    "started_on",
    "planned_end_on",
    "deal_ref",
)
"""Of the rows of one document that is taken which has most of these."""
_ID, _ONE = ("system", "object", "record_id"), ("document_type", "customer_id")
_LIST, _DAYS = ("source", "sheet"), ("dated_on", "created_on")
_CONTENT = ("amount_value", "due_on", "invoice_ref")
_LINES = 0.1
"""Where so many of the repeated ids of a list have rows of different amounts, its rows are parts."""


def with_ids(table: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Give every document an id of its own and one row, and a sentence about each system with rows left out.

    Of two rows of one document that which says most holds: a list of projects before the hours that name them.
    Different documents that share an id are numbered in their order: ID, ID#2.
    """
    telling = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int8) for name in _TELLING)
    table = (
        table.with_columns(money=_is_money())
        .with_columns(record_id=pl.coalesce("record_id", "number", _named(), _place()))
        .with_columns((-telling).alias("#telling"))
        .sort(*_ID, "#telling", *_LIST, "row", nulls_last=True)
    )
    table = table.with_row_index("#order")
    # Most ids come once: only the rows of the others are held against each other.
    apart = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in _ID)
    apart = apart | (pl.col("#order") == 0)
    several = table.select(~(apart & apart.shift(-1, fill_value=True))).to_series()
    kept, notes = _told_apart(table.filter(several))
    return (
        table.join(kept, on="#order", how="left", maintain_order="left")
        .filter(~several | pl.col("#id").is_not_null())
        .with_columns(record_id=pl.coalesce("#id", "record_id"))
        .drop("money", "#telling", "#order", "#id")
        .with_row_index("doc")
        .with_columns(pl.col("doc").cast(pl.Int32))
    ), notes


def _told_apart(table: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Give (#order, #id) of the rows that hold, of those that share an id, and the sentences about the others."""
    table = table.with_columns(_part().alias("#part")).with_columns(_other().alias("#other"))
    first = table.select(pl.struct(*_ID, *_ONE, "#other", "#part").is_first_distinct()).to_series()
    nth = pl.int_range(1, pl.len() + 1).over(
        [*_ID, "document_type"], order_by=["#day", *_CONTENT, "customer_id", "#order"]
    )
    kept = table.filter(first).with_columns(pl.coalesce(_DAYS).alias("#day"))
    numbered = pl.when(nth > 1).then(pl.format("{}#{}", "record_id", nth)).otherwise("record_id")
    return kept.select("#order", numbered.alias("#id")), _notes(table.filter(~first))


def _is_money() -> pl.Expr:
    """Whether a row is one of an invoice or payment, or of a deal that only its name tells from others."""
    unnamed = (pl.col("object") == "deal") & pl.col("record_id").is_null()
    return pl.col("object").is_in(["invoice", "payment"]) | unnamed


def _part() -> pl.Expr:
    """Give the place of a row among those that one list has of a document on one day, null where they say the same.

    They are parts of it, such as lines, instalments, or the shares of a payment, where the list has other amounts
    in them, or days on which they are due one after the other.
    """
    group = [*_ID, *_ONE, *_LIST, *_DAYS]
    several = (pl.len() > 1).over(group) & pl.col("money")
    due = pl.col("due_on")
    parts = ((pl.col("amount_value").n_unique() > 1) | ((due.n_unique() == pl.len()) & (pl.len() > 1))).over(
        group
    )
    share = (parts & several).sum().over([*_LIST, "object"]) / several.sum().over([*_LIST, "object"])
    return pl.when(several & (share >= _LINES)).then(
        pl.int_range(pl.len()).over(group, order_by=[*_CONTENT, "row"])
    )


def _other() -> pl.Expr:
    """Give what tells documents of one id and customer apart, null where nothing does.

    Of one list those of different days are different ones (numbers begin again each year); of different lists those
    of which both day and amount differ.
    """
    group = [*_ID, *_ONE]
    days = pl.struct(_DAYS)
    again = (days.n_unique() > 1).over([*group, *_LIST])
    unlike = pl.all_horizontal(
        pl.col(name) != pl.col(name).first().over(group) for name in ("dated_on", "amount_value")
    )
    return pl.when(pl.col("money") & (again | unlike.fill_null(False))).then(days)


def _notes(gone: pl.DataFrame) -> tuple[str, ...]:
    """Tell of each system how many rows of invoices, payments and unnumbered deals are of a document that has one."""
    counts = gone.filter("money").group_by("system", "object").len().sort("system", "object")
    return tuple(
        f"{counted(count, 'row')} of {kind}s of {system} counted once with another row of the same document"
        for system, kind, count in counts.iter_rows()
    )


def _place() -> pl.Expr:
    """Give where a document without an id stands: file, sheet and row ("receipts.xlsx [Jan]#2").

    The folder is named only where files of several folders have one name: from elsewhere the same exports have other
    paths, and decisions name documents by their ids.
    """
    name = pl.col("source").str.extract(r"([^/\\\\]+)$", 1)
    alone = pl.col("source").n_unique().over(name) == 1
    file = pl.when(alone).then(pl.coalesce(name, "source")).otherwise("source")
    sheet = pl.format(" [{}]", "sheet")
    return pl.concat_str(file, sheet, pl.lit("#"), pl.col("row").cast(pl.String), ignore_nulls=True)


def _named() -> pl.Expr:
    """Give the name of a document; where documents of several customers have it, with the customer's."""
    shared = pl.col("customer_id").n_unique().over("system", "object", "name") > 1
    whose = pl.format("{}: {}", "customer_id", "name")
    return pl.when(shared).then(pl.coalesce(whose, "name")).otherwise("name")
