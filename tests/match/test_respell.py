"""Misspelled words for "company" and long abbreviations."""

from __future__ import annotations

import polars as pl
import pytest

from sot.match.names.company_word_typos import respell
from sot.rules import Rulebook
from sot.rules.matching_names import NameRules
from sot.rules.naming import NameWords

BOOK = Rulebook()
WORDS, RULES = BOOK.get("naming/words.yaml", NameWords), BOOK.get("matching/names.yaml", NameRules)
BACKGROUND = pl.DataFrame({"token": ["management", "minted"], "df": [900, 40]})


def spelt(*names: str) -> list[str]:
    table = pl.DataFrame({"n_name": list(names), "n_tokens": [name.split() for name in names]})
    return respell(table, WORDS, BACKGROUND, RULES)["n_name"].to_list()


@pytest.mark.parametrize("wrong", ["servicess", "serices", "servcies"])
def test_a_rare_word_one_edit_from_a_long_abbreviation_stands_for_its_word(wrong: str) -> None:
    assert spelt(f"quellon {wrong}") == ["quellon service"]


@pytest.mark.parametrize(
    "name", ["petrox resource", "servcies quellon", "amcad biomed", "tarvonix bservices"]
)
def test_what_a_name_is_called_by_and_what_only_looks_like_a_short_abbreviation_stays(name: str) -> None:
    assert spelt(name) == [name]


@pytest.mark.parametrize("word", ["minted", "quellon", "abc", "xyzzyplugh", "mggmt"])
def test_other_words_stay(word: str) -> None:
    assert spelt(f"tarvonix {word}") == [f"tarvonix {word}"]


def test_a_word_that_many_records_have_is_their_own() -> None:
    assert spelt(*[f"n{i} compny" for i in range(9)]) == [f"n{i} compny" for i in range(9)]


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("tarvonix compny", "tarvonix company"),
        ("tarvonix compny quell", "tarvonix company quell"),
        ("tarvonix ltdd", "tarvonix ltd"),
        ("tarvonix ktd", "tarvonix ltd"),
        ("ktd tarvonix", "ktd tarvonix"),
        ("ktd", "ktd"),
    ],
)
def test_a_misspelled_word_for_a_company_stands_for_it_short_ones_at_the_end_only(
    name: str, right: str
) -> None:
    assert spelt(name) == [right]


def test_a_word_near_the_meant_one_alone_is_put_right_though_the_background_knows_that() -> None:
    known = pl.DataFrame({"token": ["company"], "df": [900]})
    table = pl.DataFrame({"n_name": ["tarvonix compny"], "n_tokens": [["tarvonix", "compny"]]})
    assert respell(table, WORDS, known, RULES)["n_name"].to_list() == ["tarvonix company"]
