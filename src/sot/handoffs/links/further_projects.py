"""Second projects: what is named as a deal that has a project already, and as no other deal of its customer."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from sot.handoffs.links.solver import Proposal
from sot.rules.handoffs import Window

_TELLING = 2.0
"""The bits that the words of the deal must have together."""
_SURE = 0.8


def further_projects(
    deals: pl.DataFrame,
    projects: pl.DataFrame,
    words: Mapping[int, frozenset[str]],
    weight: Mapping[str, float],
    window: Window,
    apart: Collection[tuple[int, int]],
) -> list[Proposal]:
    """Give links of projects that no deal explains; `deals` and `projects` are tables of the columns of a side."""
    alone = projects.filter(pl.col("links") == 0).select("party", project="doc", start="day")
    won = deals.filter(pl.col("sure") & (pl.col("links") > 0)).select("party", deal="doc", won="day")
    delay = (pl.col("start") - pl.col("won")).dt.total_days()
    near = delay.is_between(-window.before, window.after).fill_null(True)
    pairs = alone.drop_nulls("party").join(won, on="party").filter(near).sort("project", "deal")
    called: dict[int, list[int]] = {}
    for project, deal in pairs.select("project", "deal").iter_rows():
        mine = words.get(deal, frozenset())
        bits = sum(sorted(weight[word] for word in mine))
        if bits >= _TELLING and mine <= words.get(project, frozenset()) and (deal, project) not in apart:
            called.setdefault(project, []).append(deal)
    return [
        Proposal(theirs[0], project, "shared words", "name", _SURE)
        for project, theirs in called.items()
        if len(theirs) == 1
    ]
