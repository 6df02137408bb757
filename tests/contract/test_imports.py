"""`sot --help` answers in a blink because nothing heavy is imported for it."""

from __future__ import annotations

import json
import subprocess
import sys

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
        "from sot.cli.errors import run\n"
        f"code = run({list(arguments)!r})\n"
        "assert code == 0, code\n"
        "print('\\n' + json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(ended.stdout.splitlines()[-1]))


def test_help_imports_nothing_heavy() -> None:
    assert imported_by("--help") & set(HEAVY) == set()


def test_help_of_a_command_imports_nothing_heavy() -> None:
    assert imported_by("dedupe", "--help") & set(HEAVY) == set()


def test_version_imports_nothing_heavy() -> None:
    assert imported_by("--version") & set(HEAVY) == set()
