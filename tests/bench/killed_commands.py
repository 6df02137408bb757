"""Whole commands that are killed: `sot dedupe`, `decide`, `review --import` and the server of `review --web`.

Each runs in a process of its own, forked from one that has everything imported, and dies at a file event drawn at
random, or a moment after it. The next command follows, and then the project is held against what was acknowledged.
"""

from __future__ import annotations

import contextlib
import csv
import faulthandler
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from sot import decision_log
from sot.cli.errors import run as sot
from tests.bench.killed import Kills

EVENTS = (
    "open",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "shutil.rmtree",
    "os.chmod",
    "os.truncate",
)
AFTER = 0.004
"""At most so many seconds after a file event a process is killed."""
PATIENCE = 300
ROUNDS = 12
"""So many commands are killed in one project before it begins anew."""
_STAGES = (
    "pipeline", "emit", "match", "cluster", "read", "resolve", "handoffs", "normalise", "compare.verification",
    "review.web.server", "review.excel.import_answers", "review.excel.export",
)  # fmt: skip
_BAD = ("Traceback", "internal error", "sot failed")


@dataclass
class Ended:
    """How a command ended: its exit code (negative for a signal), what it printed, and how many file events it had."""

    code: int
    said: str
    events: int


def command(
    project: Path, arguments: Sequence[str], at: int = 0, delay: float = 0.0, number: int = signal.SIGKILL
) -> Ended:
    """Run one command in a forked process; with `at`, it gets the signal at that file event, or `delay` seconds on."""
    said = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_command(project, arguments, said.fileno(), writing, (at, delay, number))
    os.close(writing)
    with os.fdopen(reading) as pipe:
        events = pipe.read()
    _, status = os.waitpid(child, 0)
    with said:
        said.seek(0)
        return Ended(os.waitstatus_to_exitcode(status), said.read(), int(events or 0))


def _be_the_command(
    project: Path, arguments: Sequence[str], said: int, counted: int, death: tuple[int, float, int]
) -> None:
    at, delay, number = death
    seen = 0

    def count(happening: str, _arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if happening not in EVENTS:
            return
        seen += 1
        if seen != at:
            return
        if delay and number == signal.SIGKILL:
            os.write(counted, str(seen).encode())
            # SIGALRM ends a process as suddenly as SIGKILL, and there is a timer for it.
            signal.setitimer(signal.ITIMER_REAL, delay)
        else:
            os.kill(os.getpid(), number)

    code = 70
    try:
        os.chdir(project)
        os.dup2(said, 1)
        os.dup2(said, 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.alarm(PATIENCE)
        faulthandler.dump_traceback_later(PATIENCE - 10, file=sys.stderr)
        sys.addaudithook(count)
        code = sot(arguments)
    finally:
        with contextlib.suppress(OSError):
            os.write(counted, str(seen).encode())
        os._exit(code)


def forked(work: Callable[[], None]) -> int:
    """Do something in a forked process, and give how it ended: threads that it starts are not in the next fork."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def import_all() -> None:
    """Import what the commands need, so that a forked process has it."""
    from importlib import import_module

    for name in _STAGES:
        import_module(f"sot.{name}")
    import_module("splink")
    import_module("duckdb")


def run(tries: Mapping[str, int], seed: int) -> Iterator[Kills]:
    """Do the kills of each kind in a process that has nothing running yet, so that it can be forked safely."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe()
    process = context.Process(target=_run_all, args=(its, tries, seed))
    process.start()
    its.close()
    yield from (mine.recv() for _ in tries)
    process.join()


def _run_all(results: Connection, tries: Mapping[str, int], seed: int) -> None:
    import_all()
    for kind, count in tries.items():
        results.send(_run(kind, count, seed))


def _run(kind: str, tries: int, seed: int) -> Kills:
    from tests.bench import killed_reviews, killed_runs

    kinds: dict[str, Callable[[Path, random.Random, int], Iterator[tuple[bool, list[str]]]]] = {
        "dedupe": killed_runs.rounds,
        "decide": killed_reviews.decide_rounds,
        "review --import": killed_reviews.import_rounds,
        "review --web": killed_reviews.web_rounds,
    }
    found, draw = Kills(kind), random.Random(f"{kind} {seed}")
    while found.tries < tries:
        folder = Path(tempfile.mkdtemp(prefix="kills-"))
        try:
            for was_killed, faults in kinds[kind](folder, draw, min(ROUNDS, tries - found.tries)):
                found.tries += 1
                found.killed += was_killed
                found.faults += [f"{kind}, seed {seed}, number {found.tries}: {fault}" for fault in faults]
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return found


COMMANDS = ("dedupe", "decide", "review --import", "review --web")


def drawn(draw: random.Random, events: int, tail: int) -> tuple[int, float]:
    """Draw the file event of a death, half of them among the last `tail`, and how long after it."""
    first = max(events - tail, 1) if draw.random() < 0.5 else 1
    return draw.randint(first, events + 2), draw.choice([0.0, draw.uniform(0, AFTER)])


def bad_words(ended: Ended) -> list[str]:
    """Give what no command may print."""
    return [f"printed {word}: {ended.said[-400:]}" for word in _BAD if word in ended.said] + (
        [f"did not end in {PATIENCE} seconds: {ended.said[-1500:]}"]
        if ended.code == -signal.SIGALRM and not ended.events
        else []
    )


def hidden(project: Path) -> list[str]:
    """Give the names of what is hidden in a project: nothing should be once a command has ended."""
    return sorted(path.name for path in project.iterdir() if path.name.startswith("."))


def log_faults(project: Path, acknowledged: Sequence[str], before: Sequence[str]) -> list[str]:
    """Say which acknowledged decisions are not in the log, and which are there twice."""
    ids = [one.id for one in decision_log.load(project / "decisions.jsonl")]
    lost = (set(acknowledged) | set(before)) - set(ids)
    twice = len(ids) - len(set(ids))
    return ([f"acknowledged and lost: {sorted(lost)[:5]}"] if lost else []) + (
        [f"{twice} decisions are there twice"] if twice else []
    )


def read_rows(path: Path) -> list[dict[str, str]]:
    """Give the rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def last_run(project: Path) -> str:
    """Give the digest of the last line of the history."""
    lines = (project / "history.jsonl").read_text(encoding="utf-8").splitlines()
    return str(json.loads(lines[-1])["digest"]) if lines else ""
