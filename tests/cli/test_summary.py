from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from sot.cli.views.run_summary import left_alone, show
from sot.emit.queue import cases_of, questions_with_cases
from sot.emit.summary import summarise
from sot.rules import Rulebook
from sot.rules.quality.readiness import NAME, ReadinessRules
from tests.emit.runs import make_run

EVIL = "[bold red]Acme[/] \x1b[2J\u202egnp.exe"


@pytest.fixture
def summary() -> dict[str, Any]:
    run = make_run(
        [
            {"system": "crm", "record_id": "1", "golden_id": "C1", "name": EVIL, "n_name": "acme"},
            {"system": "erp", "record_id": "2", "golden_id": "C1", "name": "Acme", "n_name": "acne"},
            {
                "system": "erp",
                "record_id": "3",
                "golden_id": "C2",
                "name": "B" * 300,
                "n_name": "b",
                "city": EVIL,
            },
        ],
        pairs=[{"uid_l": 0, "uid_r": 1, "match_weight": 9.0, "match_probability": 0.99, "band": "auto"}],
        questions=[
            {
                "uid_l": 0,
                "uid_r": 2,
                "match_probability": 0.4,
                "joined": False,
                "vetoed": False,
                "why": "alike",
            }
        ],
        conflicts=[{"conflict_id": "K1", "severity": "blocker", "kind": "identifier_clash", "fix_in": "erp"}],
    )
    asked = questions_with_cases(run)
    return summarise(run, asked, cases_of(run, asked), Rulebook().get(NAME, ReadinessRules))


def shown(summary: dict[str, Any], width: int, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, force_terminal=terminal)
    show(console, summary, Path("sot-out"))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("width", [80, 96, 100])
def test_it_fits_the_width_and_leaves_no_blanks_at_the_ends(summary: dict[str, Any], width: int) -> None:
    lines = shown(summary, width).splitlines()
    assert max(map(len, lines)) <= width
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("terminal", [False, True])
def test_names_are_text(summary: dict[str, Any], terminal: bool) -> None:
    text = shown(summary, 100, terminal)
    assert "[bold red]Acme[/] \N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}gnp.exe" in text
    assert "\x1b[2J" not in text
    assert "\u202e" not in text


def test_colours_are_for_terminals(summary: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in shown(summary, 100)
    assert "\x1b[" in shown(summary, 100, terminal=True)


def test_it_tells_every_part(summary: dict[str, Any]) -> None:
    text = shown(summary, 100)
    for part in (
        "What was read",
        "From records to customers",
        "Overlap",
        "In doubt",
        "Conflicts",
        "example",
        "next",
    ):
        assert part in text
    assert "2 golden customers out of 3 records; 1 is in several systems" in text
    assert "sot review sot-out" in text


def test_what_was_left_alone_is_one_line_for_each_reason() -> None:
    ignored = [(f"x/{i}.md", "no export") for i in range(8)] + [("y/a.csv", "empty")]
    assert left_alone(ignored) == [
        "left alone (no export): 0.md, 1.md, 2.md, 3.md, 4.md, 5.md and 2 more", "left alone (empty): a.csv",
    ]  # fmt: skip


def test_the_name_of_a_system_is_whole_in_a_narrow_terminal(summary: dict[str, Any]) -> None:
    summary["systems"][0]["system"] = "netsuite_of_berlin"
    summary["overlap"] = []
    told = shown(summary, 80).partition("From records to customers")[2]
    assert "netsuite_of_berlin" in told and "elsewhere" in told and "…" not in told.partition("out of")[0]
