"""A record that may be either of two surely different customers."""

from __future__ import annotations

import polars as pl

from sot.cluster.guards import without_torn

PAIRS = pl.DataFrame(
    [(0, 1, -5.0, "apart", "tax_id"), (0, 2, 6.0, "auto", None), (1, 2, 9.0, "auto", None)],
    schema={
        "uid_l": pl.Int32, "uid_r": pl.Int32, "match_weight": pl.Float32, "band": pl.String, "against": pl.String
    },
    orient="row",
)  # fmt: skip


def bands(margin: float, never: tuple[str, ...] = ("tax_id",)) -> list[str]:
    return without_torn(PAIRS, never, margin)["band"].to_list()


def test_a_record_that_fits_both_is_asked_about() -> None:
    assert bands(margin=4.0) == ["apart", "doubt", "doubt"]


def test_a_record_that_is_clearly_nearer_to_one_is_not() -> None:
    assert bands(margin=2.0) == ["apart", "doubt", "auto"]


def test_only_the_vetoes_that_always_hold_count() -> None:
    assert bands(margin=4.0, never=("place",)) == PAIRS["band"].to_list()
