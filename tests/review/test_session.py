import polars as pl
import pytest

from sot.decision_log import append, load
from sot.errors import UsageError
from sot.model.kinds import Verdict
from sot.model.tables import RELATED
from sot.review.answers import Answer
from sot.review.cases import queue
from sot.review.filters import Filter, parse
from tests.decision_log.making import decision
from tests.review.making import session, small_run

ALL = parse("state:all")


def ids(opened, wanted="state:open"):
    return [case.id for case in opened.todo(parse(wanted))]


def settle(opened, case_id, verdict=Verdict.SAME):
    return opened.answer(opened.detail(opened.board.case(case_id)), Answer(verdict))


def test_the_queue_keeps_the_order_of_the_run_and_values_come_last(tmp_path):
    assert ids(session(tmp_path)) == ["Q2", "Q1", "Q3", "V1"]


def test_what_is_settled_is_not_asked_again_not_even_in_a_new_session(tmp_path):
    settle(session(tmp_path), "Q2")
    assert ids(session(tmp_path)) == ["Q1", "Q3", "V1"]


def test_what_follows_from_decisions_is_not_asked(tmp_path):
    opened = session(tmp_path)
    append(
        opened.board.log,
        [decision("1", "same", "crm:1", "crm:2"), decision("2", "different", "crm:2", "erp:1")],
    )
    assert "Q1" not in ids(opened), "crm:1 = crm:2 ≠ erp:1 settles both questions of Q1"


def test_undo_and_redo_last(tmp_path):
    opened = session(tmp_path)
    settle(opened, "Q2")
    settle(opened, "Q3", Verdict.DIFFERENT)
    opened.undo()
    assert ids(session(tmp_path)) == ["Q1", "Q3", "V1"]
    opened.redo()
    assert ids(session(tmp_path)) == ["Q1", "V1"]
    opened.undo()
    opened.undo()
    assert ids(opened) == ["Q2", "Q1", "Q3", "V1"]
    with pytest.raises(UsageError, match="nothing to undo"):
        opened.undo()
    settle(opened, "Q2")
    with pytest.raises(UsageError, match="nothing to redo"):
        opened.redo()


def test_undo_and_redo_return_to_the_case_of_the_answer(tmp_path):
    opened = session(tmp_path)
    value = opened.board.case("V1")
    assert set(value.keys) <= set(opened.board.case("Q1").keys), "two cases of the same records"
    settle(opened, "Q1")
    opened.answer_all([(opened.detail(value), value.keys[0])])
    for step, case_id in ((opened.undo, "V1"), (opened.undo, "Q1"), (opened.redo, "Q1"), (opened.redo, "V1")):
        step()
        assert opened.returned is opened.board.case(case_id)


def test_undo_brings_back_what_an_answer_had_replaced(tmp_path):
    opened = session(tmp_path)
    settle(opened, "Q2", Verdict.SAME)
    settle(opened, "Q2", Verdict.DIFFERENT)
    opened.undo()
    assert opened.decision_state().findings.verdict(("crm", "3"), ("erp", "2")) is Verdict.SAME


def test_skipped_and_unsure_cases_go_to_the_end(tmp_path):
    opened = session(tmp_path)
    opened.skip(opened.board.case("Q2"))
    settle(opened, "Q1", Verdict.UNSURE)
    assert [case.id for case in opened.todo(Filter())] == ["Q3", "V1", "Q1", "Q2"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("globex", ["Q2"]),
        ("kind:vetoed", ["Q3"]),
        ("kind:vetoed kind:value_conflict", ["Q3", "V1"]),
        ("band:apart", ["Q2"]),
        ("band:doubt acme", ["Q1"]),
        ("system:nowhere", []),
        ("state:settled", []),
    ],
)
def test_filters(tmp_path, text, found):
    assert [case.id for case in session(tmp_path).todo(parse(text))] == found


@pytest.mark.parametrize("text", ["colour:red", "state:wrong"])
def test_a_filter_that_means_nothing_is_refused(text):
    with pytest.raises(UsageError, match="filter"):
        parse(text)


def test_a_locked_value_settles_its_conflict_and_is_the_raw_value(tmp_path):
    opened = session(tmp_path)
    shown = opened.detail(opened.board.case("V1"))
    made = opened.lock(shown, ("erp", "1"), "city")
    assert (made[-1].field, made[-1].value, made[-1].records) == ("address", "Dallas", (("erp", "1"),))
    assert opened.state(shown.case) == "settled"
    made = opened.lock(shown, ("crm", "1"), "city")
    assert [bool(d.revokes) for d in made] == [True, False], "the earlier lock is taken back"
    with pytest.raises(UsageError, match="is not a value to lock"):
        opened.lock(shown, ("crm", "2"), "tax_id")
    with pytest.raises(UsageError, match="is not a value to lock"):
        opened.lock(shown, ("crm", "1"), "created_at")


def test_progress_counts_the_decisions_to_99_percent_of_the_exposure(tmp_path):
    opened = session(tmp_path)
    before = opened.progress()
    assert (before.open, before.settled, before.of) == (4, 0, "EUR")
    assert before.to_go == 2, "Q2 holds 70,050 and Q1 900 of 70,950 EUR; Q3 holds nothing"
    settle(opened, "Q2")
    settle(opened, "Q1")
    after = opened.progress()
    assert (after.to_go, after.settled, after.share_settled) == (0, 2, 1.0)


def test_another_programs_decisions_are_seen_at_once(tmp_path):
    opened = session(tmp_path)
    append(opened.board.log, [decision("1", "same", "crm:3", "erp:2")])
    assert ids(opened) == ["Q1", "Q3", "V1"]


def test_contradicting_decisions_become_a_case_that_one_answer_settles(tmp_path):
    opened = session(tmp_path)
    append(
        opened.board.log,
        [decision("1", "same", "crm:3", "erp:2"), decision("2", "different", "crm:3", "erp:2")],
    )
    (case,) = opened.todo(parse("kind:contradiction"))
    assert "ada said same" in case.why and "ada said different" in case.why
    opened.answer(opened.detail(case), Answer(Verdict.DIFFERENT))
    assert opened.state(case) == "settled"
    assert not opened.decision_state().findings.contradictions
    assert opened.decision_state().findings.verdict(("crm", "3"), ("erp", "2")) is Verdict.DIFFERENT


def test_a_decision_is_asked_again_only_if_its_evidence_changed_and_holds_until_then(tmp_path):
    import polars as pl

    opened = session(tmp_path)
    settle(opened, "Q2")
    path = tmp_path / "run" / "tables" / "records.parquet"
    records = pl.read_parquet(path)
    records.with_columns(balance=pl.lit("1"), owner=pl.lit("eve")).write_parquet(path)
    assert queue(opened.board.run, load(opened.board.log))[0].id == "Q2", "nothing that matters changed"
    moved = pl.when(pl.col("record_id") == "2").then(pl.lit("Vancouver")).otherwise("city")
    records.with_columns(city=moved, n_city=moved.str.to_lowercase()).write_parquet(path)
    again = session(tmp_path)
    (case,) = again.todo(parse("kind:reopened"))
    assert "ada said same on 2026-01-31" in case.why
    assert again.decision_state().findings.verdict(("crm", "3"), ("erp", "2")) is Verdict.SAME, (
        "still in force"
    )
    again.answer(again.detail(case), Answer(Verdict.SAME))
    assert again.state(case) == "settled"
    assert session(tmp_path).todo(parse("kind:reopened")) == []


def test_evidence_of_the_likeliest_link_in_words_and_bits(tmp_path):
    opened = session(tmp_path)
    evidence = opened.detail(opened.board.case("Q1")).evidence
    assert [(e.comparison, e.level, e.bits, e.against) for e in evidence] == [
        ("name", "same words", 11.5, False),
        ("place", "different town", -3.25, False),
    ]
    assert opened.detail(opened.board.case("Q3")).evidence[0].against


def test_related_customers_are_at_hand(tmp_path):
    opened = session(tmp_path)
    related = opened.detail(opened.board.case("Q1")).related
    assert [(r["name"], r["relation"]) for r in related] == [("Globex Boston", "group")]


def test_a_customer_related_to_several_of_a_case_is_told_once(tmp_path):
    run = session(tmp_path).board.run
    links = [
        ("C1", "C3", "group", "one domain"),
        ("C3", "C2", "group", "one phone"),
        ("C3", "C2", "parent", "says so"),
    ]
    table = pl.DataFrame(links, schema=dict(RELATED), orient="row")
    table.write_parquet(run.folder / "tables" / "related.parquet")
    found = run.related(["C1", "C2"])
    assert found.select("golden_id", "relation").rows() == [("C3", "group"), ("C3", "parent")]


def test_a_folder_without_a_run_is_refused(tmp_path):
    from sot.review.run_reader import FinishedRun

    with pytest.raises(UsageError, match="contains no finished run"):
        FinishedRun(tmp_path)
    small_run(tmp_path / "run")
    assert FinishedRun(tmp_path / "run").queue.height == 3
