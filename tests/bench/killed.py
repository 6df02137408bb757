"""Commands that are killed in the middle of a write: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from sot import decision_log
from sot.model.decisions import Decision
from sot.workspace.commit import recover
from sot.workspace.leftovers import remove_leftovers
from tests.decision_log.making import decision
from tests.workspace.killed_commit import HISTORY, LEDGER, make

_WATCHED = (f"{os.sep}sot{os.sep}workspace{os.sep}", f"{os.sep}sot{os.sep}decision_log{os.sep}")
BATCH = 21
Acknowledge = Callable[[str], None]
Act = Callable[[Path, Acknowledge], None]


@dataclass
class Kills:
    """What came of the kills of one kind: tries, processes that were killed before their end, faults in words."""

    kind: str
    tries: int = 0
    killed: int = 0
    faults: list[str] = field(default_factory=list)


def in_a_child(act: Act, project: Path, line: int) -> tuple[bool, list[str]]:
    """Do `act` in a process that kills itself at the `line`-th line of the code that writes.

    Gives whether it was killed, and what it acknowledged before.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        seen = 0

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal seen
            if not any(part in frame.f_code.co_filename for part in _WATCHED):
                return None
            if event == "line":
                seen += 1
                if seen == line:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace

        try:
            sys.settrace(trace)
            act(project, lambda text: _say(writing, text))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "r", encoding="utf-8") as pipe:
        acknowledged = pipe.read().split()
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status), acknowledged


def _say(handle: int, text: str) -> None:
    os.write(handle, f"{text}\n".encode())


def run(kind: str, tries: int, seed: int) -> Kills:
    """Kill `tries` commands of a kind, each at a line drawn at random."""
    draw = random.Random(f"{kind} {seed}")
    found = Kills(kind)
    act, check, most = KINDS[kind]
    for number in range(tries):
        folder = Path(tempfile.mkdtemp(prefix="kills-"))
        try:
            make(folder, folder / "sot-out", "a")
            decision_log.append(folder / "decisions.jsonl", [_decision("before")])
            killed, acknowledged = in_a_child(act, folder, draw.randrange(1, most))
            recover(folder)
            remove_leftovers([folder])
            faults = check(folder, acknowledged)
            left = [one.name for one in folder.iterdir() if one.name.startswith(".")]
            faults += [f"left behind: {left}"] if left else []
            found.faults += [f"{kind} {number}: {fault}" for fault in faults]
            found.killed += killed
            found.tries += 1
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return found


def _decision(name: str) -> Decision:
    return decision(name, "same", f"crm:{name}-1", f"crm:{name}-2")


def _dedupe(project: Path, acknowledge: Acknowledge) -> None:
    make(project, project / "sot-out", "b")
    acknowledge("b")


def _decide(project: Path, acknowledge: Acknowledge) -> None:
    for number in range(3):
        decision_log.append(project / "decisions.jsonl", [_decision(f"d{number}")])
        acknowledge(f"d{number}")


def _import(project: Path, acknowledge: Acknowledge) -> None:
    decision_log.append(project / "decisions.jsonl", [_decision(f"i{number}") for number in range(BATCH)])
    acknowledge("batch")


def _review(project: Path, acknowledge: Acknowledge) -> None:
    """Answer as a reviewer does: a verdict, another one that revokes it, and the first again."""
    log = project / "decisions.jsonl"
    decision_log.append(log, [_decision("r0")])
    acknowledge("r0")
    taken_back = decision("r1", "different", "crm:r0-1", "crm:r0-2", revokes="r0")
    decision_log.append(log, [taken_back, _decision("r2")])
    acknowledge("r1")
    acknowledge("r2")


def _whole_run(project: Path, acknowledged: list[str]) -> list[str]:
    out = project / "sot-out"
    digest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["digest"]
    lines = (project / HISTORY).read_text(encoding="utf-8").splitlines()
    state = {
        digest, (project / LEDGER).read_text(), json.loads(lines[-1])["run"],
        *((out / name).read_text() for name in ("golden_customers.csv", "tables/pairs.parquet")),
    }  # fmt: skip
    faults = [] if len(state) == 1 else [f"output, ledger and history are of several runs: {sorted(state)}"]
    faults += ["an acknowledged run is gone"] if acknowledged and digest != "b" else []
    return faults + ([f"{len(lines)} lines of history"] if len(lines) != (2 if digest == "b" else 1) else [])


def _whole_log(project: Path, acknowledged: list[str]) -> list[str]:
    decisions = decision_log.load(project / "decisions.jsonl")
    ids = [one.id for one in decisions]
    lost = {"before", *acknowledged} - {"batch"} - set(ids)
    faults = [f"acknowledged and lost: {sorted(lost)}"] if lost else []
    batch = [one for one in ids if one.startswith("i")]
    if len(batch) not in (0, BATCH) or ("batch" in acknowledged and not batch):
        faults.append(f"{len(batch)} of a batch of {BATCH}")
    if ("r1" in ids) != ("r2" in ids):
        faults.append("half of an answer")
    return faults + (["a decision twice"] if len(ids) != len(set(ids)) else [])


KINDS: dict[str, tuple[Act, Callable[[Path, list[str]], list[str]], int]] = {
    "dedupe": (_dedupe, _whole_run, 250),
    "decide": (_decide, _whole_log, 260),
    "import": (_import, _whole_log, 420),
    "review": (_review, _whole_log, 300),
}
"""What is done, what must hold afterwards, and about how many lines of the code that writes it runs through."""
