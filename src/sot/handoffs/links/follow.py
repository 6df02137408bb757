"""Links that follow from other links, and the table that all of them are added to."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sot.handoffs.links.phases import of_their_projects
from sot.handoffs.links.solver import Proposal
from sot.model.document_links import SERIES, THROUGH_DEAL, THROUGH_INVOICE, THROUGH_PROJECT
from sot.model.tables import Schema, conform

LINKS: Schema = {
    "l": pl.Int32, "r": pl.Int32, "pair": pl.String, "step": pl.String, "linked_by": pl.String,
    "probability": pl.Float64, "key": pl.String,
}  # fmt: skip
"""One row per link while links are made; `key` is the reference or the decision that made it."""


def rows(links: pl.DataFrame, pair: str, made: Iterable[Proposal]) -> pl.DataFrame:
    """Add proposals to the links; of several for two documents the first one counts."""
    rows = [(link.l, link.r, pair, link.step, link.linked_by, link.probability, None) for link in made]
    more = pl.DataFrame(rows, schema=dict(LINKS), orient="row")
    more = more.unique(["l", "r"], keep="first", maintain_order=True)
    # The few new ones are looked up among the many, not the many among the few.
    known = links.select("l", "r").join(more.select("l", "r"), on=["l", "r"], how="semi")
    return pl.concat([links, more.join(known, on=["l", "r"], how="anti", maintain_order="left")])


def through(links: pl.DataFrame, first: str, second: str, whole: str) -> pl.DataFrame:
    """Link what is linked through a third: the invoice of a project bills the deal of that project."""
    columns = ["l", "r", "step", "linked_by", "probability", "key"]
    firsts, seconds = (links.filter(pl.col("pair") == pair).select(columns) for pair in (first, second))
    known = links.filter(pl.col("pair") == whole)
    both = firsts.join(seconds, left_on="r", right_on="l", suffix="_2", maintain_order="left")
    both = both.join(known, left_on="r_2", right_on="r", how="anti", maintain_order="left")
    weaker = pl.col("probability") <= pl.col("probability_2")
    made = both.select(
        "l",
        r="r_2",
        pair=pl.lit(whole),
        step=pl.lit(THROUGH_PROJECT),
        linked_by=pl.when(weaker).then("linked_by").otherwise("linked_by_2"),
        probability=pl.min_horizontal("probability", "probability_2"),
        key=pl.coalesce("key_2", "key"),
    )
    return _with_surest(links, made)


def series_follow(links: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """A series bills the deal that some of its invoices refer to, if it is one."""
    members = table.filter(pl.col("series").is_not_null()).select("series", r="doc")
    known = links.filter(pl.col("pair") == "deal_invoice")
    deals = members.join(known, on="r", maintain_order="left")
    deal_of = deals.filter(pl.col("l").n_unique().over("series") == 1).unique(
        "series", keep="first", maintain_order=True
    )
    more = members.join(known, on="r", how="anti", maintain_order="left").join(
        deal_of.select("series", "l", "key"), on="series", maintain_order="left"
    )
    made = more.select(
        "l", "r", pl.lit("deal_invoice").alias("pair"), pl.lit(SERIES).alias("step"),
        pl.lit("amount").alias("linked_by"), pl.lit(0.9).alias("probability"), "key",
    )  # fmt: skip
    return pl.concat([links, conform(made, LINKS)])


def down(links: pl.DataFrame, table: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Link the projects of a deal with its invoices; where there are several, with that of the bill if that is clear.

    `numbers` (doc, phase) are the phases that projects and bills name.
    """
    columns = ["l", "r", "linked_by", "probability", "key"]
    projects = links.filter(pl.col("pair") == "deal_project").select(columns)
    bills = links.filter(pl.col("pair") == "deal_invoice").select(columns)
    direct = links.filter(pl.col("pair") == "project_invoice")
    both = bills.join(projects, on="l", suffix="_project", maintain_order="left").rename(
        {"r_project": "project"}
    )
    both = both.join(direct.select("r"), on="r", how="anti", maintain_order="left")
    size = table.select("doc", "billed_net", "total")
    both = both.join(size, left_on="r", right_on="doc", how="left", maintain_order="left").join(
        table.select("doc", budget=pl.coalesce("net", "total")),
        left_on="project", right_on="doc", how="left", maintain_order="left",
    )  # fmt: skip
    fits = ((pl.col("billed_net") - pl.col("budget")).abs() <= 1).fill_null(False)
    both = of_their_projects(both.with_columns(fits=fits), table, numbers)
    weaker = pl.col("probability") <= pl.col("probability_project")
    made = both.select(
        l="project",
        r="r",
        pair=pl.lit("project_invoice"),
        step=pl.lit(THROUGH_DEAL),
        linked_by=pl.when(weaker).then("linked_by").otherwise("linked_by_project"),
        probability=pl.min_horizontal("probability", "probability_project"),
        key=pl.coalesce("key", "key_project"),
    )
    return _with_surest(links, made)


def credit_notes(links: pl.DataFrame, certain: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """A credit note belongs to the deals and projects that it names, else to those of the invoices that it cancels."""
    parts = []
    for name in ("deal", "project"):
        pair = f"{name}_invoice"
        direct = certain.filter(pl.col("pair") == f"{name}_credit").with_columns(pair=pl.lit(pair))
        rest = taken.join(direct.select(credit="r"), on="credit", how="anti", maintain_order="left")
        of_invoice = links.filter(pl.col("pair") == pair)
        through = rest.join(of_invoice, left_on="invoice", right_on="r", maintain_order="left").select(
            "l", pl.col("credit").alias("r"), "pair", pl.lit(THROUGH_INVOICE).alias("step"), "linked_by",
            "probability", "key",
        )  # fmt: skip
        parts += [direct.select(list(LINKS)), conform(through, LINKS)]
    return pl.concat([links, *parts]).unique(["l", "r"], keep="first", maintain_order=True)


def _with_surest(links: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    """Give `links` with the surest link of `made` for each pair of documents."""
    surest = made.sort("l", "r", "probability", descending=[False, False, True]).unique(
        ["l", "r"], keep="first", maintain_order=True
    )
    return pl.concat([links, conform(surest, LINKS)])


def project_ends(links: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Give (doc, project_end): the deals that have projects, and when the last of them ends."""
    mine = links.filter(pl.col("pair") == "deal_project").select("l", "r")
    ends = mine.join(table.select("doc", "end"), left_on="r", right_on="doc", maintain_order="left")
    return ends.drop_nulls("end").group_by(doc="l").agg(project_end=pl.col("end").max()).sort("doc")
