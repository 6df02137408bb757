"""`sot explain`: why two records, or the records of a customer, are linked or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sot.cli.console import say, say_json
from sot.model.counts import counted
from sot.model.kinds import LinkedBy
from sot.model.safe import clean

if TYPE_CHECKING:
    import polars as pl

    from sot.model.matching import MatchReport

Plain = dict[str, Any]
LINKED = {
    LinkedBy.EXACT: "everything compared agrees, or one names the other's id",
    LinkedBy.MODEL: "linked by clear evidence",
    LinkedBy.DOUBT: "linked in doubt",
    LinkedBy.DECISION: "linked by a decision",
    LinkedBy.SINGLE: "linked to no other",
}
SHOWN = 20
"""So many records of a customer are named."""
BAR = 30
"""Widest bar of the waterfall, in columns."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("explain", short_help="Explain why two records are one customer, or not.")(explain)


def explain(
    first: Annotated[
        str,
        typer.Argument(
            metavar="RECORD",
            help="SYSTEM:ID of a record (the ID alone if it is unique), a golden id, a customer's name, the id of a "
            "case, or SYSTEM:OBJECT:ID of a document.",
            show_default=False,
        ),
    ],
    second: Annotated[
        str | None,
        typer.Argument(metavar="OTHER", help="SYSTEM:ID, or ID, of another record.", show_default=False),
    ] = None,
    run: Annotated[Path, typer.Option("--run", metavar="DIR", help="The finished run.")] = Path("sot-out"),
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Explain why two records are linked or not, comparison by comparison; for a customer, show its links.

    Name a customer by its golden id, by one of its records or by its name. For a case of review_queue.csv, show
    the pairs in question; for a deal, project, invoice or payment, its links with reasons, and its exceptions.
    """
    from sot.cli.record_argument import customer_named, pairs_of_case, which
    from sot.cli.views.document import document_of, told
    from sot.match.explain import explain as explained

    records, members, report, rules = _finished(run)
    if second is None and (document := document_of(run, first)) is not None:
        if as_json:
            say_json(document)
        else:
            say(told(document))
        return
    case = [] if second else pairs_of_case(run, first)
    if second:
        pairs = [_two(which(records, members, first), which(records, members, second), second)]
    elif case:
        pairs = case
    else:
        first = customer_named(run, records, members, first)
        pairs = _holding(run, records, members, first)

    explanations = []
    for pair in pairs:
        stored = _stored(run, *pair)
        # A run of an older sot has no bits_room.
        computed = explained(records, rules, report, *pair, float(stored.get("bits_room") or 0.0))
        explanations.append(_placed(_as_stored(computed, stored), members, pair))
    if as_json:
        say_json(explanations[0] if second else explanations)
    else:
        head = [] if second or case else [_customer(run, records, members, first)]
        say("\n\n".join([*head, *map(_told, explanations)]))


def _finished(run: Path) -> tuple[pl.DataFrame, pl.DataFrame, MatchReport, Any]:
    import json

    import polars as pl

    from sot.cli.project_folder import open_project
    from sot.model.matching import MatchReport
    from sot.model.tables import NORMALISED
    from sot.rules import Rulebook
    from sot.workspace.run_folder import unfinished

    tables = run / "tables"
    if not (tables / "matching.json").is_file():
        raise unfinished(run)
    matching = json.loads((tables / "matching.json").read_text(encoding="utf-8"))
    records = pl.read_parquet(tables / "records.parquet").sort("uid")
    # A run of an older sot lacks the columns that came later: nothing is known there.
    later = (
        pl.lit(None, kind).alias(name) for name, kind in NORMALISED.items() if name not in records.columns
    )
    records = records.with_columns(*later)
    members = pl.read_parquet(tables / "memberships.parquet").sort("uid")
    return records, members, MatchReport.from_json(matching["report"]), Rulebook(open_project(None).rules)


def _two(left: int, right: int, name: str) -> tuple[int, int]:
    from sot.errors import UsageError

    if left == right:
        raise UsageError(f"{name}: both arguments are this record", "name two records")
    return left, right


def _stored(run: Path, left: int, right: int) -> Plain:
    """Give what the run stored of a pair, or nothing if it never scored the pair."""
    import polars as pl

    pair = pl.scan_parquet(run / "tables" / "pairs.parquet").filter(
        (pl.col("uid_l") == min(left, right)) & (pl.col("uid_r") == max(left, right))
    )
    rows = pair.collect().rows(named=True)
    return rows[0] if rows else {}


def _as_stored(explanation: Plain, stored: Plain) -> Plain:
    """Give an explained pair with the bits, weight, probability and band of the run where it scored the pair.

    So `sot explain` prints what crosswalk.csv and the review show, even if the rules were edited since the run.
    """
    if not stored:
        return explanation
    steps = [
        step | {"bits": float(stored.get(f"bits_{step['comparison']}", step["bits"]) or 0.0)}
        for step in explanation["steps"]
    ]
    kept = ("match_weight", "match_probability", "band", "against")
    return explanation | {"steps": steps, **{name: stored[name] for name in kept}}


def _holding(
    run: Path, records: pl.DataFrame, members: pl.DataFrame, golden_id: str
) -> list[tuple[int, int]]:
    """Give the links of a customer's records, each record's best one, the weakest first."""
    import polars as pl

    inside = members.filter(pl.col("golden_id") == golden_id)["uid"]
    pairs = pl.read_parquet(run / "tables" / "pairs.parquet").filter(
        pl.col("uid_l").is_in(inside.implode()) & pl.col("uid_r").is_in(inside.implode())
    )
    sides = [pairs.select("uid_l", "uid_r", "match_weight", uid=side) for side in ("uid_l", "uid_r")]
    best = pl.concat(sides).sort("uid", "match_weight", descending=[False, True]).unique("uid", keep="first")
    chosen = best.select("uid_l", "uid_r", "match_weight").unique().sort("match_weight", "uid_l", "uid_r")
    return [(left, right) for left, right, _ in chosen.iter_rows()]


def _placed(explanation: Plain, members: pl.DataFrame, pair: tuple[int, int]) -> Plain:
    """Add to both records the customer that they are of in the run, and what linked them to it."""
    placed = [
        side | members.row(uid, named=True)
        for side, uid in zip(explanation["records"], sorted(pair), strict=True)
    ]
    kept = ("system", "record_id", "name", "golden_id", "linked_by")
    return explanation | {"records": [{name: side[name] for name in kept} for side in placed]}


def _customer(run: Path, records: pl.DataFrame, members: pl.DataFrame, golden_id: str) -> str:
    """Name the customer and its records, with what linked each."""
    import polars as pl

    golden = pl.read_parquet(run / "tables" / "golden.parquet", columns=["golden_id", "name"])
    name = golden.filter(pl.col("golden_id") == golden_id)["name"][0]
    rows = members.filter(pl.col("golden_id") == golden_id).join(records, on="uid", maintain_order="left")
    lines = [f"{golden_id}  {clean(name or '')}".rstrip() + f": {counted(rows.height, 'record')}"]
    lines += [f"  {_record(row)}" for row in rows.head(SHOWN).iter_rows(named=True)]
    if rows.height > SHOWN:
        lines.append(f"  … and {rows.height - SHOWN:,} more, see crosswalk.csv")
    if rows.height == 1:
        lines.append("  a single record: there is no link to explain")
    if set(rows["linked_by"]) == {LinkedBy.DECISION}:
        lines.append("  joined by decisions: see decisions.jsonl")
    return "\n".join(lines)


def _record(side: Plain) -> str:
    name = f"  {clean(side['name'])}" if side["name"] else ""
    return f"{side['system']}:{side['record_id']}{name}  ({LINKED[side['linked_by']]})"


def _whose(left: Plain, right: Plain) -> str:
    if left["golden_id"] == right["golden_id"]:
        return f"one customer in this run: {left['golden_id']}"
    return f"two customers in this run: {left['golden_id']} and {right['golden_id']}"


def _told(pair: Plain) -> str:
    left, right = pair["records"]
    verdict = {"auto": "linked without asking", "doubt": "in doubt", "apart": "apart"}[pair["band"]]
    joined = left["golden_id"] == right["golden_id"]
    if joined and {left["linked_by"], right["linked_by"]} == {LinkedBy.DECISION}:
        verdict += " without the decision"
    lines = [
        _record(left),
        _record(right),
        _whose(left, right),
        f"{verdict}: match probability {pair['match_probability']:.3f} ({pair['match_weight']:+.1f} bits)"
        + (f"; {pair['against'].replace('_', ' ')} contradicts an automatic link" if pair["against"] else ""),
        "",
        "  evidence      bits  against relatives",
    ]
    widest = max([abs(pair["prior"]), *(abs(step["bits"]) for step in pair["steps"]), 1.0])
    for step in pair["steps"]:
        if step["level"] == "missing" and not (step["left"] or step["right"]):
            continue
        lines.append(
            _bar(step["comparison"].replace("_", " "), step["bits"], step["bits_against_relatives"], widest)
        )
        lines.append(f"      {step['level']}: {clean(step['left'] or '–')}  |  {clean(step['right'] or '–')}")
    if pair["room"]:
        lines.append(_bar("no system has both", pair["room_by_chance"], pair["room"], widest))
        lines.append("      no system holds both; that counts more if no other record is close")
    lines.append(_bar("prior", pair["prior"], None, widest))
    lines.append("      how rare links are among all pairs of this kind")
    met = [rule for rule in pair["blocking"] if rule["found"]]
    cut = [rule for rule in pair["blocking"] if rule["records"] and not rule["found"]]
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
    text = f"{relative:+6.1f}" if relative is not None else " " * 6
    return f"  {name:<12}{bits:+6.1f}  {text}  {drawn}"
