"""Cells of CSV files that a spreadsheet would take for formulas, for those who open them there."""

from __future__ import annotations

import polars as pl

_BEGINS = r"^[=+\-@\t\r]"
_FIGURE = r"^[+-]?[\d\s.,()/-]+$"
"""Amounts and telephone numbers begin with a sign too, and are no formula."""


def without_formulas(table: pl.DataFrame) -> pl.DataFrame:
    """Give the table with an apostrophe before each text that a spreadsheet would take for a formula."""
    texts = [name for name, kind in table.schema.items() if kind == pl.String]
    cells = [pl.col(name) for name in texts]
    return table.with_columns(
        pl.when(cell.str.contains(_BEGINS) & ~cell.str.contains(_FIGURE))
        .then(pl.concat_str(pl.lit("'"), cell))
        .otherwise(cell)
        .alias(name)
        for name, cell in zip(texts, cells, strict=True)
    )
