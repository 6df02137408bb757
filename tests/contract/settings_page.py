"""docs/sot-yaml.md, made from the model of sot.yaml. `python -m tests.contract.settings_page` writes it anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sot.rules.project import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sot-yaml.md"

_HEAD = """# sot.yaml

The project file. Every key has a default, so the file is optional. `sot init FOLDER` writes one from the exports, with
a JSON Schema for editors next to it. A wrong key or value ends with exit code 2; the message shows the place and the
allowed values.

```yaml
company: {name: Northwind Services, currency: EUR, rates: {USD: 0.92, GBP: 1.17}}
governance: balanced
policy: balanced
sources:
  'exports/old_crm.csv': {system: old_crm, department: crm, fields: {name: Kunde, city: Ort}}
systems:
  old_crm: {department: crm}
gates: {few_duplicates: 0.1}
```

This page is generated from the program (`python -m tests.contract.settings_page`).

| key | value | default | meaning |
|---|---|---|---|
"""


def page() -> str:
    """Give the page as the model has it today."""
    schema = Settings.model_json_schema()
    rows = list(_rows(schema, schema.get("$defs", {}), ""))
    return _HEAD + "\n".join(rows) + "\n"


def _rows(schema: dict[str, Any], known: dict[str, Any], above: str) -> list[str]:
    rows = []
    for name, spec in schema["properties"].items():
        key = f"{above}{name}"
        inner = _resolved(spec, known)
        if "properties" in inner:
            rows += _rows(inner, known, f"{key}.")
            continue
        entry = inner.get("additionalProperties")
        nested = _resolved(entry, known) if isinstance(entry, dict) else {}
        if "properties" in nested:
            rows += _rows(nested, known, f"{key}.<{'path' if name == 'sources' else 'system'}>.")
            continue
        meaning = (spec.get("description") or inner.get("description") or "").replace("|", "\\|")
        rows.append(f"| `{key}` | {_value(inner, known)} | {_default(spec)} | {meaning} |")
    return rows


def _resolved(spec: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in spec:
        found: dict[str, Any] = known[spec["$ref"].rsplit("/", 1)[-1]]
        return found
    return spec


def _value(spec: dict[str, Any], known: dict[str, Any]) -> str:
    if "anyOf" in spec:
        kinds = [_value(_resolved(one, known), known) for one in spec["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in spec:
        return ", ".join(f"`{one}`" for one in spec["enum"])
    names = {"string": "text", "number": "number", "integer": "whole number", "boolean": "true or false",
             "array": "list", "object": "map"}  # fmt: skip
    return names.get(str(spec.get("type")), "value")


def _default(spec: dict[str, Any]) -> str:
    value = spec.get("default")
    return (
        "–"
        if value in (None, [], {}, ())
        else f"`{str(value).lower() if isinstance(value, bool) else value}`"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
