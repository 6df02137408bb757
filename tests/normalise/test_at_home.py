"""A phone of a record without a country is read by that of its customer, if the customer names one."""

from __future__ import annotations

import polars as pl
import pytest

from sot.model.tables import RECORDS
from sot.normalise import at_home, normalise
from sot.rules import Rulebook

RULES = Rulebook()


def phones(*rows: tuple[str, str | None, str | None]) -> list[str | None]:
    """Give n_phone of records, each of them a customer, a phone and a country."""
    table = [
        {
            "uid": uid,
            "system": "crm",
            "record_id": str(uid),
            "name": "Acme",
            "phone": phone,
            "country": country,
        }
        for uid, (_, phone, country) in enumerate(rows)
    ]
    whole = [{name: row.get(name) for name in RECORDS} for row in table]
    records = normalise(pl.DataFrame(whole, schema=dict(RECORDS)), RULES)
    first = {customer: uid for uid, (customer, _, _) in reversed(list(enumerate(rows)))}
    members = pl.DataFrame({"uid": range(len(rows)), "cluster": [first[customer] for customer, _, _ in rows]})
    members = members.cast({"uid": pl.Int32, "cluster": pl.Int32})
    found = at_home(records, members.reverse(), RULES)
    assert found.drop("n_phone").equals(records.drop("n_phone"))
    return found["n_phone"].to_list()


def test_the_country_of_the_others_is_taken() -> None:
    assert phones(("a", "030 901820", None), ("a", None, "Germany"), ("b", "030 901820", None)) == [
        "+4930901820", None, "30901820",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("others", "why"),
    [((("a", None, "DE"), ("a", None, "FR")), "they name two"), ((("b", None, "DE"),), "it is of another customer"),
     ((("a", None, "US"),), "there is no such number there"), ((), "there is no other")],
)  # fmt: skip
def test_a_number_stays_where_nobody_knows_better(
    others: tuple[tuple[str, str | None, str | None], ...], why: str
) -> None:
    assert phones(("a", "030 901820", None), *others)[0] == "30901820", why
