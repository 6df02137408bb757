"""Headers in two rows whose upper one says what the columns below it are about: Customer over Code and Name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sot.read.columns.header_row import is_data
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import fold

_FEW, _LONG = 2, 30
_YEAR = re.compile(r"(?:19|20)\d\d")
_VAGUE = frozenset(("name", "number", "code", "id", "denomination"))


def two_row_header(header: list[str], above: Sequence[str], words: Vocabulary) -> list[str]:
    """Give the header with the word above it before each column that says too little by itself, or is there twice.

    The row above names groups of columns: at least two, each for some of the columns, with no figures in it.
    """
    over = [cell.strip() for cell in above[: len(header)]]
    groups = [cell for cell in over if cell]
    wide = sum(bool(cell.strip()) for cell in header)
    if len(groups) < _FEW or len(groups) >= wide or len({fold(cell) for cell in groups}) < len(groups):
        return header
    if any(is_data(cell) or len(cell) > _LONG for cell in groups):
        return header
    times: dict[str, int] = {}
    for cell in header:
        times[fold(cell)] = times.get(fold(cell), 0) + 1
    named, group = list(header), ""
    for place, cell in enumerate(header):
        group = over[place] if place < len(over) and over[place] else group
        own = frozenset(words.tokens(cell))
        vague = bool(own) and own <= _VAGUE
        if group and cell.strip() and fold(group) != fold(cell) and (vague or times[fold(cell)] > 1):
            named[place] = f"{group} {cell.strip()}"
    known = any(words.names_something(group) for group in groups)
    return named if known else header


def names_below(header: list[str], below: Sequence[str], words: Vocabulary) -> list[str]:
    """Give the header with the names from the row below it, where it has names of groups and gaps between them."""
    gaps = [
        place
        for place, cell in enumerate(header)
        if not cell.strip() and place < len(below) and below[place].strip()
    ]
    if len(gaps) < _FEW:
        return header
    if any(_YEAR.fullmatch(cell.strip()) for cell in header):
        # Names of labels stand below those of periods (SAP BW); what is below a period is its unit.
        return [below[place].strip() if place in gaps else cell for place, cell in enumerate(header)]
    under = [
        (below[place].strip() if place < len(below) else "") or cell for place, cell in enumerate(header)
    ]
    return two_row_header(under, header, words)
