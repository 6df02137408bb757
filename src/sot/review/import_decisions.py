"""Decisions that come as lines of a table: checked one by one with their place, taken all or none."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from sot.decision_log import Findings, check, fingerprints
from sot.errors import InputError, UsageError
from sot.model.decisions import Decision, RecordKey
from sot.model.kinds import Relation, Verdict
from sot.review.answers import Answer, Stamp
from sot.review.run_reader import FinishedRun

REQUIRED = ("verdict", "system_l", "record_id_l", "system_r", "record_id_r")
OPTIONAL = ("steward", "reason", "relation")


@dataclass(frozen=True)
class Line:
    """One verdict on some records, and where it is written."""

    place: str
    verdict: str
    records: tuple[RecordKey, ...]
    steward: str | None = None
    reason: str | None = None
    relation: str | None = None


def read_csv(path: Path) -> list[Line]:
    """Read a file of decisions; UsageError if columns are missing or unknown."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file") from error
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: this is not UTF-8", "save it as CSV in UTF-8") from error
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    columns = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in (*REQUIRED, *OPTIONAL)]
    if missing or unknown:
        wrong = [f"no column {name}" for name in missing] + [f"unknown column '{name}'" for name in unknown]
        raise UsageError(f"{path}:1: {'; '.join(wrong)}", f"the columns are {', '.join(REQUIRED + OPTIONAL)}")
    reader.fieldnames = columns
    try:
        return [_line(f"{path}:{reader.line_num}", row) for row in reader if any(row.values())]
    except csv.Error as error:
        raise UsageError(f"{path}:{reader.line_num}: {error}", "check the quotes of this line") from error


def _line(place: str, row: Mapping[str, str | None]) -> Line:
    value = {name: (row.get(name) or "").strip() for name in (*REQUIRED, *OPTIONAL)}
    keys = ((value["system_l"], value["record_id_l"]), (value["system_r"], value["record_id_r"]))
    more = {name: value[name] or None for name in OPTIONAL}
    return Line(place, value["verdict"].lower(), keys, more["steward"], more["reason"], more["relation"])


def to_decisions(
    lines: Iterable[Line], steward: str, at: str, active: Iterable[Decision], run: FinishedRun | None
) -> list[Decision]:
    """Give the decisions of `lines` that are not said yet; UsageError names everything wrong, line by line.

    With a run, every record has to be in it, and the decisions carry the fingerprint of its evidence.
    """
    wanted = list(lines)
    keys = {key for line in wanted for key in line.records}
    records = run.records(keys) if run else None
    evidence = fingerprints(records, keys) if records is not None else {}
    near = _Near(run, keys - evidence.keys() - _documents(run)) if run else None
    active_contents = {_content(decision) for decision in active}
    made, problems = [], []
    for line in wanted:
        wrong = _unknown_words(line) or (near.problems(line.records) if near else [])
        decision = None if wrong else _decision(line, Stamp(line.steward or steward, at, evidence))
        wrong += check(decision) if decision else []
        problems += [f"{line.place}: {what}" for what in wrong]
        if decision and not wrong and _content(decision) not in active_contents:
            active_contents.add(_content(decision))
            made.append(decision)
    if problems:
        raise UsageError("\n".join(problems), "nothing was written; correct these lines and try again")
    return made


def contradictions(before: Findings, after: Findings) -> list[tuple[str, ...]]:
    """Give the groups of decisions that newly contradict each other."""
    return sorted(set(after.contradictions) - set(before.contradictions))


def _unknown_words(line: Line) -> list[str]:
    wrong = []
    if line.verdict not in set(Verdict):
        wrong.append(f"verdict '{line.verdict}' is not one of {', '.join(Verdict)}")
    if line.relation and line.relation not in set(Relation):
        wrong.append(f"relation '{line.relation}' is not one of {', '.join(Relation)}")
    return wrong


def _decision(line: Line, stamp: Stamp) -> Decision:
    relation = Relation(line.relation) if line.relation else None
    return stamp.decision(Answer(Verdict(line.verdict), relation=relation, reason=line.reason), line.records)


def _content(decision: Decision) -> tuple[str, str, str | None, tuple[RecordKey, ...]]:
    ordered = decision.relation == Relation.PARENT
    keys = decision.records if ordered else tuple(sorted(decision.records))
    return (decision.steward, decision.verdict, decision.relation, keys)


def _documents(run: FinishedRun) -> set[RecordKey]:
    """Give the keys of the documents of a run, as decisions name them: (system, object:record_id)."""
    if not (run.folder / "tables" / "handoff_documents.parquet").is_file():
        return set()
    table = run.scan("handoff_documents")
    if "object" not in table.collect_schema().names():
        return set()
    return {
        (system, f"{kind}:{record_id}")
        for system, kind, record_id in table.select("system", "object", "record_id").collect().iter_rows()
    }


class _Near:
    """Says of record keys that are not in the run which ones were perhaps meant."""

    def __init__(self, run: FinishedRun, missing: set[RecordKey]) -> None:
        self._missing = missing
        self._folder = run.folder
        self._known: dict[str, Sequence[str]] = {}
        if missing:
            table = run.scan("records").select("system", "record_id").collect()
            self._known = {
                str(name[0]): part["record_id"].to_list() for name, part in table.group_by("system")
            }

    def problems(self, keys: Iterable[RecordKey]) -> list[str]:
        """Say what is wrong with these keys."""
        return [self._say(*key) for key in keys if key in self._missing]

    def _say(self, system: str, record_id: str) -> str:
        if system not in self._known:
            return (
                f"there is no system '{system}' in {self._folder}; there are {', '.join(sorted(self._known))}"
            )
        close = get_close_matches(record_id, self._known[system], n=1)
        meant = f"; did you mean '{close[0]}'?" if close else ""
        return f"there is no record '{record_id}' of {system} in {self._folder}{meant}"
