"""Workers that get groups of customers make the same links, exceptions and figures as the process with all of them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from sot.engine.embedded import Embedded
from sot.model.decisions import no_constraints
from sot.model.run import Handoffs
from tests.handoffs.test_apart import company
from tests.handoffs.world import Maker, Style, World, run

STYLES = {
    "few references": Style(customers=40, references=0.3, names=0.7, defects=0.5),
    "no references, no tax": Style(customers=40, references=0, gives_net=False, tax=0, defects=0.4),
    "two currencies, amounts with tax": Style(
        customers=40, references=0.4, currencies=("EUR", "PLN"), gives_net=False, gives_paid=False
    ),
}


def same(found: Handoffs, expected: Handoffs) -> None:
    """Hold the tables and the figures of two runs against each other."""
    for name in ("links", "exceptions", "documents"):
        mine, other = getattr(found, name), getattr(expected, name)
        assert mine.columns == other.columns
        assert mine.rows() == other.rows(), name
    assert found.figures == expected.figures


@pytest.mark.parametrize("pieces", [1, 3, 8])
@pytest.mark.parametrize("name", STYLES)
def test_companies(name: str, pieces: int) -> None:
    world = Maker(STYLES[name], 11).make()
    for row in world.documents[::17]:
        row["customer_id"] = None  # nobody's documents are linked by references alone
    related = [("0001", "0002"), ("0002", "0003"), ("0007", "0011")]
    expected = run(world, related=related)
    assert expected.links.height > 100 and expected.exceptions.height > 10
    assert {"deal", "project", "invoice", "payment"} <= set(expected.documents["kind"])
    engine = Embedded(pieces)
    same(run(world, related=related, engine=engine), expected)
    engine.close()


@pytest.mark.parametrize("bills_of", ["Carpet Kings Ltd", "White and Metz"])
def test_customers_of_unlike_names(bills_of: str) -> None:
    world = company(bills_of)
    expected = run(world)
    engine = Embedded(8)
    same(run(world, engine=engine), expected)
    engine.close()


def test_decisions_about_documents() -> None:
    world = Maker(Style(customers=30, references=0.2), 3).make()
    first = run(world)
    apart = first.links.filter(pl.col("linked_by") != "reference").head(6)
    pairs = apart.select(
        "system_l", "system_r", decision_id=pl.concat_str(pl.lit("d"), pl.int_range(pl.len()).cast(pl.String)),
        key_l=pl.concat_str("object_l", pl.lit(":"), "record_id_l"),
        key_r=pl.concat_str("object_r", pl.lit(":"), "record_id_r"),
        linked=pl.int_range(pl.len()) % 3 == 0,
    )  # fmt: skip
    shape = no_constraints().documents.schema
    said = replace(
        no_constraints(), documents=pairs.select(pl.col(name).cast(kind) for name, kind in shape.items())
    )
    expected = run(world, constraints=said)
    assert expected.links.rows() != first.links.rows()
    engine = Embedded(3)
    same(run(world, constraints=said, engine=engine), expected)
    engine.close()


def test_a_company_without_documents() -> None:
    engine = Embedded(2)
    same(run(World(), engine=engine), run(World()))
    engine.close()
