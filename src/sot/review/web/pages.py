"""The pages of the review: plain HTML from templates, in which every value of the data is text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from uuid import uuid4

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from sot.model.amounts import money
from sot.model.decisions import LOCKABLE
from sot.model.kinds import kind_words
from sot.model.shares import percent
from sot.review.case_detail import Detail
from sot.review.case_grid import part_name
from sot.review.cases import Case
from sot.review.locks import columns_of
from sot.review.question import likely, question, state_now
from sot.review.web.reviewers import ReviewerPool

ORDERS: Mapping[str, Callable[[Case], Any]] = {
    "money": lambda case: -abs(case.exposure or 0),
    "likely": lambda case: -(case.probability or 0),
    "unlikely": lambda case: case.probability if case.probability is not None else 2,
    "name": lambda case: case.names.casefold(),
    "kind": lambda case: case.kind,
}
"""The orders of the list, beside that of the queue."""

LISTED = 200
"""So many cases a list shows at once; a filter finds the others."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sot.review.web"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    environment.filters["money"] = money
    environment.filters["part"] = part_name
    environment.filters["words"] = kind_words
    environment.filters["state_now"] = state_now
    environment.filters["likely"] = likely
    return environment


def case_page(pool: ReviewerPool, name: str, shown: Detail, notices: list[str]) -> str:
    """Show one case with its form."""
    case = shown.case
    session = pool.reviewers[name].session
    rows = [row for row in shown.rows if row.kind != "empty"]
    asked = columns_of(case.field) if case.field else ()
    rows.sort(key=lambda row: row.field not in asked)
    golden = pool.board.run.golden([golden_id for golden_id in case.golden_ids if golden_id])
    return render(
        pool,
        name,
        "case.html",
        notices,
        case=case,
        shown=shown,
        rows=rows,
        columns=list(zip(shown.keys, shown.parts, strict=True)),
        state=session.state(case),
        blind=session.blind,
        holder=pool.claimed_by_other(case, name),
        mark=pool.mark(case, name),
        asked=asked,
        lockable={} if case.of_documents else LOCKABLE,
        question=question(case),
        golden=golden.to_dicts(),
        put_off=session.waits(case),
    )


def list_page(pool: ReviewerPool, name: str, cases: list[Case], notices: list[str], order: str) -> str:
    """Show the list of cases that fit the filter, in the order that is asked for."""
    session = pool.reviewers[name].session
    key = ORDERS.get(order)
    ordered = sorted(cases, key=key) if key else cases
    entries = [(c, session.state(c), pool.claimed_by_other(c, name)) for c in ordered[:LISTED]]
    left = [case for case in pool.board.cases if session.state(case) != "settled"]
    kinds = Counter(kind for case in left for kind in case.kinds)
    return render(
        pool,
        name,
        "list.html",
        notices,
        entries=entries,
        total=len(cases),
        blind=session.blind,
        kinds=sorted(kinds.items(), key=lambda entry: (-entry[1], entry[0])),
        order=order,
    )


def render(pool: ReviewerPool, name: str, template: str, notices: list[str], **values: Any) -> str:
    """Give a page with its head (who reviews, how far the queue is, what happened) and a ticket of its own."""
    reviewer = pool.reviewers[name]
    return (
        _environment()
        .get_template(template)
        .render(
            name=name,
            ticket=uuid4().hex,
            progress=reviewer.session.progress(),
            notices=notices,
            filter_text=reviewer.filter_text,
            others=[other for other in pool.reviewers if other != name],
            **values,
        )
    )
