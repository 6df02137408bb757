"""What answers teach: rules with support and counter-examples, calibration, and their way into rules/."""

import numpy as np
import polars as pl
import pytest

from sot.cli.errors import run as sot
from sot.decision_log import append, findings, load
from sot.review.learning import answered_pairs
from sot.review.learning.calibration import calibrate
from sot.review.learning.suggest_rules import propose
from sot.review.run_reader import FinishedRun
from sot.rules.review import Mining
from tests.decision_log.making import decision
from tests.review.making import large_run, pair, question, record, write_run

MINING = Mining(
    support=8, against_share=0.1, most_conditions=2, proposals=5, calibration_answers=30, beliefs=2.0
)


def table(rows):
    return pl.DataFrame(rows, schema=["phone", "place", "verdict", "case_id"], orient="row")


ANSWERED = table(
    [("same", "same town", "same", "x")] * 12
    + [("same", "different town", "different", "x")] * 9
    + [("another", "same town", "same", "x")] * 3
    + [("another", "same town", "different", "x")] * 3
)
WAITING = table(
    [("same", "same town", None, f"Q{i // 2}") for i in range(10)] + [("same", "different town", None, "R")]
)


def test_alike_answers_become_rules_in_words():
    one, two = propose(ANSWERED, WAITING, ["phone", "place"], MINING)
    assert one.words == "where phone is 'same' and place is 'same town': same"
    assert (one.support, one.against, one.questions, one.cases) == (12, 0, 10, 5)
    assert two.words == "where place is 'different town': different", "the shortest rule that says it"
    assert (two.support, two.questions) == (9, 1)


def test_too_many_counter_examples_or_too_few_answers_make_no_rule():
    mixed = pl.concat([ANSWERED, table([("same", "same town", "different", "x")] * 3)])
    assert [p.verdict for p in propose(mixed, WAITING, ["phone", "place"], MINING)] == ["different"]
    assert propose(ANSWERED.head(7), WAITING, ["phone", "place"], MINING) == []


def test_missing_evidence_carries_no_rule():
    missing = table([("missing", None, "same", "x")] * 20)
    assert propose(missing, table([("missing", None, None, "Q")]), ["phone", "place"], MINING) == []


def drawn(shift, slope, count, seed=3):
    random = np.random.default_rng(seed)
    weight = random.uniform(-6, 8, count)
    real = 1 / (1 + np.exp(-(shift + slope * weight * np.log(2))))
    verdict = np.where(random.random(count) < real, "same", "different")
    said = 1 / (1 + 2.0**-weight)
    told = {"match_weight": weight, "match_probability": said, "verdict": verdict}
    return pl.DataFrame(told).with_columns(against=pl.lit(None, dtype=pl.String), stands=pl.lit(1.0))


def test_calibration_finds_the_line_behind_the_answers():
    found = calibrate(drawn(-1.5, 0.7, 4000), 30, 2.0)
    assert found.shift == pytest.approx(-1.5, abs=0.25) and found.slope == pytest.approx(0.7, abs=0.08)
    assert found.threshold(0.93) > 0.98, "an overconfident model has to be surer"
    assert found.calibrated(found.threshold(0.8)) == pytest.approx(0.8)
    assert sum(part.answers for part in found.bins) == 4000
    vetoed = drawn(0, 1, 500).with_columns(verdict=pl.lit("different"), against=pl.lit("place"))
    assert calibrate(pl.concat([drawn(-1.5, 0.7, 4000), vetoed]), 30, 2.0) == found


def test_a_blind_sample_comes_before_what_was_asked():
    keys = {name: [f"{name}{i}" for i in range(4)] for name in answered_pairs.KEY}
    answered = pl.DataFrame({**keys, "match_probability": [0.3, 0.6, 0.97, 0.99]})
    plan = answered.select(answered_pairs.KEY).with_columns(
        stratum=pl.Series(["a", "a", "b", "b"]), population=pl.Series([10, 10, 300, 300])
    )
    assert answered_pairs.to_calibrate(answered, plan, 0.95, 3)["stands"].to_list() == [5, 5, 150, 150]
    assert answered_pairs.to_calibrate(answered, plan, 0.95, 5)["match_probability"].to_list() == [0.3, 0.6]
    assert answered_pairs.to_calibrate(answered, None, 0.95, 1).height == 2


def test_one_sided_answers_do_not_break_it_and_few_say_nothing():
    only = drawn(0, 1, 200).with_columns(verdict=pl.lit("same"))
    found = calibrate(only, 30, 2.0)
    assert np.isfinite(found.shift) and 0.05 <= found.slope < 5 and 0 < found.threshold(0.93) < 1
    assert calibrate(only.head(10), 30, 2.0) is None


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A steward answered 20 of 40 questions alike: the same town is one customer, a different town is not."""
    count = 40
    records = [record(f"crm:{i:02}", f"Firm {i}") for i in range(count)]
    records += [record(f"erp:{i:02}", f"Firm {i}") for i in range(count)]
    pairs = [pair(i, count + i, 0.4, "apart", gamma_place=i % 2, bits_place=3.0) for i in range(count)]
    asked = [question(f"Q{i:02}", i, count + i, 0.4, "apart", "names agree") for i in range(count)]
    write_run(tmp_path / "sot-out", records, [f"C{i:02}" for i in range(2 * count)], pairs, asked)
    answers = [
        decision(f"d{i}", "same" if i % 2 else "different", f"crm:{i:02}", f"erp:{i:02}") for i in range(20)
    ]
    append(tmp_path / "decisions.jsonl", answers)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_person_accepts_a_rule_and_it_answers_what_it_fits(project, capsys):
    assert sot(["rules", "suggest"]) == 0
    out = capsys.readouterr().out
    assert "20 pairs are settled by answers, 20 questions are open" in out
    assert "where place is 'same town': same" in out and "settles 10 questions in 10 cases" in out
    assert "10 answers say so, none against (at least 72 % of such pairs)" in out
    number = next(line.split()[0] for line in out.splitlines() if "'same town': same" in line)
    assert sot(["rules", "suggest", "--accept", number, "--steward", "eve"]) == 0
    rule = (project / "rules" / "review" / "answers.yaml").read_text()
    assert rule.startswith("# Rules from the answers of stewards") and "accepted_by: eve" in rule
    made = [d for d in load(project / "decisions.jsonl") if d.steward == "eve"]
    assert len(made) == 10 and {d.verdict for d in made} == {"same"}
    assert "rule place-same-town, accepted by eve" in made[0].reason and made[0].evidence
    known = findings(load(project / "decisions.jsonl"))
    assert answered_pairs.waiting(FinishedRun(project / "sot-out"), known).height == 10


def test_accepted_rules_answer_the_questions_of_later_runs(project, capsys):
    sot(["rules", "suggest", "--accept", "1", "--accept", "2"])
    (project / "decisions.jsonl").unlink()
    assert sot(["rules", "suggest", "--apply"]) == 0
    assert "40 questions answered by 2 rules" in capsys.readouterr().err


def test_a_number_that_is_not_there(project, capsys):
    assert sot(["rules", "suggest", "--accept", "9"]) == 2
    assert "there is no proposal 9" in capsys.readouterr().err


def test_without_answers_there_is_nothing_to_learn(tmp_path, capsys):
    large_run(tmp_path / "run", 3)
    assert sot(["rules", "suggest", str(tmp_path / "run"), "--project", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "no rule" in out and "no calibration" in out
