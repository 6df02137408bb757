"""What gates are measured on: the tables of a finished run, or of raw exports that were read and normalised."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from sot.errors import InputError
from sot.evaluation.blind_sample import Accuracy
from sot.model.kinds import ObjectKind
from sot.model.sources import Import
from sot.rules import Rulebook
from sot.rules.loader import Problem
from sot.workspace.run_folder import unfinished

LISTED = 1000
"""So many of the records that miss a gate are kept as examples."""


@dataclass(frozen=True)
class Delivered:
    """One file or sheet: whose it is, what its rows stand for, and which fields it has."""

    path: str
    system: str
    department: str
    object: str | None
    fields: frozenset[str]


@dataclass(frozen=True)
class Finished:
    """What a finished run knows beyond its records: MEMBERSHIPS, MERGES, CONFLICTS, GOLDEN and what handoffs give.

    `handoffs` are EXCEPTIONS, `handoff_documents` the documents as the handoffs see them.
    """

    memberships: pl.LazyFrame
    merges: pl.LazyFrame
    conflicts: pl.LazyFrame
    golden: pl.LazyFrame
    handoffs: pl.LazyFrame
    handoff_documents: pl.LazyFrame
    bi_reconciliation: pl.LazyFrame


@dataclass(frozen=True)
class CheckContext:
    """What gates need besides tables.

    unclear   what the check of the rules finds
    accuracy  what the blind sample says of the run, or why it says nothing
    earlier   the figures of the run before, or why there are none
    """

    rules: Rulebook
    today: date
    unclear: Sequence[Problem] = ()
    accuracy: Accuracy | str = "the blind sample is of a finished run"
    earlier: Mapping[str, float] | str = "there is no run before this one in history.jsonl"
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """RECORDS with NORMALISED, DOCUMENTS, REJECTS and what they came from; `finished` is None for raw exports.

    `place` is how the command line names the run or the exports.
    """

    place: str
    delivered: tuple[Delivered, ...]
    records: pl.LazyFrame
    documents: pl.LazyFrame
    rejects: pl.LazyFrame
    context: CheckContext
    finished: Finished | None = None

    @cached_property
    def departments(self) -> dict[str, str]:
        """The department of every system, in the order of their names."""
        return dict(sorted({export.system: export.department for export in self.delivered}.items()))

    @cached_property
    def fields(self) -> dict[str, frozenset[str]]:
        """The fields of accounts that each system delivers; systems that list no accounts are left out."""
        by_system: dict[str, frozenset[str]] = {}
        for export in self.delivered:
            if export.object == ObjectKind.ACCOUNT:
                by_system[export.system] = by_system.get(export.system, frozenset()) | export.fields
        return dict(sorted(by_system.items()))

    def source(self, system: str) -> str:
        """Give a file that a figure of `system` can be told at; of anything else, the first of all."""
        own = [export.path for export in self.delivered if export.system == system]
        return min(own or [export.path for export in self.delivered], default=self.place)

    @cached_property
    def linked(self) -> pl.DataFrame:
        """The uid, system, cluster and linked_by of every record of a run, in the order of uids."""
        members = self.run.memberships.select("uid", "cluster", "linked_by")
        records = self.records.select("uid", "system")
        return records.join(members, on="uid", how="left", maintain_order="left").collect()

    @property
    def run(self) -> Finished:
        """What only a run knows; gates that ask for it are skipped where there is none."""
        assert self.finished is not None
        return self.finished


def require_run(folder: Path) -> None:
    """Make sure that `folder` holds a finished run."""
    if not (folder / "tables" / "records.parquet").is_file():
        raise unfinished(folder)


def of_run(folder: Path, context: CheckContext) -> Evidence:
    """Take the evidence of the finished run in `folder`; no table is read before a gate asks for it."""
    require_run(folder)
    tables = folder / "tables"
    try:
        summary = json.loads((tables / "summary.json").read_text(encoding="utf-8"))
        delivered = tuple(_delivered(summary["sources"]))
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{tables / 'summary.json'}: can't be read: {error}", "run sot dedupe again"
        ) from error
    names = (
        "records", "documents", "rejects", "memberships", "merges", "conflicts", "golden", "handoffs",
        "handoff_documents", "bi_reconciliation",
    )  # fmt: skip
    scans = {name: pl.scan_parquet(tables / f"{name}.parquet") for name in names}
    records, documents, rejects = (scans.pop(name) for name in names[:3])
    place = shlex.quote(folder.as_posix())
    return Evidence(place, delivered, records, documents, rejects, context, Finished(**scans))


def of_exports(place: str, imported: Import, records: pl.DataFrame, context: CheckContext) -> Evidence:
    """Take the evidence of exports that were read, and whose `records` were normalised.

    `place` names them as the person did.
    """
    known = [source for source in imported.sources if source.system]
    delivered = tuple(
        Delivered(
            source.path, str(source.system), str(source.department), source.object, frozenset(source.fields)
        )
        for source in known
    )
    documents, rejected = imported.documents.lazy(), imported.rejects.lazy()
    return Evidence(place, delivered, records.lazy(), documents, rejected, context)


def _delivered(sources: Iterable[Mapping[str, object]]) -> Iterable[Delivered]:
    for source in sources:
        if source["system"]:
            fields = source["fields"]
            assert isinstance(fields, Mapping)
            kind = str(source["object"]) if source["object"] else None
            yield Delivered(
                str(source["path"]), str(source["system"]), str(source["department"]), kind, frozenset(fields)
            )
