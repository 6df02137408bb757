"""Links between documents in doubt: asked in the terminal, the browser and Excel, and decided for the next run."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import openpyxl
import polars as pl
import pytest

from sot.decision_log import constraints, in_force, load
from sot.errors import UsageError
from sot.model.document_links import FOLLOWING, is_link_question
from sot.model.kinds import Verdict
from sot.review.answers import Answer
from sot.review.document_answers import kind_of
from sot.review.excel.export import export
from sot.review.excel.import_answers import take
from sot.review.filters import parse
from sot.review.question import question
from sot.review.terminal.app import ReviewApp
from sot.review.web.server import guarded
from tests.handoffs.world import Maker, Style, found_links, run
from tests.review.making import plain, session, small_run, with_documents, written
from tests.review.web.test_server import answer, enter

WORLD = Maker(Style(customers=40, references=0, names=0.2, defects=0.2), 3).make()
RESULT = run(WORLD)
ASKED = parse("kind:document_link")


@pytest.fixture
def opened(tmp_path):
    with_documents(small_run(tmp_path / "run"), WORLD, RESULT)
    return session(tmp_path)


def first(opened):
    """Give the first case that has another candidate for its right side, with its detail and that candidate."""
    for case in opened.todo(ASKED):
        shown = opened.detail(case)
        others = [key for key in shown.keys[2:] if kind_of(key) == kind_of(case.asked[0][1])]
        if others:
            return case, shown, others[0]
    raise AssertionError("no case has another candidate")


def again(opened):
    """Give the links of the next run."""
    demanded = constraints(load(opened.board.log), opened.board.run.table("records"))
    return found_links(run(WORLD, constraints=demanded))


def link_of(left, right):
    return ((left[0], *left[1].split(":", 1)), (right[0], *right[1].split(":", 1)))


def test_every_link_in_doubt_is_asked_once(opened):
    doubtful = RESULT.links.filter(RESULT.links["doubt"])
    cases = opened.todo(ASKED)
    assert 0 < len(cases) <= doubtful.height
    assert len({case.asked for case in cases}) == len(cases)
    assert {case.id for case in cases} <= {case.id for case in opened.todo(parse(""))}


def test_a_link_that_follows_from_another_is_not_asked():
    rows = [("nearest", True), ("nearest", False), *((step, True) for step in FOLLOWING)]
    table = pl.DataFrame(rows, schema={"step": pl.String, "doubt": pl.Boolean}, orient="row")
    assert table.filter(is_link_question())["step"].to_list() == ["nearest"]


def test_the_question_is_a_sentence_and_the_other_candidates_are_beside_it(opened):
    case, shown, other = first(opened)
    left, right = case.asked[0]
    assert re.fullmatch(r"(Is|Does) (project|invoice|payment) “.+” .* They are linked now\.", question(case))
    assert shown.keys[:2] == (left, right)
    assert shown.records[shown.keys.index(other)]["document"].startswith("or ")
    assert next(row.field for row in shown.rows) == "document"


def test_a_rejected_link_is_not_made_again_and_undo_brings_it_back(opened):
    case, shown, _ = first(opened)
    opened.answer(shown, Answer(Verdict.DIFFERENT))
    assert opened.state(case) == "settled"
    assert link_of(*case.asked[0]) not in again(opened)
    opened.undo()
    assert opened.state(case) == "open"
    assert again(opened) == found_links(RESULT)


def test_an_accepted_link_is_beyond_doubt(opened):
    case, shown, _ = first(opened)
    opened.answer(shown, Answer(Verdict.SAME))
    assert opened.state(case) == "settled"
    assert link_of(*case.asked[0]) in again(opened)


def test_another_candidate_takes_the_place_of_the_link(opened):
    case, shown, other = first(opened)
    left, right = case.asked[0]
    made = opened.answer(shown, Answer(Verdict.SAME, frozenset({other})))
    assert {(d.verdict, frozenset(d.records)) for d in made} == {
        ("different", frozenset({left, right})), ("same", frozenset({left, other})),
    }  # fmt: skip
    links = again(opened)
    assert link_of(left, other) in links
    assert link_of(left, right) not in links


def test_both_may_be_right(opened):
    case, shown, other = first(opened)
    made = opened.answer(shown, Answer(Verdict.SAME, frozenset({*case.asked[0], other})))
    assert [d.verdict for d in made] == ["same", "same"]


def test_a_later_answer_replaces_an_earlier_one(opened):
    case, shown, _ = first(opened)
    opened.answer(shown, Answer(Verdict.SAME))
    opened.answer(shown, Answer(Verdict.DIFFERENT))
    force = [d for d in in_force(load(opened.board.log)) if not d.revokes]
    assert [d.verdict for d in force] == ["different"]
    assert opened.state(case) == "settled"


def test_a_document_that_was_not_proposed_is_linked_by_its_id(opened):
    case, shown, _ = first(opened)
    left, right = case.asked[0]
    some = next(
        row for row in WORLD.documents
        if row["object"] == kind_of(right) and (row["system"], f"{row['object']}:{row['record_id']}") not in shown.keys
    )  # fmt: skip
    made = opened.link(shown, frozenset(), f"{some['system']}:{some['object']}:{some['record_id']}")
    assert plain(made)[0][0] == "same"
    assert made[0].records[0] == left
    with pytest.raises(UsageError, match="no document"):
        opened.link(shown, frozenset(), "nowhere")


@pytest.mark.parametrize(
    ("verdict", "chosen", "message"),
    [(Verdict.RELATED, 0, "linked or not"), (Verdict.SAME, 1, "one document is selected")],
)
def test_an_answer_that_means_nothing_is_refused(opened, verdict, chosen, message):
    _, shown, _ = first(opened)
    with pytest.raises(UsageError, match=message):
        opened.answer(shown, Answer(verdict, frozenset(shown.keys[:chosen])))
    assert not opened.board.log.exists()


def test_a_value_of_a_document_cannot_be_locked(opened):
    _, shown, _ = first(opened)
    with pytest.raises(UsageError, match="not a value to lock"):
        opened.lock(shown, shown.keys[0], "name")


def test_decisions_that_contradict_each_other_become_a_case(opened):
    case, shown, _ = first(opened)
    opened.answer(shown, Answer(Verdict.SAME))
    said = load(opened.board.log)[0]
    opened.board.append([replace(said, id="d-2", verdict="different", steward="bob")])
    found = opened.todo(parse("kind:contradiction"))
    assert len(found) == 1
    opened.answer(opened.detail(found[0]), Answer(Verdict.DIFFERENT))
    assert link_of(*case.asked[0]) not in again(opened)


def test_in_excel(opened, tmp_path):
    path = tmp_path / "review.xlsx"
    written_cases, _ = export(opened, ASKED, path)
    book = openpyxl.load_workbook(path)
    sheet = book["Review"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    case, _, other = first(opened)
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, heads["case"]).value == case.id:
            if sheet.cell(row, heads["question"]).value:
                assert "They are linked now" in sheet.cell(row, heads["question"]).value
                sheet.cell(row, heads["verdict"]).value = "same"
            if sheet.cell(row, heads["record id"]).value == other[1]:
                assert sheet.cell(row, heads["document"]).value.startswith("or ")
                sheet.cell(row, heads["only"]).value = "x"
    book.save(path)
    made = take(opened, path)
    assert written_cases == len(opened.todo(parse("kind:document_link state:all")))
    assert sorted(d.verdict for d in made) == ["different", "same"]


def test_in_the_browser(opened):
    case, _, other = first(opened)
    app = guarded(opened.board, ["ada"], False, "127.0.0.1", 8000)
    client = enter(app)
    page = client.get(f"/case/{case.id}").text
    assert "They are linked now" in page
    assert "likely one customer" not in page
    assert 'class="lock' not in page
    answer(client, case.id, verdict="same", selected=":".join(other))
    assert sorted(d.verdict for d in written(opened.board.log)) == ["different", "same"]


def test_in_the_terminal(opened):
    app = ReviewApp(opened, "kind:document_link")
    case = opened.todo(ASKED)[0]

    async def play():
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            assert "They are linked now" in str(app.query_one("#why").render())
            await pilot.press("d")
            await pilot.pause()

    asyncio.run(play())
    assert plain(written(opened.board.log)) == [("different", tuple(":".join(key) for key in case.asked[0]))]
