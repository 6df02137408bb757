"""The kinds of the words of names, a byte for each word, and questions about whole rows of words.

A row of eight words is one number of eight bytes to NumPy: that is asked in a fiftieth of the time of `any(axis=1)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from sot.match.names.vocabulary import WIDTH, Bools, Floats, Longs, Vocabulary

Kind = Literal["number", "weak", "known", "given", "division", "single", "joining", "title"]
"""What Vocabulary tells of a word."""
Bytes = npt.NDArray[np.uint8]

_BIT = {kind: np.uint8(1 << place) for place, kind in enumerate(get_args(Kind))}


@dataclass(frozen=True)
class Kinds:
    """The kinds of the words of some names, in rows as the names have their words."""

    cells: Bytes

    def __getitem__(self, kind: Kind) -> Bools:
        """Tell which of the words are of a kind."""
        cells: Bools = (self.cells & _BIT[kind]) != 0
        return cells


def kinds_of_words(vocabulary: Vocabulary) -> Bytes:
    """Give the kinds of each word of the vocabulary in one byte."""
    cells = np.zeros(len(vocabulary.words), np.uint8)
    for kind, bit in _BIT.items():
        cells |= np.where(getattr(vocabulary, kind), bit, np.uint8(0))
    return cells


def some_word(cells: Bools) -> Bools:
    """Tell the rows with a cell that is true."""
    some: Bools = _rows(cells) != 0
    return some


def count_words(cells: Bools) -> Bytes:
    """Give how many cells of each row are true."""
    return np.bitwise_count(_rows(cells))


def _rows(cells: Bools) -> npt.NDArray[np.uint64]:
    return np.ascontiguousarray(cells).view(np.uint64)[:, 0]


def largest(cells: Floats) -> Floats:
    """Give the largest cell of each row: column by column, which NumPy does faster than `max(axis=1)`."""
    most: Floats = reduce(np.maximum, (cells[:, column] for column in range(cells.shape[1])))
    return most


def pairs_of_words(left: Bools, right: Bools) -> tuple[Longs, Longs, Longs]:
    """Give (row, i, j) where left[row, i] and right[row, j] are true, for one i and j after the other."""
    columns = [np.ascontiguousarray(cells.T) for cells in (left, right)]
    places = [(i, j) for i in range(WIDTH) for j in range(WIDTH)]
    rows = [np.flatnonzero(columns[0][i] & columns[1][j]) for i, j in places]
    i, j = np.repeat(np.array(places, np.int64), [len(some) for some in rows], axis=0).T
    return np.concatenate(rows), i, j
