import pytest

from sot.decision_log import in_force
from sot.errors import InputError, UsageError
from sot.review.import_decisions import read_csv, to_decisions
from sot.review.run_reader import FinishedRun
from tests.review.making import plain, small_run

HEAD = "verdict,system_l,record_id_l,system_r,record_id_r,steward,reason\n"


@pytest.fixture
def run(tmp_path):
    return FinishedRun(small_run(tmp_path / "run"))


def lines(tmp_path, text):
    path = tmp_path / "decisions.csv"
    path.write_text(text, encoding="utf-8-sig")
    return read_csv(path)


def test_a_file_of_excel_with_semicolons_and_capitals(tmp_path, run):
    text = (HEAD + 'Same,crm,1,erp,1,eve,"one, phone"\n\nDIFFERENT,crm,3,erp,2,,\n').replace(",", ";", 99)
    text = text.replace('"one; phone"', '"one, phone"')
    made = to_decisions(lines(tmp_path, text), "ada", "2026-01-31", [], run)
    assert plain(made) == [("same", ("crm:1", "erp:1")), ("different", ("crm:3", "erp:2"))]
    assert [(d.steward, d.reason) for d in made] == [("eve", "one, phone"), ("ada", None)]
    assert all(d.evidence for d in made)


def test_every_wrong_line_is_named_and_none_is_taken(tmp_path, run):
    ends = [
        "same,crm,1,erp,1",
        "perhaps,crm,1,erp,1",
        "same,crm,11,erp,1",
        "same,hubspot,1,crm,1",
        "same,crm,1,crm,1",
    ]
    text = HEAD + "".join(f"{end},,\n" for end in ends)
    with pytest.raises(UsageError) as error:
        to_decisions(lines(tmp_path, text), "ada", "2026-01-31", [], run)
    message = error.value.message.splitlines()
    assert [line.split("decisions.csv:")[1][:2] for line in message] == ["3:", "4:", "5:", "6:"]
    assert "'perhaps' is not one of same, related, different, unsure" in message[0]
    assert "no record '11' of crm" in message[1] and "did you mean '1'" in message[1]
    assert "no system 'hubspot'" in message[2] and "crm, erp" in message[2]
    assert "a record is in it twice" in message[3]


def test_the_same_file_again_says_nothing_new(tmp_path, run):
    text = HEAD + "same,crm,1,erp,1,,\nsame,erp,1,crm,1,,\n"
    made = to_decisions(lines(tmp_path, text), "ada", "2026-01-31", [], run)
    assert len(made) == 1
    assert to_decisions(lines(tmp_path, text), "ada", "2026-02-01", in_force(made), run) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("verdict,system_l,record_id_l,system_r\n", "no column record_id_r"),
        (HEAD.strip() + ",colour\n", "unknown column 'colour'"),
        (HEAD + 'same,"crm,1\n', "unexpected end of data"),
    ],
)
def test_a_file_that_is_no_table_of_decisions(tmp_path, text, message):
    with pytest.raises(UsageError, match=message):
        lines(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_csv(tmp_path / "none.csv")
