"""The stage as a whole: documents are prepared, linked, and held against the definitions of exceptions."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sot.engine.protocol import Engine
from sot.handoffs import customer_names
from sot.handoffs.budgets import without_foreign_budgets
from sot.handoffs.cancelled import with_cancelled
from sot.handoffs.cut_names import with_cut_names
from sot.handoffs.documents import prepare
from sot.handoffs.exceptions import report as reporting
from sot.handoffs.exceptions.facts import Facts
from sot.handoffs.exceptions.payment_to_crm import accounts
from sot.handoffs.figures import earlier_wins, figures
from sot.handoffs.followed import Ready, followed
from sot.handoffs.matter import with_matter
from sot.handoffs.reference_keys import normal
from sot.handoffs.series import series
from sot.handoffs.tax_basis import with_net
from sot.handoffs.unnamed_payers import with_payers
from sot.handoffs.windows import windows
from sot.model.decisions import Constraints
from sot.model.handoff_figures import HandoffFigures, WindowSeen
from sot.model.kinds import HandoffKind
from sot.model.run import Clustering, Handoffs
from sot.rules import Rulebook
from sot.rules.governance import load_governance
from sot.rules.handoffs import LinkingRules, load_exceptions, load_linking
from sot.rules.naming import LegalForms
from sot.rules.project import Settings


def handoffs(
    tables: tuple[pl.DataFrame, pl.DataFrame],
    clustering: Clustering,
    golden: pl.DataFrame,
    constraints: Constraints,
    settings: Settings,
    rules: Rulebook,
    engine: Engine | None = None,
) -> Handoffs:
    """Link the documents of every golden customer and find the exceptions along each handoff.

    `tables` are RECORDS (normalised) and DOCUMENTS, `golden` is GOLDEN. Runs without documents give empty tables. With
    an engine, its workers do what is done with the documents of a group of customers.
    """
    records, documents = tables
    linking, limits = load_linking(rules), load_exceptions(rules)
    prepared = prepare(documents, records, clustering, settings.company)
    if prepared.as_of is None:
        return Handoffs(figures={"as_of": None, "notes": list(prepared.notes), "not_auditable": {}})
    parties = _parties(clustering)
    table = with_cut_names(prepared.table, customer_names.names(records, parties))
    called = customer_names.called(records, parties, _usual_words(rules, linking))
    table = with_cancelled(with_payers(table, *called, linking), linking)
    table, disbelieved = without_foreign_budgets(table)
    table, assumed = with_net(table, linking)
    table = with_matter(table)
    table = table.join(series(table, linking.series), on="doc", how="left", maintain_order="left")
    ready = Ready(
        table=table,
        own=(_own_numbers(records, parties, table), customer_names.own_words(records, parties)),
        near=prepared.near,
        decisions=constraints.documents,
        crm=accounts(records, parties, limits.account_status),
        windows=windows(table, prepared.as_of),
    )
    systems = table.select("system", "object").unique()
    if engine:
        from sot.handoffs.on_engine.stage import followed_on

        outcome = followed_on(engine, ready, rules)
    else:
        outcome = followed(ready, linking, limits.limits)
    known, links = outcome.known, outcome.links
    governance = load_governance(rules, settings.governance)
    homes = _homes(records, parties)
    exceptions = reporting.report(outcome.rows, reporting.Context(systems, golden, homes, limits, governance))
    return Handoffs(
        links=links,
        exceptions=exceptions,
        documents=_documents(known),
        figures=_facts(
            known, outcome.not_auditable, (*prepared.notes, *disbelieved, *assumed, *earlier_wins(known))
        )
        | figures(known, exceptions, links, settings.company),
    )


def _homes(records: pl.DataFrame, parties: pl.DataFrame) -> dict[int, frozenset[str]]:
    """Give the systems in which each customer has an account."""
    known = (
        records.select("uid", "system")
        .join(parties, on="uid")
        .select("party", "system")
        .unique()
        .sort("party", "system")
    )
    return {party: frozenset(systems) for party, systems in known.group_by("party").agg("system").iter_rows()}


def _parties(clustering: Clustering) -> pl.DataFrame:
    """Give (uid, party): of each record the row of its customer in GOLDEN."""
    golden = clustering.clusters.select("golden_id").sort("golden_id").with_columns(
        party=pl.int_range(pl.len(), dtype=pl.Int32)
    )  # fmt: skip
    members = clustering.memberships.select("uid", "golden_id")
    return members.join(golden, on="golden_id", maintain_order="left").select("uid", "party")


def _own_numbers(records: pl.DataFrame, parties: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Give (family, key): ids, account numbers and tax ids of the customers, which no document is known by."""
    families = table.select("party", "family").drop_nulls().unique()
    names = [
        name for name in ("account_number", "tax_id", "registration_id", "phone") if name in records.columns
    ]
    held = records.filter(pl.col("object") == "account").select("uid", "record_id", "name", *names)
    accounts_only = held.join(parties, on="uid").join(families, on="party")
    parts = [
        accounts_only.select("family", key=normal(pl.col(name))) for name in ("record_id", "name", *names)
    ]
    words = accounts_only.select("family", key=pl.col("name").str.extract_all(r"[0-9A-Za-z]+"))
    parts.append(words.explode("key", empty_as_null=True).select("family", key=normal(pl.col("key"))))
    return pl.concat(parts).drop_nulls()


def _usual_words(rules: Rulebook, linking: LinkingRules) -> set[str]:
    """Give words of names that many customers have: legal forms, and what every second bill says."""
    legal = rules.get("naming/legal_forms.yaml", LegalForms)
    forms = {form for kind in legal.classes.values() for form in (*kind.forms, *kind.leading)}
    return forms | set(linking.generic_words)


def _documents(known: Facts) -> pl.DataFrame:
    """Give the documents as the handoffs see them, for those who show them."""
    return known.table.select(
        "doc", "system", "object", "record_id", "kind", "party", "golden_id", "name", "number", "state", "currency",
        "total", "net", "tax", "open", "paid", "credited", "billed_net", "live", "day", "due_on", "end", "created_on",
        "done_on", "series", "duplicate",
    )  # fmt: skip


def _facts(known: Facts, not_auditable: Mapping[str, int], notes: tuple[str, ...]) -> HandoffFigures:
    seen = known.windows
    shown: dict[str, WindowSeen] = {
        name: {"first": str(window.first) if window.first else None,
               "last": str(window.last) if window.last else None, "documents": window.count}
        for name, window in (("deal", seen.deal), ("project", seen.project), ("invoice", seen.invoice),
                             ("payment", seen.payment))
    }  # fmt: skip
    return {
        "as_of": str(seen.as_of),
        "windows": shown,
        "not_auditable": {str(kind): not_auditable[kind] for kind in HandoffKind if not_auditable.get(kind)},
        "notes": list(notes),
    }
