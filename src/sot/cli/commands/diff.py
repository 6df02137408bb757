"""`sot diff`: what changed from one finished run to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sot.cli.console import say, say_json
from sot.model.counts import counted

if TYPE_CHECKING:
    from sot.compare import Difference

SHOWN = 10
"""So many lines of each kind are shown; --json has all."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("diff", short_help="Show the differences between two runs.")(diff)


def diff(
    before: Annotated[Path, typer.Argument(metavar="RUN_A", help="A finished run.", show_default=False)],
    after: Annotated[Path, typer.Argument(metavar="RUN_B", help="A later run.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Show the differences between two runs in customers, conflicts, and exceptions from deal to payment.

    Customers are sorted by exposure, conflicts by severity, exceptions by money.
    """

    from sot.compare import difference, finished

    changes = difference(finished(before), finished(after))
    if as_json:
        say_json(changes.plain())
    else:
        say("\n".join(_told(changes)))


def _told(changes: Difference) -> list[str]:
    parts = {
        "new": ("customer", "new", "{golden_id}  {name}"),
        "gone": ("customer", "gone", "{golden_id}  {name}"),
        "merged": ("customer", "merged", "{golden_id}  {name}  from {before}"),
        "split": ("customer", "split", "{golden_id}  {name}  into {after}"),
        "renamed": ("customer", "under another id", "{before} → {after}"),
        "changed": ("customer", "with changed values", "{golden_id}  {name}  {field}: {before} → {after}"),
        "opened": ("conflict", "opened", "{severity}  {kind}  {golden_name}  {values}"),
        "closed": ("conflict", "closed", "{severity}  {kind}  {golden_name}  {values}"),
        "arisen": ("exception", "new", "{severity}  {kind}  {golden_name}  {documents}  {money}"),
        "grown": ("exception", "grown", "{severity}  {kind}  {golden_name}  {documents}  {was} → {money}"),
        "mended": ("exception", "gone", "{severity}  {kind}  {golden_name}  {documents}  {money}"),
    }
    counts = changes.counts()
    lines = []
    for part, (noun, title, form) in parts.items():
        table = getattr(changes, part)
        lines.append(f"{counted(counts[part], noun)} {title}")
        lines += [f"  {_line(form, row)}" for row in table.head(SHOWN).iter_rows(named=True)]
        if table.height > SHOWN:
            lines.append(f"  … and {table.height - SHOWN:,} more (--json has all)")
    return lines


def _line(form: str, row: dict[str, Any]) -> str:
    from sot.cli.views.layout import words
    from sot.compare.difference import DECIMALS
    from sot.model.amounts import money
    from sot.model.safe import clean

    decimals = DECIMALS.get(row.get("field", ""))
    if "documents" in row:
        was, now = row.get("was"), row["difference"]
        row = row | {"was": None if was is None else money(was, row["currency"], 2)}
        row |= {
            "difference": None,
            "money": "" if now is None else money(now, row["currency"], 2),
        }
    shown = {name: "–" if value is None else clean(value) for name, value in row.items()}
    if decimals and "before" in row:
        shown |= {side: f"{float(row[side]):,.{decimals}f}" for side in ("before", "after") if row[side]}
    if "kind" in row:
        shown["kind"] = words(row["kind"])
    return form.format(**shown)
