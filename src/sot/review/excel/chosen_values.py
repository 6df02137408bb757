"""Values that a steward wrote over others in the review workbook: which golden values they choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sot.review.answers import Lock
from sot.review.case_detail import Detail
from sot.review.case_grid import Row
from sot.review.excel.export import heading
from sot.review.locks import field_of


def chosen_values(detail: Detail, values: Sequence[Mapping[str, str]]) -> tuple[list[Lock], list[str]]:
    """Give the locks that edited cells mean, and what is wrong with the other edits.

    `values` are those of each record of the case by heading, as the workbook has them now. A value written over
    another one is the golden value if a record of the case has it; no other value can become golden.
    """
    locks: dict[str, Lock] = {}
    problems = []
    for row in detail.rows:
        shown = [_squeezed(" ".join(word.text for word in cell or ())) for cell in row.cells]
        for number, (now, before) in enumerate(zip(values, shown, strict=False)):
            text = _squeezed(now.get(heading(row.field), before))
            if text == before:
                continue
            if text not in shown or not text:
                problems.append(_unknown(row, detail, number, text))
            elif field_of(row.field, detail.case) is None:
                problems.append(f"{row.label} is no golden value, so it can't be chosen; undo the change")
            elif row.field in locks:
                problems.append(f"several values of {row.label} are chosen; change one cell only")
            else:
                locks[row.field] = Lock(detail.keys[shown.index(text)], row.field)
    return list(locks.values()), problems


def _unknown(row: Row, detail: Detail, number: int, text: str) -> str:
    key = ":".join(detail.keys[number])
    what = f"'{text}'" if text else "nothing"
    return f"{row.label} of {key} was changed to {what}, which no record of the case has; correct it in the system"


def _squeezed(text: str) -> str:
    return " ".join(text.split())
