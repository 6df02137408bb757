"""What a release brings beside the program: manual page, licences, bill of materials, list of pages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.contract import bill_of_materials, licence_page, llms_page, man_page


@pytest.mark.parametrize(
    "made", [man_page, llms_page, licence_page], ids=lambda made: made.__name__.split(".")[-1]
)
def test_the_page_is_fresh(made: object) -> None:
    name = made.__name__  # type: ignore[attr-defined]
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), f"python -m {name}"  # type: ignore[attr-defined]


def test_every_package_names_a_licence_and_none_has_the_gpl() -> None:
    licences = {**licence_page.packages(), **licence_page.packages_of_spark()}
    assert [name for name, licence in licences.items() if not licence.strip()] == []
    assert [n for n, licence in licences.items() if re.search(r"\bA?GPL|Affero|GNU General", licence)] == []


def test_the_bill_of_materials_holds_the_lock_file(tmp_path: Path) -> None:
    if not bill_of_materials.MAKER.exists():
        assert "CI" not in os.environ, "the environment of the documentation is missing"
        pytest.skip("no .venv-docs with cyclonedx-py")
    bill_of_materials.write(tmp_path / "sbom.json")
    text = (tmp_path / "sbom.json").read_text(encoding="utf-8")
    bill = json.loads(text)
    assert bill["metadata"]["component"]["name"] == "sot-dedupe"
    named = {part["name"].lower() for part in bill["components"]}
    assert named == {name.lower() for name in licence_page.packages()}
    bill_of_materials.write(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text(encoding="utf-8") == text


def test_the_manual_page_is_set_without_a_warning() -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("no groff on this machine")
    done = subprocess.run(
        [groff, "-man", "-Tutf8", "-ww", "-z", man_page.PAGE], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
