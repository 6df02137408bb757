"""Misspelled abbreviations."""

from __future__ import annotations

import polars as pl
import pytest

from sot.match.respell import respell
from sot.rules import Rulebook
from sot.rules.matching import NameRules
from sot.rules.naming import NameWords

BOOK = Rulebook()
WORDS, RULES = BOOK.get("naming/words.yaml", NameWords), BOOK.get("matching/names.yaml", NameRules)
BACKGROUND = pl.DataFrame({"token": ["management", "minted"], "df": [900, 40]})


def spelt(*names: str) -> list[str]:
    table = pl.DataFrame({"n_name": list(names), "n_tokens": [name.split() for name in names]})
    return respell(table, WORDS, BACKGROUND, RULES)["n_name"].to_list()


@pytest.mark.parametrize("wrong", ["mggmt", "mgtm", "mgmtt"])
def test_a_rare_word_one_edit_from_an_abbreviation_stands_for_its_word(wrong: str) -> None:
    assert spelt(f"quellon {wrong}") == ["quellon management"]


@pytest.mark.parametrize("word", ["minted", "quellon", "abc", "xyzzyplugh"])
def test_other_words_stay(word: str) -> None:
    assert spelt(f"tarvonix {word}") == [f"tarvonix {word}"]


def test_a_word_that_many_records_have_is_their_own() -> None:
    assert spelt(*[f"n{i} mggmt" for i in range(9)]) == [f"n{i} mggmt" for i in range(9)]


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
