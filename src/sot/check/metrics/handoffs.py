"""Metrics on the way from the deal to the money: leakage, unapplied cash, late kickoffs, unexplained BI figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from sot.check.inputs import LISTED, Evidence, Finished
from sot.check.measurement import ALL, Example, Measurement, nothing
from sot.model.amounts import money
from sot.model.kinds import NO_CURRENCY, HandoffKind, kind_words
from sot.rules.quality.gates import Leak

LEAKAGE = (
    HandoffKind.WON_NOT_INVOICED, HandoffKind.DELIVERED_NOT_INVOICED, HandoffKind.UNDERBILLED,
)  # fmt: skip
_WORTH = pl.coalesce("net", "total")


def handoffs(gate: Leak, evidence: Evidence) -> list[Measurement]:
    """Give the share that went wrong; of money by currency."""
    return _MEASURES[gate.of](evidence.run)


def _documents(run: Finished) -> pl.LazyFrame:
    """Give the documents as the handoffs see them; a run that read none holds a table without columns."""
    if run.handoff_documents.collect_schema().names():
        return run.handoff_documents
    texts = dict.fromkeys(("kind", "state", "currency"), pl.String)
    return pl.LazyFrame(schema={**texts, **dict.fromkeys(("total", "net"), pl.Float64)})


def _leakage(run: Finished) -> list[Measurement]:
    won = _documents(run).filter((pl.col("kind") == "deal") & (pl.col("state") == "deal_won"))
    return _money(run, won.with_columns(amount=_WORTH), LEAKAGE, "no won deal with an amount was read")


def _unapplied(run: Finished) -> list[Measurement]:
    paid = _documents(run).filter(pl.col("kind") == "payment").with_columns(amount=pl.col("total"))
    return _money(run, paid, (HandoffKind.PAYMENT_UNAPPLIED,), "no payment with an amount was read")


def _money(
    run: Finished, whole: pl.LazyFrame, kinds: tuple[HandoffKind, ...], absent: str
) -> list[Measurement]:
    names = pl.col("currency").fill_null(NO_CURRENCY)
    totals = whole.filter(pl.col("amount") > 0).group_by(currency=names).agg(total=pl.col("amount").sum())
    wrong = run.handoffs.filter(pl.col("kind").is_in([str(kind) for kind in kinds])).with_columns(
        currency=names
    )
    rows = wrong.sort("difference", "finding_id", descending=[True, False]).collect()
    figures = []
    for currency, total in totals.sort("currency").collect().iter_rows():
        mine = rows.filter(pl.col("currency") == currency)
        lost = float(mine["difference"].fill_null(0).sum())
        amounts = f"{money(lost)} of {money(total, currency)}"
        figures.append(Measurement(currency, min(lost / total, 1.0), mine.height, amounts, _examples(mine)))
    return figures or [nothing(ALL, absent)]


def _late(run: Finished) -> list[Measurement]:
    projects = _documents(run).filter(pl.col("kind") == "project").select(pl.len()).collect().item()
    if not projects:
        return [nothing(ALL, "no project was read")]
    rows = run.handoffs.filter(pl.col("kind") == HandoffKind.LATE_KICKOFF).sort(
        "days", "finding_id", descending=[True, False]
    )
    late = rows.collect()
    return [
        Measurement(
            ALL,
            late.height / projects,
            late.height,
            f"{late.height:,} of {projects:,} projects",
            _examples(late),
        )
    ]


def _unexplained(run: Finished) -> list[Measurement]:
    rows = run.bi_reconciliation.filter(
        pl.col("ledger_amount").is_not_null() | pl.col("bi_amount").is_not_null()
    ).collect()
    if rows.is_empty():
        return [nothing(ALL, "no BI table was read that can be compared with the ledger")]
    names = pl.col("currency").fill_null(NO_CURRENCY)
    whole = pl.max_horizontal(pl.col("ledger_amount").abs(), pl.col("bi_amount").abs()).fill_null(0)
    rows = rows.with_columns(currency=names, whole=whole, off=pl.col("difference").abs().fill_null(0))
    figures = []
    for (currency,), mine in sorted(rows.group_by("currency"), key=lambda group: str(group[0])):
        bad = mine.filter(pl.col("reason") == "unexplained").sort(
            "off", "golden_id", descending=[True, False]
        )
        total, off = float(mine["whole"].sum()), float(bad["off"].sum())
        examples = tuple(
            Example("", 0, str(golden_id), f"{name}: {money(amount, currency)}")
            for golden_id, name, amount in bad.head(LISTED)
            .select("golden_id", "golden_name", "off")
            .iter_rows()
        )
        if total:
            figures.append(
                Measurement(
                    str(currency),
                    min(off / total, 1.0),
                    bad.height,
                    f"{money(off)} of {money(total, currency)}",
                    examples,
                )
            )
    return figures or [nothing(ALL, "the BI tables have no amounts")]


_MEASURES: Mapping[str, Callable[[Finished], list[Measurement]]] = {
    "leakage": _leakage, "unapplied_cash": _unapplied, "late_kickoff": _late, "bi_unexplained": _unexplained,
}  # fmt: skip


def _examples(rows: pl.DataFrame) -> tuple[Example, ...]:
    return tuple(
        Example("", 0, documents.split("|")[0], f"{name or ''}: {kind_words(kind)}, {why}", finding_id)
        for finding_id, kind, name, documents, why in rows.head(LISTED)
        .select("finding_id", "kind", "golden_name", "documents", "why")
        .iter_rows()
    )
