"""What happens to sums and counts when a BI model joins on a key: whether it is unique, and how far it misleads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

import polars as pl

from sot.handoffs.bi.figures import BiTable, Label
from sot.handoffs.bi.ledger import Ledger
from sot.model.handoff_figures import KeyCertificate


def certificates(table: BiTable, book: Ledger, basis: str) -> list[KeyCertificate]:
    """Give a certificate for the label of the table, and one for its key column where it has one.

    unique           whether each key stands for one customer and each customer has one key
    rows_per_key     the most rows that one key fills
    customers_per_key, keys_per_customer   the most of them
    customers_with_several_keys, keys_of_several_customers   how many
    inflation        by what factor the ledger's sums grow when they are joined to the table by customer: a customer
                     with two keys counts twice
    distinct_keys, customers, distinct_count_off   how far a count of distinct keys is off the number of customers
    """
    labels = [label for label in table.labels if label.kind == "customer"]
    if not labels:
        return []
    made = [_certificate("label", table, labels, lambda label: label.label, (book, basis))]
    with_key = [label for label in labels if label.key and label.key != label.label]
    if len(with_key) == len(labels):
        made.append(_certificate("key", table, labels, lambda label: label.key, (book, basis)))
    return made


def _certificate(
    name: str, table: BiTable, labels: list[Label], key: Callable[[Label], str], money: tuple[Ledger, str]
) -> KeyCertificate:
    rows = pl.DataFrame(
        [(key(label), label.currency, label.golden_id or "") for label in labels],
        schema=dict.fromkeys(("key", "currency", "golden"), pl.String),
        orient="row",
    )
    customers = rows.group_by("key").agg(n=pl.col("golden").n_unique())["n"]
    keys = rows.group_by("golden").agg(n=pl.col("key").n_unique(), lines=pl.len())
    several_keys = int((keys["n"] > 1).sum())
    several_customers = int((customers > 1).sum())
    return {
        "bi_system": table.system,
        "source": table.source,
        "key": name,
        "unique": not several_keys and not several_customers,
        "rows_per_key": max(rows.group_by("key", "currency").len()["len"]),
        "customers_per_key": max(customers),
        "keys_per_customer": max(keys["n"]),
        "customers_with_several_keys": several_keys,
        "keys_of_several_customers": several_customers,
        "inflation": _inflation(dict(keys.select("golden", "lines").iter_rows()), *money),
        "distinct_keys": customers.len(),
        "customers": keys.height,
        "distinct_count_off": customers.len() - keys.height,
    }


def _inflation(lines: Mapping[str, int], book: Ledger, basis: str) -> dict[str, float]:
    """Give, by currency, the factor by which the sums of the ledger grow in the join."""
    plain: dict[str, int] = defaultdict(int)
    joined: dict[str, int] = defaultdict(int)
    for (golden, currency), account in book.items():
        if golden in lines:
            plain[currency] += account.total(basis)
            joined[currency] += account.total(basis) * lines[golden]
    return {
        currency: round(joined[currency] / total, 4) for currency, total in sorted(plain.items()) if total
    }
