"""`sot explain`: why two records, or the records of a customer, are linked or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import polars as pl

Plain = dict[str, Any]
BAR = 30
"""Widest bar of the waterfall, in columns."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("explain")(explain)


def explain(
    first: Annotated[
        str, typer.Argument(metavar="A", help="SYSTEM:ID of a record, or a golden id.", show_default=False)
    ],
    second: Annotated[
        str | None, typer.Argument(metavar="[B]", help="SYSTEM:ID of another record.", show_default=False)
    ] = None,
    run: Annotated[Path, typer.Option("--run", help="The finished run.")] = Path("sot-out"),
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Tell why two records are linked or not, evidence by evidence; for a golden id, what holds it together."""
    import json

    records, members, links, rules = _finished(run)
    pairs = (
        [(_uid(records, first), _uid(records, second))] if second else _holding(run, records, members, first)
    )
    from sot.match.explain import explain as explained

    found = [explained(records, rules, links, left, right, _alone(run, left, right)) for left, right in pairs]
    if as_json:
        typer.echo(json.dumps(found[0] if second else found, ensure_ascii=False, indent=2))
    else:
        typer.echo("\n\n".join(_told(one) for one in found))


def _finished(run: Path) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, float], Any]:
    import json

    import polars as pl

    from sot.errors import UsageError
    from sot.rules import Rulebook
    from sot.workspace import find_project

    tables = run / "tables"
    if not (tables / "matching.json").is_file():
        raise UsageError(
            f"{run}: there is no finished run", "name the folder that `sot dedupe --out` wrote with --run"
        )
    links = json.loads((tables / "matching.json").read_text(encoding="utf-8"))["report"]["links_per_record"]
    records = pl.read_parquet(tables / "records.parquet").sort("uid")
    members = pl.read_parquet(tables / "memberships.parquet")
    return records, members, links, Rulebook(find_project(Path.cwd()).rules)


def _alone(run: Path, left: int, right: int) -> float:
    """Give the bits that the run gave a pair because its sides have only each other."""
    import polars as pl

    pair = pl.scan_parquet(run / "tables" / "pairs.parquet").filter(
        (pl.col("uid_l") == min(left, right)) & (pl.col("uid_r") == max(left, right))
    )
    if "bits_alone" not in pair.collect_schema().names():  # a run of an older sot
        return 0.0
    found = pair.select("bits_alone").collect()
    return float(found.item()) if found.height else 0.0


def _uid(records: pl.DataFrame, key: str) -> int:
    import polars as pl

    from sot.errors import UsageError

    system, _, record_id = key.partition(":")
    found = records.filter((pl.col("system") == system) & (pl.col("record_id") == record_id))
    if not found.height:
        known = ", ".join(sorted(records["system"].unique()))
        raise UsageError(
            f"{key}: there is no such record in the run", f"write SYSTEM:ID; systems are {known}"
        )
    return int(found["uid"][0])


def _holding(
    run: Path, records: pl.DataFrame, members: pl.DataFrame, golden_id: str
) -> list[tuple[int, int]]:
    """Give the links of a customer's records, each record's best one, the weakest first."""
    import polars as pl

    from sot.errors import UsageError

    if ":" in golden_id:
        raise UsageError(f"{golden_id} is one record", "name a second one (SYSTEM:ID), or a golden id alone")
    inside = members.filter(pl.col("golden_id") == golden_id)["uid"]
    if not len(inside):
        raise UsageError(
            f"{golden_id}: there is no such customer in the run", "golden ids are in golden_customers.csv"
        )
    if len(inside) == 1:
        record = records.row(int(inside[0]), named=True)
        raise UsageError(
            f"{golden_id} is one record alone ({record['system']}:{record['record_id']})",
            "there is no link to explain",
        )
    pairs = pl.read_parquet(run / "tables" / "pairs.parquet").filter(
        pl.col("uid_l").is_in(inside.implode()) & pl.col("uid_r").is_in(inside.implode())
    )
    sides = [pairs.select("uid_l", "uid_r", "match_weight", uid=side) for side in ("uid_l", "uid_r")]
    best = pl.concat(sides).sort("uid", "match_weight", descending=[False, True]).unique("uid", keep="first")
    chosen = best.select("uid_l", "uid_r", "match_weight").unique().sort("match_weight", "uid_l", "uid_r")
    return [(left, right) for left, right, _ in chosen.iter_rows()]


def _told(found: Plain) -> str:
    left, right = found["records"]
    verdict = {"auto": "linked without asking", "doubt": "in doubt", "apart": "apart"}[found["band"]]
    lines = [
        f"{left['system']}:{left['record_id']}  {left['name'] or ''}",
        f"{right['system']}:{right['record_id']}  {right['name'] or ''}",
        f"{verdict}: match probability {found['match_probability']:.3f} ({found['match_weight']:+.1f} bits)"
        + (
            f"; {found['against'].replace('_', ' ')} speaks against linking it without asking"
            if found["against"]
            else ""
        ),
        "",
        "  evidence      bits  against relatives",
    ]
    widest = max([abs(found["prior"]), *(abs(step["bits"]) for step in found["steps"]), 1.0])
    for step in found["steps"]:
        if step["level"] == "missing" and not (step["left"] or step["right"]):
            continue
        lines.append(
            _bar(step["comparison"].replace("_", " "), step["bits"], step["bits_against_relatives"], widest)
        )
        lines.append(f"      {step['level']}: {step['left'] or '–'}  |  {step['right'] or '–'}")
    if found["alone"]:
        lines.append(_bar("no rival", 0.0, found["alone"], widest))
        lines.append("      neither has another candidate in the other's systems that comes near")
    lines.append(_bar("prior", found["prior"], None, widest))
    lines.append("      how rare links are among all pairs of this kind")
    met = [rule for rule in found["blocking"] if rule["found"]]
    cut = [rule for rule in found["blocking"] if rule["records"] and not rule["found"]]
    lines += [
        "",
        "  found by "
        + (", ".join(rule["rule"] for rule in met) or "no blocking rule: the run never compared them"),
    ]
    lines += [
        f"  {rule['rule']}: shared by {rule['records']} records, more than the cap of {rule['cap']}"
        for rule in cut
    ]
    return "\n".join(lines)


def _bar(name: str, bits: float, relative: float | None, widest: float) -> str:
    drawn = ("█" if bits > 0 else "░") * max(1, round(abs(bits) / widest * BAR)) if abs(bits) >= 0.05 else ""
    told = f"{relative:+6.1f}" if relative is not None else " " * 6
    return f"  {name:<12}{bits:+6.1f}  {told}  {drawn}"
