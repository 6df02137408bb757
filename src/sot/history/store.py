"""The file history.jsonl in the project folder: the figures of every run, one line each, for gates and trends."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sot.errors import InputError, SotError
from sot.model.history import Entry
from sot.workspace import append_log


@dataclass(frozen=True)
class History:
    """The lines of the file, oldest first, and a last line that a crash left unfinished."""

    runs: tuple[Entry, ...] = ()
    torn: bytes = b""


def load(path: Path) -> History:
    """Read the history at `path`; without the file there is none. InputError names every wrong line.

    Lines are put in the order of their times: git may have merged those of two people.
    """
    try:
        return _parse(path, path.read_bytes())
    except FileNotFoundError:
        return History()
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror}") from error


def append(path: Path, entry: Entry) -> bytes:
    """Add the line of a run; when this returns it is on the disk.

    A run that is there as the last line already, by its digest, is not written twice. What a crash left
    unfinished at the end goes to PATH.torn, so that every line stays whole, and is given back.
    """
    try:
        with append_log.locked(path) as handle:
            data = append_log.content(handle)
            found = _parse(path, data)
            again = bool(found.runs) and found.runs[-1].digest == entry.digest
            line = b"" if again else _line(entry)
            whole = data[: len(data) - len(found.torn)]
            append_log.add_lines(path, handle, whole, found.torn, line)
    except OSError as error:
        raise SotError(
            f"{path}: the figures of this run were not saved: {error.strerror}",
            "make room or fix the folder's rights, then run it again",
        ) from error
    return found.torn


def line_of(runs: tuple[Entry, ...], digest: str) -> int | None:
    """Tell where in the history the run with this digest stands; the last place, if it came back."""
    return next((i for i in reversed(range(len(runs))) if runs[i].digest == digest), None)


def _line(entry: Entry) -> bytes:
    plain = {name: value for name, value in asdict(entry).items() if value is not None}
    return (json.dumps(plain, ensure_ascii=False) + "\n").encode()


def _parse(path: Path, data: bytes) -> History:
    runs: list[Entry] = []
    problems: list[str] = []
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    torn = b""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            runs.append(_entry(line))
        except ValueError as error:
            if number == len(lines):
                torn = line
            else:
                problems.append(f"{path}:{number}:1: {error}")
    if problems:
        raise InputError(
            "\n".join(problems), "take these lines out, or take the last version of the file from git"
        )
    return History(tuple(sorted(runs, key=lambda run: run.at)), torn)


def _entry(line: bytes) -> Entry:
    """Read one line; ValueError says in words what is wrong. What later versions add is ignored."""
    try:
        plain = json.loads(line)
    except ValueError as error:
        raise ValueError(f"this is not the line of a run (not JSON: {error})") from error
    if not isinstance(plain, dict):
        raise ValueError("this is not the line of a run (not a JSON object)")
    at, made_from, figures, change = (plain.get(name) for name in ("at", "digest", "figures", "change"))
    if not isinstance(at, str) or not isinstance(made_from, str) or not isinstance(figures, dict):
        raise ValueError("the line of a run needs at, digest and figures")
    datetime.fromisoformat(at)
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in figures.values()):
        raise ValueError("figures have to be numbers")
    if change is not None and not isinstance(change, dict):
        raise ValueError("change has to be a JSON object")
    return Entry(at, made_from, figures, change)
