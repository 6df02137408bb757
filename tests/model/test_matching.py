"""What a run wrote about its matching is read by later versions of sot."""

from __future__ import annotations

from sot.model.matching import MatchReport, UsedModel

LEVEL = {"gamma": 1, "name": "same", "m": 0.9, "u": 0.1, "s": 0.2, "bits_relative": 2.2, "veto": False}


def test_a_model_of_another_version_is_read() -> None:
    """An older run lacks the fields that came later, a newer one has more."""
    written = {
        "comparisons": [{"name": "phone", "why": "", "levels": [LEVEL | {"later": 1}]}],
        "bands": {"auto": 0.9},
    }
    (level,) = UsedModel.from_json(written).comparison("phone").levels
    assert (level.name, level.m, level.alone, level.same_words) == ("same", 0.9, 0.0, False)


def test_a_report_of_another_version_is_read() -> None:
    report = MatchReport.from_json({"candidates": 7, "later": 1, "settled": [["a name", "a place"]]})
    assert (report.candidates, report.copies, report.learned) == (7, 0, {})
    assert report.settled == (("a name", "a place"),)
    assert MatchReport.from_json({}).settled == ()
