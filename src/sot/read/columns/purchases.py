"""Bills of suppliers: no documents of customers, so that they are left out, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import words
from sot.read.columns.party_kinds import said
from sot.read.columns.table import Table

_TITLES = 4


def why_purchases(table: Table, titles: Sequence[Sequence[str]], vocabulary: Vocabulary) -> str | None:
    """Say why a list of bills or payments is one of suppliers: its party, or the list, is called so; None if not."""
    if table.source.object not in ("invoice", "payment") or table.shape is not None or table.settings.object:
        return None
    owner = table.fields.get("account_name")
    if owner is not None and len(owner.columns) == 1:
        called = set(vocabulary.tokens(owner.columns[0]))
        if "supplier" in called and "customer" not in called:
            return f"bills of suppliers, by '{owner.columns[0]}'"
    lines = [next((cell for cell in row if cell.strip()), "") for row in titles[-_TITLES:]]
    for line in (PurePath(table.source.path).stem, table.source.sheet or "", *lines):
        cut = words(line)
        if any(f" {phrase} " in f" {' '.join(cut)} " for phrase in _phrases(table)) and not _of_customers(
            table, cut
        ):
            return f"bills of suppliers, by '{line.strip()}'"
    return None


def _of_customers(table: Table, cut: Sequence[str]) -> bool:
    """Tell a list of both: debtors and creditors, sales and purchases."""
    both = {*said(table.unknown.parties["customer"]), "sales", "receivables", "ar"}
    return any(word in both or word.removesuffix("s") in both for word in cut)


def _phrases(table: Table) -> list[str]:
    return [" ".join(words(phrase)) for phrase in table.unknown.purchases]
