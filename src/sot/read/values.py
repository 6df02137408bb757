"""Dates and amounts as text, parsed by what each column itself shows; what stays open is reported, not guessed."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sot.read.forms import sample

_DMY = r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?\.?[Mm]?\.?)?$"
_ISO = r"^\d{4}-\d{2}-\d{2}"
_YMD_SLASH = r"^\d{4}[/.]\d{1,2}[/.]\d{1,2}"
_COMPACT = r"^(19|20)\d{6}$"
_MILLIS = r"^1\d{12}$"
_SERIAL = r"^[2-6]\d{4}(\.\d+)?$"
_NAMED = r"^(?:\p{L}+,? )?(\d{1,2})[ /.-]+(\p{L}{3,})\.?[ /,.-]+(\d{4}|\d{2})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?[Mm]?)?$"
_NAMED_US = r"^(?:\p{L}+,? )?(\p{L}{3,})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?[Mm]?)?$"
_MONTHS = {
    "jan": 1, "ene": 1, "gen": 1, "feb": 2, "fev": 2, "fév": 2, "mar": 3, "mär": 3, "mrz": 3, "maa": 3, "apr": 4, "avr": 4,
    "abr": 4, "may": 5, "mai": 5, "mei": 5, "mag": 5, "jun": 6, "juin": 6, "giu": 6, "jul": 7, "juil": 7, "lug": 7, "aug": 8,
    "aou": 8, "aoû": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "out": 10, "ott": 10, "nov": 11, "dec": 12,
    "dez": 12, "déc": 12, "dic": 12,
}  # fmt: skip


@dataclass(frozen=True)
class Parsed:
    """How a column is read, and what a person should know about it."""

    expression: pl.Expr
    warning: str | None = None


def date_order(values: pl.Series) -> str | None:
    """Tell day-first from month-first by parts above 12: "both" if a column shows either, None if neither."""
    found = values.to_frame("v").select(
        day=pl.col("v").str.extract(_DMY, 1).cast(pl.Int32, strict=False).max() > 12,
        month=pl.col("v").str.extract(_DMY, 2).cast(pl.Int32, strict=False).max() > 12,
    )
    day, month = bool(found["day"][0]), bool(found["month"][0])
    if day and month:
        return "both"
    return "day-first" if day else "month-first" if month else None


def dates(column: str, values: pl.Series, order: str | None) -> Parsed:
    """Give the timestamps in `column`; `order` is what decides where its own values do not."""
    own = date_order(values)
    order = own if own in ("day-first", "month-first") else order
    text = pl.col(column).str.strip_chars()
    layouts: list[pl.Expr] = []
    warning = None
    if _any(values, _ISO):
        layouts.append(_iso(text))
    if _any(values, _YMD_SLASH):
        layouts.append(
            text.str.extract(r"^(\d{4}[/.]\d{1,2}[/.]\d{1,2})")
            .str.replace_all(r"[/.]", "-")
            .str.to_datetime("%Y-%m-%d", strict=False)
        )
    if _any(values, _DMY):
        if own == "both":
            warning = f"{column}: some dates are day-first, others month-first; they were not read as dates"
        elif order is None:
            warning = f"{column}: day or month first? Every date fits both; say so with dates: in sot.yaml"
        else:
            layouts.append(_numeric(text, order))
    if _any(values, _COMPACT):
        layouts.append(text.str.to_datetime("%Y%m%d", strict=False))
    if _any(values, _MILLIS):
        millis = pl.when(text.str.contains(_MILLIS)).then(text.cast(pl.Int64, strict=False))
        layouts.append(pl.from_epoch(millis, time_unit="ms").cast(pl.Datetime("us")))
    if _any(values, _SERIAL):
        layouts.append(_serial(text))
    for pattern, day, month in ((_NAMED, 1, 2), (_NAMED_US, 2, 1)):
        if _any(values, pattern):
            layouts.append(_named(text, pattern, day, month))
    expression = pl.coalesce(layouts) if layouts else pl.lit(None, dtype=pl.Datetime("us"))
    return Parsed(expression.cast(pl.Datetime("us")), warning)


def _any(values: pl.Series, pattern: str) -> bool:
    return bool(values.str.contains(pattern).any())


def _iso(text: pl.Expr) -> pl.Expr:
    long = text.str.slice(0, 19).str.replace("T", " ").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    minutes = text.str.slice(0, 16).str.replace("T", " ").str.to_datetime("%Y-%m-%d %H:%M", strict=False)
    day = text.str.slice(0, 10).str.to_datetime("%Y-%m-%d", strict=False)
    return long.fill_null(minutes).fill_null(day)


def _number(text: pl.Expr, pattern: str, group: int) -> pl.Expr:
    return text.str.extract(pattern, group).cast(pl.Int32, strict=False)


def _moment(text: pl.Expr, pattern: str, day: pl.Expr, month: pl.Expr) -> pl.Expr:
    year = _number(text, pattern, 3)
    year = pl.when(year < 70).then(year + 2000).when(year < 100).then(year + 1900).otherwise(year)
    half = text.str.extract(pattern, 7).str.to_lowercase()
    hour = _number(text, pattern, 4).fill_null(0)
    hour = (
        pl.when(half.is_not_null())
        .then(hour % 12 + pl.when(half == "p").then(12).otherwise(0))
        .otherwise(hour)
    )
    minute, second = _number(text, pattern, 5).fill_null(0), _number(text, pattern, 6).fill_null(0)
    stamp = pl.concat_str(
        [year.cast(pl.String), month.cast(pl.String), day.cast(pl.String), hour.cast(pl.String), minute.cast(pl.String),
         second.cast(pl.String)], separator=" ",
    )  # fmt: skip
    return stamp.str.to_datetime("%Y %m %d %H %M %S", strict=False)


def _numeric(text: pl.Expr, order: str) -> pl.Expr:
    first, second = _number(text, _DMY, 1), _number(text, _DMY, 2)
    day, month = (second, first) if order == "month-first" else (first, second)
    return _moment(text, _DMY, day, month)


def _named(text: pl.Expr, pattern: str, day: int, month: int) -> pl.Expr:
    name = text.str.extract(pattern, month).str.to_lowercase()
    number = pl.coalesce(
        name.str.slice(0, 4).replace_strict(_MONTHS, default=None, return_dtype=pl.Int32),
        name.str.slice(0, 3).replace_strict(_MONTHS, default=None, return_dtype=pl.Int32),
    )
    return _moment(text, pattern, _number(text, pattern, day), number)


def _serial(text: pl.Expr) -> pl.Expr:
    days = pl.when(text.str.contains(_SERIAL)).then(text.cast(pl.Float64, strict=False))
    return pl.datetime(1899, 12, 30) + pl.duration(seconds=(days * 86_400).round())


def decimal_mark(values: pl.Series) -> str | None:
    """Tell the decimal mark by what can be nothing else: "both" if a column shows either, None if neither."""
    bare = values.str.replace_all(r"[^\d.,]", "")
    point = _any(bare, r",\d{3}\.\d+$|^\d+\.(\d{1,2}|\d{4,})$|^\d{1,3}(,\d{3}){2,}$|^0\.\d+$|^\d{4,}\.\d+$")
    comma = _any(bare, r"\.\d{3},\d+$|^\d+,(\d{1,2}|\d{4,})$|^\d{1,3}(\.\d{3}){2,}$|^0,\d+$|^\d{4,},\d+$")
    if point and comma:
        return "both"
    return "point" if point else "comma" if comma else None


def amounts(column: str, values: pl.Series, mark: str | None) -> Parsed:
    """Give the numbers in `column`; `mark` is what decides where its own values do not."""
    own = decimal_mark(values)
    mark = own if own in ("point", "comma") else mark
    warning = None
    if own == "both":
        warning = f"{column}: decimal point and decimal comma are mixed; amounts that fit both were left out"
        mark = None
    elif mark is None and _any(values, r"^\D*\d{1,3}[.,]\d{3}\D*$"):
        warning = f"{column}: 1,000 or 1.000 - which mark is decimal? Say so with decimal: in sot.yaml"
    text = pl.col(column).str.strip_chars()
    negative = text.str.contains(r"^\(.*\)$|^-|-$|^\D{0,4}-\d")
    plain = (
        text.str.replace_all(r"^\(|\)$|^\+", "")
        .str.extract(r"(\d[\d.,'’\s]*(?:[Ee][+-]?\d+)?)", 1)
        .str.replace_all(r"['’\s]", "")
    )
    if mark == "comma":
        plain = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    elif mark == "point":
        plain = plain.str.replace_all(",", "", literal=True)
    else:
        both = plain.str.contains(r"\..*,|,.*\.")
        comma_last = plain.str.contains(r"\..*,\d*$")
        plain = (
            pl.when(both & comma_last).then(plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
            .when(both).then(plain.str.replace_all(",", "", literal=True))
            .when(~plain.str.contains(r"[.,]")).then(plain)
        )  # fmt: skip
    number = plain.cast(pl.Float64, strict=False)
    sound = text.str.contains(r"^[^\d]{0,5}\d[\d.,'’\s]*([Ee][+-]?\d+)?\s*[^\d]{0,5}$")
    return Parsed(
        pl.when(sound & number.is_not_null()).then(pl.when(negative).then(-number).otherwise(number)), warning
    )
