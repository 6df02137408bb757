"""Leading zeros of binary workbooks: read where the format shows them, and no harm where the file is damaged."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from pathlib import Path

import pytest

from sot.read.formats.xlsb import zero_padded
from tests.read.reading import one

BOOK = Path(__file__).parent / "books" / "accounts.xlsb"
PARTS = ("xl/styles.bin", "xl/workbook.bin", "xl/worksheets/sheet2.bin")


def book(changed: dict[str, bytes]) -> zipfile.ZipFile:
    """Give the book with some of its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(BOOK) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name, old.read(name)))
    return zipfile.ZipFile(made)


def record(kind: int, body: bytes) -> bytes:
    return bytes((kind, len(body))) + body


def test_only_numbers_under_a_format_of_zeros_are_given() -> None:
    with zipfile.ZipFile(BOOK) as archive:
        assert zero_padded(archive, "Accounts") == {(5, 3): "02134"}
        assert zero_padded(archive, "hiddenSheet") == {}
        assert zero_padded(archive, "no such sheet") == {}


def test_numbers_in_every_form_and_no_others() -> None:
    page = b"".join(
        [
            record(0, struct.pack("<I", 70_000)),
            record(2, struct.pack("<III", 0, 2, 7 << 2 | 2)),
            record(5, struct.pack("<IId", 1, 2 | 1 << 24, 123_456.0)),
            record(9, struct.pack("<IId", 2, 2, 1067.0) + b"\0\0\0\0"),
            record(5, struct.pack("<IId", 3, 2, -7.0)),
            record(5, struct.pack("<IId", 4, 2, 0.5)),
            record(5, struct.pack("<IId", 5, 1, 45_000.0)),
        ]
    )
    found = zero_padded(book({"xl/worksheets/sheet2.bin": page}), "Accounts")
    assert found == {(70_001, 1): "00007", (70_001, 2): "123456", (70_001, 3): "01067"}


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_file_gives_what_it_can(seed: int) -> None:
    draw = random.Random(seed)
    with zipfile.ZipFile(BOOK) as archive:
        whole = {name: archive.read(name) for name in PARTS}
    for _ in range(50):
        name = draw.choice(PARTS)
        part = bytearray(whole[name])
        for _ in range(draw.choice([1, 5, 50])):
            part[draw.randrange(len(part))] = draw.randrange(256)
        if draw.random() < 0.3:
            del part[draw.randrange(len(part)) :]
        assert all(text.isdigit() for text in zero_padded(book({name: bytes(part)}), "Accounts").values())


def test_a_book_without_a_list_of_sheets_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "accounts.xlsb"
    path.write_bytes(book({"xl/workbook.bin": b"\xff" * 40}).fp.getvalue())  # type: ignore[union-attr]
    source, _ = one(path)
    assert source.error is not None and "save it again as .xlsx" in source.error
