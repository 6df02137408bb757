"""The shipped cases hold, and a case that asks for something else fails with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.cli.errors import run as sot
from sot.rule_cases.changed import Change, changes
from sot.rule_cases.runner import concerned, failures
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.rules.rulebook import shipped

CASE = """\
cases:
  - why: {why}
    governance: {governance}
    given:
      - {{system: salesforce, department: crm, name: Acme Ltd, website: acme.com}}
      - {{system: xero, department: finance, name: Acme Ltd, website: acme.org}}
    expect: {{domain: {domain}}}
    rules: {{domain: 'authority: {owner}'}}
    conflicts: [{conflict}]
"""


def test_all_shipped_cases_hold(tmp_path, monkeypatch, capsys):
    names = Rulebook().names("cases")
    assert len(names) >= 4
    monkeypatch.chdir(tmp_path)
    assert sot(["rules", "check", "--all"]) == 0, capsys.readouterr().err
    assert f"the cases of {len(names)} files hold" in capsys.readouterr().out


def test_the_cases_that_own_rules_can_break_are_run(tmp_path):
    rules = Rulebook(tmp_path)
    assert concerned(rules) == {}
    (tmp_path / "quality").mkdir()
    (tmp_path / "quality" / "gates.yaml").write_text("")
    assert list(concerned(rules)) == ["cases/quality_customers.yaml", "cases/quality_exports.yaml"]
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "governance_ours.yaml").write_text("cases: []\n")
    assert next(iter(concerned(rules))) == "cases/governance_ours.yaml"


def edited(folder: Path, name: str, old: str, new: str) -> Rulebook:
    """Give the rules with one edit in a copy of the file `name`."""
    text = (shipped() / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return Rulebook(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "terms"),
    [
        ("naming/marks.yaml", "test account, testing", "test account, spielwiese, testing", {"spielwiese"}),
        ("naming/marks.yaml", "inaktiv, inactif", "inactif, inaktiv", None),
        ("naming/words.yaml", "  group: [grp, ", "  group: [grp, grpe, ", {"grpe"}),
        ("naming/web.yaml", "{con: com, cmo: com", "{konn: com, cmo: com", {"konn", "con", "com"}),
        ("naming/legal_forms.yaml", "countries: [US, CA, PH]", "countries: [US, CA]", None),
        ("naming/phones.yaml", "\\d{3}5551212", "\\d{4}5551212", None),
        ("naming/golden_names.yaml", "case: as_written", "case: title", None),
        ("governance/balanced.yaml", "customer_split: warning", "customer_split: blocker", None),
    ],
)
def test_what_changed_are_words_or_more_than_words(tmp_path, name, old, new, terms):
    assert changes(edited(tmp_path, name, old, new)) == {
        name: Change(name, frozenset(terms) if terms else None)
    }


def test_a_copy_that_says_the_same_is_no_change(tmp_path):
    assert changes(edited(tmp_path, "naming/marks.yaml", "# Junk", "# Rubbish")) == {}
    assert changes(edited(tmp_path, "naming/web.yaml", "", "")) == {}


@pytest.mark.parametrize(
    ("texts", "touched"),
    [
        (["Acme G.m.b.H."], True),  # with signs between the letters
        (["Acme gmhb"], True),  # a slip
        (["Acme ГМБХ"], True),  # another script is transliterated
        (["Acme Müller"], False),
        (["Acme Ltd", None], False),
    ],
)
def test_words_touch_records_that_may_have_them(texts, touched):
    assert Change("x.yaml", frozenset({"gmbh"})).touches(texts) is touched
    assert Change("x.yaml").touches(texts)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("naming/legal_forms.yaml", "glued: [GmbH, ", "glued: [", None),
        ("naming/words.yaml", "  manufacturing: [mfg, ", "  manufacturing: [", "cases/naming_names"),
        ("naming/marks.yaml", "former_words: [formerly, ", "former_words: [", "cases/matching_pairs"),
        ("systems/salesforce.yaml", "system: salesforce", "system: salesforze", "cases/systems_headers"),
    ],
)
def test_a_change_that_breaks_a_case_is_found_by_the_cases_it_concerns(tmp_path, name, old, new, said):
    rules = edited(tmp_path, name, old, new)
    quick = failures(rules, Settings(), concerned(rules))
    if said:
        assert any(line.startswith(said) for line in quick), quick
    kind = ("cases/naming_", "cases/matching_") if name.startswith("naming") else ("cases/systems_",)
    every = failures(rules, Settings(), [one for one in rules.names("cases") if one.startswith(kind)])
    assert quick == every


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({}, None),
        ({"domain": "acme.org"}, "domain is 'acme.com', expected 'acme.org'"),
        ({"owner": "finance"}, "domain was decided by 'authority: crm', expected 'authority: finance'"),
        ({"conflict": "identifier_clash tax_id"}, "there is no conflict 'identifier_clash tax_id'"),
        ({"governance": "finance-centric"}, "domain is 'acme.org', expected 'acme.com'"),
    ],
)
def test_a_projects_own_cases_are_held_against_its_rules(tmp_path, change, what):
    said = {"why": "ours", "governance": "balanced", "domain": "acme.com", "owner": "crm",
            "conflict": "value_disagreement domain", **change}  # fmt: skip
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "governance_survivorship.yaml").write_text(CASE.format(**said))
    rules = Rulebook(tmp_path)
    failed = failures(rules, Settings(), concerned(rules))
    first = f"cases/governance_survivorship.yaml: ours: {what}"
    assert failed[:1] == ([first] if what else [])
