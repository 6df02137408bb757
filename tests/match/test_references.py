"""Records that name one another: groups of references, and what they say of everybody else."""

from __future__ import annotations

import polars as pl
import pytest

from sot.match.scoring.references import references


def given(*rows: tuple[str, str, str | None]) -> pl.DataFrame:
    return told(*((system, record, named, None, "x") for system, record, named in rows))


def told(*rows: tuple[str, str, str | None, str | None, str]) -> pl.DataFrame:
    names = {
        "system": pl.String,
        "record_id": pl.String,
        "external_id": pl.String,
        "account_number": pl.String,
    }
    table = pl.DataFrame(rows, schema={**names, "name": pl.String}, orient="row")
    return table.with_row_index("uid").with_columns(
        pl.col("uid").cast(pl.Int32), n_tokens=pl.col("name").str.split(" ")
    )


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
    rows = [("crm", str(i), f"11{i}") for i in range(9)]
    found = references(given(("books", "900", None), ("crm", "z", "900"), *rows))
    assert found["reference"].null_count() == found.height
    assert found["refers"].sum() == 0


def test_an_id_of_the_own_system_is_no_reference() -> None:
    found = references(given(("crm", "a", "b"), ("crm", "b", None)))
    assert found["reference"].null_count() == 2


def one(table: pl.DataFrame, *places: int) -> bool:
    found = references(table)["reference"].gather(list(places))
    return found.null_count() == 0 and found.n_unique() == 1


@pytest.mark.parametrize(
    ("own", "named"),
    [
        ("0000710010", "710010"),
        ("910005", "910005.0"),
        ("0018d00000AbCdEAAV", "0018d00000AbCdE"),
        ("0018d00000AbCdE", "0018d00000AbCdEAAV"),
        ("91000000017", "https://app.hubspot.com/contacts/123456/company/91000000017"),
        ("91000000017", "91000000017;0018d00000AbCdEAAV"),
        ("cust-90088", "CUST-90088"),
    ],
)
def test_one_id_in_two_writings(own: str, named: str) -> None:
    assert one(given(("books", own, None), ("crm", "a", named)), 0, 1)


def test_ids_of_salesforce_differ_by_the_case_of_a_letter() -> None:
    table = given(
        ("sf", "0018d00000AbCdEAAV", None),
        ("sf", "0018d00000AbCdeAAV", None),
        ("crm", "a", "0018d00000AbCde"),
    )
    assert one(table, 1, 2)
    assert not one(table, 0, 2)


def test_an_id_that_was_merged_leads_to_the_record_that_lists_it() -> None:
    table = given(("crm", "900001", "900002;900003"), ("crm", "900009", None), ("books", "b", "900003"))
    assert one(table, 0, 2)
    assert not one(table, 1, 2)


def test_two_that_name_one_id_which_no_record_has_are_one_and_veto_nobody() -> None:
    table = given(("crm", "a", "77001"), ("books", "b", "77001"), ("books", "c", None))
    found = references(table)
    assert one(table, 0, 1)
    assert found["refers"].to_list()[:2] == [2, 2]


@pytest.mark.parametrize("named", ["WEB", "12", "77001"])
def test_what_many_name_is_no_id(named: str) -> None:
    table = given(*(("crm", str(i), named) for i in range(4)), ("books", "b", named))
    assert references(table)["reference"].null_count() == table.height


def test_a_customer_number_names_the_record_of_the_ledger_where_the_names_agree() -> None:
    rows = [("sap", f"{i:010}", None, None, f"firm{i} ag") for i in range(501, 505)]
    agreeing = [("crm", f"c{i}", None, str(i), f"firm{i}") for i in range(501, 505)]
    counted_alike = [("crm", f"c{i}", None, str(i), f"other{i}") for i in range(501, 505)]
    assert one(told(*rows, *agreeing), 2, 6)
    assert references(told(*rows, *counted_alike))["reference"].null_count() == 8


def test_the_second_number_of_a_record_is_named_too() -> None:
    table = told(("books", "9", None, "CUST77", "legal name"), ("crm", "a", "CUST77", None, "trade"))
    assert one(table, 0, 1)
