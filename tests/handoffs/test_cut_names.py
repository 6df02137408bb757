"""Payments whose payer's name a bank has cut find their customer, unless the names of two begin like that."""

from __future__ import annotations

import polars as pl
import pytest

from sot.handoffs.cut_names import with_cut_names

NAMES = pl.DataFrame(
    [(1, "Nordhaven Packaging GmbH & Co. KG"), (2, "Nordhaven Péage GmbH"), (2, "Brøndal Tiles"),
     (3, "Westvale Cheese Ltd"), (4, "Westvale Cheese LLP")],
    schema={"party": pl.Int32, "text": pl.String}, orient="row",
)  # fmt: skip


@pytest.mark.parametrize(
    ("cut", "party"),
    [
        pytest.param("NORDHAVEN PACKAGING GM", 1, id="the end is missing"),
        pytest.param("NORDHAVEN PEAGE GMBH", 2, id="marks on letters are missing"),
        pytest.param("NORDHAVEN PAC", 1, id="as many letters as tell them apart"),
        pytest.param("NORDHAVEN P", None, id="fewer letters"),
        pytest.param("NORDHAVEN", None, id="one word"),
        pytest.param("WESTVALE CHEESE L", None, id="two customers begin like that"),
        pytest.param("NORDHAVEN PACKERS", None, id="another name"),
    ],
)
def test_the_customer_of_a_cut_name(cut: str, party: int | None) -> None:
    rows = [("invoice", each, each + 10, f"C{each}", "x") for each in (1, 2, 3, 4)]
    rows += [("payment", None, None, None, cut)]  # type: ignore[list-item]
    table = pl.DataFrame(
        rows, orient="row",
        schema={"kind": pl.String, "party": pl.Int32, "family": pl.Int32, "golden_id": pl.String,
                "account_name": pl.String},
    ).with_row_index("doc")  # fmt: skip
    known = with_cut_names(table, NAMES.with_columns(pl.col("text").str.to_lowercase()))
    owner = known.row(4, named=True)
    assert known.columns == table.columns
    assert owner["party"] == party
    assert owner["golden_id"] == (f"C{party}" if party else None)
