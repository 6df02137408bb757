"""What a run is known by: one hash over all that its figures follow from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

import polars as pl

from sot import __version__
from sot.model.sources import Source

Inputs = list[list[str]]


def inputs(sources: Sequence[Source]) -> Inputs:
    """Tell of every input what it is and a hash of it, sorted; where a file lies and its name are no part of it."""
    return sorted(
        [source.system or "", source.object or "", source.sheet or "", source.sha256 or _content(source)]
        for source in sources
    )


def digest(
    read: Inputs,
    rules: Mapping[str, str],
    project: Mapping[str, str],
    redirects: pl.DataFrame,
    conflicts: pl.DataFrame,
) -> str:
    """Give the hash of a run from its `inputs`, the hashes of its rules and project files, and what it found.

    Which waivers hold is in it, because that follows from the day too. So are the golden ids that moved: a run
    tells of them once, and the same exports again find the ledger as that run left it.
    """
    made_from = {
        "sot": __version__,
        "inputs": read,
        "rules": dict(rules),
        "project": dict(project),
        "moved": sorted(redirects.select("old", "new", "why").rows()),
        "waived": sorted(conflicts.drop_nulls("waived_until")["conflict_id"]),
    }
    return _sha256(json.dumps(made_from, ensure_ascii=False, sort_keys=True).encode())


def _content(source: Source) -> str:
    """Hash what a table of a database delivered: there is no file to hash."""
    return "" if source.frame is None else _sha256(source.frame.write_csv().encode())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
