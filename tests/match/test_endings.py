"""Slips that another record with the same other words shows to be some."""

from __future__ import annotations

import polars as pl
import pytest

from sot.match.names.corpus_typos import mended
from sot.rules import Rulebook
from sot.rules.matching_names import NameRules
from sot.rules.naming import NameWords

BOOK = Rulebook()
WORDS, RULES = BOOK.get("naming/words.yaml", NameWords), BOOK.get("matching/names.yaml", NameRules)
BACKGROUND = pl.DataFrame(
    {"token": ["inv", "ins", "cleaning", "one", "tnt"], "df": [900, 900, 900, 900, 900]}
)

Row = tuple[str, str | None, str | None]
"""The raw name, its words, its legal form."""


def names(*rows: Row) -> list[tuple[str | None, str | None]]:
    table = pl.DataFrame(
        rows, schema={"name": pl.String, "n_name": pl.String, "n_legal": pl.String}, orient="row"
    )
    table = table.with_columns(n_tokens=pl.col("n_name").str.split(" "))
    found = mended(table, WORDS, BACKGROUND, RULES)
    assert found["n_tokens"].list.join(" ").to_list() == found["n_name"].to_list()
    return found.select("n_name", "n_legal").rows()


FAITH: Row = ("Faith, Inc.", "faith", "inc")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("Faith, UNC.", "faith unc"),
        ("Faith Inv.", "faith investment"),
        ("FAITH IN", "faith in"),
        ("Faith I", "faith i"),
    ],
)
def test_a_slip_of_the_legal_form_of_the_same_name_is_that(raw: str, words: str) -> None:
    assert names((raw, words, None), FAITH) == [("faith", "inc"), ("faith", "inc")]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("Faith Ins", "faith insurance"),
        ("Faith One", "faith one"),
        ("Hope, UNC.", "hope unc"),
        ("Faith I", "faith 1"),
    ],
)
def test_other_words_stay(raw: str, words: str) -> None:
    assert names((raw, words, None), FAITH)[0] == (words, None)


def test_a_name_with_a_legal_form_of_its_own_keeps_its_last_word() -> None:
    assert names(("Faith Unc Ltd", "faith unc", "ltd"), FAITH)[0] == ("faith unc", "ltd")


BROWN: Row = ("Brown Cleaning Svc", "brown cleaning service", None)


@pytest.mark.parametrize("raw", ["Brown Cleaning Scv", "Brown Cleaning Scv Ltd"])
def test_a_slip_of_an_abbreviation_stands_for_the_word_of_the_same_name(raw: str) -> None:
    assert names((raw, "brown cleaning scv", None), BROWN)[0] == ("brown cleaning service", None)


def test_the_word_takes_the_place_of_the_slip() -> None:
    assert names(("Brown Scv Cleaning", "brown scv cleaning", None), BROWN)[0] == (
        "brown service cleaning",
        None,
    )


def test_without_such_a_record_nothing_changes() -> None:
    assert names(("Green Cleaning Scv", "green cleaning scv", None), BROWN)[0] == ("green cleaning scv", None)


def test_the_first_word_is_what_a_name_is_called_by() -> None:
    others: Row = ("Intl Airlines", "international airline", None)
    assert names(("Inrl Airlines", "inrl airline", None), others)[0] == ("inrl airline", None)


def test_records_without_a_name_stay() -> None:
    assert names(("", None, None), FAITH)[0] == (None, None)


@pytest.mark.parametrize("word", ["abd", "nad", "an", "ano", "aand", "adn"])
def test_a_slip_of_and_between_the_words_of_another_name_is_one(word: str) -> None:
    rows = names((f"Kane {word} Doyle", f"kane {word} doyle", None), ("Kane & Doyle", "kane doyle", None))
    assert rows == [("kane doyle", None)] * 2


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("Kane abd Doyle", "Kane Doyle"),
        ("Kane abd Doyle", "Kane & Boyle"),
        ("Abd Kane Doyle", "Kane & Doyle"),
        ("Kane ins Doyle", "Kane & Doyle"),
    ],
)
def test_without_such_a_name_the_word_stays(own: str, other: str) -> None:
    rows: list[Row] = [(name, name.lower().replace(" &", ""), None) for name in (own, other)]
    assert names(*rows)[0][0] == own.lower()
