"""The text of a first `sot.yaml`: what was worked out of the exports, for a person to correct."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from sot.model.counts import counted
from sot.model.safe import clean
from sot.model.shares import percent
from sot.model.sources import Import, Source
from sot.read.reports.inspection import sample_rows
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.workspace.project import SCHEMA

_HEAD = f"""\
# yaml-language-server: $schema=./{SCHEMA}
# The settings that sot recognised from your exports. Correct them where needed: later runs in this folder use them.
# Every key is optional; sot recognises what is missing.
"""


def schema() -> str:
    """Give the JSON Schema of sot.yaml, for editors."""
    return json.dumps(Settings.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def project_file(imported: Import, rules: Rulebook, folder: Path) -> str:
    """Give a commented sot.yaml for `folder`."""
    presets = [Path(name).stem for name in rules.names("governance") if not name.endswith("waivers.yaml")]
    sound = [source for source in imported.sources if not source.error]
    lines = [
        _HEAD,
        "# Which system is right for which field; there is: " + ", ".join(presets or ["balanced"]),
        "governance: balanced",
        "",
        "# balanced, cautious (joins no doubtful link) or eager (asks less)",
        "policy: balanced",
        "",
        "company:",
        f"  {_currency(sound)}",
        "  # yearly_revenue: 25000000",
        f"  core_systems: {_flow(_core(sound))}    # every customer should be in all of these",
        "",
        "sources:",
        *(line for source in sound for line in _source(imported, source, folder)),
        *(
            f"  # {clean(_key(source, folder))}: not read: {clean(source.error)}"
            for source in imported.sources
            if source.error
        ),
        "",
        "systems:",
        *_systems(sound),
    ]
    return "\n".join(lines) + "\n"


def _source(imported: Import, source: Source, folder: Path) -> Iterable[str]:
    yield f"  {_flow(_key(source, folder))}:    # {counted(source.records, 'row')}"
    for skipped, count in sorted(source.skipped.items()):
        yield f"    # {counted(count, 'row')} left out: {clean(skipped)}"
    for warning in source.warnings:
        yield f"    # note: {clean(warning)}"
    entry = {
        "system": source.system, "department": source.department, "object": source.object,
        "encoding": source.encoding, "delimiter": {"\t": "TAB"}.get(source.delimiter or "", source.delimiter),
        "header_row": source.header_row, "record_id": source.record_id,
    }  # fmt: skip
    yield from (f"    {name}: {_flow(value)}" for name, value in entry.items() if value is not None)
    if source.record_id is None and source.object == "account":
        yield "    # record_id: COLUMN    # there is no id column, so the name is the key"
    for name, decided in sorted(source.locale.items()):
        yield f"    {name}: {decided}"
    yield from _fields(imported, source)


def _fields(imported: Import, source: Source) -> Iterable[str]:
    rows = sample_rows(imported, source)
    examples = {name: value for row in reversed(rows) for name, value in row["values"].items()}
    columns = {
        name: header
        for name, header in source.fields.items()
        if name not in source.derived and " as <" not in header
    }
    if columns:
        yield "    fields:"
    for name, header in sorted(columns.items()):
        sure = source.confidence.get(name, 1.0)
        shown = clean(" ".join(examples.get(name, "").split())[:40])
        yield f"      {name}: {_flow(header)}    # {percent(sure, 0)}" + (
            f", such as {shown}" if shown else ""
        )
    free = source.unused
    if free:
        yield f"    # not used: {clean(', '.join(free[:40]))}"


def _systems(sources: Sequence[Source]) -> Iterable[str]:
    departments = {source.system: source.department for source in sources if source.system}
    patterns = {
        source.system: header.partition(" as ")[2]
        for source in sources
        for name, header in source.fields.items()
        if name == "account_name" and " as <" in header
    }
    for system, department in sorted(departments.items()):
        yield f"  {system}:"
        yield f"    department: {department}"
        if system in patterns:
            yield '    # Learned from the names of the projects; confirm it, correct it, or write "no":'
            yield f"    customer_in_project_name: {_flow(patterns[system])}"


def _key(source: Source, folder: Path) -> str:
    path = Path(source.path)
    try:
        name = path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        name = path.name if "://" not in source.path else source.path
    return f"{name}#{source.sheet}" if source.sheet else name


def _core(sources: Sequence[Source]) -> list[str]:
    return sorted({source.system for source in sources if source.object == "account" and source.system})


def _currency(sources: Sequence[Source]) -> str:
    """Give the currency line: what most rows say, else an example to fill in."""
    for source in sources:
        header = source.fields.get("currency")
        if header and source.frame is not None and header in source.frame.columns:
            values = source.frame[header].drop_nulls().str.strip_chars().str.to_uppercase()
            codes = values.filter(values.str.contains(r"^[A-Z]{3}$"))
            if codes.len():
                return f"currency: {codes.mode().sort()[0]}    # for comparing amounts"
    return "# currency: EUR    # for comparing amounts"


def _flow(value: Any) -> str:
    """Write a value as one line of YAML that reads back as the same text."""
    if isinstance(value, int):
        return str(value)
    return (
        yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
        .removesuffix("...\n")
        .strip()
    )
