"""Golden ids on an engine are those of the process, whatever happens to customers, records and ids."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sot.cluster import golden_ids
from sot.cluster.golden_ids import Assignment, assign
from sot.cluster.on_engine import ids
from sot.engine.embedded import Embedded
from sot.model.decisions import Constraints, Decision, no_constraints
from sot.workspace.golden_id_ledger import Ledger, no_ledger
from tests.cluster.test_golden_ids import Groups, clusters

KEY = ("system", "record_id")


def run(groups: Groups, ledger: Ledger, revoked: bool) -> tuple[Assignment, Assignment]:
    """Give what the process and an engine in three pieces make of clusters."""
    records, members = clusters(groups)
    constraints = decided(records, revoked)
    expected = assign(members, records, ledger, constraints)
    engine = Embedded(pieces=3)
    engine.give("member", members.select("uid", "cluster").cast(pl.Int64))
    engine.give("normalised", records.cast({"uid": pl.Int64}))
    changes = ids.golden_ids(engine, ledger, constraints)
    found = Assignment(
        engine.small("select * from golden_id_ order by cluster").cast({"cluster": pl.Int32}),
        engine.small("select * from ledger_").sort(KEY),
        changes,
    )
    engine.close()
    return expected, found


def decided(records: pl.DataFrame, revoked: bool) -> Constraints:
    """Join the first two records, part the last two; `revoked`: this was taken back."""
    if records.height < 4:
        return no_constraints()
    names = records["record_id"].to_list()
    none = no_constraints()
    at = "2026-11-28T08:00:00Z"
    made = {
        "d1": Decision("d1", at, "Ada", "same", (("crm", names[0]), ("crm", names[1]))),
        "d2": Decision("d2", at, "Ada", "different", (("crm", names[-2]), ("crm", names[-1]))),
    }
    if revoked:
        made |= {f"r{one}": Decision(f"r{one}", at, "Ada", "unsure", made[f"d{one}"].records, revokes=f"d{one}")
                 for one in (1, 2)}  # fmt: skip
        return replace(none, decisions=made)

    def pair(a: int, b: int) -> pl.DataFrame:
        ends = {"uid_l": a, "uid_r": b}
        row = {name: ends.get(name, "d1") for name in none.must.columns}
        return pl.DataFrame([row], schema=none.must.schema)

    last = records.height - 1
    return replace(none, must=pair(0, 1), cannot=pair(last - 1, last), decisions=made)


edits = st.lists(
    st.dictionaries(st.sampled_from("abcdefghijkl"), st.integers(0, 4), min_size=1), min_size=2, max_size=3
)


@settings(max_examples=8, deadline=None)
@given(edits, st.booleans())
@example([{"a": 0, "b": 0, "c": 1, "d": 1}, {"a": 0, "b": 1, "c": 0, "d": 1}, {"a": 3, "d": 2}], False)
@example([dict.fromkeys("abcdef", 0), dict(zip("abcdef", range(6), strict=True))], True)
def test_the_same_ids_ledger_and_changes(history: list[Groups], revoked: bool) -> None:
    ledger = no_ledger()
    for groups in history:
        expected, found = run(groups, ledger, revoked)
        assert found.golden_ids.rows() == expected.golden_ids.rows()
        assert found.members.rows() == expected.members.rows()
        assert found.changes.sort("old", "new").rows() == expected.changes.rows()
        added = expected.changes.select("old", "new", pl.lit("2026-01-01").alias("when"), "why")
        ledger = Ledger(expected.members, pl.concat([ledger.redirects, added]))


def test_ids_that_clash_are_made_again() -> None:
    own = golden_ids.hashed

    def few(keys: list[str], again: int = 0) -> pl.Series:
        """Give two ids alone, until they were made again."""
        return own(keys, again) if again > 1 else pl.Series([f"C{len(key) % 2}" for key in keys])

    for module in (golden_ids, ids):
        module.hashed = few  # type: ignore[assignment]
    try:
        expected, found = run({"a": 0, "bb": 1, "c": 2, "dd": 3}, no_ledger(), False)
    finally:
        for module in (golden_ids, ids):
            module.hashed = own
    assert expected.golden_ids["golden_id"].n_unique() == 4
    assert found.golden_ids.rows() == expected.golden_ids.rows()
