"""`sot explain` over a real run, as a person calls it."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest

from sot.cli.errors import run as run_here

CRM = (
    "Id,Name,BillingCity,Phone\n1,Tarvonix Imaging Ltd,Leeds,0113 496 0111\n"
    "2,Brindlewax Foods,York,\n3,Zuverlin,Hull,\n4,Quellmark,Hull,\n"
)
BOOKS = (
    "Internal ID,Name,City,Phone\nA,TARVONIX IMAGING,Leeds,+44 113 496 0111\nB,Brindlewax Foods Ltd,York,\n"
    "C,Quellmark Trading Group,Hull,\nD,Quellmark Sheds,Hull,\n"
)


def sot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `sot` in this process, in `folder`, which is quicker than a process each."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run_here(list(arguments))
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explain")
    (folder / "crm.csv").write_text(CRM, encoding="utf-8")
    (folder / "books.csv").write_text(BOOKS, encoding="utf-8")
    assert sot(folder, "dedupe", "crm=crm.csv", "books=books.csv", "--quiet").returncode == 0
    return folder


def test_two_records_as_text_and_as_json(run: Path) -> None:
    told = sot(run, "explain", "crm:1", "books:A")
    assert told.returncode == 0
    assert "TARVONIX IMAGING" in told.stdout and "phone" in told.stdout and "found by" in told.stdout
    plain = json.loads(sot(run, "explain", "crm:1", "books:A", "--json").stdout)
    assert plain["match_probability"] > 0.5
    one, other = plain["records"]
    assert one["golden_id"] == other["golden_id"]
    assert f"one customer in this run: {one['golden_id']}" in told.stdout
    apart = sot(run, "explain", "crm:1", "crm:2")
    assert f"two customers in this run: {one['golden_id']} and C" in apart.stdout
    assert {"comparison", "level", "bits", "left", "right"} <= set(plain["steps"][0])


def test_a_case_of_the_review_shows_the_pairs_in_question(run: Path) -> None:
    questions = pl.read_parquet(run / "sot-out" / "tables" / "questions.parquet")
    case_id, pairs = questions["case_id"][0], questions.filter(pl.col("case_id") == questions["case_id"][0])
    explained = json.loads(sot(run, "explain", case_id, "--json").stdout)
    assert [pair["match_probability"] for pair in explained] == pairs["match_probability"].to_list()
    assert "one customer in this run" in sot(run, "explain", case_id).stdout


def test_a_run_is_explained_after_its_rules_got_other_names(run: Path, tmp_path: Path) -> None:
    """The lessons of a run have the names of its levels; a level that came later has learned nothing."""
    project = Path(shutil.copytree(run, tmp_path / "project"))
    assert sot(project, "rules", "copy", "matching/comparisons.yaml").returncode == 0
    rules = project / "rules" / "matching" / "comparisons.yaml"
    text = rules.read_text(encoding="utf-8")
    assert "name: same, when: same(phone)" in text
    rules.write_text(
        text.replace("name: same, when: same(phone)", "name: one phone, when: same(phone)"), encoding="utf-8"
    )
    explained = sot(project, "explain", "crm:1", "books:A")
    assert explained.returncode == 0, explained.stderr
    assert "one phone: " in explained.stdout


def test_it_says_what_the_run_stored(run: Path) -> None:
    tables = run / "sot-out" / "tables"
    records = pl.read_parquet(tables / "records.parquet").select("uid", "system", "record_id")
    keys = {uid: f"{system}:{record_id}" for uid, system, record_id in records.iter_rows()}
    pairs = pl.read_parquet(tables / "pairs.parquet")
    assert pairs.height
    for pair in pairs.head(5).iter_rows(named=True):
        plain = json.loads(sot(run, "explain", keys[pair["uid_l"]], keys[pair["uid_r"]], "--json").stdout)
        for name in ("match_probability", "match_weight", "band", "against"):
            assert plain[name] == pair[name]
        for step in plain["steps"]:
            assert step["bits"] == (pair[f"bits_{step['comparison']}"] or 0.0)


def test_a_customer_by_its_golden_id(run: Path) -> None:
    with (run / "sot-out" / "crosswalk.csv").open(encoding="utf-8", newline="") as file:
        golden = {(row["system"], row["record_id"]): row["golden_id"] for row in csv.DictReader(file)}
    told = sot(run, "explain", golden["crm", "1"]).stdout
    assert told.startswith(f"{golden['crm', '1']}  ") and "2 records\n" in told and told.count("books:A") == 2
    for other_way in ("crm:1", "books:A", "tarvonix imaging", "Tarvonix"):
        assert sot(run, "explain", other_way).stdout == told, other_way
    alone = sot(run, "explain", golden["crm", "3"])
    assert alone.returncode == 0 and "a single record" in alone.stdout


def test_a_customer_that_a_decision_made(run: Path, tmp_path: Path) -> None:
    for name in ("crm.csv", "books.csv"):
        (tmp_path / name).write_text((run / name).read_text(encoding="utf-8"), encoding="utf-8")
    exports = ("crm=crm.csv", "books=books.csv", "--quiet")
    assert sot(tmp_path, "dedupe", *exports).returncode == 0
    assert sot(tmp_path, "decide", "same", "crm:2", "crm:3").returncode == 0
    assert sot(tmp_path, "dedupe", *exports).returncode == 0
    told = sot(tmp_path, "explain", "crm:2", "crm:3").stdout
    assert "crm:3  Zuverlin  (linked by a decision)\none customer in this run: C" in told


def test_an_id_alone_is_enough_where_one_record_has_it(run: Path) -> None:
    assert sot(run, "explain", "1", "A").stdout == sot(run, "explain", "crm:1", "books:A").stdout
    assert sot(run, "explain", "crm:1").stdout == sot(run, "explain", "A").stdout


def test_an_id_of_several_records_is_told_with_them(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text("Id,Name,City\n1001,Tarvonix Imaging,Leeds\n1002,Quellmark,Hull\n")
    (tmp_path / "erp.csv").write_text("Id,Name,City\n1001,Tarvonix Imaging,Leeds\n1077,Brindlewax,York\n")
    assert sot(tmp_path, "dedupe", "crm=crm.csv", "erp=erp.csv", "-q").returncode == 0
    told = sot(tmp_path, "explain", "1001", "1002")
    assert told.returncode == 2 and "1001: 2 records have this id" in told.stderr
    assert "say which: crm:1001, erp:1001\n" in told.stderr
    for wrong, near in (
        ("erp:1078", "erp:1077, erp:1001?"),
        ("10x02", "crm:1002, "),
        ("CRM:1002", "crm:1002, "),
    ):
        told = sot(tmp_path, "explain", wrong, "erp:1077").stderr
        assert f"{wrong}: there is no such" in told and f"did you mean {near}" in told
    assert "systems are crm, erp\n" in sot(tmp_path, "explain", "Nobody of this name").stderr
    assert "Quellmark: 1 record" in sot(tmp_path, "explain", "quellmark").stdout
    several = sot(tmp_path, "explain", "a").stderr
    assert "customers have this name" in several and "(Quellmark)" in several
    told = sot(tmp_path, "explain", "crm:1001", golden_id(tmp_path, "erp", "1077")).stderr
    assert "is a customer, not a record" in told and "name one of its records: erp:1077" in told


def golden_id(folder: Path, system: str, record_id: str) -> str:
    with (folder / "sot-out" / "crosswalk.csv").open(encoding="utf-8", newline="") as file:
        return next(
            r["golden_id"]
            for r in csv.DictReader(file)
            if (r["system"], r["record_id"]) == (system, record_id)
        )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("crm:9", "books:A"), "no such record"), (("C000",), "no such customer"),
     (("crm:1", "books:A", "--run", "nowhere"), "no finished run"), (("crm:1", "1"), "both arguments are this record")],
)  # fmt: skip
def test_what_is_not_there_is_said(run: Path, arguments: tuple[str, ...], said: str) -> None:
    told = sot(run, "explain", *arguments)
    assert told.returncode == 2 and said in told.stderr and "Traceback" not in told.stderr


def test_a_payment_of_nobody(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text(CRM, encoding="utf-8")
    paid = "Date,Payer,Amount,Currency,Invoice number\n2026-03-04,,40.00,EUR,INV-0077\n"
    paid += "2026-03-05,Brindlewax Foods,60.00,EUR,INV-0078\n"
    (tmp_path / "payments.csv").write_text(paid, encoding="utf-8")
    assert sot(tmp_path, "dedupe", "crm=crm.csv", "payments.csv", "--quiet").returncode == 0
    done = sot(tmp_path, "explain", "payments:payment:payments.csv#2")
    assert (done.returncode, "customer: not known" in done.stdout) == (0, True), done.stderr
