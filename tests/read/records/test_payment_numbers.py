"""Payments under the numbers of invoices refer to them; those under numbers of their own do not."""

from __future__ import annotations

import polars as pl

from sot.read.records.payment_numbers import refer_to_invoices


def _listed(*numbers: str) -> pl.DataFrame:
    bills = [("invoice", number, number) for number in ("4001", "4002", "4003", "4004")]
    return pl.DataFrame(
        [*bills, *(("payment", number, number) for number in numbers)],
        schema=["object", "record_id", "number"],
        orient="row",
    )


def test_numbers_of_invoices_are_references() -> None:
    made = refer_to_invoices(_listed("4001", "4002 4003", "4004")).filter(pl.col("object") == "payment")
    assert made["invoice_ref"].to_list() == ["4001", "4002 | 4003", "4004"]
    assert made["number"].null_count() == made["record_id"].null_count() == 3


def test_numbers_of_cheques_are_their_own() -> None:
    listed = _listed("9310", "4002", "7004", "8120")
    assert refer_to_invoices(listed).equals(listed)
