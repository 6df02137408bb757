"""Leading zeros of old workbooks: read where the format shows them, and no harm where the file is damaged."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from sot.read.formats.xls import unpacked, zero_padded

BOOK = (Path(__file__).parent / "books" / "accounts.xls").read_bytes()


def test_only_numbers_under_a_format_of_zeros_are_given() -> None:
    assert set(zero_padded(BOOK, "Accounts").values()) == {"02134"}
    assert zero_padded(BOOK, "no such sheet") == {}


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_file_gives_what_it_can(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(50):
        data = bytearray(BOOK)
        for _ in range(draw.choice([1, 5, 50])):
            data[draw.randrange(8, len(data))] = draw.randrange(256)
        if draw.random() < 0.3:
            del data[draw.randrange(len(data)) :]
        assert all(text.isdigit() for text in zero_padded(bytes(data), "Accounts").values())


@pytest.mark.parametrize(("number", "by_hundred"), [(2134, 0), (-7, 0), (12345, 1), (-5, 1)])
def test_whole_numbers_in_four_bytes(number: int, by_hundred: int) -> None:
    packed = (number << 2) & 0xFFFFFFFF | 2 | by_hundred
    assert unpacked(packed) == (number / 100 if by_hundred else number)


def test_floats_in_four_bytes() -> None:
    (high,) = struct.unpack("<I", struct.pack("<d", 2134.0)[4:])
    assert unpacked(high & ~3) == 2134.0
