"""Decisions of stewards on links: they are made, never made again, and nothing brings a rejected one back."""

from __future__ import annotations

from sot.decision_log import constraints
from sot.model.decisions import Constraints, Decision
from sot.model.tables import NORMALISED, RECORDS, empty
from tests.handoffs.world import Maker, Style, World, found_links, run

WORLD = Maker(Style(customers=30, references=0.3, names=0.5, defects=0.3), 11).make()
BEFORE = found_links(run(WORLD))


def said(*made: tuple[str, tuple[str, str, str], tuple[str, str, str]]) -> Constraints:
    """Give what decisions on documents demand."""
    decisions = [
        Decision(
            f"d-{i}",
            f"2026-01-31T09:30:{i:02}Z",
            "ada",
            verdict,
            tuple((system, f"{kind}:{record_id}") for system, kind, record_id in ends),
        )
        for i, (verdict, *ends) in enumerate(made)
    ]
    return constraints(decisions, empty({**RECORDS, **NORMALISED}))


def test_a_rejected_link_is_never_made_again() -> None:
    for place in (0, 1):
        rejected = sorted(BEFORE)[place::5]
        assert {one[0][1] + one[1][1] for one in rejected} == {
            "dealproject", "dealinvoice", "projectinvoice", "invoicepayment",
        }  # fmt: skip
        after = found_links(run(WORLD, constraints=said(*(("different", *link) for link in rejected))))
        assert not after & set(rejected)


def test_an_accepted_link_is_made_whatever_the_evidence_says() -> None:
    docs = sorted((row["system"], row["object"], row["record_id"]) for row in WORLD.documents)
    deal = next(doc for doc in docs if doc[1] == "deal")
    foreign = next(doc for doc in docs if doc[1] == "project" and (deal, doc) not in BEFORE)
    result = run(WORLD, constraints=said(("same", deal, foreign)))
    row = result.links.row(
        next(
            i for i, one in enumerate(result.links.iter_rows()) if one[2] == deal[2] and one[5] == foreign[2]
        ),
        named=True,
    )
    assert (row["linked_by"], row["match_probability"], row["doubt"]) == ("decision", 1.0, False)


def test_a_decision_survives_another_export() -> None:
    link = min(one for one in BEFORE if one[0][1] == "deal" and one[1][1] == "invoice")
    changed = [
        row | {"amount_value": row["amount_value"] * 1.5, "memo": "renamed"}
        if row["record_id"] == link[1][2]
        else row
        for row in reversed(WORLD.documents)
    ]
    other = World(changed, WORLD.records)
    assert link in found_links(run(other, constraints=said(("same", *link))))
    assert link not in found_links(run(other, constraints=said(("different", *link))))


def test_decisions_on_documents_that_no_export_holds_change_nothing() -> None:
    gone = said(("same", ("crm", "deal", "nowhere"), ("books", "invoice", "nowhere")))
    assert not gone.orphans
    assert found_links(run(WORLD, constraints=gone)) == BEFORE


def test_decisions_that_contradict_each_other_bind_nothing() -> None:
    link = min(BEFORE)
    both = said(("same", *link), ("different", *link))
    assert both.contradictions == (("d-0", "d-1"),)
    assert both.documents.is_empty()


def test_nothing_follows_for_other_documents_from_a_link() -> None:
    deal, other, invoice = ("crm", "deal", "1"), ("crm", "deal", "2"), ("books", "invoice", "9")
    more = ("books", "invoice", "8")
    found = said(
        ("same", deal, invoice), ("same", other, invoice), ("same", other, more), ("different", deal, more)
    )
    assert found.contradictions == (), "an invoice of two deals does not make the deals one"
    assert found.documents.height == 4
    assert found.must.is_empty()
    assert found.cannot.is_empty()
