"""Read a filled-in review workbook back: every row checked against the queue of now, all taken or none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import fastexcel
import polars as pl

from sot.errors import InputError, UsageError
from sot.model.decisions import SURVIVOR, Decision, RecordKey
from sot.model.kinds import Relation, Verdict
from sot.review.answers import Answer, Link, Lock
from sot.review.case_detail import Detail
from sot.review.excel.chosen_values import chosen_values
from sot.review.excel.export import (
    COLUMNS,
    ENTRIES,
    GOLDEN,
    LINK,
    PUT_OFF,
    SHEET,
    STATE,
    STAYS,
    heading,
    state_of,
)
from sot.review.put_off import require_day
from sot.review.session import Session

QUEUE = "Review queue"
"""The sheet of a run's workbook in which cases can be answered one on a row."""

NEEDED = (*ENTRIES, "system", "record id", STATE)
_LATER = frozenset({PUT_OFF, LINK, STAYS})
"""Columns that workbooks of earlier versions lack."""


@dataclass(frozen=True)
class Filled:
    """The rows of one case, as they came back."""

    case_id: str
    place: int
    verdict: str
    relation: str
    note: str
    keys: tuple[RecordKey, ...]
    marked: frozenset[RecordKey]
    state: str
    problems: tuple[str, ...]
    put_off: str = ""
    link: str = ""
    values: tuple[dict[str, str], ...] = ()
    """The values of each record as the workbook has them now, by heading."""
    stays: frozenset[RecordKey] = frozenset()
    """The accounts that stay where those of their system are merged."""
    whole: bool = False
    """Whether it is a row of the run's workbook, which names the case and none of its records."""

    @property
    def empty(self) -> bool:
        """Tell whether nothing was filled in."""
        return not (self.verdict or self.marked or self.put_off or self.link or self.stays)


def take(session: Session, path: Path, merged: list[Detail] | None = None) -> list[Decision]:
    """Take all answers of the workbook; UsageError lists every row that can't be taken, and nothing is.

    Cases that were joined or whose values were chosen are added to `merged`.
    """
    answers: list[tuple[Detail, Answer | Lock | Link | RecordKey]] = []
    days: dict[str, str] = {}
    problems: list[str] = []
    for row in read(path):
        wrong, filled, detail = _check(session, row)
        locks: list[Lock] = []
        if detail is not None and filled.values and not wrong:
            locks, wrong = chosen_values(detail, filled.values)
        problems += [f"{path.name}, row {filled.place}, case {filled.case_id}: {what}" for what in wrong]
        if detail is None or wrong:
            continue
        locks += [Lock(key, SURVIVOR) for key in sorted(filled.stays)]
        answers += [(detail, lock) for lock in locks]
        if filled.verdict or (filled.marked and not filled.link):
            answers.append((detail, _answer(filled)))
        if filled.link:
            answers.append((detail, Link(filled.link, filled.marked)))
        of_value = filled.marked and detail.case.field is not None
        if merged is not None and (locks or of_value or filled.verdict == Verdict.SAME):
            merged.append(detail)
        if filled.put_off:
            days[filled.case_id] = filled.put_off[:10]  # Excel writes a time behind a day.
    if problems:
        raise UsageError(
            "\n".join(problems), "nothing was imported; correct these rows, or export again, then import"
        )
    made = session.answer_all(answers)
    if days:
        session.put_off_all(days)
    return made


def read(path: Path) -> list[Filled]:
    """Read the workbook, case by case; InputError if it is no review workbook."""
    hint = "use a file of sot review --export, or the workbook.xlsx of the run"
    if not path.exists():
        raise InputError(f"{path}: there is no such file", hint)
    try:
        book = fastexcel.read_excel(path)
        if SHEET not in book.sheet_names and QUEUE in book.sheet_names:
            return _queue(path, pl.DataFrame(book.load_sheet(QUEUE, dtypes="string")))
        if SHEET not in book.sheet_names:
            raise InputError(f"{path}: this is not a review workbook: it has no sheet {SHEET}", hint)
        sheet = book.load_sheet(SHEET, dtypes="string")
    except (OSError, fastexcel.FastExcelError) as error:
        raise InputError(f"{path}: this is not a review workbook: it can't be opened", hint) from error
    table = pl.DataFrame(sheet)
    if missing := [name for name in NEEDED if name not in table.columns and name not in _LATER]:
        raise InputError(f"{path}: columns are missing: {', '.join(missing)}", hint)
    table = table.with_columns(pl.lit("").alias(name) for name in NEEDED if name not in table.columns)
    asked = [name for name in dict.fromkeys((*NEEDED, *map(heading, COLUMNS))) if name in table.columns]
    rows = table.select(pl.col(name).cast(pl.String).fill_null("").str.strip_chars() for name in asked)
    cases: dict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
    for number, row in enumerate(rows.iter_rows(named=True), start=2):
        if any(row.values()) and row["system"] != GOLDEN:
            cases[row["case"]].append((number, row))
    return [_filled(case_id, block) for case_id, block in cases.items()]


def _queue(path: Path, table: pl.DataFrame) -> list[Filled]:
    """Read the sheet of the run's own workbook: one row a case, with a verdict for all of its records."""
    if missing := [
        name for name in ("case_id", "verdict", "relation", "reason") if name not in table.columns
    ]:
        raise InputError(
            f"{path}: sheet {QUEUE}: columns are missing: {', '.join(missing)}", "use the run's workbook"
        )
    rows = table.select(
        pl.col(name).cast(pl.String).fill_null("").str.strip_chars()
        for name in ("case_id", "verdict", "relation", "reason")
    )
    return [
        Filled(case, number, verdict.lower(), relation.lower(), reason, (), frozenset(), "", (), whole=True)
        for number, (case, verdict, relation, reason) in enumerate(rows.iter_rows(), start=2)
        if case
    ]


def _filled(case_id: str, block: Sequence[tuple[int, dict[str, str]]]) -> Filled:
    verdicts = {row["verdict"].lower() for _, row in block} - {""}
    relations = {row["relation"].lower() for _, row in block} - {""}
    states = {row[STATE] for _, row in block}
    once = (("verdicts", verdicts), ("relations", relations))
    problems = [f"{len(words)} different {what}" for what, words in once if len(words) > 1]
    marks = [row["only"] for _, row in block]
    problems += [f"'{mark}' in only; write x or nothing" for mark in marks if mark.lower() not in ("", "x")]
    return Filled(
        case_id,
        block[0][0],
        min(verdicts, default=""),
        min(relations, default=""),
        "; ".join(row["note"] for _, row in block if row["note"]),
        tuple((row["system"], row["record id"]) for _, row in block),
        frozenset((row["system"], row["record id"]) for _, row in block if row["only"].lower() == "x"),
        states.pop() if len(states) == 1 else "",
        tuple(problems),
        next((row[PUT_OFF] for _, row in block if row[PUT_OFF]), ""),
        next((row[LINK] for _, row in block if row[LINK]), ""),
        values=tuple({name: text for name, text in row.items() if name not in NEEDED} for _, row in block),
        stays=frozenset((row["system"], row["record id"]) for _, row in block if row[STAYS].lower() == "x"),
    )


def _check(session: Session, filled: Filled) -> tuple[list[str], Filled, Detail | None]:
    problems = list(filled.problems)
    if filled.verdict and filled.verdict not in set(Verdict):
        problems.append(f"verdict '{filled.verdict}' is not one of {', '.join(Verdict)}")
    if filled.relation and filled.relation not in set(Relation):
        problems.append(f"relation '{filled.relation}' is not one of {', '.join(Relation)}")
    if filled.empty and filled.note:
        problems.append("there is a note, but no verdict and no mark")
    try:
        case = session.board.case(filled.case_id)
    except UsageError:
        if filled.empty:
            return problems, filled, None  # It was settled meanwhile, and nothing was to be said of it.
        return [*problems, "this case is not in the queue (any more): settled, or another run"], filled, None
    detail = session.detail(case)
    filled = _by_keys(filled, detail)
    if filled.empty and (filled.whole or filled.state != state_of(detail, session)):
        return problems, filled, None
    if filled.whole:
        pass  # a row of the run's workbook speaks of the whole case
    elif set(filled.keys) != set(detail.keys) or len(filled.keys) != len(detail.keys):
        names = (":".join(key) for key in sorted(set(filled.keys) ^ set(detail.keys)))
        problems.append(f"its records are not those of the run: {', '.join(names) or 'rows doubled'}")
    elif filled.state != state_of(detail, session):
        problems.append("somebody decided on its records, or the run changed, since the workbook was written")
    problems += _accounts(filled, detail)
    return problems + _shape(filled, detail) + _later(session, filled, detail), filled, detail


def _by_keys(filled: Filled, detail: Detail) -> Filled:
    """Give the rows with the keys of their records; the workbook names systems as people write them."""
    meant = {(detail.title(i), key[1]): key for i, key in enumerate(detail.keys)}
    return replace(
        filled,
        keys=tuple(meant.get(key, key) for key in filled.keys),
        marked=frozenset(meant.get(key, key) for key in filled.marked),
        stays=frozenset(meant.get(key, key) for key in filled.stays),
    )


def _accounts(filled: Filled, detail: Detail) -> list[str]:
    """Give what is wrong with the accounts that stay: each is chosen among several of its system."""
    accounts = Counter(system for system, _ in detail.keys)
    chosen = Counter(system for system, _ in filled.stays)
    wrong = [
        f"stays: {detail.titles.get(system, system)} has one account in this case; nothing is merged into it"
        for system in sorted(chosen)
        if accounts[system] < 2 or detail.case.of_documents
    ]
    return wrong + [
        f"stays: mark one account of {detail.titles.get(system, system)}, not {count}"
        for system, count in sorted(chosen.items())
        if count > 1
    ]


def _later(session: Session, filled: Filled, detail: Detail) -> list[str]:
    """Give what is wrong with the day until which a case waits, and with the record to link."""
    problems = []
    try:
        if filled.put_off:
            require_day(filled.put_off[:10], session.clock()[:10])
        if filled.link:
            session.meant(detail, filled.link)
    except UsageError as error:
        problems.append(f"{error.message}; {error.hint}")
    if filled.put_off and filled.verdict:
        problems.append("it has a verdict and is put off too; choose one of them")
    return problems


def _shape(filled: Filled, detail: Detail) -> list[str]:
    if not (filled.verdict or (filled.marked and not filled.link)):
        return []
    if detail.case.field is not None:
        return (
            [] if len(filled.marked) == 1 else ["mark the one record whose value is right with x in 'only'"]
        )
    if not filled.verdict:
        return ["records are marked, but there is not a verdict"]
    if filled.verdict == Verdict.RELATED and not filled.relation:
        return ["related needs a relation: parent, group or branch"]
    if filled.verdict == Verdict.RELATED and filled.relation == Relation.PARENT and not filled.marked:
        return ["mark the records of the parent with x in 'only'"]
    if filled.verdict == Verdict.SAME and len(filled.marked) == 1 and not detail.case.of_documents:
        return ["same needs two marked records or more, or none for all of them"]
    return []


def _answer(filled: Filled) -> Answer | RecordKey:
    if not filled.verdict:
        return min(filled.marked)
    relation = Relation(filled.relation) if filled.verdict == Verdict.RELATED else None
    return Answer(Verdict(filled.verdict), filled.marked, relation, filled.note or None)
