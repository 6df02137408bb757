"""Bills of suppliers and postings of the ledger: no documents of customers, so that they are left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import words
from sot.read.columns.party_kinds import said
from sot.read.columns.table import Table

_TITLES = 4
_OWNED = frozenset(("due_date", "invoice_ref", "order_ref", "project_ref", "deal_ref"))
_OWN_BOOKS = frozenset(("company", "code", "name", "description", "organization"))


def why_nobodys(table: Table, titles: Sequence[Sequence[str]], vocabulary: Vocabulary) -> str | None:
    """Say why a list is none of customers' documents; None if it may be one."""
    return why_purchases(table, titles, vocabulary) or why_ledger(table, vocabulary)


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


def why_ledger(table: Table, vocabulary: Vocabulary) -> str | None:
    """Say why a list is one of postings: each names an account of the ledger and a cost centre, and no customer."""
    if table.source.object not in ("account", "invoice", "payment") or table.shape is not None:
        return None
    if table.settings.object or _OWNED & table.fields.keys():
        return None
    owner = table.fields.get("account_name") or table.fields.get("name")
    # The company whose books they are is in each row, by its code and its name.
    if owner is not None and not set(vocabulary.tokens(owner.columns[0])) <= _OWN_BOOKS:
        return None
    words_of = table.unknown.general_ledger
    shown = [
        next((column for column in table.columns if vocabulary.holds(column, listed)), None)
        for listed in words_of.values()
    ]
    return f"postings of the ledger, by '{shown[0]}' and '{shown[1]}'" if all(shown) else None


def _of_customers(table: Table, cut: Sequence[str]) -> bool:
    """Tell a list of both: debtors and creditors, sales and purchases."""
    both = {*said(table.unknown.parties["customer"]), "sales", "receivables", "ar"}
    return any(word in both or word.removesuffix("s") in both for word in cut)


def _phrases(table: Table) -> list[str]:
    return [" ".join(words(phrase)) for phrase in table.unknown.purchases]
