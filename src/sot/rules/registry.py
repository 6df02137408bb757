"""Every rules file that has one name, and what is read out of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel

from sot.rules import bi, governance, handoffs, matching_names, matching_policy, naming, review, systems
from sot.rules import matching as match
from sot.rules.loader import FileErrors, Problem
from sot.rules.quality import drift, gates, profile, readiness, trend
from sot.rules.rulebook import Rulebook

MODELS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        governance.WAIVERS: governance.Waivers,
        bi.NAME: bi.BiRules,
        handoffs.LINKING: handoffs.LinkingRules,
        handoffs.EXCEPTIONS: handoffs.ExceptionRules,
        match.BLOCKING: match.BlockingRules,
        match.COMPARISONS: match.ComparisonRules,
        match.NAMES: matching_names.NameRules,
        matching_policy.POLICY: matching_policy.MatchingPolicy,
        match.THRESHOLDS: match.Thresholds,
        "naming/address_lines.yaml": naming.AddressLines,
        "naming/cities.yaml": naming.Cities,
        "naming/countries.yaml": naming.Countries,
        "naming/country_names.yaml": naming.CountryNames,
        "naming/golden_names.yaml": naming.GoldenNames,
        "naming/habits.yaml": naming.Habits,
        "naming/legal_forms.yaml": naming.LegalForms,
        "naming/marks.yaml": naming.Marks,
        "naming/phones.yaml": naming.Phones,
        "naming/placeholders.yaml": naming.Placeholders,
        "naming/postcodes.yaml": naming.Postcodes,
        "naming/regions.yaml": naming.Regions,
        "naming/statuses.yaml": naming.Statuses,
        "naming/streets.yaml": naming.Streets,
        "naming/tax_ids.yaml": naming.TaxIds,
        "naming/web.yaml": naming.Web,
        "naming/words.yaml": naming.NameWords,
        gates.NAME: gates.Gates,
        gates.WAIVERS: gates.GateWaivers,
        drift.NAME: drift.DriftRules,
        profile.NAME: profile.ProfileRules,
        readiness.NAME: readiness.ReadinessRules,
        trend.NAME: trend.TrendRules,
        review.ANSWERS: review.AnswerRules,
        "review/suggest.yaml": review.Mining,
        systems.UNKNOWN: systems.UnknownRules,
    }
)
"""Presets of governance, systems and cases are as many as somebody writes, so they are not among these."""


def own_problems(rules: Rulebook) -> list[Problem]:
    """Give everything that is wrong in the files of the project's own rules folder, whether a run reads them or not."""
    problems: list[Problem] = []
    if rules.project is None:
        return problems
    for name, model in models(rules).items():
        if (rules.project / name).is_file():
            try:
                rules.get(name, model)
            except FileErrors as error:
                problems += error.problems
    return sorted(
        set(problems), key=lambda problem: (problem.file, problem.line, problem.column, problem.what)
    )


def models(rules: Rulebook) -> dict[str, type[BaseModel]]:
    """Give the model of every rules file in force but the cases, which the runner of cases reads."""
    several = {name: governance.Governance for name in rules.names("governance")}
    known = {name: systems.SystemRules for name in rules.names("systems")}
    return {**several, **known, **MODELS}
