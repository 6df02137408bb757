"""Deal to project: won deals without a project, projects without a deal, and projects that start too early or late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from sot.handoffs.exceptions.facts import Facts
from sot.handoffs.exceptions.finding import finding, since, text
from sot.model.kinds import HandoffKind

if TYPE_CHECKING:
    from sot.handoffs.exceptions.habits import Habits


def deal_to_project(known: Facts, habits: Habits, not_auditable: dict[str, int]) -> list[pl.DataFrame]:
    """Give the exceptions between deals and projects; there are none where no project tool was read."""
    if not known.windows.project.read or not known.windows.deal.read:
        return []
    return [
        _without_project(known, habits.kicked_off, not_auditable),
        _without_deal(known, habits.sold, not_auditable),
        *_starts(known),
    ]


def judged_deals(known: Facts) -> pl.DataFrame:
    """Give the won deals of which the exports show whether they have projects."""
    won = known.deals.filter(pl.col("state") == "deal_won")
    return won.filter(pl.col("party").is_not_null() & known.windows.project.covers("day"))


def judged_projects(known: Facts) -> pl.DataFrame:
    """Give the projects of which the exports show whether they have deals."""
    seen = pl.col("day").is_null() | known.windows.deal.covers("day")
    return known.projects.filter(pl.col("party").is_not_null() & seen)


def _without_project(known: Facts, usual: bool, not_auditable: dict[str, int]) -> pl.DataFrame:
    limits, until = known.limits, known.windows.until(known.windows.project)
    won = known.deals.filter(pl.col("state") == "deal_won")
    retainer = pl.col("recurs").fill_null(False) & ~pl.col("same")
    judged = judged_deals(known).filter(~retainer)
    kind = HandoffKind.DEAL_WITHOUT_PROJECT
    not_auditable[kind] = (
        (won.height - judged.height) if usual else won.filter(pl.col("projects") == 0).height
    )
    late = since("day", until) > limits.project_after_win_days
    lacking = judged.filter((pl.col("projects") == 0) & late & pl.lit(usual))
    why = text("won on ", pl.col("day").cast(pl.String), ", and there is no project for it")
    return finding(
        lacking, kind, why, expected=pl.col("worth"), difference=pl.col("worth"), days=since("day", until)
    )


def _without_deal(known: Facts, usual: bool, not_auditable: dict[str, int]) -> pl.DataFrame:
    projects, judged = known.projects, judged_projects(known)
    kind = HandoffKind.PROJECT_WITHOUT_DEAL
    alone = pl.col("deals") == 0
    not_auditable[kind] = projects.filter(alone).height - (judged.filter(alone).height if usual else 0)
    lacking = judged.filter(alone & pl.lit(usual))
    amount = pl.coalesce("net", "total")
    return finding(
        lacking, kind, text("no deal in any state belongs to it"), found=amount, difference=amount,
        days=since("day", known.windows.as_of),
    )  # fmt: skip


def _starts(known: Facts) -> list[pl.DataFrame]:
    limits, as_of = known.limits, known.windows.as_of
    delay = (pl.col("day") - pl.col("won")).dt.total_days()
    started = pl.col("state").fill_null("").is_in(["project_done"]) | (pl.col("day") <= as_of)
    linked = known.projects.filter(pl.col("deals") > 0)
    early = linked.filter(pl.col("any_won") & (delay < -limits.project_before_win_days))
    unwon = linked.filter(pl.col("unwon") & started & (pl.col("state").fill_null("") != "project_cancelled"))
    late = linked.filter(pl.col("any_won") & (delay > limits.project_after_win_days) & pl.col("first"))
    deal = pl.concat_list("deal")
    starts = pl.col("day").cast(pl.String)

    def about(table: pl.DataFrame, kind: HandoffKind, why: pl.Expr, days: pl.Expr) -> pl.DataFrame:
        worth = pl.col("deal_worth")
        return finding(table, kind, why, difference=worth, days=days, others=deal, currency="deal_currency")

    won = pl.col("won").cast(pl.String)
    return [
        about(early, HandoffKind.PROJECT_BEFORE_WIN, text("starts on ", starts, ", its deal was won on ", won), -delay),
        about(unwon, HandoffKind.PROJECT_BEFORE_WIN, text("has started on ", starts, ", its deal is not won"),
              since("day", as_of)),
        about(late, HandoffKind.LATE_KICKOFF, text("starts on ", starts, ", its deal was won on ", won), delay),
    ]  # fmt: skip
