"""Tax ids with the check digits that their countries use, made column-wise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.demo.draw import Draw

Digits = npt.NDArray[np.int64]
Check = Callable[[Digits], Digits]
"""A table of digits, one row per firm → its check digits, one or more; a negative one can't be written."""

_GSTIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Scheme:
    """A tax id: how many digits are drawn, how the check digits follow, and how both are written."""

    length: int
    check: Check
    form: str
    """`{d}` are the drawn digits, `{c}` the check digits; a name in braces stands for one of `_FORMS`."""
    first: int = 1


def _weighted(weights: tuple[int, ...], modulus: int, turn: Callable[[Digits], Digits]) -> Check:
    def check(body: Digits) -> Digits:
        rest: Digits = (body @ np.array(weights)) % modulus
        return turn(rest)[:, None]

    return check


def _complement(modulus: int) -> Callable[[Digits], Digits]:
    """The check digit that brings the sum to a multiple; where that is 10 or more there is none."""

    def turn(rest: Digits) -> Digits:
        value = (modulus - rest) % modulus
        return np.where(value > 9, -1, value)

    return turn


def _as_is(rest: Digits) -> Digits:
    return np.where(rest > 9, -1, rest)


def _luhn(body: Digits) -> Digits:
    doubled = body.copy()
    doubled[:, ::-2] *= 2
    total = (doubled // 10 + doubled % 10).sum(axis=1)
    check: Digits = (10 - total % 10) % 10
    return check[:, None]


def _iso7064(body: Digits) -> Digits:
    product = np.full(len(body), 10)
    for column in body.T:
        total = (column + product) % 10
        product = 2 * np.where(total == 0, 10, total) % 11
    return ((11 - product) % 10)[:, None]


def _mod97(body: Digits) -> Digits:
    rest = 97 - _value(body) % 97
    return np.stack([rest // 10, rest % 10], axis=1)


def _british(body: Digits) -> Digits:
    rest = 97 - (body @ np.arange(8, 1, -1)) % 97
    return np.stack([rest // 10, rest % 10], axis=1)


def _french(body: Digits) -> Digits:
    """Give the Luhn digit of the company number, then the two digits that stand before it."""
    luhn = _luhn(body)
    key = (12 + 3 * (_value(np.hstack([body, luhn])) % 97)) % 97
    return np.stack([luhn[:, 0], key // 10, key % 10], axis=1)


def _austrian(body: Digits) -> Digits:
    doubled = body.copy()
    doubled[:, -2::-2] *= 2
    check: Digits = (6 - (doubled // 10 + doubled % 10).sum(axis=1)) % 10
    return check[:, None]


def _brazilian(body: Digits) -> Digits:
    def digit(numbers: Digits) -> Digits:
        weights = np.array([6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])[-numbers.shape[1] :]
        rest = (numbers @ weights) % 11
        return np.where(rest < 2, 0, 11 - rest)[:, None]

    first = digit(body)
    return np.hstack([first, digit(np.hstack([body, first]))])


def _australian(body: Digits) -> Digits:
    rest = (body @ np.array([3, 5, 7, 9, 11, 13, 15, 17, 19])) % 89
    check = 99 - rest
    return np.stack([check // 10, check % 10], axis=1)


def _value(numbers: Digits) -> Digits:
    value: Digits = numbers @ (10 ** np.arange(numbers.shape[1] - 1, -1, -1))
    return value


def _none(body: Digits) -> Digits:
    return np.zeros((len(body), 0), dtype=np.int64)


SCHEMES: dict[str, Scheme] = {
    "ein": Scheme(8, _none, "{ein}"),
    "gb": Scheme(7, _british, "GB{d}{c}"),
    "de": Scheme(8, _iso7064, "DE{d}{c}"),
    "fr": Scheme(8, _french, "{france}"),
    "es": Scheme(7, _luhn, "ESB{d}{c}", first=0),
    "it": Scheme(10, _luhn, "{italy}"),
    "nl": Scheme(8, _weighted((9, 8, 7, 6, 5, 4, 3, 2), 11, _as_is), "NL{d}{c}B01"),
    "be": Scheme(7, _mod97, "BE0{d}{c}"),
    "at": Scheme(7, _austrian, "ATU{d}{c}"),
    "ch": Scheme(8, _weighted((5, 4, 3, 2, 7, 6, 5, 4), 11, _complement(11)), "CHE{d}{c}MWST"),
    "ie": Scheme(7, _weighted((8, 7, 6, 5, 4, 3, 2), 23, lambda rest: rest), "{ireland}"),
    "pl": Scheme(9, _weighted((6, 5, 7, 2, 3, 4, 5, 6, 7), 11, _as_is), "PL{d}{c}"),
    "se": Scheme(9, _luhn, "SE{d}{c}01", first=5),
    "dk": Scheme(7, _weighted((2, 7, 6, 5, 4, 3, 2), 11, _complement(11)), "DK{d}{c}"),
    "no": Scheme(8, _weighted((3, 2, 7, 6, 5, 4, 3, 2), 11, _complement(11)), "NO{d}{c}MVA", first=8),
    "fi": Scheme(7, _weighted((7, 9, 10, 5, 8, 4, 2), 11, _complement(11)), "FI{d}{c}"),
    "ca": Scheme(8, _luhn, "{d}{c}RT0001"),
    "au": Scheme(9, _australian, "{c}{d}"),
    "in": Scheme(4, _none, "{india}"),
    "jp": Scheme(12, _none, "{japan}"),
    "br": Scheme(8, _none, "{brazil}"),
}


def tax_ids(draw: Draw, rows: int, scheme: str) -> pl.Series:
    """Make `rows` tax ids of a scheme, valid by its own check."""
    rule = SCHEMES[scheme]
    body = _drawn(draw, rows, rule)
    return pl.Series(_FORMS.get(rule.form, _plain)(draw, rule, body), dtype=pl.String)


def _drawn(draw: Draw, rows: int, rule: Scheme) -> Digits:
    body = draw.whole(rows * rule.length, 0, 10).reshape(rows, rule.length)
    body[:, 0] = draw.whole(rows, max(rule.first, 1), 10) if rule.first else 0
    wrong = (rule.check(body) < 0).any(axis=1) if rows else np.zeros(0, dtype=bool)
    while wrong.any():
        body[wrong, -1] = (body[wrong, -1] + 1) % 10
        wrong = (rule.check(body) < 0).any(axis=1)
    return body


def _text(numbers: Digits) -> list[str]:
    return ["".join(map(str, row)) for row in numbers.tolist()]


def _plain(_: Draw, rule: Scheme, body: Digits) -> list[str]:
    before, _sep, after = rule.form.partition("{d}")
    drawn, checks = _text(body), _text(rule.check(body))
    return [
        before.replace("{c}", check) + number + after.replace("{c}", check)
        for number, check in zip(drawn, checks, strict=True)
    ]


def _ein(_: Draw, __: Scheme, body: Digits) -> list[str]:
    prefixes = np.array([10, 12, 20, 26, 27, 30, 35, 36, 38, 41, 45, 46, 47, 52, 54, 61, 65, 74, 81, 82, 83])
    area = prefixes[_value(body[:, :2]) % len(prefixes)]
    return [f"{a}-{rest}" for a, rest in zip(area.tolist(), _text(body[:, 1:]), strict=True)]


def _france(_: Draw, rule: Scheme, body: Digits) -> list[str]:
    checks = _text(rule.check(body))
    return [f"FR{check[1:]}{number}{check[0]}" for number, check in zip(_text(body), checks, strict=True)]


def _italy(draw: Draw, rule: Scheme, body: Digits) -> list[str]:
    province = draw.whole(len(body), 1, 100)
    body[:, 7:] = np.stack([np.zeros_like(province), province // 10, province % 10], axis=1)
    return [f"IT{n}" for n in _text(np.hstack([body, rule.check(body)]))]


def _ireland(_: Draw, rule: Scheme, body: Digits) -> list[str]:
    letters = "WABCDEFGHIJKLMNOPQRSTUV"
    return [
        f"IE{number}{letters[check]}"
        for number, check in zip(_text(body), rule.check(body)[:, 0].tolist(), strict=True)
    ]


def _japan(_: Draw, __: Scheme, body: Digits) -> list[str]:
    weights = np.array([2, 1] * 6)
    check = 9 - (body @ weights) % 9
    return [f"{digit}{number}" for digit, number in zip(check.tolist(), _text(body), strict=True)]


def _brazil(_: Draw, __: Scheme, body: Digits) -> list[str]:
    head_office = np.tile(np.array([0, 0, 0, 1]), (len(body), 1))
    whole = np.hstack([body, head_office])
    numbers = _text(np.hstack([whole, _brazilian(whole)]))
    return [f"{n[:2]}.{n[2:5]}.{n[5:8]}/{n[8:12]}-{n[12:]}" for n in numbers]


def _india(draw: Draw, _: Scheme, body: Digits) -> list[str]:
    rows = len(body)
    letters = draw.whole(rows * 6, 10, 36).reshape(rows, 6)
    letters[:, 3] = _GSTIN.index("C")
    states = np.array([7, 9, 19, 24, 27, 29, 33, 36])[draw.whole(rows, 0, 8)]
    state = np.stack([states // 10, states % 10], axis=1)
    tail = np.tile(np.array([1, _GSTIN.index("Z")]), (rows, 1))
    whole = np.hstack([state, letters[:, :5], body, letters[:, 5:], tail])
    factors = np.array([2, 1] * 7)[::-1]
    products = whole * factors
    check = (36 - (products // 36 + products % 36).sum(axis=1) % 36) % 36
    return ["".join(_GSTIN[code] for code in row) for row in np.hstack([whole, check[:, None]]).tolist()]


_FORMS: dict[str, Callable[[Draw, Scheme, Digits], list[str]]] = {
    "{ein}": _ein,
    "{france}": _france,
    "{italy}": _italy,
    "{ireland}": _ireland,
    "{india}": _india,
    "{japan}": _japan,
    "{brazil}": _brazil,
}
