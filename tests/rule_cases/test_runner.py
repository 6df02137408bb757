"""The shipped cases hold, and a case that asks for something else fails with the reason."""

from __future__ import annotations

import pytest

from sot.rule_cases.runner import concerned, failures
from sot.rules import Rulebook
from sot.rules.project import Settings

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


def test_all_shipped_cases_hold():
    rules = Rulebook()
    names = rules.names("cases")
    assert len(names) >= 4
    assert failures(rules, Settings(), names) == []


def test_the_cases_that_own_rules_can_break_are_run(tmp_path):
    rules = Rulebook(tmp_path)
    assert concerned(rules) == []
    (tmp_path / "quality").mkdir()
    (tmp_path / "quality" / "gates.yaml").write_text("")
    assert concerned(rules) == ["cases/quality_customers.yaml", "cases/quality_exports.yaml"]
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "governance_ours.yaml").write_text("cases: []\n")
    assert concerned(rules)[0] == "cases/governance_ours.yaml"


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
