import json

import pytest

from sot.cli.errors import run as sot
from sot.decision_log import load
from tests.review.making import small_run


@pytest.fixture
def project(tmp_path, monkeypatch):
    small_run(tmp_path / "sot-out")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_one_verdict(project, capsys):
    assert sot(["decide", "same", "crm:1", "erp:1", "--reason", "one phone", "--steward", "eve"]) == 0
    (decision,) = load(project / "decisions.jsonl")
    assert (decision.verdict, decision.steward, decision.reason) == ("same", "eve", "one phone")
    out = capsys.readouterr()
    assert out.out == decision.id + "\n"
    assert "1 decision written" in out.err


def test_a_decision_is_taken_back(project, capsys):
    sot(["decide", "related", "crm:1", "erp:1", "--relation", "parent"])
    id_ = capsys.readouterr().out.strip()
    assert sot(["decide", "--revoke", id_, "--reason", "wrong"]) == 0
    assert json.loads((project / "decisions.jsonl").read_text().splitlines()[1])["revokes"] == id_
    assert sot(["decide", "--revoke", "nothing"]) == 2


def test_a_contradiction_is_told_at_once(project, capsys):
    sot(["decide", "same", "crm:1", "erp:1"])
    assert sot(["decide", "different", "crm:1", "erp:1"]) == 0
    assert "warning: these decisions contradict one another" in capsys.readouterr().err


def test_a_file_is_taken_whole_or_not_at_all(project, capsys):
    path = project / "d.csv"
    path.write_text(
        "verdict,system_l,record_id_l,system_r,record_id_r\nsame,crm,1,erp,1\nsame,crm,1,erp,99\n"
    )
    assert sot(["decide", "--file", str(path)]) == 2
    assert load(project / "decisions.jsonl") == []
    assert "d.csv:3: there is no record '99' of erp" in capsys.readouterr().err
    path.write_text(path.read_text().replace("99", "2"))
    assert sot(["decide", "--file", str(path)]) == 0
    assert len(load(project / "decisions.jsonl")) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "give one of"),
        (["same", "crm1", "erp:1"], "crm1: this is not a record"),
        (["same", "crm:1"], "names 1 record"),
        (["perhaps", "crm:1", "erp:1"], "not one of same, related, different, unsure"),
    ],
)
def test_what_can_not_be_meant_is_said(project, capsys, words, message):
    assert sot(["decide", *words]) == 2
    assert message in capsys.readouterr().err


def test_without_a_run_records_are_taken_unchecked_and_that_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert sot(["decide", "same", "crm:1", "erp:1"]) == 0
    assert "not checked" in capsys.readouterr().err
