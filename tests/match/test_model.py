"""The Splink model against an independent sum of the same rules, level by level."""

from __future__ import annotations

from math import log2

import duckdb
import polars as pl
import pytest

from sot.match.scoring import model
from sot.match.scoring.condition_sql import condition_sql, pair_code
from sot.match.scoring.levels import numbered
from sot.match.scoring.model import Model
from sot.model.kinds import NameForm
from sot.rules import Rulebook
from sot.rules.conditions import parse
from sot.rules.matching import ComparisonRules
from tests.match import splink_views

RULES = Rulebook().get("matching/comparisons.yaml", ComparisonRules)
SEVERAL = "no town given, companies of this name in several towns"
CODES = (
    "domain",
    "domain_core",
    "phone",
    "mailbox",
    "tax",
    "tax_kind",
    "registration",
    "registration_kind",
    "reference",
    "town",
    "postcode",
    "street",
    "house",
    "numbers",
    "region",
    "province",
    "country",
    "site",
    "system",
)
BY = sorted({level.by for comparison in RULES.comparisons for level in comparison.levels if level.by})


def evidence(rows: list[dict[str, object]]) -> pl.DataFrame:
    empty: dict[str, object] = dict.fromkeys(
        (*CODES, "legal", "legal_kin", "legal_foreign", "town_text", "street_text")
    )
    base = (
        empty
        | {
            "valid": 0,
            "bare": 0,
            "web_name": 0,
            "towns": 0,
            "domain_spread": 0,
            "phone_spread": 0,
            "house_spread": 0,
            "refers": 0,
            "once": 0,
            "name_kind": 0,
            "match_key": 0,
        }
        | {f"tf_{name}": 0.001 for name in BY}
    )
    kinds = dict.fromkeys(CODES, pl.Int32) | dict.fromkeys(
        ("legal", "legal_kin", "legal_foreign", "town_text", "street_text"), pl.String
    )
    return pl.DataFrame([base | {"uid": i} | row for i, row in enumerate(rows)], schema_overrides=kinds)


def score(
    rows: list[dict[str, object]], bits: float = 12, form: int = NameForm.SAME_WORDS
) -> dict[str, object]:
    with duckdb.connect() as con:
        con.register("given", evidence(rows).to_arrow())
        con.execute("create table evidence as from given")
        con.execute(
            "create table pairs as select 0 as join_key_l, 1 as join_key_r, "
            f"{pair_code(str(bits), str(int(form)))} as match_key"
        )
        return Model(RULES).score(con, "pairs").row(0, named=True)


ROWS = [
    ([{"domain": 1, "domain_core": 1}, {"domain": 1, "domain_core": 1}], {"web": "same domain, name agrees"}),
    ([{"domain": 1, "domain_core": 1}, {"domain": 2, "domain_core": 2}], {"web": "different domains"}),
    ([{"phone": 1}, {"phone": 1}], {"phone": "same"}),
    ([{"phone": 1, "house": 1, "street": 1}] * 2, {"phone": "same, in the same building", "place": "same building"}),
    ([{"tax": 1, "valid": 1, "tax_kind": 1}, {"tax": 2, "valid": 1, "tax_kind": 1}],
     {"tax_id": "different, both valid"}),
    ([{"registration": 1}, {"registration": 1}], {"tax_id": "same registration number"}),
    ([{"tax": 1, "registration": 1}, {"tax": 2, "registration": 1}], {"tax_id": "same registration number"}),
    ([{"tax": 1, "registration": 1, "valid": 1, "tax_kind": 1},
      {"tax": 2, "registration": 1, "valid": 1, "tax_kind": 1}],
     {"tax_id": "different, both valid"}),
    ([{"town": 1, "town_text": "leeds", "legal": "A"}, {"town": 2, "town_text": "york", "legal": "A"}],
     {"place": "different town"}),
    ([{"town": 1, "town_text": "leeds"}, {"town": 2, "town_text": "york"}],
     {"place": "different town, name without a legal form"}),
    ([{"country": 1}, {"country": 2}], {"place": "different country"}),
    ([{"town": 1, "region": 1}, {"town": 1, "region": 2}], {"place": "same town, different region"}),
    ([{"town": 1, "province": 2}, {"town": 2}], {"place": "town of one is the region of the other"}),
    ([{"town": 1, "province": 2}, {"town": 2, "province": 2}],
     {"place": "different town, name without a legal form"}),
    ([{"street": 1, "house": 1, "town": 1}, {"street": 1, "house": 2, "town": 1}],
     {"place": "same street, different house number"}),
    ([{"phone": 1, "phone_spread": 1}, {"phone": 1, "phone_spread": 1}], {"phone": "same, in several towns"}),
    ([{"domain": 1, "domain_core": 1, "domain_spread": 1}] * 2, {"web": "same domain, name agrees, several towns"}),
    ([{"site": 1}, {"site": 2}], {"site": "different"}),
    ([{"system": 1, "bare": 1, "once": 1}, {"system": 2, "once": 1, "legal": "A"}],
     {"mention": "one record has only the name, which occurs once"}),
    ([{"system": 1, "bare": 1, "once": 1}, {"system": 2, "once": 1}],
     {"mention": "one record has only the name, which has no legal form"}),
    ([{"system": 1, "bare": 1, "once": 1}, {"system": 2, "once": 0}],
     {"mention": "one record has only the name, which several may have"}),
    ([{"system": 1, "bare": 1, "once": 1, "towns": 2}, {"system": 2, "once": 1, "towns": 2, "legal": "A"}],
     {"mention": "one record has only the name, which several may have"}),
    ([{"towns": 3}, {"towns": 3}], {"place": SEVERAL}),
    ([{"towns": 3, "phone": 1, "phone_spread": 0}] * 2, {"place": "unknown"}),
    ([{"towns": 3, "phone": 1, "phone_spread": 1}] * 2, {"place": SEVERAL}),
    ([{"towns": 1, "domain": 1, "domain_core": 1, "domain_spread": 1}] * 2,
     {"place": "no town given, website in several towns"}),
    ([{"legal": "A", "legal_kin": "B", "legal_foreign": "C"}, {"legal": "B", "legal_kin": "A", "legal_foreign": ""}],
     {"legal_form": "one form may be written for the other"}),
    ([{"legal": "A", "legal_kin": "B", "legal_foreign": "C"}, {"legal": "C", "legal_kin": "", "legal_foreign": "A"}],
     {"legal_form": "forms of different countries"}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), ROWS)
def test_the_levels_and_their_bits_are_those_of_the_rules(
    rows: list[dict[str, object]], expected: dict[str, str]
) -> None:
    got = score(rows)
    chance = relative = 0.0
    for comparison in RULES.comparisons:
        gamma = got[f"gamma_{comparison.name}"]
        level = dict(numbered(comparison)).get(gamma)  # type: ignore[arg-type]
        if comparison.name in expected:
            assert level is not None and level.name == expected[comparison.name]
        if level is not None:
            chance += log2(level.m / (max(0.001, level.least_u) if level.by else level.u))
            relative += log2(level.m / level.s)
            assert bool(got["veto"]) or not level.veto
    assert got["chance"] == pytest.approx(chance, abs=1e-3)
    assert got["relative"] == pytest.approx(relative, abs=1e-3)


def test_nothing_known_but_the_name_tells_what_the_name_tells() -> None:
    assert score([{}, {}], bits=7)["chance"] == pytest.approx(7, abs=1e-3)


def test_conditions_are_plain_sql_over_both_sides() -> None:
    assert condition_sql(parse("both(town) and not other(house)")) == (
        "(town_l is not null and town_r is not null) and not coalesce(house_l <> house_r, false)"
    )


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (NameForm.SAME_WORDS, "same building"),
        (NameForm.WORD_MORE, "same building, one name has an additional word"),
        (NameForm.RARE_WORD_MORE, "same building, one name has an additional word"),
        (NameForm.DIVISION_MORE, "same building"),
        (NameForm.OWN_WORDS, "same building"),
    ],
)
def test_a_word_more_in_one_house_is_rather_the_same_than_a_relative(form: NameForm, expected: str) -> None:
    found = score([{"house": 1, "street": 1, "town": 1}] * 2, form=form)
    place = next(comparison for comparison in RULES.comparisons if comparison.name == "place")
    assert dict(numbered(place))[int(str(found["gamma_place"]))].name == expected


def test_two_registration_numbers_tell_nothing_unless_they_are_of_one_register() -> None:
    got = score([{"registration": 1}, {"registration": 2}])
    assert (got["gamma_tax_id"], got["veto"]) == (-1, 0)
    kinds = [{"registration": 1, "registration_kind": 1}, {"registration": 2, "registration_kind": 2}]
    assert score(kinds)["veto"] == 0
    assert score([row | {"registration_kind": 1} for row in kinds])["veto"] != 0


def test_what_splink_wrote_once_scores_the_same_in_another_database(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"domain": 1, "domain_core": 1, "town": 3}, {"domain": 1, "domain_core": 1, "town": 4}]
    monkeypatch.setattr(model, "_written", {})
    first = score(rows)
    assert [len(views) for views in model._written.values()] == [3]
    assert score(rows) == first
    others = [dict(row, domain=2 + i, domain_core=2 + i) for i, row in enumerate(rows)]
    assert score(others)["chance"] != first["chance"]
    assert len(model._written) == 1


def test_other_rules_are_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_written", {})
    rows: list[dict[str, object]] = [{"phone": 1}, {"phone": 1}]
    first = score(rows)
    comparisons = tuple(
        c.model_copy(update={"levels": tuple(one.model_copy(update={"m": one.m / 2}) for one in c.levels)})
        for c in RULES.comparisons
    )
    monkeypatch.setattr("tests.match.test_model.RULES", RULES.model_copy(update={"comparisons": comparisons}))
    assert score(rows)["chance"] < first["chance"]
    assert len(model._written) == 2


def test_what_is_shipped_is_what_splink_writes() -> None:
    """Splink writes columns in the order of a set: in all else it is the same text."""
    written, shipped = splink_views.page(), splink_views.FILE.read_text(encoding="utf-8")
    again = "run: python -m tests.match.splink_views"
    assert written.splitlines()[0] == shipped.splitlines()[0], again
    one, other = (sorted(line.strip(" ,") for line in text.splitlines()) for text in (written, shipped))
    assert one == other, again
