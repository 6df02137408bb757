"""What a bill is for: the line that is not on every bill."""

from __future__ import annotations

import polars as pl

from sot.handoffs.matter import with_matter


def test_usual_lines_and_months_are_left_out() -> None:
    lines = [f"Services | Audit {month} 2026 | Taxi" for month in ("March", "April")]
    lines += [f"Services | Matter {'abcdefghijklmnop'[place]} | Taxi" for place in range(16)]
    lines += ["Services | Taxi", None]
    table = pl.DataFrame(
        {"kind": ["invoice"] * len(lines), "line_text": lines, "memo": None, "name": None},
        schema_overrides={"memo": pl.String, "name": pl.String},
    ).with_row_index("doc")
    matter = with_matter(table)["matter"].to_list()
    assert matter[:3] == ["audit", "audit", "matter a"]
    assert matter[-2:] == ["services", ""]
