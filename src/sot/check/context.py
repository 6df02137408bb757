"""What gates need besides tables: the rules, the answers to the blind sample, and the figures of earlier runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from shlex import quote

from sot import history
from sot.check.inputs import CheckContext, Evidence, of_run, require_run
from sot.decision_log import findings, load
from sot.evaluation import blind_sample
from sot.model.history import Entry
from sot.rules import Rulebook
from sot.rules.lint import unclear
from sot.rules.project import Settings, load_settings
from sot.rules.quality.gates import Gate, GateWaiver, load_gate_waivers, load_gates
from sot.workspace.project import Project
from sot.workspace.run_folder import run_digest


def opened_run(
    run: Path, home: Project, today: date
) -> tuple[Evidence, tuple[Gate, ...], tuple[GateWaiver, ...]]:
    """Open a finished run; give it with the gates and waivers in force, those of the project among them."""
    rules, settings = Rulebook(home.rules), load_settings(home)
    gates, waivers = load_gates(rules, settings), load_gate_waivers(rules)
    return of_run(run, load_context(home, rules, settings, today, run)), gates, waivers


def load_context(
    home: Project,
    rules: Rulebook,
    settings: Settings,
    today: date,
    run: Path | None = None,
) -> CheckContext:
    """Gather what is known beside the finished run in the folder `run`, or (None) beside raw exports."""
    if run is not None:
        require_run(run)
    problems = unclear(rules, settings, home.file)
    runs = history.load(home.history).runs
    if run is None:
        earlier = runs[-1].figures if runs else f"{home.history.name} has no run yet"
        return CheckContext(rules, today, problems, earlier=earlier)
    own, before = _runs(run, runs)
    return CheckContext(
        rules,
        today,
        problems,
        accuracy=_accuracy(home, run),
        earlier=before.figures if before else _why_no_earlier(own, home),
        figures=own.figures if own else {},
    )


def _runs(run: Path, runs: tuple[Entry, ...]) -> tuple[Entry | None, Entry | None]:
    """Give the line of the history that is of this run, and the line before it."""
    place = history.line_of(runs, run_digest(run))
    if place is None:
        return None, None
    return runs[place], runs[place - 1] if place else None


def _why_no_earlier(own: Entry | None, home: Project) -> str:
    if own is None:
        return f"{home.history.name} does not contain this run"
    return f"{home.history.name} has no run before this one"


def _accuracy(home: Project, run: Path) -> blind_sample.Accuracy | str:
    plan = blind_sample.read_plan(home.folder)
    if plan is None:
        return f"no blind sample was drawn yet: sot review {quote(str(run))} --sample 200"
    if plan["run"][0] != blind_sample.fingerprint(run):
        return f"the blind sample is of another run: sot review {quote(str(run))} --sample {plan.height}"
    return blind_sample.judge(plan, findings(load(home.decisions)))
