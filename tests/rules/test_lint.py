"""Ambiguous governance is an error with its place and the way out; the shipped presets are clear."""

from __future__ import annotations

import pytest

from sot.resolve.fields import fields
from sot.rules import Rulebook
from sot.rules.governance import ADDRESS_PARTS, CUSTOMER_FIELDS
from sot.rules.lint import lint, strays, unclear
from sot.rules.project import Settings
from sot.rules.registry import MODELS
from sot.rules.rulebook import shipped

SYSTEMS = {"salesforce": "crm", "hubspot": "crm", "xero": "finance"}
BALANCED = (shipped() / "governance" / "balanced.yaml").read_text(encoding="utf-8")


def problems(folder, *changes: tuple[str, str], inputs=None) -> list[str]:
    """Lint the balanced preset with some changes, as a project's own."""
    text = BALANCED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "governance").mkdir(exist_ok=True)
    (folder / "governance" / "balanced.yaml").write_text(text, encoding="utf-8")
    return [str(problem) for problem in lint(Rulebook(folder), SYSTEMS, inputs)]


def test_the_shipped_presets_are_clear():
    assert lint(Rulebook(), SYSTEMS) == []
    assert lint(Rulebook(), SYSTEMS, ["salesforce"]) == []


def test_rules_and_resolve_know_the_same_fields():
    shown = {field.name: tuple(part.name for part in field.parts) for field in fields(Rulebook())}
    assert set(shown) == set(CUSTOMER_FIELDS)
    assert shown["address"] == ADDRESS_PARTS


NOBODY = "no system is right about 'tax_id'; add the line:   tax_id: {authority: [finance, crm]}"
TAX = "  tax_id:          {authority: [finance, crm], differs: warning, blank: warning}\n"


def owned(authority: str) -> str:
    """Give the line with other owners."""
    return TAX.replace("[finance, crm]", authority)


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        (TAX, "", "customer:", NOBODY),
        (TAX, TAX + "  shoe_size: {authority: [crm]}\n", "  shoe_size", "'shoe_size' is not a field"),
        (TAX, owned("[finance, crm, finance]"), "  tax_id", "'finance' is named twice"),
        (TAX, owned("[ledger]"), "  tax_id", "'ledger' is neither a department"),
        (
            TAX, owned("[crm, salesforce]"), "  tax_id",
            "'salesforce' is never used: its department 'crm' comes before it",
        ),
        (TAX, TAX.replace("}", ", together: [city]}"), "  tax_id", "is a single field"),
        ("[street, city, region, postcode, country]", "[street, city]", "", "is chosen as a unit"),
        (
            "cascade: [locked, authority, live,", "cascade: [locked, authority, live, authority,", "cascade",
            "'authority' occurs twice",
        ),
        ("cascade: [locked, authority,", "cascade: [authority, locked,", "cascade", "'locked' must come"),
        ("cascade: [locked, authority,", "cascade: [locked,", "cascade:", "'authority' is missing"),
        ("clean, several, written, authority, live,", "live, clean, several, authority,", "", "'clean' is never"),
        ("expected_in: [crm, finance]", "expected_in: [crm, till]", "expected_in", "'till' is neither"),
        (TAX, TAX.replace("warning}", "fatal}"), "  tax_id", "must be 'blocker', 'warning'"),
        (TAX, TAX.replace("differs", "difers"), "  tax_id", "did you mean 'differs'?"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_said_with_its_line(tmp_path, old, new, line, what):
    [problem] = problems(tmp_path, (old, new))
    assert what in problem
    path, number = problem.split(":")[:2]
    assert path == str(tmp_path / "governance" / "balanced.yaml")
    text = (tmp_path / "governance" / "balanced.yaml").read_text(encoding="utf-8").splitlines()
    assert text[int(number) - 1].startswith(line)


def test_a_system_that_no_export_is_of(tmp_path):
    change = (TAX, owned("[hubspot]"))
    assert problems(tmp_path, change) == []
    assert problems(tmp_path, change, inputs=["hubspot", "xero"]) == []
    [problem] = problems(tmp_path, change, inputs=["xero"])
    assert "'hubspot' is in none of the exports; these are from xero" in problem


def test_a_file_that_is_never_read_is_pointed_out(tmp_path):
    (tmp_path / "naming").mkdir()
    (tmp_path / "naming" / "legal_form.yaml").write_text("classes: {}\n")
    (tmp_path / "governance").mkdir()
    (tmp_path / "governance" / "ours.yaml").write_text(BALANCED)
    [stray] = strays(tmp_path)
    assert "legal_form.yaml:1:1: no rules file has this name" in str(stray)
    assert strays(None) == []


def test_a_waiver_without_an_end_is_refused(tmp_path):
    (tmp_path / "governance").mkdir()
    (tmp_path / "governance" / "waivers.yaml").write_text(
        "waivers:\n  - {conflict: k-1, by: ana, reason: later, until: one day}\n"
    )
    [problem] = [str(problem) for problem in unclear(Rulebook(tmp_path), Settings(), None)]
    assert problem.startswith(f"{tmp_path / 'governance' / 'waivers.yaml'}:2:")
    assert "until" in problem


def test_every_shipped_rules_file_is_read():
    free = ("systems/", "governance/", "cases/")
    names = {path.relative_to(shipped()).as_posix() for path in shipped().rglob("*.yaml")}
    assert {name for name in names if not name.startswith(free)} == {
        name for name in MODELS if not name.startswith(free)
    }
    for name, model in MODELS.items():
        Rulebook().get(name, model)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("quality/trend.yaml", "runs: 30", "runs: many", "runs: must be a whole number (you wrote: many)"),
        ("quality/drift.yaml", "few_rows:", "few_row:", "few_row: unknown setting"),
        ("naming/habits.yaml", "", "nonsense: 1\n", "nonsense: unknown setting"),
    ],
)
def test_a_fault_in_any_file_of_the_project_is_found(tmp_path, name, old, new, said):
    text = (shipped() / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = [str(problem) for problem in unclear(Rulebook(tmp_path), Settings(), None)]
    assert len(problems) == 1 + (name == "quality/drift.yaml")
    assert problems[0].startswith(str(tmp_path / name)) and any(said in problem for problem in problems)


def test_a_limit_of_no_gate_is_found(tmp_path):
    file = tmp_path / "sot.yaml"
    [problem] = unclear(Rulebook(), Settings(gates={"names_fild": "0.9"}), file)
    assert (
        str(problem)
        == f"{file}:1:1: gates.names_fild: there is no gate 'names_fild' - did you mean 'names_filled'?"
    )
