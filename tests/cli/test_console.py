"""Whatever stands in the data, nothing of it works on the terminal, and no terminal ends a command."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sot.cli import app, console
from sot.cli.errors import run as sot

ACTS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
NAME = "Evil \x1b]0;pwned\x07Corp \x9b31mred \u202eLtd"
READ = NAME.replace("\u202e", "")
"""Marks of the direction of writing are not read, and a note says so."""
CRM = f"Id,Name,City,Ph\x1b[31mone\n1,{NAME},Leeds,0113 496 0111\n2,Two  Foods,York,\n3,{NAME}imited,Leeds,\n"
BOOKS = f'Internal ID,Name,City,Phone\nA\x1b[2J,{NAME},Leeds,+44 113 496 0111\nB,"Two\nFoods [red]Ltd :+1:",York,\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("console")
    (made / "crm.csv").write_text(CRM, encoding="utf-8")
    (made / "bo\x1b[32moks [x].csv").write_text(BOOKS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(made)
        assert sot(["dedupe", ".", "--quiet"]) == 0
        assert sot(["dedupe", "crm.csv", "--out", "less", "--quiet"]) == 0
    return made


def test_a_module_of_the_command_line_prints_through_the_console_alone() -> None:
    own = {"console.py", "safe_console.py", "app.py"}
    modules = [path for path in Path(app.__file__).parent.rglob("*.py") if path.name not in own]
    direct = re.compile(r"typer\.echo\(|\bConsole\(|(?<!\.)\bprint\(|std(out|err)\.write\(")
    assert [path.name for path in modules if direct.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["dedupe", ".", "--out", "again"], ["dedupe", ".", "--out", "again", "--json"],
        ["inspect", "."], ["inspect", ".", "--json"], ["profile", "."], ["profile", ".", "--json"],
        ["init", ".", "--force"], ["check", "."], ["check"], ["check", "--format", "json"],
        ["check", "--format", "sarif"], ["check", "--format", "junit"], ["check", "--format", "markdown"],
        ["check", "--format", "github"], ["drift", "crm.csv"], ["drift", "crm.csv", "--json"],
        ["diff", "sot-out", "less"], ["diff", "sot-out", "less", "--json"],
        ["explain", "crm:1", "crm:3"], ["explain", "crm:1", "crm:3", "--json"], ["trend"], ["verify"],
        ["rules", "show", "crm.csv"], ["decide", "same", "crm:1\x1b[31m", "crm:2"], ["dedupe", "gone\x1b[31m.csv"],
        ["no\x1b[31mcommand"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_nothing_in_the_data_works_on_the_terminal(
    arguments: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert sot(arguments) != 4
    told = capsys.readouterr()
    assert ACTS.findall(told.out + told.err) == []
    assert told.out or told.err
    if "--json" in arguments:
        json.loads(told.out)


def test_names_are_shown_as_they_are_written_but_for_that(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert sot(["inspect", "."]) == 0
    told = capsys.readouterr().out
    assert "[red]Ltd" in told and ":+1:" in told and "oks [x].csv" in told and "Evil �]0;pwned�Corp" in told


def test_json_says_what_stands_in_the_data(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert sot(["inspect", "crm.csv", "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["sample"][0]["values"]["name"] == READ


@pytest.mark.parametrize(
    "arguments",
    [["dedupe", ".", "--out", "narrow"], ["inspect", "."], ["explain", "crm:1", "crm:3"]],
    ids=" ".join,
)
def test_a_terminal_of_few_characters_ends_no_command(arguments: list[str], folder: Path) -> None:
    ended = in_latin(folder, *arguments)
    assert ended.returncode == 0 and "?" in ended.stdout + ended.stderr


def test_json_is_whole_on_a_terminal_of_few_characters(folder: Path) -> None:
    ended = in_latin(folder, "inspect", "crm.csv", "--json")
    assert json.loads(ended.stdout)[0]["sample"][0]["values"]["name"] == READ


def in_latin(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    few = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    return subprocess.run(
        [sys.executable, "-m", "sot", *arguments],
        cwd=folder,
        env=few,
        capture_output=True,
        encoding="latin-1",
        check=False,
    )


def test_a_screen_keeps_its_own_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    file = io.StringIO()
    console.screen(file=file, width=40).print("a\x1b[2Jb", style="bold")
    assert file.getvalue() == "\x1b[1ma�[2Jb\x1b[0m\n"


@pytest.mark.skipif(os.name == "nt", reason="pipes break in another way there")
def test_a_reader_of_stdout_that_has_enough_is_no_error(folder: Path) -> None:
    # As `python -m sot` does for the last of them, whose process ends with it: one process is quicker than six.
    commands = ["profile .", "check .", "trend", "rules show", "diff sot-out less", "inspect ."]
    script = (
        "import os, sys\n"
        "from sot.cli.errors import run\n"
        f"for command in {commands}:\n"
        "    reader, writer = os.pipe()\n"
        "    os.close(reader)\n"
        "    os.dup2(writer, 1)\n"
        "    os.close(writer)\n"
        "    sys.stdout = sys.__stdout__ = open(1, 'w', closefd=False)\n"
        "    code = run(command.split())\n"
        "    print(command, int(code), sep='=', end=';', file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, check=False, capture_output=True, text=True
    )
    codes = dict(part.split("=") for part in ended.stderr.rstrip(";").split(";"))
    assert codes.pop("check .") in ("0", "1")
    assert codes == dict.fromkeys((command for command in commands if command != "check ."), "0")
    assert ended.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="pipes break in another way there")
def test_a_run_goes_on_where_nobody_reads_what_it_tells(folder: Path) -> None:
    ended = into_a_broken_pipe(folder, "dedupe crm.csv --out unread", "stderr")
    assert ended.returncode == 0
    assert (folder / "unread" / "manifest.json").is_file()


def into_a_broken_pipe(folder: Path, command: str, which: str) -> subprocess.CompletedProcess[bytes]:
    reader, writer = os.pipe()
    os.close(reader)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, which: writer}
    try:
        return subprocess.run(
            [sys.executable, "-m", "sot", *command.split()], cwd=folder, check=False, **streams
        )
    finally:
        os.close(writer)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
def test_a_full_disk_is_no_fault_of_sot(folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "sot", "inspect", "crm.csv"],
            cwd=folder,
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert ended.returncode == 4
    assert (
        b"No space left" in ended.stderr
        and b"make room" in ended.stderr
        and b"internal error" not in ended.stderr
    )


def test_a_closed_stdout_is_no_error(folder: Path) -> None:
    script = "import os, sys; os.close(1); sys.stdout = None; from sot.cli.errors import run; run(['trend'])"
    ended = subprocess.run([sys.executable, "-c", script], cwd=folder, check=False, capture_output=True)
    assert (ended.returncode, ended.stderr) == (0, b"")
