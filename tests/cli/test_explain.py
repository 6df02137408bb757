"""`sot explain` over a real run, as a person calls it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

CRM = (
    "Id,Name,BillingCity,Phone\n1,Tarvonix Imaging Ltd,Leeds,0113 496 0111\n"
    "2,Brindlewax Foods,York,\n3,Quellmark,Hull,\n"
)
BOOKS = (
    "Internal ID,Name,City,Phone\nA,TARVONIX IMAGING,Leeds,+44 113 496 0111\nB,Brindlewax Foods Ltd,York,\n"
)


def sot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sot", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


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


def test_a_customer_by_its_golden_id(run: Path) -> None:
    with (run / "sot-out" / "crosswalk.csv").open(encoding="utf-8", newline="") as file:
        golden = {(row["system"], row["record_id"]): row["golden_id"] for row in csv.DictReader(file)}
    told = sot(run, "explain", golden["crm", "1"]).stdout
    assert told.startswith(f"{golden['crm', '1']}  ") and "2 records\n" in told and told.count("books:A") == 2
    assert golden["crm", "1"] in sot(run, "explain", "crm:1").stderr
    alone = sot(run, "explain", golden["crm", "3"])
    assert alone.returncode == 2 and "one record alone" in alone.stderr


def test_a_customer_that_a_decision_made(run: Path, tmp_path: Path) -> None:
    for name in ("crm.csv", "books.csv"):
        (tmp_path / name).write_text((run / name).read_text(encoding="utf-8"), encoding="utf-8")
    exports = ("crm=crm.csv", "books=books.csv", "--quiet")
    assert sot(tmp_path, "dedupe", *exports).returncode == 0
    assert sot(tmp_path, "decide", "same", "crm:2", "crm:3").returncode == 0
    assert sot(tmp_path, "dedupe", *exports).returncode == 0
    told = sot(tmp_path, "explain", "crm:2", "crm:3").stdout
    assert "crm:3  Quellmark  (linked by a decision)\none customer in this run: C" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("crm:9", "books:A"), "no such record"), (("C000",), "no such customer"), (("crm:1",), "one record"),
     (("crm:1", "books:A", "--run", "nowhere"), "no finished run")],
)  # fmt: skip
def test_what_is_not_there_is_said(run: Path, arguments: tuple[str, ...], said: str) -> None:
    told = sot(run, "explain", *arguments)
    assert told.returncode == 2 and said in told.stderr and "Traceback" not in told.stderr
