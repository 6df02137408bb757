"""Decisions that are killed while they are written: by `sot decide`, from a workbook, and by the server of the page."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import openpyxl

from sot import decision_log
from tests.bench.killed_commands import Ended, bad_words, command, drawn, forked, hidden, log_faults

CASES, BATCH = 40, 30
_BOOK = "answers.xlsx"
_TAIL = 40
_NEXT = ("decide", "--revoke", "none")
"""A command that opens the project and refuses what it is asked."""
_SERVED = 1.2
"""Seconds within which a server is killed after the first answer."""
_STARTS = 60
_REVIEWERS = ("ada", "bob", "cyd")


def _make(project: Path) -> None:
    from tests.review.making import large_run

    large_run(project / "sot-out", CASES)


def _project(project: Path) -> None:
    made = forked(lambda: _make(project))
    assert made == 0, "the run that is reviewed could not be made"


def _ids(project: Path) -> list[str]:
    return [one.id for one in decision_log.load(project / "decisions.jsonl")]


def _then(project: Path, acknowledged: list[str], before: list[str]) -> list[str]:
    """Run the next command, and hold the log against what was acknowledged."""
    after = command(project, _NEXT)
    faults = bad_words(after) + ([] if after.code == 2 else [f"then code {after.code}: {after.said}"])
    faults += log_faults(project, acknowledged, before)
    return faults + [f"left behind: {left}" for left in [hidden(project)] if left]


def decide_rounds(project: Path, draw: random.Random, count: int) -> Iterator[tuple[bool, list[str]]]:
    """Kill `sot decide`, with one verdict and with a file of many."""
    _project(project)
    events = _decide(project, 0, BATCH).events
    for number in range(1, count + 1):
        before, size = _ids(project), draw.choice((1, BATCH))
        ended = _decide(project, number, size, *drawn(draw, events, _TAIL))
        acknowledged = re.findall(r"^d-\w{20}$", ended.said, re.MULTILINE)
        faults = bad_words(ended) + _then(project, acknowledged, before)
        made = len(_ids(project)) - len(before)
        faults += [f"{made} of {size} decisions"] if made not in (0, size) else []
        faults += ["it ended well without its decisions"] if ended.code == 0 and not made else []
        yield ended.code < 0, faults


def _decide(project: Path, number: int, size: int, at: int = 0, delay: float = 0.0) -> Ended:
    """Say of `size` pairs, which are others for each number, that they are different."""
    pairs = [(f"{i:02}", f"{(i + number) % CASES:02}") for i in range(size)]
    steward = ("--steward", "ada")
    if size == 1:
        ((left, right),) = pairs
        return command(project, ("decide", "different", f"crm:{left}", f"erp:{right}", *steward), at, delay)
    rows = [f"different,crm,{left},erp,{right}" for left, right in pairs]
    heads = "verdict,system_l,record_id_l,system_r,record_id_r"
    (project / "many.csv").write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    return command(project, ("decide", "--file", "many.csv", *steward), at, delay)


def import_rounds(project: Path, draw: random.Random, count: int) -> Iterator[tuple[bool, list[str]]]:
    """Kill `sot review --import`: all answers of the workbook, or none."""
    _project(project)
    exported = command(project, ("review", "--export", _BOOK, "--steward", "ada"))
    assert exported.code == 0, exported.said
    _fill(project / _BOOK)
    whole = command(project, ("review", "--import", _BOOK, "--steward", "ada"))
    assert len(_ids(project)) == CASES, whole.said
    for _ in range(count):
        (project / "decisions.jsonl").unlink()
        at, delay = drawn(draw, whole.events, _TAIL)
        ended = command(project, ("review", "--import", _BOOK, "--steward", "ada"), at, delay)
        faults = bad_words(ended)
        after = command(project, _NEXT)
        faults += bad_words(after) + [f"left behind: {left}" for left in [hidden(project)] if left]
        made = len(_ids(project)) if (project / "decisions.jsonl").exists() else 0
        faults += [f"{made} of {CASES} answers"] if made not in (0, CASES) else []
        faults += ["it ended well without its answers"] if ended.code == 0 and not made else []
        (project / "decisions.jsonl").touch()
        yield ended.code < 0, faults


def _fill(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["Review"]
    seen: set[str] = set()
    for row in sheet.iter_rows(min_row=2):
        if row[0].value and str(row[0].value) not in seen:
            seen.add(str(row[0].value))
            row[1].value = "different"
    book.save(path)


def web_rounds(project: Path, draw: random.Random, count: int) -> Iterator[tuple[bool, list[str]]]:
    """Kill the server while reviewers answer: what it answered is in the log, once."""
    _project(project)
    log = project / "decisions.jsonl"
    arguments = ("review", "--web", "--reviewers", ",".join(_REVIEWERS), "--project", ".")
    for _ in range(count):
        log.unlink(missing_ok=True)
        said = project / "served.txt"
        child = os.fork()
        if child == 0:
            _serve(project, arguments, said)
        links = _links(said)
        killer = threading.Timer(draw.uniform(0, _SERVED), os.kill, (child, signal.SIGKILL))
        acknowledged: list[str] = []
        reviewers = [threading.Thread(target=_answer, args=(link, acknowledged)) for link in links]
        for one in [*reviewers, killer]:
            one.start()
        for one in [*reviewers, killer]:
            one.join()
        os.waitpid(child, 0)
        after = command(project, _NEXT)
        printed = said.read_text(encoding="utf-8")
        faults = bad_words(after) + ([f"printed {printed[-300:]}"] if "Traceback" in printed else [])
        decided = Counter(one.records[0][1] for one in (decision_log.load(log) if log.exists() else []))
        lost = sorted({case for case in acknowledged if not decided[f"{int(case[1:]):02}"]})
        faults += [f"acknowledged and lost: {lost}"] if lost else []
        twice = [case for case, times in decided.items() if times > 1]
        faults += [f"decided twice: {twice}"] if twice else []
        said.unlink()
        faults += [f"left behind: {left}" for left in [hidden(project)] if left]
        yield True, faults


def _serve(project: Path, arguments: tuple[str, ...], said: Path) -> None:
    import sys

    from sot.cli.errors import run as sot

    try:
        os.chdir(project)
        handle = os.open(said, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
        sot(arguments)
    finally:
        os._exit(0)


def _links(said: Path) -> list[str]:
    end = time.monotonic() + _STARTS
    while time.monotonic() < end:
        found = re.findall(r"http://\S+", said.read_text(encoding="utf-8")) if said.exists() else []
        if len(found) == len(_REVIEWERS):
            return found
        time.sleep(0.02)
    raise AssertionError(
        f"the server did not start: {said.read_text() if said.exists() else 'it said nothing'}"
    )


def _answer(link: str, acknowledged: list[str]) -> None:
    """Answer case after case until the server is gone."""
    host = link.split("/enter/")[0]
    try:
        with httpx.Client(follow_redirects=True, timeout=20) as client:
            page = client.get(link)
            while "/case/" in str(page.url):
                case = str(page.url).rsplit("/", 1)[1]
                form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
                answered = client.post(
                    f"{host}/case/{case}", data={**form, "verdict": "different"},
                    headers={"origin": host, "accept": "application/json"},
                )  # fmt: skip
                go = json.loads(answered.text)["go"]
                if answered.status_code == 200 and not go.endswith(f"/case/{case}"):
                    acknowledged.append(case)
                page = client.get(f"{host}{go}")
    except httpx.HTTPError:
        return
