"""All links of a run: decisions, references, and what amounts, names and days say of the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from sot.handoffs import netting
from sot.handoffs.duplicates import duplicates
from sot.handoffs.links import matching
from sot.handoffs.links.amounts import compared_amounts
from sot.handoffs.links.decided import both_ways, decided, without
from sot.handoffs.links.elsewhere import billed_elsewhere
from sot.handoffs.links.families import joined_families
from sot.handoffs.links.follow import LINKS, credit_notes, down, project_ends, rows, series_follow, through
from sot.handoffs.links.further_projects import further_projects, later_phases
from sot.handoffs.links.instalments import of_series
from sot.handoffs.links.parts import credited_in_part, run_of_text, said_parts, says_part
from sot.handoffs.links.references import PAIRS, by_reference
from sot.handoffs.links.shared_bills import shared_bills
from sot.handoffs.links.solver import Proposal
from sot.handoffs.links.strangers import Words, strangers
from sot.handoffs.links.words import telling_words
from sot.model.tables import conform
from sot.rules.handoffs import LinkingRules, Pair

_UNPAID = -1.5
"""Bits of an invoice of which, as the ledger has it, nothing is paid: a payment is rather of another, equal one."""
_LONGEST_TERMS = 120
"""A due date that comes later says nothing about the day on which a bill is paid."""
_COMPARABLE = 0.1
"""A word that one kind of documents uses ten times as often as the other is no word for the matter of both."""
_FIGURES = (
    "doc", "kind", "state", "party", "family", "country", "currency", "total", "net", "tax", "open", "paid", "credited",
    "billed_net", "live", "cancelled", "series", "day", "end", "due_on", "created_on",
)  # fmt: skip
"""The columns of documents, once they are netted, that links without a reference are made by."""


@dataclass(frozen=True)
class Linked:
    """The netted documents, LINKS, (credit, invoice, amount), and the pairs that are no links."""

    table: pl.DataFrame
    links: pl.DataFrame
    credits: pl.DataFrame
    apart: pl.DataFrame


def link(
    table: pl.DataFrame,
    own: tuple[pl.DataFrame, pl.DataFrame],
    near: pl.DataFrame,
    decisions: pl.DataFrame,
    rules: LinkingRules,
    duplicate_days: int,
) -> Linked:
    """Link the documents; `table` has a column `series`, `own` are numbers and words of the customers themselves.

    `decisions` is DOCUMENT_PAIRS.
    """
    together, apart = decided(decisions, table)
    numbers, customers = own
    certain = _certain(table, numbers, together, apart, rules)
    table = joined_families(table, certain)
    taken = netting.credits(table, certain, rules)
    table = netting.netted(table, taken, rules)
    words = telling_words(table, customers, rules)
    weight = dict(words.select("word", "bits").unique().iter_rows())
    texts = words.group_by("doc", maintain_order=True).agg("word")
    # Texts have had their say: what follows goes by figures, days and the words that are telling.
    texts_of = table.select(part=says_part(rules), run=run_of_text())
    slim = table.select(_FIGURES).with_columns(said_parts(table), *texts_of)
    alike = strangers(slim, Words(texts, weight, customers), rules)
    slim = slim.with_columns(pl.col("party").replace(alike))
    links = certain.filter(~pl.col("pair").str.ends_with("_credit"))
    # An invoice that was written twice takes up room for one.
    again = duplicates(table.with_columns(slim["party"]), links, duplicate_days)
    twice = frozenset(again["doc"].to_list())
    maker = _Maker(slim, rules, texts, weight, both_ways(apart), near, twice, later_phases(table))
    links = maker.add(links, "deal_project", maker.deal_projects(links))
    links = maker.add(links, "deal_project", maker.further_projects(links))
    links = maker.add(links, "deal_project", maker.deal_projects(links, later=True))
    links = without(through(links, "deal_project", "project_invoice", "deal_invoice"), apart)
    links = without(series_follow(links, slim), apart)
    links = rows(links, "deal_invoice", of_series(slim, links, maker.words, weight, rules))
    links = without(links, apart)
    links = maker.add(links, "deal_invoice", maker.shared(links))
    links = maker.add(links, "deal_invoice", maker.deal_invoices(links))
    links = maker.add(links, "deal_invoice", maker.deal_invoices(links, repeated=True))
    links = maker.add(links, "deal_invoice", maker.elsewhere(links))
    links = maker.add(links, "deal_invoice", maker.cancelled(links))
    links = without(down(links, slim), apart)
    links = maker.add(links, "project_invoice", maker.project_invoices(links))
    links = without(through(links, "deal_project", "project_invoice", "deal_invoice"), apart)
    links = maker.add(links, "invoice_payment", maker.payments(links))
    links = without(credit_notes(links, certain, taken), apart)
    return Linked(table, links.sort("pair", "l", "r"), taken, apart)


def _certain(
    table: pl.DataFrame, own: pl.DataFrame, together: pl.DataFrame, apart: pl.DataFrame, rules: LinkingRules
) -> pl.DataFrame:
    """Give the links of decisions and references."""
    references = by_reference(table, own, rules.reference).select(
        "l", "r", "pair", pl.lit("reference").alias("step"), pl.lit("reference").alias("linked_by"),
        "probability", "key",
    )  # fmt: skip
    kinds = table.select("doc", "kind")
    sides = together.join(kinds, on="doc", maintain_order="left").join(
        kinds, left_on="doc_right", right_on="doc", maintain_order="left"
    )
    rank = {pair: place for place, pair in enumerate(PAIRS)}
    rows = []
    for doc, other, by, kind, kind_other in sides.iter_rows():
        turned = (kind, kind_other) not in rank
        pair = (kind_other, kind) if turned else (kind, kind_other)
        if pair in rank:
            ends = (other, doc) if turned else (doc, other)
            rows.append((*ends, "_".join(pair), "decision", "decision", 1.0, by))
    decisions = pl.DataFrame(rows, schema=dict(LINKS), orient="row")
    kept = conform(without(references, apart), LINKS)
    return pl.concat([decisions, kept]).unique(["l", "r"], keep="first", maintain_order=True)


@dataclass(frozen=True)
class _Maker:
    """Makes the links that no reference makes, for one pair of kinds after the other."""

    table: pl.DataFrame
    rules: LinkingRules
    texts: pl.DataFrame
    weight: Mapping[str, float]
    apart: frozenset[tuple[int, int]]
    near: pl.DataFrame
    twice: frozenset[int] = frozenset()
    phases: frozenset[int] = frozenset()
    """The projects that are the second of a deal by their name."""

    def add(self, links: pl.DataFrame, pair: str, made: Sequence[Proposal]) -> pl.DataFrame:
        """Add what was made to the links."""
        return rows(links, pair, made)

    def deal_projects(self, links: pl.DataFrame, *, later: bool = False) -> list[Proposal]:
        """Link deals with projects; those that call themselves a second phase come after the others."""
        phase = pl.col("doc").is_in(sorted(self.phases))
        if not later:
            # A deal of which only the second phase is known waits for the first.
            links = links.filter(~pl.col("r").is_in(sorted(self.phases)))
        deals = self._side(links, "deal_project", "l", pl.col("kind") == "deal")
        is_project = (pl.col("kind") == "project") & (later | ~phase)
        projects = self._side(links, "deal_project", "r", is_project, unlinked=True)
        return self._made("deal_project", deals, projects)

    def further_projects(self, links: pl.DataFrame) -> list[Proposal]:
        """Link second projects of deals."""
        deals = self._side(links, "deal_project", "l", pl.col("kind") == "deal")
        projects = self._side(links, "deal_project", "r", pl.col("kind") == "project")
        known = links.filter(pl.col("pair") == "deal_project").select("l", "r")
        words = self.words([*deals["doc"], *projects["doc"]])
        window = self.rules.window["deal_project"]
        return further_projects(deals, projects, words, self.weight, window, self.apart, known)

    def deal_invoices(self, links: pl.DataFrame, *, repeated: bool = False) -> list[Proposal]:
        """Link deals with live invoices that are of no series; those that look written twice come after the others."""
        deals = self._side(links, "deal_invoice", "l", pl.col("kind") == "deal")
        free = pl.col("live") & pl.col("series").is_null()
        invoices = self._side(links, "deal_invoice", "r", free, unlinked=True)
        again = pl.col("doc").is_in(sorted(self.twice))
        invoices = invoices.filter(again if repeated else ~again)
        return self._made("deal_invoice", deals, invoices, self._with_projects(links))

    def elsewhere(self, links: pl.DataFrame) -> list[Proposal]:
        """Link deals without a bill with what another customer was billed for them."""
        deals = self._side(links, "deal_invoice", "l", pl.col("kind") == "deal")
        free = pl.col("live") & pl.col("series").is_null()
        bills = self._side(links, "deal_invoice", "r", free, unlinked=True)
        deals = deals.filter(
            (pl.col("links") == 0) & pl.col("sure") | pl.col("party").is_in(bills["party"].implode())
        )
        made = billed_elsewhere(deals, bills, self.words([*deals["doc"], *bills["doc"]]), self.rules)
        return [each for each in made if (each.l, each.r) not in self.apart]

    def shared(self, links: pl.DataFrame) -> list[Proposal]:
        """Link bills that name one deal with the others that they bill."""
        known = links.filter(pl.col("pair") == "deal_invoice").select("l", "r")
        deals = self._side(links, "deal_invoice", "l", pl.col("kind") == "deal")
        named = pl.col("doc").is_in(known["r"].implode())
        bills = self._side(links, "deal_invoice", "r", pl.col("live") & pl.col("series").is_null() & named)
        made = shared_bills(
            deals, bills, known, matching.evidence_of("deal_invoice", bills, self.weight, self.rules)
        )
        return [proposal for proposal in made if (proposal.l, proposal.r) not in self.apart]

    def cancelled(self, links: pl.DataFrame) -> list[Proposal]:
        """Link voided and credited invoices with the deal of their amount."""
        deals = self._side(links, "deal_invoice", "l", pl.col("kind") == "deal")
        deals = deals.with_columns(left=pl.col("amounts").list.first(), links=pl.lit(0, pl.UInt32))
        gone = (
            (pl.col("kind") == "invoice")
            & ~pl.col("live")
            & (pl.col("state").fill_null("") != "invoice_draft")
        )
        invoices = self._side(links, "deal_invoice", "r", gone, unlinked=True)
        waiting = self._open("deal_invoice", deals.filter("sure"), invoices, self._with_projects(links))
        return [made for made in matching.by_evidence(waiting, self.rules) if made.step == "equal amount"]

    def project_invoices(self, links: pl.DataFrame) -> list[Proposal]:
        """Link projects without a deal with invoices that no deal explains."""
        with_deal = links.filter(pl.col("pair") == "deal_project")["r"]
        billed = links.filter(pl.col("pair") == "deal_invoice")["r"]
        alone = (pl.col("kind") == "project") & ~pl.col("doc").is_in(with_deal.implode())
        projects = self._side(links, "project_invoice", "l", alone)
        free = pl.col("live") & pl.col("series").is_null() & ~pl.col("doc").is_in(billed.implode())
        invoices = self._side(links, "project_invoice", "r", free, unlinked=True)
        return self._made("project_invoice", projects, invoices)

    def payments(self, links: pl.DataFrame) -> list[Proposal]:
        """Link invoices with payments."""
        gone = pl.col("state").fill_null("").is_in(["invoice_draft", "invoice_void"]) | pl.col("cancelled")
        bill = (pl.col("kind") == "invoice") & ~gone
        invoices = self._side(links, "invoice_payment", "l", bill)
        payments = self._side(links, "invoice_payment", "r", pl.col("kind") == "payment", unlinked=True)
        waiting = self._open("invoice_payment", invoices, payments, self.words)
        return matching.by_evidence(replace(waiting, tolerant=False), self.rules)

    def words(self, docs: Iterable[int]) -> Mapping[int, frozenset[str]]:
        """Give the telling words of those documents that have any."""
        wanted = pl.DataFrame({"doc": sorted(set(docs))}, schema={"doc": pl.Int32})
        rows = self.texts.join(wanted, on="doc", how="semi", maintain_order="left").iter_rows()
        return {doc: frozenset(listed) for doc, listed in rows}

    def _with_projects(self, links: pl.DataFrame) -> matching.Words:
        """A deal goes by the words of its projects, too."""
        sure = (pl.col("pair") == "deal_project") & (pl.col("probability") >= self.rules.doubt_below)
        projects: dict[int, list[int]] = {}
        for deal, project in links.filter(sure).select("l", "r").sort("l", "r").iter_rows():
            projects.setdefault(deal, []).append(project)
        none: frozenset[str] = frozenset()

        def words(docs: Iterable[int]) -> Mapping[int, frozenset[str]]:
            wanted = set(docs)
            theirs = [project for doc in wanted for project in projects.get(doc, [])]
            known = self.words([*wanted, *theirs])
            return {
                doc: known.get(doc, none).union(
                    *(known.get(project, none) for project in projects.get(doc, []))
                )
                for doc in wanted
            }

        return words

    def _made(
        self,
        pair: Pair,
        left: pl.DataFrame,
        right: pl.DataFrame,
        words: matching.Words | None = None,
    ) -> list[Proposal]:
        if left.is_empty() or right.is_empty():
            return []
        return matching.by_evidence(
            self._open(pair, left, right, self.words if words is None else words), self.rules
        )

    def _open(
        self, pair: Pair, left: pl.DataFrame, right: pl.DataFrame, words: matching.Words
    ) -> matching.Open:
        parties = tuple(
            frozenset(self.table.filter(pl.col("kind") == kind)["party"].drop_nulls().to_list())
            for kind in pair.split("_")
        )
        return matching.Open(
            pair, left, right, self._comparable(pair, words), self.weight, self.apart, self.near,
            (parties[0], parties[1]),
        )  # fmt: skip

    @cached_property
    def _used(self) -> pl.DataFrame:
        """The telling words of each document, with its kind."""
        used = self.texts.join(self.table.select("doc", "kind"), on="doc", maintain_order="left")
        return used.explode("word", empty_as_null=True)

    def _comparable(self, pair: Pair, words: matching.Words) -> matching.Words:
        """Keep the words that documents of both kinds use somewhere: others say nothing for or against a link."""
        shares = []
        for place, name in enumerate(pair.split("_")):
            kinds = ["deal", "project"] if name == "deal" and pair != "deal_project" else [name]
            mine = self._used.filter(pl.col("kind").is_in(kinds))
            total = max(mine["doc"].n_unique(), 1)
            shares.append(mine.group_by("word").agg((pl.len() / total).alias(f"share_{place}")))
        low, high = pl.min_horizontal("share_0", "share_1"), pl.max_horizontal("share_0", "share_1")
        alike = shares[0].join(shares[1], on="word").filter(low >= _COMPARABLE * high)
        both = frozenset(alike["word"].to_list())

        def comparable(docs: Iterable[int]) -> Mapping[int, frozenset[str]]:
            return {doc: common for doc, listed in words(docs).items() if (common := listed & both)}

        return comparable

    def _side(
        self, links: pl.DataFrame, pair: str, end: str, wanted: pl.Expr, *, unlinked: bool = False
    ) -> pl.DataFrame:
        """Give documents as a side: what each is worth, and what the links made so far leave of it."""
        other = "r" if end == "l" else "l"
        mine = links.filter(pl.col("pair") == pair).select("l", "r")
        gone = (pl.col("kind") == "invoice") & ~pl.col("live")
        net = pl.coalesce("billed_net", "net", "total")
        worth = pl.col("total") if pair == "invoice_payment" else pl.when(gone).then(0.0).otherwise(net)
        figures = self.table.select("doc", "kind", "live", "billed_net", "net", "total")
        worths = figures.join(mine, left_on="doc", right_on="r", how="semi").select("doc", worth=worth)
        # What several deals share is split among them.
        shared = mine.join(worths, left_on="r", right_on="doc", how="left", maintain_order="left")
        shared = shared.with_columns(pl.col("worth") / pl.len().over("r"))
        used = shared.group_by(end).agg(used=pl.col("worth").sum(), links=pl.col(other).len())
        rows = self.table.filter(wanted).with_columns(in_part=credited_in_part())
        rows = rows.join(used, left_on="doc", right_on=end, how="left", maintain_order="left")
        if unlinked:
            rows = rows.filter(pl.col("links").is_null())
        rows = rows.join(project_ends(links, self.table), on="doc", how="left", maintain_order="left")
        is_bill = (pl.col("kind") == "invoice") & pl.col("live")
        first = pl.when(is_bill).then(net).otherwise(pl.coalesce("net", "total"))
        if pair == "invoice_payment":
            first = pl.col("total") - pl.col("credited")
        amounts = compared_amounts(pair, end, self.rules)
        # What is still open is expected to close on its day; it began on the day on which it was written down.
        unpaid = (pl.col("kind") == "invoice") & (pl.col("open") >= pl.col("total")).fill_null(False)
        waiting = (pl.col("kind") == "deal") & (pl.col("state") == "deal_open")
        day = pl.when(waiting).then(pl.coalesce("created_on", "day")).otherwise("day")
        due = (pl.col("due_on") - pl.col("day")).dt.total_days()
        terms = pl.when(due.is_between(0, _LONGEST_TERMS) & pl.lit(pair == "invoice_payment")).then(due)
        until = pl.when(pl.lit(pair == "deal_invoice")).then(
            (pl.col("project_end") - pl.col("day")).dt.total_days()
        )
        return rows.select(
            "doc", "party", "family", day.alias("day"), until.alias("until"), amounts.alias("amounts"),
            (first - pl.col("used").fill_null(0)).round(2).alias("left"),
            (pl.col("state").is_null() | ~pl.col("state").is_in(["deal_open", "deal_lost"])).alias("sure"),
            "currency", pl.col("links").fill_null(0).cast(pl.UInt32), "part", "run", parts="said",
            guessed=pl.when(pl.col("net").is_null()).then(1 + pl.col("in_part").cast(pl.Int32)).otherwise(99),
            terms=terms,
            bias=pl.when(unpaid & pl.lit(pair == "invoice_payment")).then(_UNPAID).otherwise(0.0),
        )  # fmt: skip
