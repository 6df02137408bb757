"""BI tables beside the ledger: figures with reasons, the bridge between the totals, the mapping, and the keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from sot.handoffs.bi.bridge import bridge
from sot.handoffs.bi.certificate import certificates
from sot.handoffs.bi.figures import BiTable, allowed, bi_tables
from sot.handoffs.bi.groups import Fits, neighbours, together
from sot.handoffs.bi.ledger import in_currency, ledger
from sot.handoffs.bi.reasons import Figure, figures
from sot.model.run import BiCheck, Clustering
from sot.model.tables import BI_BRIDGE, BI_MAPPING, BI_RECONCILIATION
from sot.rules import Rulebook
from sot.rules.bi import BiRules, load_bi
from sot.rules.handoffs import load_linking

__all__ = ["reconcile"]


def reconcile(
    documents: pl.DataFrame,
    chain: pl.DataFrame,
    records: pl.DataFrame,
    clustering: Clustering,
    golden: pl.DataFrame,
    rules: Rulebook,
) -> BiCheck:
    """Compare the BI tables among `documents` with the invoices and credit notes of `chain`, customer by customer.

    `chain` holds the documents as the handoffs see them, `golden` is GOLDEN. Runs without a BI table give empty tables.
    """
    if documents.filter(pl.col("object") == "bi_table").is_empty():
        return BiCheck()
    customers = records.select("uid", "system", "record_id").join(
        clustering.memberships.select("uid", "golden_id"), on="uid"
    )
    customers = customers.select("system", "record_id", "golden_id").unique(
        ["system", "record_id"], keep="first"
    )
    limits, linking = load_bi(rules), load_linking(rules)
    book = ledger(chain)
    shown = documents.filter(pl.col("object") == "bi_table")["currency"].drop_nulls()
    known = {currency for _, currency in book if currency} | set(shown)
    if len(known) == 1:
        book = in_currency(book, known.pop())
    names = dict(golden.select("golden_id", "name").iter_rows())
    rates = tuple(
        sorted({*linking.usual_rates, *(rate for each in linking.tax_rates.values() for rate in each)})
    )
    near = neighbours(clustering.related.select("golden_id_l", "golden_id_r").iter_rows())
    made: list[tuple[BiTable, list[Figure]]] = []
    for table in bi_tables(documents, customers, book, limits):
        # Without a single invoice there is nothing to compare with; the mapping and the keys are of use all the same.
        compared = figures(table, book, limits, rates) if book else []
        made.append((table, together(compared, near, _fits(table, limits))))
    return BiCheck(
        figures=_frame(
            (row for table, compared in made for row in _figures(table, compared, names)), BI_RECONCILIATION
        ),
        mapping=_frame((row for table, _ in made for row in _mapping(table, names)), BI_MAPPING),
        bridge=_frame(
            (row for table, compared in made if compared for row in _steps(table, compared)), BI_BRIDGE
        ),
        keys=[each for table, _ in made for each in certificates(table, book, "net")],
    )


def _fits(table: BiTable, rules: BiRules) -> Fits:
    return lambda amount, right: abs(amount - right) <= allowed(round(right), table, rules)


def _frame(rows: Iterator[tuple[object, ...]], schema: object) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict(schema), orient="row")  # type: ignore[call-overload]


def _figures(table: BiTable, compared: list[Figure], names: dict[str, str]) -> Iterator[tuple[object, ...]]:
    for each in compared:
        same = each.currency == each.ledger_currency
        yield (
            table.system,
            each.golden_id,
            names.get(each.golden_id),
            _units(each.bi),
            _units(each.ledger),
            _units((each.bi or 0) - (each.ledger or 0)) if same else None,
            each.currency or None,
            each.reason,
            "|".join(sorted(bill.key for bill in each.bills)) or None,
            each.ledger_currency or None,
            "|".join(label.label for label in each.labels) or None,
            table.measure or None,
            table.source,
        )


def _mapping(table: BiTable, names: dict[str, str]) -> Iterator[tuple[object, ...]]:
    several = Counter(label.golden_id for label in table.labels if label.golden_id)
    for label in table.labels:
        yield (
            table.system,
            label.label,
            label.key or None,
            label.golden_id,
            names.get(label.golden_id or ""),
            label.kind,
            several.get(label.golden_id or ""),
        )


def _steps(table: BiTable, compared: list[Figure]) -> Iterator[tuple[object, ...]]:
    for step in bridge(table, compared):
        yield (
            table.system,
            table.source,
            table.measure or None,
            step.currency or None,
            step.step,
            _units(step.amount),
            step.count,
        )


def _units(cents: int | None) -> float | None:
    return None if cents is None else cents / 100
