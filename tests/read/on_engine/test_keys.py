"""Keys and numbers that an engine gives are those that are given in the process, whatever the windows."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sot.engine.embedded import Embedded
from sot.errors import InputError
from sot.model.sources import Source
from sot.read.columns.table import Table
from sot.read.on_engine import keys
from sot.read.on_engine.mapping import COLUMNS
from sot.read.records.record_keys import keyed
from sot.rules import Rulebook
from sot.rules.project import SourceSettings
from sot.rules.systems import unknown_rules

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["crm", "erp"]),
        st.sampled_from([None, "7", "70", "8", "É1"]),
        st.sampled_from([None, "Acme", "Zoë"]),
        st.sampled_from(["a.csv", "b.csv"]),
    ),
    min_size=1,
    max_size=25,
)


def tables() -> dict[tuple[str, str | None], Table]:
    unknown = unknown_rules(Rulebook())
    return {
        (path, None): Table(
            Source(path, object="account", records=99), pl.DataFrame(), SourceSettings(), unknown
        )
        for path in ("a.csv", "b.csv")
    }


def records(rows: list[tuple[str | None, ...]]) -> pl.DataFrame:
    given_ = pl.DataFrame(rows, ["system", "record_id", "name", "source"], orient="row").with_row_index("row")
    lacking = [pl.lit(None, kind).alias(name) for name, kind in COLUMNS.items() if name not in given_.columns]
    whole = given_.with_columns(lacking)
    return whole.select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())


@given(ROWS)
@settings(max_examples=5)
def test_they_are_those_of_the_process(rows: list[tuple[str | None, ...]]) -> None:
    found = records(rows)
    expected = keyed(found, tables())
    engine = Embedded(pieces=2)
    engine.give("one", found[::2])
    engine.give("two", found[1::2])
    before, keys.IN_ONE_WINDOW = keys.IN_ONE_WINDOW, 4
    try:
        counts = keys.keyed_on_engine(engine, ["one", "two"])
    finally:
        keys.IN_ONE_WINDOW = before
    # Of equal rows any may be the first, so their numbers in the file are open.
    columns = [name for name in expected.columns if name != "row"]
    got = engine.small("select * from records order by uid").select(columns)
    engine.close()
    assert got.rows() == expected.select(columns).rows()
    assert counts["n"].sum() == expected.height
    assert counts["repeated"].sum() == expected["id_repeated"].sum()


def test_a_number_that_is_an_id_too_is_refused() -> None:
    engine = Embedded()
    engine.give(
        "one", records([("crm", "7", "A", "a.csv"), ("crm", "7", "B", "a.csv"), ("crm", "7#2", "C", "a.csv")])
    )
    with pytest.raises(InputError, match="crm: '7#2' is the id of one record and the number of another"):
        keys.keyed_on_engine(engine, ["one"])
