"""Exports of every format, damaged at random: each is read or reported, with no crash, no panic and no endless work.

The files are read in processes of their own, a few hundred in each, whose memory is bounded: a process that dies or
does not end is a fault of the file that it was reading, and the next one goes on behind it.
"""

from __future__ import annotations

import contextlib
import io
import json
import multiprocessing
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from sot.cli.errors import run as sot
from sot.model.sources import Import, InputSpec
from sot.read import survey_exports
from sot.rules import Rulebook
from sot.rules.project import Settings
from tests.bench.damage import damaged
from tests.bench.sound_files import sound_files

EACH = 500
"""So many files are read by one process."""
BY_COMMAND = 19
"""One of so many is read by the whole command `sot inspect`."""
HANG = 240
"""Seconds that no small file may take, on a machine that does much else."""
MEMORY = 6 << 30
_TEXT = ("a.csv", "a.tsv", "list.txt", "a.jsonl")
"""Formats in whose bytes the marks of the rows can be seen."""
_MARK = re.compile(r"ZQ\d{4}X")
_DIED = "fault that ended the process"
_BAD = ("Traceback", "internal error", "sot failed", "panicked")


@dataclass
class Fuzzed:
    """What came of it: tries, how many were read and how many reported, faults in words."""

    tries: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def run(tries: int, seed: int) -> Fuzzed:
    """Damage and read `tries` files, format by format in turn."""
    found = Fuzzed()
    for number, outcome, faults in _results(tries, seed):
        found.tries += 1
        found.outcomes[outcome] += 1
        found.faults += [f"{_name(number)}, seed {seed}, number {number}: {fault}" for fault in faults]
    return found


def _name(number: int) -> str:
    names = list(sound_files())
    return names[number % len(names)]


def file_of(seed: int, number: int) -> bytes:
    """Give the damaged file with this number."""
    return damaged(random.Random(f"{seed} {number}"), sound_files()[_name(number)])


def _results(tries: int, seed: int) -> Iterator[tuple[int, str, list[str]]]:
    """Give the number of each file, what came of it, and faults; where a process died, the next begins behind."""
    done = 0
    while done < tries:
        mine, its = multiprocessing.get_context("spawn").Pipe()
        stop = min(done + EACH, tries)
        process = multiprocessing.get_context("spawn").Process(target=_read_all, args=(its, seed, done, stop))
        process.start()
        its.close()
        while done < stop:
            result = _received(mine, done)
            done += 1
            yield result
            if result[1] == _DIED:
                process.kill()
                break
        process.join()


def _received(results: Connection, number: int) -> tuple[int, str, list[str]]:
    try:
        if not results.poll(HANG):
            return number, _DIED, [f"not read in {HANG} seconds"]
        received: tuple[int, str, list[str]] = results.recv()
    except EOFError:
        return number, _DIED, ["the process that reads died"]
    return received


def _read_all(results: Connection, seed: int, start: int, stop: int) -> None:
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    rules = Rulebook(None)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(start, stop):
            path = Path(folder) / _name(number)
            data = file_of(seed, number)
            path.write_bytes(data)
            by = _by_command if number % BY_COMMAND == seed % BY_COMMAND else _by_reader
            results.send((number, *by(path, data, rules)))
            path.unlink(missing_ok=True)


def _by_command(path: Path, _data: bytes, _rules: Rulebook) -> tuple[str, list[str]]:
    said, shown = io.StringIO(), io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(shown):
        code = sot(["inspect", str(path), "--project", str(path.parent)])
    faults = [f"exit code {code}"] if code not in (0, 3) else []
    faults += [f"said {word}: {said.getvalue()[:300]}" for word in _BAD if word in said.getvalue()]
    faults += ["nothing said"] if code and path.name not in said.getvalue() else []
    return ("reported by sot inspect" if code else "read by sot inspect"), faults


def _by_reader(path: Path, data: bytes, rules: Rulebook) -> tuple[str, list[str]]:
    try:
        read = survey_exports([InputSpec(str(path))], rules, Settings())
    except BaseException as error:  # whatever it is, it is what is looked for
        if isinstance(error, KeyboardInterrupt):
            raise
        return "fault", [f"{type(error).__name__}: {error}"[:300]]
    errors = [source.error for source in read.sources if source.error]
    if not read.sources and not read.unreadable and not read.ignored:
        return "fault", ["neither read nor reported"]
    if errors or read.unreadable:
        return "reported", []
    return "read", _silent(path, data, read)


def _silent(path: Path, data: bytes, read: Import) -> list[str]:
    """Give the marks of rows that are in a text and nowhere in what was read, beyond the rows that are counted."""
    if path.name not in _TEXT:
        return []
    there = set(_MARK.findall(data.decode("latin-1")))
    tables = [read.records, read.documents, read.rejects]
    tables += [source.frame for source in read.sources if source.frame is not None]
    known = set(_MARK.findall(json.dumps([table.to_dicts() for table in tables], default=str)))
    lost = sorted(there - known)
    counted = sum(sum(source.skipped.values()) for source in read.sources)
    doubt = any("could be separate rows" in warning for source in read.sources for warning in source.warnings)
    return [f"rows lost without a word: {lost[:5]}"] if len(lost) > counted and not doubt else []
