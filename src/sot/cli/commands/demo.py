"""`sot demo`: make a company whose systems disagree, to try `sot` on."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated, Literal

import typer

from sot.cli.console import note
from sot.model.counts import counted


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("demo", short_help="Generate exports of a made-up company, with the truth.")(demo)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the exports, new or empty.")],
    customers: Annotated[int, typer.Option(min=1, metavar="N", help="Number of customers.")] = 1000,
    seed: Annotated[
        int, typer.Option(min=0, metavar="S", help="Seed; each seed gives a different company.")
    ] = 1,
    systems: Annotated[
        Literal["salesforce", "hubspot", "pipedrive"],
        typer.Option(
            metavar="CRM",
            help="The systems: salesforce with NetSuite and a job list, hubspot with QuickBooks and Harvest, "
            "pipedrive with Xero and monday.com.",
        ),
    ] = "salesforce",
    noise: Annotated[
        Literal["clean", "usual", "heavy"],
        typer.Option(
            metavar="LEVEL",
            help="How dirty the data is: clean has no typos, heavy is as dirty as the worst real lists.",
        ),
    ] = "usual",
    exceptions: Annotated[
        float,
        typer.Option(
            min=0,
            max=5,
            metavar="X",
            help="How often something goes wrong from deal to payment: 0 never, 2 twice as often.",
        ),
    ] = 1.0,
    references: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            metavar="SHARE",
            help="Share of documents with a reference to the previous one.",
            show_default="as the systems have it",
        ),
    ] = None,
) -> None:
    """Generate the exports of a made-up company, with the truth next to them."""
    from sot.demo import TRUTH, Demo, write

    asked = Demo(customers, seed, systems, exceptions=exceptions, references=references, noise=noise)
    counts = write(folder, asked)
    for system, records in counts.items():
        note(f"{system}: {counted(records, 'record')}")
    note(f"{counted(customers, 'customer')}, {counted(sum(counts.values()), 'record')} in {folder}")
    note("")
    note(f"next:  sot dedupe {quote(str(folder))}")
    note(f"then:  sot evaluate sot-out --truth {quote(str(folder / TRUTH))}")
