"""Records that name one another: groups of references, and what they say of everybody else."""

from __future__ import annotations

import polars as pl

from sot.match.scoring.references import references


def given(*rows: tuple[str, str, str | None]) -> pl.DataFrame:
    table = pl.DataFrame(rows, schema=["system", "record_id", "external_id"], orient="row")
    return table.with_row_index("uid").with_columns(pl.col("uid").cast(pl.Int32))


def test_who_names_an_id_is_the_record_that_has_it() -> None:
    found = references(
        given(("books", "9", None), ("books", "8", None), ("crm", "a", "9"), ("crm", "b", "8"))
    )
    number = found["reference"].to_list()
    assert (number[0], number[1]) == (number[2], number[3])
    assert number[0] != number[1]
    assert found["refers"].to_list() == [0, 0, 1, 1]


def test_two_that_name_one_id_are_one() -> None:
    found = references(given(("books", "9", None), ("crm", "a", "9"), ("crm", "b", "9")))
    assert found["reference"].n_unique() == 1


def test_ids_that_are_mostly_unknown_are_no_references() -> None:
    rows = [("crm", str(i), f"x{i}") for i in range(9)]
    found = references(given(("books", "9", None), ("crm", "z", "9"), *rows))
    assert found["reference"].null_count() == found.height
    assert found["refers"].sum() == 0


def test_an_id_of_the_own_system_is_no_reference() -> None:
    found = references(given(("crm", "a", "b"), ("crm", "b", None)))
    assert found["reference"].null_count() == 2
