"""Why a BI figure is not that of the ledger: simple hypotheses in a fixed order; the first that fits is the reason."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations

from sot.handoffs.bi.figures import BiTable, Label, allowed
from sot.handoffs.bi.ledger import Account, Bill, Ledger
from sot.rules.bi import BiRules

REASONS = (
    "agrees", "duplicate_in_bi", "tax", "currency", "void_counted", "unpaid_left_out", "timing", "not_in_bi",
    "not_in_ledger", "unexplained",
)  # fmt: skip
"""The closed list."""

_NEWEST_MONTHS, _FEW = 2, 0.1
"""A table may lack so many of the newest months; at most this share of those that show it has their invoices."""


@dataclass(frozen=True)
class Figure:
    """What a BI table and the ledger say of one customer, in cents, and why they differ.

    currency is that of the BI figure; ledger_currency another one where the figure was converted. bills are the
    documents that explain the difference.
    """

    golden_id: str
    labels: tuple[Label, ...]
    bi: int | None
    ledger: int | None
    currency: str
    ledger_currency: str
    reason: str
    bills: tuple[Bill, ...] = ()


@dataclass
class Comparison:
    """One BI table beside the ledger."""

    table: BiTable
    book: Ledger
    rules: BiRules
    tax_rates: tuple[float, ...]
    basis: str = "net"
    rates: dict[tuple[str, str], float] = field(default_factory=dict)
    """(currency of the ledger, of the table) → how much of the second one of the first is worth there."""
    ends: date | None = None
    """From this day on the table has no invoices, of whichever customer."""

    def fits(self, amount: int, right: float) -> bool:
        """Say whether a figure is an amount of the ledger."""
        return abs(amount - right) <= allowed(round(right), self.table, self.rules)


def figures(table: BiTable, book: Ledger, rules: BiRules, tax_rates: tuple[float, ...]) -> list[Figure]:
    """Give one figure per customer and currency that the table or the ledger knows."""
    made = Comparison(table, book, rules, tax_rates)
    shown = table.by_customer()
    made.basis = _basis(made, shown)
    made.ends = _ends(made, shown)
    currencies: dict[str, list[str]] = defaultdict(list)
    for golden, currency in sorted(book):
        currencies[golden].append(currency)
    compared: list[Figure] = []
    converted: list[Figure] = []
    taken: set[tuple[str, str]] = set()
    for (golden, currency), labels in sorted(shown.items()):
        account = book.get((golden, currency))
        others = [
            other
            for other in currencies[golden]
            if (golden, other) not in shown and (golden, other) not in taken
        ]
        if account is None and others:
            converted.append(_converted(made, golden, currency, labels, others))
            taken.add((golden, converted[-1].ledger_currency))
        else:
            compared.append(_compared(made, golden, currency, labels, account))
    converted = list(_by_rate(made, converted))
    covered = {(each.golden_id, each.ledger_currency) for each in (*compared, *converted)}
    for golden, currency in sorted(book):
        total = book[golden, currency].total(made.basis)
        if (golden, currency) not in covered and total:
            compared.append(Figure(golden, (), None, total, currency, currency, "not_in_bi"))
    return sorted(_across(made, [*compared, *converted]), key=lambda each: (each.golden_id, each.currency))


def _basis(made: Comparison, shown: dict[tuple[str, str], list[Label]]) -> str:
    """Say whether the table is with tax: where tax makes a difference, most of the figures that fit are."""
    fits = {"net": 0, "gross": 0}
    for customer, labels in shown.items():
        account = made.book.get(customer)
        if account is None or not account.taxed:
            continue
        for basis in fits:
            fits[basis] += made.fits(sum(label.amount for label in labels), account.total(basis))
    clear = fits["gross"] > fits["net"] and fits["gross"] >= made.rules.gross_seen
    return "gross" if clear else "net"


def _ends(made: Comparison, shown: dict[tuple[str, str], list[Label]]) -> date | None:
    """Give the first day of the newest months whose invoices the table lacks, of whichever customer.

    The newest invoices are mostly those that are not paid: that all of them are missing shows in the ones that are.
    """
    dated = (bill.day for account in made.book.values() for bill in account.invoices if bill.day)
    for first in sorted({day.replace(day=1) for day in dated})[-_NEWEST_MONTHS:]:
        missing = there = paid = unpaid = 0
        for customer, labels in shown.items():
            account = made.book.get(customer, Account())
            later = sum(bill.amount(made.basis) for bill in _from(first, account))
            amount, right = sum(label.amount for label in labels), account.total(made.basis)
            if not later or made.fits(right - later, right):
                continue
            without = made.fits(amount, right - later)
            left_out = any(reason == "unpaid_left_out" for reason, _ in _left_out(made, amount, account))
            missing, there = missing + without, there + made.fits(amount, right)
            paid, unpaid = paid + (without and not left_out), unpaid + (left_out and not without)
        if missing >= made.rules.months_seen and there <= _FEW * missing and paid > unpaid:
            return first
    return None


def _from(first: date, account: Account) -> tuple[Bill, ...]:
    return tuple(bill for bill in account.bills if bill.day is not None and bill.day >= first)


def _compared(
    made: Comparison, golden: str, currency: str, labels: list[Label], account: Account | None
) -> Figure:
    amount = sum(label.amount for label in labels)
    if account is None or not (account.bills or account.voided):
        return Figure(golden, tuple(labels), amount, None, currency, currency, "not_in_ledger")
    right = account.total(made.basis)
    reason, bills = next(_hypotheses(made, amount, labels, account), ("unexplained", ()))
    return Figure(golden, tuple(labels), amount, right, currency, currency, reason, tuple(bills))


def _hypotheses(
    made: Comparison, amount: int, labels: list[Label], account: Account
) -> Iterator[tuple[str, tuple[Bill, ...]]]:
    """Give the reasons that fit, the simplest first."""
    basis, right = made.basis, account.total(made.basis)
    if made.fits(amount, right):
        yield "agrees", ()
    several = len(labels) > 1 and all(made.fits(label.amount, right) for label in labels)
    if right and (several or made.fits(amount, 2 * right)):
        yield "duplicate_in_bi", ()
    if account.taxed and made.fits(amount, account.total(_other(basis))):
        yield "tax", ()
    newest = _from(made.ends, account) if made.ends is not None else ()
    if newest and made.fits(amount, right - sum(bill.amount(basis) for bill in newest)):
        yield "timing", newest
    for bills in _combined(account.voided, made.rules.void_combined):
        if made.fits(amount, right + sum(bill.amount(basis) for bill in bills)):
            yield "void_counted", bills
    credits = tuple(bill for bill in account.bills if bill.credit)
    if credits and made.fits(amount, right - sum(bill.amount(basis) for bill in credits)):
        yield "void_counted", credits
    yield from _left_out(made, amount, account)
    yield from _timing(made, amount, account)
    # One of six equal invoices that is missing looks like tax: a rate that nobody names comes last.
    if not account.tax_known and _rate_fits(made, amount, right):
        yield "tax", ()


def _left_out(made: Comparison, amount: int, account: Account) -> Iterator[tuple[str, tuple[Bill, ...]]]:
    """Leave out what is open, or the bills of which something is, or those of which nothing is paid."""
    basis, right = made.basis, account.total(made.basis)
    unpaid = tuple(bill for bill in account.invoices if bill.open > 0)
    if unpaid and made.fits(amount, right - sum(_unpaid(bill, basis) for bill in unpaid)):
        yield "unpaid_left_out", unpaid
    untouched = tuple(bill for bill in unpaid if bill.open >= bill.gross)
    for bills in (unpaid, untouched):
        if bills and made.fits(amount, right - sum(bill.amount(basis) for bill in bills)):
            yield "unpaid_left_out", bills


def _other(basis: str) -> str:
    return "net" if basis == "gross" else "gross"


def _unpaid(bill: Bill, basis: str) -> float:
    """Give what is open of a bill, without tax where the table is."""
    return bill.open * bill.amount(basis) / bill.gross if bill.gross else 0.0


def _rate_fits(made: Comparison, amount: int, right: int) -> bool:
    """Say whether a figure is an amount of the ledger with a usual tax, or without it."""
    return any(
        made.fits(amount, right / (1 + rate)) or made.fits(amount, right * (1 + rate))
        for rate in made.tax_rates
    )


def _combined(bills: list[Bill], at_most: int) -> Iterator[tuple[Bill, ...]]:
    """Give all of the bills, then each alone, then the other combinations if there are few."""
    if not bills:
        return
    yield tuple(bills)
    sizes = range(1, len(bills) if len(bills) <= at_most else 2)
    for size in sizes:
        yield from combinations(bills, size)


def _timing(made: Comparison, amount: int, account: Account) -> Iterator[tuple[str, tuple[Bill, ...]]]:
    """Leave out the newest invoices, or what is outside a year or the periods of the table."""
    right, newest = account.total(made.basis), account.invoices
    missing = 0
    for number, bill in enumerate(newest[: made.rules.newest_missing], 1):
        missing += bill.amount(made.basis)
        if number < len(newest) and made.fits(amount, right - missing):
            yield "timing", tuple(newest[:number])
    dated = [(bill.day, bill) for bill in account.bills if bill.day is not None]
    for first, last in _spans(made, [day for day, _ in dated]):
        outside = tuple(bill for day, bill in dated if not first <= day <= last)
        inside = right - sum(bill.amount(made.basis) for bill in outside)
        if outside and inside and made.fits(amount, inside):
            yield "timing", outside


def _spans(made: Comparison, days: list[date]) -> Iterator[tuple[date, date]]:
    if made.table.span is not None:
        yield made.table.span
    for year in sorted({day.year for day in days}, reverse=True):
        yield date(year, 1, 1), date(year, 12, 31)


def _converted(
    made: Comparison, golden: str, currency: str, labels: list[Label], others: list[str]
) -> Figure:
    """Compare a figure with what the ledger has in another currency."""
    amount = sum(label.amount for label in labels)
    other = max(others, key=lambda each: (abs(made.book[golden, each].total(made.basis)), each))
    account = made.book[golden, other]
    right = account.total(made.basis)
    return Figure(golden, tuple(labels), amount, right, currency, other, "currency")


def _by_rate(made: Comparison, figures: list[Figure]) -> Iterator[Figure]:
    """Keep those as converted that show the rate which most of their currency show, where enough do."""
    pairs: dict[tuple[str, str], list[float]] = defaultdict(list)
    for each in figures:
        if each.bi and each.ledger:
            pairs[each.ledger_currency, each.currency].append(each.bi / each.ledger)
    made.rates |= {
        pair: rate for pair, ratios in pairs.items() if (rate := _common(ratios, made.rules)) is not None
    }
    for each in figures:
        rate = made.rates.get((each.ledger_currency, each.currency))
        if rate is None or not each.bi or not each.ledger:
            yield each
            continue
        near = abs(each.bi / each.ledger - rate) <= made.rules.rate_share * rate
        yield each if near else replace(each, reason="unexplained")


def _common(ratios: list[float], rules: BiRules) -> float | None:
    """Give the ratio near which most of the others are, where there are enough of them."""
    best, count = None, 0
    ordered = sorted(ratios)
    for place, ratio in enumerate(ordered):
        near = _near(ordered, place, rules.rate_share * ratio)
        if near > count:
            best, count = ratio, near
    return best if count >= rules.rate_seen else None


def _near(ordered: list[float], place: int, most: float) -> int:
    """Count the numbers that are at most so far from that at `place`: on either side they are a run."""
    own = ordered[place]
    first = bisect_left(ordered, True, 0, place + 1, key=lambda other: abs(other - own) <= most)
    behind = bisect_left(ordered, True, place, key=lambda other: abs(other - own) > most)
    return max(behind - first, 0)


def _across(made: Comparison, figures: list[Figure]) -> list[Figure]:
    """Find figures that were converted without saying so: one factor common to customers of one currency."""
    ratios: dict[str, list[float]] = defaultdict(list)
    for each in figures:
        if each.reason == "unexplained" and each.bi and each.ledger and each.currency == each.ledger_currency:
            ratios[each.currency].append(each.bi / each.ledger)
    if len({currency for _, currency in made.book}) < 2:
        return figures
    common = {currency: _common(factors, made.rules) for currency, factors in ratios.items()}
    return [
        replace(each, reason="currency")
        if each.reason == "unexplained" and _shows(each, common.get(each.currency), made.rules)
        else each
        for each in figures
    ]


def _shows(figure: Figure, rate: float | None, rules: BiRules) -> bool:
    if rate is None or not figure.bi or not figure.ledger or abs(rate - 1) < 0.01:
        return False
    return abs(figure.bi / figure.ledger - rate) <= rules.rate_share * rate
