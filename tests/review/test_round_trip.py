"""From a real run through the review to the next run: answers hold, and nothing settled is asked again."""

import polars as pl
import pytest

from sot.cli.errors import run as sot
from sot.model.kinds import Relation, Verdict
from sot.review.answers import Answer
from sot.review.cases import queue
from sot.review.filters import Filter
from sot.review.run_reader import FinishedRun
from sot.review.session import Board, Session
from tests.review.making import seen

CRM = """Id,Name,BillingStreet,BillingCity,BillingPostalCode,Phone,Website
1,Acme Roofing Inc,12 Main St,Austin,78701,512-555-0100,acmeroofing.com
2,Globex Widgets LLC,1 Beacon St,Boston,02108,617-555-0144,globexwidgets.com
3,Zephyr Optics,9 Pine Rd,Reno,89501,,zephyroptics.com
4,Umbrella Health Services,5 Oak Ave,Denver,80202,303-555-0170,umbrella.com
5,Initech Software,77 Lake Dr,Tampa,33601,,initech.com
"""
ERP = """Internal ID,Company Name,Address,City,Zip,Phone,Web Address
A,Acme Roofing Incorporated,12 Main Street,Austin,78701,5125550100,www.acmeroofing.com
B,Globex Widgets Canada,8 King St,Toronto,M5H 1A1,416-555-0123,globexwidgets.com
C,Zephyr Optics Services,9 Pine Road,Reno,89501,7755550199,
D,Umbrella Holdings,5 Oak Ave,Denver,80202,303-555-0170,umbrella.com
E,Initech Software Consulting,,Tampa,,,initech.com
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "crm.csv").write_text(CRM)
    (tmp_path / "exports" / "erp.csv").write_text(ERP)
    monkeypatch.chdir(tmp_path)
    assert sot(["dedupe", "exports", "-q"]) == 0
    return tmp_path


def golden(project):
    table = pl.read_csv(project / "sot-out" / "crosswalk.csv", infer_schema=False)
    rows = table.select("system", "record_id", "golden_id", "linked_by").iter_rows()
    return {(system, record_id): (golden_id, linked) for system, record_id, golden_id, linked in rows}


def review(project):
    return Session(Board(FinishedRun(project / "sot-out"), project / "decisions.jsonl", queue, seen), "ada")


def test_answers_hold_in_the_next_run_and_nothing_settled_is_asked_again(project):
    opened = review(project)
    cases = [case for case in opened.todo(Filter()) if case.field is None]
    assert len(cases) >= 2, "this data is made to leave doubt"
    verdicts = [Verdict.SAME, Verdict.RELATED, Verdict.DIFFERENT]
    said = {}
    for number, case in enumerate(cases):
        verdict = verdicts[number % 3]
        relation = Relation.GROUP if verdict is Verdict.RELATED else None
        opened.answer(opened.detail(case), Answer(verdict, relation=relation))
        said |= dict.fromkeys(case.asked, verdict)
    assert sot(["dedupe", "exports", "-q"]) == 0
    found = golden(project)
    for (a, b), verdict in said.items():
        assert (found[a][0] == found[b][0]) == (verdict is Verdict.SAME)
    again = {pair for case in queue(FinishedRun(project / "sot-out"), []) for pair in case.asked}
    assert not again & said.keys()
    joined = next(pair for pair, verdict in said.items() if verdict is Verdict.SAME)
    assert "decision" in {found[joined[0]][1], found[joined[1]][1]}
    related = pl.read_csv(project / "sot-out" / "related.csv", infer_schema=False)
    pair = next(pair for pair, verdict in said.items() if verdict is Verdict.RELATED)
    ids = {found[pair[0]][0], found[pair[1]][0]}
    assert any(
        {left, right} == ids for left, right in related.select("golden_id_l", "golden_id_r").iter_rows()
    )


def test_what_was_undone_is_asked_again(project):
    opened = review(project)
    case = next(case for case in opened.todo(Filter()) if case.field is None)
    before = golden(project)
    opened.answer(opened.detail(case), Answer(Verdict.DIFFERENT))
    opened.undo()
    assert sot(["dedupe", "exports", "-q"]) == 0
    assert golden(project) == before
    assert case.id in {c.id for c in review(project).todo(Filter())}
