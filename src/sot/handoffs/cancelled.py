"""Projects that are cancelled in words alone: in the notes or the name, where their tool has no status."""

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

    A note that mentions a cancelled workshop later on says nothing of the project.
    """
    words = "|".join(re.escape(word) for word in rules.cancelled_words)
    first = rf"(?i)^[\W\d]*(?:{_SUBJECT}\W+(?:{_VERB}\W+)?)?(?:{words})(?:\W|$)"
    marked = rf"(?i)[\[(](?:{words})[\])]|\s[-–:]\s*(?:{words})$"
    silent = (pl.col("kind") == "project") & pl.col("state").is_null()
    in_words = pl.col("memo").str.contains(first).fill_null(False) | pl.any_horizontal(
        pl.col("name").str.contains(pattern).fill_null(False) for pattern in (first, marked)
    )
    return table.with_columns(
        state=pl.when(silent & in_words).then(pl.lit("project_cancelled")).otherwise("state")
    )
