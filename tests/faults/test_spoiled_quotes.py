"""Stray quotation marks: every row that a file holds is a record, a reject with its raw text, or reported."""

from __future__ import annotations

import pytest

from tests.bench.spoiled_csv import silent, spoiled

SLICE = 8
EACH = 25


@pytest.mark.parametrize("part", range(SLICE))
def test_no_row_is_lost_in_silence(part: int) -> None:
    lost = {seed: silent(spoiled(seed)) for seed in range(part * EACH, (part + 1) * EACH)}
    assert {seed: marks for seed, marks in lost.items() if marks} == {}


def test_the_spoiled_files_do_lose_rows_with_a_plain_reader() -> None:
    import csv
    import io

    def plain(data: bytes) -> int:
        return sum(1 for row in csv.reader(io.StringIO(data.decode(), newline=""), delimiter=",") if row)

    cases = [spoiled(seed) for seed in range(SLICE * EACH)]
    assert any(plain(case.data) - 1 < len(case.marks) for case in cases)
