"""Bad input through the real command: a clear message, the right exit code, and nothing half-written."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sot.cli.errors import run as sot

GOOD = """Id,Account Name,City
1,Acme Industries Ltd,Leeds
2,Globex Trading Ltd,York
3,ACME INDUSTRIES LIMITED,Leeds
"""
NAMES = (
    "Hooli",
    "Umbrella",
    "Stark",
    "Wayne",
    "Cyberdyne",
    "Tyrell",
    "Wonka",
    "Oscorp",
    "Soylent",
    "Gringotts",
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, content: str | bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def nothing_is_left(folder: Path, *expected: str) -> bool:
    return sorted(entry.name for entry in folder.iterdir()) == sorted(expected)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.csv", None, ["gone.csv"]),
        ("empty.csv", b"", ["empty.csv"]),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8, ["picture.csv"]),
        ("heads.csv", b"Id,Account Name,City\n", ["heads.csv"]),
        ("torn.xlsx", b"PK\x03\x04 this is no workbook", ["torn.xlsx"]),
    ],
)
def test_what_can_not_be_read_is_named_and_ends_with_3(
    here: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, said: list[str]
) -> None:
    if content is not None:
        write(here / name, content)
    assert sot(["dedupe", name]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "error: " in told.err
    for word in said:
        assert word in told.err
    assert "Traceback" not in told.err
    assert nothing_is_left(here, *([name] if content is not None else []))


def test_no_column_for_a_name_says_which_there_are_and_how_to_name_one(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here / "odd.csv", "qty,amount,when\n1,2.50,2024-01-01\n2,3.50,2024-01-02\n3,4.50,2024-01-03\n")
    assert sot(["dedupe", "odd.csv"]) == 3
    told = capsys.readouterr().err
    assert all(column in told for column in ("qty", "amount", "when"))
    assert "sot.yaml" in told
    assert nothing_is_left(here, "odd.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_ends_with_3(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "secret.csv").write_text(GOOD)
    (here / "secret.csv").chmod(0)
    assert sot(["dedupe", "secret.csv"]) == 3
    assert "secret.csv" in capsys.readouterr().err


def test_rows_with_one_id_are_kept_apart_and_reported(here: Path) -> None:
    more = "".join(f"{i},{name} Ltd,Hull\n" for i, name in enumerate(NAMES, 4))
    write(here / "crm.csv", GOOD + more + "2,Initech Software GmbH,Bonn\n")
    assert sot(["dedupe", "crm=crm.csv", "--quiet"]) == 0
    crosswalk = rows(here / "sot-out" / "crosswalk.csv")
    mine = [row for row in crosswalk if row["record_id"].split("#")[0] == "2"]
    assert sorted(row["name"] for row in mine) == ["Globex Trading Ltd", "Initech Software GmbH"]
    assert len({row["record_id"] for row in mine}) == len({row["golden_id"] for row in mine}) == 2
    kinds = {row["kind"] for row in rows(here / "sot-out" / "conflicts.csv")}
    assert "duplicate_record_id" in kinds


def test_a_system_of_one_record_is_a_customer_list_too(here: Path) -> None:
    write(here / "one.csv", "Id,Account Name,City\n1,Acme Industries Ltd,Leeds\n")
    assert sot(["dedupe", "crm=one.csv", "--quiet"]) == 0
    (customer,) = rows(here / "sot-out" / "golden_customers.csv")
    assert (customer["name"], customer["status"]) == ("Acme Industries Ltd", "single")


def test_a_list_whose_names_are_all_empty_ends_with_3(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here / "crm.csv", GOOD)
    write(here / "blank.csv", "Id,Account Name,City\n1,,Leeds\n2,,York\n3,,Leeds\n")
    assert sot(["dedupe", "crm=crm.csv", "erp=blank.csv"]) == 3
    told = capsys.readouterr().err
    assert "blank.csv" in told
    assert "'Account Name'" in told


def test_records_without_a_name_are_neither_lost_nor_joined(here: Path) -> None:
    write(here / "crm.csv", GOOD + "4,,Leeds\n5,,Leeds\n")
    assert sot(["dedupe", "crm=crm.csv", "--quiet"]) == 0
    crosswalk = rows(here / "sot-out" / "crosswalk.csv")
    nameless = [row for row in crosswalk if not row["name"]]
    rejected = here / "sot-out" / "rejects.csv"
    assert len(nameless) + (len(rows(rejected)) if rejected.exists() else 0) == 2
    assert len({row["golden_id"] for row in nameless}) == len(nameless)


def test_an_output_folder_that_is_a_file_ends_with_2(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here / "crm.csv", GOOD)
    write(here / "taken", "mine")
    assert sot(["dedupe", "crm.csv", "--out", "taken"]) == 2
    assert "taken is a file" in capsys.readouterr().err
    assert (here / "taken").read_text() == "mine"


def test_an_output_folder_that_can_not_be_made_ends_with_2(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here / "crm.csv", GOOD)
    write(here / "file", "")
    assert sot(["dedupe", "crm.csv", "--out", "file/inside"]) == 2
    assert "--out" in capsys.readouterr().err


def test_a_folder_with_files_of_others_is_left_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here / "crm.csv", GOOD)
    write(here / "thesis" / "chapter.txt", "precious")
    assert sot(["dedupe", "crm.csv", "--out", "thesis"]) == 2
    assert "so it is kept" in capsys.readouterr().err
    assert nothing_is_left(here / "thesis", "chapter.txt")


def test_a_foreign_manifest_makes_no_run_of_a_folder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here / "crm.csv", GOOD)
    write(here / "site" / "manifest.json", "{}")
    write(here / "site" / "precious.txt", "mine")
    assert sot(["dedupe", "crm.csv", "--out", "site"]) == 2
    assert "precious.txt" in capsys.readouterr().err
    assert nothing_is_left(here / "site", "manifest.json", "precious.txt")


def test_a_manifest_that_names_a_foreign_file_gives_it_to_nobody(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here / "crm.csv", GOOD)
    outputs = '{"precious.txt": "", "tables/../precious.txt": ""}'
    marks = f'{{"sot": "1", "format": 1, "digest": "", "inputs": [], "rules": {{}}, "outputs": {outputs}}}'
    write(here / "site" / "manifest.json", marks)
    write(here / "site" / "precious.txt", "mine")
    assert sot(["dedupe", "crm.csv", "--out", "site"]) == 2
    assert "precious.txt" in capsys.readouterr().err
    assert nothing_is_left(here / "site", "manifest.json", "precious.txt")


def test_systems_that_differ_in_case_alone_are_refused(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here / "a.csv", GOOD)
    write(here / "b.csv", GOOD)
    assert sot(["dedupe", "CRM=a.csv", "crm=b.csv"]) == 2
    assert "CRM and crm" in capsys.readouterr().err


def test_an_earlier_run_is_replaced_unless_somebody_put_a_file_into_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here / "crm.csv", GOOD)
    assert sot(["dedupe", "crm.csv", "--quiet"]) == 0
    before = {path.name for path in (here / "sot-out").iterdir()}
    write(here / "sot-out" / "Thumbs.db", "of Windows")
    assert sot(["dedupe", "crm.csv", "--quiet"]) == 0
    assert {path.name for path in (here / "sot-out").iterdir()} == before
    write(here / "sot-out" / "fixes" / "my notes.txt", "mine")
    assert sot(["dedupe", "crm.csv", "--quiet"]) == 2
    assert "my notes.txt" in capsys.readouterr().err
    assert (here / "sot-out" / "fixes" / "my notes.txt").read_text() == "mine"
    assert not list(here.glob(".sot-out*"))


def test_a_run_that_fails_leaves_the_earlier_one_as_it_was(here: Path) -> None:
    write(here / "crm.csv", GOOD)
    assert sot(["dedupe", "crm.csv", "--quiet"]) == 0
    before = {path: path.read_bytes() for path in (here / "sot-out").rglob("*") if path.is_file()}
    assert sot(["dedupe", "gone.csv", "--quiet"]) == 3
    assert {path: path.read_bytes() for path in (here / "sot-out").rglob("*") if path.is_file()} == before


def test_ctrl_c_ends_with_130_and_leaves_nothing(here: Path) -> None:
    names = "\n".join(f"{i},Company {i:x} of {i * 7919 % 9973:x} Ltd,Town {i % 97}" for i in range(50_000))
    write(here / "crm.csv", "Id,Account Name,City\n" + names + "\n")
    command = [sys.executable, "-m", "sot", "dedupe", "crm.csv"]
    # A shell starts what runs in its background with Ctrl-C ignored, and the tests may be run so.
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:  # fmt: skip
        assert process.stderr is not None
        first = process.stderr.readline()
        assert first.startswith("read")
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == 130
    assert "interrupted" in told
    assert "Traceback" not in told
    assert nothing_is_left(here, "crm.csv")
