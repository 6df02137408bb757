"""The figures of BI tables, by golden customer: which measure is meant, and which rows are no customers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from sot.handoffs.bi.ledger import Ledger, cents
from sot.rules.bi import BiRules

_TOTAL, _OTHER = "bi_total", "bi_other"


@dataclass(frozen=True)
class Label:
    """One label of a BI table in one currency: its sum over all periods, and the customer that it stands for."""

    label: str
    key: str
    amount: int
    currency: str
    golden_id: str | None
    kind: str
    """customer, total, rest or unmapped."""


@dataclass(frozen=True)
class BiTable:
    """One table of a BI system, in the measure that is held against the ledger.

    span is the first and last day of its periods, where all of its rows have one.
    """

    system: str
    source: str
    measure: str
    labels: tuple[Label, ...]
    span: tuple[date, date] | None = None

    @cached_property
    def whole(self) -> bool:
        """Whether all amounts are in whole units."""
        return all(label.amount % 100 == 0 for label in self.labels)

    def by_customer(self) -> dict[tuple[str, str], list[Label]]:
        """Give the labels of each customer, by currency."""
        labels: dict[tuple[str, str], list[Label]] = defaultdict(list)
        for label in self.labels:
            if label.golden_id is not None and label.kind == "customer":
                labels[label.golden_id, label.currency].append(label)
        return dict(labels)


@dataclass
class _Rows:
    amounts: dict[tuple[str, str, str, str | None, str], int] = field(
        default_factory=lambda: defaultdict(int)
    )
    first: list[date | None] = field(default_factory=list)
    last: list[date | None] = field(default_factory=list)


def bi_tables(
    documents: pl.DataFrame, customers: pl.DataFrame, book: Ledger, rules: BiRules
) -> list[BiTable]:
    """Give the tables; `customers` has system, record_id and golden_id of all records."""
    rows = documents.filter((pl.col("object") == "bi_table") & pl.col("amount_value").is_not_null())
    if rows.is_empty():
        return []
    rows = rows.join(
        customers, left_on=["system", "customer_id"], right_on=["system", "record_id"], how="left"
    ).sort("system", "source", "sheet", "name", "account_name", "record_id", "row", nulls_last=True)
    main = _main_currencies(book)
    read: dict[tuple[str, str], dict[str, _Rows]] = defaultdict(lambda: defaultdict(_Rows))
    columns = ("system", "source", "name", "account_name", "record_id", "customer_id", "golden_id", "state", "currency",
               "amount_value", "started_on", "dated_on")  # fmt: skip
    for system, source, name, label, key, record, golden, state, currency, amount, first, last in rows.select(
        columns
    ).iter_rows():
        of = read[system, source][name or ""]
        kind = (
            "total"
            if state == _TOTAL
            else "rest"
            if state == _OTHER
            else "customer"
            if golden
            else "unmapped"
        )
        currency = currency or main.get(golden or "", main.get("", ""))
        place = (label or "", record or key or "", currency, golden if kind == "customer" else None, kind)
        of.amounts[place] += cents(amount)
        if kind != "total":
            of.first.append(first)
            of.last.append(last)
    return [
        _meant(system, source, measures, book, rules) for (system, source), measures in sorted(read.items())
    ]


def _main_currencies(book: Ledger) -> dict[str, str]:
    """Give the currency in which each customer is billed most, and that of all ("") where there is one alone."""
    most: dict[str, tuple[int, str]] = {}
    for (golden, currency), account in sorted(book.items()):
        size = abs(account.total("gross"))
        if golden not in most or size > most[golden][0]:
            most[golden] = (size, currency)
    main = {golden: currency for golden, (_, currency) in most.items()}
    everywhere = {currency for _, currency in book}
    return main | ({"": everywhere.pop()} if len(everywhere) == 1 else {})


def _meant(system: str, source: str, measures: dict[str, _Rows], book: Ledger, rules: BiRules) -> BiTable:
    """Choose the measure of which most figures are those of the ledger; of equals the first by name."""
    tables = [_table(system, source, name, rows) for name, rows in sorted(measures.items())]
    return max(tables, key=lambda table: _agreeing(table, book, rules))


def _agreeing(table: BiTable, book: Ledger, rules: BiRules) -> int:
    """Count the figures that are those of the ledger, with or without tax."""
    count = 0
    for customer, labels in table.by_customer().items():
        account = book.get(customer)
        if account is None:
            continue
        amount = sum(label.amount for label in labels)
        right = (account.total(basis) for basis in ("net", "gross"))
        count += any(abs(amount - each) <= allowed(each, table, rules) for each in right)
    return count


def allowed(amount: int, table: BiTable, rules: BiRules) -> float:
    """Give by how many cents a figure may differ from an amount and agree with it."""
    limit = max(100 * rules.tolerance.amount, rules.tolerance.share * abs(amount))
    return limit + (50 if table.whole else 0)


def _table(system: str, source: str, measure: str, rows: _Rows) -> BiTable:
    labels = tuple(
        Label(label, key, amount, currency, golden, kind)
        for (label, key, currency, golden, kind), amount in sorted(
            rows.amounts.items(), key=lambda each: str(each[0])
        )
    )
    first = [day for day in rows.first if day is not None]
    last = [day for day in rows.last if day is not None]
    dated = bool(first) and len(first) == len(rows.first) and len(last) == len(rows.last)
    return BiTable(system, source, measure, labels, (min(first), max(last)) if dated else None)
