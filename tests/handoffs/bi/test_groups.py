"""BI figures of a group of companies: what agrees together, and what does not."""

from __future__ import annotations

import pytest

from sot.handoffs.bi.groups import neighbours, together
from sot.handoffs.bi.reasons import Figure


def figure(golden: str, bi: int | None, ledger: int | None, reason: str) -> Figure:
    return Figure(golden, (), bi, ledger, "EUR", "EUR", reason)


PARENT = figure("A", 30_000, 10_000, "unexplained")
CHILD = figure("B", None, 20_000, "not_in_bi")


@pytest.mark.parametrize(
    ("figures", "related", "reasons"),
    [
        ([PARENT, CHILD], [("A", "B")], ["agrees", "agrees"]),
        ([PARENT, CHILD], [], ["unexplained", "not_in_bi"]),
        (
            [PARENT, CHILD, figure("C", None, 7_000, "not_in_bi")],
            [("A", "B"), ("C", "A")],
            ["agrees", "agrees", "not_in_bi"],
        ),
        ([PARENT, figure("B", None, 19_000, "not_in_bi")], [("A", "B")], ["unexplained", "not_in_bi"]),
        (
            [figure("A", None, 30_000, "not_in_bi"), figure("B", 30_000, None, "not_in_ledger")],
            [("A", "B")],
            ["agrees", "agrees"],
        ),
    ],
)  # fmt: skip
def test_a_row_of_the_parent_holds_its_subsidiaries(
    figures: list[Figure], related: list[tuple[str, str]], reasons: list[str]
) -> None:
    made = together(figures, neighbours(related), lambda amount, right: abs(amount - right) <= 5)
    assert [each.reason for each in made] == reasons
