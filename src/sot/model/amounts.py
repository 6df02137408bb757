"""How an amount of money is written for people, everywhere in the same way: EUR 1,234."""

from __future__ import annotations

from sot.model.kinds import NO_CURRENCY

NO_BREAK = "\N{NO-BREAK SPACE}"
"""Stands between a currency and its number, so that no line breaks there."""


def money(amount: float, currency: str | None = None, digits: int = 0) -> str:
    """Give an amount with its currency; the words for an unknown currency stay in brackets behind the number."""
    number = f"{amount:,.{digits}f}"
    if currency == NO_CURRENCY:
        return f"{number} ({NO_CURRENCY})"
    return f"{currency}{NO_BREAK}{number}" if currency else number
