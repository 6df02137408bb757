"""The workbook goes out, is filled in (by openpyxl here), and comes back whole or not at all."""

import openpyxl
import pytest

from sot.decision_log import append
from sot.errors import InputError, UsageError
from sot.review.excel.export import HEADS, export
from sot.review.excel.import_answers import take
from sot.review.filters import Filter, parse
from sot.review.merging import changes
from tests.decision_log.making import decision
from tests.review.making import EVIL, TITLES, plain, session, written


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "review.xlsx"
    assert export(session(tmp_path), Filter(), path) == (4, 4)
    return path


def fill(path, *entries):
    """Write (case, record, column, value) into the workbook; record None means the first row of the case."""
    book = openpyxl.load_workbook(path)
    sheet = book["Review"]
    for case, record, column, value in entries:
        rows = [r for r in sheet.iter_rows(min_row=2) if r[0].value == case]
        key = HEADS.index("record id")
        system, _, id_ = (record or ":").partition(":")
        wanted = (TITLES.get(system), id_)
        row = next(r for r in rows if record is None or (r[key - 1].value, r[key].value) == wanted)
        row[HEADS.index(column)].value = value
    book.save(path)


def said(tmp_path):
    return plain(written(tmp_path / "decisions.jsonl"))


def test_a_filled_in_workbook_is_taken(tmp_path, path):
    fill(
        path,
        ("Q2", None, "verdict", "Different"),
        ("Q2", None, "note", "two towns"),
        ("Q1", None, "verdict", "different"),
        ("Q1", "crm:2", "only", "x"),
        ("Q3", None, "verdict", "related"),
        ("Q3", None, "relation", "parent"),
        ("Q3", "erp:3", "only", "X"),
        ("V1", "erp:1", "only", "x"),
    )
    assert len(take(session(tmp_path), path)) == 5
    assert said(tmp_path) == [
        ("different", ("crm:3", "erp:2")),
        ("different", ("crm:2", "crm:1")),
        ("different", ("crm:2", "erp:1")),
        ("related", ("erp:3", "crm:4")),
        ("same", ("erp:1",)),
    ]
    log = written(tmp_path / "decisions.jsonl")
    assert log[0].reason == "two towns" and log[0].evidence
    assert (log[4].field, log[4].value) == ("address", "Dallas")


def test_an_empty_workbook_says_nothing(tmp_path, path):
    assert take(session(tmp_path), path) == []
    assert said(tmp_path) == []


WRONG = (
    (("Q1", None, "verdict", "perhaps"), "verdict 'perhaps' is not one of"),
    (("Q1", "erp:1", "record id", "99"), "its records are not those of the run: NetSuite:99, erp:1"),
    (("Q1", None, "case", "Q9"), "not in the queue"),
    (("Q1", None, "only", "yes"), "'yes' in only; write x or nothing"),
    (("Q1", "crm:2", "verdict", "same"), "2 different verdicts"),
    (("Q1", "crm:2", "state", "0"), "somebody decided on its records, or the run changed"),
)


@pytest.mark.parametrize(("entry", "message"), WRONG)
def test_every_wrong_row_is_listed_and_nothing_is_taken(tmp_path, path, entry, message):
    fill(path, ("Q2", None, "verdict", "same"), ("Q1", None, "verdict", "different"), entry)
    with pytest.raises(UsageError) as error:
        take(session(tmp_path), path)
    assert message in error.value.message and "review.xlsx, row " in error.value.message
    assert said(tmp_path) == []


SHAPES = (
    ([("Q3", None, "verdict", "related")], "related needs a relation"),
    ([("Q3", None, "verdict", "related"), ("Q3", None, "relation", "parent")], "records of the parent"),
    ([("Q1", "crm:2", "only", "x")], "there is not a verdict"),
    ([("Q1", "crm:2", "only", "x"), ("Q1", None, "verdict", "same")], "two marked records or more"),
    ([("V1", "crm:1", "only", "x"), ("V1", "erp:1", "only", "x")], "mark the one record"),
)


@pytest.mark.parametrize(("entries", "message"), SHAPES)
def test_answers_that_say_nothing_are_listed(tmp_path, path, entries, message):
    fill(path, *entries)
    with pytest.raises(UsageError, match=message):
        take(session(tmp_path), path)


def test_a_case_is_put_off_and_a_record_that_was_not_proposed_is_linked(tmp_path, path):
    fill(path, ("Q2", None, "put off until", "2999-01-31"), ("Q1", None, "link with", "crm:4"))
    mine = session(tmp_path)
    take(mine, path)
    assert mine.waits(mine.board.case("Q2")) == "2999-01-31"
    assert [made for made in said(tmp_path) if made[0] == "same" and "crm:4" in made[1]]


def test_a_value_written_over_another_one_is_the_golden_value(tmp_path, path):
    mine = session(tmp_path)
    shown = mine.detail(mine.board.case("V1"))
    row = next(row for row in shown.rows if row.field == "city")
    key = ":".join(shown.keys[0])
    other = next(i for i, value in enumerate(row.values) if value and value != row.values[0])
    fill(path, ("V1", key, "city", row.values[other]))
    [made] = take(mine, path)
    assert (made.records, made.value) == ((shown.keys[other],), row.values[other])


def test_the_account_that_stays_is_chosen_and_the_golden_record_is_shown_before_and_after(tmp_path, path):
    sheet = openpyxl.load_workbook(path)["Review"]
    golden = [row for row in sheet.iter_rows(min_row=2) if row[HEADS.index("system")].value == "golden now"]
    assert {row[HEADS.index("record id")].value for row in golden} >= {"C1", "C3", "C4"}
    fill(path, ("Q1", None, "verdict", "same"), ("Q1", "crm:2", "stays", "x"), ("V1", "erp:1", "only", "x"))
    mine, merged = session(tmp_path), []
    made = take(mine, path, merged)
    assert {(d.field, d.value) for d in made} == {(None, None), ("survivor", "2"), ("address", "Dallas")}
    assert ("address", "", "Dallas") in changes(mine, merged[0])


LATER = (
    (("Q2", None, "put off until", "2001-01-31"), "2001-01-31 is not in the future"),
    (("Q2", None, "put off until", "soon"), "soon is not a date"),
    (("Q2", None, "link with", "crm:999"), "no record of the run has this id or name"),
    (("Q1", "erp:1", "stays", "x"), "NetSuite has one account in this case"),
    (("V1", "crm:1", "city", "Atlantis"), "'Atlantis', which no record of the case has"),
)


@pytest.mark.parametrize(("entry", "message"), LATER)
def test_what_can_not_be_put_off_linked_or_chosen_is_listed_and_nothing_is_taken(
    tmp_path, path, entry, message
):
    fill(path, ("Q1", None, "verdict", "same"), entry)
    with pytest.raises(UsageError) as error:
        take(session(tmp_path), path)
    assert message in error.value.message
    assert said(tmp_path) == []


def test_what_was_decided_meanwhile_makes_rows_stale(tmp_path, path):
    fill(path, ("Q2", None, "verdict", "same"))
    append(tmp_path / "decisions.jsonl", [decision("1", "different", "crm:3", "erp:2")])
    with pytest.raises(UsageError, match="somebody decided on its records"):
        take(session(tmp_path), path)


def test_data_is_text_and_ids_are_locked(path):
    book = openpyxl.load_workbook(path, rich_text=True)
    sheet = book["Review"]
    assert sheet.protection.sheet
    assert EVIL in {str(cell.value) for row in sheet.iter_rows() for cell in row}
    for row in sheet.iter_rows(min_row=2):
        assert row[0].protection.locked and row[HEADS.index("record id")].protection.locked
        golden = row[HEADS.index("system")].value == "golden now"
        assert row[HEADS.index("only")].protection.locked == golden
        assert all(cell.data_type in ("s", "n") and cell.hyperlink is None for cell in row)
    lists = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert '"same,related,different,unsure"' in lists


def test_formulas_in_names_stay_text(tmp_path):
    from tests.review.making import pair, question, record, write_run

    records = [record("crm:1", '=HYPERLINK("http://x","y")'), record("erp:1", "@sum(1)")]
    asked = [question("Q1", 0, 1, 0.4, "apart", "-1+cmd|x")]
    write_run(tmp_path / "run", records, ["C1", "C2"], [pair(0, 1, 0.4, "apart")], asked)
    export(session(tmp_path), Filter(), tmp_path / "r.xlsx")
    cells = [c for row in openpyxl.load_workbook(tmp_path / "r.xlsx")["Review"].iter_rows() for c in row]
    assert not [c for c in cells if c.data_type == "f"]
    assert {'=HYPERLINK("http://x","y")', "@sum(1)", "-1+cmd|x"} <= {c.value for c in cells}


def test_a_filter_narrows_the_export(tmp_path):
    assert export(session(tmp_path), parse("kind:vetoed"), tmp_path / "r.xlsx") == (1, 1)


def test_another_workbook_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    (tmp_path / "text.xlsx").write_text("hello")
    for name in ("other.xlsx", "text.xlsx"):
        with pytest.raises(InputError, match="not a review workbook"):
            take(session(tmp_path), tmp_path / name)


def test_the_workbook_of_the_run_is_taken_too(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Review queue"
    for row in (
        ["case_id", "priority", "names", "why", "verdict", "relation", "reason"],
        ["Q2", 1, "", "", "different", None, "two towns"],
        ["Q3", 2, "", "", "related", "group", None],
        ["Q1", 3, "", "", None, None, None],
    ):
        sheet.append(row)
    path = tmp_path / "workbook.xlsx"
    book.save(path)
    assert len(take(session(tmp_path), path)) == 2
    assert said(tmp_path) == [("different", ("crm:3", "erp:2")), ("related", ("crm:4", "erp:3"))]
    sheet["E4"], sheet["E3"], sheet["G4"] = "sme", None, "a note"
    book.save(path)
    with pytest.raises(UsageError, match="row 4, case Q1: verdict 'sme' is not one of"):
        take(session(tmp_path), path)


def test_a_note_without_a_verdict_is_no_answer(tmp_path, path):
    fill(path, ("Q2", None, "note", "ask Bob"))
    with pytest.raises(UsageError, match="there is a note, but no verdict"):
        take(session(tmp_path), path)
