"""To-do files in the form that a system imports: its headers, what it requires filled in, and nothing unsure."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sot.emit.fixes import write_todo
from sot.emit.fixes.todo import FILES, README
from sot.emit.fixes.todo_imports import KINDS, PREFIX
from sot.model.run import Handoffs
from sot.model.tables import EXCEPTIONS
from sot.rules import Rulebook
from sot.rules.systems import system_rules
from tests.emit.runs import make_run, table
from tests.emit.test_summary import summary_of

RULES = Rulebook()
FORMS = {(known.system, task): form for known in system_rules(RULES) for task, form in known.imports.items()}
DOCUMENTS = {
    "doc": pl.Int32, "system": pl.String, "object": pl.String, "record_id": pl.String, "kind": pl.String,
    "name": pl.String, "number": pl.String, "day": pl.Date, "due_on": pl.Date,
}  # fmt: skip


def exception(
    kind: str, task: str, system: str, golden_id: str, documents: str, **more: Any
) -> dict[str, Any]:
    return {
        "finding_id": f"H{golden_id}{kind}", "kind": kind, "severity": "warning", "golden_id": golden_id,
        "golden_name": f"Golden {golden_id}", "documents": documents, "expected": 900.0, "difference": 450.5,
        "currency": "EUR", "days": 100, "fix_in": system, "task": task, "why": "because", **more,
    }  # fmt: skip


def written(folder: Path, system: str, task: str, rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Write the to-do files of one system with three customers, of which C2 has two accounts and C4 a link in
    doubt; give the import file."""
    records = [
        {"system": system, "record_id": "A1", "golden_id": "C1", "name": "Acme Ltd"},
        {"system": system, "record_id": "B1", "golden_id": "C2", "name": "Bolt"},
        {"system": system, "record_id": "B2", "golden_id": "C2", "name": "Bolt GmbH"},
        {"system": system, "record_id": "D1", "golden_id": "C4", "name": "Dune", "linked_by": "doubt"},
    ]
    days = (date(2026, 3, 1), date(2026, 3, 15))
    documents = pl.DataFrame(
        [
            (0, "crm", "deal", "D1", "deal", "Roof", None, days[0], None),
            (1, system, "invoice", "I1", "invoice", None, "INV-1", *days),
        ],
        schema=DOCUMENTS, orient="row",
    )  # fmt: skip
    chain = Handoffs(
        exceptions=table(EXCEPTIONS, rows), documents=documents, figures={"as_of": "2026-06-30", "notes": []}
    )
    write_todo(folder, replace(make_run(records), handoffs=chain), RULES)
    path = folder / system / f"{PREFIX}{FILES[task][0]}"
    return list(csv.DictReader(path.read_text().splitlines())) if path.exists() else []


def test_the_usual_systems_have_their_import() -> None:
    wanted = {
        ("raise_invoice", "xero"),
        ("raise_invoice", "quickbooks_online"),
        ("raise_invoice", "netsuite"),
    }
    wanted |= {
        (f"update_{what}", name)
        for what in ("deal", "account")
        for name in ("hubspot", "salesforce", "pipedrive")
    }
    wanted |= {("create_project", "harvest"), ("create_project", "monday")}
    assert wanted <= {(task, system) for system, task in FORMS}


@pytest.mark.parametrize(("system", "task"), FORMS)
def test_headers_are_those_of_the_import_and_what_is_required_is_filled(
    tmp_path: Path, system: str, task: str
) -> None:
    form = FORMS[system, task]
    kind = min(KINDS[task])
    about = f"{system}:account:A1" if task == "update_account" else f"crm:deal:D1|{system}:invoice:I1"
    [line] = written(tmp_path, system, task, [exception(kind, task, system, "C1", about)])
    assert list(line) == list(form.columns)
    by_hand = {header for header, cell in form.columns.items() if cell == "by_hand"}
    assert all(line[header] for header in set(form.required) - by_hand)
    assert not any(line[header] for header in by_hand)
    said = (tmp_path / system / README).read_text()
    assert PREFIX + FILES[task][0] in said
    assert all(f"`{header}`" in said for header in by_hand)


def test_an_invoice_has_customer_amount_dates_and_reference(tmp_path: Path) -> None:
    row = exception("won_not_invoiced", "raise_invoice", "xero", "C1", "crm:deal:D1")
    [line] = written(tmp_path, "xero", "raise_invoice", [row])
    assert line["*ContactName"] == "Acme Ltd"
    assert (line["*UnitAmount"], line["*Quantity"], line["Currency"]) == ("450.50", "1", "EUR")
    assert (line["Reference"], line["*Description"]) == ("D1", "Roof")
    assert (line["*InvoiceDate"], line["*DueDate"]) == ("30/06/2026", "14/07/2026"), (
        "the terms of its invoices"
    )


def test_what_a_person_must_decide_first_is_not_in_the_import(tmp_path: Path) -> None:
    several = exception("won_not_invoiced", "raise_invoice", "xero", "C2", "crm:deal:D1")
    assert written(tmp_path / "a", "xero", "raise_invoice", [several]) == [], (
        "two accounts: which one is billed?"
    )
    doubtful = exception("won_not_invoiced", "raise_invoice", "xero", "C4", "crm:deal:D1")
    assert written(tmp_path / "c", "xero", "raise_invoice", [doubtful]) == [], "perhaps another customer"
    assert (tmp_path / "c" / "xero" / "invoices_to_raise.csv").exists()
    former = exception("inactive_but_billed", "update_account", "hubspot", "C1", "hubspot:account:A1")
    assert written(tmp_path / "b", "hubspot", "update_account", [former]) == [], (
        "perhaps the billing is wrong"
    )
    assert (tmp_path / "b" / "hubspot" / "accounts_to_update.csv").exists()


def test_a_client_that_the_project_tool_lacks_is_named(tmp_path: Path) -> None:
    row = exception("deal_without_project", "create_project", "harvest", "C9", "crm:deal:D1")
    [line] = written(tmp_path, "harvest", "create_project", [row])
    assert (line["Client"], line["Project"], line["Project Code"]) == ("Golden C9", "Roof", "D1")


def test_the_plan_names_the_folder_of_a_system_whose_name_is_no_file_name(tmp_path: Path) -> None:
    system = "fin: a/b"
    written(
        tmp_path, system, "collect", [exception("overdue", "collect", system, "C1", f"{system}:invoice:I1")]
    )
    run = make_run([{"system": system, "record_id": "A1", "golden_id": "C1", "name": "Acme Ltd"}])
    rows = [exception("overdue", "collect", system, "C1", f"{system}:invoice:I1")]
    chain = Handoffs(exceptions=table(EXCEPTIONS, rows), figures={"as_of": "2026-06-30", "notes": []})
    summary = summary_of(replace(run, handoffs=chain))
    (step,) = [step for step in summary["opening"]["plan"] if step["do"].endswith(README)]
    assert (tmp_path / step["do"].removeprefix("fixes/")).is_file()
