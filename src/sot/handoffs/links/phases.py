"""Which project of a deal a bill is for: the one of its amount, of the phase that it names, or that has just ended."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import polars as pl

CALLED = "phase|stage|step|lot|tranche|bauabschnitt|abschnitt|étape|etape|fase|etapa|tappa|etap|vaihe"
"""What phases are called in several languages, as alternatives of a regular expression."""
_NUMBERED = rf"(?i)\b(?:{CALLED})\s*(?:no\.?|nr\.?|n°)?\s*([1-9])\b"
_BEFORE, _AFTER = timedelta(days=5), timedelta(days=45)
"""A project is billed from so long before its end to so long after it, as far as that tells of which one a bill is."""
_OVERLAP = timedelta(days=7)
"""So long may one project still run when the next one has begun."""


def phases(table: pl.DataFrame) -> pl.DataFrame:
    """Give (doc, phase): the number of the phase that a project is called, or that a bill names alone."""
    text = pl.concat_str("name", "line_text", "memo", "reference", separator=" ", ignore_nulls=True)
    numbers = (
        pl.when(pl.col("kind") == "project")
        .then(pl.col("name").str.extract_all(_NUMBERED))
        .when(pl.col("kind") == "invoice")
        .then(text.str.extract_all(_NUMBERED))
    )
    digits = numbers.list.eval(pl.element().str.extract(r"([1-9])$", 1)).list.unique()
    known = table.select("doc", digits=digits).filter(pl.col("digits").list.len() == 1)
    return known.select("doc", phase=pl.col("digits").list.first().cast(pl.Int32))


def of_their_projects(both: pl.DataFrame, table: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Leave of the projects of a deal those that a bill is for, where that is clear.

    `both` has l (a deal), r (a bill of it), project, and whether their amounts are the same (fits).
    """
    called = both.join(
        numbers.rename({"phase": "billed"}), left_on="r", right_on="doc", how="left", maintain_order="left"
    ).join(numbers, left_on="project", right_on="doc", how="left", maintain_order="left")
    named = (
        (pl.col("billed") == pl.col("phase")).fill_null(False) & ~pl.col("fits").any().over("r")
    ) | pl.col("fits")
    called = called.with_columns(named=named)
    several = pl.col("project").n_unique().over("l") > 1
    vague = called.filter(several & ~pl.col("named").any().over("r"))
    turns = _in_turn(vague, called, table)
    called = called.join(turns, on=["r", "project"], how="left", maintain_order="left")
    sure = pl.col("named") | pl.col("turn").fill_null(False)
    return called.filter(sure | ~sure.any().over("r")).drop("billed", "phase", "named", "turn")


def _in_turn(vague: pl.DataFrame, every: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Give (r, project, turn): bills of projects that follow one another, each when one of them has just ended."""
    days = table.select("doc", "day", "end")
    ends = {doc: (day, end) for doc, day, end in days.iter_rows()}
    rows: list[tuple[int, int, bool]] = []
    waiting = vague.group_by("l", maintain_order=True).agg(pl.col("r").unique().sort())
    projects = dict(every.group_by("l").agg(pl.col("project").unique().sort()).iter_rows())
    taken = set(every.filter("named")["project"].to_list())
    for deal, bills in waiting.iter_rows():
        spans = sorted((*ends[project], project) for project in projects[deal] if all(ends[project]))
        if len(spans) < len(projects[deal]) or any(
            later[0] < earlier[1] - _OVERLAP for earlier, later in pairwise(spans)
        ):
            continue
        free = [(end, project) for _, end, project in spans if project not in taken]
        pairs = [(bill, _just_ended(ends[bill][0], free)) for bill in bills]
        chosen = [project for _, project in pairs if project is not None]
        if len(chosen) == len(set(chosen)) == len(bills):
            rows += [(bill, project, True) for bill, project in pairs if project is not None]
    return pl.DataFrame(rows, schema={"r": pl.Int32, "project": pl.Int32, "turn": pl.Boolean}, orient="row")


def _just_ended(billed: date | None, ends: list[tuple[date, int]]) -> int | None:
    if billed is None:
        return None
    near = [(end, project) for end, project in ends if -_BEFORE <= billed - end <= _AFTER]
    return max(near)[1] if near else None
