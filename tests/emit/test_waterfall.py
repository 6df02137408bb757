from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from sot.emit.waterfall import waterfall
from sot.model.matching import UsedComparison, UsedLevel, UsedModel
from sot.model.run import Matching, Run
from tests.emit.runs import make_run


def level(gamma: int, name: str, m: float, u: float) -> UsedLevel:
    return UsedLevel(gamma, name, m, u, u, 0.0, False, 0.0, False)


MODEL = UsedModel(
    (
        UsedComparison("phone", "", (level(1, "same", 0.5, 0.0625), level(0, "another", 0.25, 0.5))),
        UsedComparison("place", "", (level(0, "another town", 0.1, 0.8),)),
        UsedComparison("legal_form", "", (level(0, "unknown", 1.0, 1.0),)),
    )
)


@pytest.fixture
def run() -> Run:
    records = [{"system": "crm", "record_id": str(i), "golden_id": "C1", "name": "A"} for i in range(2)]
    made = make_run(records, pairs=[{"uid_l": 0, "uid_r": 1, "match_weight": -4.0}])
    gammas = {"gamma_phone": 1, "gamma_place": 0, "gamma_legal_form": 0}
    pairs = made.matching.pairs.with_columns(*(pl.lit(value).alias(name) for name, value in gammas.items()))
    return replace(made, matching=Matching(pairs, model=MODEL))


def test_steps_lead_from_nothing_to_the_match_weight(run: Run) -> None:
    steps = waterfall(run, 1, 0)
    assert [(step["comparison"], step["bits"], step["start"]) for step in steps] == [
        ("phone", 3.0, 0.0),
        ("place", -3.0, 3.0),
        ("prior", -4.0, 0.0),
    ]
    assert sum(step["bits"] for step in steps) == pytest.approx(-4.0)


def test_a_missing_value_tells_nothing(run: Run) -> None:
    pairs = run.matching.pairs.with_columns(gamma_phone=pl.lit(-1))
    steps = waterfall(replace(run, matching=replace(run.matching, pairs=pairs)), 0, 1)
    assert [step["comparison"] for step in steps] == ["place", "prior"]


def test_a_pair_that_was_never_compared_has_no_steps(run: Run) -> None:
    assert waterfall(run, 0, 0) == []
