from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sot.emit import charts

counts = st.integers(0, 10**7)


@st.composite
def summaries(draw: st.DrawFn) -> dict[str, object]:
    only_here, shared, again, elsewhere = (draw(counts) for _ in range(4))
    customers = only_here + shared
    row = {
        "system": "crm",
        "records": customers + again,
        "again": again,
        "lists_accounts": True,
        "sub_accounts": draw(st.integers(0, again)),
        "customers": customers,
        "shared": shared,
        "only_here": only_here,
        "elsewhere": elsewhere,
    }
    return {"titles": {"crm": "CRM"}, "systems": [row], "customers": {"total": customers + elsewhere}}


@given(summaries())
def test_a_bridge_adds_up_line_by_line(summary: dict[str, object]) -> None:
    ((_, bars),) = charts.bridges(summary)
    at = bars[0].value
    assert bars[0].sign == "="
    for bar in bars[1:]:
        if bar.sign == "=":
            assert bar.value == at
        at += {"-": -bar.value, "+": bar.value, "=": 0}[bar.sign]
    for piece in (piece for bar in bars for piece in bar.pieces):
        assert -0.01 <= piece.start <= piece.start + piece.width <= 100.02


steps = st.lists(st.floats(-30, 30).map(lambda bits: round(bits, 2)), min_size=1, max_size=12)


@given(steps)
def test_a_waterfall_ends_where_its_steps_lead(bits: list[float]) -> None:
    at, told = 0.0, []
    for number, step in enumerate(bits):
        told.append({"comparison": f"c_{number}", "level": "same", "bits": step, "start": round(at, 2)})
        at += step
    bars = charts.waterfall(told)
    assert bars[-1].value == round(at, 2)
    assert len(bars) == len(bits) + 1
    assert all(p.start >= -0.01 and p.start + p.width <= 100.1 for bar in bars for p in bar.pieces)


def test_pieces_of_a_stack_follow_each_other() -> None:
    (bar,) = charts.stacked(
        [{"kind": "x", "blocker": 1, "warning": 0, "info": 3}], "kind", ("blocker", "warning", "info")
    )
    assert [(piece.kind, piece.start, piece.width) for piece in bar.pieces] == [
        ("blocker", 0, 25),
        ("info", 25, 75),
    ]
    assert bar.value == 4
