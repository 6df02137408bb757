"""The history of a project: one line for each run that is another, whole lines only."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from sot import history
from sot.errors import InputError
from sot.model.history import Entry
from sot.model.run import Silent
from sot.model.sources import Source
from sot.workspace.project import Project
from tests.history.appending import append
from tests.history.making import ACME_1, BOLT, CORD, dedupe, three_runs
from tests.shared import shared

ENTRY = Entry("2026-01-01T00:00:00Z", "a" * 64, {"records": 3, "counterpart.crm": 0.5})
LATER = replace(ENTRY, at="2026-01-02T00:00:00Z", digest="b" * 64)


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a project as it was after each of three runs."""
    return shared(tmp_path_factory, "history", three_runs)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.jsonl"


def test_what_is_appended_is_loaded_in_the_order_of_time(path):
    changed = replace(LATER, change={"counts": {"new": 1}})
    append(path, changed)
    append(path, ENTRY)
    assert history.load(path).runs == (ENTRY, changed)


def test_a_project_without_runs_has_no_history(path):
    assert history.load(path) == history.History()


def test_the_same_run_again_adds_no_line(path):
    append(path, ENTRY)
    before = path.read_bytes()
    append(path, replace(ENTRY, at="2026-01-09T00:00:00Z"))
    assert path.read_bytes() == before


def test_an_unfinished_line_is_told_and_set_aside_by_the_next_run(path):
    append(path, ENTRY)
    torn = b'{"at": "2026-01-0'
    with path.open("ab") as file:
        file.write(torn)
    assert history.load(path) == history.History((ENTRY,), torn)
    assert append(path, LATER) == torn
    assert history.load(path) == history.History((ENTRY, LATER))
    assert path.with_name("history.jsonl.torn").read_bytes() == torn + b"\n"


def test_the_same_run_again_sets_an_unfinished_line_aside_too(path):
    append(path, ENTRY)
    whole = path.read_bytes()
    path.write_bytes(whole + b"{")
    assert append(path, ENTRY) == b"{"
    assert path.read_bytes() == whole


def test_a_run_tells_of_an_unfinished_line(after, tmp_path, monkeypatch):
    shutil.copytree(after / "1", tmp_path, dirs_exist_ok=True)
    with (tmp_path / "history.jsonl").open("ab") as file:
        file.write(b"{")
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(Silent, "done", lambda _, stage, summary: told.append((stage, summary)))
    dedupe(tmp_path, [ACME_1, BOLT, CORD], day=2)
    assert ("history", "an unfinished last line was set aside in history.jsonl.torn") in told
    assert len(history.load(tmp_path / "history.jsonl").runs) == 2


def test_a_full_disk_is_told_and_leaves_the_history_as_it_was(path, monkeypatch):
    append(path, ENTRY)
    before = path.read_bytes()

    def full(handle: int, body: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sot.workspace.append_log.os.write", full)
    with pytest.raises(OSError, match="No space left"):
        append(path, LATER)
    assert path.read_bytes() == before


def test_a_last_line_without_its_end_keeps_its_run(path):
    append(path, ENTRY)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append(path, LATER)
    assert history.load(path) == history.History((ENTRY, LATER))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("<<<<<<< mine", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"at": "2026-01-01", "figures": {}}', "needs at, digest and figures"),
        ('{"at": "today", "digest": "x", "figures": {}}', "today"),
        ('{"at": "2026-01-01", "digest": "x", "figures": {"records": "3"}}', "have to be numbers"),
        ('{"at": "2026-01-01", "digest": "x", "figures": {}, "change": 1}', "change has to be"),
    ],
)
def test_a_wrong_line_is_named(path, line, what):
    append(path, ENTRY)
    path.write_bytes(line.encode() + b"\n" + path.read_bytes())
    with pytest.raises(InputError, match=rf"history\.jsonl:1:1: .*{what}"):
        history.load(path)


def test_the_digest_follows_from_the_content_alone():
    file = [Source("a.csv", "crm", sha256="1"), Source("b.csv", "erp", sha256="2")]
    waived = pl.DataFrame({"conflict_id": ["K1", "K2"], "waived_until": [None, "2027-01-01"]})
    moved = pl.DataFrame({"old": ["C1"], "new": ["C2"], "why": ["merged"]})

    def digest(sources=file, rules=None, redirects=moved, conflicts=waived):
        read = history.inputs(sources)
        return history.digest(read, rules or {"a": "1", "b": "2"}, {}, redirects, conflicts)

    elsewhere = [Source("x/b.csv", "erp", sha256="2"), Source("x/a.csv", "crm", sha256="1")]
    assert digest() == digest(elsewhere, {"b": "2", "a": "1"})
    others = [
        digest(file[:1]), digest(rules={"a": "1"}), digest(redirects=moved.clear()),
        digest(conflicts=waived.with_columns(waived_until=pl.lit(None, pl.String))),
    ]  # fmt: skip
    assert len({digest(), *others}) == 5


def test_every_run_that_is_another_leaves_its_figures(after):
    first, second, third = history.load(Project(after / "3").history).runs
    assert first.at < second.at < third.at
    counted = [run.figures["records.salesforce"] for run in (first, second, third)]
    assert counted == [3, 3, 2]
    assert [run.figures["duplicates.salesforce"] for run in (first, second, third)] == [1, 0, 0]
    assert [run.figures["kind.duplicate_in_system"] for run in (first,)] == [1]
    assert (first.figures["ids.before"], first.figures["ids.new"], first.figures["ids.gone"]) == (0, 2, 0)
    assert (second.figures["ids.before"], second.figures["ids.kept"], second.figures["ids.new"]) == (2, 2, 1)
    assert (third.figures["ids.kept"], third.figures["ids.absent"], third.figures["ids.gone"]) == (2, 1, 1)


def test_the_manifest_names_the_line_of_its_run(after):
    manifest = json.loads((after / "2" / "sot-out" / "manifest.json").read_text())
    assert history.line_of(history.load(Project(after / "2").history).runs, manifest["digest"]) == 1


def test_an_equal_run_changes_neither_history_nor_outputs(after, tmp_path):
    shutil.copytree(after / "1", tmp_path, dirs_exist_ok=True)
    dedupe(tmp_path, [ACME_1, BOLT, CORD], day=2)
    before = _bytes(tmp_path)
    dedupe(tmp_path, [ACME_1, BOLT, CORD], day=3)
    assert _bytes(tmp_path) == before


def _bytes(folder: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    manifest = json.loads(found["sot-out/manifest.json"])
    del manifest["seconds"]
    return found | {"sot-out/manifest.json": json.dumps(manifest).encode()}
