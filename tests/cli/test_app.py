from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import polars
import pytest
import xlsxwriter

from sot import __version__
from sot.cli import app, errors
from sot.cli.errors import run as sot
from sot.cli.process import prepare_process
from sot.cli.root_help import root_help
from sot.errors import ExitCode, GateError, InputError, RulesError, UsageError
from sot.review.excel.import_answers import read


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert sot(["--version"]) == 0
    assert capsys.readouterr().out == f"sot {__version__}\n"


def test_what_the_shell_sets_for_libraries_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:500"}
    monkeypatch.setattr(os, "environ", shell)
    prepare_process()
    made = {"OPENBLAS_NUM_THREADS": "1", "PYDANTIC_DISABLE_PLUGINS": "1"}
    assert shell == {"_RJEM_MALLOC_CONF": "dirty_decay_ms:500", **made}
    # Polars adds its allocator's settings to those of the shell, under this name.
    assert 'os.environ.get("_RJEM_MALLOC_CONF")' in Path(polars.__file__).read_text()


@pytest.mark.parametrize(("group", "command"), [([], "dedupe"), (["rules"], "suggest")])
def test_without_a_command_it_shows_help(
    group: list[str], command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sot(group) == 0
    told = capsys.readouterr()
    assert command in told.out and told.err == ""


@pytest.mark.parametrize("columns", [50, 79, 80, 85, 99, 100, 200])
def test_the_help_that_is_ready_is_that_of_all_commands(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    built = app.command().make_context("sot", [], resilient_parsing=True).get_help()
    assert (root_help() is None) == (columns < 80)
    assert sot(["--help"]) == 0
    assert capsys.readouterr().out == f"{built}\n"


def test_every_command_module_is_a_command() -> None:
    folder = Path(app.__file__).parent / "commands"
    modules = {path.stem for path in folder.glob("*.py") if "def register(" in path.read_text()}
    assert modules == set(app.COMMANDS)


@pytest.mark.parametrize("arguments", [["nonsense"], ["dedupe"], ["dedupe", "x.csv", "--nope"], ["--nope"]])
def test_a_wrong_command_line_ends_with_2_and_a_hint(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert sot(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert "hint: see sot" in told.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["demo", "x", "--customers", "many"],
            "'--customers': write a whole number\nhint: see sot demo --help\n",
        ),
        (["demo", "x", "--customers", "0"], "'--customers': write a number greater than or equal to 1\n"),
        (["dedupe", "x", "--out"], "'--out' requires an argument.\nhint: see sot dedupe --help\n"),
        (["dedupe", ""], "a PATH is empty\nhint: write . for the current folder\n"),
        (["demo", "x", "--systems", "hubsport"], "'--systems': 'hubsport' is not one of 'salesforce', "),
        (["rules", "copy"], "Missing argument 'NAME'.\nhint: see sot rules copy --help\n"),
    ],
)
def test_what_is_wrong_is_said_in_words(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sot(arguments) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [(GateError, 1), (UsageError, 2), (RulesError, 2), (InputError, 3), (KeyboardInterrupt, 130)],
)
def test_errors_for_people_become_exit_codes(
    error: type[BaseException], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> int:
        raise error("what is wrong")

    monkeypatch.setattr(errors, "_invoke", fail)
    assert sot([]) == code
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("wrapped", [False, True])
def test_ctrl_c_within_a_query_is_an_interruption(
    wrapped: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = duckdb.connect()
    rows.execute("CREATE TABLE t AS SELECT range AS a FROM range(2000000)")

    def fail(_: object) -> int:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        try:
            rows.execute("CREATE TABLE u AS SELECT a, sha256(a::VARCHAR) AS h FROM t ORDER BY h")
        except RuntimeError as error:
            if wrapped:
                raise ValueError("what Splink says") from error
            raise
        return 0

    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    monkeypatch.setattr(errors, "_invoke", fail)
    try:
        assert sot([]) == ExitCode.INTERRUPTED
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert capsys.readouterr().err == "error: interrupted; nothing was changed\n"


def test_what_nobody_expected_ends_with_4_and_is_written_down(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(_: object) -> int:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(errors, "_invoke", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert sot(["dedupe", "a file.csv"]) == ExitCode.INTERNAL
    told = capsys.readouterr().err
    assert told.startswith("error: sot failed: ZeroDivisionError: on purpose\n")
    assert "Traceback" not in told
    (written,) = tmp_path.iterdir()
    assert str(written) in told
    assert "Traceback" in written.read_text()
    assert "sot dedupe 'a file.csv'" in written.read_text()


@pytest.mark.skipif(os.name == "nt", reason="pipes break in another way there")
def test_a_reader_that_has_enough_is_no_error() -> None:
    script = "import sys; from sot.cli.errors import run; sys.exit(run(['dedupe', '--help']))"
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = subprocess.run(
            [sys.executable, "-c", script], stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a run in `my run`, which these tests leave as it is."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "a.csv").write_text("Id,Name\n1,Acme\n2,Best\n")
    (folder / "void").touch()
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        assert sot(["dedupe", "a.csv", "--out", "my run", "-q"]) == 0
    return folder


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["decide", "--file", "gone"], 3),
        (["evaluate", "my run", "--truth", "gone"], 3),
        (["rules", "check", "gone"], 3),
        (["rules", "show", "gone"], 3),
        (["trend", "--project", "gone"], 2),
        (["dedupe", ".", "--project", "gone"], 2),
        (["inspect", "gone"], 3),
        (["check", "gone"], 3),
        (["drift", "gone", "--since", "my run"], 3),
    ],
)
def test_what_is_not_there_is_told_so(
    arguments: list[str],
    code: int,
    finished_run: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(finished_run)
    assert sot(arguments) == code
    told = capsys.readouterr().err
    assert "gone: there is no such" in told and "Errno" not in told and "os error" not in told


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["dedupe", "acounts.csv"], "did you mean accounts.csv?"),
        (["check", "ACCOUNTS"], "did you mean accounts.csv?"),
        (["inspect", "acounts.csv"], "did you mean accounts.csv?"),
        (["profile", "acounts.csv"], "did you mean accounts.csv?"),
        (["init", "acounts.csv"], "did you mean accounts.csv?"),
        (["dedupe", "acounts.csv", "other"], "other: looked in "),
        (["diff", "rum", "run"], "did you mean run/?"),
        (["explain", "a:1", "a:2", "--run", "out"], "where there is run/"),
        (["verify", "runn"], "did you mean run/?"),
        (["review", "runn"], "did you mean run/?"),
        (["drift", "accounts.csv"], "where there is run/"),
    ],
)
def test_of_what_is_not_there_it_is_told_where_it_was_looked_for(
    arguments: list[str],
    near: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "accounts.csv").write_text("Id,Name\n1,Acme\n")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "manifest.json").write_text("{}")
    assert sot(arguments) in (2, 3)
    told = capsys.readouterr().err
    assert "there is no such" in told and f"looked in {tmp_path}" in told and near in told


@pytest.mark.parametrize("command", ["dedupe", "check"])
def test_exports_of_headers_alone_are_told_with_what_to_do(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "crm.csv").write_text("Id,Name,City\n")
    (tmp_path / "erp.csv").write_text("Key,Company,Town,Phone,Fax,Mail,Web,Owner\n")
    assert sot([command, "."]) == 3
    told = capsys.readouterr().err
    assert "no customer records found in crm.csv, erp.csv\n" in told
    assert "  crm.csv: 0 rows below the columns Id, Name, City\n" in told
    assert "  erp.csv: 0 rows below the columns Key, Company, Town, Phone, Fax, Mail and 2 more\n" in told
    assert "hint: export again, with rows" in told


def test_rows_of_which_none_is_a_customer_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "crm.csv").write_text("Id,Name,City\n")
    (tmp_path / "deals.csv").write_text(
        "Deal ID,Deal Name,Account Name,Amount\n1,Big one,,5\n2,Small one,,6\n"
    )
    assert sot(["dedupe", str(tmp_path)]) == 3
    told = capsys.readouterr().err
    assert "deals.csv: 2 rows read as deal" in told and "hint: preview each file" in told


def test_an_empty_folder_holds_no_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sot(["dedupe", str(tmp_path)]) == 3
    assert f"there is no export in {tmp_path}\nhint: name exports" in capsys.readouterr().err


def test_a_project_folder_that_cannot_be_written_is_told_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.csv").write_text("Id,Name\n1,Acme\n2,Best\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    assert sot(["dedupe", "a.csv"]) == 2
    assert (
        f"{tmp_path}: can't write there: Permission denied\nhint: check the folder" in capsys.readouterr().err
    )
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["demo", "a.csv"], "a.csv is a file, not a folder\nhint: name a new folder for the demo\n"),
        (["review", "my run", "--export", "no/x.xlsx"], "no/x.xlsx: can't write there: No such file"),
        (["check", "my run", "--format", "json=no/x"], "no/x: can't write there: No such file"),
        (["profile", "a.csv", "--html", "no/x"], "no/x: can't write there: No such file"),
        (["accuracy", "my run"], "hint: sot review 'my run' --sample 200\n"),
        (["rules", "copy", "quality/gates.yml"], "hint: did you mean quality/gates.yaml, "),
        (["rules", "copy", "gates"], "hint: did you mean quality/gates.yaml?"),
        (
            ["rules", "copy", "xyzzy"],
            "in cases, governance, handoffs, matching, naming, quality, review, systems",
        ),
        (["evaluate", "my run", "--pairs", "void"], "void: the judged pairs can't be read"),
    ],
)
def test_what_can_not_be_done_is_told_with_what_to_do(
    arguments: list[str],
    told: str,
    finished_run: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(finished_run)
    assert sot(arguments) in (2, 3)
    assert told in capsys.readouterr().err


def test_a_workbook_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "answers.xlsx"
    with pytest.raises(InputError, match="there is no such file"):
        read(path)
    path.write_bytes(b"PK no workbook")
    with pytest.raises(InputError, match="it can't be opened"):
        read(path)
    xlsxwriter.Workbook(path).close()
    with pytest.raises(InputError, match="it has no sheet Review"):
        read(path)


def test_help_version_and_completion_are_where_people_look(capsys: pytest.CaptureFixture[str]) -> None:
    assert sot(["help", "explain"]) == 0
    assert "golden id" in capsys.readouterr().out
    assert sot(["-V"]) == 0
    assert capsys.readouterr().out.startswith("sot ")
    for shell in ("bash", "zsh", "fish"):
        assert sot(["completion", shell]) == 0
        assert "_SOT_COMPLETE" in capsys.readouterr().out
    assert sot(["completion", "tcsh"]) == 2


def test_the_shell_gets_the_commands_that_begin_so() -> None:
    asked = {"_SOT_COMPLETE": "complete_bash", "COMP_WORDS": "sot de", "COMP_CWORD": "1"}
    told = subprocess.run(
        [sys.executable, "-m", "sot"], env=os.environ | asked, capture_output=True, text=True, check=False
    )
    assert told.stdout.split() == ["dedupe", "demo", "decide"]


def test_a_slip_in_a_verdict_or_a_gate_is_met_with_the_right_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert sot(["decide", "sme", "a", "b"]) == 2
    assert (
        "sme: this is not one of same, related, different, unsure - did you mean 'same'?"
        in capsys.readouterr().err
    )
