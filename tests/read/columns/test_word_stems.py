"""Forms of one word have one stem; a stem with two meanings says nothing."""

from __future__ import annotations

import pytest

from sot.read.columns.phrase_book import PhraseBook
from sot.read.columns.word_stems import by_stem, stem


@pytest.mark.parametrize(
    ("first", "second"), [("zaplacena", "zaplaceno"), ("оплачена", "оплачены"), ("anulada", "anulado")]
)
def test_forms_of_a_word_have_one_stem(first: str, second: str) -> None:
    assert stem(first) == stem(second)


@pytest.mark.parametrize("word", ["paye", "data", "open"])
def test_short_words_stay_as_they_are(word: str) -> None:
    assert stem(word) == word


def test_a_stem_with_two_meanings_says_nothing() -> None:
    known = {("partita",): "deal", ("partito",): "party", ("cliento",): "customer"}
    assert by_stem(known) == {("client",): "customer"}


def test_a_status_is_known_in_another_form() -> None:
    book = PhraseBook({"paid": ["zaplaceno"], "open": ["neplaceno"]}, ["not"])
    assert book.meaning("Zaplacená") == "paid"
    assert book.meaning("Neplacena") == "open"
    assert book.meaning("Zaplat") is None
