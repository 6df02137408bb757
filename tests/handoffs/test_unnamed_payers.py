"""Payments of nobody find their customer by an invoice that they name, and by the text of another payment."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from sot.handoffs.unnamed_payers import with_payers
from sot.rules import Rulebook
from sot.rules.handoffs import load_linking

RULES = load_linking(Rulebook())
TEXTS = (
    "name",
    "number",
    "order_ref",
    "reference",
    "memo",
    "line_text",
    "deal_ref",
    "project_ref",
    "invoice_ref",
)


def table(*payments: tuple[str, float]) -> pl.DataFrame:
    """Two invoices of two customers, and payments of nobody: (text, amount)."""
    rows: list[dict[str, Any]] = [
        {"kind": "invoice", "record_id": "20505", "party": 1, "total": 4000.0},
        {"kind": "invoice", "record_id": "20601", "party": 2, "total": 7300.0},
    ]
    rows += [
        {"kind": "payment", "record_id": f"bank.csv#{place}", "memo": text, "total": amount}
        for place, (text, amount) in enumerate(payments)
    ]
    texts = dict.fromkeys((*TEXTS, "golden_id"), pl.String)
    schema = {"kind": pl.String, "record_id": pl.String, "party": pl.Int32, "total": pl.Float64, **texts}
    made = pl.DataFrame(rows, schema=schema).with_row_index("doc")
    return made.with_columns(family="party", golden_id=pl.format("C{}", "party"))


@pytest.mark.parametrize(
    ("payments", "owners"),
    [
        pytest.param([("EF TORVET 20505", 4000.0)], [1], id="the number and the amount"),
        pytest.param([("EF TORVET 20505", 3985.0)], [1], id="less a fee of the bank"),
        pytest.param([("EF TORVET 20505", 3500.0)], [None], id="the number with another amount"),
        pytest.param([("EF TORVET 2050", 4000.0)], [None], id="another number"),
        pytest.param([("EF TORVET", 4000.0)], [None], id="the amount alone"),
        pytest.param(
            [("EF TORVET 20505", 4000.0), ("EF TORVET 777", 90.0)], [1, 1], id="the same text again"
        ),
        pytest.param([("EF TORVET 20505", 4000.0), ("EF PARKEN", 90.0)], [1, None], id="another text"),
        pytest.param(
            [("INDBETALING 20505", 4000.0), ("INDBETALING 20601", 7300.0), ("INDBETALING", 5.0)],
            [1, 2, None],
            id="a text that two customers have",
        ),
    ],
)
def test_the_customer_of_a_payment(payments: list[tuple[str, float]], owners: list[int | None]) -> None:
    given = table(*payments)
    made = with_payers(given, RULES)
    assert made.columns == given.columns
    assert made["party"].to_list() == [1, 2, *owners]
    assert made["golden_id"].to_list()[2:] == [f"C{owner}" if owner else None for owner in owners]
