"""Which column of an unknown table holds the ids of its rows: called so, and different in each row."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from sot.read.columns.cell_patterns import GUID, counts_rows, sample_of, share
from sot.read.columns.claims import of_money
from sot.read.columns.fields_by_neighbours import is_of_address
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.told_by_cells import numbers_rows
from sot.read.records.record_ids import LOST

_UNIQUE = 0.9
_SO_MANY_WORDS = 0.9
_REPEATING = 0.5
_CLOSE, _CODES, _VAGUE = 0.08, 0.9, 0.9
_FIRST, _REGISTERED = 3, r"\d{5}|\d{3}\D\d{3}"
_ENTITY = 0.8
_ABBREVIATED = 0.5
_LETTERS = 3
_TEXT_IDS = (
    "a.account_number", "a.external_id", "a.parent_id", "d.number", "d.account_id", "id", "other", "d.other",
    "d.deal_ref", "d.project_ref", "d.order_ref", "d.invoice_ref",
)  # fmt: skip
"""Kinds of phrases that a column may have and be the id all the same."""
_FEW_ROWS = 5
_NOTE = re.compile(r"^\([^)]*\)\s*")


class IdFinder:
    """Finds ids by the words of headers and by contents."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.words = vocabulary
        self.rules = vocabulary.rules
        self._entities = [frozenset(vocabulary.tokens(phrase)) for phrase in self.rules.entities]
        self._vague = frozenset(token for name in self.rules.vague_ids for token in vocabulary.tokens(name))

    def record_id(
        self, frame: pl.DataFrame, columns: Sequence[str], document: bool, kind: str | None = None
    ) -> str | None:
        """Give the id column: one whose header says so and whose cells tell the rows apart.

        The id of its customer is not the id of a document, nor is the id of another document.
        """
        guids = _first_guids(frame, columns) if document else self._guids_of_entity(frame, columns)
        if guids is not None:
            return guids
        candidates = []
        for place, column in enumerate(columns):
            score = self._id_strength(column, place, document, frame)
            score = 0.0 if document and self._refers(column, kind) >= score else score
            if score < self.rules.gate or of_money(sample_of(frame, column)):
                continue
            if (
                place > 0
                and self._vague.issuperset(self.words.tokens(column))
                and is_of_address(frame, columns, place, self.words)
            ):
                continue
            filled = frame[column].drop_nulls()
            # What is called an id in so many words may repeat, or have been cut to 1.2E+15 by a spreadsheet.
            unique = _UNIQUE if score < _SO_MANY_WORDS else _REPEATING
            # In the many pieces in which a large file is read, counting takes twice as long.
            sound = filled.filter(~filled.str.contains(LOST)).rechunk()
            if filled.len() >= 0.5 * frame.height and sound.n_unique() >= unique * sound.len():
                # A row may hold numbers of others: of two, its own is the one that no row lacks or shares.
                shared = filled.len() < frame.height or (document and sound.n_unique() < sound.len())
                candidates.append((self._counts_rows(frame[column], column), shared, -score, place, column))
        if candidates:
            return min(candidates)[-1]
        if kind in ("deal", "project") and columns and numbers_rows(self.words, frame, columns[0]):
            return columns[0]
        return None if document else self._code_of_entity(frame, columns) or self._first_codes(frame, columns)

    def order_number(self, frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
        """Give the number of orders, which bills without a number of their own go by."""
        wanted = [frozenset(("order", word)) for word in ("number", "id", "code", "reference", "name")]
        return next(
            (
                column
                for column in columns
                if frozenset(self.words.tokens(column)) in wanted and not frame[column].null_count()
            ),
            None,
        )

    def _refers(self, column: str, kind: str | None) -> float:
        """Tell how strongly a column names another document that one of `kind` refers to."""
        fields = self.rules.document_fields.items()
        refs = [f"d.{name}" for name, rule in fields if name.endswith("_ref") and kind in rule.kinds]
        own = f"d.number.{kind}"
        if own in self.words.phrases and self.words.strength(column, own) >= _ENTITY:
            return 0.0
        return max((self.words.strength(column, ref) for ref in refs), default=0.0)

    def _id_strength(self, column: str, place: int, document: bool, frame: pl.DataFrame) -> float:
        score = self.words.strength(column, "id")
        if score < self.rules.gate:
            return 0.0
        if document and self.words.strength(column, "d.account_id") > score - _CLOSE:
            return 0.0
        # The reference in the first column of a list of documents is that of the row itself.
        text = (*_TEXT_IDS, "d.reference") if place == 0 else _TEXT_IDS
        kinds = [
            kind for kind in self.words.phrases if not kind.startswith(text) and (document or kind[0] == "a")
        ]
        if max(self.words.strength(column, kind) for kind in kinds) >= score:
            # "Organization No" is a number of a register only where it looks like one (vtiger writes ACC41 there).
            official = "a.registration_id" if place < _FIRST else ""
            kinds = [kind for kind in kinds if kind != official]
            codes = not frame[column].drop_nulls().str.contains(_REGISTERED).any()
            if not codes or max(self.words.strength(column, kind) for kind in kinds) >= score:
                return 0.0
        mine = self.words.bare(column)
        strong = any(phrase <= mine and not phrase <= self._vague for phrase in self.words.phrases["id"])
        if strong or place == 0:
            return score
        # A plain number behind the first column may be that of a house, or of anything else.
        return _VAGUE * score if mine <= self._vague | self.words.neutral else 0.0

    def _counts_rows(self, ids: pl.Series, column: str) -> bool:
        """Tell a column that does no more than count the rows; any other id is better."""
        if self.words.tokens(column) != ("number",):
            return False
        return counts_rows(ids)

    def _code_of_entity(self, frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
        names = [column for column in columns if self.words.strength(column, "a.name") >= self.rules.gate]
        for column in columns:
            if frozenset(self.words.tokens(column)) not in self._entities:
                continue
            filled = frame[column].drop_nulls()
            whole = filled.len() == frame.height > 0 and filled.n_unique() >= _UNIQUE * filled.len()
            if whole and any(name != column for name in names) and self.holds_codes(frame, column, names):
                return column
        return None

    def _guids_of_entity(self, frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
        """Give the column that is called no more than an account and holds a GUID of its own in every row."""
        for column in columns:
            # A view of Dynamics has a note before it: (Do Not Modify) Account, in the language of its user.
            called = frozenset(self.words.tokens(_NOTE.sub("", column)))
            if called in self._entities and _are_guids_of_rows(frame[column]):
                return column
        return None

    def says_so(self, column: str) -> bool:
        """Tell whether the header of an id column says that it is one."""
        called = self.words.strength(column, "id") >= self.rules.gate
        return called or frozenset(self.words.tokens(column)) in self._entities

    def _first_codes(self, frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
        """Give the first column where its header says nothing else and each row has a code of its own in it."""
        if frame.height < _FEW_ROWS or not columns:
            return None
        first = columns[0]
        kinds = [kind for kind in self.words.phrases if not kind.startswith(_TEXT_IDS)]
        if max(self.words.strength(first, kind) for kind in kinds) >= self.rules.gate:
            return None
        if frame[first].null_count() or frame[first].n_unique() < frame.height:
            return None
        return first if share(sample_of(frame, first), "code") >= _CODES else None

    def holds_codes(self, frame: pl.DataFrame, column: str, names: Sequence[str]) -> bool:
        """Tell codes from names: by digits, or by letters that begin the names in another of `names`."""
        values = sample_of(frame, column)
        if not values.len() or share(values, "code") < _CODES:
            return False
        if share(values, "digits") >= _CODES:
            return True
        others = [name for name in names if name != column and share(sample_of(frame, name), "code") < _CODES]
        return any(self._abbreviates(frame[column], frame[other]) for other in others)

    @staticmethod
    def _abbreviates(codes: pl.Series, names: pl.Series) -> bool:
        def begin(texts: pl.Series) -> pl.Series:
            return texts.str.to_lowercase().str.replace_all(r"[^\p{L}\d]", "").str.slice(0, _LETTERS)

        same = (begin(codes) == begin(names)).drop_nulls()
        return same.len() > 0 and int(same.sum()) >= _ABBREVIATED * same.len()


def _first_guids(frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
    """Give the first column where each row has a GUID of its own in it: the key of a database."""
    return columns[0] if columns and _are_guids_of_rows(frame[columns[0]]) else None


def _are_guids_of_rows(cells: pl.Series) -> bool:
    whole = not cells.null_count() and cells.len() > 0 and cells.n_unique() == cells.len()
    return whole and bool(cells.str.contains(GUID).all())
