"""What stands the test of its field, what does not, what stands for nothing, and what nobody can tell."""

from __future__ import annotations

import polars as pl
import pytest

from sot.normalise import Examiner
from sot.rules import Rulebook

EXAMINER = Examiner(Rulebook())

CASES = {
    "email": {
        "valid": [("a@acme.com", None), (" Jo@Acme.COM ", None), ("Jo <jo@acme.com>", None)],
        "invalid": [("acme.com", None), ("x@gmail.con", None), ("a@@b.com", None), ("a@b", None)],
        "placeholder": [("n/a", None), ("test@test.com", None), ("noreply@acme.com", None)],
        None: [("", None), (None, None), ("  ", None)],
    },
    "phone": {
        "valid": [("+49 89 1234567", "DE"), ("(212) 736-5000", "US"), ("089/32168-0", "DE"), ("+49 89 1234567", None)],
        "invalid": [("12345", "US"), ("1.2E+10", "US"), ("call me", "US"), ("+1 212 736 50", None)],
        "placeholder": [("000-000-0000", "US"), ("212-555-1212", "US"), ("n/a", None)],
        None: [("212-736-5000", None), ("", "US")],
    },
    "tax_id": {
        "valid": [("DE136695976", "DE"), ("136695976", "DE"), ("ESB58378431", None)],
        "invalid": [("DE136695977", "DE"), ("12", "DE"), ("1.2E+8", "DE")],
        "placeholder": [("111111111", "DE"), ("12-3456789", "US"), ("exempt", "US")],
        None: [("84736251", None), ("", "DE")],
    },
    "postcode": {
        "valid": [("80331", "DE"), ("D-80331", "DE"), ("02134-1234", "US"), ("SW1A 1AA", "GB"), ("1019 AB", "NL"),
                  ("00-950", "PL")],
        "invalid": [("2134", "US"), ("SW1A", "GB"), ("1019", "NL"), ("800331", "DE")],
        "placeholder": [("00000", "US"), ("n/a", "DE")],
        None: [("80331", None), ("77777", "AE"), ("", "DE")],
    },
    "country": {
        "valid": [("USA", None), ("Deutschland", None), ("GB", None)],
        "invalid": [("Atlantis", None)],
        "placeholder": [("n/a", None), ("worldwide", None)],
        None: [("", None)],
    },
}  # fmt: skip


@pytest.mark.parametrize("field", list(CASES))
def test_worth(field: str) -> None:
    rows = [(value, country, worth) for worth, cells in CASES[field].items() for value, country in cells]
    cells = pl.DataFrame(
        [row[:2] for row in rows], schema={"value": pl.String, "country": pl.String}, orient="row"
    )
    got = EXAMINER.worth(field, cells).to_list()
    assert list(zip(rows, got, strict=True)) == [(row, row[2]) for row in rows]


def test_all_fields_with_a_test_have_cases() -> None:
    assert set(EXAMINER.fields) == set(CASES)


def test_a_country_that_is_missing_is_told_by_postcode_and_region() -> None:
    places = pl.DataFrame(
        [("USA", None, None), (None, "CA", "90210"), (None, None, "SW1A 1AA"), (None, None, "80331")],
        schema={"country": pl.String, "region": pl.String, "postcode": pl.String},
        orient="row",
    )
    assert EXAMINER.countries(places).to_list() == ["US", "US", "GB", None]
