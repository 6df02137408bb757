"""`sot --help` answers in a blink because nothing heavy is imported for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SAMPLE = Path(__file__).parents[2] / "sample_data"

HEAVY = (
    "polars",
    "duckdb",
    "splink",
    "numpy",
    "pyarrow",
    "textual",
    "starlette",
    "jinja2",
    "xlsxwriter",
    "yaml",
)


def imported_by(*arguments: str) -> set[str]:
    script = (
        "import json, sys\n"
        # DuckDB imports pandas where something else has brought it, such as the extra spark.
        "sys.modules['pandas'] = None\n"
        "from sot.cli.errors import run\n"
        f"code = run({list(arguments)!r})\n"
        "assert code == 0, code\n"
        "names = {name for name, module in sys.modules.items() if module is not None}\n"
        "print('\\n' + json.dumps(sorted({name.partition('.')[0] for name in names} | names)))\n"
    )
    # The project folder is that of the temporary files, not the checkout.
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=os.environ["TMPDIR"], capture_output=True, text=True, check=True
    )
    return set(json.loads(ended.stdout.splitlines()[-1]))


def test_help_imports_nothing_heavy() -> None:
    assert imported_by("--help") & {*HEAVY, "typer", "pydantic", "inspect", "traceback"} == set()


def test_help_of_a_command_imports_nothing_heavy() -> None:
    assert imported_by("dedupe", "--help") & set(HEAVY) == set()


def test_version_imports_nothing_heavy() -> None:
    assert imported_by("--version") & set(HEAVY) == set()


def test_inspecting_a_file_imports_no_stage_but_reading() -> None:
    found = imported_by("inspect", str(SAMPLE / "projects.csv"))
    assert "polars" in found
    assert found.isdisjoint(("duckdb", "splink", "pyarrow", "scipy", "jinja2", "xlsxwriter", "phonenumbers"))


def test_a_small_run_imports_neither_scipy_nor_what_only_servers_and_large_tables_use(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("id,name,city\n1,Acme Ltd,York\n2,ACME Limited,York\n3,Brook Hill,Leeds\n")
    found = imported_by("dedupe", str(accounts), "--out", str(tmp_path / "out"), "--quiet")
    assert "duckdb" in found
    assert found.isdisjoint(
        ("splink", "sqlglot", "scipy", "pyarrow.compute", "textual", "starlette", "matplotlib", "pandas")
    )
