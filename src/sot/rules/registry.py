"""Every rules file that has one name, and what is read out of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel

from sot.errors import RulesError
from sot.rules import governance, handoffs, naming, review, systems
from sot.rules import matching as match
from sot.rules.loader import load
from sot.rules.quality import drift, gates, profile, readiness, trend

MODELS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        governance.WAIVERS: governance.Waivers,
        handoffs.LINKING: handoffs.LinkingRules,
        handoffs.EXCEPTIONS: handoffs.ExceptionRules,
        "matching/blocking.yaml": match.BlockingRules,
        "matching/comparisons.yaml": match.ComparisonRules,
        "matching/names.yaml": match.NameRules,
        "matching/thresholds.yaml": match.Thresholds,
        "naming/address_lines.yaml": naming.AddressLines,
        "naming/cities.yaml": naming.Cities,
        "naming/countries.yaml": naming.Countries,
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


def faults(own: Path | None) -> list[str]:
    """Give what is wrong in the files of a project's own rules folder, as file:line:column: what."""
    found: list[str] = []
    for name, model in MODELS.items():
        if own is not None and (own / name).is_file():
            try:
                load(own / name, model)
            except RulesError as error:
                found += error.message.splitlines()
    return found
