"""No room and no memory: reported in words, with the right exit code, and what was there before is still there."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sot.cli.errors import run as sot

EXPORT = "Id,Account Name,City\n" + "".join(f"{i},Company {i * 7919 % 997} Ltd,Leeds\n" for i in range(40))
SIZE = 4 << 20
"""Bytes of the small file system; tests fill it up to what they leave free."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("small")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may make a small file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.fixture
def project(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a project on an ordinary disk, with a first run; the small file system is empty again after the test."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "crm.csv").write_text(EXPORT)
    yield tmp_path
    for path in sorted(small.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def leave_free(folder: Path, free: int) -> None:
    room = os.statvfs(folder)
    (folder / "filler").write_bytes(b"x" * max(room.f_bavail * room.f_frsize - free, 0))


def snapshot(*folders: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.name != "filler"
    }


def in_words(said: str) -> None:
    assert "error: " in said
    for word in ("Traceback", "internal error", "sot failed"):
        assert word not in said


@pytest.mark.parametrize("free", [0, 60_000])
def test_no_room_for_the_outputs(
    small: Path, project: Path, capsys: pytest.CaptureFixture[str], free: int
) -> None:
    leave_free(small, free)
    assert sot(["dedupe", "crm.csv", "--quiet", "--out", str(small / "run")]) in (2, 4)
    said = capsys.readouterr().err
    in_words(said)
    assert "No space left on device" in said
    assert sorted(path.name for path in small.iterdir()) == ["filler"]
    assert sorted(path.name for path in project.iterdir()) == ["crm.csv"]


def test_no_room_in_the_project(small: Path, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ledger and history are where nothing fits any more; the run that was there stays the run."""
    arguments = ["dedupe", "crm.csv", "--quiet", "--project", str(small), "--out", str(small / "run")]
    assert sot(arguments) == 0
    before = snapshot(small)
    (project / "crm.csv").write_text(EXPORT + "x1,Another Company Ltd,York\n")
    leave_free(small, 0)
    assert sot(arguments) in (2, 4)
    in_words(capsys.readouterr().err)
    assert snapshot(small) == before
    log = small / "decisions.jsonl"
    log.write_bytes(b"")
    (small / "filler").unlink()
    leave_free(small, 0)
    record = ["crm:0", "crm:1", "--project", str(small), "--steward", "ada"]
    assert sot(["decide", "different", *record]) == 4
    said = capsys.readouterr().err
    in_words(said)
    assert "was not saved: No space left" in said
    assert log.read_bytes() == b""
    (small / "filler").unlink()
    assert sot(["decide", "different", *record]) == 0
    assert sot(arguments) == 0


def test_no_room_for_temporary_files(
    small: Path, project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"{i},Company {i * 7919 % 99_991} Ltd,Leeds\n" for i in range(900))
    (project / "crm.csv").write_text(f"Id,Account Name,City\n{rows}")
    leave_free(small, 12_000)  # enough for the system to take it for a folder of temporary files
    monkeypatch.setenv("TMPDIR", str(small))
    monkeypatch.setattr(tempfile, "tempdir", None)
    code = sot(["dedupe", "crm.csv", "--quiet"])
    said = capsys.readouterr().err
    assert code == 4, said
    in_words(said)
    assert sorted(path.name for path in project.iterdir()) == ["crm.csv"]
    assert sorted(path.name for path in small.iterdir()) == ["filler"]


@pytest.mark.parametrize(
    ("limit", "bound", "words"),
    [
        (resource.RLIMIT_FSIZE, 8_192, "File too large"),
        (resource.RLIMIT_AS, 700 << 20, "not enough memory"),
    ],
    ids=["files of 8 KB", "700 MB of addresses"],
)
def test_a_limit_of_the_system_is_reported_in_words(
    tmp_path: Path, limit: int, bound: int, words: str
) -> None:
    (tmp_path / "crm.csv").write_text(EXPORT)
    ended = subprocess.run(
        [sys.executable, "-m", "sot", "dedupe", "crm.csv", "--quiet"], cwd=tmp_path, capture_output=True, text=True,
        check=False, timeout=300, preexec_fn=lambda: resource.setrlimit(limit, (bound, bound)),
    )  # fmt: skip
    assert ended.returncode == 4, ended.stderr
    in_words(ended.stderr)
    assert words in ended.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["crm.csv"]


def test_a_full_device_as_stdout_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text(EXPORT)
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "sot", "inspect", "crm.csv", "--json"], cwd=tmp_path, stdout=full,
            stderr=subprocess.PIPE, text=True, check=False, timeout=120,
        )  # fmt: skip
    assert ended.returncode == 4, ended.stderr
    in_words(ended.stderr)
