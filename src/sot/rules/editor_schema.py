"""A JSON Schema for every rules file, so that editors complete keys and mark mistakes; made from the models."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

from sot.rules.registry import models
from sot.rules.rulebook import Rulebook

MODELINE = "# yaml-language-server: $schema=./{0}\n"
"""The line by which editors with a YAML language server find the schema of a file."""


def schema_name(name: str) -> str:
    """Give the name of the schema beside a rules file: "quality/gates.yaml" has "gates.schema.json"."""
    return PurePosixPath(name).with_suffix(".schema.json").name


def schema_of(name: str) -> str | None:
    """Give the JSON Schema of the rules file `name`, or None where no model describes it (cases)."""
    model = models(Rulebook()).get(name)
    if model is None:
        return None
    schema = _with_plain_scalars(model.model_json_schema(by_alias=True))
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def with_modeline(name: str, text: str) -> str:
    """Give the text of a rules file with the line that names its schema at the top, once."""
    line = MODELINE.format(schema_name(name))
    return text if text.startswith(line) else line + text


def _with_plain_scalars(node: Any) -> Any:
    """Let numbers and true or false stand where texts are: sot reads every scalar as it is written."""
    if isinstance(node, list):
        return [_with_plain_scalars(item) for item in node]
    if not isinstance(node, dict):
        return node
    # A repeated word in a list does no harm, so it is no mistake.
    changed = {key: _with_plain_scalars(value) for key, value in node.items() if key != "uniqueItems"}
    if node.get("type") == "string" and "enum" not in node and "const" not in node:
        changed["type"] = ["string", "number", "boolean"]
    return changed
