"""Whatever the bytes: no traceback, no row that is silently gone, no cell that is changed."""

# ruff: noqa: E501  (a row is easier to judge on one line)

from __future__ import annotations

import csv
import io
import os
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.read.reading import names, survey

MORE = int(os.environ.get("SOT_FUZZ", "1"))
"""The long fuzz: SOT_FUZZ=100 python -m pytest -n 0 tests/properties/test_reading.py"""

HEADER = ["Id", "Company", "Street", "City", "Phone"]
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cf")),
    min_size=1,
    max_size=12,
)
# An apostrophe in front of a number or a formula is what guards it in a spreadsheet, and is taken off.
CELL = st.one_of(
    TEXT.filter(lambda text: not text.startswith("'")),
    st.sampled_from(['a "b" c', "x,y", "x;y", "line\nbreak", "tab\there", "=1+1", "007", "Müller", ""]),
)
NAME = st.builds(lambda text: f"Firm {text}", TEXT)
ROWS = st.lists(st.tuples(NAME, CELL, CELL, CELL), min_size=1, max_size=8)


@given(rows=ROWS, delimiter=st.sampled_from([",", ";", "\t", "|"]), end=st.sampled_from(["\n", "\r\n"]),
       encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))  # fmt: skip
@settings(max_examples=30 * MORE, deadline=None, derandomize=MORE == 1)
def test_what_a_csv_writer_wrote_comes_back(
    rows: list[tuple[str, ...]], delimiter: str, end: str, encoding: str, quoting: int
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(HEADER)
    writer.writerows([str(i), *row] for i, row in enumerate(rows, 1))
    found = _survey(
        text.getvalue().encode(encoding), f"sep={delimiter}{end}".encode() if encoding == "utf-8" else b""
    )
    assert found.rejects.height == 0
    got = found.records.sort("row").select("record_id", "name", "street", "city").rows()
    assert got == [(str(i), row[0], row[1] or None, row[2] or None) for i, row in enumerate(rows, 1)]


LINE = st.one_of(
    st.sampled_from([
        "", "1,Acme,x,y,z", "2,Globex", "3,Hooli, Inc,x,y,z,more", '4,"Stark,x,y,z', '5,Wayne "the" Co,x,y,z', "Total,,,,9", ",,,,",
        "Id,Company,Street,City,Phone", '"6","Umbrella ""Ltd""","a\nb",y,z', "Page 1 of 2",
    ]),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0", exclude_categories=("Cc", "Cs")), max_size=30),
)  # fmt: skip


@given(lines=st.lists(LINE, max_size=12))
@example(['4,"Stark,x,y,z', '4,"Stark,x,y,z'])
@settings(max_examples=50 * MORE, deadline=None, derandomize=MORE == 1)
def test_every_row_is_a_record_a_reject_or_skipped(lines: list[str]) -> None:
    known = ["1,Acme,x,y,z", "7,Cyberdyne,x,y,z"]
    found = _survey("\n".join([",".join(HEADER), *known, *lines]).encode())
    for source in found.sources:
        assert source.frame is not None
    first = found.sources[0]
    assert first.error is None
    assert names(found)[:2] == ["Acme", "Cyberdyne"]
    kept = sum(source.records for source in found.sources)
    assert kept == found.records.height + found.documents.height
    told = kept + found.rejects.height + sum(sum(source.skipped.values()) for source in found.sources)
    # A quoted line break makes one record of two lines, so lines are a bound, and exact without quotation marks.
    filled = 2 + sum(bool(line.strip(",")) for line in lines)
    if not any('"' in line for line in lines) and len(found.sources) == 1 and not found.ignored:
        assert told == filled


@given(
    data=st.binary(max_size=400),
    suffix=st.sampled_from([".csv", ".xlsx", ".json", ".parquet", ".gz", ".zip", ".txt"]),
)
@example(b"PK\x05\x06" + b"\0" * 18, ".zip")
@example(b"\xff\xfe", ".csv")
@example(b'"', ".csv")
@example(b"\n\n\n", ".txt")
@example(b"{}", ".json")
@example(b"[1, 2]", ".json")
@example(b"a\n", ".csv")
@settings(max_examples=60 * MORE, deadline=None, derandomize=MORE == 1)
def test_no_bytes_make_a_traceback(data: bytes, suffix: str) -> None:
    found = _survey(data, suffix=suffix)
    assert len(found.sources) + len(found.ignored) >= 1


def _survey(data: bytes, before: bytes = b"", suffix: str = ".csv"):  # type: ignore[no-untyped-def]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export{suffix}"
        path.write_bytes(before + data)
        return survey(path)
