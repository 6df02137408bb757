"""Projects and invoices that are cancelled in words alone: in the notes or the name, where no status says so."""

from __future__ import annotations

import re

import polars as pl

from sot.rules.handoffs import LinkingRules

_SUBJECT = (
    r"(?:(?:the|das|le|el)\s+)?(?:project|projekt|projet|proyecto|progetto|job|engagement|auftrag|mission)"
)
_VERB = r"(?:was|is|has been|wurde|ist|a été|est|fue|è stato)"


def with_cancelled(table: pl.DataFrame, rules: LinkingRules) -> pl.DataFrame:
    """Give the table with the state of projects that have none and say first of all that they are cancelled.

    A note that mentions a cancelled workshop later on says nothing of the project. Of an invoice of which nothing is
    paid the note must begin with the word alone: "storniert, doppelt", not "cancelled booking".
    """
    words = "|".join(re.escape(word) for word in rules.cancelled_words)
    first = rf"(?i)^[\W\d]*(?:{_SUBJECT}\W+(?:{_VERB}\W+)?)?(?:{words})(?:\W|$)"
    marked = rf"(?i)[\[(](?:{words})[\])]|\s[-–:]\s*(?:{words})$"
    silent = (pl.col("kind") == "project") & pl.col("state").is_null()
    in_words = pl.col("memo").str.contains(first).fill_null(False) | pl.any_horizontal(
        pl.col("name").str.contains(pattern).fill_null(False) for pattern in (first, marked)
    )
    alone = rf"(?i)^\W*(?:{words})\s*(?:$|[,;.:()/–-])"
    unpaid = pl.col("state").is_null() | (pl.col("state") == "invoice_open")
    unpaid &= (pl.col("kind") == "invoice") & (pl.col("paid").fill_null(0) == 0)
    void = unpaid & pl.col("memo").str.contains(alone).fill_null(False)
    return table.with_columns(
        state=pl.when(silent & in_words)
        .then(pl.lit("project_cancelled"))
        .when(void)
        .then(pl.lit("invoice_void"))
        .otherwise("state")
    )
