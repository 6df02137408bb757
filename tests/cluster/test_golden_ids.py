"""Golden ids: made from the members, kept by the members, never used for somebody else."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sot.cluster.golden_ids import Assignment, assign
from sot.errors import InputError
from sot.workspace import golden_id_ledger as ledgers
from sot.workspace.golden_id_ledger import Ledger, no_ledger

Groups = dict[str, int]
"""Record id → the number of its cluster."""


def clusters(groups: Groups) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the records of clusters, and their members."""
    keys = sorted(groups)
    records = pl.DataFrame(
        {"uid": range(len(keys)), "system": ["crm"] * len(keys), "record_id": keys},
        schema={"uid": pl.Int32, "system": pl.String, "record_id": pl.String},
    )
    members = records.select(
        "uid", pl.Series("group", [groups[key] for key in keys], dtype=pl.Int64)
    ).with_columns(pl.col("uid").min().over("group").alias("cluster"))
    return records, members


def run(groups: Groups, ledger: Ledger) -> tuple[dict[str, str], Assignment]:
    """Assign ids to clusters, and give them record by record."""
    records, members = clusters(groups)
    given = assign(members, records, ledger)
    named = members.join(given.golden_ids, on="cluster").join(records, on="uid")
    return dict(zip(named["record_id"], named["golden_id"], strict=True)), given


def after(given: Assignment, ledger: Ledger) -> Ledger:
    """Give the ledger as the next run reads it."""
    added = given.changes.select("old", "new", pl.lit("2026-01-01").alias("when"), "why")
    return Ledger(given.members, pl.concat([ledger.redirects, added]))


def changes(given: Assignment) -> list[tuple[str, str, str]]:
    return given.changes.select("old", "new", "why").rows()


def test_new_ids_come_from_the_smallest_record_and_look_like_ids():
    one, _ = run({"a": 0, "b": 0, "c": 1}, no_ledger())
    two, _ = run({"a": 5, "b": 5, "c": 2, "d": 2}, no_ledger())
    assert one["a"] == one["b"] == two["a"]
    assert one["c"] == two["c"]
    assert all(len(name) == 11 and name.startswith("C") and name.isalnum() for name in one.values())


def test_a_customer_that_grows_or_loses_a_record_keeps_its_id():
    first, given = run({"b": 0, "c": 0, "d": 0}, no_ledger())
    second, _ = run({"a": 0, "b": 0, "d": 0}, after(given, no_ledger()))
    assert set(second.values()) == set(first.values())


def test_a_merge_keeps_the_id_of_the_larger_part_and_redirects_the_other():
    first, given = run({"a": 0, "b": 1, "c": 1}, no_ledger())
    second, merged = run({"a": 0, "b": 0, "c": 0}, after(given, no_ledger()))
    assert set(second.values()) == {first["b"]}
    assert changes(merged) == [(first["a"], first["b"], "merged")]


def test_a_split_leaves_the_id_with_the_larger_part():
    first, given = run({"a": 0, "b": 0, "c": 0}, no_ledger())
    second, split = run({"a": 0, "b": 1, "c": 1}, after(given, no_ledger()))
    assert second["b"] == second["c"] == first["a"]
    assert second["a"] not in first.values()
    assert changes(split) == [(first["a"], second["a"], "split")]


def test_an_id_is_not_given_again_to_the_record_that_it_was_made_from():
    first, given = run({"a": 0, "b": 0, "c": 0}, no_ledger())
    ledger = after(given, no_ledger())
    second, split = run({"a": 0, "b": 1, "c": 1}, ledger)
    third, _ = run({"a": 0}, after(split, ledger))
    assert third["a"] == second["a"] != first["a"]


def test_a_record_that_was_away_comes_back_to_its_customer():
    first, given = run({"a": 0, "b": 0, "c": 1}, no_ledger())
    ledger = after(given, no_ledger())
    _, away = run({"a": 0}, ledger)
    back, _ = run({"a": 0, "b": 1, "c": 2}, after(away, ledger))
    assert back["c"] == first["c"]
    assert back["a"] == first["a"]


def test_a_record_that_was_away_follows_the_merge_of_its_customer():
    first, given = run({"a": 0, "b": 1, "c": 2, "d": 2}, no_ledger())
    ledger = after(given, no_ledger())
    _, merged = run({"a": 0, "c": 0, "d": 0}, ledger)
    back, _ = run({"b": 1, "c": 0, "d": 0, "a": 0}, after(merged, ledger))
    assert back["a"] == first["c"]
    assert back["b"] == first["b"]


edits = st.lists(
    st.dictionaries(st.sampled_from("abcdefghijkl"), st.integers(0, 5), min_size=1), min_size=2, max_size=5
)


@settings(max_examples=60, deadline=None)
@given(edits)
def test_over_any_edits_ids_last_and_are_never_reused(history: list[Groups]):
    ledger = no_ledger()
    ever: dict[str, str] = {}
    for groups in history:
        ids, given = run(groups, ledger)
        clusters = {cluster: ids[key] for key, cluster in groups.items()}
        assert len(set(clusters.values())) == len(clusters), "two customers share an id"
        before = dict(zip(ledger.members["record_id"], ledger.members["golden_id"], strict=True))
        _check_kept(groups, ids, before)
        retired = set(ever) - set(before.values())
        assert not retired & set(ids.values()), "a retired id came back"
        ever.update(dict.fromkeys(ids.values(), ""))
        again, repeated = run(groups, after(given, ledger))
        assert again == ids
        assert repeated.changes.is_empty()
        ledger = after(given, ledger)


def _check_kept(groups: Groups, ids: dict[str, str], before: dict[str, str]) -> None:
    """A customer whose present records are together again, with no others that were known, keeps its id."""
    for old in set(before.values()):
        present = {key for key in groups if before.get(key) == old}
        if not present:
            continue
        now = {groups[key] for key in present}
        met = {before[key] for key in groups if groups[key] in now and key in before}
        if len(now) == 1 and met == {old}:
            assert {ids[key] for key in present} == {old}
        if met == {old}:
            sizes = {c: sum(groups[key] == c for key in present) for c in now}
            keeper = {groups[key] for key in present if ids[key] == old}
            assert len(keeper) == 1 and sizes[keeper.pop()] == max(sizes.values())


def test_five_percent_new_and_five_percent_changed_records_leave_the_rest_alone():
    count = 2000
    first = {f"{i:05}": i // 2 for i in range(count)}
    before, given = run(first, no_ledger())
    second = dict(first)
    second.update({f"{i:05}": 10_000 + i for i in range(0, count, 20)})
    second.update({f"n{i:05}": 20_000 + i for i in range(count // 20)})
    now, _ = run(second, after(given, no_ledger()))
    touched = {first[key] for key in first if second[key] != first[key]}
    untouched = [key for key in first if first[key] not in touched]
    assert all(now[key] == before[key] for key in untouched)


def test_the_order_of_the_ledger_does_not_matter():
    _, given = run({"a": 0, "b": 0, "c": 1, "d": 1, "e": 2}, no_ledger())
    ledger = after(given, no_ledger())
    turned = Ledger(ledger.members.reverse(), ledger.redirects)
    groups = {"a": 0, "c": 0, "b": 1, "d": 1, "e": 1}
    assert run(groups, ledger)[0] == run(groups, turned)[0]


def save(path, members, changes, when):
    for name, data in ledgers.files(path, ledgers.load(path).redirects, members, changes, when).items():
        path.with_name(name).write_bytes(data)


def test_the_ledger_survives_its_files(tmp_path):
    path = tmp_path / "golden_ids.csv"
    assert ledgers.load(path).members.is_empty()
    first, given = run({"a": 0, '"b",\n': 0, "": 1, " 007 ": 1}, no_ledger())
    save(path, given.members, given.changes, "2026-01-01")
    assert path.read_bytes() == ledgers.content(given.members)
    assert not ledgers.redirects_path(path).exists()
    second, split = run({"a": 0, '"b",\n': 5, "": 1, " 007 ": 1}, ledgers.load(path))
    save(path, split.members, split.changes, "2026-02-01")
    loaded = ledgers.load(path)
    assert loaded.members.equals(split.members)
    [redirect] = loaded.redirects.rows()
    assert redirect[0] == first["a"]
    assert redirect[1] in second.values() and redirect[1] not in first.values()
    assert redirect[2:] == ("2026-02-01", "split")
    save(path, split.members, split.changes, "2026-02-01")
    assert ledgers.load(path).redirects.height == 1, "the same change twice is one redirect"


def test_a_damaged_ledger_is_refused_with_its_place(tmp_path):
    path = tmp_path / "golden_ids.csv"
    path.write_text("system,record_id\ncrm,1\n")
    with pytest.raises(InputError, match="golden_id is missing"):
        ledgers.load(path)
    path.write_text("system,record_id,golden_id\ncrm,1,C1\ncrm,1,C2\n")
    with pytest.raises(InputError, match="crm:1"):
        ledgers.load(path)
