"""To-do files of the handoffs: for each system what to raise, correct, create, update, apply or stop."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sot.emit.fixes.todo_imports import PREFIX, Imports
from sot.emit.titles import titles
from sot.model.counts import counted
from sot.model.run import Run
from sot.rules import Rulebook
from sot.rules.import_files import ImportFile
from sot.workspace.file_names import file_name

FILES = {
    "raise_invoice": ("invoices_to_raise.csv", "Write an invoice for the difference."),
    "correct_amount": (
        "amounts_to_correct.csv",
        "Correct the invoice or the deal, so that both say the same.",
    ),
    "credit_or_void": (
        "invoices_to_credit.csv",
        "Credit or void the first document; it repeats the second one.",
    ),
    "stop_billing": ("billing_to_stop.csv", "Stop the billing; credit what was billed after the end."),
    "collect": ("payments_to_collect.csv", "Remind the customer of what is still open."),
    "refund_or_credit": ("overpayments_to_return.csv", "Refund the difference, or leave it as a credit."),
    "apply_payment": ("payments_to_apply.csv", "Apply the payment to its invoice."),
    "create_project": ("projects_to_create.csv", "Create a project for the deal."),
    "start_project": ("projects_to_start.csv", "Find out why the project started late."),
    "create_or_link_deal": (
        "deals_to_create_or_link.csv",
        "Link the document to its deal, or create the deal.",
    ),
    "update_deal": ("deals_to_update.csv", "Set the stage and the close date of the deal."),
    "update_account": ("accounts_to_update.csv", "Set the status of the account."),
}
"""Task: its file, and what to do with each line."""

KINDS = ("deal", "project", "invoice", "payment", "account")
README = "README_HANDOFFS.md"

_OPENING = """\
Each file holds one kind of task, with one line for each document. The largest and oldest amounts come first.
`todo_id` is the `finding_id` in `handoffs.csv`, and stays the same from run to run. `documents` are the documents
concerned as SYSTEM:OBJECT:ID; the columns `deal`, `project`, `invoice`, `payment` and `account` hold their ids as the
systems print them, several joined by `|`. `customer_id` is the account of the customer in this system."""


def write_todo(folder: Path, run: Run, rules: Rulebook) -> None:
    """Write the to-do files into the folders of the systems; what several systems could put right is in each.

    Where a system imports what a task asks for, there is a second file in the form of its import.
    """
    imports = Imports(run, rules)
    rows = _rows(run)
    named = titles(rows["fix_in"].unique(), rules)
    for (system,), mine in rows.group_by("fix_in", maintain_order=True):
        home = folder / file_name(str(system))
        lines = [f"# Tasks from the handoffs: {named.get(str(system), system)}", "", _OPENING, ""]
        for task, (name, what) in FILES.items():
            tasks = mine.filter(pl.col("task") == task)
            if tasks.height:
                home.mkdir(parents=True, exist_ok=True)
                table = tasks.drop("task", "fix_in", "customer_name").with_columns(what_to_do=pl.lit(what))
                table.write_csv(home / name, line_terminator="\n")
                lines += [f"- `{name}` ({counted(tasks.height, 'line')}): {what}"]
                if form := imports.form(str(system), task):
                    ready = imports.file(form, str(system), task, tasks)
                    if ready.height:
                        ready.write_csv(home / f"{PREFIX}{name}", line_terminator="\n")
                        lines += [_how(f"{PREFIX}{name}", ready.height, form)]
        (home / README).write_bytes(("\n".join(lines) + "\n").encode())


def _how(name: str, count: int, form: ImportFile) -> str:
    """Say what an import file holds, and which of its columns a person fills in."""
    open_ = [f"`{header}`" for header, cell in form.columns.items() if cell == "by_hand"]
    first = f" Fill in {', '.join(open_)} first." if open_ else ""
    return (
        f"  - `{name}` ({counted(count, 'line')}): those lines that the system can import."
        f"{first} Check each line before the import, and delete what was settled in another way."
        " Customers with an open case in the review are left out."
    )


def _rows(run: Run) -> pl.DataFrame:
    """Give one line for each exception and system in which it can be put right, in the order of the work."""
    weight = pl.col("difference").fill_null(0) * pl.col("days").fill_null(1).clip(lower_bound=1)
    rows = run.handoffs.exceptions.filter(pl.col("task").is_in(list(FILES)))
    rows = rows.with_columns(fix_in=pl.col("fix_in").str.split("|"), weight=weight)
    rows = rows.explode("fix_in", empty_as_null=True).drop_nulls("fix_in")
    ids = [
        pl.col("documents")
        .str.split("|")
        .list.eval(pl.element().filter(pl.element().str.contains(f"^[^:]*:{kind}:")))
        .list.eval(pl.element().str.replace(r"^[^:]*:[^:]*:", ""))
        .list.join("|")
        .replace({"": None})
        .alias(kind)
        for kind in KINDS
    ]
    accounts = _accounts(run)
    rows = rows.join(accounts, left_on=["golden_id", "fix_in"], right_on=["golden_id", "system"], how="left")
    return rows.sort("fix_in", "weight", "finding_id", descending=[False, True, False]).select(
        todo_id="finding_id", kind="kind", severity="severity", golden_id="golden_id", customer="golden_name",
        customer_id="customer_id", customer_name="customer_name", documents="documents", expected="expected",
        found="found", difference="difference", currency="currency", days="days", why="why", task="task",
        fix_in="fix_in",
    ).with_columns(*ids).select(
        "todo_id", "kind", "severity", "golden_id", "customer", "customer_id", *KINDS, "expected", "found",
        "difference", "currency", "days", "why", "documents", "task", "fix_in", "customer_name",
    )  # fmt: skip


def _accounts(run: Run) -> pl.DataFrame:
    """Give (golden_id, system, customer_id, customer_name): the accounts of each customer in each system."""
    records = run.records.select("uid", "system", "record_id", "name", "object").filter(
        pl.col("object") == "account"
    )
    return (
        records.join(run.clustering.memberships.select("uid", "golden_id"), on="uid")
        .sort("uid")
        .group_by("golden_id", "system", maintain_order=True)
        .agg(customer_id=pl.col("record_id").str.join("|"), customer_name=pl.col("name").first())
    )
