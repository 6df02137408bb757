"""The outcome of a check as SARIF 2.1.0: one result per record that misses a gate, at its file and row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from sot import __version__
from sot.check.gates import Outcome, State
from sot.check.measurement import Example

SHOWN = 100
"""So many results of one figure are told: code scanning takes no file with too many."""

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(outcomes: Sequence[Outcome], base: Path) -> str:
    """Give one result per example of every gate that is missed; paths under `base` are told from there."""
    gates = {outcome.gate.name: outcome for outcome in outcomes}
    missed = [outcome for outcome in outcomes if outcome.missed or outcome.failed]
    driver = {
        "name": "sot",
        "semanticVersion": __version__,
        "rules": [_rule(gates[name]) for name in sorted(gates)],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [result for outcome in missed for result in _results(outcome, base)],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(outcome: Outcome) -> dict[str, Any]:
    gate = outcome.gate
    return {
        "id": gate.name,
        "shortDescription": {"text": _sentence(gate.reason)},
        "help": {"text": f"Owner: {gate.owner}. More: {outcome.more}"},
        "defaultConfiguration": {"level": "error" if gate.severity == "blocker" else "warning"},
        "properties": {"owner": gate.owner, "metric": gate.metric},
    }


def _results(outcome: Outcome, base: Path) -> Iterable[dict[str, Any]]:
    """Give a result for each example; a figure without one is told at the file that it is of."""
    for example in outcome.figure.examples[:SHOWN] or (Example(outcome.source, 0, ""),):
        subject = " ".join(filter(None, (example.record, example.value)))
        where = f"{outcome.gate.name} ({outcome.figure.scope})"
        text = f"{subject}. " if subject else ""
        result: dict[str, Any] = {
            "ruleId": outcome.gate.name,
            "level": "error" if outcome.failed else "warning",
            "message": {"text": f"{where}: {text}{outcome.words}. {_sentence(outcome.gate.reason)}"},
            "locations": [_location(example.source or outcome.source, example.row, base)],
            "partialFingerprints": {
                "sotRecord/v1": _fingerprint(*outcome.key, example.key or example.record)
            },
        }
        if outcome.state == State.WAIVED:
            result["suppressions"] = [{"kind": "external", "justification": "; ".join(outcome.notes)}]
        if outcome.state == State.KNOWN:
            result["suppressions"] = [{"kind": "external", "justification": "no worse than in the baseline"}]
        yield result


def _location(source: str, row: int, base: Path) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": uri(source, base)}}
    if row > 0:
        place["region"] = {"startLine": row}
    return {"physicalLocation": place}


def uri(source: str, base: Path) -> str:
    """Give a place as a URI reference: from `base` where it lies below, as it is where it is relative."""
    if "://" in source:
        return source
    path = PurePath(from_base(source, base))
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def from_base(source: str, base: Path) -> str:
    """Give a path from `base` where it lies below; anything else as it is."""
    path = PurePath(source)
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else source


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
