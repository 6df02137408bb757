"""Terminal, browser and Excel offer the same: the table in docs/review.md, held to the program."""

from __future__ import annotations

import re
from pathlib import Path

from sot.review.excel.export import ENTRIES
from sot.review.terminal.app import ReviewApp
from sot.review.web import pages

PAGE = Path(__file__).parents[2] / "docs" / "review.md"
TEMPLATES = Path(pages.__file__).parent / "templates"
IN_BROWSER = {
    "same, different, unsure": ('value="same"', 'value="different"', 'value="unsure"'),
    "related, with its kind": ('value="related"', 'name="relation"'),
    "some records only": ('name="selected"',),
    "a note": ('name="reason"',),
    "choose a golden value": ('name="lock"',),
    "merge grid: the account that stays, the golden record before and after": (
        'data-key="m"',
        'action="/case/{{ case.id }}/merge"',
        "Golden now",
        "Golden after",
    ),
    "put off until a day": ('name="until"', 'value="put_off"'),
    "link a record that was not proposed": ('name="other"', 'value="link"'),
    "one answer for many cases": ('action="/answers"', 'name="case"'),
    "undo, redo": ('action="/undo"', 'action="/redo"'),
    "filter": ('name="filter"',),
}
"""What the pages must hold for each operation of the table."""


def operations() -> dict[str, tuple[str, str, str]]:
    """Give the rows of the table: the cells of terminal, browser and Excel by operation."""
    table = PAGE.read_text(encoding="utf-8").partition("| operation | terminal |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def test_each_operation_is_there_in_all_three() -> None:
    assert set(operations()) == set(IN_BROWSER)
    assert all(all(cells) for cells in operations().values()), "an operation is missing somewhere"


def test_the_keys_of_the_terminal_are_bound() -> None:
    bound = {
        key for binding in ReviewApp.BINDINGS for key in str(getattr(binding, "key", binding)).split(",")
    }
    named = {"+": "plus"}
    keys = {key for cells in operations().values() for key in re.findall(r"`(.+?)`", cells[0])}
    assert {key for key in keys if named.get(key, key) not in bound} == set()


def test_the_pages_of_the_browser_hold_it() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in TEMPLATES.glob("*.html"))
    assert {part for parts in IN_BROWSER.values() for part in parts if part not in text} == set()


def test_the_columns_of_the_workbook_are_there() -> None:
    columns = {name for cells in operations().values() for name in re.findall(r"\*(.+?)\*", cells[2])}
    assert len(columns) > 5
    assert columns <= set(ENTRIES)
