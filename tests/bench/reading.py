"""How much of what is right of the cases of exports is read right, per kind; any folder of such cases will do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from sot.model.shares import percent
from sot.rules import Rulebook
from tests.bench.tools import row
from tests.read.judge import CASES, Fact, judged, names_of

HEADER = ("kind", "cases", "all right", "facts", "right", "share")


def table(folder: Path | None) -> Iterator[str]:
    """Give a Markdown table of facts per kind, then each fact that was read wrongly."""
    found = list(facts(folder or CASES))
    yield row(HEADER)
    yield row("---" for _ in HEADER)
    kinds: dict[str, list[Fact]] = defaultdict(list)
    for fact in found:
        kinds[fact.kind].append(fact)
    for kind, own in sorted(kinds.items()):
        yield _row(kind, own)
    yield _row("all", found)
    for fact in found:
        if not fact.holds:
            yield f"- {fact}"


def facts(folder: Path) -> Iterator[Fact]:
    """Give the facts of all cases of a folder; a case that can't be judged is one fact that doesn't hold."""
    rules = Rulebook()
    for name in names_of(folder):
        try:
            yield from judged(folder / name, rules)
        except Exception as error:  # one case that fails must not hide the others
            yield Fact("failed", name, "", "reading", "no failure", f"{type(error).__name__}: {error}", False)


def _row(kind: str, own: list[Fact]) -> str:
    cases = {fact.case for fact in own}
    right = len(cases - {fact.case for fact in own if not fact.holds})
    holds = sum(fact.holds for fact in own)
    share = percent(holds / len(own), 1) if own else ""
    return row((kind, str(len(cases)), str(right), str(len(own)), str(holds), share))
