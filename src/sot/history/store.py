"""The file history.jsonl in the project folder: the figures of every run, one line each, for gates and trends."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sot.errors import InputError
from sot.model.history import Entry


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


def new_line(past: History, entry: Entry) -> bytes:
    """Give the line that a run adds to the history: none if it is the last one once more, by its digest."""
    if past.runs and past.runs[-1].digest == entry.digest:
        return b""
    plain = {name: value for name, value in asdict(entry).items() if value is not None}
    return (json.dumps(plain, ensure_ascii=False) + "\n").encode()


def line_of(runs: tuple[Entry, ...], digest: str) -> int | None:
    """Tell where in the history the run with this digest stands; the last place, if it came back."""
    return next((i for i in reversed(range(len(runs))) if runs[i].digest == digest), None)


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
            "\n".join(problems), "delete these lines, or restore the last version of the file from git"
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
