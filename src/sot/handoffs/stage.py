"""The stage as a whole: documents are prepared, linked, and held against the definitions of exceptions."""

from __future__ import annotations

import polars as pl

from sot.handoffs.allocation import allocated
from sot.handoffs.budgets import without_foreign_budgets
from sot.handoffs.cancelled import with_cancelled
from sot.handoffs.documents import prepare
from sot.handoffs.duplicates import duplicates
from sot.handoffs.exceptions import report as reporting
from sot.handoffs.exceptions.facts import Facts, facts, judged
from sot.handoffs.exceptions.habits import Habits, counts
from sot.handoffs.exceptions.payment_to_crm import accounts
from sot.handoffs.exceptions.stage import findings
from sot.handoffs.figures import earlier_wins, figures
from sot.handoffs.links.decided import without
from sot.handoffs.links.follow import LINKS
from sot.handoffs.links.stage import Linked, link
from sot.handoffs.matter import with_matter
from sot.handoffs.reference_keys import normal
from sot.handoffs.series import series
from sot.handoffs.tax_basis import with_net
from sot.handoffs.unnamed_payers import with_payers
from sot.handoffs.windows import windows
from sot.model.decisions import Constraints
from sot.model.document_links import DUPLICATE
from sot.model.handoff_figures import HandoffFigures, WindowSeen
from sot.model.run import Clustering, Handoffs
from sot.model.tables import DOCUMENT_LINKS, conform
from sot.rules import Rulebook
from sot.rules.governance import load_governance
from sot.rules.handoffs import load_exceptions, load_linking
from sot.rules.project import Settings


def handoffs(
    documents: pl.DataFrame,
    records: pl.DataFrame,
    clustering: Clustering,
    golden: pl.DataFrame,
    constraints: Constraints,
    settings: Settings,
    rules: Rulebook,
) -> Handoffs:
    """Link the documents of every golden customer and find the exceptions along each handoff.

    Runs without documents give empty tables. `golden` is GOLDEN.
    """
    linking, limits = load_linking(rules), load_exceptions(rules)
    prepared = prepare(documents, records, clustering, settings.company)
    if prepared.as_of is None:
        return Handoffs(figures={"as_of": None, "notes": list(prepared.notes), "not_auditable": {}})
    table = with_cancelled(with_payers(prepared.table, linking), linking)
    table, disbelieved = without_foreign_budgets(table)
    table, assumed = with_net(table, linking)
    table = with_matter(table)
    table = table.join(series(table, linking.series), on="doc", how="left", maintain_order="left")
    parties = _parties(clustering)
    linked = link(
        table,
        (_own_numbers(records, parties, table), _own_words(records, parties)),
        prepared.near,
        constraints.documents,
        linking,
        limits.limits.duplicate_days,
    )
    linked = _with_duplicates(linked, limits.limits.duplicate_days)
    seen = windows(linked.table, prepared.as_of)
    known = facts(linked.table, linked.links, seen, limits.limits, linking)
    habits = Habits.of(counts(known), limits.limits)
    known = judged(known, habits.net_only)
    found_out = findings(known, habits, accounts(records, parties, limits.account_status))
    governance = load_governance(rules, settings.governance)
    homes = _homes(records, parties)
    systems = linked.table.select("system", "object").unique()
    exceptions = reporting.report(
        found_out.rows, reporting.Context(systems, golden, homes, limits, governance)
    )
    links = _links(linked, golden, linking.doubt_below)
    return Handoffs(
        links=links,
        exceptions=exceptions,
        documents=_documents(known),
        figures=_facts(
            known, found_out.not_auditable, (*prepared.notes, *disbelieved, *assumed, *earlier_wins(known))
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
    known = records.join(parties, on="uid").join(families, on="party")
    names = [
        name for name in ("account_number", "tax_id", "registration_id", "phone") if name in known.columns
    ]
    accounts_only = known.filter(pl.col("object") == "account")
    parts = [
        accounts_only.select("family", key=normal(pl.col(name))) for name in ("record_id", "name", *names)
    ]
    words = accounts_only.select("family", key=pl.col("name").str.extract_all(r"[0-9A-Za-z]+"))
    parts.append(words.explode("key", empty_as_null=True).select("family", key=normal(pl.col("key"))))
    return pl.concat(parts).drop_nulls()


def _own_words(records: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """Give (party, word): the words of the names of the customers, in every system."""
    names = records.select("uid", text=pl.col("name").str.to_lowercase()).unique(["uid", "text"])
    accounts_only = records.filter(pl.col("object") == "account").select("uid")
    words = names.join(accounts_only, on="uid", how="semi").with_columns(
        word=pl.col("text").str.extract_all(r"\p{L}[\p{L}\p{N}]+")
    )
    return (
        words.join(parties, on="uid")
        .select("party", "word")
        .explode("word", empty_as_null=True)
        .drop_nulls()
        .unique()
    )


def _with_duplicates(linked: Linked, days: int) -> Linked:
    """Mark invoices that repeat another one; they bill the same deals and projects as that."""
    twice = duplicates(linked.table, linked.links, days)
    table = linked.table.join(twice, on="doc", how="left", maintain_order="left")
    made = linked.links.filter(pl.col("pair").is_in(["deal_invoice", "project_invoice"]))
    both = [
        twice.join(made, left_on=known, right_on="r", maintain_order="left").select(
            "l",
            pl.col(other).alias("r"),
            "pair",
            pl.lit(DUPLICATE).alias("step"),
            "linked_by",
            "probability",
            "key",
        )
        for known, other in (("duplicate", "doc"), ("doc", "duplicate"))
    ]
    more = pl.concat(both).sort("l", "r", "probability", descending=[False, False, True])
    links = pl.concat([linked.links, conform(more, LINKS)]).unique(
        ["l", "r"], keep="first", maintain_order=True
    )
    links = without(links, linked.apart).sort("pair", "l", "r")
    return Linked(table, links, linked.credits, linked.apart)


def _links(linked: Linked, golden: pl.DataFrame, doubt_below: float) -> pl.DataFrame:
    made = allocated(linked.links, linked.table)
    names = ("system", "object", "record_id")
    for end in ("l", "r"):
        place = linked.table.select(pl.col("doc"), *(pl.col(name).alias(f"{name}_{end}") for name in names))
        made = made.join(place, left_on=end, right_on="doc", how="left", maintain_order="left")
    of = linked.table.select("doc", "golden_id", money_in="currency")
    made = made.join(of, left_on="r", right_on="doc", how="left", maintain_order="left").join(
        of.rename({"golden_id": "golden_id_left", "money_in": "money_in_left"}),
        left_on="l", right_on="doc", how="left", maintain_order="left",
    )  # fmt: skip
    reference = pl.concat_str(pl.lit("both say "), "key")
    why = pl.when(pl.col("linked_by") == "reference").then(reference).otherwise("step")
    made = made.with_columns(
        match_probability=pl.col("probability").round(6),
        currency=pl.coalesce("money_in", "money_in_left"),
        golden_id=pl.coalesce("golden_id", "golden_id_left"),
        why=why,
        doubt=(pl.col("probability") < doubt_below) & (pl.col("linked_by") != "decision"),
    )
    return conform(made, DOCUMENT_LINKS).sort(
        *(name for name in DOCUMENT_LINKS if name.endswith(("_l", "_r")))
    )


def _documents(known: Facts) -> pl.DataFrame:
    """Give the documents as the handoffs see them, for those who show them."""
    return known.table.select(
        "doc", "system", "object", "record_id", "kind", "party", "golden_id", "name", "number", "state", "currency",
        "total", "net", "tax", "open", "paid", "credited", "billed_net", "live", "day", "due_on", "end", "created_on",
        "done_on", "series", "duplicate",
    )  # fmt: skip


def _facts(known: Facts, not_auditable: dict[str, int], notes: tuple[str, ...]) -> HandoffFigures:
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
        "not_auditable": {kind: count for kind, count in not_auditable.items() if count},
        "notes": list(notes),
    }
