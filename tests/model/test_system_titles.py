"""Systems named as people write them, in values, documents and sentences."""

from __future__ import annotations

import pytest

from sot.model.system_titles import friendly_documents, friendly_text, friendly_values

TITLES = {"sap": "SAP", "sap_b1": "SAP Business One", "xero": "Xero"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("documents in xero rose by 20", "documents in Xero rose by 20"),
        ("sap_b1:K-17", "SAP Business One K-17"),
        ("xero:1 | sap:2", "Xero 1 | SAP 2"),
        ("xerox and my-xero-list, sapling", "xerox and my-xero-list, sapling"),
        ("at 10:30", "at 10:30"),
        (None, ""),
    ],
)
def test_a_sentence_names_systems_and_records(text: str | None, said: str) -> None:
    assert friendly_text(text, TITLES) == said


def test_values_and_documents_name_their_systems() -> None:
    assert friendly_values("xero=York | sap=", TITLES) == "Xero: York | SAP: (nothing)"
    weak = "xero:1 ~ sap:2 (98 %) | sap:2 ~ sap_b1:xero:3 (97 %)"
    assert friendly_values(weak, TITLES) == "Xero 1 ~ SAP 2 (98 %) | SAP 2 ~ SAP Business One xero:3 (97 %)"
    assert friendly_values("no system=York", TITLES) == "no system=York"
    assert friendly_documents("xero:invoice:INV:7|crm:deal:1", TITLES) == "Xero invoice INV:7, crm deal 1"
