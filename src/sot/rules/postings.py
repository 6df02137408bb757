"""How a journal of postings is laid out: which columns hold the accounts, the sides and the document of each row."""

from __future__ import annotations

from sot.rules.loader import RuleModel
from sot.rules.values import ColumnPattern


class Postings(RuleModel):
    """A table whose rows are bookings; those on an account of a customer are invoices, credit notes and payments."""

    account: str
    counter: str | None = None
    """The account on the other side, where a row holds both."""
    customers: ColumnPattern
    """Numbers of accounts that are customers' …"""
    money: ColumnPattern
    """… and those of banks and cash: what is booked against them is a payment."""
    sub_account: str | None = None
    """The customer's own number and name, where the account is the one of all customers."""
    sub_name: str | None = None
    amount: str | None = None
    side: str | None = None
    """The side of `account`, beside `amount` …"""
    debit: str | None = None
    credit: str | None = None
    """… or an amount for each side."""
    entry: str | None = None
    """What the rows of one booking share, where the other side is a row of its own."""
    number: str
    date: str
    day_and_month: bool = False
    """Dates have no year: it is that of the line above the header (DATEV)."""
    due_date: str | None = None
    text: str | None = None
    letter: str | None = None
    """The mark that invoices and their payments share."""
    currency: str | None = None
