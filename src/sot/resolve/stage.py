"""The stage as a whole: who its members are, what survives, what it is worth, what is in conflict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from sot.model.currencies import Currencies
from sot.model.decisions import Constraints
from sot.model.run import Clustering, Resolution
from sot.model.tables import CONFLICTS, empty
from sot.parallel import beside
from sot.resolve import exposure
from sot.resolve.conflicts import accounts, clusters, report
from sot.resolve.conflicts.identifiers import shared
from sot.resolve.conflicts.values import FieldProblems, blanks, disagreements, find_field_problems
from sot.resolve.corrections import Merged, corrections
from sot.resolve.fields import Field, fields
from sot.resolve.golden import golden, provenance, survivors, values
from sot.resolve.locks import Locks, locks
from sot.resolve.members import Flags, Members, members
from sot.resolve.merges import kept, merges, sub_accounts, within_accounts
from sot.resolve.no_customers import test_customers
from sot.resolve.survivorship import Choice, choose
from sot.rules import Rulebook
from sot.rules.governance import Governance, load_governance, load_waivers
from sot.rules.naming import Marks
from sot.rules.project import Settings
from sot.rules.systems import SystemRules


def resolve(
    records: pl.DataFrame,
    documents: pl.DataFrame,
    clustering: Clustering,
    constraints: Constraints,
    settings: Settings,
    rules: Rulebook,
) -> Resolution:
    """Choose the golden values by the governance in force, and find what a person must know or decide."""
    everyone = members(records, clustering.memberships)
    del records  # What is left of them is in `everyone`.
    currencies = exposure.assumed_currencies(documents, settings.company.currency)
    known = Known(clustering.memberships, clustering.clusters, documents, currencies, constraints)
    own = of_customers(everyone, known, settings, rules)
    governance = load_governance(rules, settings.governance)
    problems = [
        *own.problems,
        shared(everyone, clustering.related, governance.limits.shared_by),
        *between_customers(everyone, clustering, constraints, own.stale),
    ]
    return replace(
        own.resolution, conflicts=report(problems, own.resolution.golden, governance, load_waivers(rules))
    )


@dataclass(frozen=True)
class Known:
    """What is known of some customers beside their records: MEMBERSHIPS, CLUSTERS, DOCUMENTS, the fixed values.

    `currencies` are those of amounts that name none, by the documents of all customers.
    """

    memberships: pl.DataFrame
    clusters: pl.DataFrame
    documents: pl.DataFrame
    currencies: Currencies
    constraints: Constraints


@dataclass(frozen=True)
class Own:
    """What follows for customers from their own records: all but the conflicts, and FOUND for these.

    `stale` are the decisions on values that no record holds any more.
    """

    resolution: Resolution
    problems: list[pl.DataFrame]
    stale: tuple[str, ...]


def of_customers(everyone: Members, known: Known, settings: Settings, rules: Rulebook) -> Own:
    """Choose the golden values of whole customers, and find what is in conflict within each of them."""
    governance = load_governance(rules, settings.governance)
    currency = settings.company.currency
    memberships, documents, constraints = known.memberships, known.documents, known.constraints
    shown = fields(rules)
    fixed = locks(everyone, shown, constraints)
    below = sub_accounts(everyone, without_sub_merges(everyone.systems, rules))
    choices = field_choices(everyone, shown, governance, fixed, within_accounts(everyone, below))
    tests = test_customers(everyone, rules.get("naming/marks.yaml", Marks))
    untouched = below | tests[everyone.customer]
    amounts = exposure.amounts(everyone, documents, governance.exposure, known.currencies, currency)
    customers = golden(
        everyone,
        known.clusters,
        values(everyone, shown, choices),
        exposure.totals(amounts, "customer", currency),
        tests,
    )
    wrong = find_field_problems(everyone, shown, choices, governance)
    decided = kept(everyone, constraints)
    joins = merges(everyone, memberships, documents, untouched, decided, customers["name"])
    expected = settings.company.core_systems or governance.expected_in
    problems = [
        *_about_values(everyone, shown, choices, governance, wrong),
        accounts.duplicates(everyone, joins, untouched),
        accounts.only_in_one_system(everyone, expected),
        accounts.status_mismatch(everyone, choices["account_status"]),
        clusters.oversized(everyone, governance.limits.cluster_size),
    ]
    resolution = Resolution(
        golden=customers,
        provenance=provenance(everyone, shown, choices, customers),
        conflicts=empty(CONFLICTS),
        exposure=_per_record(everyone, amounts, currency),
        survivors=survivors(everyone, choices["name"]),
        merges=joins,
        corrections=corrections(
            everyone, shown, choices, governance, wrong, Merged(memberships, joins, untouched)
        ),
    )
    invented = pl.Series(np.flatnonzero(tests)).implode()
    real = ~pl.col("customer").is_in(invented).fill_null(False)
    return Own(resolution, [table.filter(real) for table in problems], fixed.stale)


def without_sub_merges(of: Iterable[tuple[str, str]], rules: Rulebook) -> list[str]:
    """Give the systems that can't merge an account which is below another one."""
    known = set(rules.names("systems"))
    systems = []
    for system in sorted({system for system, _ in of}):
        if f"systems/{system}.yaml" in known:
            back = rules.get(f"systems/{system}.yaml", SystemRules).write_back
            if back is not None and not back.merges_sub_accounts:
                systems.append(system)
    return systems


def field_choices(
    everyone: Members, shown: tuple[Field, ...], governance: Governance, fixed: Locks, within: Flags
) -> dict[str, Choice]:
    """Choose the values; the site and contact of a sub-account (`within` its customer's) contradict nothing."""

    def choice(field: Field) -> Choice:
        rule, steps = governance.customer[field.name], governance.steps(field.name)
        chosen = choose(everyone, field, rule, steps, fixed.of(field.name))
        return replace(chosen, rivals=chosen.rivals[~within[chosen.rivals]])

    return dict(zip((field.name for field in shown), beside(choice, shown), strict=True))


def _about_values(
    everyone: Members,
    shown: tuple[Field, ...],
    choices: dict[str, Choice],
    governance: Governance,
    wrong: FieldProblems,
) -> list[pl.DataFrame]:
    def about(field: Field) -> list[pl.DataFrame]:
        rule, choice = governance.customer[field.name], choices[field.name]
        tables = []
        if rule.differs != "ignore":
            tables.append(disagreements(everyone, field, choice, wrong.clashing[field.name]))
        if rule.blank != "ignore":
            tables.append(blanks(everyone, field, choice, wrong.blanks[field.name]))
        return tables

    return [table for tables in beside(about, shown) for table in tables]


def between_customers(
    everyone: Members, clustering: Clustering, constraints: Constraints, stale: tuple[str, ...]
) -> list[pl.DataFrame]:
    """Find the conflicts that several customers may have part in; asks for keys, names and `id_repeated` alone.

    `stale` are the decisions on values that no record holds any more.
    """
    finders: list[Callable[[], pl.DataFrame]] = [
        lambda: accounts.repeated_ids(everyone),
        lambda: clusters.weak_bridges(everyone, clustering.questions),
        lambda: clusters.merged_customers(everyone, clustering.redirects),
        lambda: clusters.split_customers(everyone, clustering.redirects),
        lambda: clusters.contradictions(everyone, constraints),
        lambda: clusters.orphans(constraints, stale),
    ]
    return beside(lambda find: find(), finders)


def _per_record(everyone: Members, amounts: pl.DataFrame, currency: str | None) -> pl.DataFrame:
    totals = exposure.totals(amounts, "uid", currency).rename({"exposure_currency": "currency"})
    return everyone.records.select("uid").join(totals, on="uid", how="left", maintain_order="left")
