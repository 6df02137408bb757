"""Whatever the cells hold: every cell is counted once, and the page and the terminal hold."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from sot.cli.views.profile import show
from sot.profile import ColumnProfile, plain, render
from tests.emit.test_report import Page
from tests.profile.profiling import profiled

CELL = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30),
    st.sampled_from(
        ["", " ", "n/a", "N/A", "-", "0", "007", "1.2E+15", "a@b.com", "test@test.com", "+49 89 1234567", "12345",
         "DE136695976", "80331", "USA", "Müller GmbH", "ACME INC", "Acme  Inc.", "M\ufffdller", "2024-01-31", "44927"]
    ),
)  # fmt: skip
HEADER = ["Id", "Company", "E-Mail", "Phone", "VAT ID", "ZIP", "Country", "Created Date", "Anything"]
ROWS = st.lists(st.tuples(*[CELL] * (len(HEADER) - 2)), min_size=1, max_size=12)


@given(rows=ROWS)
@settings(max_examples=15, deadline=None)
def test_every_cell_is_counted_once(rows: list[tuple[str, ...]]) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
        [HEADER, *([f"id{at}", f"Firm {at}", *row] for at, row in enumerate(rows))]
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "crm.csv")
        path.write_text(text.getvalue(), encoding="utf-8")
        found = profiled(path)
    (source,) = found.sources
    assert source.rows == len(rows)
    for column in source.columns:
        _holds(column, len(rows))
    json.dumps(plain(found))
    assert not Page(render(found)).open
    show(Console(file=io.StringIO(), width=100), found, None)


def _holds(column: ColumnProfile, rows: int) -> None:
    assert column.filled + column.placeholders + column.empty == column.rows == rows
    assert column.distinct <= column.filled
    assert sum(one.cells for one in column.top) <= column.filled
    assert sum(one.cells for one in column.patterns) <= column.filled
    if column.tested:
        tested = column.tested
        assert tested.valid + tested.invalid + tested.untested == column.filled
    for finding in column.findings:
        assert 0 < finding.cells <= column.rows
        assert 0 <= finding.share <= 1
