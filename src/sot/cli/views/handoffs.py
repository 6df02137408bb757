"""The handoffs of a run as a person reads them in the terminal."""

from __future__ import annotations

from typing import Any

import polars as pl
from rich.console import Console
from rich.text import Text

from sot.cli.views.layout import head, plain_table, put
from sot.cli.views.run_summary import STYLE
from sot.model.amounts import money
from sot.model.counts import counted
from sot.model.safe import clean

Plain = dict[str, Any]

CURRENCIES = 2
"""Sums in so many currencies are named."""


def show(console: Console, figures: Plain, exceptions: pl.DataFrame, limit: int, *, whole: bool) -> None:
    """Print the funnel, the kinds and the exceptions; the exceptions alone unless `whole`."""
    if not figures.get("as_of"):
        console.print("no deals, projects, invoices or payments were read")
        return
    if whole:
        for part in (_funnel, _times, _kinds, _unjudged):
            part(console, figures)
    _exceptions(console, exceptions, limit)


def _funnel(console: Console, figures: Plain) -> None:
    head(console, f"Progress of the won deals, as of {figures['as_of']}")
    table = plain_table(("", "left"), ("step", "left"), ("deals", "right"), ("money", "right"))
    for row in figures["funnel"]:
        for step in row["steps"]:
            table.add_row(
                row["currency"] or "?", step["step"], f"{step['deals']:,}", f"{step['amount']:,.0f}"
            )
    put(console, table)


def _times(console: Console, figures: Plain) -> None:
    if not figures["times"]:
        return
    head(console, "Days between the steps")
    table = plain_table(
        ("", "left"), ("median", "right"), ("nine of ten within", "right"), ("count", "right")
    )
    for row in figures["times"]:
        table.add_row(row["step"], f"{row['median']:,.0f}", f"{row['p90']:,.0f}", f"{row['count']:,}")
    put(console, table)


def _kinds(console: Console, figures: Plain) -> None:
    if not figures["kinds"]:
        return
    head(console, "Exceptions")
    table = plain_table(("kind", "left"), ("severity", "left"), ("count", "right"), ("money", "right"))
    for row in figures["kinds"]:
        amounts = [money(amount, currency) for currency, amount in row["amounts"].items()]
        more = f" + {len(amounts) - CURRENCIES} more" if len(amounts) > CURRENCIES else ""
        worth = " + ".join(amounts[:CURRENCIES]) + more
        severity = Text(row["severity"], style=STYLE[row["severity"]])
        table.add_row(row["kind"], severity, f"{row['count']:,}", worth)
    put(console, table)


def _unjudged(console: Console, figures: Plain) -> None:
    parts = [f"{count:,} for {kind}" for kind, count in figures["not_auditable"].items()]
    if parts:
        put(
            console,
            Text(f"not judged, because the exports do not cover them: {', '.join(parts)}", style="dim"),
        )
    for note in figures["notes"]:
        put(console, Text(clean(note), style="dim"))


def _exceptions(console: Console, exceptions: pl.DataFrame, limit: int) -> None:
    head(console, "The worst first" if exceptions.height else "No exception")
    for row in exceptions.head(limit).iter_rows(named=True):
        worth = "" if row["difference"] is None else money(row["difference"], row["currency"], 2)
        days = "" if row["days"] is None else counted(row["days"], "day")
        who = clean(row["golden_name"] or row["golden_id"] or "(no customer)")
        line = Text.assemble(
            (f"{row['kind']:<24}", STYLE[row["severity"]]), f"{worth:>18}  {days:>10}  {who}"
        )
        put(console, line)
        documents = row["documents"].split("|")
        rest = f" and {len(documents) - 1:,} more" if len(documents) > 1 else ""
        put(console, Text(f"{clean(documents[0])}{rest}: {clean(row['why'])}", style="dim"), indent=6)
    if exceptions.height > limit:
        put(
            console,
            Text(
                f"… and {exceptions.height - limit:,} more: see handoffs.csv, or --limit {exceptions.height}"
            ),
        )
