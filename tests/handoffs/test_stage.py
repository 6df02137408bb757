"""The stage as a whole, on small companies whose truth is known."""

from __future__ import annotations

import random
from dataclasses import replace

import polars as pl
import pytest

from tests.handoffs.world import Maker, Style, World, found_links, found_wrong, run, scores

STYLES = {
    "references in 70 %": Style(),
    "no references, no tax": Style(references=0, names=0.8, gives_net=False, tax=0),
    "two currencies, amounts with tax": Style(
        references=0.4, currencies=("EUR", "PLN"), gives_net=False, gives_paid=False
    ),
    "no references, few names": Style(references=0, names=0.3),
}


@pytest.mark.parametrize("name", STYLES)
def test_links_and_exceptions_are_those_of_the_company(name: str) -> None:
    links, truth_links, wrong, truth_wrong = set(), set(), set(), set()
    for seed in (1, 2, 3):
        world = Maker(STYLES[name], seed).make()
        result = run(world)
        links |= {(seed, link) for link in found_links(result)}
        truth_links |= {(seed, link) for link in world.links}
        wrong |= {(seed, one) for one in found_wrong(result)}
        truth_wrong |= {(seed, one) for one in world.wrong}
    assert scores(links, truth_links)[2] >= 0.97
    assert scores(wrong, truth_wrong)[2] >= 0.8


@pytest.mark.parametrize("references", [0.0, 0.7])
def test_a_clean_company_gives_no_alarm(references: float) -> None:
    world = Maker(Style(defects=0, references=references), 7).make()
    assert len(found_wrong(run(world))) <= 0.02 * world.deals


def test_the_order_of_rows_does_not_matter() -> None:
    world = Maker(Style(customers=25, references=0.3, names=0.6), 5).make()
    other = World(list(world.documents), list(world.records))
    random.Random(3).shuffle(other.documents)
    random.Random(4).shuffle(other.records)
    for first, second in zip(tables(run(world)), tables(run(other)), strict=True):
        assert first.equals(second)


def tables(result: object) -> list[pl.DataFrame]:
    return [result.links, result.exceptions]  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_document_is_linked_to_more_than_it_amounts_to(seed: int) -> None:
    world = Maker(Style(references=0.3, defects=0.5), seed).make()
    result = run(world)
    worth = {
        (system, kind, record): (net if net is not None else total, total)
        for system, kind, record, net, total in result.documents.select(
            "system", "object", "record_id", "net", "total"
        ).iter_rows()
    }
    links = result.links.filter(pl.col("amount").is_not_null())
    for end in ("l", "r"):
        columns = [f"{name}_{end}" for name in ("system", "object", "record_id")]
        pair = pl.concat_str("object_l", "object_r")
        sums = links.group_by(*columns, pair.alias("pair")).agg(pl.col("amount").sum())
        for *key, kinds, linked in sums.iter_rows():
            net, total = worth[tuple(key)]
            most = total if kinds == "invoicepayment" else net
            assert most is None or linked <= most + 0.005


def test_nothing_read_is_nothing_found() -> None:
    result = run(World(records=[{"system": "crm", "record_id": "A1", "object": "account", "name": "Acme"}]))
    assert (result.links.height, result.exceptions.height) == (0, 0)


def test_half_of_the_columns_may_be_missing() -> None:
    world = Maker(replace(STYLES["references in 70 %"], customers=20), 2).make()
    for row in world.documents:
        for name in (
            "due_on",
            "open_amount_value",
            "net_value",
            "tax_value",
            "created_on",
            "planned_end_on",
            "state",
        ):
            row.pop(name, None)
    result = run(world)
    assert scores(found_links(result), world.links)[2] >= 0.85
    assert not [one for one in found_wrong(result) if one[0] in ("won_not_invoiced", "overdue")]


def test_won_deals_and_those_before_the_first_invoice_are_all_counted() -> None:
    world = Maker(Style(customers=20, defects=0), 5).make()
    won = sum(paper["object"] == "deal" and paper["state"] == "deal_won" for paper in world.documents)
    days = sorted(paper["dated_on"] for paper in world.documents if paper["object"] == "invoice")
    world.documents = [
        paper
        for paper in world.documents
        if paper["object"] != "invoice" or paper["dated_on"] >= days[len(days) // 2]
    ]
    told = run(world).figures
    shown = sum(funnel["steps"][0]["deals"] for funnel in told["funnel"])
    (note,) = [note for note in told["notes"] if "not in the progress" in note]
    assert shown + int(note.split()[0]) == won
