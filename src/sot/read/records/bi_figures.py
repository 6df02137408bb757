"""The figures of a BI table: for each label, measure and period an amount; totals and rests are marked as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from sot.model.tables import DOCUMENTS
from sot.read.columns.cell_patterns import counts_rows, sample_of, share
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import ALL, INNER, words
from sot.read.columns.infer_object_and_id import SUM_OF
from sot.read.columns.periods import Period, measured, month_of, month_period, period
from sot.read.columns.table import Table
from sot.read.records.accounts import place, row_ids, systems
from sot.read.records.currencies import with_currency
from sot.read.records.dates_and_amounts import amounts, decimal_mark

LINK = "#link"
TOTAL, OTHER = "bi_total", "bi_other"
_YEARS = r"^\s*(?:19|20)\d\d(?:[.,]0+)?\s*$"
_AMOUNTS, _YEAR_ALONE, _FEW, _SEVERAL, _ENTITY = 0.9, 4, 3, 2, 0.8
_LONG = (
    (
        "Measure Names",
        "Noms de mesures",
        "Kennzahlnamen",
        "Nombres de medidas",
        "Nomes das medidas",
        "Nomi delle misure",
    ),
    (
        "Measure Values",
        "Valeurs de mesures",
        "Kennzahlwerte",
        "Valores de medidas",
        "Valores das medidas",
        "Valori delle misure",
    ),
)
"""What Tableau calls the two columns of its long form, in its languages."""
_CURRENCY = re.compile(r"\(([A-Z]{3})\)|\b([A-Z]{3})$|([€£])")


@dataclass(frozen=True)
class _Measure:
    """A column of amounts: its caption, the period that its header names, and whether it totals the others."""

    column: str
    caption: str
    span: Period | None = None
    total: bool = False


def figures(table: Table, vocabulary: Vocabulary) -> pl.DataFrame | None:
    """Give a row of DOCUMENTS per label, period and measure; None where no column holds a measure."""
    label = table.fields.get("name")
    if label is None:
        return None
    measures = _measures(table, vocabulary)
    if not measures:
        return None
    _show(table, measures, vocabulary)
    parts: list[tuple[pl.DataFrame, str | None]] = [(table.frame, None)]
    if table.totals is not None and table.totals.height:
        parts.append((table.totals, TOTAL))
    built = [
        _of_measure(table, frame, measure, state, vocabulary)
        for frame, state in parts
        for measure in measures
    ]
    whole = pl.concat(built, how="diagonal_relaxed").filter(pl.col("amount_value").is_not_null())
    whole = with_currency(table, whole)
    lacking = {name: kind for name, kind in DOCUMENTS.items() if name not in whole.columns}
    whole = whole.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in lacking.items())
    return whole.select(*(pl.col(name).cast(kind) for name, kind in DOCUMENTS.items()), LINK)


def _show(table: Table, measures: list[_Measure], vocabulary: Vocabulary) -> None:
    """Tell the person which columns are measures and which ones say the period."""
    columns = [measure.column for measure in measures]
    spans = _span_columns(table, table.frame, vocabulary) if measures[0].span is None else []
    source = table.source
    for name, several in (("amount", columns), ("date", spans)):
        if several:
            source.fields[name] = source.used[name] = ALL.join(several)
            source.confidence[name] = 1.0
    source.taken |= {*columns, *spans}


def rests(table: Table, labels: pl.Series) -> pl.Series:
    """Tell which labels are no customers but what is left of them: Other, (Blank), Unassigned."""
    known = frozenset(table.unknown.rest_labels)
    plain = labels.str.strip_chars().str.to_lowercase().str.replace_all(r"^\W+|\W+$", "")
    return plain.is_in(known).fill_null(False) | labels.str.strip_chars().str.contains(r"^\W*$").fill_null(
        False
    )


def totals(table: Table, labels: pl.Series) -> pl.Series:
    """Tell which labels are no customers but the total of all (Grand Total, Gesamtergebnis)."""
    known = {" ".join(words(label)) for label in table.unknown.total_columns}
    known_labels = {label: " ".join(words(label)) in known for label in labels.drop_nulls().unique()}
    return labels.replace_strict(known_labels, default=False, return_dtype=pl.Boolean)


def _of_measure(
    table: Table, frame: pl.DataFrame, measure: _Measure, state: str | None, vocabulary: Vocabulary
) -> pl.DataFrame:
    cells = sample_of(table.frame, measure.column)
    mark = table.settings.decimal or decimal_mark(cells) or (table.rules.decimal if table.rules else None)
    value = amounts(measure.column, cells, mark if mark != "both" else None).expression
    label = table.fields["name"].expression()
    built = frame.select(
        *place(table),
        label.alias("account_name"),
        pl.lit(measure.caption).alias("name"),
        pl.col(measure.column).alias("amount"),
        value.alias("amount_value"),
    )
    rest = pl.Series(rests(table, built["account_name"]))
    whole = pl.Series(totals(table, built["account_name"]))
    marked = (
        pl.when(pl.lit(state == TOTAL or measure.total) | whole)
        .then(pl.lit(TOTAL))
        .when(rest)
        .then(pl.lit(OTHER))
    )
    built = built.with_columns(
        marked.alias("state"), _systems(table, frame), _currency(table, frame, measure)
    )
    built = built.with_columns(_ids(table, frame).alias(LINK))
    return built.with_columns(*_dates(table, frame, measure, vocabulary))


def _systems(table: Table, frame: pl.DataFrame) -> pl.Series:
    if frame is table.frame:
        return systems(table)
    return pl.repeat(table.source.system, frame.height, dtype=pl.String, eager=True).alias("system")


def _ids(table: Table, frame: pl.DataFrame) -> pl.Series:
    if frame is table.frame:
        return row_ids(table)
    return pl.Series([None] * frame.height, dtype=pl.String)


def _currency(table: Table, frame: pl.DataFrame, measure: _Measure) -> pl.Series:
    """Give the currency of a measure: of its column, else of its caption ("Revenue (EUR)")."""
    if "currency" in table.fields:
        return frame.select(table.fields["currency"].expression().alias("currency"))["currency"]
    match = _CURRENCY.search(measure.caption) or _CURRENCY.search(measure.column)
    text = next((group for group in match.groups() if group), None) if match else None
    known = text if text and (len(text) == 1 or text in table.unknown.currencies) else None
    return pl.repeat(known, frame.height, dtype=pl.String, eager=True).alias("currency")


def _measures(table: Table, vocabulary: Vocabulary) -> list[_Measure]:
    """Give the columns of amounts: not those of counts, shares, ids, periods or places."""
    long = _long(table)
    if long:
        return long
    label = {*table.fields["name"].columns, table.record_id, table.system_column}
    other = {
        column
        for name, recipe in table.fields.items()
        if name not in ("revenue", "balance")
        for column in recipe.columns
    }
    columns = []
    for column in table.columns:
        values = sample_of(table.frame, column)
        if column in label | other or not values.len() or share(values, "amount") < _AMOUNTS:
            continue
        if _no_measure(table, column, vocabulary) or _numbers_rows(table, column):
            continue
        columns.append(column)
    return list(_captioned(table, columns, vocabulary))


def _numbers_rows(table: Table, column: str) -> bool:
    """Tell the numbers of the rows, which some tools put in front, under no name at all."""
    nameless = re.fullmatch(r"column \d+", column) is not None
    return counts_rows(table.frame[column]) and (nameless or table.frame.height > _FEW)


def _no_measure(table: Table, column: str, vocabulary: Vocabulary) -> bool:
    rules = table.unknown
    if _is_period(table, column, vocabulary) and (not SUM_OF.search(column) or _holds_years(table, column)):
        return True
    column = _bare(column)
    if vocabulary.strength(column, "a.name") >= _ENTITY:
        # The codes of customers beside a column of their names.
        return True
    return (
        vocabulary.holds(column, rules.not_measures)
        or "%" in column
        or vocabulary.strength(column, "id") > 0.8
    )


def _holds_years(table: Table, column: str) -> bool:
    """Tell a column of nothing but years: Power BI writes Date[Year] as it writes measures."""
    return bool(sample_of(table.frame, column).str.contains(_YEARS).all())


def _is_period(table: Table, column: str, vocabulary: Vocabulary) -> bool:
    """Tell a column of periods by its header, or, in a language whose words are not known, by its cells."""
    if vocabulary.holds(_bare(column), table.unknown.period_columns):
        return True
    values = sample_of(table.frame, column)
    return values.len() > 0 and all(
        len(value) > _YEAR_ALONE and period(value, table.unknown.months) is not None for value in values
    )


def _captioned(table: Table, columns: list[str], vocabulary: Vocabulary) -> Iterator[_Measure]:
    """Give the measures of columns; headers of periods share the caption above them, or that of the table."""
    months = table.unknown.months
    spans = {column: period(_bare(column), months) for column in columns}
    full = frozenset(table.unknown.month_names)
    named = {column: measured(_bare(column), months, full) for column in columns if spans[column] is None}
    of_measures = {column: parts for column, parts in named.items() if parts is not None}
    if len(of_measures) >= _SEVERAL and not any(spans.values()):
        yield from _by_measure(table, columns, of_measures, vocabulary)
        return
    wide = sum(span is not None for span in spans.values()) >= _SEVERAL
    dated = [_bare(column) for column, span in spans.items() if span is not None]
    # Without a caption above them the columns of periods are one measure all the same, not one for each period.
    above = next((text for text in table.above if text and not period(text, months)), "")
    above = above or (f"{dated[0]} – {dated[-1]}" if wide else "")
    for column in columns:
        span = spans[column]
        total = wide and span is None and vocabulary.holds(column, table.unknown.total_columns)
        yield _Measure(column, above or column if wide and (span or total) else column, span, total)


def _by_measure(
    table: Table, columns: list[str], known: dict[str, tuple[str, Period]], vocabulary: Vocabulary
) -> Iterator[_Measure]:
    """Give measures whose headers name them and a period; one of them without a period is their total."""
    captions = {caption for caption, _ in known.values()}
    for column in columns:
        if column in known:
            yield _Measure(column, *known[column])
            continue
        caption = next((name for name in captions if column.startswith(name)), None)
        total = vocabulary.holds(column.removeprefix(caption or ""), table.unknown.total_columns)
        yield _Measure(column, caption or column, total=total)


def _bare(column: str) -> str:
    """Take the number off a repeated header: 2024#2."""
    return re.sub(r"#\d+$", "", column)


def _long(table: Table) -> list[_Measure]:
    """Tableau's own long form: a column with the names of measures, one with their values."""
    names, values = (
        next((column for column in map(table.column, written) if column is not None), None)
        for written in _LONG
    )
    if names is None or values is None:
        return []
    table.frame = table.frame.with_columns(pl.col(names).alias(f"{INNER}measure"))
    if table.totals is not None:
        table.totals = table.totals.with_columns(pl.col(names).alias(f"{INNER}measure"))
    return [_Measure(values, values)]


def _dates(table: Table, frame: pl.DataFrame, measure: _Measure, vocabulary: Vocabulary) -> list[pl.Series]:
    """Give the period of every row: of the measure's header, else of the columns of years, months and dates."""
    periods: list[Period | None]
    text: list[str | None] = [None] * frame.height
    if measure.span is not None:
        periods, text = [measure.span] * frame.height, [_bare(measure.column)] * frame.height
    else:
        periods, text = _by_columns(table, frame, vocabulary)
    columns = [
        pl.Series("date", text, dtype=pl.String),
        pl.Series("started_on", [span[0] if span else None for span in periods], dtype=pl.Date),
        pl.Series("dated_on", [span[1] if span else None for span in periods], dtype=pl.Date),
    ]
    if f"{INNER}measure" in frame.columns:
        columns.append(frame[f"{INNER}measure"].alias("name"))
    return columns


def _by_columns(
    table: Table, frame: pl.DataFrame, vocabulary: Vocabulary
) -> tuple[list[Period | None], list[str | None]]:
    columns = [
        name for name in table.columns if name in frame.columns and _is_period(table, name, vocabulary)
    ]
    columns = [name for name in columns if name not in table.fields["name"].columns]
    periods: list[Period | None] = []
    texts: list[str | None] = []
    for row in frame.select(columns).iter_rows() if columns else ():
        cells = [cell.strip() for cell in row if cell and cell.strip()]
        periods.append(_span(cells, table))
        texts.append(" ".join(cells) or None)
    return (periods, texts) if columns else ([None] * frame.height, [None] * frame.height)


def _span_columns(table: Table, frame: pl.DataFrame, vocabulary: Vocabulary) -> list[str]:
    label = table.fields["name"].columns
    return [
        name
        for name in table.columns
        if name in frame.columns and name not in label and _is_period(table, name, vocabulary)
    ]


def _span(cells: list[str], table: Table) -> Period | None:
    """Give the period of a row: one cell may name it, or a year, a quarter and a month may together."""
    months = table.unknown.months
    periods = [span for span in (period(cell, months) for cell in cells) if span]
    narrow = min(periods, key=lambda span: (span[1] - span[0], span), default=None)
    if narrow is None or (narrow[1] - narrow[0]).days < 300:
        return narrow
    for cell in cells:
        together = period(f"{cell} {narrow[0].year}", months)
        if together:
            return together
        month = month_of(cell, months)
        if month and not period(cell, months):
            return month_period(narrow[0].year, month)
    return narrow
