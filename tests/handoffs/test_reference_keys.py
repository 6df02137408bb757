"""By what a document is known: its id, number, name, and the order number that no other deal has."""

from __future__ import annotations

import polars as pl

from sot.handoffs.reference_keys import identities

DEALS = pl.DataFrame(
    {
        "doc": [1, 2, 3],
        "kind": ["deal"] * 3,
        "party": [1, 2, 3],
        "family": [1, 2, 3],
        "record_id": ["4001", "4002", "4003"],
        "number": [None, None, None],
        "name": ["Chatbot", "Cloud migration 2026", "P-20817"],
        "order_ref": ["AB-86578", "AB-11111", "AB-11111"],
    },
    schema_overrides={"number": pl.String},
)
ASKED = pl.DataFrame({"key": ["CHATBOT", "CLOUDMIGRATION2026", "P20817", "AB86578", "AB11111", "4001"]})


def test_words_are_no_code_and_a_shared_order_number_is_nobodys() -> None:
    known = identities(DEALS, ASKED).sort("key").select("key", "doc", "worded").rows()
    assert known == [
        ("4001", 1, False),
        ("AB86578", 1, False),
        ("CHATBOT", 1, True),
        ("CLOUDMIGRATION2026", 2, True),
        ("P20817", 3, False),
    ]
