"""The habits of buying, billing and paying (`data/trade.yaml`), and what may be asked of a demo."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sot.rules.loader import RuleModel, load


class Wrong(RuleModel):
    """How often something goes wrong, by what it happens to."""

    won: dict[str, float]
    not_won: dict[str, float]
    buyer: dict[str, float]
    invoice: dict[str, float]


class Habits(RuleModel):
    """What customers buy, how it is billed and paid, and how often something goes wrong."""

    buyers: float
    prospects: float
    walk_ins: float
    deals: dict[str, float]
    states: dict[str, float]
    before_the_window: float
    plans: dict[str, float]
    references: float
    payment_references: float
    titles: float
    usual: dict[str, float]
    wrong: Wrong
    bi: dict[str, float]
    taxes: dict[str, float]
    generic_texts: tuple[str, ...]
    generic_projects: tuple[str, ...]
    small_texts: tuple[str, ...]
    extra_texts: tuple[str, ...]
    support_texts: tuple[str, ...]


@cache
def trade_habits() -> Habits:
    """Read the habits that come with `sot`."""
    return load(Path(__file__).resolve().parent.parent / "data" / "trade.yaml", Habits)


@dataclass(frozen=True)
class Trade:
    """What is asked of the documents of a demo.

    exceptions   how often something goes wrong: 1 as usual, 0 never
    references   the share of documents that name the one before; None as usual
    currencies   the currency of the company, and of the countries where it bills in another one
    taxed        whether sales are taxed
    statuses     whether the project tool says where a project stands; without it no project is cancelled
    voids        whether the exports hold void invoices and drafts with what they were for
    """

    exceptions: float = 1.0
    references: float | None = None
    currency: str = "USD"
    currencies: dict[str, str] = field(default_factory=dict)
    taxed: bool = True
    statuses: bool = True
    voids: bool = True

    def currency_in(self, country: str) -> str:
        """Give the currency in which customers of that country are billed."""
        return self.currencies.get(country, self.currency)

    def rates(self, shares: dict[str, float]) -> dict[str, float]:
        """Give how often each thing goes wrong in this demo."""
        own = {name: share * self.exceptions for name, share in shares.items()}
        if not self.currencies:
            own.pop("currency_mismatch", None)
        if not self.statuses:
            own.pop("cancelled_but_invoiced", None)
        return own
