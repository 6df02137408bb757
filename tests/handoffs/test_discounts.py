"""What customers take off for early payment is not missing, where a system shows that it is usual."""

from __future__ import annotations

from tests.handoffs.test_apart import document
from tests.handoffs.test_recurring import customer
from tests.handoffs.world import World, run


def bills(shares: list[float]) -> World:
    world = customer()
    for place, share in enumerate(shares):
        total = 1000.0 + 37.5 * place
        more = {"state": "invoice_paid", "paid_value": round(total * share, 2)}
        document(world, "books", "invoice", f"I{place}", "B1", f"2026-0{place + 1}-05", total, **more)
        document(
            world,
            "books",
            "payment",
            f"Z{place}",
            "B1",
            f"2026-0{place + 1}-12",
            round(total * share, 2),
            invoice_ref=f"I{place}",
        )
    return world


def short(world: World) -> list[str]:
    rows = run(world).exceptions.filter(kind="short_paid")
    return sorted(text.split("|")[0].rpartition(":")[2] for text in rows["documents"])


def test_a_usual_discount_that_several_customers_took_is_not_short() -> None:
    assert short(bills([1.0, 0.98, 0.97, 1.0, 0.98, 0.9])) == ["I5"]


def test_a_single_one_is_short() -> None:
    assert short(bills([1.0, 0.98, 1.0, 1.0])) == ["I1"]


def test_other_small_shares_show_that_it_is_no_discount() -> None:
    assert short(bills([1.0, 0.98, 0.98, 0.98, 0.961, 0.953, 0.949])) == [
        f"I{place}" for place in range(1, 7)
    ]
