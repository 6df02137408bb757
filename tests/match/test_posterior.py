"""The prior learned from the data, and relatives as a third class."""

from __future__ import annotations

import numpy as np
import pytest

from sot.match.scoring.posterior import Group, learn_links, log_odds, probability
from sot.rules import Rulebook
from sot.rules.matching import Thresholds

PRIOR = Rulebook().get("matching/thresholds.yaml", Thresholds).prior


def group(matches: int, others: int, records: int) -> Group:
    chance = np.r_[np.full(matches, 40.0), np.full(others, -5.0)]
    return Group(chance, np.full(matches + others, 20.0), records * (records - 1) / 2)


@pytest.mark.parametrize(("records", "matches"), [(500, 400), (2_000, 300), (20_000, 16_000)])
def test_the_prior_is_the_share_of_clear_matches(records: int, matches: int) -> None:
    learned = learn_links(group(matches, 5 * records, records), records, PRIOR)
    assert learned == pytest.approx(matches / records, abs=0.03)


def test_without_any_evidence_the_prior_keeps_its_bounds() -> None:
    nothing = Group(np.zeros(0), np.zeros(0), 10.0)
    assert PRIOR.least <= learn_links(nothing, 5, PRIOR) <= PRIOR.most


def test_no_evidence_against_chance_outvotes_what_speaks_for_relatives() -> None:
    strong = Group(np.array([60.0, 60.0]), np.array([10.0, -10.0]), 1e6)
    match, relative = probability(log_odds(strong, 0.5, 2000, PRIOR))
    assert match > 0.99 and relative < 0.05


def test_more_evidence_never_makes_a_match_less_likely() -> None:
    bits = np.linspace(-10, 40, 60)
    for fixed in (-6.0, 0.0, 6.0):
        odds = log_odds(Group(bits, np.full(60, fixed), 1e6), 0.5, 2000, PRIOR)
        assert (np.diff(odds) >= -1e-9).all()
