"""The outcome of a check in the forms that machines read: json, junit, sarif, markdown, github."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from sot.check.gates import Outcome

_CONTROL = {code: "�" for code in range(32) if code not in (9, 10, 13)}


def as_json(outcomes: Sequence[Outcome]) -> str:
    """Everything, as one object."""
    rows = [
        {"gate": one.gate.name, "system": one.system, "value": one.value, "limit": one.gate.limit,
         "met": one.met, "failed": one.failed, "severity": one.gate.severity, "owner": one.gate.owner,
         "reason": one.gate.reason, "missing": one.missing, "examples": [asdict(e) for e in one.examples]}
        for one in outcomes
    ]  # fmt: skip
    passed = not any(one.failed for one in outcomes)
    return json.dumps({"passed": passed, "gates": rows}, ensure_ascii=False, indent=2) + "\n"


def as_junit(outcomes: Sequence[Outcome]) -> str:
    """One test case per gate and system; warnings stand in system-out, as JUnit knows none."""
    failed = str(sum(one.failed for one in outcomes))
    counts = {"tests": str(len(outcomes)), "failures": failed, "errors": "0"}
    root = ET.Element("testsuites", counts)
    suite = ET.SubElement(root, "testsuite", {"name": "sot check", **counts, "skipped": "0", "time": "0"})
    for one in outcomes:
        case = ET.SubElement(
            suite, "testcase", {"name": one.gate.name, "classname": f"sot.{one.system or 'all'}", "time": "0"}
        )
        if one.failed:
            ET.SubElement(case, "failure", {"message": one.words, "type": "gate"}).text = _told(one)
        elif not one.met:
            ET.SubElement(case, "system-out").text = f"warning: {one.words}\n{_told(one)}"
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def as_sarif(outcomes: Sequence[Outcome]) -> str:
    """One result per gate that is not met, at the file and row of each example."""
    gates = {one.gate.name: one.gate for one in outcomes}
    rules = [{"id": name, "shortDescription": {"text": gate.reason}} for name, gate in sorted(gates.items())]
    results: list[dict[str, Any]] = []
    for one in (one for one in outcomes if not one.met):
        result = {
            "ruleId": one.gate.name,
            "level": "error" if one.failed else "warning",
            "message": {"text": f"{one.gate.name} {one.system or ''}: {one.words}. {one.gate.reason}."},
            "locations": [_location(example.source, example.row) for example in one.examples],
        }
        results.append(result)
    driver = {"name": "sot", "rules": rules}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    run = {"tool": {"driver": driver}, "results": results}
    log = {"$schema": schema, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _location(source: str, row: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(source.replace("\\", "/"))}}
    if row > 0:
        place["region"] = {"startLine": row}
    return {"physicalLocation": place}


def as_markdown(outcomes: Sequence[Outcome]) -> str:
    """A table for a comment on a pull request; the worst first."""
    lines = ["| | gate | system | found | owner | why |", "|---|---|---|---|---|---|"]
    for one in outcomes:
        cells = [_state(one), one.gate.name, one.system or "all", one.words, one.gate.owner, one.gate.reason]
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def as_github(outcomes: Sequence[Outcome]) -> str:
    """One annotation per gate that is not met: GitHub shows only ten of each kind."""
    lines = []
    for one in (one for one in outcomes if not one.met):
        text = _escaped(f"{one.words}. {one.gate.reason}. Owner: {one.gate.owner}")
        title = _escaped(f"{one.gate.name} ({one.system or 'all'})").replace(":", "%3A").replace(",", "%2C")
        lines.append(f"::{'error' if one.failed else 'warning'} title={title}::{text}\n")
    return "".join(lines)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _state(one: Outcome) -> str:
    return "failed" if one.failed else "ok" if one.met else "warning"


def _told(one: Outcome) -> str:
    """Say why and where, without what XML can't hold."""
    places = [f"{e.source}:{e.row}: {e.record}" for e in one.examples]
    return "\n".join([one.gate.reason, f"owner: {one.gate.owner}", *places]).translate(_CONTROL)


FORMATS: dict[str, Callable[[Sequence[Outcome]], str]] = {
    "json": as_json, "junit": as_junit, "sarif": as_sarif, "markdown": as_markdown, "github": as_github,
}  # fmt: skip
