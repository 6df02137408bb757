"""Simulated stewards: what decisions are worth, in the order of the queue and in random order.

    python -m tests.review.simulate RUN TRUTH [PICTURE.svg]

RUN is a finished run without decisions, TRUTH a CSV of system, record_id, entity_id. The stewards answer case
by case from the truth and err in 2 of 100 cases; the clusters are made anew after each step, with their
decisions, and measured by pair F1 and by the exposure that lies in customers that are exactly right.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import polars as pl

from sot import decision_log
from sot.cluster import cluster
from sot.model.decisions import Decision, RecordKey
from sot.model.matching import UsedModel
from sot.model.run import Matching
from sot.review.cases import Case, queue
from sot.review.run_reader import FinishedRun
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.workspace import golden_id_ledger

ERRORS = 0.02
STEPS = 16
NAMES = ("order of the queue", "random order")


def main(run: Path, truth: Path, picture: Path | None) -> None:
    """Run both orders and print the figures after each step; draw them if a picture is wanted."""
    finished = FinishedRun(run)
    entity = {(s, i): e for s, i, e in pl.read_csv(truth, infer_schema=False).iter_rows()}
    cases = [case for case in queue(finished, []) if case.field is None]
    mixed = list(cases)
    random.Random(1).shuffle(mixed)
    world = World(finished, entity)
    counts = sorted({round(len(cases) * step / STEPS) for step in range(STEPS + 1)})
    figures = []
    for order in (cases, mixed):
        decisions = answers(order, entity)
        figures.append([world.measure([d for batch in decisions[:n] for d in batch]) for n in counts])
    sys.stdout.write("           pair F1          exposure in customers exactly right\n")
    sys.stdout.write("decisions  queue   random   queue   random\n")
    for count, ours, other in zip(counts, *figures, strict=True):
        row = f"{count:>9}  {ours[0]:.4f}  {other[0]:.4f}   {ours[1]:.4f}  {other[1]:.4f}\n"
        sys.stdout.write(row)
    if picture:
        panels = [
            draw(counts, [[m[i] for m in curve] for curve in figures], title, 340 * i)
            for i, title in enumerate(("pair F1", "exposure in customers exactly right"))
        ]
        head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 680" font-family="sans-serif" '
        style = 'font-size="13" fill="#57606a"><rect width="100%" height="100%" fill="#fff"/>'
        picture.write_text(head + style + "".join(panels) + "</svg>\n")


class World:
    """The matching of a run, clustered anew under any decisions and held against the truth."""

    def __init__(self, run: FinishedRun, entity: dict[RecordKey, str]) -> None:
        self.records = run.table("records")
        found = run.matching
        self.matching = Matching(run.table("pairs"), model=UsedModel.from_json(found["parameters"]))
        keys = self.records.select("system", "record_id").iter_rows()
        truth = pl.Series([entity.get((s, i)) for s, i in keys], dtype=pl.String)
        money = run.table("exposure").group_by("uid").agg(pl.col("exposure").abs().sum())
        self.truth = self.records.select("uid").with_columns(entity=truth).join(money, on="uid", how="left")

    def measure(self, decisions: list[Decision]) -> tuple[float, float]:
        """Give pair F1, and the share of exposure in customers exactly right, where the truth is known."""
        held = decision_log.constraints(decisions, self.records)
        made = cluster(
            self.records, self.matching, held, golden_id_ledger.load(Path("none")), Settings(), Rulebook()
        )
        table = self.truth.join(made.memberships, on="uid").drop_nulls("entity")
        both = pairs_in(table, ["entity", "cluster"])
        f1 = 2 * both / (pairs_in(table, ["entity"]) + pairs_in(table, ["cluster"]))
        right = table.filter(
            (pl.col("entity").n_unique().over("cluster") == 1)
            & (pl.col("cluster").n_unique().over("entity") == 1)
        )
        return f1, float(right["exposure"].sum()) / float(table["exposure"].sum())


def pairs_in(table: pl.DataFrame, columns: list[str]) -> int:
    """Count the pairs of rows that agree in `columns`."""
    n = pl.col("len").cast(pl.Int64)
    return int(table.group_by(columns).len().select((n * (n - 1) // 2).sum()).item())


def answers(cases: list[Case], entity: dict[RecordKey, str]) -> list[list[Decision]]:
    """Give the decisions of each case: the truth of every pair asked about, at times all wrong."""
    made = []
    for case in cases:
        wrong = random.Random(case.id).random() < ERRORS
        batch = []
        for number, (a, b) in enumerate(case.asked):
            same = (entity.get(a, a) == entity.get(b, b)) != wrong
            verdict = "same" if same else "different"
            batch.append(Decision(f"{case.id}-{number}", "2026-01-01", "simulated", verdict, (a, b)))
        made.append(batch)
    return made


def draw(counts: list[int], curves: list[list[float]], title: str, down: int) -> str:
    """Draw one panel of curves as SVG: the queue's order first, then the random one."""
    left, right, top, bottom = 64, 696, 36, 290
    values = [value for curve in curves for value in curve]
    low, high = min(values), max(values)

    def x(count: float) -> float:
        return left + (right - left) * count / counts[-1]

    def y(value: float) -> float:
        return top + (bottom - top) * (high - value) / ((high - low) or 1)

    parts = [f'<g transform="translate(0 {down})"><text x="{left}" y="22" font-weight="bold">{title}</text>']
    for i in range(5):
        value, count = low + (high - low) * i / 4, counts[-1] * i / 4
        parts.append(f'<path d="M{left} {y(value):.1f}H{right}" stroke="#e4e8ec"/>')
        parts.append(f'<text x="{left - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.3f}</text>')
        parts.append(f'<text x="{x(count):.1f}" y="{bottom + 18}" text-anchor="middle">{count:,.0f}</text>')
    parts.append(f'<text x="380" y="{bottom + 36}" text-anchor="middle">cases decided</text>')
    for curve, name, colour, at in zip(curves, NAMES, ("#0b5fce", "#a8071a"), (-34, -14), strict=True):
        points = " ".join(f"{x(c):.1f},{y(v):.1f}" for c, v in zip(counts, curve, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts.append(
            f'<text x="{right - 8}" y="{bottom + at}" text-anchor="end" fill="{colour}">{name}</text>'
        )
    return "".join(parts) + "</g>"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
