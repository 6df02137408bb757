"""What hangs on merged accounts: moved by a file only where the system does not move it itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sot.emit.fixes import write_fixes
from sot.model.run import Run
from sot.model.sources import Source
from sot.model.tables import DOCUMENTS
from sot.rules import Rulebook
from tests.emit.runs import make_run, table

RULES = Rulebook()


def run_of(system: str, *below: dict[str, Any], **fields: str) -> Run:
    """Give a run in which account 2 is merged into account 1 of `system`; 3 is another customer's."""
    accounts = [
        {
            "system": system,
            "record_id": str(n),
            "golden_id": f"C{max(n, 2)}",
            "name": name,
            "source": "accounts.csv",
        }
        for n, name in ((1, "Acme"), (2, "ACME Ltd"), (3, "Bolt"))
    ]
    run = make_run(
        [*accounts, *below],
        merges=[{"golden_id": "C2", "system": system, "uid": 1, "uid_survivor": 0, "rule": "oldest"}],
    )
    columns = {"name": "Name"} | fields
    account = Source("accounts.csv", system=system, object="account", record_id="No", fields=columns)
    return replace(run, imported=replace(run.imported, sources=(account,)))


def with_documents(run: Run, fields: dict[str, str], kind: str, rows: list[dict[str, Any]]) -> Run:
    system = run.imported.sources[0].system
    source = Source("invoices.csv", system=system, object=kind, record_id="Doc", fields=fields)
    plain = [{"system": system, "object": kind, "source": "invoices.csv"} | row for row in rows]
    imported = replace(
        run.imported, sources=(*run.imported.sources, source), documents=table(DOCUMENTS, plain)
    )
    return replace(run, imported=imported)


def invoices(run: Run, kind: str = "invoice") -> Run:
    rows = [
        {"record_id": "I-2", "account_id": "2", "customer_id": "2"},
        {"record_id": "I-1", "account_id": "1", "customer_id": "1"},
        {"record_id": "I-3", "account_id": "3", "customer_id": "3"},
    ]
    return with_documents(run, {"account_id": "Customer No || Cust"}, kind, rows)


def written(folder: Path, run: Run) -> dict[str, str]:
    write_fixes(folder, run, RULES)
    [system] = folder.iterdir()
    return {
        path.relative_to(system).as_posix(): path.read_text() for path in system.rglob("*") if path.is_file()
    }


def test_the_invoices_of_a_merged_account_are_moved_and_can_be_moved_back(tmp_path):
    files = written(tmp_path, invoices(run_of("till")))
    assert files["move invoices.csv"] == "Doc,Customer No,before\nI-2,1,2\n"
    assert files["undo/move invoices.csv"] == "Doc,Customer No,before\nI-2,2,1\n"
    steps = [line for line in files["README.md"].splitlines() if line.startswith("## ")]
    assert steps == [
        "## 1. `move invoices.csv` (1 line)",
        "## 2. `merges.csv` (1 line)",
        "## Reverting the changes",
    ]
    assert "`undo/move invoices.csv`" in files["README.md"]


@pytest.mark.parametrize("system", ["salesforce", "hubspot", "netsuite", "xero"])
def test_where_the_merge_moves_them_itself_the_readme_says_so_and_there_is_no_file(system, tmp_path):
    files = written(tmp_path, invoices(run_of(system)))
    assert [name for name in files if "move" in name] == []
    assert "The merge itself moves the contacts" in files["README.md"]


@pytest.mark.parametrize("system", ["sage_50", "sap_business_one"])
def test_where_there_is_no_merge_they_are_named_in_the_words_of_the_system(system, tmp_path):
    files = written(tmp_path, invoices(run_of(system)))
    assert "I-2,1,2" in files["move invoices.csv"]
    assert "What is posted stays" in files["README.md"]


def test_quickbooks_names_what_stands_in_the_way_of_a_merge_and_no_transaction(tmp_path):
    assert "move invoices.csv" not in written(tmp_path / "a", invoices(run_of("quickbooks_online")))
    below = {"system": "quickbooks_online", "record_id": "ACME Ltd:Roof", "golden_id": "C9", "name": "Roof",
             "parent_name": "ACME Ltd", "source": "accounts.csv"}  # fmt: skip
    run = run_of("quickbooks_online", below, parent_name="Parent")
    files = written(tmp_path / "b", invoices(run, "project"))
    assert files["move accounts by name.csv"] == "No,Parent,before\nACME Ltd:Roof,Acme,ACME Ltd\n"
    assert "I-2,1,2" in files["move invoices.csv"]
    assert "can't be merged" in files["README.md"]


def test_documents_that_name_their_customer_get_the_name_that_stays(tmp_path):
    rows = [{"record_id": "I-2", "account_name": "ACME Ltd", "customer_id": "2"}]
    run = with_documents(run_of("till"), {"account_name": "Customer"}, "invoice", rows)
    assert written(tmp_path, run)["move invoices by name.csv"] == "Doc,Customer,before\nI-2,Acme,ACME Ltd\n"


def test_accounts_below_a_merged_one_get_the_parent_that_stays(tmp_path):
    below = [
        {"system": "till", "record_id": key, "golden_id": f"D{key}", "name": "Site", "source": "accounts.csv"}
        | place
        for key, place in (("7", {"parent_id": "2"}), ("8", {"parent_id": "3"}))
    ]
    files = written(tmp_path, run_of("till", *below, parent_id="Parent No"))
    assert files["move accounts.csv"] == "No,Parent No,before\n7,1,2\n"


def test_the_account_that_stays_is_never_put_below_itself(tmp_path):
    run = run_of("till", parent_id="Parent No")
    parent = pl.when(pl.col("record_id") == "1").then(pl.lit("2"))
    files = written(tmp_path, replace(run, records=run.records.with_columns(parent_id=parent)))
    assert "move accounts.csv" not in files


def test_a_rule_that_leaves_children_behind_has_to_say_how_they_are_moved():
    from sot.rules.write_back import WriteBack

    with pytest.raises(ValueError, match="need 'move'"):
        WriteBack(key="Id", merge="by hand", children="left")
    with pytest.raises(ValueError, match="need 'move'"):
        WriteBack(key="Id", merge="by hand", children="moved", move="by hand")
