from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sot.errors import RulesError
from sot.model.tables import NORMALISED, RECORDS
from sot.normalise import distinct, normalise
from sot.rules import Rulebook
from sot.rules.naming import NameWords
from tests.normalise.making import records

MIXED = [
    {"name": "Müller GmbH", "city": "München", "phone": "089 1234567", "country": "Deutschland"},
    {"name": "Mueller GmbH", "city": "Muenchen", "phone": "+49 89 1234567"},
    {"name": "Acme - Leeds", "trade_name": "Roadrunner Ltd", "email": "info@acme.co.uk"},
    {"name": "Fish & Chips Ltd", "city": "Leeds", "postcode": "LS1 4AP", "tax_id": "GB 980 7806 84"},
    {"name": None, "website": "acme.com"},
]


def test_every_column_is_there_and_the_raw_ones_are_as_they_were() -> None:
    given = records(MIXED)
    got = normalise(given, Rulebook())
    assert got.schema == pl.Schema({**RECORDS, **NORMALISED})
    assert_frame_equal(got.select(given.columns), given)


def test_no_records_give_no_records() -> None:
    assert normalise(records([]), Rulebook()).schema == pl.Schema({**RECORDS, **NORMALISED})


def test_a_column_that_is_all_empty_does_no_harm() -> None:
    got = normalise(records([{"name": None}, {"name": None}]), Rulebook())
    assert got.select(pl.col("^n_.*$").is_null().all()).row(0) == (True,) * len(NORMALISED)


def test_two_spellings_of_one_name_town_and_number_meet() -> None:
    one, two = normalise(records(MIXED), Rulebook()).rows(named=True)[:2]
    for column in ("n_name", "n_legal", "n_city", "n_phone_key"):
        assert one[column] == two[column] is not None


def test_umlauts_are_learned_from_the_records_and_other_words_left_alone() -> None:
    names = ["Xaverbräu", "Xaverbraeu", "Fuentes", "Blue Shoe"]
    got = normalise(records([{"name": name} for name in names]), Rulebook())["n_name"].to_list()
    assert got == ["xaverbrau", "xaverbrau", "fuentes", "blue shoe"]


def test_numbers_without_a_country_are_of_the_one_where_they_are_valid() -> None:
    numbers = ["5260001246", "5252344078", "7740001454", "5213017228", "6340125442"]
    polish = [{"name": f"Firma {number}", "tax_id": number} for number in numbers]
    got = normalise(records(polish), Rulebook())["n_tax_company"].to_list()
    assert got == [f"PL:nip:{number}" for number in numbers]
    few = normalise(records(polish[:4]), Rulebook())["n_tax_company"].to_list()
    assert few == [None] * 4
    at_home = [*polish[:1], *({"name": f"Sklep {at}", "country": "PL"} for at in range(9))]
    assert normalise(records(at_home), Rulebook())["n_tax_company"].to_list()[0] == "PL:nip:5260001246"


def test_only_towns_of_the_records_are_taken_off_names() -> None:
    alone = normalise(records([{"name": "Acme - Leeds"}]), Rulebook())
    assert alone["n_site"].to_list() == [None]
    among = normalise(records(MIXED), Rulebook()).row(2, named=True)
    assert (among["n_name"], among["n_site"], among["n_aliases"]) == ("acme", "leeds", ["roadrunner"])


def test_the_pieces_of_the_work_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = normalise(records(MIXED), Rulebook())
    monkeypatch.setattr(distinct, "SLICE", 1)
    assert_frame_equal(normalise(records(MIXED), Rulebook()), whole)


def test_a_word_under_two_abbreviations_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "naming").mkdir()
    shipped = Rulebook().path("naming/words.yaml").read_text()
    broken = shipped.replace("abbreviations:\n", "abbreviations:\n  myown: [intl]\n")
    (tmp_path / "naming" / "words.yaml").write_text(broken)
    with pytest.raises(RulesError, match="'intl' is under"):
        Rulebook(tmp_path).get("naming/words.yaml", NameWords)


def test_a_project_may_bring_its_own_placeholders(tmp_path: Path) -> None:
    (tmp_path / "naming").mkdir()
    (tmp_path / "naming" / "placeholders.yaml").write_text("any: ['', lorem]\n")
    got = normalise(records([{"name": "Lorem"}, {"name": "n/a Foods"}]), Rulebook(tmp_path))
    assert got["n_name"].to_list() == [None, "na food"]
