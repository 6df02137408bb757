"""A name that a system has twice is known once both records are one customer, and stays open while they are two."""

from __future__ import annotations

import polars as pl

from sot.handoffs.owners import with_owners

DOCUMENT = pl.DataFrame(
    [{"system": "odoo", "object": "invoice", "account_name": "Brook Mills ", "customer_id": None}],
    schema_overrides={"customer_id": pl.String},
)
TWICE = pl.DataFrame(
    [
        {"uid": uid, "system": "odoo", "object": "account", "record_id": record, "name": "Brook Mills"}
        for uid, record in ((1, "P7"), (2, "P3"))
    ]
)


def members(*golden: str) -> pl.DataFrame:
    return pl.DataFrame([{"uid": uid, "golden_id": name} for uid, name in enumerate(golden, 1)])


def test_one_customer_is_the_owner() -> None:
    assert with_owners(DOCUMENT, TWICE, members("C1", "C1"))["customer_id"].to_list() == ["P3"]


def test_of_two_customers_either_could_be() -> None:
    assert with_owners(DOCUMENT, TWICE, members("C1", "C2"))["customer_id"].to_list() == [None]
