"""New exports against an approved run: each kind of drift by itself, and nothing where nothing drifted."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sot import pipeline
from sot.cli.errors import run as main
from sot.model.run import Silent
from sot.model.sources import InputSpec
from sot.workspace.project import Project

Row = Mapping[str, str]

CRM = ("Id", "Name", "Website", "Phone", "BillingStreet", "BillingCity", "BillingPostalCode", "BillingCountry",
       "IsDeleted", "OwnerId", "AccountNumber")  # fmt: skip
BOOKS = ("Internal ID", "ID", "Name", "Inactive", "Billing Address 1", "Billing City", "Billing Zip", "Billing Country",
         "Phone", "Email", "Tax Number", "Balance", "Currency")  # fmt: skip
NAMES = {"acme": "Acme Boilers Ltd", "bolt": "Bolt Instruments Ltd", "cord": "Cordwainer Ropes Ltd",
         "dene": "Dene Valley Foods Ltd"}  # fmt: skip


def account(name: str, number: int, **more: str) -> Row:
    """Give a Salesforce account."""
    plain = {
        "Id": f"0015g00000{name.upper():A<5.5}"[:14] + f"{number}AAA", "Name": NAMES[name],
        "Website": f"{name}-works.co.uk", "Phone": f"+44 113 245 1{110 + number}",
        "BillingStreet": f"{len(name) + ord(name[0])} Mill Lane", "BillingCity": "Leeds",
        "BillingPostalCode": "LS1 4AP", "BillingCountry": "GB", "IsDeleted": "false", "OwnerId": "0055g00000OWNERAAA",
    }  # fmt: skip
    return plain | more


def customer(name: str, number: int, **more: str) -> Row:
    """Give a NetSuite customer."""
    plain = {
        "Internal ID": f"{1000 + number}", "ID": f"C0000{number}", "Name": NAMES[name], "Inactive": "No",
        "Billing Address 1": f"{len(name) + ord(name[0])} Mill Lane", "Billing City": "Leeds",
        "Billing Zip": "LS1 4AP", "Billing Country": "United Kingdom", "Phone": f"+44 113 245 1{110 + number}",
        "Email": f"accounts@{name}-works.co.uk", "Tax Number": "", "Balance": "10.00", "Currency": "GBP",
    }  # fmt: skip
    return plain | more


ACCOUNTS = [account(name, i) for i, name in enumerate(NAMES, start=1)]
CUSTOMERS = [customer(name, i) for i, name in enumerate(NAMES, start=1)]


def write(folder: Path, accounts: list[Row], customers: list[Row] | None) -> Path:
    """Write the exports of both systems; customers None: accounting delivers no file."""
    folder.mkdir()
    for file, head, rows in (("Account.csv", CRM, accounts), ("CustomerSearchResults.csv", BOOKS, customers)):
        if rows is not None:
            lines = [head, *([row.get(name, "") for name in head] for row in rows)]
            (folder / file).write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drift")
    exports = write(folder / "exports", ACCOUNTS, CUSTOMERS)
    run = pipeline.dedupe(
        [InputSpec(str(exports))], Project(folder), folder / "approved", Silent(), datetime(2026, 1, 1, 12)
    )
    assert run.resolution.golden["record_count"].to_list() == [2, 2, 2, 2]
    return folder


Findings = list[dict[str, Any]]


def findings_of(
    project: Path, folder: Path, accounts: list[Row] = ACCOUNTS, customers: list[Row] | None = CUSTOMERS
) -> Findings:
    """Give what drifted with these exports, written to `folder`, as the command tells it to a machine."""
    exports = write(folder / "new", accounts, customers)
    words = ["drift", exports, "--since", project / "approved", "--project", project, "--json", "--quiet"]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([str(word) for word in words]) == 0
    told = json.loads(out.getvalue())
    assert sum(told["counts"].values()) == len(told["findings"])
    return list(told["findings"])


@pytest.fixture
def drifted(project: Path, tmp_path: Path) -> Any:
    """Give what drifted with the exports that the test names."""

    def findings(accounts: list[Row] = ACCOUNTS, customers: list[Row] | None = CUSTOMERS) -> Findings:
        return findings_of(project, tmp_path, accounts, customers)

    return findings


AGAIN = account("bolt", 2, Id="0015g00000BOLTA9AAA")
OFF = account("bolt", 2, Id="0015g00000BOLTA9AAA", IsDeleted="true")
RENUMBERED = account("cord", 3, Id="0015g00000CORDX9AAA")
MOVED = account("acme", 1, BillingStreet="101 Quay Road")
STRANGER = account("acme", 7, Id="0015g00000ZZZZZ7AAA", Name="Zephyr Kites Ltd", Website="zephyr-kites.co.uk",
                   BillingStreet="3 Hill Road", BillingCity="York", BillingPostalCode="YO1 7HH")  # fmt: skip
ODD = account("cord", 3, BillingStreet="9 Quay Road", BillingPostalCode="LS9 1AA", Phone="", Website="")
OTHER = account("dene", 4, Name="Quarry Hill Dental LLP", Website="quarryhill.dental", Phone="+44 20 7946 0991",
                BillingStreet="77 Strand", BillingPostalCode="WC2R 1AA", BillingCity="London")  # fmt: skip


@pytest.fixture(scope="module")
def in_the_crm(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """Give what drifted where four things happened in the CRM: one to each customer, and one account came."""
    accounts = [MOVED, ACCOUNTS[1], RENUMBERED, ACCOUNTS[3], AGAIN, STRANGER]
    return findings_of(project, tmp_path_factory.mktemp("crm"), accounts)


@pytest.fixture(scope="module")
def in_both(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """Give what drifted where the authority moved one customer and the CRM two others."""
    customers = [customer("acme", 1, **{"Billing Address 1": "101 Quay Road"}), *CUSTOMERS[1:]]
    return findings_of(
        project, tmp_path_factory.mktemp("both"), [ACCOUNTS[0], ACCOUNTS[1], ODD, OTHER], customers
    )


def about(findings: Findings, *rows: Row) -> Findings:
    """Give the findings about these accounts and customers."""
    ids = {row.get("Id") or row["Internal ID"] for row in rows}
    return [finding for finding in findings if finding["record_id"] in ids]


def short(findings: Findings) -> list[tuple[str, str, str | None]]:
    return [(finding["kind"], finding["system"], finding["record_id"]) for finding in findings]


def test_nothing_drifts_where_nothing_changed(drifted, project):
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert drifted() == []
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_each_thing_that_happened_is_one_finding(in_the_crm):
    assert sorted(short(in_the_crm)) == sorted(
        [
            ("duplicate_again", "salesforce", AGAIN["Id"]),
            ("link_broken", "salesforce", RENUMBERED["Id"]),
            ("value_moved", "salesforce", MOVED["Id"]),
            ("without_link", "salesforce", STRANGER["Id"]),
        ]
    )


def test_a_duplicate_made_again_names_the_account_that_is_there(in_the_crm):
    [found] = about(in_the_crm, AGAIN)
    assert (found["kind"], found["record_id"]) == ("duplicate_again", "0015g00000BOLTA9AAA")
    assert found["what"] == f"{ACCOUNTS[1]['Id']} is the same customer there already"
    assert (found["system"], found["department"], found["owner"]) == (
        "salesforce",
        "crm",
        "0055g00000OWNERAAA",
    )
    assert found["severity"] == "blocker" and found["who"] and found["do"]


def test_an_account_under_a_new_id_is_a_broken_link_and_nothing_else(in_the_crm):
    [found] = about(in_the_crm, RENUMBERED, ACCOUNTS[2])
    assert (found["kind"], found["record_id"]) == ("link_broken", "0015g00000CORDX9AAA")
    assert (found["before"], found["after"]) == (ACCOUNTS[2]["Id"], "0015g00000CORDX9AAA")


def test_a_value_that_moved_away_says_what_it_was_is_and_should_be(in_the_crm):
    [found] = about(in_the_crm, MOVED)
    assert (found["kind"], found["system"], found["field"]) == ("value_moved", "salesforce", "street")
    assert (found["before"], found["after"]) == (ACCOUNTS[0]["BillingStreet"], "101 Quay Road")
    assert found["what"] == f"should be {CUSTOMERS[0]['Billing Address 1']} (authority: finance)"


def test_where_the_authority_moved_the_others_stay_behind(in_both):
    [found] = about(in_both, ACCOUNTS[0], CUSTOMERS[0])
    assert (found["kind"], found["system"], found["field"]) == ("value_moved", "salesforce", "street")
    assert found["before"] == found["after"] == ACCOUNTS[0]["BillingStreet"]
    assert found["what"] == "the authority has 101 Quay Road (authority: finance)"


def test_a_link_that_is_in_doubt_now_is_lost_for_those_who_rely_on_it(in_both):
    lost = about(in_both, ODD, CUSTOMERS[2])
    assert {finding["kind"] for finding in lost} == {"link_lost"}
    assert ODD["Id"] in {finding["record_id"] for finding in lost}
    assert all("is in doubt now" in finding["what"] for finding in lost)


def test_a_record_that_left_its_customer_is_lost(in_both):
    [found] = about(in_both, OTHER, CUSTOMERS[3])
    assert (found["kind"], found["record_id"]) == ("link_lost", OTHER["Id"])
    assert found["what"].startswith("it was one customer with the others of C")


def test_a_record_that_stewards_parted_is_no_loss(drifted, project, capsys, monkeypatch):
    monkeypatch.chdir(project)  # a run in the checkout, as the README makes one, has other records
    other = account("acme", 1, Name="Acme Boilers Holdings Ltd", Phone="")
    log = project / "decisions.jsonl"
    ours = [f"salesforce:{other['Id']}", f"netsuite:{CUSTOMERS[0]['Internal ID']}"]
    try:
        words = ["decide", "different", *ours, "--reason", "two companies", "--steward", "ada"]
        assert main([*words, "--project", str(project)]) == 0
        capsys.readouterr()
        assert "link_lost" not in {found["kind"] for found in drifted([other, *ACCOUNTS[1:]])}
    finally:
        log.unlink(missing_ok=True)


def test_an_account_that_came_without_a_link(in_the_crm):
    [found] = about(in_the_crm, STRANGER)
    assert (found["kind"], found["what"]) == ("without_link", "its customer was unknown")


def test_new_accounts_that_are_off_or_hold_their_golden_id_are_neither_duplicate_nor_without_link(
    drifted, project
):
    approved = (project / "approved" / "golden_customers.csv").read_text().splitlines()
    [golden_id] = [line.split(",")[0] for line in approved if NAMES["dene"] in line]
    without = [row for row in ACCOUNTS if row["Name"] != NAMES["dene"]]
    linked = account(
        "dene", 4, Id="0015g00000DENEX9AAA", AccountNumber=golden_id, Name="Dene Valley Food Group"
    )
    kinds = {finding["kind"] for finding in drifted([*without, linked, OFF])}
    assert not kinds & {"without_link", "duplicate_again"}


def test_a_system_that_stopped_delivering_is_told_once(drifted):
    [found] = drifted(customers=None)
    assert (found["kind"], found["system"], found["record_id"]) == ("stopped_delivering", "netsuite", None)
    assert found["what"] == "no row at all, 4 before"
    assert (found["department"], found["before"], found["after"]) == ("finance", "4", "0")


def test_a_system_that_delivers_far_less_is_told(drifted):
    [found] = drifted(customers=CUSTOMERS[:1])
    assert (found["kind"], found["what"]) == ("stopped_delivering", "1 account rows, 4 before")


def test_half_of_the_rows_is_not_far_less(drifted):
    assert short(drifted(customers=CUSTOMERS[:2])) == []


def test_a_finished_run_is_held_as_its_exports_are(project, tmp_path, capsys):
    again = account("bolt", 2, Id="0015g00000BOLTA9AAA")
    exports = write(tmp_path / "new", [*ACCOUNTS, again], CUSTOMERS)
    newer = tmp_path / "newer"
    pipeline.dedupe([InputSpec(str(exports))], Project(project), newer, Silent(), datetime(2026, 1, 2, 12))
    since = ["--since", str(project / "approved"), "--project", str(project)]
    assert main(["drift", str(newer), *since]) == 0
    told = capsys.readouterr().out
    assert main(["drift", str(exports), "--quiet", *since]) == 0
    assert capsys.readouterr().out == told
    assert "duplicate again: 1  blocker" in told and "0015g00000BOLTA9AAA" in told
    assert main(["drift", str(newer), "--strict", *since]) == 1


def test_what_is_grave_is_a_rule(project, tmp_path):
    exports = write(tmp_path / "new", ACCOUNTS, None)
    (tmp_path / "rules" / "quality").mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "rules" / "quality" / "drift.yaml"
    mild = shipped.read_text(encoding="utf-8").replace("severity: blocker", "severity: warning")
    (tmp_path / "rules" / "quality" / "drift.yaml").write_text(mild, encoding="utf-8")
    since = ["--since", str(project / "approved"), "--quiet", "--strict"]
    assert main(["drift", str(exports), "--project", str(project), *since]) == 1
    assert main(["drift", str(exports), "--project", str(tmp_path), *since]) == 0


def test_without_an_approved_run_it_says_what_to_name(tmp_path, capsys):
    exports = write(tmp_path / "new", ACCOUNTS, None)
    assert main(["drift", str(exports), "--since", str(tmp_path / "nothing")]) == 2
    assert "--since RUN" in capsys.readouterr().err
