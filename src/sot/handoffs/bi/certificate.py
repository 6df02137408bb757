"""What happens to sums and counts when a BI model joins on a key: whether it is unique, and how far it misleads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

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
    rows = Counter((key(label), label.currency) for label in labels)
    customers: dict[str, set[str]] = defaultdict(set)
    keys: dict[str, set[str]] = defaultdict(set)
    lines: Counter[str] = Counter()
    for label in labels:
        golden = label.golden_id or ""
        customers[key(label)].add(golden)
        keys[golden].add(key(label))
        lines[golden] += 1
    return {
        "bi_system": table.system,
        "source": table.source,
        "key": name,
        "unique": max(map(len, keys.values())) == 1 and max(map(len, customers.values())) == 1,
        "rows_per_key": max(rows.values()),
        "customers_per_key": max(map(len, customers.values())),
        "keys_per_customer": max(map(len, keys.values())),
        "customers_with_several_keys": sum(len(each) > 1 for each in keys.values()),
        "keys_of_several_customers": sum(len(each) > 1 for each in customers.values()),
        "inflation": _inflation(lines, *money),
        "distinct_keys": len(customers),
        "customers": len(keys),
        "distinct_count_off": len(customers) - len(keys),
    }


def _inflation(lines: Counter[str], book: Ledger, basis: str) -> dict[str, float]:
    """Give, by currency, the factor by which the sums of the ledger grow in the join."""
    plain: dict[str, int] = defaultdict(int)
    joined: dict[str, int] = defaultdict(int)
    for (golden, currency), account in sorted(book.items()):
        if golden in lines:
            plain[currency] += account.total(basis)
            joined[currency] += account.total(basis) * lines[golden]
    return {currency: round(joined[currency] / total, 4) for currency, total in plain.items() if total}
