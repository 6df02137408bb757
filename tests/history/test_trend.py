"""Figures over the runs: which are drawn, which step is a jump, and how it is said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sot import history
from sot.cli.errors import run as main
from sot.history import Trend, trends
from sot.model.history import Entry
from sot.rules import Rulebook
from sot.rules.quality.trend import NAME, TrendRules
from tests.history.appending import append
from tests.history.making import three_runs
from tests.shared import shared

RULES = Rulebook().get(NAME, TrendRules)


def entries(**figures: Sequence[float | None]) -> list[Entry]:
    """Give one line for each value; None is a figure that the run did not know."""
    names = [name.replace("__", ".") for name in figures]
    lines = [dict(zip(names, values, strict=True)) for values in zip(*figures.values(), strict=True)]
    return [
        Entry(f"2026-01-{day:02}T00:00:00Z", str(day), {n: v for n, v in line.items() if v is not None})
        for day, line in enumerate(lines, start=1)
    ]


def only(runs: list[Entry]) -> Trend:
    [found] = trends(runs, RULES)
    return found


def test_a_group_is_one_line_for_each_of_its_members():
    found = trends(entries(records__crm=[1, 2], records__erp=[3, 4]), RULES)
    assert [(one.figure, one.says) for one in found] == [
        ("records.crm", "records in crm"), ("records.erp", "records in erp"),
    ]  # fmt: skip


def test_a_figure_that_was_always_nothing_is_not_drawn():
    assert trends(entries(rejects=[0, 0]), RULES) == []


def test_a_figure_that_is_nothing_in_all_runs_that_are_drawn_is_not_drawn():
    assert trends(entries(rejects=[5] + RULES.runs * [0]), RULES) == []
    assert trends(entries(rejects=[5, *RULES.runs * [None]]), RULES) == []
    drawn = only(entries(rejects=[5] + (RULES.runs - 1) * [0]))
    assert drawn.heights() == (1.0, *(RULES.runs - 1) * [0.0])


def test_of_currencies_the_largest_are_drawn():
    runs = entries(exposure__AUD=[1, 1], exposure__EUR=[9, 9], exposure__GBP=[5, 5], exposure__USD=[7, 7])
    assert [one.figure for one in trends(runs, RULES)] == ["exposure.EUR", "exposure.GBP", "exposure.USD"]


def test_a_system_that_came_later_had_nothing_before():
    found = trends(entries(records__crm=[900, 900], records__erp=[None, 40]), RULES)
    assert found[1].values == (0, 40)
    assert found[1].step(found[1].jumps[0]) == "records in erp rose by 40, from 0 to 40"


def test_a_figure_that_earlier_runs_did_not_keep_is_a_gap_and_no_jump():
    found = trends(entries(customers=[900, 900], cases=[None, 40]), RULES)
    assert found[1].values == (None, 40)
    assert found[1].jumps == ()


@pytest.mark.parametrize(
    ("values", "jumps"),
    [
        ([100, 102, 101, 103], 0),  # as usual
        ([100, 102, 101, 50], 1),  # half of it gone
        ([100, 130, 95, 128], 1),  # the first step is a jump, and from then on such steps are usual
        ([1000, 1000, 1000, 1090], 0),  # less than a tenth
        ([20, 20, 20, 24], 0),  # a fifth, but four records
        ([100, 100, 200, 200, 100], 2),  # the jump before does not hide the second one
    ],
)
def test_a_jump_is_out_of_the_usual_and_large_beside_the_value(values, jumps):
    assert len(only(entries(customers=values)).jumps) == jumps


def test_a_jump_is_said_in_words():
    found = only(entries(customers=[1000, 1010, 1000, 500]))
    assert [found.step(jump) for jump in found.jumps] == [
        "golden customers fell by 500, from 1,000 to 500; a usual change is 10"
    ]
    share = trends(entries(counterpart__crm=[0.8, 0.8, 0.6]), RULES)[0]
    assert share.step(share.jumps[0]) == (
        "customers of crm known elsewhere fell by 20 points, from 80 % to 60 %; unusual: it was stable before"
    )


def test_only_the_last_runs_are_drawn_but_all_say_what_is_usual():
    rules = RULES.model_copy(update={"runs": 2})
    [found] = trends(entries(customers=[100, 160, 100, 160]), rules)
    assert found.values == (100, 160)
    assert found.jumps == ()


@given(st.lists(st.none() | st.floats(-1e9, 1e9), min_size=1, max_size=9))
def test_heights_lie_between_bottom_and_top(values):
    for one in trends(entries(customers=values), RULES):
        assert [height is None for height in one.heights()] == [value is None for value in values]
        assert all(-1e-9 <= height <= 1 + 1e-9 for height in one.heights() if height is not None)


def test_small_moves_of_a_large_figure_stay_small():
    low, high = only(entries(customers=[1000, 1001])).heights()
    assert 0 < high - low < 0.01


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trend")
    shutil.copytree(shared(tmp_path_factory, "history", three_runs) / "2", folder, dirs_exist_ok=True)
    return folder


def test_the_command_draws_and_names_the_jump(project, capsys):
    [first, second] = history.load(project / "history.jsonl").runs
    path = project / "grown" / "history.jsonl"
    path.parent.mkdir()
    for entry in (first, second, replace(second, at="2026-02-01T00:00:00Z", digest="c" * 64,
                                         figures={**second.figures, "records.salesforce": 90})):  # fmt: skip
        append(path, entry)
    assert main(["trend", "--project", str(path.parent)]) == 0
    told = capsys.readouterr().out
    [line] = [line for line in told.splitlines() if line.startswith("records in salesforce")]
    assert line.split() == ["records", "in", "salesforce", "▁▁█", "3", "90", "←", "jump"]
    assert "2026-02-01T00:00:00Z  records in salesforce rose by 87, from 3 to 90" in told
    assert "\x1b" not in told
    assert main(["trend", "--project", str(path.parent), "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    [figure] = [one for one in plain["figures"] if one["figure"] == "records.salesforce"]
    assert (figure["values"], [jump["at"] for jump in figure["jumps"]]) == (
        [3, 3, 90],
        ["2026-02-01T00:00:00Z"],
    )
    assert plain["runs"][0] == first.at


def test_an_unfinished_last_line_is_told(project, tmp_path, capsys):
    (tmp_path / "history.jsonl").write_bytes((project / "history.jsonl").read_bytes() + b'{"at"')
    assert main(["trend", "--project", str(tmp_path)]) == 0
    assert "the last line is unfinished" in capsys.readouterr().err


def test_without_a_run_there_is_no_trend(tmp_path, capsys):
    assert main(["trend", "--project", str(tmp_path)]) == 3
    assert "run sot dedupe first" in capsys.readouterr().err


def test_exports_of_another_company_are_not_measured_by_the_last_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for system, names in (("crm", 3), ("erp", 40)):
        rows = "".join(f"{number},Quarrow {number} Ltd,Leeds\n" for number in range(names))
        (tmp_path / f"{system}.csv").write_text(f"Account ID,Name,City\n{rows}")
        assert main(["dedupe", f"{system}={system}.csv", "--out", "out"]) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "! no system of the last run is here; another company needs its own folder: --project DIR" in told
    assert "records in erp rose" not in told
