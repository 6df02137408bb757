"""What workers do with the documents of whole groups of customers, by the functions of the process."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sot.engine.stacked import together
from sot.handoffs.exceptions.facts import facts, judged
from sot.handoffs.exceptions.habits import Habits, counts
from sot.handoffs.exceptions.stage import findings
from sot.handoffs.followed import document_links, with_duplicates
from sot.handoffs.links.elsewhere import billed_elsewhere
from sot.handoffs.links.follow import LINKS, rows
from sot.handoffs.links.learned import Learned
from sot.handoffs.links.stage import Group, Linked
from sot.handoffs.on_engine.groups import GROUP
from sot.handoffs.on_engine.papers import (
    CRM,
    ENDS,
    FIRST,
    LINK,
    LONG,
    SECOND,
    THIRD,
    TWICE,
    Papers,
    columns_of,
    facts_of,
)
from sot.handoffs.windows import Windows
from sot.model.tables import Schema, empty
from sot.rules.bundle import Bundle
from sot.rules.handoffs import LinkingRules, load_exceptions, load_linking

c = pl.col


@dataclass(frozen=True)
class Brief:
    """What every worker is told: rules, types of the documents, how many have words and amounts, what exports cover."""

    bundle: Bundle
    paper: Schema
    documents: pl.DataFrame
    windows: Windows

    def linking(self) -> LinkingRules:
        """Give the rules of links."""
        return load_linking(self.bundle.open())

    def group(self, papers: Papers) -> Group:
        """Give the steps of some groups of customers."""
        limits = load_exceptions(self.bundle.open()).limits
        learned = Learned.of(papers.counted(self.documents))
        alike = dict(papers.table("alike", ENDS).iter_rows())
        return Group(papers.begun(), learned, alike, self.linking(), limits.duplicate_days)


def _placed(links: pl.DataFrame) -> pl.DataFrame:
    return links.with_columns(place=pl.int_range(pl.len(), dtype=LONG))


def _with_groups(made: pl.DataFrame, papers: pl.DataFrame, doc: str) -> pl.DataFrame:
    """Give what was made with the group of one of its documents."""
    groups = papers.filter(c("what") == "paper").select(c("doc").alias(doc), GROUP)
    return made.join(groups, on=doc, how="left", maintain_order="left")


@dataclass(frozen=True)
class First:
    """Links inside groups, and what may be billed elsewhere."""

    brief: Brief

    def __call__(self, every: pl.DataFrame) -> pl.DataFrame:
        """Give FIRST of the groups."""
        group = self.brief.group(Papers(every, self.brief.paper))
        links = group.first()
        deals, bills = group.maker.open_elsewhere(links)
        named = group.maker.words([*deals["doc"], *bills["doc"]])
        sides = pl.concat([deals.with_columns(bill=pl.lit(False)), bills.with_columns(bill=pl.lit(True))])
        keys = [" ".join(sorted(named.get(doc, ()))) for doc in sides["doc"]]
        sides = sides.with_columns(pl.Series("key", keys, dtype=pl.String), rest="left").drop_nulls("party")
        made = {"link": _with_groups(_placed(links), every, "l"), "side": sides}
        return together(made, columns_of(FIRST))


@dataclass(frozen=True)
class Elsewhere:
    """Deals and bills of the same words to links across customers, and the other deals of those who were billed."""

    brief: Brief

    def __call__(self, sides: pl.DataFrame) -> pl.DataFrame:
        """Give LINK of all groups of words in `sides`."""
        linking, made = self.brief.linking(), []
        for _, mine in sides.rename({"rest": "left"}).group_by("words_of", maintain_order=True):
            deals, bills = mine.filter(~c("bill")), mine.filter("bill")
            words = {doc: frozenset(key.split()) for doc, key in mine.select("doc", "key").iter_rows()}
            made += billed_elsewhere(deals, bills, words, linking)
        return _placed(rows(empty(LINKS), "deal_invoice", made)).cast(LINK)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Last:
    """All links of groups, the invoices that were written twice, and what is counted of them."""

    brief: Brief

    def __call__(self, every: pl.DataFrame) -> pl.DataFrame:
        """Give SECOND of the groups."""
        papers = Papers(every, self.brief.paper)
        begun = papers.begun()
        links = self.brief.group(papers).last(papers.links("link"))
        limits = load_exceptions(self.brief.bundle.open()).limits
        linked = Linked(begun.table, links, begun.credits, begun.apart)
        linked = with_duplicates(linked, limits.duplicate_days)
        known = facts(linked.table, linked.links, self.brief.windows, limits, self.brief.linking())
        twice = linked.table.select(list(TWICE)).drop_nulls()
        made = {
            "link": _with_groups(_placed(linked.links), every, "l"),
            "twice": _with_groups(twice, every, "doc"),
            "count": counts(known),
        }
        return together(made, columns_of(SECOND))


@dataclass(frozen=True)
class Judge:
    """Links as they are shown, exceptions and facts of groups, by what was learned of all."""

    brief: Brief
    habits: Habits

    def __call__(self, every: pl.DataFrame) -> pl.DataFrame:
        """Give THIRD of the groups."""
        papers = Papers(every, self.brief.paper)
        table = papers.documents().join(
            papers.table("twice", TWICE), on="doc", how="left", maintain_order="left"
        )
        links = papers.links("link")
        limits = load_exceptions(self.brief.bundle.open()).limits
        known = judged(
            facts(table, links, self.brief.windows, limits, self.brief.linking()), self.habits.net_only
        )
        crm = papers.table("crm", CRM).rename({"state": "status"})
        outcome = findings(known, self.habits, crm)
        untold = [{"kind": kind, "n": count} for kind, count in outcome.not_auditable.items()]
        shown = document_links(links, table, self.brief.linking().doubt_below)
        made = {
            "shown": shown.with_columns(links["l"], links["r"], links["pair"]),
            "row": outcome.rows,
            "fact": facts_of(known),
            "untold": pl.DataFrame(untold, schema={"kind": pl.String, "n": LONG}),
        }
        return together(made, columns_of(THIRD))
