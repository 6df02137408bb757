"""`sot dedupe` that is killed: the project is of one run afterwards, and a golden id that was seen never changes."""

from __future__ import annotations

import json
import random
import signal
from collections.abc import Iterator
from pathlib import Path

from tests.bench.killed_commands import (
    Ended,
    bad_words,
    command,
    drawn,
    hidden,
    last_run,
    log_faults,
    read_rows,
)

_NAMES = (
    "Acme", "Globex", "Hooli", "Umbrella", "Stark", "Wayne",
    "Tyrell", "Wonka", "Oscorp", "Soylent", "Initech", "Dunder",
)  # fmt: skip
_DEDUPE = ("dedupe", "exports", "--quiet")
_TAIL = 140
"""So many of the last file events of a run are those that put it in place, and a few before."""
_SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
_NEXT = (("verify",), ("trend",), ("decide", "unsure", "crm:1000", "crm:1001", "--steward", "ada"))


class _Company:
    """The exports of two systems; they grow, and a customer of one can turn up in the other."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.customers = {"crm": [], "erp": []}  # type: dict[str, list[str]]
        for system, count in (("crm", 6), ("erp", 5)):
            for _ in range(count):
                self.add(system)

    def add(self, system: str) -> None:
        """Add a customer: a new one, or one of the other system."""
        other = self.customers["erp" if system == "crm" else "crm"]
        new = [name for name in other if name not in self.customers[system]]
        made = f"{self.draw.choice(_NAMES)} {self.draw.choice(_NAMES)}son {self.draw.randrange(10, 99)}"
        self.customers[system].append(self.draw.choice(new) if new and self.draw.random() < 0.5 else made)

    def write(self, exports: Path) -> None:
        exports.mkdir(exist_ok=True)
        for system, heads in (("crm", "Id,Account Name,City"), ("erp", "Customer No,Company Name,Town")):
            rows = (f"{1000 + i},{name} Ltd,Leeds\n" for i, name in enumerate(self.customers[system]))
            (exports / f"{system}.csv").write_text(f"{heads}\n{''.join(rows)}", encoding="utf-8")


def rounds(project: Path, draw: random.Random, count: int) -> Iterator[tuple[bool, list[str]]]:
    """Kill `count` runs of one project, one after the other, each with another command behind it."""
    company, seen = _Company(draw), {}  # type: tuple[_Company, dict[str, str]]
    company.write(project / "exports")
    whole = command(project, _DEDUPE)
    assert whole.code == 0, whole.said
    faults = _check(project, seen)
    for _ in range(count):
        company.add(draw.choice(("crm", "erp")))
        company.write(project / "exports")
        before = last_run(project)
        at, delay = drawn(draw, whole.events, _TAIL)
        ended = command(project, _DEDUPE, at, delay, draw.choice(_SIGNALS))
        faults += bad_words(ended) + _said(ended, before, project)
        after = command(project, draw.choice(_NEXT))
        faults += bad_words(after) + (
            [] if after.code in (0, 1) else [f"then code {after.code}: {after.said}"]
        )
        faults += _check(project, seen) + log_faults(project, (), ())
        faults += [f"left behind: {left}" for left in [hidden(project)] if left]
        yield ended.code not in (0, 1), faults
        faults = []


def _said(ended: Ended, before: str, project: Path) -> list[str]:
    """Hold what an interrupted command said against what it did."""
    if "nothing was changed" not in ended.said:
        return []
    manifest = project / "sot-out" / "manifest.json"
    now = json.loads(manifest.read_text(encoding="utf-8"))["digest"] if manifest.exists() else "gone"
    return [] if now == before == last_run(project) else ["it said that nothing was changed"]


def _check(project: Path, seen: dict[str, str]) -> list[str]:
    """Say where output, ledger and history are of several runs, or a golden id is another than before."""
    out = project / "sot-out"
    if not (out / "manifest.json").exists():
        return ["the run is gone"]
    faults = []
    digest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["digest"]
    if digest != last_run(project):
        faults.append("output and history are of several runs")
    verified = command(project, ("verify", "--json"))
    if verified.code not in (0, 1):
        return [*faults, verified.said]
    findings = json.JSONDecoder().raw_decode(verified.said[verified.said.index("[") :])[0]
    torn = [finding for finding in findings if _is_torn(finding)]
    faults += [f"sot verify: {torn[:3]}"] if torn else []
    ledger = {
        f"{row['system']}:{row['record_id']}": row["golden_id"]
        for row in read_rows(project / "golden_ids.csv")
    }
    published = {
        f"{row['system']}:{row['record_id']}": row["golden_id"] for row in read_rows(out / "crosswalk.csv")
    }
    faults += [f"not in the ledger: {key}" for key, id_ in published.items() if ledger.get(key) != id_]
    moved = _redirects(project)
    for key, id_ in published.items():
        was = seen.get(key, id_)
        if was != id_ and (was, id_) not in moved:
            faults.append(f"the golden id of {key} was {was} and is {id_}")
    seen.update(published)
    return faults


def _is_torn(finding: dict[str, str]) -> bool:
    """Tell outputs and a ledger that are not those of the run from exports that changed since."""
    return finding["state"] != "same" and (finding["part"] == "output" or finding["name"] == "golden_ids.csv")


def _redirects(project: Path) -> set[tuple[str, str]]:
    path = project / "golden_redirects.csv"
    return {(row["old"], row["new"]) for row in read_rows(path)} if path.exists() else set()
