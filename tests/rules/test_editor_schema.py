"""Every rules file has a JSON Schema that takes the shipped file and refuses what sot refuses."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml

from sot.cli.errors import run
from sot.errors import ExitCode
from sot.rules import Rulebook
from sot.rules.editor_schema import schema_of
from sot.rules.registry import models
from sot.rules.rulebook import shipped


class Yaml12(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as editors read it: `NO` and `on` are texts, only true and false are not."""


BOOL, TIME = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"
Yaml12.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag not in (BOOL, TIME)]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml12.add_implicit_resolver(BOOL, re.compile(r"^(?:true|false)$"), list("tf"))

NAMES = sorted(models(Rulebook()))


@cache
def judge(schema: str) -> jsonschema.protocols.Validator:
    """Give what holds contents against a schema, which is checked itself; many files have the same."""
    parsed = json.loads(schema)
    kind = jsonschema.validators.validator_for(parsed)
    kind.check_schema(parsed)
    return kind(parsed)


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_file_is_right_by_its_schema(name: str) -> None:
    schema = schema_of(name)
    assert schema is not None
    content = yaml.load((shipped() / name).read_text(encoding="utf-8"), Loader=Yaml12)
    judge(schema).validate(_keys_as_text(content))


def _keys_as_text(node: object) -> object:
    if isinstance(node, dict):
        return {str(key): _keys_as_text(value) for key, value in node.items()}
    return [_keys_as_text(item) for item in node] if isinstance(node, list) else node


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("quality/drift.yaml", {"few_row": 0.5}),
        ("matching/policy.yaml", {"bands": {"auto": 95}}),
        ("governance/balanced.yaml", {"cascade": ["locked", "autority"]}),
    ],
)
def test_a_mistake_is_one_for_the_editor_too(name: str, content: dict[str, object]) -> None:
    right = yaml.load((shipped() / name).read_text(encoding="utf-8"), Loader=Yaml12)
    for key, value in content.items():
        merged = right.get(key, {}) | value if isinstance(value, dict) else value
        with pytest.raises(jsonschema.ValidationError):
            judge(schema_of(name) or "").validate(_keys_as_text(right | {key: merged}))


@pytest.mark.parametrize("name", ["naming/phones.yaml", "governance/balanced.yaml", "systems/xero.yaml"])
def test_a_copy_brings_its_schema_and_is_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["rules", "copy", name]) == ExitCode.OK
    copy = tmp_path / "rules" / name
    first, _, rest = copy.read_text(encoding="utf-8").partition("\n")
    assert first == f"# yaml-language-server: $schema=./{copy.stem}.schema.json"
    assert rest == (shipped() / name).read_text(encoding="utf-8")
    assert copy.with_suffix(".schema.json").read_text(encoding="utf-8") == schema_of(name)
    assert Rulebook(tmp_path / "rules").path(name) == copy
