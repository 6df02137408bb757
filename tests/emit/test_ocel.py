"""The event log: as OCEL 2.0 asks for it, of what happened and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from sot.emit.ocel import write_event_log
from sot.model.run import Handoffs
from sot.model.tables import GOLDEN
from tests.emit.runs import make_run, table
from tests.handoffs.world import Maker, Style, World, run

SCHEMA = json.loads((Path(__file__).parent / "ocel20.schema.json").read_text(encoding="utf-8"))


def log_of(result: Handoffs, path: Path) -> dict[str, Any]:
    golden = result.documents["golden_id"].drop_nulls().unique() if result.documents.height else []
    rows = [{"golden_id": one, "name": f'Customer "{one}"'} for one in sorted(golden)]
    made = make_run([{"system": "crm", "record_id": "1", "golden_id": "x"}])
    resolution = replace(made.resolution, golden=table(GOLDEN, rows))
    write_event_log(path, replace(made, handoffs=result, resolution=resolution))
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def company() -> Handoffs:
    return run(Maker(Style(customers=20, defects=0.4), 3).make())


def test_the_log_is_ocel_and_its_parts_fit_together(company: Handoffs, tmp_path: Path) -> None:
    log = log_of(company, tmp_path / "handoffs.ocel.json")
    jsonschema.validate(log, SCHEMA)
    objects = {one["id"]: one for one in log["objects"]}
    assert len(objects) == len(log["objects"])
    assert {one["type"] for one in log["objects"]} <= {one["name"] for one in log["objectTypes"]}
    assert {one["type"] for one in log["events"]} <= {one["name"] for one in log["eventTypes"]}
    assert len({one["id"] for one in log["events"]}) == len(log["events"])
    for one in (*log["objects"], *log["events"]):
        assert all(other["objectId"] in objects for other in one["relationships"])
    assert [one["time"] for one in log["events"]] == sorted(one["time"] for one in log["events"])


def test_what_has_not_happened_is_no_event(company: Handoffs, tmp_path: Path) -> None:
    log = log_of(company, tmp_path / "handoffs.ocel.json")
    assert max(one["time"][:10] for one in log["events"]) <= company.figures["as_of"]
    won = {one["relationships"][0]["objectId"] for one in log["events"] if one["type"] == "deal won"}
    deals = company.documents.filter(pl.col("state") == "deal_won")["record_id"]
    assert {one.split(":", 2)[2] for one in won} == set(deals)


def test_links_and_exceptions_are_in_the_log(company: Handoffs, tmp_path: Path) -> None:
    log = log_of(company, tmp_path / "handoffs.ocel.json")
    made = {
        (one["id"], other["objectId"])
        for one in log["objects"]
        for other in one["relationships"]
        if other["qualifier"] != "of"
    }
    ends = ("system", "object", "record_id")
    links = {
        (":".join(row[3:6]), ":".join(row[:3]))
        for row in company.links.select(*(f"{name}_{end}" for end in "lr" for name in ends)).iter_rows()
    }
    assert made == links
    wrong = {
        (one["id"], kind)
        for one in log["objects"]
        for cell in one["attributes"]
        if cell["name"] == "exceptions"
        for kind in cell["value"].split("|")
    }
    about = company.exceptions.filter(pl.col("handoff") != "payment_to_crm")
    assert wrong == {
        (documents.split("|")[0], kind) for documents, kind in about.select("documents", "kind").iter_rows()
    }


def test_without_documents_the_log_is_empty(tmp_path: Path) -> None:
    log = log_of(run(World()), tmp_path / "handoffs.ocel.json")
    jsonschema.validate(log, SCHEMA)
    assert log["events"] == [] == log["objects"]
