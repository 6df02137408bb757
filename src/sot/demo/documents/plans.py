"""How a deal is billed: at once, in instalments, by the month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sot.demo.documents.dice import Dice

PARTS = {"monthly": (3, 6, 12), "quarterly": (4,)}
_LENGTHS = {"whole": (10, 50), "joint": (10, 50), "halves": (30, 110), "thirds": (45, 140)}


@dataclass(frozen=True)
class Instalment:
    """One part of a deal: when it is billed, which share, how it is called."""

    dated: date
    share: float
    text: str


def months_after(day: date, months: int) -> date:
    """Give the same day of a later month, or the last one of it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))


def end_of(dice: Dice, plan: str, start: date, parts: int) -> date:
    """Give the day on which a project that starts then is finished."""
    if plan == "monthly":
        return months_after(start, parts)
    if plan == "quarterly":
        return months_after(start, 3 * parts)
    return dice.after(start, *_LENGTHS[plan])


def instalments(dice: Dice, plan: str, start: date, end: date, parts: int) -> list[Instalment]:
    """Give the parts in which a deal is billed whose work goes from `start` to `end`."""
    if plan in PARTS:
        step = 1 if plan == "monthly" else 3
        return [
            Instalment(months_after(start, step * number), 1 / parts, f"{number + 1}/{parts}")
            for number in range(parts)
        ]
    last = dice.after(end, 0, 12)
    first = dice.after(start, 0, 10)
    if plan == "halves":
        return [Instalment(first, 0.5, "50 % on order"), Instalment(last, 0.5, "50 % on completion")]
    if plan == "thirds":
        middle = dice.after(start + (end - start) / 2, -4, 4)
        return [
            Instalment(first, 0.3, "30 % on order"),
            Instalment(middle, 0.4, "40 % milestone"),
            Instalment(last, 0.3, "30 % on completion"),
        ]
    return [Instalment(last, 1.0, "")]
