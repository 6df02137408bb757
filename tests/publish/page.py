"""The columns in docs/publish.md, written from the contract: python -m tests.publish.page."""

from __future__ import annotations

import re
from pathlib import Path

from sot.publish.contract import LOG, TABLES, Table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "publish.md"
_BEGIN = "<!-- columns: written by python -m tests.publish.page -->\n"
_END = "<!-- end of columns -->"


def page() -> str:
    """Give the page with the columns of today."""
    text = PAGE.read_text(encoding="utf-8")
    columns = "\n".join(_table(table) for table in (*TABLES, LOG))
    return re.sub(f"{_BEGIN}.*?{_END}", lambda _: f"{_BEGIN}{columns}{_END}", text, flags=re.DOTALL)


def _table(table: Table) -> str:
    lines = [f"### {table.name}", "", table.comment, "", "| column | type | meaning |", "|---|---|---|"]
    for column in table.all_columns:
        name = f"**{column.name}**" if column.name in table.primary_key else column.name
        lines.append(f"| {name} | {column.type} | {column.comment.replace('|', chr(92) + '|')} |")
    return "\n".join([*lines, "", ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
