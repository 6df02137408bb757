"""Dates and amounts as text, parsed by what each column itself shows; what is open is told, not guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

_ZONE = r"(?:\s*(?:Z|[A-Z]{3,4})?\s?(?:[+-]\d{1,2}(?::?\d{2})?)?)?"
"""A time zone behind a time (GMT+2), which the time is left in."""
_TIME = r"(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?\.?[Mm]?\.?" + _ZONE + ")?$"
WEEKDAY = (
    r"(?:(?i:mo|di|mi|do|fr|sa|so|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|die|mit|don|fre|sam|son|lun|mar|mer|jeu|ven|dim|"
    r"mi[eé]|jue|vie|s[aá]b|dom|gio|seg|ter|qua|qui|sex|ma|wo|vr|za|zo|tis|ons|tor|l[oö]r|s[oö]n|man|tir|l[oø]r|s[oø]n|"
    r"\p{L}+day|\p{L}+tag|mittwoch|\p{L}+di|dimanche)\.?,? )?"
)
"""The day of the week before a date, which the date says too."""
_NUMERIC = rf"^{WEEKDAY}" r"(\d{1,2})[./-]\s?(\d{1,2})[./-]\s?(\d{4}|\d{2})(?:\.| ?[гр]\.)?" + _TIME
_DOTTED = r"^\d{1,2}\.\s?\d{1,2}\."
_DAY_MONTH = r"^(?:\p{L}+,? )?(\d{1,2})(?:st|nd|rd|th)?\.?[ /.-]+(\p{L}{3,})\.?[ /,.-]+(\d{4}|\d{2})" + _TIME
_MONTH_DAY = r"^(?:\p{L}+,? )?(\p{L}{3,})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})" + _TIME
_YEAR_MONTH_DAY = r"^(\d{4}) (\p{L}{3,}) (\d{1,2})"
_ISO = r"^\d{4}-\d{2}-\d{2}"
_ISO_OTHER = r"^(\d{4})\s?[/.年년]\s?(\d{1,2})\s?[/.月월]\s?(\d{1,2})"
_ERA = r"^(令和|平成|昭和|[RHS])\.?\s?(\d{1,2}|元)\s?[年./-]\s?(\d{1,2})\s?[月./-]\s?(\d{1,2})\s?日?$"
_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
"""Eras of Japan: the year before their first one."""
_REPUBLIC = r"^(?:中華民國|民國)?\s?(1[0-4]\d)\s?[/.年-]\s?(\d{1,2})\s?[/.月-]\s?(\d{1,2})\s?日?$"
_BEFORE_REPUBLIC = 1911
"""Taiwan counts the years of the Republic from 1912 on."""
_BUDDHIST, _BUDDHIST_AHEAD = (2530, 2600), 543
"""Thailand counts years from the death of Buddha; these are 1987 to 2057."""
_SOLAR, _SOLAR_START = (1300, 1450), 2024
"""Iran counts solar years from the Hijra on; 1403 began on 20 March of the other one."""
_SOLAR_DAYS = 365 * 2998 + 2998 // 33 * 8 + (2998 % 33 + 3) // 4 + 1
"""The days to the first one of 1403 on the same count."""
_COMPACT = r"^(19|20)\d{6}$"
_MILLIS = r"^1\d{12}$"
_SECONDS = r"^1\d{9}$"
_SERIAL = r"^[2-6]\d{4}(\.\d+)?$"

_POINT = r",\d{3}\.\d+$|^\d+\.(\d{1,2}|\d{4,})$|^\d{1,3}(,\d{3}){2,}$|^0\.\d+$|^\d{4,}\.\d+$"
_COMMA = r"\.\d{3},\d+$|^\d+,(\d{1,2}|\d{4,})$|^\d{1,3}(\.\d{3}){2,}$|^0,\d+$|^\d{4,},\d+$"
_EXPONENT = r"[Ee][+-]?\d+\D*$"
_OPEN_MARK = r"^\D*\d{1,3}[.,]\d{3}\D*$"
_OPEN_COMMA = r"^\D*\d{1,3},\d{3}\D*$"
_NUMBER = r"(\d[\d.,'’\s]*(?:[Ee][+-]?\d+)?)"
_NEGATIVE = r"^\(.*\)$|^\(-\)|^-|-$|^\D{0,4}-\d"
_CREDIT = r"(?i)^cr\b|[\d\s](?:cr\.?|h|\([ach]\))$"
"""What stands on the other side of an account: 1,000.00 Cr, 1.000,00 H (Haben)."""

_THOUSAND, _MILLION = r"(?i:k|tsd\.?|thsd\.?|tys\.?|тыс\.?)", r"(?i:m|mm|mn|mio\.?|mln\.?|млн\.?)"
_UNIT = r"(?:[^\p{L}\d]{0,3}|\s\p{L}{2,3}\.?)"
_SHORT = (
    (rf"\d\s?{_THOUSAND}{_UNIT}$", 1_000),
    (rf"\d\s?{_MILLION}{_UNIT}$", 1_000_000),
)
"""How people write thousands and millions: 45k, 1.2m, 3 Mio. €."""
_SOUND = rf"^[^\d]{{0,5}}\d[\d.,'’\s]*(?:[Ee][+-]?\d+)?\s*(?:[^\d]{{0,5}}|(?:{_THOUSAND}|{_MILLION}){_UNIT})$"
_BASE_YEAR = 70


_MIDNIGHT = [pl.lit(0)] * 3


@dataclass(frozen=True)
class Parsed:
    """How a column is read, and what a person should know about it."""

    expression: pl.Expr
    warning: str | None = None


def date_order(values: pl.Series) -> str | None:
    """Tell day-first from month-first by parts above 12: "both" if a column shows either, None if neither."""
    first = values.str.extract(_NUMERIC, 1).cast(pl.Int32, strict=False)
    second = values.str.extract(_NUMERIC, 2).cast(pl.Int32, strict=False)
    day, month = bool((first > 12).any()), bool((second > 12).any())
    if day and month:
        return "both"
    return "day-first" if day else "month-first" if month else None


def dates(column: str, values: pl.Series, order: str | None, months: Mapping[str, int]) -> Parsed:
    """Give the timestamps in `column`; `order` is what decides where its own values do not."""
    own, there = date_order(values), _which(values, (_ISO, _NUMERIC, *_PLAIN, *_NAMED))
    text = pl.col(column).str.strip_chars()
    warning = None
    layouts: list[pl.Expr] = []
    if _ISO in there:
        layouts.append(_iso(text))
    if _NUMERIC in there:
        decided = own if own in ("day-first", "month-first") else order or by_dots(values)
        if own == "both":
            warning = f"'{column}': some dates are day-first, others month-first; they are not read as dates"
        elif decided is None:
            warning = f"'{column}': day or month first? All dates fit both; set dates: day-first in sot.yaml"
        else:
            layouts.append(_numeric(text, decided))
    layouts += [layout(text) for pattern, layout in _PLAIN.items() if pattern in there]
    layouts += [
        _named(text, pattern, groups, months) for pattern, groups in _NAMED.items() if pattern in there
    ]
    expression = pl.coalesce(layouts) if layouts else pl.lit(None)
    return Parsed(expression.cast(pl.Datetime("us")), warning)


def by_dots(values: pl.Series) -> str | None:
    """Dates with points are written in countries that put the day first."""
    numeric = values.filter(values.str.contains(_NUMERIC))
    return "day-first" if bool(numeric.str.contains(_DOTTED).all()) else None


def _which(values: pl.Series, patterns: Sequence[str]) -> set[str]:
    """Give those of the patterns that any value fits; one query takes as long as a few values in each pattern."""
    fits = values.to_frame().select(pl.all().str.contains(like).any().alias(like) for like in patterns)
    return {like for like, any_ in zip(patterns, fits.row(0), strict=True) if any_}


def _any(values: pl.Series, pattern: str) -> bool:
    return bool(values.str.contains(pattern).any())


def _iso(text: pl.Expr) -> pl.Expr:
    stamp = text.str.replace("T", " ")
    long = stamp.str.slice(0, 19).str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    short = stamp.str.slice(0, 16).str.to_datetime("%Y-%m-%d %H:%M", strict=False)
    day = stamp.str.slice(0, 10).str.to_datetime("%Y-%m-%d", strict=False)
    return pl.coalesce(long, short, day)


def _iso_other(text: pl.Expr) -> pl.Expr:
    year, month, day = (_group(text, _ISO_OTHER, group) for group in (1, 2, 3))
    return _moment(year, month, day, _MIDNIGHT)


def _era(text: pl.Expr) -> pl.Expr:
    start = text.str.extract(_ERA, 1).replace_strict(_ERAS, default=None, return_dtype=pl.Int32)
    year = text.str.extract(_ERA, 2).str.replace("元", "1", literal=True).cast(pl.Int32, strict=False)
    return _moment(start + year, _group(text, _ERA, 3), _group(text, _ERA, 4), _MIDNIGHT)


def _republic(text: pl.Expr) -> pl.Expr:
    year = _group(text, _REPUBLIC, 1) + _BEFORE_REPUBLIC
    return _moment(year, _group(text, _REPUBLIC, 2), _group(text, _REPUBLIC, 3), _MIDNIGHT)


def _compact(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(_COMPACT)).then(text.str.to_datetime("%Y%m%d", strict=False))


def _millis(text: pl.Expr) -> pl.Expr:
    millis = pl.when(text.str.contains(_MILLIS)).then(text.cast(pl.Int64, strict=False))
    return pl.from_epoch(millis, time_unit="ms").cast(pl.Datetime("us"))


def _seconds(text: pl.Expr) -> pl.Expr:
    seconds = pl.when(text.str.contains(_SECONDS)).then(text.cast(pl.Int64, strict=False))
    return pl.from_epoch(seconds, time_unit="s").cast(pl.Datetime("us"))


def _serial(text: pl.Expr) -> pl.Expr:
    days = pl.when(text.str.contains(_SERIAL)).then(text.cast(pl.Float64, strict=False))
    return pl.datetime(1899, 12, 30) + pl.duration(seconds=(days * 86_400).round())


def _group(text: pl.Expr, pattern: str, group: int) -> pl.Expr:
    return text.str.extract(pattern, group).cast(pl.Int32, strict=False)


def _moment(year: pl.Expr, month: pl.Expr, day: pl.Expr, clock: list[pl.Expr]) -> pl.Expr:
    long = pl.when(year < _BASE_YEAR).then(year + 2000).when(year < 100).then(year + 1900).otherwise(year)
    long = pl.when(long.is_between(*_BUDDHIST)).then(long - _BUDDHIST_AHEAD).otherwise(long)
    parts = [part.cast(pl.String) for part in (long, month, day, *clock)]
    moment = pl.concat_str(parts, separator=" ").str.to_datetime("%Y %m %d %H %M %S", strict=False)
    return pl.when(long.is_between(*_SOLAR)).then(_solar(long, month, day)).otherwise(moment)


def _solar(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Give a day of the Iranian calendar: years of 33 in a cycle with 8 leap days, six months of 31 days first."""
    years = year.cast(pl.Int64) + 1595
    before = 365 * years + years // 33 * 8 + (years % 33 + 3) // 4
    months = pl.when(month < 7).then((month - 1) * 31).otherwise((month - 7) * 30 + 186)
    sound = month.is_between(1, 12) & day.is_between(1, 31)
    days = pl.when(sound).then(before + months.cast(pl.Int64) + day - _SOLAR_DAYS)
    return pl.datetime(_SOLAR_START, 3, 20) + pl.duration(days=days)


def _clock(text: pl.Expr, pattern: str) -> list[pl.Expr]:
    """Give hour, minute and second of groups 4 to 7; midnight where there is no time."""
    half = text.str.extract(pattern, 7).str.to_lowercase()
    hour = _group(text, pattern, 4).fill_null(0)
    afternoon = pl.when(half == "p").then(12).otherwise(0)
    hour = pl.when(half.is_not_null()).then(hour % 12 + afternoon).otherwise(hour)
    return [hour, _group(text, pattern, 5).fill_null(0), _group(text, pattern, 6).fill_null(0)]


def _numeric(text: pl.Expr, order: str) -> pl.Expr:
    first, second = _group(text, _NUMERIC, 1), _group(text, _NUMERIC, 2)
    day, month = (second, first) if order == "month-first" else (first, second)
    return _moment(_group(text, _NUMERIC, 3), month, day, _clock(text, _NUMERIC))


def _named(text: pl.Expr, pattern: str, groups: tuple[int, int, int], months: Mapping[str, int]) -> pl.Expr:
    """Give dates whose month is a word; `groups` are those of day, month and year."""
    name = text.str.extract(pattern, groups[1]).str.to_lowercase()
    by_length = [
        name.str.slice(0, length).replace_strict(dict(months), default=None) for length in (20, 4, 3)
    ]
    month = pl.coalesce([number.cast(pl.Int32) for number in by_length])
    clock = _MIDNIGHT if pattern == _YEAR_MONTH_DAY else _clock(text, pattern)
    return _moment(_group(text, pattern, groups[2]), month, _group(text, pattern, groups[0]), clock)


_PLAIN = {
    _ISO_OTHER: _iso_other,
    _ERA: _era,
    _REPUBLIC: _republic,
    _COMPACT: _compact,
    _MILLIS: _millis,
    _SECONDS: _seconds,
    _SERIAL: _serial,
}
_NAMED = {_DAY_MONTH: (1, 2, 3), _MONTH_DAY: (2, 1, 3), _YEAR_MONTH_DAY: (3, 2, 1)}


def decimal_mark(values: pl.Series) -> str | None:
    """Tell the decimal mark by what can be nothing else: "both" if a column shows either, None if neither."""
    bare = values.str.replace(_EXPONENT, "").str.replace_all(r"[^\d.,]", "")
    point, comma = _any(bare, _POINT), _any(bare, _COMMA)
    if point and comma:
        return "both"
    return "point" if point else "comma" if comma else None


def amounts(column: str, values: pl.Series, mark: str | None) -> Parsed:
    """Give the numbers in `column`; `mark` is what decides where its own values do not."""
    own = decimal_mark(values)
    decided = own if own in ("point", "comma") else None if own == "both" else mark
    warning = None
    if own == "both":
        warning = f"'{column}': decimal point and decimal comma are mixed; amounts that fit both are left out"
    elif decided is None and _any(values, _OPEN_MARK):
        decided, warning = _thousands(column, values)
    text = pl.col(column).str.strip_chars()
    digits = text.str.extract(_NUMBER, 1).str.replace_all(r"['’\s]", "")
    number = _plain(digits, decided).cast(pl.Float64, strict=False)
    for pattern, times in _SHORT:
        if _any(values, pattern):
            number = pl.when(text.str.contains(pattern)).then(number * times).otherwise(number)
    signed = (
        pl.when(text.str.contains(_NEGATIVE) | text.str.contains(_CREDIT)).then(-number).otherwise(number)
    )
    return Parsed(pl.when(text.str.contains(_SOUND)).then(signed), warning)


def _thousands(column: str, values: pl.Series) -> tuple[str | None, str]:
    """Decide for amounts with three digits behind their only mark: few currencies have three decimals."""
    marked = values.filter(values.str.contains(_OPEN_MARK))
    commas = int(marked.str.contains(_OPEN_COMMA).sum())
    if 0 < commas < marked.len():
        return None, (f"'{column}': is 1,000 a thousand or one? Set decimal: point or comma in sot.yaml")
    shown, mark = ("1,000", "point") if commas else ("1.000", "comma")
    return mark, (
        f"'{column}': {shown} is read as a thousand; if it is one, set decimal: "
        f"{'comma' if commas else 'point'} in sot.yaml"
    )


def _plain(digits: pl.Expr, mark: str | None) -> pl.Expr:
    """Give digits with a decimal point and no other mark; null where neither `mark` nor the value itself decides."""
    by_comma = digits.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    by_point = digits.str.replace_all(",", "", literal=True)
    if mark is not None:
        return by_comma if mark == "comma" else by_point
    # What can be nothing else is read, though the other values of its column don't decide, or show both marks.
    bare = digits.str.replace(_EXPONENT, "")
    comma_last, point_last = bare.str.contains(_COMMA), bare.str.contains(_POINT)
    unmarked = ~digits.str.contains(r"[.,]")
    return pl.when(unmarked).then(digits).when(comma_last).then(by_comma).when(point_last).then(by_point)
