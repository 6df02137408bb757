"""The wheel holds everything: an installed `sot` works from any folder, without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests import wheels

ROOT = Path(__file__).resolve().parents[2]
EXPORT = (
    "Id,Account Name,City\n1,Acme Industries Ltd,Leeds\n2,ACME INDUSTRIES LIMITED,Leeds\n3,Globex Ltd,York\n"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheels.wheel(tmp_path_factory)


def test_it_holds_all_rules_and_all_package_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    rules = {f"sot/_shipped/rules/{p.relative_to(ROOT / 'rules').as_posix()}" for p in files(ROOT / "rules")}
    package = {f"sot/{p.relative_to(ROOT / 'src' / 'sot').as_posix()}" for p in files(ROOT / "src" / "sot")}
    assert (rules | package) - names == set()
    assert not any(name.startswith(("tests/", "docs/", "sample_data/")) for name in names)


def test_it_works_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    zipfile.ZipFile(wheel).extractall(installed)
    (elsewhere / "crm.csv").write_text(EXPORT, encoding="utf-8")
    script = (
        "import sot, sys\n"
        "from sot.cli.errors import run\n"
        f"assert sot.__file__.startswith({str(installed)!r}), sot.__file__\n"
        "sys.exit(run(['dedupe', 'crm=crm.csv', '--quiet']))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(installed)}
    subprocess.run([sys.executable, "-c", script], cwd=elsewhere, env=environment, check=True)
    golden = (elsewhere / "sot-out" / "golden_customers.csv").read_text(encoding="utf-8")
    assert len(golden.splitlines()) == 3


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
