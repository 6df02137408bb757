"""What is asked now, and what waits for the answer to another question."""

from __future__ import annotations

import polars as pl
import pytest

from sot.cluster.questions import without_second_choices

SYSTEMS = pl.Series(["crm", "books", "books", "crm", "shop", "books"])
LABEL = pl.Series([0, 0, 2, 3, 4, 3])
DOUBT = pl.DataFrame({"uid_l": [0], "uid_r": [1]})


def asked(left: int, right: int, probability: float, doubt: pl.DataFrame = DOUBT) -> bool:
    pair = pl.DataFrame({"uid_l": [left], "uid_r": [right], "match_probability": [probability]})
    return not without_second_choices(pair, LABEL, SYSTEMS, doubt).is_empty()


@pytest.mark.parametrize(
    ("left", "right", "probability", "expected"),
    [
        (0, 1, 0.7, True),  # the doubt itself
        (0, 2, 0.3, False),  # what 0 may be if it is not 1
        (0, 4, 0.6, True),  # as likely as not, and there is room: no second choice
        (0, 2, 0.6, False),  # as likely as not, but its customer has a record of that system
        (0, 3, 0.3, True),  # a duplicate inside the system
        (2, 4, 0.3, True),  # two others that have room for each other
        (2, 3, 0.3, False),  # each has a record of one system already
        (2, 3, 0.6, True),  # the same, as likely as not
    ],
)
def test_the_second_choice_of_a_record_in_doubt_waits(
    left: int, right: int, probability: float, expected: bool
) -> None:
    assert asked(left, right, probability) is expected


def test_without_a_doubt_every_choice_with_room_is_asked_about() -> None:
    assert asked(0, 4, 0.3, DOUBT.clear())
