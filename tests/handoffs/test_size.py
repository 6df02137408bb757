"""What is looked up in an index gives what comparing all with all gave, which took a day for a million records."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sot.handoffs.bi.reasons import _near
from sot.handoffs.links.strangers import _CLEAR, _LEAST, _clear

customers = st.integers(0, 5)
bits = st.sampled_from([-4.0, 0.0, 3.0, 5.0, 6.5, 8.0, 9.5])


@given(st.dictionaries(st.tuples(customers, customers), bits), st.sampled_from([0.0, 1.0, 4.0]))
def test_strangers_are_clear_of_every_rival(sums: dict[tuple[int, int], float], chance: float) -> None:
    wanted = {}
    for (buyer, party), own in sorted(sums.items()):
        rivals = [
            other
            for ends, other in sums.items()
            if ends != (buyer, party) and (ends[0] == buyer or ends[1] == party)
        ]
        if own - chance >= _LEAST and own - max(rivals, default=0.0) >= _CLEAR:
            wanted[party] = buyer
    assert _clear(sums, chance) == wanted


@given(
    st.lists(st.sampled_from([-1.0, 0.5, 0.9, 0.905, 0.91, 1.1, 2.0]), min_size=1),
    st.floats(-0.1, 1),
    st.data(),
)
def test_figures_near_a_ratio_are_counted(ratios: list[float], most: float, data: st.DataObject) -> None:
    ordered = sorted(ratios)
    place = data.draw(st.integers(0, len(ordered) - 1))
    assert _near(ordered, place, most) == sum(abs(other - ordered[place]) <= most for other in ordered)
