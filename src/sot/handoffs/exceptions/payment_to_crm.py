"""Payment to CRM: customers that pay and are no customers there, and former ones that are billed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from sot.handoffs.exceptions.facts import Facts
from sot.model.kinds import HandoffKind
from sot.model.tables import Schema, conform, empty
from sot.rules.handoffs import AccountWords

if TYPE_CHECKING:
    from sot.handoffs.exceptions.habits import Habits

ACCOUNT_FINDINGS: Schema = {
    "kind": pl.String, "party": pl.Int32, "documents": pl.String, "found": pl.Float64, "currency": pl.String,
    "days": pl.Int32, "why": pl.String,
}  # fmt: skip
"""One row per exception about the accounts of a customer in a CRM."""

_KEPT = 0.2
"""A CRM in which fewer accounts have a status than this, or none is a customer, does not keep it."""


def accounts(records: pl.DataFrame, parties: pl.DataFrame, words: AccountWords) -> pl.DataFrame:
    """Give (party, document, status, meaning) of the CRM accounts in systems that keep a status.

    `parties` (uid, party) are the customers of the records.
    """
    crm = records.filter((pl.col("department") == "crm") & (pl.col("object") == "account"))
    status = pl.col("status").str.strip_chars().str.to_lowercase().str.replace_all(r"[\s_]+", " ")
    crm = crm.select("uid", "system", "record_id", "status", status.alias("said")).join(parties, on="uid")
    meanings = {status: words.meaning_of(status) for status in crm["said"].drop_nulls().unique()}
    meaning = pl.col("said").replace_strict(meanings, default="other", return_dtype=pl.String)
    filled = pl.col("said").fill_null("") != ""
    crm = crm.with_columns(meaning=pl.when(filled).then(meaning).otherwise(pl.lit("nothing")))
    keeps = crm.group_by("system").agg(
        filled=(pl.col("meaning") != "nothing").mean(), customers=(pl.col("meaning") == "customer").sum()
    )
    kept = keeps.filter((pl.col("filled") >= _KEPT) & (pl.col("customers") > 0)).select("system")
    return crm.join(kept, on="system", how="semi", maintain_order="left").sort("uid").select(
        "party", "status", "meaning",
        document=pl.concat_str("system", pl.lit(":account:"), "record_id"),
    )  # fmt: skip


def payment_to_crm(
    known: Facts, habits: Habits, crm: pl.DataFrame, not_auditable: dict[str, int]
) -> pl.DataFrame:
    """Give the exceptions between payments and the status of the customer in the CRM, as ACCOUNT_FINDINGS."""
    not_auditable[HandoffKind.STATUS_NOT_UPDATED] = 0
    if crm.is_empty():
        return empty(ACCOUNT_FINDINGS)
    # Most customers are called one, and most others have no documents: what is said of them is not put together.
    meant = {name: (pl.col("meaning") == name).any() for name in ("customer", "other", "former")}
    crm = crm.join(known.table.select("party").unique(), on="party", how="semi")
    marks = (
        crm.group_by("party").agg(**meant).filter(~pl.col("customer") & (pl.col("former") | ~pl.col("other")))
    )
    customers = marks.join(crm, on="party").group_by("party").agg(
        pl.col(*meant).first(),
        documents=pl.col("document").sort().str.join("|"),
        says=pl.col("status").drop_nulls().unique().sort().str.join(", "),
    )  # fmt: skip
    return pl.concat([_not_updated(known, habits, customers), _inactive(known, customers)])


def money_in(known: Facts) -> pl.DataFrame:
    """Give the payments of late, and the invoices of late that are paid."""
    since = known.windows.as_of - timedelta(days=known.limits.paid_within_days)
    return known.table.filter(
        (pl.col("kind") == "payment")
        | ((pl.col("kind") == "invoice") & (pl.col("state") == "invoice_paid") & pl.col("live"))
    ).filter(pl.col("day").is_between(since, known.windows.as_of))


def _not_updated(known: Facts, habits: Habits, customers: pl.DataFrame) -> pl.DataFrame:
    paid = money_in(known)
    money = _money(paid, paid.filter(pl.col("kind") == "payment") if habits.paid else paid, known)
    payers = customers.filter(~pl.col("customer") & ~pl.col("other") & ~pl.col("former")).join(
        money, on="party"
    )
    says = pl.when(pl.col("says") == "").then(pl.lit("nothing")).otherwise("says")
    why = pl.concat_str(
        pl.lit("has paid, last on "), pl.col("last").cast(pl.String), pl.lit("; the CRM says: "), says
    )
    return _rows(payers, HandoffKind.STATUS_NOT_UPDATED, why)


def _inactive(known: Facts, customers: pl.DataFrame) -> pl.DataFrame:
    since = known.windows.as_of - timedelta(days=known.limits.billed_within_days)
    billed = known.table.filter(pl.col("live") & pl.col("day").is_between(since, known.windows.as_of))
    inactive = customers.filter(pl.col("former") & ~pl.col("customer")).join(
        _money(billed, billed, known), on="party"
    )
    why = pl.concat_str(pl.lit("is former in the CRM, and was billed on "), pl.col("last").cast(pl.String))
    return _rows(inactive, HandoffKind.INACTIVE_BUT_BILLED, why)


def _money(documents: pl.DataFrame, paid: pl.DataFrame, known: Facts) -> pl.DataFrame:
    """Give the money `paid` by each customer in its main currency, and the last day of its documents."""
    sums = paid.drop_nulls("party").group_by("party", "currency").agg(found=pl.col("total").sum().round(2))
    sums = sums.sort("party", "found", "currency", descending=[False, True, False])
    main = sums.unique("party", keep="first", maintain_order=True)
    last = documents.drop_nulls("party").group_by("party").agg(last=pl.col("day").max())
    return last.join(main, on="party", how="left").with_columns(
        days=(pl.lit(known.windows.as_of) - pl.col("last")).dt.total_days()
    )


def _rows(customers: pl.DataFrame, kind: HandoffKind, why: pl.Expr) -> pl.DataFrame:
    rows = customers.select(
        pl.lit(str(kind)).alias("kind"), "party", "documents", "found", "currency", pl.col("days").cast(pl.Int32),
        why.alias("why"),
    )  # fmt: skip
    return conform(rows, ACCOUNT_FINDINGS)
