from __future__ import annotations

from pathlib import Path

import pytest

from sot.rule_cases.changed import Change
from sot.rule_cases.normalisation import case_files, failures
from sot.rules import Rulebook


@pytest.mark.parametrize("name", case_files(Rulebook()))
def test_the_shipped_rules_fulfil_their_cases(name: str) -> None:
    assert failures(name, Rulebook(), (Change(name),)) == []


def test_a_case_that_the_rules_do_not_fulfil_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "naming_own.yaml").write_text(
        "cases:\n"
        "  - {given: {name: Acme Ltd}, expect: {n_name: acme, n_legal: gmbh}}\n"
        "  - {given: {name: Acme}, expect: {n_shoe_size: '46'}}\n"
    )
    told = failures("cases/naming_own.yaml", Rulebook(tmp_path), (Change("cases/naming_own.yaml"),))
    assert len(told) == 2
    assert "n_legal is 'ltd', expected 'gmbh'" in told[0]
    assert "n_shoe_size" in told[1]
