"""The tasks of the handoffs in the form that a system imports: invoices, deals, accounts, projects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from sot.model.kinds import CustomerStatus, HandoffKind
from sot.model.run import Run
from sot.rules import Rulebook
from sot.rules.import_files import ImportFile
from sot.rules.systems import system_rules

PREFIX = "import_"
"""An import file is called like the to-do file whose lines it holds, with this before."""

KINDS: Mapping[str, frozenset[str]] = {
    "raise_invoice": frozenset(
        {HandoffKind.WON_NOT_INVOICED, HandoffKind.DELIVERED_NOT_INVOICED, HandoffKind.UNDERBILLED}
    ),
    "update_deal": frozenset({HandoffKind.BILLED_NOT_WON}),
    "update_account": frozenset({HandoffKind.STATUS_NOT_UPDATED}),
    "create_project": frozenset({HandoffKind.DEAL_WITHOUT_PROJECT}),
}
"""Of each task the kinds that have one answer; what a person must look into first is in no import file."""

_USUAL_TERMS = 30
_DATES = {"year-first": "%Y-%m-%d", "day-first": "%d/%m/%Y", "month-first": "%m/%d/%Y"}
_BY_HAND = "by_hand"


class Imports:
    """Makes import files out of the lines of to-do files."""

    def __init__(self, run: Run, rules: Rulebook) -> None:
        self._forms = {
            (known.system, str(task)): form
            for known in system_rules(rules)
            for task, form in known.imports.items()
        }
        self._as_of = str(run.handoffs.figures.get("as_of") or "")
        self._terms: dict[str, int] = {}
        self._texts: dict[str, str] = {}
        self._bills: dict[str, date] = {}
        asked = run.resolution.golden.filter(pl.col("status") == CustomerStatus.NEEDS_REVIEW)
        self._asked = asked["golden_id"]
        documents = run.handoffs.documents
        if documents.is_empty():
            return
        self._terms = _terms(documents)
        key = pl.concat_str("system", pl.lit(":"), "object", pl.lit(":"), "record_id")
        wanted = run.handoffs.exceptions.select(key=pl.col("documents").str.split("|")).explode("key")
        rows = documents.select("kind", "name", "number", "day", key=key).join(wanted, on="key", how="semi")
        for kind, name, number, day, document in rows.iter_rows():
            if kind in ("deal", "project"):
                self._texts[document] = name or number or ""
            elif kind == "invoice" and day is not None:
                self._bills[document] = day

    def form(self, system: str, task: str) -> ImportFile | None:
        """Give the form of a task in a system; None where it imports none."""
        return self._forms.get((system, task))

    def file(self, form: ImportFile, system: str, task: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Give the import file of to-do lines: those that have everything that the system requires.

        A customer with a doubtful link is left out: the account may be that of somebody else.
        """
        wanted = rows.filter(pl.col("kind").is_in(sorted(KINDS[task])))
        wanted = wanted.filter(~pl.col("golden_id").is_in(self._asked.implode()))
        lines = []
        for row in wanted.iter_rows(named=True):
            facts = self._facts(row, system, task, _DATES[form.dates])
            line = {
                name: cell[1:] if cell.startswith("=") else facts[cell] for name, cell in form.columns.items()
            }
            if all(line[name] or form.columns[name] == _BY_HAND for name in form.required):
                lines.append(line)
        table = pl.DataFrame(lines, schema=dict.fromkeys(form.columns, pl.String)).unique(maintain_order=True)
        return table.with_columns(pl.all().replace("", None))

    @staticmethod
    def _customer(row: Mapping[str, Any], account: str, task: str) -> str:
        """Give the name of the account, so that it is found; a project tool makes the client that it lacks."""
        if account:
            return row["customer_name"] or ""
        return row["customer"] or "" if task == "create_project" and not row["customer_id"] else ""

    def _facts(self, row: Mapping[str, Any], system: str, task: str, dates: str) -> dict[str, str]:
        about = row["documents"].split("|")
        deal, project = (_one(row[name]) for name in ("deal", "project"))
        named = row["account"] and about[0].startswith(f"{system}:account:")
        account = _one(row["account"] if named else row["customer_id"])
        text = next((self._texts[key] for key in about if self._texts.get(key)), "")
        day = date.fromisoformat(self._as_of) if self._as_of else None
        bills = [self._bills[key] for key in about if key in self._bills]
        due = day + timedelta(self._terms.get(system, _USUAL_TERMS)) if day else None
        amount = row["difference"] if row["difference"] is not None else row["expected"]
        return {
            "number": row["todo_id"],
            "customer": self._customer(row, account, task),
            "customer_id": account,
            "deal": deal,
            "project": project,
            "reference": deal or project,
            "amount": "" if not amount else f"{abs(amount):.2f}",
            "currency": row["currency"] or "",
            "date": day.strftime(dates) if day else "",
            "due_date": due.strftime(dates) if due else "",
            "close_date": min(bills).strftime(dates) if bills else "",
            "text": text or "",
            _BY_HAND: "",
        }


def _one(listed: str | None) -> str:
    """Give an id, or nothing where there are several: a person must choose."""
    return listed if listed and "|" not in listed else ""


def _terms(documents: pl.DataFrame) -> dict[str, int]:
    """Give the days that each system usually leaves between the date and the due date of an invoice."""
    days = (pl.col("due_on") - pl.col("day")).dt.total_days()
    terms = documents.filter(pl.col("kind") == "invoice").select("system", days=days).drop_nulls()
    usual = terms.group_by("system").agg(pl.col("days").mode().min())
    return {system: int(count) for system, count in usual.iter_rows() if 0 <= count <= 120}
