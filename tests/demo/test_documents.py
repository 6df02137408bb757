"""Documents of a demo company: the truth is what the definitions make of the exports, link by link and sum by sum."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from sot.demo import Demo, write
from sot.demo.documents.model import HANDOFF_OF
from sot.model.run import Silent
from sot.model.sources import InputSpec
from sot.read import read_exports
from sot.rules import Rulebook
from sot.rules.project import load_settings
from sot.workspace.project import find_project
from tests.demo.oracle import Company, exceptions


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def stated(folder: Path) -> set[tuple[str, str]]:
    return {(row["kind"], row["record_id"]) for row in rows(folder / "truth/handoffs.csv")}


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("troubled") / "company"
    write(folder, Demo(1200, seed=5, exceptions=3))
    return folder


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_the_exceptions_of_the_truth_are_those_of_the_definitions(tmp_path: Path, seed: int) -> None:
    write(tmp_path / "demo", Demo(500, seed, exceptions=3))
    assert stated(tmp_path / "demo") == exceptions(Company(tmp_path / "demo"))


def test_every_kind_of_exception_happens(troubled: Path) -> None:
    assert {kind for kind, _ in stated(troubled)} == set(HANDOFF_OF)
    assert stated(troubled) == exceptions(Company(troubled))


def test_a_clean_company_has_no_exception_and_a_bi_table_that_agrees(tmp_path: Path) -> None:
    write(tmp_path / "demo", Demo(500, 6, exceptions=0))
    assert rows(tmp_path / "demo/truth/handoffs.csv") == []
    assert exceptions(Company(tmp_path / "demo")) == set()
    assert {row["reason"] for row in rows(tmp_path / "demo/truth/bi.csv")} == {"agrees"}


def test_links_join_documents_of_one_customer_that_are_there(troubled: Path) -> None:
    company = Company(troubled)
    docs = {
        "deal": company.deals,
        "project": company.projects,
        "invoice": company.invoices,
        "payment": company.payments,
    }
    pairs = Counter()
    for row in rows(troubled / "truth/links.csv"):
        left, right = docs[row["object_l"]][row["record_id_l"]], docs[row["object_r"]][row["record_id_r"]]
        assert left.entity == right.entity
        pairs[row["object_l"], row["object_r"]] += 1
    assert set(pairs) == {
        ("deal", "project"), ("deal", "invoice"), ("project", "invoice"), ("invoice", "payment"),
    }  # fmt: skip


def test_what_happens_without_being_wrong_is_there(troubled: Path) -> None:
    company = Company(troubled)
    live = company.live(list(company.invoices.values()))
    assert any(len(each.to["deal"]) > 1 for each in live), "an invoice for two deals"
    assert any(len(each.to["invoice"]) > 1 for each in company.payments.values()), (
        "a payment for two invoices"
    )
    assert any(len(each.to["payment"]) > 1 for each in live), "an invoice paid in parts"
    assert any(each.state == "credit" for each in company.invoices.values())
    assert any(each.state == "Voided" for each in company.invoices.values())
    assert any(company.series(each) for each in live)
    assert any(each.state == "Cancelled" and not each.to["invoice"] for each in company.projects.values())
    assert len({each.currency for each in live}) == 2
    taxed = [each for each in live if each.net != each.amount]
    assert 0.1 < len(taxed) / len(live) < 0.9


@pytest.mark.parametrize(("share", "low", "high"), [(0.0, 0, 0), (0.7, 0.6, 0.8), (1.0, 1, 1)])
def test_documents_name_the_one_before_as_often_as_asked(
    tmp_path: Path, share: float, low: float, high: float
) -> None:
    write(tmp_path / "demo", Demo(400, 8, references=share))
    linked = {
        row["record_id_r"] for row in rows(tmp_path / "demo/truth/links.csv") if row["object_r"] == "project"
    }
    with (tmp_path / "demo/projects.csv").open(newline="", encoding="utf-8-sig") as file:
        orders = {row["Job No"]: row["Order"] for row in csv.DictReader(file, delimiter=";")}
    named = sum(bool(orders[each]) for each in linked)
    assert low <= named / len(linked) <= high


@pytest.mark.parametrize(
    ("systems", "crm", "project", "finance"),
    [("hubspot", "hubspot", "harvest", "quickbooks_online"), ("pipedrive", "pipedrive", "monday", "xero")],
)
def test_other_families_of_systems_are_read_for_what_they_are(
    tmp_path: Path, systems: str, crm: str, project: str, finance: str
) -> None:
    folder = tmp_path / "demo"
    write(folder, Demo(150, 4, systems, exceptions=2))
    project_folder = find_project(tmp_path)
    imported = read_exports([InputSpec(str(folder))], Rulebook(), load_settings(project_folder), Silent())
    read = set(imported.documents.select("system", "object", "record_id").iter_rows())
    stated = {
        (row[f"system_{side}"], row[f"object_{side}"], row[f"record_id_{side}"])
        for row in rows(folder / "truth/links.csv")
        for side in ("l", "r")
    }
    assert stated - read == set()
    assert {(system, kind) for system, kind, _ in stated} == {
        (crm, "deal"), (project, "project"), (finance, "invoice"), (finance, "payment"),
    }  # fmt: skip
    records = set(imported.records.select("system", "record_id").iter_rows())
    truth = {(row["system"], row["record_id"]) for row in rows(folder / "truth/truth.csv")}
    assert truth - records == set()
