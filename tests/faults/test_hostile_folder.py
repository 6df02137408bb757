"""A sound export beside what is damaged, hostile or no export: the sound one is read, the other is reported."""

from __future__ import annotations

import gzip
import io
import json
import os
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from sot.cli.errors import run as sot
from sot.model.run import Silent
from sot.model.sources import Import, InputSpec
from sot.read import read_exports
from sot.read.discover import MOST_COLUMNS
from sot.read.formats.database import database_grids
from sot.read.isolation import MEMORY, MEMORY_PER_BYTE, worker
from sot.rules import Rulebook
from sot.rules.project import Settings

SOUND = "Id,Account Name,City\n1,Acme Industries Ltd,Leeds\n2,Globex Trading Ltd,York\n3,Hooli GmbH,Bonn\n"
SHARED = Path(__file__).parents[3] / "shared" / "cases" / "hostile"
HOSTILE = sorted(SHARED.glob("*")) if SHARED.is_dir() else []


def zipped(members: dict[str, bytes], **options: int) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def nested_gzip() -> bytes:
    data = SOUND.encode()
    for _ in range(40):
        data = gzip.compress(data)
    return data


DAMAGED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a workbook of nothing": ("a.xlsx", lambda: b"PK\x03\x04" + b"\0" * 400),
    "an old workbook of nothing": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2_000),
    "an archive that is cut off": ("a.zip", lambda: zipped({"a.csv": SOUND.encode() * 9})[:-30]),
    "forty archives in one another": ("a.csv.gz", nested_gzip),
    "many small files that unpack to much": (
        "a.zip", lambda: zipped({f"{i}.csv": b"\0" * 999_999 for i in range(90)}, compresslevel=9),
    ),
    "a damaged Parquet file": ("a.parquet", lambda: b"PAR1" + b"\xff" * 300 + b"PAR1"),
    "JSON of ten thousand brackets": ("a.json", lambda: b"[" * 10_000),
    "a page with a broken declaration": ("a.xls", lambda: b"<html><![<table><tr><td>x</td></tr></table>"),
    "a database that is none": ("a.sqlite", lambda: b"SQLite format 3\0" + b"\xff" * 200),
    "a DuckDB file of nothing": ("a.duckdb", lambda: b"\0" * 8 + b"DUCK" + b"\xff" * 5_000),
    "a picture": ("a.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
    "a file of nothing": ("a.csv", lambda: b""),
}  # fmt: skip


def read(folder: Path) -> Import:
    return read_exports([InputSpec(str(folder))], Rulebook(None), Settings(), Silent())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "sound.csv").write_text(SOUND)
    return exports


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_file_is_reported_and_the_others_are_read(folder: Path, case: str) -> None:
    name, make = DAMAGED[case]
    (folder / name).write_bytes(make())
    found = read(folder)
    assert found.records.height == 3
    assert [path for path, _ in found.unreadable if path.startswith(str(folder / name))]


@pytest.mark.skipif(not HOSTILE, reason="the shared cases are not beside the checkout")
@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.name)
def test_no_hostile_file_hurts_a_sound_one(folder: Path, path: Path) -> None:
    (folder / path.name).symlink_to(path)
    found = read(folder)
    assert found.records.filter(found.records["source"] == str(folder / "sound.csv")).height == 3
    mine = [str(folder / path.name)]
    told = [*(one for one, _ in found.unreadable), *(one for one, _ in found.ignored)]
    read_of = [source for source in found.sources if source.path.startswith(mine[0])]
    assert read_of or [one for one in told if one.startswith(mine[0])]


def test_a_damaged_file_that_is_named_ends_with_3_and_one_in_a_folder_with_0(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    (folder / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    assert sot(["dedupe", "exports", "--quiet"]) == 0
    assert "bad.xlsx was not read" in capsys.readouterr().err
    assert sot(["dedupe", "exports/bad.xlsx", "--quiet", "--out", "other"]) == 3
    (folder / "sound.csv").unlink()
    assert sot(["dedupe", "exports", "--quiet", "--out", "other"]) == 3


def test_one_damaged_file_in_an_archive_is_one_damaged_file(folder: Path) -> None:
    (folder / "sound.csv").unlink()
    (folder / "all.zip").write_bytes(zipped({"sound.csv": SOUND.encode(), "bad.xlsx": b"PK\x03\x04 none"}))
    found = read(folder)
    assert found.records.height == 3
    assert [path for path, _ in found.unreadable] == [str(folder / "all.zip") + "/bad.xlsx"]


def test_a_file_that_asks_for_much_memory_ends_its_reader_alone(folder: Path) -> None:
    assert MEMORY + 10_000 * MEMORY_PER_BYTE < 4 << 30
    first = worker()
    (folder / "bad.json").write_bytes(b'[{"a":' * 4_000)
    assert read(folder).records.height == 3
    assert worker() is first


def test_what_is_no_file_is_never_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    (folder / "endless.csv").symlink_to("/dev/zero")
    found = read(folder)
    assert found.records.height == 3
    assert {Path(path).name for path, reason in found.ignored if "never opened" in reason} == {
        "pipe.csv", "endless.csv",
    }  # fmt: skip


def test_what_systems_and_office_programs_leave_is_counted(folder: Path) -> None:
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store", "~$sound.xlsx", ".~lock.sound.csv#"):
        (folder / name).write_bytes(b"\0\1")
    found = read(folder)
    assert found.records.height == 3
    assert len([path for path, reason in found.ignored if "left by" in reason]) == 5
    assert found.unreadable == ()


def test_hidden_and_linked_folders_are_read_or_reported(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "more.csv").write_text(SOUND.replace("1,Acme", "9,Initech"))
    (folder / "linked").symlink_to(other)
    (folder / "loop").symlink_to(folder)
    (folder / ".hidden").mkdir()
    (folder / ".secret.csv").write_text(SOUND)
    found = read(folder)
    assert {Path(source.path).name for source in found.sources} == {"sound.csv", "more.csv"}
    assert {Path(path).name for path, reason in found.ignored if "hidden" in reason} == {
        ".hidden",
        ".secret.csv",
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_rights_is_reported(folder: Path) -> None:
    (folder / "sub").mkdir(mode=0)
    found = read(folder)
    (folder / "sub").chmod(0o755)
    assert [Path(path).name for path, _ in found.unreadable] == ["sub"]


def test_a_foreign_manifest_hides_no_export(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"version": 3}')
    assert read(folder).records.height == 3


def test_a_manifest_with_the_marks_of_a_run_hides_no_export(folder: Path) -> None:
    outputs = {path.name: "" for path in folder.iterdir()}
    marks = {"sot": "1", "format": 1, "digest": "", "inputs": [], "rules": {}, "outputs": outputs}
    (folder / "manifest.json").write_text(json.dumps(marks))
    assert read(folder).records.height == 3


def test_views_of_a_database_reach_no_other_file(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET LINE")
    with duckdb.connect(str(folder / "crm.duckdb")) as base:
        base.execute("create table \"with vat\" as select 7 as id, 'Initech Ltd' as name")
        base.execute("create schema archive")
        base.execute("create table archive.old as select 8 as id, 'Umbrella Ltd' as name")
        base.execute(f"create view spy as select 1 as id, content as name from read_text('{secret}')")
        base.execute("create table \"select content as name from read_text('x')\" (id int, name text)")
    found = read(folder)
    assert {"Initech Ltd", "Umbrella Ltd"} <= set(found.records["name"])
    assert "SECRET" not in str(found.records.to_dicts())
    assert any("spy" in path for path, _ in found.unreadable)


def test_a_database_under_a_folder_with_a_hash_is_read(folder: Path) -> None:
    (folder / "no #1").mkdir()
    with sqlite3.connect(folder / "no #1" / "crm.sqlite") as base:
        base.execute("create table accounts (id, name)")
        base.execute("insert into accounts values (9, 'Initech Ltd')")
    base.close()
    assert "Initech Ltd" in set(read(folder).records["name"])


def test_a_sound_database_is_read_by_a_new_process(folder: Path) -> None:
    """What libraries reserve when they start is not held against the file."""
    with duckdb.connect(str(folder / "crm.duckdb")) as base:
        base.execute("create table accounts as select 7 as id, 'Initech Ltd' as name")
    worker().stop()
    found = read(folder)
    assert "Initech Ltd" in set(found.records["name"])
    assert found.unreadable == ()


ENDLESS = "with recursive r(id, name) as (select 1, 'Endless Ltd' union all select id + 1, name from r) select * from r"


@pytest.mark.parametrize("name", ["crm.sqlite", "crm.duckdb"])
def test_a_view_that_never_ends_is_reported_and_the_tables_are_read(folder: Path, name: str) -> None:
    base = sqlite3.connect(folder / name) if name.endswith("sqlite") else duckdb.connect(str(folder / name))
    base.execute("create table accounts as select 7 as id, 'Initech Ltd' as name")
    base.execute(f"create view aaa as {ENDLESS}")
    base.commit()
    base.close()
    patched = pytest.MonkeyPatch()
    patched.setattr("sot.read.formats.database.VIEWS", 0.3)
    patched.setattr("sot.read.formats.database.VIEWS_PER_MB", 0.0)
    try:
        found = database_grids(str(folder / name))
    finally:
        patched.undo()
    assert [grid.sheet for grid in found.grids] == ["accounts"]
    assert [(table, "the views of this file take more than" in reason) for table, reason in found.failed] == [
        ("aaa", True)
    ]


def test_of_two_files_of_one_name_in_an_archive_none_is_lost_in_silence(folder: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("more.csv", SOUND.replace("Acme", "First"))
        archive.writestr("more.csv", SOUND.replace("Acme", "Second"))
    (folder / "two.zip").write_bytes(data.getvalue())
    found = read(folder)
    assert found.records.height == 6
    assert [reason for path, reason in found.unreadable if "another file of this name" in reason]


def test_an_empty_file_in_an_archive_is_no_reason_to_leave_the_others(folder: Path) -> None:
    (folder / "all.zip").write_bytes(zipped({"a.csv": b"", "b.csv": b"\n\n", "c.csv": SOUND.encode()}))
    found = read(folder)
    assert found.records.height == 6
    assert len([path for path, _ in found.unreadable if "all.zip" in path]) == 2


def test_a_table_of_more_columns_than_any_export_is_reported(folder: Path) -> None:
    wide = [f"c{i}" for i in range(MOST_COLUMNS + 1)]
    (folder / "wide.csv").write_text(",".join(wide) + "\n" + ",".join("x" for _ in wide) + "\n")
    found = read(folder)
    assert found.records.height == 3
    assert [
        reason for path, reason in found.unreadable if path.endswith("wide.csv") and "4,097 columns" in reason
    ]
