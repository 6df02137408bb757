"""The merge grid: which records are one customer, which account of a system stays, and whose values are golden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sot.errors import UsageError
from sot.model.decisions import LOCKABLE, SURVIVOR, Decision, RecordKey
from sot.model.kinds import Verdict
from sot.review.answers import Answer, Link, Lock
from sot.review.case_detail import Detail
from sot.review.locks import columns_of
from sot.review.session import Session

FIELDS = (
    "name", "trade_name", "tax_id", "registration_id", "address", "domain", "phone", "email", "parent_name",
    "industry", "account_status", "owner", "currency",
)  # fmt: skip
"""Golden values in the order in which a steward looks at them; an address is one value."""

COLUMNS: Mapping[str, tuple[str, ...]] = {"address": ("street", "postcode", "city", "region", "country")}
"""The golden columns of a field that is made of several."""

Golden = Mapping[str, tuple[str, str]]
"""Value and rule of each golden column that has a value."""


@dataclass(frozen=True)
class Merge:
    """What a steward chose: the records that are one customer (none: all), and whose value or account survives."""

    selected: frozenset[RecordKey] = frozenset()
    chosen: Mapping[str, RecordKey] = field(default_factory=dict)
    """Of each row of the grid, by its name, the record whose value is right; other rows are left to the rules."""
    reason: str | None = None


@dataclass(frozen=True)
class GridRow:
    """A row of the merge grid: a golden value, or (`system`) which account of a system stays.

    values  one per record; None where there is nothing to choose
    column  the column of the records that is locked
    """

    name: str
    label: str
    values: tuple[str | None, ...]
    column: str
    system: str | None = None


def rows(shown: Detail) -> list[GridRow]:
    """Give the rows of the grid of a case: accounts that stay, then the fields that a record has a value of."""
    grid = [_survivor(shown, system) for system in _doubled(shown.keys)]
    for name in FIELDS:
        values = tuple(_value(record, name) for record in shown.records)
        if any(values):
            column = next(column for column, locked in LOCKABLE.items() if locked == name)
            grid.append(GridRow(name, name.replace("_", " "), values, column))
    return grid


def locks(shown: Detail, merge: Merge) -> list[Lock]:
    """Give what the choices fix; those on records that are left out, or of rows that are not there, fix nothing."""
    made = []
    for row in rows(shown):
        key = merge.chosen.get(row.name)
        if key not in shown.keys or (merge.selected and key not in merge.selected):
            continue
        place = shown.keys.index(key)
        if row.values[place]:
            made.append(Lock(key, _filled_column(shown.records[place], row)))
    return made


def now(golden: Sequence[Mapping[str, Any]], row: GridRow) -> list[str]:
    """Give the golden values of a row as they are now: one per customer, empty where it has none."""
    return [text_of(customer, row.name) for customer in golden] if row.system is None else []


def text_of(golden: Mapping[str, Any], name: str) -> str:
    """Give a golden value of several columns as one text."""
    return ", ".join(str(golden[column]) for column in COLUMNS.get(name, (name,)) if golden.get(column))


def after(golden: Golden, row: GridRow) -> tuple[str, str]:
    """Give the golden value of a row as it will be, and the rule that chooses it."""
    columns = [column for column in COLUMNS.get(row.name, (row.name,)) if column in golden]
    rule = golden[columns[0]][1] if columns else ""
    return ", ".join(golden[column][0] for column in columns), "decision" if _is_decided(rule) else rule


def _is_decided(rule: str) -> bool:
    """Whether a steward has fixed the value; the rule names the decision then."""
    return rule.startswith("locked")


def preview(session: Session, shown: Detail, merge: Merge) -> Golden:
    """Give the golden values that the records will have as one customer, with what is decided and chosen."""
    board = session.board
    made = session.meaning([(shown, lock) for lock in locks(shown, merge)])
    records = board.run.records(merge.selected or shown.keys)
    return board.preview(records, [*board.decisions(), *made])


def save(session: Session, shown: Detail, merge: Merge) -> list[Decision]:
    """Write down that the records are one customer, and the choices; one undo takes all of it back."""
    answers: list[tuple[Detail, Answer | Lock | Link | RecordKey]] = [
        (shown, lock) for lock in locks(shown, merge)
    ]
    if shown.case.field is None:
        answers.insert(0, (shown, Answer(Verdict.SAME, merge.selected, reason=merge.reason)))
    if not answers:
        raise UsageError("nothing is chosen", "choose the record whose value is right")
    return session.answer_all(answers)


def changes(session: Session, shown: Detail) -> list[tuple[str, str, str]]:
    """Give the golden values of a case that the next run changes, by what is decided: field, before and after."""
    golden = session.board.run.golden(
        [golden_id for golden_id in shown.case.golden_ids if golden_id]
    ).to_dicts()
    made = preview(session, shown, Merge())
    changed = []
    for row in rows(shown):
        before = list(dict.fromkeys(text for text in now(golden, row) if text))
        then = after(made, row)[0]
        if row.system is None and before != [then] and then:
            changed.append((row.label, " | ".join(before), then))
    return changed


def _doubled(keys: Sequence[RecordKey]) -> list[str]:
    return [system for system, count in Counter(system for system, _ in keys).items() if count > 1]


def _survivor(shown: Detail, system: str) -> GridRow:
    title = shown.titles.get(system, system)
    ids = tuple(id_ if own == system else None for own, id_ in shown.keys)
    return GridRow(f"{SURVIVOR}:{system}", f"account that stays in {title}", ids, SURVIVOR, system)


def _value(record: Mapping[str, Any], name: str) -> str | None:
    columns = COLUMNS.get(name) or columns_of(name)
    text = ", ".join(" ".join(str(record[column]).split()) for column in columns if record.get(column))
    return text or None


def _filled_column(record: Mapping[str, Any], row: GridRow) -> str:
    """Give the column to point at: of an address, one that is filled."""
    columns = () if row.system else COLUMNS.get(row.name, ())
    return next((column for column in columns if record.get(column)), row.column)
