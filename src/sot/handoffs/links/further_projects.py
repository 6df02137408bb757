"""Second projects of a deal and second deals of a project: what is named as what has the other, and as nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import polars as pl

from sot.handoffs.links.phases import CALLED
from sot.handoffs.links.solver import Proposal
from sot.rules.handoffs import LinkingRules, Window

_PHASE = (
    rf"(?i)\b(?:{CALLED}|part|teil|los)\s*"
    r"(?:[2-9]|ii|iii|iv|two|three|zwei|drei|deux|trois|dos|tres|due|tre)\b"
    r"|\b[2-9](?:nd|rd|th|\.|e|ème)?\s*(?:phase|stage|teil|abschnitt|bauabschnitt|étape|fase|etapa|tranche)\b"
)
_TELLING = 2.0
"""The bits that the words of the deal must have together."""
_SURE = 0.8


def later_phases(table: pl.DataFrame) -> frozenset[int]:
    """Give the projects that call themselves a second phase (or a later one)."""
    later = (pl.col("kind") == "project") & pl.col("name").str.contains(_PHASE).fill_null(False)
    return frozenset(table.filter(later)["doc"].to_list())


def additions(table: pl.DataFrame, rules: LinkingRules) -> frozenset[int]:
    """Give the deals that call themselves an addition to another: a change order, more work."""
    words = "|".join(map(re.escape, rules.addition_words))
    more = (pl.col("kind") == "deal") & pl.col("name").str.contains(
        rf"(?i)(?:^|\W)(?:{words})(?:\W|$)"
    ).fill_null(False)
    return frozenset(table.filter(more)["doc"].to_list())


def shared_projects(
    deals: pl.DataFrame,
    words: Mapping[int, frozenset[str]],
    known: pl.DataFrame,
    apart: Collection[tuple[int, int]],
    adding: frozenset[str],
) -> list[Proposal]:
    """Give links of additions without a project with that of the one deal that they are named as.

    `deals` are those of the customers, `known` (l, r) are the deals that have projects; words that only say that a
    deal is an addition are `adding`.
    """
    party = dict(deals.select("doc", "party").drop_nulls().iter_rows())
    having: dict[int, list[tuple[int, int]]] = {}
    for deal, project in known.select("l", "r").sort("l", "r").iter_rows():
        if deal in party:
            having.setdefault(party[deal], []).append((deal, project))
    made = []
    for doc in deals.filter(pl.col("sure") & (pl.col("links") == 0) & pl.col("addition"))["doc"].sort():
        mine = {word for word in words.get(doc, ()) if word.isalpha()} - adding
        named = [
            project
            for deal, project in having.get(party.get(doc, -1), [])
            if (doc, project) not in apart
            and (mine <= words.get(deal, frozenset()) or mine <= words.get(project, frozenset()))
        ]
        if len(set(named)) == 1:
            made.append(Proposal(doc, named[0], "shared words", "name", _SURE))
    return made


def further_projects(
    deals: pl.DataFrame,
    projects: pl.DataFrame,
    words: Mapping[int, frozenset[str]],
    weight: Mapping[str, float],
    window: Window,
    apart: Collection[tuple[int, int]],
    known: pl.DataFrame,
) -> list[Proposal]:
    """Give links of projects that no deal explains; `deals` and `projects` are tables of the columns of a side.

    `known` (l, r) are the deals that have projects.
    """
    first: dict[int, list[int]] = {}
    for deal, project in known.select("l", "r").sort("l", "r").iter_rows():
        first.setdefault(deal, []).append(project)
    alone = projects.filter(pl.col("links") == 0).select("party", project="doc", start="day")
    won = deals.filter(pl.col("sure") & (pl.col("links") > 0)).select("party", deal="doc", won="day")
    delay = (pl.col("start") - pl.col("won")).dt.total_days()
    near = delay.is_between(-window.before, window.after).fill_null(True)
    pairs = alone.drop_nulls("party").join(won, on="party").filter(near).sort("project", "deal")
    called: dict[int, list[int]] = {}
    for project, deal in pairs.select("project", "deal").iter_rows():
        if (deal, project) in apart:
            continue
        # Words with digits are numbers of documents, which two projects don't share.
        names = [
            {word for word in words.get(doc, ()) if word.isalpha()} for doc in (deal, *first.get(deal, ()))
        ]
        theirs = words.get(project, frozenset())
        if any(mine <= theirs and sum(sorted(weight[word] for word in mine)) >= _TELLING for mine in names):
            called.setdefault(project, []).append(deal)
    return [
        Proposal(named[0], project, "shared words", "name", _SURE)
        for project, named in called.items()
        if len(named) == 1
    ]
