"""Names cut off by their system, completed by what the others that begin so are called."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sot.match.names.truncated import completed, widths
from sot.rules import Rulebook
from sot.rules.matching_names import NameRules

RULES = Rulebook().get("matching/names.yaml", NameRules).cut
WHOLE = [
    "Abbelgrove Landing Preservation Company",
    "Brackwater Marine Instrument Makers",
    "Corriemoor Highland Timber Exports",
    "Dunvarrick Quarry and Stone Works",
    "Ettlebridge Pharmaceutical Wholesale",
    "Farrowdale Agricultural Machinery",
]
SHORT = ["Gorse Ltd", "Heather and Daughters", "Ivy Lane Bakery", "Juniper", "Knapweed Print", "Larch House"]


def table(rows: list[tuple[str, str]]) -> pl.DataFrame:
    """Make records of (system, name), each named by its words in small letters."""
    frame = pl.DataFrame(rows, schema=["system", "name"], orient="row")
    named = pl.col("name").str.to_lowercase().str.replace_all(r"\s*[&+]\s*", " ").str.strip_chars()
    return frame.with_columns(n_name=named, n_tokens=named.str.split(" "), n_legal=pl.lit(None, pl.String))


def called(rows: list[tuple[str, str]]) -> list[str]:
    found = completed(table(rows), RULES)
    assert found["n_tokens"].list.join(" ").to_list() == found["n_name"].to_list()
    return found["n_name"].to_list()


def in_erp(names: list[str], width: int) -> list[tuple[str, str]]:
    return [("erp", name[:width]) for name in (*names, *SHORT)]


def test_names_cut_at_the_width_of_their_system_are_those_that_begin_so() -> None:
    rows = in_erp(WHOLE, 28) + [("crm", name) for name in WHOLE]
    assert called(rows)[: len(WHOLE)] == [name.lower() for name in WHOLE]
    assert called(rows)[len(WHOLE) :] == [name.lower().strip() for _, name in rows[len(WHOLE) :]]


def test_a_name_that_nobody_else_begins_with_stays_cut() -> None:
    rows = in_erp(WHOLE, 28) + [("crm", name) for name in WHOLE[1:]]
    assert called(rows)[0] == WHOLE[0][:28].lower()


def test_where_the_others_do_not_agree_the_name_stays_cut() -> None:
    others = [
        ("crm", "Abbelgrove Landing Preservation Trust"),
        ("crm", "Abbelgrove Landing Preservation Fund"),
    ]
    assert called(in_erp(WHOLE, 28) + others)[0] == WHOLE[0][:28].lower()


def test_most_of_the_others_decide() -> None:
    others = [("crm", WHOLE[0]), ("crm", WHOLE[0]), ("crm", "Abbelgrove Landing Preservation Compny")]
    assert called(in_erp(WHOLE, 28) + others)[0] == WHOLE[0].lower()


def test_a_name_of_several_words_that_ends_with_and_is_cut() -> None:
    rows = [("crm", "Southern Larch Heating +"), ("erp", "Southern Larch Heating & Air")]
    assert called(rows) == ["southern larch heating air"] * 2


def test_one_name_and_an_and_is_a_firm_of_that_name() -> None:
    rows = [("crm", "Larch &"), ("erp", "Larch & Sons")]
    assert called(rows) == ["larch", "larch sons"]


def test_systems_that_cut_nothing_have_no_width() -> None:
    rows = table([("crm", name) for name in (*WHOLE, *SHORT)] + [("erp", name) for name in WHOLE[:4]])
    assert widths(rows, RULES) == {}


def test_one_long_name_many_times_is_no_width() -> None:
    assert widths(table([("crm", WHOLE[0])] * 20 + [("crm", name) for name in SHORT]), RULES) == {}


@given(st.permutations(in_erp(WHOLE, 28) + [("crm", name) for name in WHOLE]), st.integers(20, 34))
def test_the_order_of_the_records_is_nothing(rows: list[tuple[str, str]], width: int) -> None:
    rows = [(system, name[:width] if system == "erp" else name) for system, name in rows]
    by_row = dict(zip(rows, called(rows), strict=True))
    again = sorted(rows)
    assert called(again) == [by_row[row] for row in again]
