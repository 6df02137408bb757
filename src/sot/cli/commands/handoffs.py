"""`sot handoffs`: the way from the deal to the money, and what went wrong on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sot.cli.console import say_json, screen
from sot.cli.steward_options import DEFAULT_RUN
from sot.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

Plain = dict[str, Any]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("handoffs", short_help="Show gaps between deals, projects, invoices and payments.")(handoffs)


def handoffs(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="The folder of a finished run.", show_default="sot-out")
    ] = DEFAULT_RUN,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Only this kind of exception; repeatable."),
    ] = None,
    customer: Annotated[
        str | None,
        typer.Option(
            "--customer",
            metavar="NAME",
            help="Only the customer with this golden id, or those whose names contain this text.",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="Number of exceptions to show.")
    ] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Show how much of the won deals was delivered, invoiced and paid, then the exceptions, worst first.

    The definitions are in docs/handoffs.md, the limits in rules/handoffs/. sot explain SYSTEM:OBJECT:ID shows the
    links of a document.
    """
    from sot.cli.views.handoffs import show

    figures, exceptions = _finished(run)
    exceptions = _of_kinds(exceptions, kind or [])
    exceptions = _of_customer(exceptions, customer)
    if as_json:
        say_json({**figures, "exceptions": exceptions.to_dicts()})
    else:
        show(screen(soft_wrap=True), figures, exceptions, limit, whole=not (kind or customer))


def _finished(run: Path) -> tuple[Plain, pl.DataFrame]:
    """Give the figures and the exceptions of a run, the most severe first."""
    import polars as pl

    from sot.workspace.run_folder import unfinished

    tables = run / "tables"
    if not (tables / "summary.json").is_file():
        raise unfinished(run)
    if not (tables / "handoffs.parquet").is_file():
        raise UsageError(
            f"{run}: this run was made by an older sot and has no handoffs", "run sot dedupe again"
        )
    figures = json.loads((tables / "summary.json").read_text(encoding="utf-8")).get("handoffs") or {}
    rank = pl.col("severity").replace_strict({"blocker": 0, "warning": 1, "info": 2}, return_dtype=pl.Int8)
    weight = pl.col("difference").fill_null(0) * pl.col("days").fill_null(0).clip(lower_bound=1)
    exceptions = pl.read_parquet(tables / "handoffs.parquet")
    return figures, exceptions.sort(rank, weight, "finding_id", descending=[False, True, False])


def _of_kinds(exceptions: pl.DataFrame, kinds: list[str]) -> pl.DataFrame:
    import difflib

    import polars as pl

    from sot.model.kinds import HandoffKind

    known = [str(kind) for kind in HandoffKind]
    for name in kinds:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"kinds are {', '.join(known)}"
            raise UsageError(f"--kind {name}: there is no such kind", hint)
    return exceptions.filter(pl.col("kind").is_in(kinds)) if kinds else exceptions


def _of_customer(exceptions: pl.DataFrame, customer: str | None) -> pl.DataFrame:
    import polars as pl

    if customer is None:
        return exceptions
    named = (
        pl.col("golden_name").fill_null("").str.to_lowercase().str.contains(customer.lower(), literal=True)
    )
    return exceptions.filter((pl.col("golden_id") == customer) | named)
