"""What the cells of a column look like: e-mail addresses, web addresses, phones, dates, amounts …"""

from __future__ import annotations

import importlib
import weakref
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import filterfalse, islice
from typing import Generic, TypeVar

import polars as pl

from sot.model.damage import POINT_ZERO
from sot.read.records.dates_and_amounts import WEEKDAY

NEGATIVE = r"^\s*(?:\D{0,4}-|\().*\d|\d-\s*$"
"""An amount below zero, as programs write it."""
SAMPLE = 20_000
"""At most about so many values are looked at."""

PATTERNS = {
    "email": r"^(?:[^@<>;]*<)?(?:mailto:)?[^@\s;,<>]+@[^@\s;,<>]+\.[A-Za-z]{2,}([;,/> ].*)?$",
    "url": r"^(?i:https?://)?([\w-]+\.)+[A-Za-z]{2,}(:\d+)?([/?#].*)?$",
    "phone": (
        r"^(?:\p{L}[\p{L} -]{0,14}\s?[.:]+\s*)?['(+]*\d[\d\s()./+–-]{5,24}(\s*(x|ext\.?|#)\s*\d{1,6})?$"
        r"|^\d(\.\d+)?[Ee]\+\d{2}$"
    ),
    "labelled phone": r"^(?:\p{L}[\p{L} -]{0,14}[.:\s]+[+(]*\d[\d\s()./–-]{4,24}[;,/|\s]*)+$",
    "date": (
        rf"^(?:{WEEKDAY}"
        r"\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}.*|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{4}\s*[年년.]\s*\d{1,2}\s*[月월.]\s*\d{1,2}.*|\d{8}|1\d{9}|\d{13}|\d{5}"
        r"|(令和|平成|昭和|[RHS])\.?\s?(\d{1,2}|元)\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}\s?日?"
        r"|(中華民國|民國)?\s?1[0-4]\d\s?[/.年-]\s?\d{1,2}\s?[/.月-]\s?\d{1,2}\s?日?"
        r"|\d{1,2}[ /-]\p{L}{3,}\.?[ /-]\d{2,4}.*|\p{L}{3,}\.? \d{1,2},? \d{4}.*)$"
    ),
    "amount": (
        r"^[(\s]*[-+]?\s*(?:\p{Sc}|\p{Lu}{1,3}\s?\p{Sc}|Rs\.?|\\)?(\p{Lu}{3})?\s*[-+]?[\d.,'’\s]*\d[\d.,]*(E[+-]?\d+)?"
        r"\s*-?%?(?:[kKmM]|[Tt]sd\.?|[Mm]io\.?|[Mm]ln\.?)?\s*(?:\p{Sc}|kr\.?|Kč|zł|руб\.?|р\.|грн\.?|лв\.?|Ft|lei|円|元|원|đ|TL)?(\p{Lu}{3})?"
        r"(?:\s*(?:[DdCc][Rr]\.?|[SH]|\([ABCDHS]\)))?[)\s]*$"
    ),
    "tax_id": r"^[A-Za-z]{0,4}[\s.-]?[\dA-Za-z](?:[\s./-]?[\dA-Za-z]){4,20}$",
    "postcode": r"^(?:(?:[A-Za-z]{1,2}-)?[\dA-Za-z]{2,5}[\s-]?[\dA-Za-z]{0,5}|\d{2}\.\d{3}-\d{3})$",
    "country": r"^(?:\p{L}[\p{L} .,'’()&-]+|[ABDEFILNPS])$",
    "id": r"^\S.{0,60}$",
    "name": r"\p{L}",
    "text": r".",
    "digits": r"\d",
    "code": r"^[A-Z]{0,6}[-_./ ]?\d[\dA-Z_./-]*$|^[A-Z][A-Z\d_.-]{1,9}$|^[a-z]{2,8}_[A-Za-z\d]{2,}$",
    "address": r"^(\d+[A-Za-z]?|\p{L}[\p{L}\d .'’-]*? \d+[A-Za-z]?)[ ,].*,.*\p{L}",
}
"""Form: what a cell of it looks like."""
_MOST_CHARACTERS = {"country": 61}
"""A bound of characters in a pattern is compiled as so many copies of them, which takes twenty times as long."""
GUID = r"(?i)^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$"
_MOSTLY, _SITE = 0.9, r"(?i)^(?:https?://|www\.)"

_BLANKS = r"[\x{a0}\x{2007}\x{2009}\x{202f}]"
_FIGURE = r"^-?[\d.,' ]*\d[.,]\d{1,2}$"
_DAY = r"^(\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})(\D|$)"
_MONEY = r"^-?\d+[.,]\d{2}$"
PERCENT = r"^\d{1,3}(?:[.,]\d+)?\s?%$"
_THOUSANDS = r"^\d{1,3}(?:[.,]\d{3}){2,}$"
_TAX_SAMPLE = 200
_ENOUGH, _NEARLY_ALL = 3, 0.9
_TAX_FEW, _TAX_PREFIXED, _PREFIXED = 3, 2, r"^[A-Z]{2}\s?\d"
"""So many numbers are needed to know them by their check digits; with the letters of a country two are enough."""


def sample(column: pl.Series) -> pl.Series:
    """Give the distinct values of a column, some of them where there are many; row order plays no part.

    Blanks of any width are plain ones, so that patterns need to know no other.
    """
    values = column.drop_nulls()
    if values.len() > SAMPLE:
        step = values.len() // SAMPLE
        values = values.filter(values.hash() % step == 0)
    plain = pl.all().str.replace_all(_BLANKS, " ").str.strip_chars()
    return values.to_frame().select(plain.unique().sort()).to_series()


Owner = TypeVar("Owner")
Made = TypeVar("Made")


class _Kept(Generic[Owner, Made]):
    """What was made of an object that never changes, for as long as it lives; frames and series can't be keys."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[weakref.ref[Owner], dict[str, Made]]] = {}

    def of(self, owner: Owner) -> dict[str, Made]:
        """Give what was made of `owner`, by name."""
        place = id(owner)
        known = self._of.get(place)
        if known is None or known[0]() is not owner:
            known = weakref.ref(owner, lambda _: self._of.pop(place, None)), {}
            self._of[place] = known
        return known[1]


_SMALL = 2_000
"""Samples of so many values are kept; larger ones would take memory, and asking takes longer than taking them."""
_SAMPLES = _Kept[pl.DataFrame, pl.Series]()
_SHARES = _Kept[pl.Series, float]()


def sample_of(frame: pl.DataFrame, column: str) -> pl.Series:
    """Give the `sample` of a column; a dozen questions are asked of each column, so a small one is taken once."""
    samples = _SAMPLES.of(frame)
    if column in samples:
        return samples[column]
    values = sample(frame[column])
    if values.len() <= _SMALL:
        samples[column] = values
    return values


def share(values: pl.Series, form: str) -> float:
    """Give the share of the values that have the form; 1 where there are none to look at."""
    shares = _SHARES.of(values)
    if form not in shares:
        shares[form] = _share(values, form)
    return shares[form]


def _share(values: pl.Series, form: str) -> float:
    filled = pl.all() != ""
    held = filled & pl.all().str.contains(PATTERNS[form])
    if form in _MOST_CHARACTERS:
        held &= pl.all().str.len_chars() <= _MOST_CHARACTERS[form]
    counts = values.alias("held").to_frame().select(filled.sum().alias("filled"), held.sum())
    some, hits = counts.row(0)
    return hits / some if some else 1.0


def counts_rows(cells: pl.Series) -> bool:
    """Tell numbers that do no more than count the rows: 1, 2, 3 …"""
    numbers = cells.cast(pl.Int64, strict=False)
    if not cells.count() or numbers.null_count() > cells.null_count():
        return False
    return bool((numbers == pl.int_range(1, cells.len() + 1, eager=True)).all())


def checked(values: pl.Series, tests: Sequence[str], least: float) -> bool:
    """Tell whether the check digits of a share of at least `least` of the values hold, by one of `tests`."""
    some = values.filter(values.str.contains(PATTERNS["tax_id"]) & values.str.contains(r"\d{5}|\d{3}\D\d{3}"))
    if some.len() < (_TAX_PREFIXED if bool(some.str.contains(_PREFIXED).all()) else _TAX_FEW):
        return False
    looked = some.gather_every(some.len() // _TAX_SAMPLE + 1).to_list()
    count = len(looked)
    too_many = next(
        wrong for wrong in range(count + 1) if (count - wrong) / count * some.len() / values.len() < least
    )

    def holds(name: str) -> bool:
        # A test is given up as soon as too many values failed it: most tests are of other countries.
        wrong = filterfalse(_test(name), looked)
        return sum(1 for _ in islice(wrong, too_many)) < too_many

    return any(map(holds, tests))


@lru_cache(maxsize=64)
def _test(name: str) -> Callable[[str], bool]:
    is_valid: Callable[[str], bool] = importlib.import_module(f"stdnum.{name}").is_valid
    return is_valid


def plain_phone(values: pl.Series) -> pl.Series:
    """Tell phones from other long numbers: enough digits, set apart or dialled as phones are, no date, no money."""
    return (
        (values.str.count_matches(r"\d") >= 7)
        & values.str.contains(r"^[+(0]|\d[ ()./–-]+\d")
        & ~values.str.contains(_DAY)
        & ~values.str.contains(_THOUSANDS)
        & ~values.str.contains(_MONEY)
    )


def figures(values: pl.Series) -> pl.Series:
    """Say of each value whether it is an amount; a number with ".0" behind it was damaged by a spreadsheet."""
    return values.str.contains(_FIGURE) & ~values.str.contains(POINT_ZERO)


def reaches(values: pl.Series) -> bool:
    """Tell how to reach somebody: nearly all values are e-mail addresses, web sites or phones."""
    most = _MOSTLY * values.len()
    phones = share(values, "phone") >= _MOSTLY and int(plain_phone(values).sum()) >= most
    return share(values, "email") >= _MOSTLY or phones or int(values.str.contains(_SITE).sum()) >= most


def is_quantity(cells: pl.Series) -> bool:
    """Tell plain numbers that are in no order and of several lengths, such as hours, from numbers of documents."""
    numbers = cells.cast(pl.Int64, strict=False)
    in_order = numbers.is_sorted() or numbers.is_sorted(descending=True)
    return not numbers.null_count() and not in_order and cells.str.len_chars().n_unique() > 1


def only_where(rows: pl.DataFrame, columns: Sequence[str], so: pl.Series) -> str | None:
    """Give the first column that is filled where `so` holds, and empty elsewhere, in nearly all rows of either kind."""
    some = so.fill_null(False)
    if not _ENOUGH <= int(some.sum()) < some.len():
        return None
    kinds = (some, ~some)
    for column in columns:
        fits = rows[column].is_not_null() == some
        if all(int((fits & kind).sum()) >= _NEARLY_ALL * int(kind.sum()) for kind in kinds):
            return column
    return None
