"""Numbers of accounts by which a chart of accounts tells customers from suppliers, banks and the ledger itself."""

from __future__ import annotations

from sot.rules.loader import RuleModel
from sot.rules.values import ColumnPattern


class LedgerNumbers(RuleModel):
    """One usual chart of accounts: how its column is called, and which numbers are customers."""

    headers: tuple[str, ...]
    """Headers of the column of numbers, case and accents aside."""
    customers: ColumnPattern
    others: ColumnPattern
    """Suppliers, employees, banks and ledger accounts; a number that neither pattern fits is of another chart."""
