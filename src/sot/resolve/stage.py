"""The stage as a whole: who its members are, what survives, what it is worth, what is in conflict."""

from __future__ import annotations

import polars as pl

from sot.model.decisions import Constraints
from sot.model.run import Clustering, Resolution
from sot.resolve import exposure
from sot.resolve.conflicts import report
from sot.resolve.conflicts.history import changed_ids, contradictions, orphans, oversized, weak_bridges
from sot.resolve.conflicts.identifiers import shared
from sot.resolve.conflicts.presence import duplicates, only_in_one_system, repeated_ids, status_mismatch
from sot.resolve.conflicts.values import blanks, disagreements
from sot.resolve.fields import fields
from sot.resolve.golden import all_provenance, golden, provenance, survivors
from sot.resolve.locks import locks
from sot.resolve.members import members
from sot.resolve.survivorship import Choice, choose
from sot.rules import Rulebook
from sot.rules.governance import Governance, load_governance, load_waivers
from sot.rules.project import Settings


def resolve(
    records: pl.DataFrame,
    documents: pl.DataFrame,
    clustering: Clustering,
    constraints: Constraints,
    settings: Settings,
    rules: Rulebook,
) -> Resolution:
    """Choose the golden values by the governance in force, and find what a person must know or decide."""
    governance = load_governance(rules, settings.governance)
    joined = members(records, clustering.memberships, locks(records, constraints))
    choices = {
        field.name: choose(joined, field, governance.customer[field.name], governance.steps(field.name))
        for field in fields()
    }
    origins = [provenance(joined, field, choices[field.name]) for field in fields()]
    money = exposure.amounts(joined, documents, governance.exposure, settings.company.currency)
    totals = exposure.totals(money, "cluster", settings.company.currency)
    customers = golden(joined, clustering.clusters, pl.concat(origins), totals)
    found = _conflicts(joined, choices, clustering, constraints, governance, settings)
    named = clustering.clusters.select("cluster", "golden_id").join(
        customers.select("golden_id", "name", "exposure", "exposure_currency"), on="golden_id"
    )
    return Resolution(
        golden=customers,
        provenance=all_provenance(origins),
        conflicts=report(found, named, governance, load_waivers(rules)),
        exposure=_per_record(joined, money, settings.company.currency),
        survivors=survivors(joined, choices["name"]),
    )


def _conflicts(
    joined: pl.DataFrame,
    choices: dict[str, Choice],
    clustering: Clustering,
    constraints: Constraints,
    governance: Governance,
    settings: Settings,
) -> list[pl.DataFrame]:
    found = []
    for field in fields():
        rule, choice = governance.customer[field.name], choices[field.name]
        if rule.differs != "ignore":
            found.append(disagreements(joined, field, choice))
        if rule.blank != "ignore":
            found.append(blanks(joined, field, choice, rule))
    expected = settings.company.core_systems or governance.expected_in
    return [
        *found,
        shared(joined, clustering.related, governance.limits.shared_by),
        only_in_one_system(joined, expected),
        status_mismatch(joined, choices["account_status"]),
        duplicates(joined),
        repeated_ids(joined),
        weak_bridges(joined, clustering.questions),
        oversized(joined, clustering.clusters, governance.limits.cluster_size),
        changed_ids(joined, clustering),
        contradictions(joined, constraints),
        orphans(constraints),
    ]


def _per_record(joined: pl.DataFrame, money: pl.DataFrame, currency: str | None) -> pl.DataFrame:
    totals = exposure.totals(money, "uid", currency)
    return joined.select("uid").join(totals, on="uid", how="left").rename({"exposure_currency": "currency"})
