"""The estimator against known truth, and the sample's way from the draw to the figures."""

import numpy as np
import polars as pl
import pytest

from sot.cli.errors import run as sot
from sot.decision_log import append, findings
from sot.evaluation.blind_sample import Stratum, estimate, judge, read_plan
from sot.review.run_reader import FinishedRun
from sot.review.sample import STRATA, allocation, draw, sample_cases, universe
from tests.decision_log.making import decision
from tests.review.making import small_run

TRUTH = ((STRATA[0], True, 4000, 0.995), (STRATA[1], True, 300, 0.8), (STRATA[2], False, 250, 0.35),
         (STRATA[3], False, 1500, 0.03))  # fmt: skip
SIZES = (60, 40, 40, 60)


def test_the_intervals_cover_the_truth_as_often_as_they_say():
    random = np.random.default_rng(7)
    covered = np.zeros(2)
    bias = np.zeros(2)
    runs = 400
    for _ in range(runs):
        counts = [random.binomial(size, share) for _, _, size, share in TRUTH]
        strata = [
            Stratum(name, linked, size, n, int(random.hypergeometric(count, size - count, n)))
            for (name, linked, size, _), count, n in zip(TRUTH, counts, SIZES, strict=True)
        ]
        right, every, joined = counts[0] + counts[1], sum(counts), 4300
        for i, (found, true) in enumerate(
            zip(estimate(strata), (right / joined, right / every), strict=True)
        ):
            covered[i] += found.low <= true <= found.high
            bias[i] += found.value - true
    assert (covered / runs >= 0.92).all(), covered / runs
    assert (np.abs(bias / runs) < 0.004).all(), bias / runs


def test_what_was_judged_whole_is_known_exactly():
    strata = [Stratum("a", True, 10, 10, 9), Stratum("b", False, 20, 20, 3)]
    precision, recall = estimate(strata)
    assert (precision.low, precision.value, precision.high) == (0.9, 0.9, 0.9)
    assert (recall.low, recall.value, recall.high) == (0.75, 0.75, 0.75)


def test_without_answers_nothing_is_known():
    precision, recall = estimate([Stratum("a", True, 10, 0, 0)])
    assert precision.value is None and recall.value is None


@pytest.fixture
def project(tmp_path, monkeypatch):
    small_run(tmp_path / "sot-out")
    (tmp_path / "sot-out" / "crosswalk.csv").write_text("system,record_id,golden_id\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_universe_is_what_is_joined_or_likely(project):
    pairs = universe(FinishedRun(project / "sot-out"))
    rows = {
        (a, b): (linked, stratum)
        for a, b, linked, stratum in pairs.select("uid_l", "uid_r", "linked", "stratum").rows()
    }
    assert rows == {
        (0, 1): (True, 0),
        (0, 4): (True, 1),
        (1, 4): (True, 1),
        (2, 5): (False, 2),
        (3, 6): (False, 2),
    }


def test_the_sample_does_not_change_and_a_larger_one_holds_it():
    pairs = pl.DataFrame({"stratum": [0] * 500 + [3] * 5000, "p": [0.99] * 500 + [0.02] * 5000})
    small, large = allocation(pairs, 100), allocation(pairs, 300)
    assert all(large[s] >= small[s] >= 10 for s in small)
    assert abs(sum(large.values()) - 300) <= 2


def test_the_plan_is_kept_and_drawn_once(project):
    run = FinishedRun(project / "sot-out")
    first = sample_cases(project, 3, run, [])
    assert [c.id for c in sample_cases(project, 3, run, [])] == [c.id for c in first]
    plan = read_plan(project)
    assert plan.equals(draw(run, 3)) and set(plan["population"]) == {1, 2}


def test_from_the_draw_to_the_figures(project, capsys):
    run = FinishedRun(project / "sot-out")
    assert sot(["accuracy"]) == 2 and "no sample has been drawn yet" in capsys.readouterr().err
    sample_cases(project, 5, run, [])
    append(project / "decisions.jsonl", [
        decision("1", "same", "crm:1", "crm:2"), decision("2", "different", "crm:1", "erp:1"),
        decision("3", "same", "crm:4", "erp:3"), decision("4", "unsure", "crm:3", "erp:2"),
    ])  # fmt: skip
    assert sot(["accuracy"]) == 0
    out = capsys.readouterr()
    assert "precision  33.3 %  (95 % interval 33.3 % to 33.3 %)" in out.out
    assert ", 1 unsure" in out.err
    found = judge(read_plan(project), findings([decision("1", "same", "crm:1", "crm:2")]))
    assert found.waiting == 4 and found.recall.value is None
    (project / "sot-out" / "crosswalk.csv").write_text("another run\n")
    assert sot(["accuracy"]) == 2 and "drawn from another run" in capsys.readouterr().err
