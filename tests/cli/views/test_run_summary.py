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
    return summarise(run, asked, cases_of(run, asked), (), Rulebook())


def shown(summary: dict[str, Any], width: int, terminal: bool = False, verbose: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, force_terminal=terminal)
    show(console, summary, Path("sot-out"), verbose)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("width", [80, 96, 100])
def test_it_fits_the_width_and_leaves_no_blanks_at_the_ends(summary: dict[str, Any], width: int) -> None:
    lines = shown(summary, width).splitlines()
    assert max(map(len, lines)) <= width
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("terminal", [False, True])
def test_names_are_text(summary: dict[str, Any], terminal: bool) -> None:
    text = shown(summary, 100, terminal, verbose=True)
    assert "[bold red]Acme[/] \N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}gnp.exe" in text
    assert "\x1b[2J" not in text
    assert "\u202e" not in text


def test_colours_are_for_terminals(summary: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in shown(summary, 100)
    assert "\x1b[" in shown(summary, 100, terminal=True)


def test_it_tells_every_part(summary: dict[str, Any]) -> None:
    text = shown(summary, 100)
    for part in ("2 golden customers out of 3 records; 1 is in several systems", "Doubts", "What next"):
        assert part in text
    assert "sot review sot-out" in text and "What was read" not in text
    console = Console(file=io.StringIO(), width=100, highlight=False)
    show(console, summary, Path("sot-out"), verbose=True)
    whole = console.file.getvalue()  # type: ignore[attr-defined]
    for part in ("What was read", "Overlap", "Conflicts", "Examples", "What next"):
        assert part in whole


def test_it_fits_a_screen_however_much_there_is_to_say(summary: dict[str, Any]) -> None:
    summary["systems"] = [dict(summary["systems"][0], system=f"system_{i}") for i in range(30)]
    opening = summary["opening"]
    step = {
        "nr": 1,
        "who": "Accounting",
        "what": "Merge",
        "count": 9,
        "many": "9",
        "total": "EUR 9",
        "do": "x.csv",
    }
    opening |= {
        "client": "Acme Group", "as_of": "2026-10-31", "plan": [step | {"nr": i} for i in range(1, 30)],
        "money": [{"question": f"question {i}", "total": "EUR 1"} for i in range(4)], "money_hint": "set a currency",
        "handoffs": [{"what": f"handoff {i}", "count": 3, "total": "EUR 2"} for i in range(3)],
    }  # fmt: skip
    summary["trend"] = {"jumps": [{"at": None, "words": "a figure that jumped " * 8} for _ in range(20)]}
    lines = shown(summary, 80).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80


def test_what_was_left_alone_is_one_line_for_each_reason() -> None:
    ignored = [(f"x/{i}.md", "no export") for i in range(8)] + [("y/a.csv", "empty")]
    assert left_alone(ignored) == [
        "skipped (no export): 0.md, 1.md, 2.md, 3.md, 4.md, 5.md and 2 more", "skipped (empty): a.csv",
    ]  # fmt: skip


def test_the_name_of_a_system_is_whole_in_a_narrow_terminal(summary: dict[str, Any]) -> None:
    summary["titles"]["crm"] = "NetSuite of all of Berlin"
    told = shown(summary, 80)
    assert (
        "NetSuite of all of Berlin" in told and "elsewhere" in told and "…" not in told.partition("Doubts")[0]
    )
