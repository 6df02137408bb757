"""The outcome of a check in the forms that machines read: json, junit, sarif, markdown, github."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from sot.check.gates import Outcome, State
from sot.check.reports.sarif import as_sarif, from_base

_NOT_XML = (*(code for code in range(32) if code not in (9, 10, 13)), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)
_REPLACED = dict.fromkeys(_NOT_XML, "\ufffd")


def counted(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Count the outcomes of each state, the worst first; states that there are none of are left out."""
    counts = Counter(outcome.state for outcome in outcomes)
    return {str(state): counts[state] for state in State if counts[state]}


def as_json(outcomes: Sequence[Outcome], base: Path) -> str:
    """Everything, as one object."""
    del base
    result = {
        "passed": not any(outcome.failed for outcome in outcomes),
        "counts": counted(outcomes),
        "gates": [_plain(outcome) for outcome in outcomes],
    }
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"


def _plain(outcome: Outcome) -> dict[str, Any]:
    gate, figure = outcome.gate, outcome.figure
    return {
        "gate": gate.name, "metric": gate.metric, "scope": figure.scope, "state": str(outcome.state),
        "value": figure.value, "unit": gate.unit, "bound": gate.bound, "limit": gate.limit, "allowed": outcome.allowed,
        "missing": figure.missing, "note": figure.note, "severity": gate.severity, "owner": gate.owner,
        "reason": gate.reason, "notes": list(outcome.notes), "more": outcome.more,
        "examples": [asdict(example) for example in figure.examples],
    }  # fmt: skip


def as_junit(outcomes: Sequence[Outcome], base: Path) -> str:
    """One test case per gate and scope; what does not fail but should be read stands in system-out."""
    del base
    failed = sum(outcome.failed for outcome in outcomes)
    unmeasured = sum(_unmeasured(outcome) for outcome in outcomes)
    counts = {"tests": str(len(outcomes)), "failures": str(failed), "errors": "0"}
    root = ET.Element("testsuites", {"name": "sot check", **counts})
    suite = ET.SubElement(root, "testsuite", {"name": "sot check", **counts, "skipped": str(unmeasured)})
    for outcome in outcomes:
        named = {
            "name": f"{outcome.gate.name} ({outcome.figure.scope})",
            "classname": f"sot.{outcome.gate.name}",
        }
        case = ET.SubElement(suite, "testcase", {key: _clean(value) for key, value in named.items()})
        if outcome.failed:
            failure = ET.SubElement(case, "failure", {"message": _clean(outcome.words), "type": "gate"})
            failure.text = _told(outcome)
        elif _unmeasured(outcome):
            ET.SubElement(case, "skipped", {"message": _clean(f"{outcome.state}: {outcome.words}")})
        elif outcome.missed:
            text = _clean(f"{outcome.state}: {outcome.words}\n") + _told(outcome)
            ET.SubElement(case, "system-out").text = text
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def as_markdown(outcomes: Sequence[Outcome], base: Path) -> str:
    """A table for a comment on a pull request or the summary of a job; the worst first."""
    del base
    verdict = "failed" if any(outcome.failed for outcome in outcomes) else "passed"
    counts = ", ".join(f"{count} {state}" for state, count in counted(outcomes).items())
    lines = [f"**sot check {verdict}**: {counts}", ""]
    lines += ["| | gate | where | found | owner | why |", "|---|---|---|---|---|---|"]
    for outcome in outcomes:
        text = "; ".join((outcome.words, *outcome.notes))
        cells = [
            str(outcome.state),
            outcome.gate.name,
            outcome.figure.scope,
            text,
            outcome.gate.owner,
            outcome.gate.reason,
        ]
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def as_github(outcomes: Sequence[Outcome], base: Path) -> str:
    """One annotation per gate that fails or warns, at its first record: GitHub shows only ten of each kind."""
    lines = []
    for outcome in outcomes:
        if outcome.state not in (State.FAILED, State.WARNING):
            continue
        first = next(iter(outcome.figure.examples), None)
        place = {"title": f"{outcome.gate.name} ({outcome.figure.scope})"}
        if first and first.source:
            place = {
                "file": from_base(first.source, base),
                **({"line": str(first.row)} if first.row else {}),
                **place,
            }
        example = f" Such as {first.record} {first.value}.".replace(" .", ".") if first else ""
        text = f"{outcome.words}.{example} {outcome.gate.reason}. Owner: {outcome.gate.owner}"
        properties = ",".join(f"{key}={_property(value)}" for key, value in place.items())
        lines.append(f"::{'error' if outcome.failed else 'warning'} {properties}::{_escaped(text)}\n")
    return "".join(lines)


def _unmeasured(outcome: Outcome) -> bool:
    return outcome.state in (State.NOT_MEASURED, State.SKIPPED)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _clean(text: str) -> str:
    """Take out what XML can't hold."""
    return text.translate(_REPLACED)


def _told(outcome: Outcome) -> str:
    """Say why and where."""
    # What is about a customer, not a record, has no file and no row.
    wheres = [
        f"{e.source}:{e.row}: " if e.row else f"{e.source}: " if e.source else ""
        for e in outcome.figure.examples
    ]
    places = [
        f"{at}{e.record} {e.value}".rstrip() for at, e in zip(wheres, outcome.figure.examples, strict=True)
    ]
    return _clean(
        "\n".join(
            [outcome.gate.reason, f"owner: {outcome.gate.owner}", *outcome.notes, *places, outcome.more]
        )
    )


FORMATS: dict[str, Callable[[Sequence[Outcome], Path], str]] = {
    "json": as_json, "junit": as_junit, "sarif": as_sarif, "markdown": as_markdown, "github": as_github,
}  # fmt: skip
