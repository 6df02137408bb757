"""Tests mirror `src`: a module's test has its name and its folder; tests of several modules are listed here."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES, TESTS = ROOT / "src" / "sot", ROOT / "tests"

ACROSS = {"bench", "contract", "engine", "faults", "golden", "properties"}
"""Folders of tests that hold for the program as a whole."""

SEVERAL = {
    "check/test_ci_page",
    "compare/test_ids_last",
    "demo/test_demo",
    "demo/test_documents",
    "emit/test_agreement",
    "emit/test_emit",
    "emit/test_imports",
    "history/test_since",
    "profile/test_profile",
    "publish/test_page",
    "resolve/test_conflicts",
    "resolve/test_presets",
    "resolve/test_sub_accounts",
    "review/test_accessible",
    "review/test_browser",
    "review/test_round_trip",
    "review/test_surfaces",
    "rules/test_limits",
    "rules/test_wrong_edits",
}
"""Tests of a package, or of several modules together."""

LATER = {"handoffs", "match", "normalise", "read"}
"""Packages whose tests are still to be moved."""


def test_a_test_is_found_by_the_name_of_its_module() -> None:
    lost = []
    for path in sorted(TESTS.rglob("test_*.py")):
        place = path.relative_to(TESTS).with_suffix("")
        if place.parts[0] in ACROSS | LATER or place.as_posix() in SEVERAL:
            continue
        module = SOURCES / place.with_name(place.name.removeprefix("test_"))
        if not module.with_suffix(".py").exists() and not module.is_dir():
            lost.append(f"tests/{place}.py")
    assert not lost, "name a test like its module, in the same folder as below src/sot, or list it in SEVERAL"


def test_listed_tests_exist() -> None:
    assert [place for place in sorted(SEVERAL) if not (TESTS / f"{place}.py").exists()] == []
