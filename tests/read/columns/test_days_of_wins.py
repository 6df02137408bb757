"""The day on which a deal was won is not the day that all deals have, however many of them are won."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.read.reading import read


@pytest.mark.parametrize("head", ["Approved date", "Sealed"])
def test_where_nearly_all_deals_are_won_the_day_that_only_they_have_is_that_of_the_win(
    tmp_path: Path, head: str
) -> None:
    rows = [
        f"{500 + at},Quarrow {at} Ltd,Job {at},Approved,2026-01-{at:02},2026-02-{at:02},{1000 + at}.00"
        for at in range(1, 24)
    ]
    rows += [f"{600 + at},Quarrow {at} Ltd,Job {at},Lost,2026-03-{at:02},,{2000 + at}.00" for at in (1, 2)]
    head = f"Quote #,Client name,Title,Status,Drafted date,{head},Total ($)"
    (tmp_path / "Quotes.csv").write_text("\n".join([head, *rows]))
    (tmp_path / "Clients.csv").write_text(
        "Client ID,Name,City\n" + "".join(f"A{at},Quarrow {at} Ltd,Leeds\n" for at in range(1, 24))
    )
    deals = read(tmp_path).documents.filter(object="deal", state="deal_won")
    assert deals.height == 23
    assert {day.month for day in deals["dated_on"]} == {2}
