from __future__ import annotations

import random

import polars as pl

from sot.emit.queue import cases_of, questions_with_cases, review_queue
from sot.model.run import Run
from tests.emit.runs import make_run

RECORDS = [
    {"system": "crm", "record_id": str(i), "golden_id": f"C{i}", "name": f"Firm {i}"} for i in range(6)
]


JOINED, APART = (True, False), (False, False)
"""Whether the two records are joined, and whether evidence contradicts that they are one."""


def asking(*asked: tuple[int, int, float, bool, bool], **exposure: tuple[float, str]) -> Run:
    rows = [
        {
            "uid_l": left,
            "uid_r": right,
            "match_probability": p,
            "joined": joined,
            "vetoed": vetoed,
            "why": f"{left} and {right}",
        }
        for left, right, p, joined, vetoed in asked
    ]
    return make_run(RECORDS, questions=rows, exposure=exposure)


def queue_of(run: Run) -> pl.DataFrame:
    return cases_of(run, questions_with_cases(run))


def test_all_that_is_asked_of_the_same_customers_is_one_case() -> None:
    records = [*RECORDS, {"system": "erp", "record_id": "0", "golden_id": "C0", "name": "Firm 0"}]
    rows = [
        {"uid_l": 0, "uid_r": 1, "match_probability": 0.3, "joined": False, "vetoed": False, "why": "a"},
        {"uid_l": 1, "uid_r": 6, "match_probability": 0.4, "joined": False, "vetoed": False, "why": "b"},
    ]
    run = make_run(records, questions=rows)
    (case,) = queue_of(run).to_dicts()
    assert case["golden_ids"] == ["C0", "C1"]
    assert case["records"] == ["crm:0", "crm:1", "erp:0"]
    assert case["why"] == "a | b"
    assert questions_with_cases(run)["case_id"].to_list() == [case["case_id"]] * 2


def test_money_times_doubt_comes_first() -> None:
    run = asking(
        (0, 1, 0.5, *APART),
        (2, 3, 0.2, *APART),
        (4, 5, 0.9, *APART),
        C0=(10.0, "EUR"),
        C2=(1000.0, "EUR"),
    )
    assert queue_of(run)["golden_ids"].to_list() == [["C2", "C3"], ["C0", "C1"], ["C4", "C5"]]
    assert queue_of(run)["priority"].to_list() == [1, 2, 3]


def test_a_doubtful_link_weighs_the_chance_that_it_is_wrong() -> None:
    run = asking((0, 0, 0.9, *JOINED), (1, 2, 0.2, *APART), (3, 4, 0.99, False, True))
    assert queue_of(run)["golden_ids"].to_list() == [["C3", "C4"], ["C1", "C2"], ["C0"]]


def test_currencies_are_not_added() -> None:
    run = asking((0, 1, 0.5, *APART), C0=(10.0, "EUR"), C1=(5.0, "USD"))
    (case,) = queue_of(run).to_dicts()
    assert case["exposure"] is None
    assert case["exposure_currency"] == "EUR|USD"


def test_the_order_of_questions_does_not_matter() -> None:
    asked = [(i, j, 0.5, *APART) for i in range(6) for j in range(i + 1, 6)]
    shuffled = random.Random(1).sample(asked, len(asked))
    assert queue_of(asking(*asked)).equals(queue_of(asking(*shuffled)))


def test_joined_and_vetoed_are_two_facts_of_a_case() -> None:
    run = asking(
        (0, 0, 0.9, True, True), (1, 2, 0.2, False, True), (3, 3, 0.6, True, False), (4, 5, 0.3, False, False)
    )
    facts = cases_of(run, questions_with_cases(run)).select("golden_ids", "joined", "vetoed").rows()
    assert sorted(facts) == [
        (["C0"], True, True), (["C1", "C2"], False, True), (["C3"], True, False), (["C4", "C5"], False, False),
    ]  # fmt: skip


def test_the_queue_file_holds_texts() -> None:
    run = asking((0, 1, 0.5, *APART))
    queue = review_queue(cases_of(run, questions_with_cases(run)))
    assert queue.select("golden_ids", "records", "joined").row(0) == ("C0|C1", "crm:0|crm:1", False)
    assert queue.write_csv().splitlines()[1].split(",")[7] == "false"
