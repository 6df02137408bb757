"""What the cells of documents tell where no header does: the kind of the rows, an amount, and texts with references."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from sot.model.decisions import DOCUMENT_OBJECTS
from sot.read.columns.cell_patterns import sample, sample_of, share
from sot.read.columns.claims import are_days, of_money
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.phrase_book import relations_of, types_of
from sot.read.records.dates_and_amounts import dates
from sot.rules.project import ObjectName
from sot.rules.systems import UnknownRules

_OF_OBJECTS = (("object",), ("object", "type"), ("entity",), ("entity", "type"), ("record", "type"))
"""Headers of the columns in which an interface says what each of its objects is."""
_KINDS = {
    "invoice": "invoice", "credit_note": "invoice", "deposit_invoice": "invoice",
    "payment": "payment", "refund": "payment", "deposit": "payment",
}  # fmt: skip
"""Type of a row: what a list of such rows is one of."""
_MOST, _SOME, _CLAIM = 0.9, 0.5, 0.6
_MONEY = r"\d[.,]\d{2}\D*$|\p{Sc}|\d[.,'\s\u00a0\u202f]\d{3}"
_DIGITS = r"\d"
_SPAN = (
    r"^(?:(?:0?[1-9]|1[0-2])[./ -](?:19|20)\d\d|(?:19|20)\d\d(?:[./ -](?:0?[1-9]|1[0-2]|Q[1-4]))?"
    r"|Q[1-4][ /-](?:19|20)\d\d)$"
)
"""A month, a quarter or a year."""
_COIN = r"^(?:[A-Z]{3}|\p{Sc})$"
_NARROW, _BOTH = 3, 2
_DAY = r"^(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\s?\d{1,2}[-./]\s?\d{2,4})"
_RELATIONS, _CODE, _FEW = 12, 1, 5
_PAID_FOR = ("deal", "invoice", "payment")
_AMOUNTS = ("d.amount.invoice", "d.amount.deal", "d.amount.payment", "a.revenue")
"""How lists of other kinds call the amount of a row."""
_VARIED = 0.3


def is_document_kind(kind: str | None) -> bool:
    """Tell documents of a deal, which name other documents, from accounts and persons, who are reached by phone."""
    return kind in DOCUMENT_OBJECTS


def kind_by_file(rules: UnknownRules, stem: str) -> ObjectName | None:
    """Give what a program's own name for a table, which it puts into the name of the file, stands for."""
    lower = stem.lower()
    return next((kind for name, kind in rules.file_objects.items() if name in lower), None)


def fields_by_cells(
    words: Vocabulary, frame: pl.DataFrame, columns: Sequence[str], known: Collection[str], kind: str | None
) -> dict[str, tuple[str, ...]]:
    """Give the columns of an amount, and of texts with numbers, where the header of none names those fields."""
    fields: dict[str, tuple[str, ...]] = {}
    free = list(columns)
    if not {"amount", "net_amount"} & set(known):
        column = _amount(words, frame, free, kind)
        if column is not None:
            fields["amount"] = (column,)
            free.remove(column)
    if kind in ("invoice", "payment") and not {"date", "created_date"} & set(known):
        for name, column in _days(words, frame, free, kind, known).items():
            fields[name] = (column,)
            free.remove(column)
    if kind == "deal" and "date" not in known:
        won = _day_won(words, frame, free)
        fields |= {"date": (won,)} if won else {}
        free = [column for column in free if column != won]
    if "memo" not in known:
        texts = _texts(words, frame, free)
        if texts:
            fields["memo"] = texts
    return fields


def relation_column(frame: pl.DataFrame, columns: Sequence[str], rules: UnknownRules) -> str | None:
    """Give the column whose cells say of each account whether it is a customer, a prospect or a former customer."""
    book = relations_of(rules)
    for column in columns:
        cells = frame[column]
        values = cells.drop_nulls().unique()
        if not 1 < values.len() <= _RELATIONS or cells.count() < _SOME * cells.len():
            continue
        if values.len() < cells.count() and all(
            book.meaning(value) is not None and len(value) > _CODE for value in values
        ):
            return column
    return None


def is_label_and_sums(frame: pl.DataFrame, header: Sequence[str], numbers: Sequence[str]) -> bool:
    """Tell a table of nothing but a label, amounts of money and perhaps a period: a report, no list of customers.

    A currency beside the amounts is part of them.
    """
    labels = [column for column in header if column not in numbers and frame[column].count()]
    coins = {column for column in labels if _share(sample_of(frame, column), _COIN) >= _MOST}
    header = [column for column in header if column not in coins]
    labels = [column for column in labels if column not in coins]
    spans = [column for column in labels if _share(sample_of(frame, column), _SPAN) >= _MOST]
    money = [column for column in numbers if _share(sample_of(frame, column), _MONEY) >= _SOME]
    return len(header) <= _NARROW and bool(money) and len(labels) - len(spans) == 1 and len(spans) <= 1


def numbers_rows(words: Vocabulary, frame: pl.DataFrame, column: str) -> bool:
    """Tell the number of a deal or project by its rows, each of which has a code of its own in the first column.

    It may be called after another document (N° affaire), or anything in a language whose words are not known.
    """
    cells = frame[column]
    values = sample(cells)
    codes = share(values, "code") >= _MOST and _share(values, _DIGITS) >= _MOST
    coded = codes and share(values, "date") < _MOST and not of_money(values)
    named = words.strength(column, "id") >= words.rules.gate
    return (
        (named or coded) and cells.len() > _FEW and not cells.null_count() and cells.n_unique() == cells.len()
    )


def kind_by_constant(words: Vocabulary, frame: pl.DataFrame, header: Sequence[str]) -> str | None:
    """Give what all rows are, where a column of the kind `object` says one and the same of each."""
    for column in header:
        if words.tokens(column) not in _OF_OBJECTS:
            continue
        values = frame[column].drop_nulls().unique()
        if values.len() != 1 or frame[column].null_count():
            continue
        text = str(values[0]).replace("_", " ").strip().lower()
        if text in words.rules.objects:
            return text
        kind = _KINDS.get(types_of(words.rules).meaning(text) or "")
        if kind is not None:
            return kind
        return next((kind_name for kind_name, listed in words.rules.objects.items() if text in listed), None)
    return None


def _amount(words: Vocabulary, frame: pl.DataFrame, columns: Sequence[str], kind: str | None) -> str | None:
    """Give the one column that can be the amount: by what other lists call it, else by its cells."""
    if kind not in _PAID_FOR:
        return None
    looked = {
        column: sample_of(frame, column)
        for column in columns
        if frame[column].count() >= _SOME * frame.height > 0
    }
    numbers = [
        column
        for column, values in looked.items()
        if values.len()
        and share(values, "amount") >= _MOST
        and not _about_else(words, column)
        and not are_days(values)
    ]
    called = [
        column for column in numbers if any(words.strength(column, each) >= _CLAIM for each in _AMOUNTS)
    ]
    if called:
        return max(
            called, key=lambda column: (max(words.strength(column, each) for each in _AMOUNTS), column)
        )
    money = [column for column in numbers if _share(looked[column], _MONEY) >= _SOME]
    return money[0] if len(money) == 1 else None


def _days(
    words: Vocabulary, frame: pl.DataFrame, columns: Sequence[str], kind: str, known: Collection[str]
) -> dict[str, str]:
    """Give the day of a bill or payment, and the later one on which the bill is due, where no header names them."""
    dated = [
        column
        for column in columns
        if frame[column].count() >= _MOST * frame.height
        and bool(sample_of(frame, column).str.contains(_DAY).all())
        and not words.holds(column, words.rules.not_measures)
    ]
    if not dated or len(dated) > (_BOTH if kind == "invoice" else 1):
        return {}
    if len(dated) == 1:
        return {"date": dated[0]}
    months = words.rules.months
    parsed = [dates(column, sample_of(frame, column), None, months).expression for column in dated]
    later = frame.select((parsed[1] >= parsed[0]).alias("later"))["later"].drop_nulls()
    if later.len() < _MOST * frame.height or "due_date" in known:
        return {}
    share_later = int(later.sum()) / later.len()
    if 1 - _MOST < share_later < _MOST:
        return {}
    first, second = dated if share_later >= _MOST else dated[::-1]
    return {"date": first, "due_date": second}


def _day_won(words: Vocabulary, frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
    """Give the column of the days on which deals were won: its header says so in the words of their states."""
    for column in columns:
        values = sample_of(frame, column)
        days = values.len() > 0 and bool(values.str.contains(_DAY).all())
        if days and words.holds(column, words.rules.states["deal_won"]):
            return column
    return None


def _texts(words: Vocabulary, frame: pl.DataFrame, columns: Sequence[str]) -> tuple[str, ...]:
    """Give the columns of texts that hold numbers, as what a payment is for does."""
    texts = []
    for column in columns:
        values = sample_of(frame, column)
        if not values.len() or _about_else(words, column) or values.len() < _VARIED * frame[column].count():
            continue
        if share(values, "email") >= _SOME or share(values, "date") >= _SOME:
            continue
        if share(values, "amount") < _SOME and _share(values, _DIGITS) >= _VARIED:
            texts.append(column)
    return tuple(texts)


def _about_else(words: Vocabulary, column: str) -> bool:
    """Tell a column that is called after something which no field of a document is."""
    kinds = ("d.date", "d.due_date", "a.owner", "id")
    sides = {word for listed in words.rules.sides.values() for word in listed}
    if sides & set(words.tokens(column)):
        return True
    return any(words.strength(column, kind) >= _CLAIM for kind in kinds) or words.holds(
        column, words.rules.not_measures
    )


def _share(values: pl.Series, pattern: str) -> float:
    return int(values.str.contains(pattern).sum()) / max(values.len(), 1)
