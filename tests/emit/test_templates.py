"""Compiled templates are kept beside them, and are never another state of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sot.html import _Compiled, render


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "pages_of_a_test"
    (package / "templates").mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, package.name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    page = package / "templates" / "page.html"
    page.write_text("<p>{{ name }}</p>")
    return page


def rendered() -> str:
    _Compiled._made.clear()
    return render("pages_of_a_test", "page.html", {"name": "A & B"}, {})


def test_a_template_that_changed_is_compiled_anew(template: Path) -> None:
    assert rendered() == rendered() == "<p>A &amp; B</p>"
    template.write_text("<b>{{ name }}</b>")
    assert rendered() == "<b>A &amp; B</b>"


def test_a_damaged_compiled_template_is_compiled_anew(template: Path) -> None:
    rendered()
    (kept,) = (template.parent / "__pycache__").iterdir()
    for damaged in (b"", b"x" * 50, kept.read_bytes()[:-20]):
        kept.write_bytes(damaged)
        assert rendered() == "<p>A &amp; B</p>"


def test_a_folder_that_takes_no_files_is_no_error(template: Path) -> None:
    (template.parent / "__pycache__").write_text("a file of this name")
    assert rendered() == "<p>A &amp; B</p>"
