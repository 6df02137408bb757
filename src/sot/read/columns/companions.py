"""What the other exports of a run tell of a table with unknown headers: whose its rows are, and of what kind.

Its customers are customers of the other systems, its payments name their invoices, and net and tax make up a total:
no word of any language is needed for that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import polars as pl

from sot.model.decisions import DOCUMENT_OBJECTS
from sot.read.columns.cell_patterns import PERCENT, sample, share
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import words
from sot.read.columns.kana_readings import readings
from sot.read.columns.phrase_book import states_of
from sot.read.columns.table import Table

_MOST, _HALF, _SOME = 0.9, 0.5, 0.3
_FEW, _LOOKED = 4, 2_000
_SHORTEST = 3
"""Ids of fewer signs, and numbers of fewer signs in a text, say nothing."""
_NARROW = 3
_ROWS = 20
_REPEATED = 0.85
_CENT = 0.011
_DAY = r"^(?:\d{4}[-./]\s?\d{1,2}[-./]\s?\d{1,2}|\d{1,2}[-./]\s?\d{1,2}[-./]\s?\d{2,4}|\d{1,2} \p{L}{3,9}\.? \d{4})"
_PIECE = r"[\p{L}\d][\p{L}\d./_-]*[\p{L}\d]|[\p{L}\d]+"
_LETTERS = r"\p{L}{2}"
_REACHES = ("a.street", "a.postcode", "a.phone", "a.email")
"""What only a list of customers says."""


_SAYS = {"deal": (), "project": ("deal_ref",), "invoice": ("deal_ref",), "payment": ("invoice_ref",)}
"""What documents of a kind may say in a column whose header names it in no known word."""


def in_doubt(table: Table, vocabulary: Vocabulary) -> bool:
    """Tell a table of an unknown system that other tables may explain: nobody's, of no known kind, or with days."""
    kind = table.source.object
    if table.rules is not None:
        return False
    if table.source.error or kind is None:
        return True
    if kind in DOCUMENT_OBJECTS:
        lacks = [name for name in _SAYS[kind] if name not in table.fields]
        return "account_name" not in table.fields or bool(lacks)
    if kind != "account" or any(
        vocabulary.strength(column, reach) >= _MOST for reach in _REACHES for column in table.columns
    ):
        return False
    if len(table.columns) <= _NARROW:
        return True
    return any(
        _all(values, _DAY)
        for values in map(sample, table.frame.head(_LOOKED).select(table.columns).get_columns())
        if values.len()
    )


def is_nothing(table: Table) -> bool:
    """Tell a table of which nothing is known so far, so that others may be told apart by it later."""
    return bool(table.source.error) or table.source.object in (None, "account")


@dataclass(frozen=True)
class Companions:
    """What the tables that are understood hold: names of customers, numbers of deals, projects and invoices."""

    names: frozenset[str] = frozenset()
    numbers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Numbers and ids of deals, projects and invoices."""
    ends: frozenset[str] = frozenset()
    """The last words of names that are legal forms or such."""
    readings: Mapping[str, str] = field(default_factory=dict)
    """Names of customers by how they are read, in kana; what is read like several names is nobody's."""

    @classmethod
    def of(cls, tables: Iterable[Table], ends: Iterable[str]) -> Companions:
        """Gather what tables hold whose fields are known."""
        endings = frozenset(ends)
        names: set[str] = set()
        read: dict[str, set[str]] = {}
        numbers: dict[str, set[str]] = {"deal": set(), "project": set(), "invoice": set()}
        for table in (table for table in tables if not table.source.error):
            kind = table.source.object
            if kind in ("account", "deal", "project", "invoice"):
                names |= {
                    _key(name, endings)
                    for name in _values(table, "name" if kind == "account" else "account_name")
                }
            if kind == "account":
                for reading, name in readings(table.frame, table.cells("name"), table.columns):
                    read.setdefault(reading, set()).add(name)
            if kind in numbers:
                own = ("number", "order_ref", "reference") if kind == "deal" else ("number",)
                numbers[kind] |= {value.casefold() for value in _ids(table)}
                numbers[kind] |= {value.casefold() for name in own for value in _values(table, name)}
        return cls(
            frozenset(names) - {""},
            {kind: frozenset(filter(_tells, values)) for kind, values in numbers.items()},
            endings,
            {
                reading: min(named)
                for reading, named in read.items()
                if _are_one({_key(name, endings) for name in named})
            },
        )

    def customer_column(self, frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
        """Give the column that holds names of customers that other tables list."""
        named = ((self._named(frame[column]), -place, column) for place, column in enumerate(columns))
        best = max(named, default=(0.0, 0, ""))
        return best[-1] if best[0] >= _HALF else None

    def whose(self, table: Table, columns: Sequence[str]) -> str | None:
        """Give the column of the customer of a document, where its headers name none."""
        if (
            table.rules is not None
            or table.source.object not in DOCUMENT_OBJECTS
            or "account_name" in table.fields
        ):
            return None
        own = table.fields.get("name")
        return self.customer_column(table.frame, [*columns, *(own.columns if own is not None else ())])

    def lists_of(self, table: Table) -> bool:
        """Tell rows of which many belong to one project of another table, by a column of ids of such."""
        projects = self.numbers.get("project")
        if (
            table.rules is not None
            or table.source.object != "project"
            or not projects
            or table.frame.height < _ROWS
        ):
            return False
        for column in table.columns:
            cells = table.frame[column].head(_LOOKED).drop_nulls().str.strip_chars().str.to_lowercase()
            if (
                cells.len() < _MOST * min(table.frame.height, _LOOKED)
                or cells.n_unique() > _HALF * cells.len()
            ):
                continue
            if int(cells.is_in(list(projects)).sum()) >= _MOST * cells.len() and cells.n_unique() > _FEW:
                return True
        return False

    def names_documents(self, cells: pl.Series, kind: str) -> float:
        """Give the share of the filled cells that name a document of a kind by its number."""
        numbers = self.numbers.get(kind)
        filled = cells.drop_nulls().head(_LOOKED).str.to_lowercase()
        if not numbers or filled.len() < _FEW:
            return 0.0
        known = pl.Series(sorted(numbers))
        pieces = filled.str.extract_all(_PIECE)
        named = pieces.list.eval(pl.element().is_in(known.implode())).list.any()
        whole = filled.str.strip_chars().is_in(known.implode())
        # Numbers of two words, or with signs in them ("FT M/341"), are in the text as they are written.
        spaced = [number for number in numbers if any(sign in number for sign in " :#|")]
        written = filled.str.contains_any(spaced) if spaced else whole
        return float((whole | named | written).sum()) / filled.len()

    def kind(self, frame: pl.DataFrame, header: Sequence[str], vocabulary: Vocabulary) -> str | None:
        """Tell what rows of unknown headers are; None where they may be customers, or nothing tells."""
        looked = {column: sample(frame[column].head(_LOOKED)) for column in header if frame[column].count()}
        looked = {column: values for column, values in looked.items() if values.len()}
        days = [column for column, values in looked.items() if _all(values, _DAY)]
        if any(vocabulary.strength(column, kind) >= _MOST for kind in _REACHES for column in looked):
            return None
        if len(looked) <= _NARROW and self._is_report(frame, looked, vocabulary):
            return "bi_table"
        if not days:
            return None
        rest = [column for column in looked if column not in days]
        money = [
            column for column in rest
            if share(looked[column], "amount") >= _MOST and not _all(looked[column], PERCENT)
            and _money(looked[column], frame.height)
        ]  # fmt: skip
        texts = [column for column in rest if column not in money]
        if not money:
            return None
        whose = self.customer_column(frame, texts)
        own = max((self.names_documents(frame[column], "invoice") for column in (*texts, *rest)), default=0.0)
        if adds_up(frame, money):
            return "invoice" if whose is not None else None
        if own >= _HALF:
            return "payment"
        if whose is None or frame[whose].n_unique() > _REPEATED * frame[whose].count():
            return None
        return _by_states(vocabulary, [looked[column] for column in texts])

    def _is_report(
        self, frame: pl.DataFrame, looked: Mapping[str, pl.Series], vocabulary: Vocabulary
    ) -> bool:
        """Tell a table of nothing but customers of other tables and amounts, none of which is called a balance."""
        numbers = [column for column, values in looked.items() if share(values, "amount") >= _MOST]
        labels = [column for column in looked if column not in numbers]
        named = len(labels) == 1 and self._named(frame[labels[0]]) >= _HALF
        plain = not any(
            vocabulary.strength(column, kind) >= vocabulary.rules.gate
            for column in numbers
            for kind in ("a.balance", "id")
        )
        return named and plain and any(_money(looked[column], frame.height + 1) for column in numbers)

    def _named(self, cells: pl.Series) -> float:
        values = sample(cells.head(_LOOKED))
        if values.len() < _FEW or cells.count() < _HALF * cells.len() or not self.names:
            return 0.0
        texts = values.filter(values.str.contains(_LETTERS))
        if texts.len() < _HALF * values.len():
            return 0.0
        return sum(_key(value, self.ends) in self.names for value in texts) / texts.len()


def adds_up(frame: pl.DataFrame, money: Sequence[str]) -> bool:
    """Tell whether two of the columns make up a third in nearly all rows: net and tax are a total."""
    numbers = frame.head(_LOOKED).select(number_of(column).alias(column) for column in money[:8])
    for low, high in combinations(money[:8], 2):
        for total in (column for column in money[:8] if column not in (low, high)):
            if make_up(numbers, low, high, total, 1 - _MOST):
                return True
    return False


def make_up(numbers: pl.DataFrame, low: str, high: str, total: str, off_at_most: float) -> bool:
    """Tell whether `low` and `high` are `total`, but for a share of the rows, and neither is nothing in many."""
    rows = numbers.select(
        off=(pl.col(low) + pl.col(high) - pl.col(total)).abs() > _CENT,
        both=(pl.col(low).abs() > _CENT) & (pl.col(high).abs() > _CENT),
    ).drop_nulls()
    return (
        rows.height >= _FEW
        and int(rows["off"].sum()) <= off_at_most * rows.height
        and int(rows["both"].sum()) >= _SOME * rows.height
    )


def _by_states(vocabulary: Vocabulary, columns: Sequence[pl.Series]) -> str | None:
    """Give the kind of document of which most states are that are known, in columns of few values."""
    hits = dict.fromkeys(("deal", "project", "invoice"), 0)
    for values in columns:
        if values.len() > 2 * _FEW:
            continue
        for kind in hits:
            book = states_of(vocabulary.rules, kind)
            hits[kind] += sum(map(book.says_alone, set(values.to_list())))
    best = max(hits, key=lambda kind: hits[kind])
    return best if hits[best] and list(hits.values()).count(hits[best]) == 1 else None


def _money(values: pl.Series, rows: int) -> bool:
    """Tell amounts from numbers that count the rows or say something else in few digits."""
    digits = int(values.str.count_matches(r"\d").sum()) / max(values.len(), 1)
    cents = bool(values.str.contains(r"[.,]\d{2}$").any())
    return values.len() > _FEW and digits > _FEW / 2 and (values.len() < rows or cents)


def number_of(column: str) -> pl.Expr:
    """Read amounts of any writing: what is behind the last sign of two digits or fewer are cents."""
    text = pl.col(column).str.replace_all(r"[^\d.,-]", "")
    cents = text.str.extract(r"[.,](\d{1,2})$").fill_null("")
    whole = text.str.replace(r"[.,]\d{1,2}$", "").str.replace_all(r"[.,]", "")
    return (whole + pl.lit(".") + cents + pl.lit("0")).cast(pl.Float64, strict=False)


def _tells(number: str) -> bool:
    return len(number) >= _SHORTEST and any(map(str.isdigit, number))


def _key(name: str, ends: frozenset[str]) -> str:
    parts = [part for part in words(name.lower()) if len(part) > 1]
    return " ".join(part for part in parts if part not in ends) or " ".join(parts)


def _are_one(keys: Collection[str]) -> bool:
    """Tell names of one reading that differ by no more than what is around them, such as forms."""
    shortest = min(keys, key=len)
    return all(shortest in key for key in keys)


def _values(table: Table, field: str) -> list[str]:
    return _distinct(table.cells(field))


def _ids(table: Table) -> list[str]:
    column = table.record_id
    return _distinct(table.frame[column]) if column in table.frame.columns else []


def _distinct(cells: pl.Series) -> list[str]:
    return [value.strip() for value in cells.drop_nulls().head(50_000).unique().to_list()]


def looks_like_day(values: pl.Series) -> bool:
    """Tell days, by what most of the values look like."""
    return bool(values.len()) and _all(values, _DAY)


def _all(values: pl.Series, pattern: str) -> bool:
    return int(values.str.contains(pattern).sum()) >= _MOST * values.len()
