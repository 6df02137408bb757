"""The table of other names of towns is read, and a wrong one is refused by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.errors import RulesError
from sot.normalise.addresses.town_names import FILE, town_names
from sot.rules.rulebook import shipped


def test_the_shipped_table_gives_each_name_one_town_under_its_own_name() -> None:
    table = town_names(shipped() / FILE)
    assert table["name"].n_unique() == table.height > 40_000
    assert not set(table["name"]) & set(table["town"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,town\nbozen,bolzano\nbozen,bozen am see\n", ":2: 'bozen' is a name of 'bolzano'"),
        ("name,town\nbozen,bolzano\nbalsan,\n", ":3: 'balsan' is a name of ''"),
        ("", "can't be read as a table of names of towns"),
    ],
)
def test_a_wrong_table_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "towns.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=message):
        town_names(path)
