"""The file decisions.jsonl: read what a crash or a git merge left, append so that nothing said is lost."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from sot.errors import RulesError, SotError, UsageError
from sot.model.counts import counted
from sot.model.decisions import LOCK_FIELDS, Decision, is_document
from sot.model.kinds import Relation, Verdict
from sot.workspace import append_log

_KEYS = tuple(field.name for field in fields(Decision))
_OPTIONAL = ("field", "value")
_CONFLICT_MARKERS = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")


@dataclass(frozen=True)
class Log:
    """What the file holds: its decisions by (at, id), and a last line that a crash left unfinished."""

    decisions: tuple[Decision, ...]
    torn: bytes = b""


def new_id() -> str:
    """Give an id that no other decision has, on any machine."""
    return f"d-{uuid.uuid4().hex[:20]}"


def load(path: Path) -> list[Decision]:
    """Read the decisions of `path`, by (at, id) whatever the order of its lines; none if there is no file."""
    return list(read(path).decisions)


def read(path: Path) -> Log:
    """Read `path` whole; RulesError with every wrong line, but an unfinished last line is only set aside."""
    try:
        return _parse(path, path.read_bytes())
    except FileNotFoundError:
        return Log(())
    except OSError as error:
        raise RulesError(f"{path}: can't be read: {error.strerror}") from error


def append(path: Path, decisions: Sequence[Decision]) -> int:
    """Add `decisions`, all of them or none; when this returns they are on the disk. Give how many were new.

    A decision that already stands there word by word is not written twice, so that a retry is safe.
    """
    problems = [f"decision {d.id or '?'}: {what}" for d in decisions for what in check(d)]
    if problems:
        raise UsageError("\n".join(problems))
    try:
        with append_log.locked(path) as handle:
            fresh, data, torn = _fresh(path, handle, decisions)
            append_log.add_lines(path, handle, data, torn, b"".join(_line(decision) for decision in fresh))
    except OSError as error:
        raise SotError(
            f"{path}: the decision was not saved: {error.strerror}",
            "make room or fix the folder's rights, then retry",
        ) from error
    return len(fresh)


def check(decision: Decision) -> list[str]:
    """Say everything that is wrong with a decision, in words; an empty list if it may be written."""
    problems = []
    keys = decision.records
    if not decision.id.strip():
        problems.append("it has no id")
    if not decision.steward.strip():
        problems.append("it does not say who decided (steward)")
    if decision.verdict not in set(Verdict):
        problems.append(f"verdict '{decision.verdict}' is not one of {', '.join(Verdict)}")
    if decision.relation is not None and decision.verdict != Verdict.RELATED:
        problems.append(f"a relation belongs to verdict related only, not to {decision.verdict}")
    if decision.relation is not None and decision.relation not in set(Relation):
        problems.append(f"relation '{decision.relation}' is not one of {', '.join(Relation)}")
    if any(not system or not record_id for system, record_id in keys):
        problems.append("a record needs a system and a record id")
    if len(set(keys)) < len(keys):
        problems.append("a record is in it twice")
    if len({is_document(key) for key in keys}) > 1:
        problems.append("it names records and documents; a decision is about one or the other")
    return problems + _check_count(decision) + _check_form(decision)


def _check_count(decision: Decision) -> list[str]:
    count = len(decision.records)
    if decision.field is None and decision.value is None:
        least = 1 if decision.revokes else 2
        return (
            []
            if count >= least
            else [f"it names {counted(count, 'record')}; a verdict needs {least} or more"]
        )
    problems = []
    if decision.field not in LOCK_FIELDS or decision.value is None:
        problems.append("a locked value needs a field of the golden customer and the value")
    if count != 1 or decision.verdict not in (Verdict.SAME, Verdict.UNSURE):
        problems.append("a locked value names the one record that has it, with verdict same")
    return problems


def _check_form(decision: Decision) -> list[str]:
    problems = []
    try:
        datetime.fromisoformat(decision.at)
    except ValueError:
        problems.append(f"at '{decision.at}' is not a time such as 2026-01-31T09:30:00Z")
    try:
        _line(decision)
    except UnicodeEncodeError:
        problems.append("it contains bytes that are not UTF-8 text")
    return problems


def _line(decision: Decision) -> bytes:
    plain: dict[str, Any] = {name: getattr(decision, name) for name in _KEYS}
    plain["records"] = [list(key) for key in decision.records]
    for name in _OPTIONAL:
        if plain[name] is None:
            del plain[name]
    return (json.dumps(plain, ensure_ascii=False) + "\n").encode()


def _parse(path: Path, data: bytes) -> Log:
    decisions: dict[str, Decision] = {}
    problems: list[str] = []
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    torn = b""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            decision = _decision(line)
        except ValueError as error:
            if number == len(lines):
                torn = line
            else:
                problems.append(f"{path}:{number}:1: {error}")
            continue
        if decisions.setdefault(decision.id, decision) != decision:
            problems.append(
                f"{path}:{number}:1: the id {decision.id} is on another line with different contents"
            )
    if problems:
        raise RulesError("\n".join(problems), "correct or delete these lines: each line is one decision")
    return Log(tuple(sorted(decisions.values(), key=lambda d: (d.at, d.id))), torn)


def _decision(line: bytes) -> Decision:
    """Read one line; ValueError says in words what is wrong."""
    if line.startswith(_CONFLICT_MARKERS):
        raise ValueError("a git merge left this marker: keep the lines of both sides and delete the markers")
    try:
        plain = json.loads(line)
    except ValueError as error:
        raise ValueError(f"this is not a decision (not JSON: {error})") from error
    if not isinstance(plain, dict):
        raise ValueError("this is not a decision (not a JSON object)")
    unknown = sorted(set(plain) - set(_KEYS))
    missing = [
        name for name in ("id", "at", "steward", "verdict", "records") if plain.get(name) in (None, "")
    ]
    if unknown or missing:
        raise ValueError(
            "; ".join([f"unknown key {name}" for name in unknown] + [f"no {name}" for name in missing])
        )
    if any(not isinstance(v, str) for k, v in plain.items() if k != "records" and v is not None):
        raise ValueError("every value except records has to be text")
    try:
        records = tuple((system, record_id) for system, record_id in plain["records"])
    except (TypeError, ValueError):
        raise ValueError('records has to look like [["system", "record id"], …]') from None
    if any(not isinstance(part, str) for key in records for part in key):
        raise ValueError("systems and record ids have to be text in quotes")
    decision = Decision(**{**plain, "records": records})
    if problems := check(decision):
        raise ValueError("; ".join(problems))
    return decision


def _fresh(path: Path, handle: int, decisions: Sequence[Decision]) -> tuple[list[Decision], bytes, bytes]:
    """Give the decisions that are new, the file without an unfinished last line, and that line."""
    data = append_log.content(handle)
    batch: dict[str, Decision] = {}
    for decision in decisions:
        if batch.setdefault(decision.id, decision) != decision:
            raise UsageError(f"two decisions of one batch have the id {decision.id}")
    # Parsing the whole log at each key press would slow down as it grows; a search for the id does not.
    suspicious = any(json.dumps(id_, ensure_ascii=False).encode() in data for id_ in batch)
    if data.endswith(b"\n") and not suspicious:
        return list(batch.values()), data, b""
    log = _parse(path, data)
    known = {decision.id: decision for decision in log.decisions}
    clash = [id_ for id_, decision in batch.items() if known.get(id_, decision) != decision]
    if clash:
        raise UsageError(f"{path}: there is another decision with the id {', '.join(clash)}")
    whole = data[: len(data) - len(log.torn)] if log.torn else data
    return [decision for id_, decision in batch.items() if id_ not in known], whole, log.torn
