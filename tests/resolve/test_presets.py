"""Switching the governance changes the fields that the rules say, and no others: on the sample data."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sot import cluster, match, pipeline
from sot.model.decisions import no_constraints
from sot.model.run import Resolution, Silent
from sot.model.sources import InputSpec
from sot.normalise import normalise
from sot.resolve import resolve
from sot.rules.governance import ADDRESS_PARTS, load_governance
from sot.workspace import golden_id_ledger
from sot.workspace.project import Project

SAMPLE = Path(__file__).parents[2] / "sample_data"
PRESETS = ("crm-centric", "finance-centric")


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> tuple[dict[str, Resolution], set[str]]:
    """Give the sample data resolved under both presets, and the golden columns whose rules differ."""
    project = Project(tmp_path_factory.mktemp("presets"))
    imported, rules, settings = pipeline.read([InputSpec(str(SAMPLE))], project, Silent())
    records = normalise(imported.records, rules)
    none = no_constraints()
    matching = match.match(records, rules)
    clustering = cluster.cluster(records, matching, none, golden_id_ledger.no_ledger(), settings, rules)
    results = {}
    for preset in PRESETS:
        chosen = settings.model_copy(update={"governance": preset})
        results[preset] = resolve(records, imported.documents, clustering, none, chosen, rules)
    one, two = (load_governance(rules, preset).customer for preset in PRESETS)
    differing = {name for name in one if one[name] != two[name]}
    columns = {part for name in differing for part in (ADDRESS_PARTS if name == "address" else (name,))}
    return results, columns


def changed(results: dict[str, Resolution]) -> dict[str, int]:
    """Give how many customers have another value in each golden column."""
    one, two = (results[preset].golden for preset in PRESETS)
    assert one["golden_id"].equals(two["golden_id"])
    counts = {name: int(one[name].ne_missing(two[name]).sum()) for name in one.columns}
    return {name: count for name, count in counts.items() if count}


def test_exactly_the_fields_change_whose_rules_differ(found):
    results, columns = found
    counts = changed(results)
    assert set(counts) <= columns
    assert {"name", "phone", "street", "city", "postcode"} <= set(counts), (
        "the sample data shows the difference"
    )
    assert "tax_id" not in counts


def test_under_each_preset_its_own_department_wins_where_it_has_a_value(found):
    results, _ = found
    for preset, department in zip(PRESETS, ("crm", "finance"), strict=True):
        origin = results[preset].provenance.collect()
        decided = origin.filter(pl.col("rule").str.starts_with("authority") & (pl.col("field") == "street"))
        owners = decided["rule"].str.strip_prefix("authority: ").value_counts().sort("count")["rule"]
        assert owners[-1] == department
