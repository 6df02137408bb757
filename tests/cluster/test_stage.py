"""Clustering at its boundary: scored pairs and decisions in, customers, relations and questions out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl
from polars.testing import assert_frame_equal

from sot.cluster import cluster
from sot.match import match
from sot.model.decisions import LINKS, Constraints, no_constraints
from sot.model.run import Clustering
from sot.model.tables import CLUSTERS, MEMBERSHIPS, QUESTIONS, RELATED
from sot.rules import Rulebook
from sot.workspace.golden_id_ledger import no_ledger
from tests.match.making import crowd, records

RULES = Rulebook()


@dataclass
class Policy:
    policy: str = "balanced"


def clustered(
    rows: list[dict[str, str]], constraints: Constraints | None = None, policy: str = "balanced"
) -> tuple[pl.DataFrame, Clustering]:
    table = records(rows)
    return table, cluster(
        table, match(table, RULES), constraints or no_constraints(), no_ledger(), Policy(policy), RULES
    )


def links(table: pl.DataFrame, *pairs: tuple[str, str]) -> pl.DataFrame:
    uid = dict(table.select("record_id", "uid").iter_rows())
    rows = [(min(uid[a], uid[b]), max(uid[a], uid[b]), "d1", None) for a, b in pairs]
    return pl.DataFrame(rows, schema=dict(LINKS), orient="row")


def groups(table: pl.DataFrame, result: Clustering) -> dict[str, str]:
    joined = table.select("uid", "record_id").join(result.memberships, on="uid")
    return dict(joined.select("record_id", "golden_id").iter_rows())


def test_every_record_is_in_one_customer_and_the_tables_follow_their_schemas() -> None:
    table, result = clustered(crowd(120))
    assert result.memberships["uid"].to_list() == table["uid"].to_list()
    for got, schema in (
        (result.memberships, MEMBERSHIPS),
        (result.clusters, CLUSTERS),
        (result.related, RELATED),
        (result.questions, QUESTIONS),
    ):
        assert dict(got.schema) == dict(schema)
    assert result.clusters["size"].sum() == table.height
    assert set(result.memberships["linked_by"]) <= {"exact", "model", "doubt", "single"}


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = crowd(100)
    one, other = clustered(rows)[1], clustered(rows[::-1])[1]
    for table in ("memberships", "clusters", "related", "questions"):
        assert_frame_equal(getattr(one, table), getattr(other, table))


def test_decisions_join_and_part() -> None:
    rows = crowd(60)
    table, before = clustered(rows)
    at = groups(table, before)
    assert at["A0001"] == at["B0001"] and at["A0001"] != at["A0002"]
    said = replace(
        no_constraints(), must=links(table, ("A0001", "A0002")), cannot=links(table, ("A0005", "B0005"))
    )
    table, after = clustered(rows, said)
    at = groups(table, after)
    assert at["A0001"] == at["A0002"]
    assert at["A0005"] != at["B0005"]
    assert "reviewed" in set(after.clusters["status"])
    asked = after.questions.select("uid_l", "uid_r").rows()
    assert not {(a, b) for a, b, *_ in said.cannot.iter_rows()} & set(asked)


def test_cautious_joins_nothing_in_doubt() -> None:
    rows = [
        *crowd(80),
        {"name": "First National Bank", "system": "crm"},
        {"name": "First National Bank", "system": "books"},
    ]
    _, bold = clustered(rows)
    _, careful = clustered(rows, policy="cautious")
    assert "doubt" in set(bold.memberships["linked_by"])
    assert "doubt" not in set(careful.memberships["linked_by"])


def test_parent_and_child_of_one_system_are_related_not_merged() -> None:
    rows = [
        *crowd(60),
        {"name": "Vexlander Group", "record_id": "P1", "city": "Leeds"},
        {"name": "Vexlander Group", "record_id": "P2", "city": "Leeds", "parent_id": "P1"},
    ]
    table, result = clustered(rows)
    at = groups(table, result)
    assert at["P1"] != at["P2"]
    assert (at["P1"], at["P2"], "parent") in result.related.select(
        "golden_id_l", "golden_id_r", "relation"
    ).rows()


def test_links_that_bring_records_together_that_are_apart_by_themselves_are_asked() -> None:
    same = {"name": "Quorvanel Mills", "city": "Leeds"}
    rows = [
        *crowd(60),
        {"system": "crm", "record_id": "C1", **same},
        {"system": "books", "record_id": "B1", **same},
        {"system": "tickets", "record_id": "T1", **same},
    ]
    table = records(rows)
    matching = match(table, RULES)
    uid = dict(table.select("record_id", "uid").iter_rows())
    parted = pl.col("uid_l").is_in([uid["B1"], uid["T1"]]) & pl.col("uid_r").is_in([uid["B1"], uid["T1"]])
    sisters = matching.pairs.with_columns(
        match_weight=pl.when(parted).then(-4.0).otherwise("match_weight").cast(pl.Float32),
        match_probability=pl.when(parted).then(0.06).otherwise("match_probability").cast(pl.Float32),
        band=pl.when(parted).then(pl.lit("apart")).otherwise("band"),
    )
    status = []
    for pairs in (matching.pairs, sisters):
        result = cluster(
            table, replace(matching, pairs=pairs), no_constraints(), no_ledger(), Policy(), RULES
        )
        at = groups(table, result)
        assert at["B1"] == at["C1"] == at["T1"]
        status.append(dict(result.clusters.select("golden_id", "status").iter_rows())[at["C1"]])
    assert status == ["auto", "needs_review"]


def test_one_domain_and_another_division_is_related() -> None:
    rows = [
        *crowd(60),
        {"name": "Trondheva", "record_id": "T1", "website": "trondheva.com", "city": "Leeds"},
        {"name": "Trondheva Logistics", "record_id": "T2", "website": "trondheva.com", "city": "Exeter"},
    ]
    table, result = clustered(rows)
    at = groups(table, result)
    assert at["T1"] != at["T2"]
    pairs = {
        frozenset(row): why
        for *row, why in result.related.select("golden_id_l", "golden_id_r", "evidence").iter_rows()
    }
    assert "domain" in pairs[frozenset((at["T1"], at["T2"]))]


def test_questions_say_whether_their_records_are_joined_and_whether_evidence_contradicts() -> None:
    rows = [
        *crowd(150),
        {"name": "First National Bank", "system": "crm"},
        {"name": "First National Bank", "system": "books"},
        {"name": "Quarrel Instruments", "city": "Leeds", "website": "quarrel.co.uk", "system": "crm"},
        {"name": "Quarrel Instruments", "city": "Derby", "website": "quarrel.co.uk", "system": "books"},
    ]
    table, result = clustered(rows)
    label = dict(result.memberships.select("uid", "cluster").iter_rows())
    scored = match(table, RULES).pairs.select("uid_l", "uid_r", "against").rows()
    against = {(left, right): what for left, right, what in scored}
    asked = result.questions.select("uid_l", "uid_r", "joined", "vetoed").rows()
    for left, right, joined, vetoed in asked:
        assert joined == (label[left] == label[right])
        assert vetoed == (against[left, right] is not None)
    assert {joined for *_, joined, _ in asked} >= {True} and {vetoed for *_, vetoed in asked} == {True, False}


def test_records_that_evidence_keeps_apart_are_not_joined_by_a_third_without_asking() -> None:
    """Two firms with valid tax ids of their own: a record without one fits both, and a person is asked."""
    shared = {"name": "Tarvonix Imaging", "city": "Lille", "country": "FR", "website": "tarvonix.fr"}
    rows = [
        shared | {"record_id": "a", "tax_id": "FR40303265045"},
        shared | {"record_id": "b", "system": "books"},
        shared | {"record_id": "c", "system": "tool", "tax_id": "FR83404833048"},
    ]
    table, result = clustered([*rows, *crowd(120)])
    mine = table.filter(pl.col("record_id").is_in(["a", "b", "c"])).join(result.memberships, on="uid")
    together = mine.filter(pl.len().over("golden_id") > 1)
    status = result.clusters.join(together.select("golden_id").unique(), on="golden_id", how="semi")["status"]
    assert together.height == 0 or "needs_review" in status.to_list()
    apart = {row["golden_id"] for row in mine.filter(pl.col("record_id").is_in(["a", "c"])).to_dicts()}
    assert len(apart) == 2 or "auto" not in status.to_list()


def test_two_valid_tax_ids_are_one_customer_through_no_third_record_but_by_decision() -> None:
    house = {
        "street": "2071 Horner Parkway",
        "city": "Elkhart",
        "postcode": "46517",
        "phone": "+1 269 797 4260",
    }
    rows = [
        *crowd(200),
        {
            "system": "books",
            "name": "Quorvanel Apparel",
            "record_id": "B1",
            "tax_id": "FR40303265045",
            **house,
        },
        {"system": "books", "name": "Quorvanel Group", "record_id": "B2", "tax_id": "FR83404833048", **house},
        {"system": "crm", "name": "Quorvanel", "record_id": "C1", **house},
        {"system": "crm", "name": "Quorvanel Group", "record_id": "C2", **house},
        {"system": "projects", "name": "Quorvanel Apparel Group", "record_id": "P1", **house},
    ]
    table, result = clustered(rows)
    at = groups(table, result)
    assert at["B1"] != at["B2"]
    same = links(table, ("B1", "C1"), ("C1", "B2"))
    table, result = clustered(rows, replace(no_constraints(), must=same))
    at = groups(table, result)
    assert at["B1"] == at["B2"] == at["C1"]


def test_who_names_an_id_is_joined_to_it_and_asked_about_if_the_names_contradict() -> None:
    crm = [
        {"system": "crm", "record_id": f"c{i}", "name": name, "external_id": str(910001 + i), "city": city}
        for i, (name, city) in enumerate(
            [("Quelborne Charters", ""), ("Tarvonix Sensors", ""), ("Ironvale Living", "Tucson")]
        )
    ]
    erp = [
        {"system": "erp", "record_id": str(910001 + i), "name": name, "city": city}
        for i, (name, city) in enumerate(
            [("Quelborne Charters Marine Holdings", ""), ("Tarvonix", ""), ("Pacific Brindlewax", "Bend")]
        )
    ]
    table, result = clustered([*crowd(40), *crm, *erp])
    found = groups(table, result)
    said = table.select("uid", "record_id").join(result.memberships, on="uid")
    linked = dict(said.select("record_id", "linked_by").iter_rows())
    for i in (0, 1):
        assert found[f"c{i}"] == found[str(910001 + i)]
        assert linked[f"c{i}"] == "exact"
    asked = {frozenset(pair) for pair in result.questions.select("uid_l", "uid_r").iter_rows()}
    uid = dict(table.select("record_id", "uid").iter_rows())
    assert frozenset((uid["c2"], uid["910003"])) in asked
    assert linked["c2"] != "exact"
