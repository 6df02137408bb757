"""Ids and numbers of the demo are valid where their makers say what valid is."""

from __future__ import annotations

from importlib import import_module

import phonenumbers
import polars as pl
import pytest

from sot.demo.draw import Draw
from sot.demo.ids import salesforce_ids
from sot.demo.places import places
from sot.demo.tax import SCHEMES, tax_ids
from sot.demo.vocabulary import vocabulary

CHECKS = {
    "ein": "us.ein", "gb": "gb.vat", "de": "de.vat", "fr": "fr.tva", "es": "es.nif", "it": "it.iva",
    "nl": "nl.btw", "be": "be.vat", "at": "at.uid", "ch": "ch.vat", "ie": "ie.vat", "pl": "pl.nip",
    "se": "se.vat", "dk": "dk.cvr", "no": "no.mva", "fi": "fi.alv", "ca": "ca.bn", "au": "au.abn",
    "in": "in_.gstin", "jp": "jp.cn", "br": "br.cnpj",
}  # fmt: skip


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_tax_ids_pass_the_check_of_their_country(scheme: str) -> None:
    rule = import_module(f"stdnum.{CHECKS[scheme]}")
    wrong = [number for number in tax_ids(Draw(5, scheme), 300, scheme) if not rule.is_valid(number)]
    assert wrong == []


def test_every_scheme_that_a_country_names_exists() -> None:
    named = {country.tax for country in vocabulary().countries.values() if country.tax}
    assert named == set(SCHEMES)


@pytest.mark.parametrize("code", sorted(vocabulary().countries))
def test_phone_numbers_are_such_that_could_be_dialled(code: str) -> None:
    words = vocabulary()
    made = places(Draw(5, code), words, code, 200)
    numbers = f"+{words.countries[code].phone.code}" + made["area"] + made["local"]
    possible = [phonenumbers.is_valid_number(phonenumbers.parse(number, None)) for number in numbers]
    assert sum(possible) >= 0.85 * len(possible)


def test_salesforce_ids_carry_their_check_and_never_repeat() -> None:
    ids = salesforce_ids("001", 5000)
    assert ids.n_unique() == 5000
    for name in ids.gather_every(97):
        bits = [
            sum(letter.isupper() << place for place, letter in enumerate(name[at : at + 5]))
            for at in (0, 5, 10)
        ]
        assert name[15:] == "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[number] for number in bits)
    # Salesforce tells small letters from capitals, so some ids are alike but for those
    assert ids.str.slice(0, 15).str.to_lowercase().n_unique() < 5000


def test_postcodes_go_with_their_towns() -> None:
    made = places(Draw(5, "x"), vocabulary(), "US", 3000)
    areas = made.group_by("town", "region").agg(pl.col("postcode").str.slice(0, 3).n_unique().alias("areas"))
    assert areas["areas"].max() == 1
