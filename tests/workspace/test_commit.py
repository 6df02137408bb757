"""A run is put in place whole, with its ledger and history, or not at all: whatever is killed, and when."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sot.errors import SotError, UsageError
from sot.workspace.commit import Change, commit, recover
from sot.workspace.leftovers import remove_leftovers
from sot.workspace.run_folder import output_folder, require_replaceable
from tests.workspace.killed_commit import HISTORY, LEDGER, make

EVENTS = range(1, 60, 4)
"""Every fourth file event; the bench takes all of them."""


def state(project: Path) -> tuple[str, ...]:
    """Give which run the outputs, the ledger and the history are of."""
    out = project / "sot-out"
    digest = json.loads((out / "manifest.json").read_text())["digest"]
    tables = [(out / name).read_text() for name in ("golden_customers.csv", "tables/pairs.parquet")]
    lines = [json.loads(line)["run"] for line in (project / HISTORY).read_text().splitlines()]
    return digest, *tables, (project / LEDGER).read_text(), lines[-1], str(len(lines))


def killed(project: Path, name: str, event: int, number: int) -> int:
    command = [
        sys.executable,
        "-m",
        "tests.workspace.killed_commit",
        str(project),
        name,
        str(event),
        str(number),
    ]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


def hidden(project: Path) -> list[str]:
    return sorted(path.name for path in project.iterdir() if path.name.startswith("."))


WHOLE = {("a", "a", "a", "a", "a", "1"), ("b", "b", "b", "b", "b", "2")}


@pytest.mark.parametrize("event", EVENTS)
def test_a_kill_leaves_the_old_run_or_the_new_one(tmp_path: Path, event: int) -> None:
    make(tmp_path, tmp_path / "sot-out", "a")
    ended = killed(tmp_path, "b", event, signal.SIGKILL)
    assert ended in (-signal.SIGKILL, 0)
    recover(tmp_path)
    remove_leftovers([tmp_path])
    assert state(tmp_path) in (WHOLE if ended else {("b", "b", "b", "b", "b", "2")})
    assert hidden(tmp_path) == []
    make(tmp_path, tmp_path / "sot-out", "c")
    assert state(tmp_path)[:5] == ("c",) * 5


@pytest.mark.parametrize("event", EVENTS)
def test_an_interrupt_leaves_the_old_run_or_the_new_one_and_nothing_else(tmp_path: Path, event: int) -> None:
    make(tmp_path, tmp_path / "sot-out", "a")
    killed(tmp_path, "b", event, signal.SIGINT)
    assert state(tmp_path) in WHOLE
    assert not (tmp_path / ".sot-commit").exists()


def test_a_kill_of_the_recovery_is_recovered_too(tmp_path: Path) -> None:
    make(tmp_path, tmp_path / "sot-out", "a")
    event = next(n for n in range(1, 99) if _pending_after_kill(tmp_path, n))
    for step in range(1, 12):
        killed(tmp_path, "recover", step, signal.SIGKILL)
    recover(tmp_path)
    assert event and state(tmp_path) == ("b", "b", "b", "b", "b", "2")


def _pending_after_kill(project: Path, event: int) -> bool:
    killed(project, "b", event, signal.SIGKILL)
    return (project / ".sot-commit").exists()


def test_a_run_that_waits_is_not_tidied_away_by_another_project(tmp_path: Path) -> None:
    make(tmp_path, tmp_path / "sot-out", "a")
    assert next(n for n in range(1, 99) if _pending_after_kill(tmp_path, n))
    remove_leftovers([tmp_path])
    assert recover(tmp_path) == tmp_path / "sot-out"
    assert state(tmp_path) == ("b", "b", "b", "b", "b", "2")


def test_what_a_process_at_work_holds_is_no_leftover(tmp_path: Path) -> None:
    with output_folder(tmp_path / "sot-out") as folder:
        (folder / "half").write_text("x")
        assert remove_leftovers([tmp_path]) == []
        assert (folder / "half").exists()


def test_a_ledger_that_changed_meanwhile_stops_the_run(tmp_path: Path) -> None:
    make(tmp_path, tmp_path / "sot-out", "a")
    with (
        pytest.raises(UsageError, match="was changed during this run"),
        output_folder(tmp_path / "sot-out") as folder,
    ):
        commit(tmp_path, Change(folder, tmp_path / "sot-out", {}, HISTORY, b""), {LEDGER: b"another"})
    assert state(tmp_path) == ("a", "a", "a", "a", "a", "1")


def test_a_ledger_that_is_a_link_stays_one(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "ids.csv").write_text("")
    (tmp_path / LEDGER).symlink_to(kept / "ids.csv")
    make(tmp_path, tmp_path / "sot-out", "a")
    assert (tmp_path / LEDGER).is_symlink()
    assert (kept / "ids.csv").read_text() == "a"


def test_an_error_while_it_is_put_in_place_is_finished_by_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, tmp_path / "sot-out", "a")

    def full(path: Path, line: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("sot.workspace.append_log.add_line_once", full)
        with pytest.raises(SotError, match=r"could not be put in place: .*No space left"):
            make(tmp_path, tmp_path / "sot-out", "b")
    recover(tmp_path)
    assert state(tmp_path) == ("b", "b", "b", "b", "b", "2")


def test_files_have_the_rights_that_the_umask_gives(tmp_path: Path) -> None:
    make(tmp_path, tmp_path / "sot-out", "a")
    import os

    umask = os.umask(0)
    os.umask(umask)
    assert (tmp_path / LEDGER).stat().st_mode & 0o777 == 0o666 & ~umask
    assert (tmp_path / "sot-out").stat().st_mode & 0o777 == 0o777 & ~umask
    (tmp_path / LEDGER).chmod(0o640)
    make(tmp_path, tmp_path / "sot-out", "b")
    assert (tmp_path / LEDGER).stat().st_mode & 0o777 == 0o640


def test_a_folder_with_a_foreign_file_is_refused(tmp_path: Path) -> None:
    make(tmp_path, tmp_path / "sot-out", "a")
    require_replaceable(tmp_path / "sot-out")
    (tmp_path / "sot-out" / "tables" / "mine.txt").write_text("x")
    with pytest.raises(UsageError, match=r"tables/mine\.txt"):
        require_replaceable(tmp_path / "sot-out")
