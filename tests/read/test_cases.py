"""Every case of rules/cases/systems_*.yaml holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sot.read.columns.known_systems import Catalogue
from sot.rules import Rulebook
from sot.rules.loader import parse
from sot.rules.rulebook import shipped
from sot.rules.systems import system_rules
from tests.read.reading import one, table


def cases(name: str) -> list[Any]:
    data, _, problems = parse(shipped() / "cases" / name)
    assert not problems
    return [pytest.param(case, id=case["name"]) for case in data]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(system_rules(Rulebook()))


@pytest.mark.parametrize("case", cases("systems_headers.yaml"))
def test_header_is_recognised(case: Any, catalogue: Catalogue) -> None:
    found = catalogue.recognise(case["header"])
    system = found.system.system if found else None
    kind = found.object if found and found.object != "other" else None
    assert (system, kind) == (case["system"], case["object"])


@pytest.mark.parametrize("case", cases("systems_unknown.yaml"))
def test_unknown_columns_are_mapped(case: Any, tmp_path: Path) -> None:
    source, _ = one(table(tmp_path / "export.csv", case["header"], case["rows"]))
    assert source.error is None
    assert (source.object, source.record_id) == (case["object"], case["record_id"])
    assert source.fields == case["fields"]
