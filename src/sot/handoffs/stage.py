"""The stage as a whole: documents are prepared, linked, and held against the definitions of exceptions."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from sot.engine.protocol import Engine
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
from sot.rules.handoffs import load_exceptions, load_linking
from sot.rules.naming import LegalForms
from sot.rules.project import Settings

_INITIALS, _WORDS = 4, 7
"""Banks and people write so many initials of a customer, of names of no more words."""


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
    words = _own_words(records, parties)
    legal = rules.get("naming/legal_forms.yaml", LegalForms)
    usual = {form for kind in legal.classes.values() for form in (*kind.forms, *kind.leading)}
    usual |= set(linking.generic_words)
    table = with_cut_names(prepared.table, _names(records, parties))
    table = with_payers(table, *_called(records, parties, usual), linking)
    table = with_cancelled(table, linking)
    table, disbelieved = without_foreign_budgets(table)
    table, assumed = with_net(table, linking)
    table = with_matter(table)
    table = table.join(series(table, linking.series), on="doc", how="left", maintain_order="left")
    ready = Ready(
        table=table,
        own=(_own_numbers(records, parties, table), words),
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


def _called(
    records: pl.DataFrame, parties: pl.DataFrame, usual: Collection[str]
) -> tuple[pl.DataFrame, pl.Series]:
    """Give (party, word) of customers, with their initials, and the persons that nothing but payments knows.

    Words that are `usual`, legal forms and such, name nobody; a payer with a legal form is a company of its own.
    """
    known = records.filter(pl.col("object") != "payment")
    firms = records.filter((pl.col("object") != "payment") | pl.col("n_legal").is_not_null())
    strangers = parties.join(parties.join(firms, on="uid", how="semi"), on="party", how="anti")["party"]
    words = _words(known, parties).filter(~pl.col("word").is_in(sorted(usual)))
    words = pl.concat([words, _initials(known, parties)])
    return words.unique(), strangers.unique()


def _own_words(records: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """Give (party, word): the words of the names of the customers, in the account lists of every system."""
    return _words(records.filter(pl.col("object") == "account"), parties)


def _names(records: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """Give (party, text): the names of the customers in every system, in lower case."""
    names = records.select("uid", text=pl.col("name").str.to_lowercase()).drop_nulls()
    return names.join(parties, on="uid").select("party", "text").unique()


def _words(records: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    words = _names(records, parties).select(
        "party", word=pl.col("text").str.extract_all(r"\p{L}[\p{L}\p{N}]+")
    )
    return words.explode("word", empty_as_null=True).drop_nulls().unique()


def _initials(records: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """Give (party, word): the first letters of the words of names, of the first four and of more."""
    letters = (
        records.select("uid", first=pl.col("name").str.to_lowercase().str.extract_all(r"\p{L}[\p{L}\p{N}]*"))
        .filter(pl.col("first").list.len().is_between(_INITIALS, _WORDS))
        .with_columns(first=pl.col("first").list.eval(pl.element().str.head(1)).list.join(""))
    )
    parts = [letters.select("uid", word=pl.col("first").str.head(at)) for at in range(_INITIALS, _WORDS + 1)]
    return pl.concat(parts).join(parties, on="uid").select("party", "word").unique()


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
