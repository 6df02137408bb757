"""Rows of eight words that are asked as one number give what asking word by word gives."""

from __future__ import annotations

import numpy as np
import pytest

from sot.match.names.vocabulary import WIDTH
from sot.match.names.word_kinds import count_words, largest, pairs_of_words, some_word


@pytest.mark.parametrize("rows", [0, 1, 300])
def test_rows_of_words_are_asked_as_words_are(rows: int) -> None:
    random = np.random.default_rng(rows)
    cells = random.random((rows, WIDTH)) < 0.15
    assert some_word(cells).tolist() == cells.any(axis=1).tolist()
    assert count_words(cells).tolist() == cells.sum(axis=1).tolist()
    # Rows that lie apart in memory are asked too.
    assert some_word(cells[::2]).tolist() == cells[::2].any(axis=1).tolist()
    gains = random.random((rows, WIDTH)).astype(np.float32)
    assert largest(gains).tolist() == gains.max(axis=1).tolist()


def test_words_left_over_on_both_sides_are_paired() -> None:
    random = np.random.default_rng(7)
    left, right = (random.random((200, WIDTH)) < 0.2 for _ in range(2))
    wanted = np.argwhere(left[:, :, None] & right[:, None, :])
    row, i, j = pairs_of_words(left, right)
    assert sorted(zip(row.tolist(), i.tolist(), j.tolist(), strict=True)) == [
        tuple(one) for one in wanted.tolist()
    ]
