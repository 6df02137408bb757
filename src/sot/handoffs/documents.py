"""DOCUMENTS as the handoffs see them: of which customer, of which kind, with which amounts, on which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import polars as pl

from sot.graphs import connected
from sot.handoffs.own_ids import with_ids
from sot.model.currencies import code_of, usual_currencies
from sot.model.run import Clustering
from sot.rules.project import CompanySettings

KINDS = ("deal", "project", "invoice", "credit", "payment", "refund")
ASKED = (
    "system", "object", "record_id", "source", "sheet", "row", "customer_id", "name", "number", "currency", "state",
    "document_type", "amount_value", "open_amount_value", "net_value", "tax_value", "paid_value", "dated_on", "due_on",
    "ended_on", "created_on", "started_on", "planned_end_on", "reference", "deal_ref", "project_ref", "order_ref",
    "invoice_ref", "memo", "line_text", "account_name",
)  # fmt: skip
"""The columns of DOCUMENTS that are asked for."""

_GROUP_AT_MOST = 30
"""So many golden customers are a group at most; larger ones are chains of weak relations."""
_ISOLATED = 366
"""A date that comes so many days after the one before it, alone, is a slip of the pen."""


@dataclass(frozen=True)
class Documents:
    """The documents of a run, and when the exports were made.

    table  one row per document, sorted: doc (its row), kind (one of KINDS), party (row of GOLDEN, or null), family (a
           number that the customers of one group share), total, net, tax, open, paid, currency, day (of a deal the
           win, of a project the start, else its date), and columns of DOCUMENTS
    near   (l, r): rows of GOLDEN of one group, or that may be one customer
    as_of  the newest day on which something happened, or None
    notes  what was assumed, in sentences
    """

    table: pl.DataFrame
    near: pl.DataFrame
    as_of: date | None
    notes: tuple[str, ...]


def prepare(
    documents: pl.DataFrame, records: pl.DataFrame, clustering: Clustering, company: CompanySettings
) -> Documents:
    """Give the deals, projects, invoices and payments among DOCUMENTS; order of rows and files never matters."""
    table = documents.select(ASKED).filter(pl.col("object").is_in(["deal", "project", "invoice", "payment"]))
    table, repeated = with_ids(table)
    table = _amounts(_kinds(table))
    near = _near(clustering)
    table = _parties(table, records, clustering, near)
    figures = documents.filter((pl.col("object") == "bi_table") & pl.col("amount_value").is_not_null())
    table, notes = _currencies(table, figures, company)
    return Documents(table, near, newest_day(table), (*notes, *repeated))


def _kinds(table: pl.DataFrame) -> pl.DataFrame:
    """Credit notes are no invoices, refunds no payments, whichever list they are on."""
    kind, amount = pl.col("document_type"), pl.coalesce("amount_value", "net_value").fill_null(0)
    money = pl.col("object").is_in(["invoice", "payment"])
    credit = (kind == "credit_note") | (kind.is_null() & (pl.col("object") == "invoice") & (amount < 0))
    refund = (kind == "refund") | ((pl.col("object") == "payment") & (amount * _usual_sign(amount) < 0))
    listed = pl.when(kind.is_in(["payment"])).then(pl.lit("payment")).otherwise("object")
    return table.with_columns(
        kind=pl.when(~money)
        .then("object")
        .when(credit.fill_null(False))
        .then(pl.lit("credit"))
        .when(refund.fill_null(False))
        .then(pl.lit("refund"))
        .when((kind == "invoice") & (pl.col("object") == "payment"))
        .then(pl.lit("invoice"))
        .otherwise(listed)
    )


def _usual_sign(amount: pl.Expr) -> pl.Expr:
    """Give the sign that most payments of a list have: in the ledger of customers they are negative."""
    paid = (pl.col("object") == "payment") & (
        pl.col("document_type").is_null() | (pl.col("document_type") == "payment")
    )
    less = ((amount < 0) & paid).sum().over("source", "sheet")
    more = ((amount > 0) & paid).sum().over("source", "sheet")
    return pl.when(less > more).then(-1).otherwise(1)


def _amounts(table: pl.DataFrame) -> pl.DataFrame:
    """Give total, net, tax, open and paid; of credit notes, payments and refunds without their sign."""
    amount, net, tax = (pl.col(name) for name in ("amount_value", "net_value", "tax_value"))
    whole, part = pl.coalesce(amount, net + tax.fill_null(0)), pl.coalesce(net, amount - tax)
    unsigned = pl.col("kind").is_in(["credit", "refund", "payment"])
    made = {
        "total": whole,
        "net": part,
        "tax": tax,
        "open": pl.col("open_amount_value"),
        "paid": pl.col("paid_value"),
    }
    table = table.with_columns(
        pl.when(unsigned).then(value.abs()).otherwise(value).round(2).alias(name)
        for name, value in made.items()
    )
    settled = pl.col("state") == "invoice_paid"
    paid = pl.coalesce("paid", (pl.col("total") - pl.col("open")).round(2), pl.when(settled).then("total"))
    own = pl.coalesce("dated_on", "created_on")
    start = pl.coalesce("started_on", "dated_on", "created_on")
    is_project = pl.col("kind") == "project"
    return table.with_columns(
        paid=paid,
        day=pl.when(is_project).then(start).otherwise(own),
        end=pl.when(is_project).then(pl.coalesce("ended_on", "planned_end_on", "due_on")),
    )


def _parties(
    table: pl.DataFrame, records: pl.DataFrame, clustering: Clustering, near: pl.DataFrame
) -> pl.DataFrame:
    """Give each document the row of its golden customer, and the group of that."""
    golden = clustering.clusters.select("golden_id").sort("golden_id")
    rows = golden.with_columns(party=pl.int_range(pl.len(), dtype=pl.Int32))
    of_record = (
        records.select("system", "uid", customer_id="record_id", country="n_country")
        .join(clustering.memberships.select("uid", "golden_id"), on="uid")
        .join(rows, on="golden_id")
        .sort("uid")
    )
    homes = of_record.drop_nulls("country").unique("party", keep="first", maintain_order=True)
    table = table.join(
        of_record.select("system", "customer_id", "party", "golden_id").unique(
            ["system", "customer_id"], keep="first", maintain_order=True
        ),
        on=["system", "customer_id"], how="left", maintain_order="left",
    )  # fmt: skip
    families = rows.with_columns(family=_families(rows.height, near))
    return table.join(
        families.join(homes.select("party", "country"), on="party", how="left").select(
            "party", "family", "country"
        ),
        on="party", how="left", maintain_order="left",
    ).sort("doc")  # fmt: skip


def _near(clustering: Clustering) -> pl.DataFrame:
    """Give (l, r), rows of GOLDEN: pairs of customers that are of one group, or that may be one customer."""
    golden = clustering.clusters.select("golden_id").sort("golden_id")
    rows = golden.with_columns(party=pl.int_range(pl.len(), dtype=pl.Int32))
    members = clustering.memberships.select("uid", "golden_id")
    asked = clustering.questions.select("uid_l", "uid_r")
    for end in ("l", "r"):
        names = members.rename({"uid": f"uid_{end}", "golden_id": f"golden_id_{end}"})
        asked = asked.join(names, on=f"uid_{end}", how="left", maintain_order="left")
    pairs = [table.select("golden_id_l", "golden_id_r") for table in (clustering.related, asked)]
    both = pl.concat(pairs).filter(pl.col("golden_id_l") != pl.col("golden_id_r")).unique()
    for end in ("l", "r"):
        named = rows.select(pl.col("golden_id").alias(f"golden_id_{end}"), pl.col("party").alias(end))
        both = both.join(named, on=f"golden_id_{end}", how="left", maintain_order="left")
    return both.select("l", "r").drop_nulls().sort("l", "r")


def _families(size: int, near: pl.DataFrame) -> pl.Series:
    """Give each golden customer the number of its group: those that are near, as far as a group is no chain."""
    if not size:
        return pl.Series("family", [], dtype=pl.Int32)
    labels = pl.Series("family", connected(size, near["l"].to_numpy(), near["r"].to_numpy()))
    members = pl.DataFrame({"family": labels}).with_columns(
        n=pl.len().over("family"), i=pl.int_range(pl.len())
    )
    alone = pl.when(pl.col("n") > _GROUP_AT_MOST).then(size + pl.col("i")).otherwise("family")
    return members.select(alone.cast(pl.Int32).alias("family"))["family"]


def _currencies(
    table: pl.DataFrame, figures: pl.DataFrame, company: CompanySettings
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Give every amount its currency as far as it is clear; null stands for one that nobody knows.

    Where no document names one, that of the BI `figures` is the company's.
    """
    table = table.with_columns(currency=code_of(pl.col("currency")))
    counted = table.filter(pl.col("total").is_not_null())
    named = counted
    if not counted["currency"].count():
        columns = ("system", "source", "sheet", "currency")
        bi = figures.with_columns(currency=code_of(pl.col("currency"))).select(columns)
        named = pl.concat([counted.select(columns), bi])
    currencies = usual_currencies(named, company.currency)
    assumed = currencies.assumed(pl.col("system"))
    lacking = counted.filter(pl.col("currency").is_null())
    lacking = lacking.group_by("system").len().sort("system").with_columns(assumed=assumed)
    notes = tuple(
        f"{count:,} amounts of {system} have no currency: "
        + (f"{code} is assumed" if code else "they are compared with amounts of any currency")
        for system, count, code in lacking.iter_rows()
        if currencies.of or company.currency
    )
    return table.with_columns(currency=pl.coalesce("currency", assumed)), notes


def newest_day(table: pl.DataFrame) -> date | None:
    """Give the newest date on which something happened: never a due date, a planned date or a lone slip.

    A deal that is lost keeps the day on which it was expected to close, so it counts only where nothing else does.
    """
    won, lost = pl.col("state") == "deal_won", pl.col("state") == "deal_lost"
    done = pl.col("state") == "project_done"
    money = pl.col("kind").is_in(["invoice", "credit", "payment", "refund"]) & (
        pl.col("state").is_null() | (pl.col("state") != "invoice_draft")
    )
    days = (
        pl.concat(
            [
                table.filter((pl.col("kind") == "deal") & won)["dated_on"],
                table.filter((pl.col("kind") == "project") & done)["ended_on"],
                table.filter(money)["dated_on"],
                # The end of an invoice is the day on which it was paid.
                table.filter((pl.col("kind") == "invoice") & (pl.col("paid") > 0))["ended_on"],
                table["created_on"],
            ]
        )
        .drop_nulls()
        .sort(descending=True)
    )
    if days.is_empty():
        days = table.filter((pl.col("kind") == "deal") & lost)["dated_on"].drop_nulls().sort(descending=True)
    if days.is_empty():
        return None
    newest: list[date] = days.head(20).to_list()
    for later, earlier in pairwise(newest):
        if (later - earlier).days <= _ISOLATED:
            return later
    return newest[-1] if len(newest) > 1 else newest[0]
