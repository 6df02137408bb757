import openpyxl
import pytest

from sot.cli.errors import run as sot
from sot.decision_log import append, load
from sot.review.excel.export import HEADS
from tests.decision_log.making import decision
from tests.review.making import plain, small_run


@pytest.fixture
def project(tmp_path, monkeypatch):
    small_run(tmp_path / "sot-out")
    (tmp_path / "sot-out" / "crosswalk.csv").write_text("system,record_id,golden_id\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill(path, **verdicts):
    book = openpyxl.load_workbook(path)
    seen = set()
    for row in book["Review"].iter_rows(min_row=2):
        if row[0].value in verdicts and row[0].value not in seen:
            seen.add(row[0].value)
            row[HEADS.index("verdict")].value = verdicts[row[0].value]
    book.save(path)


def text_of(path):
    return "\n".join(str(c.value) for row in openpyxl.load_workbook(path)["Review"].iter_rows() for c in row)


def test_out_and_back_through_a_workbook(project, capsys):
    assert sot(["review", "--export", "r.xlsx", "--filter", "kind:possible_match"]) == 0
    assert "2 of 2 cases written" in capsys.readouterr().err
    fill("r.xlsx", Q2="different")
    assert sot(["review", "--import", "r.xlsx", "--steward", "eve"]) == 0
    assert "1 decision taken" in capsys.readouterr().err
    (made,) = load(project / "decisions.jsonl")
    assert made.steward == "eve" and plain([made]) == [("different", ("crm:3", "erp:2"))]
    assert sot(["review", "--import", "r.xlsx"]) == 2
    assert "somebody decided on its records" in capsys.readouterr().err


def test_a_sample_is_blind_and_kept(project):
    assert sot(["review", "--sample", "5", "--export", "r.xlsx"]) == 0
    assert (project / "review_sample.csv").is_file()
    text = text_of("r.xlsx")
    assert "%" not in text and "another town" not in text and "crm" in text


def test_a_second_steward_is_asked_blindly_and_agreement_is_told(project, capsys):
    append(
        project / "decisions.jsonl",
        [decision("1", "same", "crm:3", "erp:2"), decision("2", "same", "crm:1", "crm:2")],
    )
    assert sot(["review", "--second", "--steward", "bob", "--export", "r.xlsx"]) == 0
    assert "2 of 2 cases written" in capsys.readouterr().err
    case = next(row[0].value for row in openpyxl.load_workbook("r.xlsx")["Review"].iter_rows(min_row=2))
    fill("r.xlsx", **{case: "different"})
    assert sot(["review", "--second", "--steward", "bob", "--import", "r.xlsx"]) == 0
    assert "ada and bob: 0 of 1 pairs agree (0 %), Cohen's kappa 0.00" in capsys.readouterr().err
    assert sot(["review", "--export", "c.xlsx", "--filter", "kind:contradiction"]) == 0
    assert "1 of 1 case written" in capsys.readouterr().err


def test_an_unfinished_last_line_is_told(project, capsys):
    append(project / "decisions.jsonl", [decision("1", "same", "crm:3", "erp:2")])
    with (project / "decisions.jsonl").open("a") as log:
        log.write('{"id": "half')
    assert sot(["review", "--export", "r.xlsx"]) == 0
    assert "the last line of" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--export", "a.xlsx", "--import", "b.xlsx"], "choose one of --web, --export and --import"),
        (["--sample", "5", "--second"], "choose one of --sample and --second"),
        (["--web", "--listen", "8000"], "write HOST:PORT"),
        (["--web", "--reviewers", "ada,ada"], "two reviewers have the same name"),
        (["--web", "--listen", "203.0.113.1:1"], "can't listen on 203.0.113.1:1"),
        (["nowhere"], "no finished run"),
        (["--web", "--listen", "127.0.0.1:70000"], "write HOST:PORT"),
        (["--export", "a.xlsx", "--filter", "nobody-is-called-so"], "no open case fits"),
        ([], "this is not a terminal"),
        (["--export", "a.xlsx", "--filter", "colour:red"], "is not one of system, kind, band, state"),
    ],
)
def test_what_can_not_be_done_is_said(project, capsys, words, message):
    assert sot(["review", *words]) == 2
    assert message in capsys.readouterr().err
