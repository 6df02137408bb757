"""Cases of exports: a folder of files and `case.json`, which says what is right of them; judged fact by fact.

`right` holds what is true of each file, `files` of one file alone, and `together` reads all files as one run. What may
be said: see `_FACTS`. A header may be said in several ways, apart by " / ".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sot.model.sources import Import, InputSpec
from sot.read import survey_exports
from sot.rules import Rulebook
from sot.rules.project import Settings
from tests.read.reading import accounted

CASES = Path(__file__).parent / "cases"
SAYS = "case.json"
_WAYS = re.compile(r" / | or ")


@dataclass(frozen=True)
class Fact:
    """One thing that is right of an export, and what was read."""

    kind: str
    case: str
    file: str
    name: str
    wanted: object
    found: object
    holds: bool

    def __str__(self) -> str:
        return f"{self.case} {self.file}: {self.name} is {self.found!r}, right is {self.wanted!r}"


def names_of(folder: Path = CASES) -> list[str]:
    """Give the names of the cases in a folder."""
    return sorted(one.parent.name for one in folder.glob(f"*/{SAYS}"))


def judged(case: Path, rules: Rulebook) -> list[Fact]:
    """Read the files of a case and give its facts."""
    said = json.loads((case / SAYS).read_text(encoding="utf-8"))
    files = sorted(one for one in case.iterdir() if one.name != SAYS and not one.name.startswith("."))
    facts: list[Fact] = []
    for paths, right in _readings(files, said):
        found = survey_exports([InputSpec(str(path)) for path in paths], rules, Settings())
        accounted(found)
        file = " + ".join(path.name for path in paths)
        for name, wanted in right.items():
            for fact, aim, got, holds in _hold(name, wanted, found):
                facts.append(Fact(said["kind"], case.name, file, fact, aim, got, holds))
    return facts


def _readings(files: Sequence[Path], said: Mapping[str, Any]) -> Iterator[tuple[list[Path], dict[str, Any]]]:
    right = said.get("right", {})
    if said.get("together"):
        yield list(files), right
        return
    for path in files:
        own = said.get("files", {}).get(path.name, right.get(path.stem, right))
        yield [path], own


def _hold(name: str, wanted: Any, found: Import) -> Iterator[tuple[str, object, object, bool]]:
    """Compare one entry of `right`; entries that no program can judge give nothing."""
    if name in ("fields", "values"):
        judge = _field if name == "fields" else _value
        for key, aim in wanted.items():
            got, holds = judge(found, key, aim)
            yield f"{name}.{key}", aim, got, holds
    elif name in _FACTS:
        wanted = sorted(wanted) if name == "names" else wanted
        got = _FACTS[name](found)
        yield name, wanted, got, _same(name, wanted, got)


def _same(name: str, wanted: Any, got: Any) -> bool:
    if name in ("warned", "error"):
        return re.search(str(wanted), str(got)) is not None
    if name == "unused":
        return not set(wanted) & set(got)
    if name == "sums":
        return all(got.get(key) == value for key, value in wanted.items())
    if isinstance(wanted, str) and wanted.startswith("not "):
        return bool(got != wanted.removeprefix("not "))
    return bool(got == wanted)


def _first(attribute: str) -> Callable[[Import], object]:
    return lambda found: getattr(found.sources[0], attribute) if found.sources else None


def _total(attribute: str) -> Callable[[Import], object]:
    return lambda found: sum(getattr(source, attribute) for source in found.sources)


def _sums(found: Import) -> dict[str, float]:
    papers = found.documents
    return {
        name: round(float(papers[name].sum()), 2)
        for name, kind in papers.schema.items()
        if kind == pl.Float64
    }


def _figures(papers: pl.DataFrame) -> float:
    """Give the sum of the figures of BI tables, without totals and rests."""
    own = papers.filter((pl.col("object") == "bi_table") & pl.col("state").is_null())
    return round(float(own["amount_value"].sum()), 2)


_FACTS: dict[str, Callable[[Import], Any]] = {
    "system": _first("system"),
    "department": _first("department"),
    "object": _first("object"),
    "record_id": _first("record_id"),
    "header_row": _first("header_row"),
    "systems": lambda found: len({source.system for source in found.sources}),
    "records": lambda found: found.records.height,
    "documents": lambda found: found.documents.height,
    "owned": lambda found: found.documents["customer_id"].count(),
    "skipped": lambda found: sum(sum(source.skipped.values()) for source in found.sources),
    "rejected": _total("rejected"),
    "names": lambda found: sorted(found.records["name"].drop_nulls()),
    "states": lambda found: sorted(found.documents["state"].drop_nulls()),
    "types": lambda found: sorted(found.documents["document_type"].drop_nulls()),
    "unused": lambda found: sorted(column for source in found.sources for column in source.taken),
    "sums": _sums,
    "figures": lambda found: _figures(found.documents),
    "warned": lambda found: "\n".join(text for source in found.sources for text in source.warnings),
    "error": lambda found: "\n".join(
        [*(str(source.error) for source in found.sources), *(text for _, text in found.unreadable)]
    ),
}
"""What `case.json` may say besides `fields` (canonical field: header) and `values` (id or name: field: value)."""


def _field(found: Import, name: str, wanted: str) -> tuple[object, bool]:
    got = found.sources[0].fields.get(name) if found.sources else None
    return got, got is not None and got in (wanted, *_WAYS.split(wanted))


def _value(found: Import, key: str, wanted: Mapping[str, object]) -> tuple[object, bool]:
    """Look a row up by its id, else by its name, among the records and then among the documents."""
    for rows in (found.records, found.documents):
        if not set(wanted) <= set(rows.columns):
            continue
        for column in ("record_id", "name"):
            hits = rows.filter(pl.col(column) == key) if rows.height else rows
            if hits.height:
                row = hits.row(0, named=True)
                got = {
                    field: row.get(field) if isinstance(aim, float) else _text(row.get(field))
                    for field, aim in wanted.items()
                }
                return got, got == dict(wanted)
    return "no such row", False


def _text(value: object) -> object:
    return value if value is None else str(value).strip()
