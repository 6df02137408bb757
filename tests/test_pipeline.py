"""What a stage no longer asks for is not in memory while the next ones work."""

from __future__ import annotations

import gc
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sot import cluster, pipeline, resolve
from sot.match.candidates.exact_duplicates import USED
from sot.model.run import Silent
from sot.model.sources import InputSpec
from sot.workspace.project import Project

ROWS = "".join(f"{i},Firm {i // 2} Ltd,firm{i // 2}.com,Leeds,x{i}@firm{i // 2}.com\n" for i in range(40))


def alive() -> list[set[str]]:
    """Give the columns of every table that something holds."""
    gc.collect()
    return [set(one.columns) for one in gc.get_objects() if isinstance(one, pl.DataFrame) and one.height]


def test_columns_are_let_go_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: dict[str, list[set[str]]] = {}

    def watched(stage: Any, name: str) -> None:
        work = getattr(stage, name)

        def watching(*given: Any) -> Any:
            held[name] = alive()
            return work(*given)

        monkeypatch.setattr(stage, name, watching)

    watched(cluster, "cluster")
    watched(resolve, "resolve")
    (tmp_path / "crm.csv").write_text("Id,Name,Website,City,Email\n" + ROWS)
    before = alive()
    specs = [InputSpec(str(tmp_path / "crm.csv"))]
    pipeline.dedupe(specs, Project(tmp_path), tmp_path / "out", Silent(), datetime(2026, 1, 1, 12))
    held = {stage: [columns for columns in tables if columns not in before] for stage, tables in held.items()}
    records = [columns for columns in held["cluster"] if {"uid", "n_name"} <= columns]
    assert records, "what matching asked for is there"
    assert all(columns <= {*USED, "record_id", "parent_id", "parent_name"} for columns in records)
    assert any("n_name" in columns for columns in held["resolve"])
    assert not any({"n_tokens", "match_weight"} & columns for columns in held["resolve"])
