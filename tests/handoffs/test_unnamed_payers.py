"""Payments of nobody find their customer by an invoice that they name, a word of its name, and another payment."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from sot.handoffs.unnamed_payers import with_payers
from sot.rules import Rulebook
from sot.rules.handoffs import load_linking

RULES = load_linking(Rulebook())
TEXTS = (
    "account_name",
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


PAID = date(2026, 4, 2)
WORDS = pl.DataFrame(
    [(1, "torvet"), (1, "ejerforeningen"), (2, "péñafiel"), (2, "ejerforeningen"), (2, "hus")],
    schema={"party": pl.Int32, "word": pl.String},
    orient="row",
)
NOBODY = pl.Series([], dtype=pl.Int32)


def table(*payments: tuple[str, float]) -> pl.DataFrame:
    """Two invoices of two customers, and payments of nobody: (text, amount)."""
    rows: list[dict[str, Any]] = [
        {"kind": "invoice", "record_id": "20505", "party": 1, "total": 4000.0, "day": date(2026, 3, 1)},
        {"kind": "invoice", "record_id": "20601", "party": 2, "total": 7300.0, "day": date(2026, 3, 9)},
    ]
    rows += [
        {"kind": "payment", "record_id": f"bank.csv#{place}", "memo": text, "total": amount, "day": PAID}
        for place, (text, amount) in enumerate(payments)
    ]
    texts = dict.fromkeys((*TEXTS, "golden_id"), pl.String)
    schema = {"kind": pl.String, "record_id": pl.String, "party": pl.Int32, "total": pl.Float64, "day": pl.Date,
              "state": pl.String, "currency": pl.String, **texts}  # fmt: skip
    made = pl.DataFrame(rows, schema=schema).with_row_index("doc")
    return made.with_columns(family="party", golden_id=pl.format("C{}", "party"))


@pytest.mark.parametrize(
    ("payments", "owners"),
    [
        pytest.param([("EF SKOVEN 20505", 4000.0)], [1], id="the number and the amount"),
        pytest.param([("EF SKOVEN 20505", 3985.0)], [1], id="less a fee of the bank"),
        pytest.param([("EF SKOVEN 20505", 3500.0)], [None], id="the number with another amount"),
        pytest.param([("EF SKOVEN 2050", 4000.0)], [None], id="another number"),
        pytest.param([("EF SKOVEN", 4000.0)], [None], id="the amount alone"),
        pytest.param([("LIC TORVET CPH", 4000.0)], [1], id="a word of the name and the amount"),
        pytest.param([("TORVET", 4000.5)], [None], id="a word of the name and another amount"),
        pytest.param(
            [("TORVET", 7300.0)], [None], id="a word of the name and the amount of another customer"
        ),
        pytest.param([("CONST PENAFIEL", 7300.0)], [2], id="a word without its accents"),
        pytest.param([("HUS EJENDOM", 7300.0)], [None], id="a short word"),
        pytest.param(
            [("EJERFORENINGEN", 4000.0)], [1], id="a word of two customers, one of whom has such a bill"
        ),
        pytest.param(
            [("EF SKOVEN 20505", 4000.0), ("EF SKOVEN 777", 90.0)], [1, 1], id="the same text again"
        ),
        pytest.param([("EF SKOVEN 20505", 4000.0), ("EF PARKEN", 90.0)], [1, None], id="another text"),
        pytest.param(
            [("INDBETALING 20505", 4000.0), ("INDBETALING 20601", 7300.0), ("INDBETALING", 5.0)],
            [1, 2, None],
            id="a text that two customers have",
        ),
    ],
)
def test_the_customer_of_a_payment(payments: list[tuple[str, float]], owners: list[int | None]) -> None:
    given = table(*payments)
    made = with_payers(given, WORDS, NOBODY, RULES)
    assert made.columns == given.columns
    assert made["party"].to_list() == [1, 2, *owners]
    assert made["golden_id"].to_list()[2:] == [f"C{owner}" if owner else None for owner in owners]


def test_who_is_known_by_payments_alone_pays_for_the_customer_with_the_bill() -> None:
    given = table(("SEO", 4000.0), ("SEO", 12.0)).with_columns(
        account_name=pl.when(pl.col("kind") == "payment").then(pl.lit("ANNA TORVET")),
        party=pl.when(pl.col("kind") == "payment").then(3).otherwise("party").cast(pl.Int32),
    )
    payer = pl.Series([3], dtype=pl.Int32)
    assert with_payers(given, WORDS, payer, RULES)["party"].to_list() == [1, 2, 1, 1]
    assert with_payers(given, WORDS, NOBODY, RULES)["party"].to_list() == [1, 2, 3, 3]


def test_a_bill_in_another_currency_is_not_the_one_that_was_paid() -> None:
    money = pl.when(pl.col("kind") == "payment").then(pl.lit("USD")).otherwise(pl.lit("EUR"))
    given = table(("LIC TORVET CPH", 4000.0))
    assert with_payers(given.with_columns(currency=money), WORDS, NOBODY, RULES)["party"].to_list() == [
        1,
        2,
        None,
    ]
