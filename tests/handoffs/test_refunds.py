"""Refunds: each serves one document, and each document that has one gets it."""

from __future__ import annotations

from datetime import date

import polars as pl

from sot.handoffs.refunds import sent_back


def refunds(rows: list[tuple[int, date, float]]) -> pl.DataFrame:
    table = pl.DataFrame(rows, schema=["doc", "day", "total"], orient="row")
    return table.with_columns(kind=pl.lit("refund"), party=pl.lit(7), currency=pl.lit("EUR"))


def wrong(rows: list[tuple[int, date, float]]) -> pl.DataFrame:
    table = pl.DataFrame(rows, schema=["doc", "on", "more"], orient="row")
    return table.with_columns(party=pl.lit(7), currency=pl.lit("EUR"))


def test_two_equal_refunds_serve_two_documents() -> None:
    paid = wrong([(1, date(2026, 1, 1), 100.0), (2, date(2026, 1, 11), 100.0)])
    back = sent_back(refunds([(8, date(2026, 1, 13), 100.0), (9, date(2026, 1, 16), 100.0)]), paid)
    assert sorted(back.select("doc", "refund").rows()) == [(1, 9), (2, 8)]


def test_one_refund_serves_the_nearest_document_alone() -> None:
    paid = wrong([(1, date(2026, 1, 1), 100.0), (2, date(2026, 1, 11), 100.0)])
    back = sent_back(refunds([(8, date(2026, 1, 13), 100.0)]), paid)
    assert back.rows() == [(2, 8, 100.0)]


def test_without_refunds_nothing_was_sent_back() -> None:
    assert sent_back(
        refunds([(8, date(2026, 1, 13), 55.0)]), wrong([(1, date(2026, 1, 1), 100.0)])
    ).is_empty()


def test_what_was_returned_and_paid_again_was_sent_back_once() -> None:
    loose = wrong([(3, date(2026, 1, 20), 100.0)])
    returned = refunds([(8, date(2026, 1, 13), 100.0)])
    assert sent_back(returned, loose).rows() == [(3, 8, 100.0)]
    late = wrong([(3, date(2026, 6, 20), 100.0)])
    assert sent_back(returned, late).is_empty()
