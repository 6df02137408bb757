"""docs/publish.md shows the contract of today."""

from __future__ import annotations

from tests.publish.page import PAGE, page


def test_the_page_shows_every_column() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
