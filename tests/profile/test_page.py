"""The page of a profile: whole, of one policy, and safe whatever the cells hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sot.profile import render
from tests.emit.test_report import EVIL, Page
from tests.profile.profiling import profiled
from tests.read.reading import table


@pytest.fixture
def page(tmp_path: Path) -> str:
    rows = [
        ["1", EVIL, "jo@acme.com", EVIL],
        ["1", "turned\u202eround", "x@@y", EVIL],
        ["2", "Acme Inc.", "", "turned\u202eround"],
        ["3", "Globex Inc", "n/a", ""],
    ]
    folder = tmp_path / "<script>"
    folder.mkdir()
    export = table(folder / "<b>evil<b>.csv", ["Id", "Company", "E-Mail", "<b>Memo"], rows)
    return render(profiled(export, tmp_path / "gone.csv"))


def test_cells_are_text_everywhere(page: str) -> None:
    seen = Page(page)
    assert not seen.open
    tags = [tag for tag, _ in seen.tags]
    assert set(tags) & {"script", "img", "iframe", "object", "embed", "a", "link", "form"} == set()
    assert tags.count("b") == 5, "the only <b> are those of the template"
    names = {name for _, attrs in seen.tags for name in attrs}
    assert not any(name.startswith("on") for name in names)
    assert names & {"href", "src", "style"} == set()
    assert seen.text.count(EVIL) >= 1
    assert "<b>Memo" in seen.text


def test_it_asks_nothing_of_the_network(page: str) -> None:
    (policy,) = [attrs["content"] for tag, attrs in Page(page).tags if attrs.get("http-equiv")]
    assert policy is not None and "default-src 'none'" in policy
    assert not re.search(r"url\(|@import|https?:", page)
    assert "\u202e" not in page


def test_it_tells_the_worst_first(page: str) -> None:
    text = " ".join(Page(page).text.split())
    assert "2 exports, 4 rows" in text
    assert "1 column has lost data or keys that can't be trusted." in text
    assert text.index("id used more than once") < text.index("not valid")
    assert "there is no such file" in text
