"""A rejected pair never shares a customer and an accepted one always does, whatever the evidence says."""

from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sot import decision_log
from sot.cluster import cluster
from sot.match import match
from sot.model.decisions import Decision
from sot.model.run import Silent
from sot.model.sources import InputSpec
from sot.normalise import normalise
from sot.pipeline import read
from sot.workspace import golden_id_ledger
from sot.workspace.project import Project

CRM = """Id,Name,BillingStreet,BillingCity,BillingPostalCode,Phone,Website
1,Acme Roofing Inc,12 Main St,Austin,78701,512-555-0100,acmeroofing.com
2,ACME Roofing,12 Main Street,Austin,78701,(512) 555-0100,
3,Acme Roofing of Dallas,7 Elm St,Dallas,75201,214-555-0111,acmeroofing.com
4,Globex Widgets LLC,1 Beacon St,Boston,02108,617-555-0144,globexwidgets.com
5,Zephyr Optics,9 Pine Rd,Reno,89501,775-555-0199,zephyroptics.com
"""
ERP = """Internal ID,Company,Address,City,Zip,Phone,Web
A,Acme Roofing Incorporated,12 Main St,Austin,78701,5125550100,www.acmeroofing.com
B,Acme Roofng,12 Main St,Austin,78701,,
C,Globex Widgets,1 Beacon St,Boston,02108,6175550144,
D,Globex Widgets Canada,8 King St,Toronto,M5H 1A1,416-555-0123,globexwidgets.com
E,Zephyr Optic,9 Pine Road,Reno,89501,7755550199,
"""
KEYS = [("crm", i) for i in "12345"] + [("erp", i) for i in "ABCDE"]


@pytest.fixture(scope="module")
def matched(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    (folder / "crm.csv").write_text(CRM)
    (folder / "erp.csv").write_text(ERP)
    specs = [InputSpec(str(folder / "crm.csv"), "crm"), InputSpec(str(folder / "erp.csv"), "erp")]
    imported, rules, chosen = read(specs, Project(folder), Silent())
    records = normalise(imported.records, rules)
    assert sorted(records.select("system", "record_id").rows()) == KEYS
    return records, match(records, rules), chosen, rules


def customers(matched, log):
    records, matching, chosen, rules = matched
    constraints = decision_log.constraints(log, records)
    made = cluster(records, matching, constraints, golden_id_ledger.load(Path("none.csv")), chosen, rules)
    table = records.select("uid", "system", "record_id").join(made.memberships, on="uid")
    return constraints, {
        (s, i): g for s, i, g in table.select("system", "record_id", "golden_id").iter_rows()
    }


@st.composite
def logs(draw):
    keys = st.lists(st.sampled_from(KEYS), min_size=2, max_size=4, unique=True).map(tuple)
    verdicts = st.sampled_from(["same", "different", "different", "related"])
    made = draw(st.lists(st.tuples(verdicts, keys), max_size=8))
    return [
        Decision(f"d{i}", f"2026-01-{i + 1:02}", "ada", verdict, k) for i, (verdict, k) in enumerate(made)
    ]


def test_without_decisions_the_evidence_joins_what_is_one(matched):
    _, golden = customers(matched, [])
    assert golden[("crm", "1")] == golden[("erp", "A")]


@given(logs(), st.randoms(use_true_random=False))
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_decisions_hold_in_every_run_and_in_any_order(matched, log, chance):
    constraints, golden = customers(matched, log)
    disputed = {id_ for group in constraints.contradictions for id_ in group}
    for decision in log:
        for a, b in combinations(decision.records, 2):
            if decision.verdict in ("different", "related"):
                assert golden[a] != golden[b]
            elif decision.id not in disputed:
                assert golden[a] == golden[b]
    shuffled = list(log)
    chance.shuffle(shuffled)
    assert customers(matched, shuffled)[1] == golden


def test_a_decision_against_all_evidence_holds_and_its_evidence_is_not_asked_again(matched):
    records = matched[0]
    log = [Decision("d1", "2026-01-01", "ada", "different", (("crm", "1"), ("erp", "A")))]
    constraints, golden = customers(matched, log)
    assert golden[("crm", "1")] != golden[("erp", "A")]
    uid = {(s, i): u for s, i, u in records.select("system", "record_id", "uid").iter_rows()}
    pair = sorted((uid[("crm", "1")], uid[("erp", "A")]))
    made = cluster(records, matched[1], constraints, golden_id_ledger.load(Path("none.csv")), *matched[2:])
    asked = made.questions.filter((pl.col("uid_l") == pair[0]) & (pl.col("uid_r") == pair[1]))
    assert asked.is_empty()
