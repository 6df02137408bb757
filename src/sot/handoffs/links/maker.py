"""Links that no reference makes, for one pair of kinds after the other: who waits, and what is asked of the solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from sot.handoffs.links import matching
from sot.handoffs.links.amounts import compared_amounts
from sot.handoffs.links.elsewhere import billed_elsewhere
from sot.handoffs.links.follow import project_ends, rows
from sot.handoffs.links.further_projects import further_projects, shared_projects
from sot.handoffs.links.learned import Learned
from sot.handoffs.links.parts import credited_in_part
from sot.handoffs.links.shared_bills import shared_bills
from sot.handoffs.links.solver import Proposal
from sot.rules.handoffs import LinkingRules, Pair

_UNPAID = -1.5
"""Bits of an invoice of which, as the ledger has it, nothing is paid: a payment is rather of another, equal one."""
_LONGEST_TERMS = 120
"""A due date that comes later says nothing about the day on which a bill is paid."""
FIGURES = (
    "doc", "kind", "state", "party", "family", "country", "currency", "total", "net", "tax", "open", "paid", "credited",
    "billed_net", "live", "cancelled", "series", "day", "end", "due_on", "created_on",
)  # fmt: skip
"""The columns of documents, once they are netted, that links without a reference are made by."""


@dataclass(frozen=True)
class Maker:
    """Makes the links that no reference makes, for one pair of kinds after the other."""

    table: pl.DataFrame
    """Of netted documents the columns FIGURES, with what their texts say: said, part and run."""
    rules: LinkingRules
    texts: pl.DataFrame
    """(doc, word): the telling words of each document, as a list."""
    learned: Learned
    apart: frozenset[tuple[int, int]]
    near: pl.DataFrame
    twice: frozenset[int] = frozenset()
    """The invoices that look written twice."""
    phases: frozenset[int] = frozenset()
    """The projects that are the second of a deal by their name."""
    additions: frozenset[int] = frozenset()
    """The deals that are additions to another one by their name."""

    def add(self, links: pl.DataFrame, pair: str, made: Sequence[Proposal]) -> pl.DataFrame:
        """Add what was made to the links."""
        return rows(links, pair, made)

    def deal_projects(self, links: pl.DataFrame, *, later: bool = False) -> list[Proposal]:
        """Link deals with projects; those that call themselves a second phase come after the others."""
        phase = pl.col("doc").is_in(sorted(self.phases))
        if not later:
            # A deal of which only the second phase is known waits for the first.
            links = links.filter(~pl.col("r").is_in(sorted(self.phases)))
        # An addition to a deal has a project of its own only if the other deals leave one.
        addition = pl.col("doc").is_in(sorted(self.additions))
        deals = self._side(links, "deal_project", "l", (pl.col("kind") == "deal") & (later | ~addition))
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
        return further_projects(deals, projects, words, self.learned.weight, window, self.apart, known)

    def shared_projects(self, links: pl.DataFrame) -> list[Proposal]:
        """Link additions to a deal with its project."""
        addition = pl.col("doc").is_in(sorted(self.additions))
        deals = self._side(links, "deal_project", "l", pl.col("kind") == "deal").with_columns(
            addition=addition
        )
        known = links.filter(pl.col("pair") == "deal_project").select("l", "r")
        words = self.words([*deals["doc"], *known["r"]])
        adding = frozenset(word for phrase in self.rules.addition_words for word in phrase.split())
        return shared_projects(deals, words, known, self.apart, adding)

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
        deals, bills = self.open_elsewhere(links)
        made = billed_elsewhere(deals, bills, self.words([*deals["doc"], *bills["doc"]]), self.rules)
        return [each for each in made if (each.l, each.r) not in self.apart]

    def open_elsewhere(self, links: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Give deals without a bill, with the other deals of who was billed, and the bills that no deal explains."""
        deals = self._side(links, "deal_invoice", "l", pl.col("kind") == "deal")
        free = pl.col("live") & pl.col("series").is_null()
        bills = self._side(links, "deal_invoice", "r", free, unlinked=True)
        waiting = (pl.col("links") == 0) & pl.col("sure")
        return deals.filter(waiting | pl.col("party").is_in(bills["party"].implode())), bills

    def shared(self, links: pl.DataFrame) -> list[Proposal]:
        """Link bills that name one deal with the others that they bill."""
        known = links.filter(pl.col("pair") == "deal_invoice").select("l", "r")
        deals = self._side(links, "deal_invoice", "l", pl.col("kind") == "deal")
        named = pl.col("doc").is_in(known["r"].implode())
        bills = self._side(links, "deal_invoice", "r", pl.col("live") & pl.col("series").is_null() & named)
        made = shared_bills(
            deals, bills, known, matching.evidence_of("deal_invoice", self.learned, self.rules)
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
            pair, left, right, self._comparable(pair, words), self.learned, self.apart, self.near,
            (parties[0], parties[1]),
        )  # fmt: skip

    def _comparable(self, pair: Pair, words: matching.Words) -> matching.Words:
        """Keep the words that documents of both kinds use somewhere."""
        both = self.learned.comparable[pair]

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
        rows = self.table.filter(wanted)
        rows = rows.with_columns(in_part=credited_in_part(rows))
        rows = rows.join(used, left_on="doc", right_on=end, how="left", maintain_order="left")
        if unlinked:
            rows = rows.filter(pl.col("links").is_null())
        until = pl.lit(None, pl.Int64)
        if pair == "deal_invoice":
            ends = project_ends(links, self.table)
            rows = rows.join(ends, on="doc", how="left", maintain_order="left")
            until = (pl.col("project_end") - pl.col("day")).dt.total_days()
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
        return rows.select(
            "doc", "party", "family", day.alias("day"), until.alias("until"), amounts.alias("amounts"),
            (first - pl.col("used").fill_null(0)).round(2).alias("left"),
            (pl.col("state").is_null() | ~pl.col("state").is_in(["deal_open", "deal_lost"])).alias("sure"),
            "currency", pl.col("links").fill_null(0).cast(pl.UInt32), "part", "run", parts="said",
            guessed=pl.when(pl.col("net").is_null()).then(1 + pl.col("in_part").cast(pl.Int32)).otherwise(99),
            terms=terms,
            bias=pl.when(unpaid & pl.lit(pair == "invoice_payment")).then(_UNPAID).otherwise(0.0),
        )  # fmt: skip
