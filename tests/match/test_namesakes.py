"""How often two customers bear one name, as a list shows it."""

from __future__ import annotations

import polars as pl
import pytest
from pydantic import ValidationError

from sot.match import match
from sot.match.scoring.namesakes import Namesakes, counted_names, learn_namesakes
from sot.rules import Rulebook
from sot.rules.matching import Thresholds
from sot.rules.matching_names import NamesakeRules
from tests.match.making import crowd, records

RULES = Rulebook().get("matching/thresholds.yaml", Thresholds).namesakes


def listed(size: int, again: int, place: str | None) -> pl.DataFrame:
    """Give names of two systems; the first `again` names of each are there a second time, in another place or none."""
    rows = [
        {
            "system": system,
            "words": f"name {i}",
            "kind": 1,
            "place": None if place is None else f"{place}{copy}",
        }
        for system in ("crm", "books")
        for i in range(size)
        for copy in range(2 if i < again else 1)
    ]
    return pl.DataFrame(rows, schema_overrides={"place": pl.String, "kind": pl.Int8})


def learned(named: pl.DataFrame) -> Namesakes:
    return learn_namesakes(counted_names(named), named["system"].n_unique(), RULES)


def test_names_that_nobody_bears_twice_tell_more() -> None:
    few, many = (learned(listed(size, 0, None)).bits["telling"] for size in (100, 10_000))
    assert 0 < few < many <= RULES.more


def test_names_of_several_towns_tell_no_more_and_repeated_ones_of_one_town_do() -> None:
    assert learned(listed(2000, 200, "town")).bits["telling"] == pytest.approx(-RULES.less)
    at_home = listed(2000, 200, "town").with_columns(place=pl.lit("town"))
    assert learned(at_home).bits["telling"] > 0


def test_one_system_tells_nothing_of_others() -> None:
    one = listed(2000, 0, None).filter(pl.col("system") == "crm")
    assert learned(one).bits == {kind.name: 0.0 for kind in RULES.kinds}


@pytest.mark.parametrize("least", ([26, 30, 0], [26, 18, 1]))
def test_kinds_of_names_fall_to_all_names(least: list[float]) -> None:
    kinds = [{"name": f"k{at}", "least": bits, "share": 0.1} for at, bits in enumerate(least)]
    with pytest.raises(ValidationError, match="'least' must fall, down to 0"):
        NamesakeRules.model_validate(RULES.model_dump() | {"kinds": kinds})


def test_what_a_list_tells_of_namesakes_is_in_its_report_and_in_its_parameters() -> None:
    rows = [{key: row[key] for key in ("system", "record_id", "name")} for row in crowd(100)]
    found = match(records(rows), Rulebook())
    lesson = found.report.learned["name_form"]
    level = next(each for each in found.model.comparisons[1].levels if each.name in lesson.bits)
    assert lesson.bits[level.name] > 0
    assert level.same_words
    assert level.bits_relative > lesson.bits[level.name]
