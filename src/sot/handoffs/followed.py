"""From documents that are ready to links and exceptions, all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from sot.handoffs.allocation import allocated
from sot.handoffs.duplicates import duplicates
from sot.handoffs.exceptions.facts import Facts, facts, judged
from sot.handoffs.exceptions.habits import Habits, counts
from sot.handoffs.exceptions.stage import findings
from sot.handoffs.links.decided import without
from sot.handoffs.links.follow import LINKS
from sot.handoffs.links.stage import Linked, link
from sot.handoffs.windows import Windows
from sot.model.document_links import DUPLICATE
from sot.model.tables import DOCUMENT_LINKS, conform
from sot.rules.handoffs import ExceptionLimits, LinkingRules


@dataclass(frozen=True)
class Ready:
    """What links and exceptions are made of.

    table      the documents, with net amounts and series
    own        numbers (family, key) and words (party, word) of the customers themselves
    near       (l, r): customers of one group, and those that may be one
    decisions  DOCUMENT_PAIRS
    crm        the CRM accounts of customers, as accounts() gives them
    windows    what the exports cover
    """

    table: pl.DataFrame
    own: tuple[pl.DataFrame, pl.DataFrame]
    near: pl.DataFrame
    decisions: pl.DataFrame
    crm: pl.DataFrame
    windows: Windows


@dataclass(frozen=True)
class Followed:
    """Facts of the documents, DOCUMENT_LINKS, ROWS of the report, and of how many documents nothing can be told."""

    known: Facts
    links: pl.DataFrame
    rows: pl.DataFrame
    not_auditable: Mapping[str, int]


def followed(ready: Ready, linking: LinkingRules, limits: ExceptionLimits) -> Followed:
    """Link the documents and find the exceptions, in the memory of the process."""
    linked = link(ready.table, ready.own, ready.near, ready.decisions, linking, limits.duplicate_days)
    linked = with_duplicates(linked, limits.duplicate_days)
    known = facts(linked.table, linked.links, ready.windows, limits, linking)
    habits = Habits.of(counts(known), limits)
    known = judged(known, habits.net_only)
    outcome = findings(known, habits, ready.crm)
    links = by_ends(document_links(linked.links, linked.table, linking.doubt_below))
    return Followed(known, links, outcome.rows, outcome.not_auditable)


def with_duplicates(linked: Linked, days: int) -> Linked:
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


def document_links(links: pl.DataFrame, table: pl.DataFrame, doubt_below: float) -> pl.DataFrame:
    """Give DOCUMENT_LINKS of LINKS between the documents of a table."""
    made = allocated(links, table)
    names = ("system", "object", "record_id")
    for end in ("l", "r"):
        place = table.select(pl.col("doc"), *(pl.col(name).alias(f"{name}_{end}") for name in names))
        made = made.join(place, left_on=end, right_on="doc", how="left", maintain_order="left")
    of = table.select("doc", "golden_id", money_in="currency")
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
    return conform(made, DOCUMENT_LINKS)


def by_ends(links: pl.DataFrame) -> pl.DataFrame:
    """Give DOCUMENT_LINKS in their order."""
    ends = [name for name in DOCUMENT_LINKS if name.endswith(("_l", "_r"))]
    return links.sort(*ends, maintain_order=True)
