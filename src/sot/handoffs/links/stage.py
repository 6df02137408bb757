"""All links of a run: decisions, references, and what amounts, names and days say of the rest.

What is linked first is netted and counted (`begin`); what is learned of all documents is told to the steps that link
those of whole groups of customers (`Group`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from sot.handoffs import netting
from sot.handoffs.duplicates import duplicates
from sot.handoffs.links.certain import certain_links
from sot.handoffs.links.decided import both_ways, decided, without
from sot.handoffs.links.families import joined_families
from sot.handoffs.links.follow import credit_notes, down, rows, series_follow, through
from sot.handoffs.links.further_projects import additions, later_phases
from sot.handoffs.links.instalments import of_series
from sot.handoffs.links.learned import Counted, Learned
from sot.handoffs.links.maker import FIGURES, Maker
from sot.handoffs.links.parts import said_parts, says_part
from sot.handoffs.links.phases import phases
from sot.handoffs.links.strangers import Words, payers, strangers
from sot.handoffs.links.words import telling_words
from sot.rules.handoffs import LinkingRules


@dataclass(frozen=True)
class Linked:
    """The netted documents, LINKS, (credit, invoice, amount), and the pairs that are no links."""

    table: pl.DataFrame
    links: pl.DataFrame
    credits: pl.DataFrame
    apart: pl.DataFrame


@dataclass(frozen=True)
class Begun:
    """Documents of whole groups of customers before amounts, names and days are weighed.

    table    netted documents, with what their texts say of parts: said, part, run
    words    (doc, kind, word): their telling words
    certain  LINKS of decisions and references
    credits  (credit, invoice, amount)
    near     (l, r): customers of one group, and those that may be one
    apart    (doc, doc_right, decision_id): pairs that are no links
    """

    table: pl.DataFrame
    words: pl.DataFrame
    certain: pl.DataFrame
    credits: pl.DataFrame
    near: pl.DataFrame
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
    begun = begin(table, own, near, decisions, rules)
    learned = Learned.of(Counted.of(begun.table, begun.words))
    begun, alike = elsewhere(begun, learned, own[1], rules)
    group = Group(begun, learned, alike, rules, duplicate_days)
    links = group.first()
    links = group.last(group.maker.add(links, "deal_invoice", group.maker.elsewhere(links)))
    return Linked(begun.table, links, begun.credits, begun.apart)


def begin(
    table: pl.DataFrame,
    own: tuple[pl.DataFrame, pl.DataFrame],
    near: pl.DataFrame,
    decisions: pl.DataFrame,
    rules: LinkingRules,
) -> Begun:
    """Make the links of decisions and references, net the documents by them, and look at their texts."""
    together, apart = decided(decisions, table)
    numbers, customers = own
    certain = certain_links(table, numbers, together, apart, rules)
    table = joined_families(table, certain)
    taken = netting.credits(table, certain, rules)
    table = netting.netted(table, taken, rules)
    words = telling_words(table, customers, rules)
    # Texts have had their say: what follows goes by figures, days and the words that are telling.
    table = table.with_columns(said_parts(table), part=says_part(rules), run="matter")
    return Begun(table, words, certain, taken, near, apart)


def elsewhere(
    begun: Begun, learned: Learned, customers: pl.DataFrame, rules: LinkingRules
) -> tuple[Begun, dict[int, int]]:
    """Give what is begun, with customers that are billed for others near to them, and customers of unlike names whose
    documents fit together; `customers` (party, word) are words of names.
    """
    known = Words(_texts(begun.words), learned.weight, customers)
    near = pl.concat([begun.near.select("l", "r"), payers(begun.table, known, rules)])
    return replace(begun, near=near.unique().sort("l", "r")), strangers(begun.table, known, rules)


def _texts(words: pl.DataFrame) -> pl.DataFrame:
    return words.group_by("doc", maintain_order=True).agg("word")


class Group:
    """The steps that link the documents of whole groups of customers by what was learned of all.

    `alike` are customers that are looked at as another one.
    """

    def __init__(
        self,
        begun: Begun,
        learned: Learned,
        alike: Mapping[int, int],
        rules: LinkingRules,
        duplicate_days: int,
    ) -> None:
        self._begun, self._learned, self._rules = begun, learned, rules
        party = pl.col("party").replace(alike)
        self._slim = begun.table.select(*FIGURES, "said", "part", "run").with_columns(party)
        # An invoice that was written twice takes up room for one.
        again = duplicates(begun.table.with_columns(party), self._sure_links(), duplicate_days)
        self.maker = Maker(
            self._slim, rules, _texts(begun.words), learned, both_ways(begun.apart), begun.near,
            frozenset(again["doc"].to_list()), later_phases(begun.table),
            additions(begun.table, rules),
        )  # fmt: skip

    def _sure_links(self) -> pl.DataFrame:
        return self._begun.certain.filter(~pl.col("pair").str.ends_with("_credit"))

    def first(self) -> pl.DataFrame:
        """Give the links with projects, and of deals with the bills of their own customers."""
        maker, slim, apart = self.maker, self._slim, self._begun.apart
        links = self._sure_links()
        links = maker.add(links, "deal_project", maker.deal_projects(links))
        links = maker.add(links, "deal_project", maker.further_projects(links))
        links = maker.add(links, "deal_project", maker.shared_projects(links))
        links = maker.add(links, "deal_project", maker.deal_projects(links, later=True))
        links = without(through(links, "deal_project", "project_invoice", "deal_invoice"), apart)
        links = without(series_follow(links, slim), apart)
        weight = self._learned.weight
        links = rows(links, "deal_invoice", of_series(slim, links, maker.words, weight, self._rules))
        links = without(links, apart)
        links = maker.add(links, "deal_invoice", maker.shared(links))
        links = maker.add(links, "deal_invoice", maker.deal_invoices(links))
        return maker.add(links, "deal_invoice", maker.deal_invoices(links, repeated=True))

    def last(self, links: pl.DataFrame) -> pl.DataFrame:
        """Give the links, with those that follow from bills of other customers, and payments and credit notes."""
        maker, apart = self.maker, self._begun.apart
        links = maker.add(links, "deal_invoice", maker.cancelled(links))
        links = without(down(links, self._slim, phases(self._begun.table)), apart)
        links = maker.add(links, "project_invoice", maker.project_invoices(links))
        links = without(through(links, "deal_project", "project_invoice", "deal_invoice"), apart)
        links = maker.add(links, "invoice_payment", maker.payments(links))
        links = without(credit_notes(links, self._begun.certain, self._begun.credits), apart)
        return links.sort("pair", "l", "r")
