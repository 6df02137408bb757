"""Totals are known by arithmetic, and a row without amounts is no total."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.read.reading import read

BILLS = (
    "Bill No,Customer,Town,Bill Date,Total\n"
    "1,Quarrow Ltd,Leeds,2025-03-01,100.50\n2,Hask Ltd,York,2025-03-02,250.25\n"
)
PROJECTS = (
    "Job No;Job;Client;Order;Status;Start;Planned End;Delivered\n"
    "J-1;Launch;Quarrow Ltd;SO 1;Delivered;01.03.2025;04.03.2025;05.03.2025\n"
    "J-2;Relaunch;Hask Ltd;SO 2;Delivered;02.03.2025;04.03.2025;06.03.2025\n"
    "J-3;Mobile App;Quarrow Ltd;;Active;22.07.2026;22.01.2027;\n"
    "J-4;Website;Hask Ltd;;Active;03.10.2026;11.02.2027;\n"
)


def rows(folder: Path, content: str) -> tuple[int, int]:
    """Give how many rows of a file are read, and how many are left out."""
    path = folder / "list.csv"
    path.write_text(content, encoding="utf-8")
    (source,) = read(f"tool={path}").sources
    return source.records, sum(source.skipped.values())


def test_a_last_row_of_sums_is_a_total_in_any_language(tmp_path: Path) -> None:
    body = BILLS + "3,Lummel Ltd,Hull,2025-03-03,49.25\n"
    assert rows(tmp_path, body + "Zarnolk,,,,400.00\n") == (3, 1)
    assert rows(tmp_path, body + "4,Bellfast Ltd,,,401.00\n") == (4, 0)


def test_last_rows_without_amounts_are_rows(tmp_path: Path) -> None:
    assert rows(tmp_path, PROJECTS) == (4, 0)


@settings(max_examples=15, deadline=None)
@given(filled=st.lists(st.booleans(), min_size=3, max_size=6))
def test_no_row_of_a_list_of_projects_is_lost(
    filled: list[bool], tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = [
        f"J-{place};Job {place};Client {place} Ltd;{'SO 1' if full else ''};Active;0{place + 1}.03.2025;;"
        f"{'05.04.2025' if full else ''}\n"
        for place, full in enumerate(filled)
    ]
    header = PROJECTS.partition("\n")[0] + "\n"
    assert rows(tmp_path_factory.mktemp("projects"), header + "".join(lines)) == (len(filled), 0)
