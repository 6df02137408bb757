from __future__ import annotations

import random

import phonenumbers
import polars as pl
import pytest

from sot.normalise.contacts.phones import PhoneReader
from sot.rules import Rulebook

# Argentina writes mobiles at home in a way (0 area 15 number) that the plans here don't turn round.
LIST = """US GB DE FR ES NL CH JP CN IN AU BR MX SE PL RU KR SG ZA
IE CA DK NO AT BE PT TR AE IT HU FI CZ GR NZ HK IL"""
COUNTRIES = tuple(LIST.split())
FORMATS = (
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
)


def written(country: str, seed: int) -> list[tuple[str, str]]:
    """Give numbers of a country, real and unreal, in the ways in which people write them."""
    rng = random.Random(f"{country}{seed}")
    kinds = [phonenumbers.example_number_for_type(country, kind) for kind in (0, 1, 3)]
    found = []
    for _ in range(200):
        example = rng.choice([number for number in kinds if number])
        national = phonenumbers.national_significant_number(example)
        kept = rng.randint(1, min(5, len(national)))
        digits = national[:kept] + "".join(rng.choice("0123456789") for _ in national[kept:])
        number = phonenumbers.PhoneNumber(
            country_code=example.country_code,
            national_number=int(digits),
            italian_leading_zero=example.italian_leading_zero,
        )
        found.append((phonenumbers.format_number(number, rng.choice(FORMATS)), country))
    return found


def reference(text: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else None


@pytest.mark.parametrize("country", COUNTRIES)
def test_valid_numbers_are_those_of_phonenumbers(country: str) -> None:
    cells = pl.DataFrame(written(country, 1), schema=["phone", "n_country"], orient="row").unique()
    read = PhoneReader(Rulebook()).phones(cells).filter(pl.col("n_phone").is_not_null())
    assert read.height > cells.height * 0.7
    for text, home, phone, _ in read.select("phone", "n_country", "n_phone", "n_phone_key").rows():
        assert (phone if phone.startswith("+") else None) == reference(text, home), text


@pytest.mark.parametrize("country", COUNTRIES)
def test_all_ways_to_write_a_number_have_one_key(country: str) -> None:
    number = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.FIXED_LINE)
    ways = [phonenumbers.format_number(number, form) for form in FORMATS] + [
        phonenumbers.format_number(number, FORMATS[2]) + " ext. 12"
    ]
    cells = pl.DataFrame({"phone": ways, "n_country": [country] * len(ways)})
    keys = PhoneReader(Rulebook()).phones(cells)["n_phone_key"].unique().to_list()
    assert len(keys) == 1 and (keys[0] is None or len(keys[0]) >= 7)
