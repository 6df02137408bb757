"""The review as a workbook to be filled in: ids locked, verdicts to choose from, differing words coloured."""

from __future__ import annotations

import hashlib
import io
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter

from sot.model.amounts import money
from sot.model.kinds import Relation, Verdict
from sot.model.shares import percent
from sot.review.case_detail import Detail
from sot.review.case_grid import DOCUMENT_FIELDS, FIELDS, LABELS, Word, part_name
from sot.review.cases import Case
from sot.review.filters import Filter
from sot.review.question import question
from sot.review.session import Session
from sot.workspace.project import ANSWERS
from sot.workspace.safe_write import write_whole

SHEET = "Review"
PUT_OFF, LINK, STAYS = "put off until", "link with", "stays"
ENTRIES = (*ANSWERS, PUT_OFF, LINK, STAYS)
GOLDEN = "golden now"
"""What the rows of golden records have in place of a system."""
_AS_GOLDEN = {"website": "domain", "status": "account_status"}
"""Columns of the records whose golden value has another name."""
FACTS = ("question", "customers", "why", "likely one", "exposure", "part", "system", "record id")
STATE = "state"
COLUMNS = (*FIELDS, *(name for name in DOCUMENT_FIELDS if name not in FIELDS))


def heading(field: str) -> str:
    """Give the heading of a column of values."""
    return LABELS.get(field, field.replace("_", " "))


HEADS = (*ENTRIES, *FACTS, *map(heading, COLUMNS), STATE)

WIDTHS = {
    PUT_OFF: 11, LINK: 16, STAYS: 6,
    "relation": 9, "only": 6, "note": 24, "question": 34, "customers": 30, "why": 36, "part": 5, "likely one": 7,
    "record id": 20, "name": 30, "website": 24, "email": 26, "street": 22,
}  # fmt: skip
LINE, TALLEST = 15.0, 5
"""Height of a line in points, and the most lines of a row."""

MOST_CASES = 500
"""More than anybody fills in at one sitting; the queue's order brings the weightiest."""

GUIDE = (
    ("How to fill this in", True),
    ("A case is a block of rows, one per record. The question is: are its parts (A, B …) one customer?", False),
    ("The records of one part are certainly one customer. Words that other records of the case lack are red.", False),
    ("verdict (first row of a case): same, different, related or unsure. Empty cells stay open.", False),
    ("relation: for related only - group, branch, or parent (mark the parent with x in 'only').", False),
    ("only: x marks the records meant: same joins these, different separates them from the rest.", False),
    ("Value conflicts need no verdict: mark the record whose value is right with x in 'only'.", False),
    ("put off until: a day such as 2026-01-31; the case waits until then, for everybody.", False),
    ("link with: another record of the run that belongs here, as SYSTEM:ID or by its name.", False),
    ("The green row below a case is the golden record as it is now; the import lists what changes.", False),
    ("stays: x marks the account that stays when the accounts of one system are merged.", False),
    ("To choose a value, write the value of one record over that of another: it becomes the golden one.", False),
    ("Documents: same keeps the link of A and B, different separates them; x marks another one that is right.", False),
    ("Then: sot review --import FILE. If rows are wrong, they are listed and nothing is imported.", False),
)  # fmt: skip


def export(session: Session, wanted: Filter, path: Path) -> tuple[int, int]:
    """Write the first cases of the queue that fit; give how many were written, and how many there are."""
    todo = session.todo(wanted)
    shown = [session.detail(case) for case in todo[:MOST_CASES]]
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, options) as book:
        styles = _styles(book)
        sheet = book.add_worksheet(SHEET)
        _head(sheet, styles)
        row = 1
        for number, detail in enumerate(shown):
            row = _case(sheet, styles, row, number, detail, session)
        _limits(sheet, max(row - 1, 1))
        guide = book.add_worksheet("How to")
        guide.set_column(0, 0, 110)
        for line, (text, strong) in enumerate(GUIDE):
            guide.write_string(line, 0, text, styles["head"] if strong else None)
    write_whole(path, data.getvalue())
    return len(shown), len(todo)


def state_of(detail: Detail, session: Session) -> str:
    """Give a hash of what a case looks like now: its records, its parts and what is decided about them."""
    keys = set(detail.keys)
    ids = sorted(d.id for d in session.decision_state().active if keys & set(d.records))
    parts = [(*key, str(part)) for key, part in zip(detail.keys, detail.parts, strict=True)]
    return hashlib.sha256(repr((detail.case.id, parts, ids)).encode()).hexdigest()[:16]


def _styles(book: Any) -> dict[str, Any]:
    base = {"valign": "top", "text_wrap": True, "num_format": "@"}
    red = {"color": "#C00000", "bold": True}
    entry = {**base, "locked": False, "bg_color": "#FFF8DC", "border": 1, "border_color": "#D0C8A0"}
    return {
        "head": book.add_format(
            {"bold": True, "bg_color": "#E8EDF3", "border": 1, "text_wrap": True, "valign": "top"}
        ),
        "plain0": book.add_format(base),
        "plain1": book.add_format({**base, "bg_color": "#F3F6FA"}),
        "entry": book.add_format(entry),
        "golden": book.add_format({**base, "italic": True, "bg_color": "#E6F0E6", "bottom": 1}),
        "value0": book.add_format({**base, "locked": False}),
        "value1": book.add_format({**base, "locked": False, "bg_color": "#F3F6FA"}),
        "differs0": book.add_format({**base, **red, "locked": False}),
        "differs1": book.add_format({**base, **red, "locked": False, "bg_color": "#F3F6FA"}),
        "differs": book.add_format(red),
        "agrees": book.add_format({"color": "#000000"}),
    }


def _head(sheet: Any, styles: dict[str, Any]) -> None:
    for column, name in enumerate(HEADS):
        sheet.write_string(0, column, name, styles["head"])
    sheet.set_row(0, 2 * LINE)
    sheet.freeze_panes(1, len(ENTRIES))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for column in range(len(HEADS)):
        sheet.set_column(column, column, _width(column))
    sheet.set_column(HEADS.index(STATE), HEADS.index(STATE), None, None, {"hidden": True})


def _width(column: int) -> int:
    return WIDTHS.get(HEADS[column], 13)


def _height(texts: dict[int, str]) -> float:
    """Give the height of a row with these texts: spreadsheets do not find it for coloured text."""
    lines = max(ceil(len(text) * 1.15 / _width(column)) for column, text in texts.items())
    return LINE * min(max(lines, 1), TALLEST)


def _case(sheet: Any, styles: dict[str, Any], row: int, number: int, detail: Detail, session: Session) -> int:
    case = detail.case
    plain = styles[f"plain{number % 2}"]
    state = state_of(detail, session)
    cells = {line.field: line.cells for line in detail.rows}
    for i, (key, part) in enumerate(zip(detail.keys, detail.parts, strict=True)):
        first = i == 0
        facts = (
            *(_facts(case, session.blind) if first else [""] * 5),
            part_name(part),
            detail.title(i),
            key[1],
        )
        sheet.write_string(row, 0, case.id, plain)
        for column, name in enumerate(ENTRIES[1:], start=1):
            open_ = name in ("only", STAYS) or (
                first and not (case.field and name in ("verdict", "relation", LINK))
            )
            sheet.write_blank(row, column, None, styles["entry"] if open_ else plain)
        for column, text in enumerate(facts, start=len(ENTRIES)):
            sheet.write_string(row, column, text, plain)
        texts = dict(enumerate(facts, start=len(ENTRIES)))
        for column, name in enumerate(COLUMNS, start=len(ENTRIES) + len(FACTS)):
            words = cells[name][i] if name in cells else None
            texts[column] = _value(sheet, (row, column), words, styles, number % 2)
        sheet.set_row(row, _height(texts))
        sheet.write_string(row, HEADS.index(STATE), state, plain)
        row += 1
    if case.of_documents:
        return row
    for golden in session.board.run.golden(
        [golden_id for golden_id in case.golden_ids if golden_id]
    ).to_dicts():
        _golden(sheet, styles["golden"], row, case.id, golden)
        row += 1
    return row


def _golden(sheet: Any, style: Any, row: int, case_id: str, golden: dict[str, Any]) -> None:
    """Write a golden record as it is now, below the records of its case; nothing in it is read back."""
    texts = {heading(name): golden.get(_AS_GOLDEN.get(name, name)) for name in COLUMNS}
    texts |= {"case": case_id, "system": GOLDEN, "record id": golden["golden_id"]}
    for column, name in enumerate(HEADS[: HEADS.index(STATE)]):
        sheet.write_string(row, column, str(texts.get(name) or ""), style)


def _facts(case: Case, blind: bool) -> list[str]:
    likely = percent(case.probability, 0) if case.probability is not None and not blind else ""
    stake = money(case.exposure, case.currency) if case.exposure else ""
    return [question(case), case.names, "" if blind else case.why, likely, stake]


def _value(
    sheet: Any, at: tuple[int, int], words: tuple[Word, ...] | None, styles: dict[str, Any], shade: int
) -> str:
    """Write a value as text, never as a formula or link, differing words in colour; give the text."""
    shown = words or ()
    plain = styles[f"value{shade}"]
    text = " ".join(word.text for word in shown)
    if not any(word.differs for word in shown):
        sheet.write_string(*at, text, plain)
    elif len(shown) == 1:
        sheet.write_string(*at, text, styles[f"differs{shade}"])
    else:
        pieces: list[Any] = []
        for i, word in enumerate(shown):
            blank = " " if i < len(shown) - 1 else ""
            pieces += [styles["differs" if word.differs else "agrees"], word.text + blank]
        sheet.write_rich_string(*at, *pieces, plain)
    return text


def _limits(sheet: Any, last: int) -> None:
    choices = {
        "verdict": [str(v) for v in Verdict],
        "relation": [str(r) for r in Relation],
        "only": ["x"],
        STAYS: ["x"],
    }
    for name, values in choices.items():
        column = ENTRIES.index(name)
        sheet.data_validation(1, column, last, column, {"validate": "list", "source": values})
    sheet.autofilter(0, 0, last, len(HEADS) - 1)
    sheet.protect(
        "", {"format_columns": True, "format_rows": True, "autofilter": True, "select_locked_cells": True}
    )
