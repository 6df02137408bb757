"""Money at stake: added up per currency, and as one total in the company's currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from sot.model.amounts import money
from sot.model.kinds import NO_CURRENCY
from sot.rules.project import CompanySettings

SHOWN = 2
"""So many currencies are named where no total can be given."""

HINT = "set company.currency and company.rates in sot.yaml for totals in one currency"
NO_CURRENCY_HINT = "the exports name no currency: set company.currency in sot.yaml"


def amounts(table: pl.DataFrame) -> dict[str, float]:
    """Add up the columns exposure and exposure_currency per currency; "" is an unknown one."""
    summed = (
        table.filter(pl.col("exposure").is_not_null())
        .group_by(pl.col("exposure_currency").fill_null(""))
        .agg(pl.col("exposure").sum().round(2))
        .sort("exposure_currency")
    )
    return {currency: amount for currency, amount in summed.iter_rows() if amount}


def total(sums: Mapping[str, float], company: CompanySettings) -> str:
    """Give money in words: one total in the company's currency, and beside it only what has no rate."""
    own = company.currency
    if own is None:
        return listed(sums)
    rates = {own: 1.0, **company.rates}
    rest = {currency: amount for currency, amount in sums.items() if currency not in rates}
    together = sum(amount * rates[currency] for currency, amount in sorted(sums.items()) if currency in rates)
    if not rest:
        return money(together, own) if sums else "none"
    return f"{money(together, own)} + {listed(rest)}" if together else listed(rest)


def listed(sums: Mapping[str, float]) -> str:
    """Name the largest sums; a sum of an unknown currency says so where others stand beside it."""
    ordered = sorted(sums.items(), key=lambda entry: (-abs(entry[1]), entry[0]))
    shown = [
        money(amount, currency or (NO_CURRENCY if len(sums) > 1 else None))
        for currency, amount in ordered[:SHOWN]
    ]
    more = len(ordered) - len(shown)
    rest = f" + {more} more {'currency' if more == 1 else 'currencies'}" if more else ""
    return " + ".join(shown) + rest or "none"


def hint(all_sums: Iterable[Mapping[str, float]], company: CompanySettings) -> str | None:
    """Say what is missing in sot.yaml for totals with a currency, and one for each question; None where nothing is."""
    listed_sums = [sums for sums in all_sums if sums]
    if any(needs_rates(sums, company) for sums in listed_sums):
        return HINT
    unnamed = company.currency is None and any("" in sums for sums in listed_sums)
    return NO_CURRENCY_HINT if unnamed else None


def needs_rates(sums: Mapping[str, float], company: CompanySettings) -> bool:
    """Tell whether sums can't be one total, because a currency or a rate is missing."""
    known = {company.currency, *company.rates} if company.currency else set()
    return len(sums) > 1 and any(currency not in known for currency in sums)


def worth(sums: Mapping[str, float], company: CompanySettings) -> float:
    """Give one number to order sums by; a currency without a rate counts as the company's own."""
    return sum(amount * company.rates.get(currency, 1.0) for currency, amount in sums.items())
