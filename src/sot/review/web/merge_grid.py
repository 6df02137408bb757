"""The merge grid in the browser: its page, what a form of it means, and the golden values that follow."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import FormData, QueryParams

from sot.review.case_detail import Detail
from sot.review.cases import record_key
from sot.review.merging import Golden, GridRow, Merge, after, now, rows
from sot.review.web.pages import render
from sot.review.web.reviewers import ReviewerPool

CHOICE = "choice "
"""What the names of the choices of the grid begin with."""


def chosen(shown: Detail, form: FormData | QueryParams) -> Merge:
    """Give what a form of the grid chooses; what is not on the page is left out."""
    selected = frozenset(record_key(str(key)) for key in form.getlist("selected")) & set(shown.keys)
    picked = {
        name.removeprefix(CHOICE): shown.keys[int(str(place))]
        for name, place in form.items()
        if name.startswith(CHOICE) and str(place).isdecimal() and int(str(place)) < len(shown.keys)
    }
    reason = str(form.get("reason", "")).strip() or None
    every = len(selected) == len(shown.keys)
    return Merge(frozenset() if every else selected, picked, reason)


def told(shown: Detail, merge: Merge, golden: Golden) -> Mapping[str, tuple[str, str]]:
    """Give the value and the rule of each row of the grid as they will be."""
    return {row.name: _after(shown, merge, golden, row) for row in rows(shown)}


def _after(shown: Detail, merge: Merge, golden: Golden, row: GridRow) -> tuple[str, str]:
    if row.system is None:
        return after(golden, row)
    key = merge.chosen.get(row.name)
    return (key[1], "decision") if key is not None and key[0] == row.system else ("", "by the rules")


def merge_page(
    pool: ReviewerPool, name: str, shown: Detail, merge: Merge, golden: Golden, notices: list[str]
) -> str:
    """Show the grid of a case."""
    case = shown.case
    customers = pool.board.run.golden([golden_id for golden_id in case.golden_ids if golden_id]).to_dicts()
    grid = rows(shown)
    return render(
        pool,
        name,
        "merge.html",
        notices,
        case=case,
        shown=shown,
        columns=list(zip(shown.keys, shown.parts, strict=True)),
        grid=grid,
        now={row.name: now(customers, row) for row in grid},
        after=told(shown, merge, golden),
        merge=merge,
        mark=pool.mark(case, name),
    )
