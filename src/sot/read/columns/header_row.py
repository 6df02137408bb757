"""Which row of a grid holds the column names, and where a second table starts below the first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from sot.model.sources import Source
from sot.read.columns.headers import fold
from sot.read.columns.infer_fields import Guesser
from sot.read.columns.known_systems import Catalogue, Recognition
from sot.read.formats.grid import Body, Grid
from sot.rules.project import SourceSettings

_SCAN = 20
"""So many rows of the table are looked at, whatever stands above them."""
_BELOW = 60
_LATER = 0.05
_TABLE = 0.5
"""A row with more than this share of the table's usual cells belongs to the table, not to the lines above it."""
_MIN_SCORE = 0.5
_NAMED = 0.8
"""So strongly one column of a table above another one must name its customers."""
_BLOCK_ROWS = 4
BLANKS = " \t\r\n\ufeff"
"""What may stand around a column's name; a byte order mark where files were joined."""
_MOST_GAPS = 500
_MOSTLY = 0.6
_FIGURES = 0.3
_EMPTY = 0.1
_NUMBERED = re.compile(r"^[^\W\d_]+[ _]?\d{1,3}$")
"""Names such as Field100 or c12, which are numbered, not data."""
_SITE = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_PERIOD = re.compile(
    r"^(?:[^\W\d_]{1,12}\.?[ /-]?(?:[1-4][ /-])?(?:19|20)\d\d"
    r"|(?:19|20)\d\d[ /.-]?(?:Q[1-4]|0[1-9]|1[0-2]|[^\W\d_]{3,12}\.?)"
    r"|(?:0?[1-9]|1[0-2])[/.-](?:19|20)\d\d)$",
    re.IGNORECASE,
)
"""Names such as Jan 2024, Q1 2024, 2024-03, of a table with a column for each period."""
_RANGE = re.compile(r"^\d+\s*(?:-|–|to|bis|à|a)\s*\d+(?:\s\D*)?$")
"""Names such as 31 - 60 or 0-30 days, in reports of what is overdue."""


class HeaderFinder:
    """Compares rows with all known headers, and with what headers look like at all."""

    def __init__(self, catalogue: Catalogue, guesser: Guesser) -> None:
        self.catalogue = catalogue
        self.guesser = guesser

    def find(self, grid: Grid, source: Source, settings: SourceSettings) -> tuple[int, Recognition | None]:
        """Give the place of the header in the grid's head, -1 if there is none, and whose header it is."""
        only = self._only(settings.system or source.system)
        if grid.named or settings.header_row is not None:
            last = max(len(grid.head) - 1, 0)
            at = 0 if grid.named else min((settings.header_row or 1) - grid.first_row, last)
            below = grid.below if grid.named else grid.head[at + 1 :]
            return at, self.catalogue.recognise(grid.head[at], source.path, only, below)
        best = self.known(grid.head, source.path, only) or (self._unknown(grid.head), None)
        first = self._table_above(grid.head, best[0])
        return best if first is None else (first, None)

    def known(
        self, head: Sequence[list[str]], path: str, only: str | None = None
    ) -> tuple[int, Recognition] | None:
        """Give the row that is best known as a header of some system."""
        best: tuple[int, Recognition] | None = None
        for i, row in enumerate(head):
            if _filled(row) == 0 or (best and (_same(row, head[best[0]]) or _rows_between(head, best[0], i))):
                continue
            guess = self.catalogue.recognise(row, path, only, head[i + 1 : i + 1 + _BELOW])
            if guess and guess.score >= _MIN_SCORE and (best is None or guess.score > best[1].score):
                best = (i, guess)
        return best

    def is_header(self, row: Sequence[str]) -> bool:
        """Tell whether a row can be nothing but a header: words for columns, most of them known ones."""
        filled = [cell for cell in row if cell.strip()]
        named = sum(self._is_word(cell) for cell in filled)
        return (
            len(filled) > 1 and named >= _MOSTLY * len(filled) and not any(is_data(cell) for cell in filled)
        )

    def _table_above(self, head: Sequence[list[str]], at: int) -> int | None:
        """Give the header of a table of names above the header `at`: it has rows below it, and then a gap.

        What a bank writes above its list is no table: a label and a text in each line.
        """
        gap = next((i for i in reversed(range(at)) if not _filled(head[i])), -1)
        if gap < 0 or not self.is_header(head[at]):
            return None
        words = self.guesser.vocabulary
        for i in range(gap - 1):
            full = _filled(head[i])
            named = full > 1 and any(words.strength(cell, "a.name") >= _NAMED for cell in head[i])
            labels = (i > 0 and _filled(head[i - 1]) == full) or any(map(words.is_company, head[i]))
            if named and not labels and self.is_header(head[i]) and _filled(head[i + 1]) == full:
                return None if _same(head[i], head[at]) else i
        return None

    def _only(self, system: str | None) -> str | None:
        return system if any(known.system == system for known in self.catalogue.systems) else None

    def _unknown(self, head: Sequence[list[str]]) -> int:
        """Give the first row that reads like column names: full, all different, words of headers, no data.

        Titles, filters and notes above it have fewer cells than the table; they count for nothing.
        """
        rows = [(i, row) for i, row in enumerate(head) if _filled(row)]
        if not rows:
            return -1
        widths = Counter(_filled(row) for _, row in rows)
        usual = max(widths, key=lambda width: (widths[width] * (width - 1), width))
        scores: dict[int, float] = {}
        before = 0
        for i, row in rows:
            if _filled(row) > 1 or usual == 1:
                scores[i] = self._likeness(row, usual) - _LATER * before
            before += _filled(row) > _TABLE * usual
            if before > _SCAN:
                break
        best = max(scores, key=lambda i: (scores[i], -i))
        cells = [cell for cell in head[best] if cell.strip()]
        data = any(is_data(cell) or self.guesser.vocabulary.is_company(cell) for cell in cells)
        data = data or _heads_its_like(head, best, _SITE)
        figures = sum(is_data(cell) for cell in cells)
        headless = figures > _FIGURES * len(cells) or (data and not any(map(self._is_word, cells)))
        headless = headless or _heads_its_like(head, best, _MAIL)
        return -1 if headless or _heads_nothing(head, best) else best

    def _likeness(self, row: Sequence[str], usual: int) -> float:
        filled = [cell.strip() for cell in row if cell.strip()]
        count = len(filled)
        named = sum(self._is_word(cell) for cell in filled)
        different = len({fold(cell) for cell in filled})
        data = sum(is_data(cell) for cell in filled)
        return named / count + min(count / max(usual, 1), 1.0) + different / count - 2 * data / count

    def _is_word(self, cell: str) -> bool:
        if is_data(cell):
            return False
        return fold(cell) in self.catalogue.columns or self.guesser.vocabulary.names_something(cell)


def is_data(cell: str) -> bool:
    """Tell a cell that is no column name: an address, a number, mostly digits."""
    bare = cell.strip()
    digits = sum(c.isdigit() for c in bare)
    if _YEAR.match(bare) or _PERIOD.match(bare):
        return False
    numbered = _NUMBERED.match(bare) is not None or _RANGE.match(bare) is not None
    return "@" in bare or bare.isdigit() or (digits >= max(3, len(bare) // 2) and not numbered)


def _heads_nothing(head: Sequence[Sequence[str]], at: int) -> bool:
    """Tell a title whose cells are above no column of the table: a printed list without a header."""
    below = [row for row in head[at + 1 :] if _filled(row)]
    places = [place for place, cell in enumerate(head[at]) if cell.strip()]
    filled = [sum(bool(row[place].strip()) for row in below if place < len(row)) for place in places]
    return len(below) > _SCAN and max(filled, default=0) < _EMPTY * len(below)


def _heads_its_like(head: Sequence[Sequence[str]], at: int, like: re.Pattern[str]) -> bool:
    """Tell a web site above web sites, or an address above addresses: the first row of a list without a header."""
    below = [row for row in head[at + 1 :] if _filled(row)]
    for place, cell in enumerate(head[at]):
        if like.fullmatch(cell.strip()):
            others = [row[place].strip() for row in below if place < len(row) and row[place].strip()]
            if len(others) > 1 and sum(like.fullmatch(text) is not None for text in others) > _TABLE * len(
                others
            ):
                return True
    return False


def blocks(
    body: Body, header: Sequence[str], finder: HeaderFinder, known: Recognition | None, path: str
) -> int | None:
    """Give the place in `body` where another table starts: below a blank row, with a header of its own."""
    gaps = (body.rows.diff() > 1).arg_true().to_list()
    for place in gaps[:_MOST_GAPS]:
        rows = [[cell or "" for cell in row] for row in body.cells[place : place + _BLOCK_ROWS].rows()]
        if any(_same(row, header) for row in rows):
            continue
        if known is None:
            if len(rows) > 1 and any(finder.is_header(row) for row in rows[:2]):
                return int(place)
            continue
        other = finder.known(rows, path)
        if other and other[1].shape is not known.shape and other[1].score > _BLOCK_SCORE:
            return int(place)
    return None


def _same(row: Sequence[str], header: Sequence[str]) -> bool:
    """Tell the header itself again, as between the groups of a board: what follows is the same table."""
    return [cell.strip(BLANKS) for cell in row] == [cell.strip(BLANKS) for cell in header]


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _rows_between(head: Sequence[Sequence[str]], first: int, second: int) -> bool:
    """Tell whether rows of a table stand between two headers: these are the data of the first one."""
    width = _filled(head[first])
    return any(
        _filled(row) > max(1, _TABLE * width) and any(map(is_data, row)) for row in head[first + 1 : second]
    )


_BLOCK_SCORE = 2.0
"""How well a second header must be known, where the first one is."""
