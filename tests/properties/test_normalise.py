from __future__ import annotations

import random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sot.model.tables import NORMALISED
from sot.normalise import normalise
from sot.rules import Rulebook
from tests.normalise.making import records

RULES = Rulebook()
ANY = st.one_of(st.none(), st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
TEXT = """Acme Müller Mueller Ltd GmbH & Co. KG Inc. (old) - dba t/a The of Bank 株式会社 ООО S.A. de C.V. Fund II
Phoenix branch # 2 O'Neil c/o : , AG Société Smith, John Intl Mfg Spa Día 12 Main St. Str. Suite 400"""
WORDS = st.sampled_from(sorted(set(TEXT.split())))
NAME = st.one_of(ANY, st.lists(WORDS, max_size=7).map(" ".join))
ROW = st.fixed_dictionaries(
    {"name": NAME, "street": NAME},
    optional=dict.fromkeys(
        (
            "trade_name",
            "city",
            "region",
            "postcode",
            "country",
            "phone",
            "email",
            "website",
            "tax_id",
            "status",
        ),
        ANY,
    ),
)
ROWS = st.lists(ROW, min_size=1, max_size=6)
FEW = settings(max_examples=8, deadline=None)


@FEW
@given(ROWS)
def test_it_takes_any_text_and_leaves_the_raw_values_alone(rows: list[dict[str, str | None]]) -> None:
    raw = records(rows)
    got = normalise(raw, RULES)
    assert_frame_equal(got.select(raw.columns), raw)
    for column in ("n_name", "n_street", "n_city"):
        assert got[column].drop_nulls().str.contains(r"^[a-z0-9]+(?: [a-z0-9]+)*$").all(), column
    texts = [column for column, kind in NORMALISED.items() if kind == pl.String]
    assert got.select((pl.col(texts).fill_null("x") != "").all()).row(0) == (True,) * len(texts)


@FEW
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_records_makes_no_difference(
    rows: list[dict[str, str | None]], rng: random.Random
) -> None:
    numbered = [{**row, "record_id": str(place)} for place, row in enumerate(rows)]
    shuffled = rng.sample(numbered, len(numbered))
    columns = ["record_id", *NORMALISED]
    one = normalise(records(numbered), RULES).select(columns).sort("record_id")
    other = normalise(records(shuffled), RULES).select(columns).sort("record_id")
    assert_frame_equal(one, other)


def _letters(name: str) -> str:
    return name.replace(" ", "")


@FEW
@given(st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=5))
def test_a_normal_name_is_its_own_normal_form(names: list[str]) -> None:
    once = normalise(records([{"name": name} for name in names]), RULES)["n_name"].drop_nulls().to_list()
    again = normalise(records([{"name": name} for name in once]), RULES)["n_name"].to_list()
    for first, second in zip(once, again, strict=True):
        # What was words in the middle may be a legal form at the end: fewer words. Single letters may come to be
        # neighbours and are joined: other blanks. Other letters never.
        assert (
            second is None or set(second.split()) <= set(first.split()) or _letters(second) == _letters(first)
        )


@FEW
@given(ROWS)
def test_equal_records_have_equal_values(rows: list[dict[str, str | None]]) -> None:
    got = normalise(records([*rows, *rows]), RULES).select(NORMALISED.keys())
    assert_frame_equal(got.head(len(rows)), got.tail(len(rows)))
