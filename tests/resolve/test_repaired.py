"""Letters that were read in a wrong encoding are written right in a golden value, and the raw text stays beside it."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sot.resolve.repaired import undone
from tests.resolve.making import origin, record, resolved


def _read(text: str | None) -> str | None:
    found: str | None = (
        pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(undone(pl.col("text"))).item()
    )
    return found


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ("CrÃ©dit Agricole", "Crédit Agricole"),
        ("MÃƒÂ¼ller", "Müller"),
        ("Smithâ€™s", "Smith’s"),
        ("Ãvidente SA", "Ãvidente SA"),
        ("Conceição & Irmão", "Conceição & Irmão"),
        ("SÃO JOÃO", "SÃO JOÃO"),
        (None, None),
    ],
)
def test_sure_cases_alone_are_undone(broken: str | None, right: str | None) -> None:
    assert _read(broken) == right


@given(st.text("éüöäßñçàèáíóúâêôABCabc ", max_size=12))
def test_what_was_encoded_twice_comes_back(text: str) -> None:
    assert _read(text.encode().decode("cp1252")) == text


def test_the_golden_name_is_repaired_and_its_raw_text_kept() -> None:
    name = origin(resolved([record("salesforce:A", "a", "CrÃ©dit Agricole")]), "name")
    assert (name["value"], name["raw"], name["normaliser"]) == (
        "Crédit Agricole",
        "CrÃ©dit Agricole",
        "repaired",
    )
