"""What an unknown table's rows stand for, and which of its columns holds their ids."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from sot.read.columns.cell_patterns import sample, share
from sot.read.columns.claims import of_money
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.infer_documents import Documents
from sot.read.columns.party_kinds import kind_of_party
from sot.read.columns.periods import period
from sot.read.columns.told_by_cells import is_label_and_sums, kind_by_constant, kind_by_file, numbers_rows
from sot.read.records.record_ids import LOST

_UNIQUE = 0.9
_SO_MANY_WORDS = 0.9
_REPEATING = 0.5
_CLOSE, _CODES, _VAGUE = 0.08, 0.9, 0.9
_FIRST, _REGISTERED = 3, r"\d{5}|\d{3}\D\d{3}"
_ENTITY = 0.8
_ABBREVIATED = 0.5
_LETTERS = 3
_WHOSE = (
    "d.account_name",
    "d.account_id",
    "d.name",
    "d.number",
    "d.other",
    "d.memo",
    "d.line_text",
    "d.doc_type",
)
_OWN = ("d.name", "d.number", "id")
"""Kinds of phrases that name a document itself."""
_TEXT_IDS = (
    "a.account_number", "a.external_id", "a.parent_id", "d.number", "d.account_id", "id", "other", "d.other",
    "d.deal_ref", "d.project_ref", "d.order_ref", "d.invoice_ref",
)  # fmt: skip
"""Kinds of phrases that a column may have and be the id all the same."""
_OF_CUSTOMERS = (
    "id", "a.account_number", "a.external_id", "a.email", "a.phone", "a.street", "a.postcode", "a.website",
    "a.tax_id", "a.registration_id", "a.balance", "a.owner", "a.status", "a.created_at",
)  # fmt: skip
_IDS = 3
"""The first ones of these are ids."""
SUM_OF = re.compile(
    r"(?i)^(?:sum|summe|somme|suma|somma|som|soma|summa|součet|сумма) (?:of|von|de|di|van|z|av|af|по полю) "
    r"|^(?:合計|求和项|합계) ?[/:：]|^sum\(|^\w[\w ]*\[[\w ]+\]$"
)
"""How BI tools name a measure that adds up."""
_FEW_ROWS = 5
_BY_COLUMNS = 3
_PERSONS = 2
_GUID = r"(?i)^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$"
_A_NAME = (("name",), ("full", "name"), ("person",), ("contact",), ("contact", "name"), ("person", "name"))
_A_COMPANY = frozenset(("company", "organization", "account", "customer", "employer"))
_ENOUGH = 2
_SURE = 0.85


class Identifier:
    """Tells objects and ids by the words of headers and by contents."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.words = vocabulary
        self.rules = vocabulary.rules
        self._entities = [frozenset(vocabulary.tokens(phrase)) for phrase in self.rules.entities]
        self._vague = frozenset(token for name in self.rules.vague_ids for token in vocabulary.tokens(name))

    def object_of(self, frame: pl.DataFrame, header: Sequence[str], stem: str) -> str:
        """Tell what a row stands for, from the words of the headers and of the file's name."""
        stated = kind_by_file(self.rules, stem) or kind_by_constant(self.words, frame, header)
        if stated is not None:
            return stated
        in_stem = {kind: self._in_stem(stem, phrases) for kind, phrases in self.rules.objects.items()}
        named = {
            kind: [name for name in header if self.words.holds(name, phrases)]
            for kind, phrases in self.rules.objects.items()
        }
        accounts = len(named.pop("account", [])) + 2 * in_stem["account"]
        scores = {}
        for kind, columns in named.items():
            # Of a file of customers and something else ("customers_invoice_tool") only the headers speak; and a
            # list of customers may tell of their last invoice or deal, but it has no column for its number.
            by_stem = in_stem[kind] and not in_stem["account"] and self._tells_of_document(header)
            if by_stem or any(self._names_document(column) for column in columns):
                scores[kind] = len(columns) + 2 * by_stem
        papers = Documents(self.words, frame, header)
        if papers.is_shop_order():
            return "invoice"
        by_columns = papers.kind()
        if by_columns is not None:
            scores[by_columns] = scores.get(by_columns, 0) + _BY_COLUMNS
        documents = {kind: score for kind, score in scores.items() if score >= _ENOUGH}
        if documents and accounts <= 2 * max(documents.values()):
            best = max(sorted(documents), key=lambda kind: documents[kind])
            return by_columns if best == "payment" and by_columns == "invoice" else best
        if papers.moves_money():
            return "payment"
        if self._of_persons(frame, header, in_stem["account"]):
            return "contact"
        return papers.by_values() or "account"

    def of_figures(self, frame: pl.DataFrame, header: Sequence[str], stem: str) -> bool:
        """Tell a table of BI figures: labels and sums, by period or under a name that says so, and nothing else.

        A list of customers says how to reach them, or has an id or a balance for them.
        """
        by_period = any(self.words.holds(name, self.rules.period_columns) for name in header)
        for name in header:
            # Beside a column of periods the number of a customer is one of its labels.
            kinds = _OF_CUSTOMERS[_IDS:] if by_period else _OF_CUSTOMERS
            if any(self.words.strength(name, kind) >= _ENTITY for kind in kinds):
                return False
        numbers = [
            name for name in header if share(sample(frame[name]), "amount") >= _CODES and frame[name].count()
        ]
        spans = [name for name in numbers if period(name, self.rules.months)]
        sums = [
            name
            for name in numbers
            if SUM_OF.search(name) or self.words.strength(name, "a.revenue") >= self.rules.gate
        ]
        if len(numbers) == len(header) or not (sums or len(spans) > 1):
            return False
        by_period = by_period or len(spans) > 1
        named = self._in_stem(stem, self.rules.bi_files)
        alone = is_label_and_sums(frame, header, numbers)
        return by_period or named or alone or any(SUM_OF.search(name) for name in sums)

    def _in_stem(self, stem: str, phrases: Sequence[str]) -> bool:
        tokens = self.words.tokens(stem)
        mine = {
            *tokens,
            *(word.removesuffix("s") for word in tokens),
            *(re.sub("ies$", "y", word) for word in tokens),
        }
        return any(mine.issuperset(self.words.tokens(phrase)) for phrase in phrases)

    def _tells_of_document(self, header: Sequence[str]) -> bool:
        """Tell whether there is more than whose a row is: a list of names is none of payments, whatever its name."""
        kinds = [kind for kind in self.words.phrases if kind[0] == "d" and not kind.startswith(_WHOSE)]
        return any(self.words.strength(name, kind) >= self.rules.gate for name in header for kind in kinds)

    def _names_document(self, column: str) -> bool:
        kinds = [kind for kind in self.words.phrases if kind.startswith(_OWN)]
        return max(self.words.strength(column, kind) for kind in kinds) >= _SURE

    def department_of(self, header: Sequence[str], stem: str) -> str:
        """Tell whose list of customers it is, where two headers more speak for one department."""
        scores = {
            name: sum(self.words.holds(cell, words) for cell in header) + 2 * self.words.holds(stem, words)
            for name, words in self.rules.departments.items()
        }
        first, second = sorted(scores, key=lambda name: (-scores[name], name))[:2]
        return first if scores[first] >= scores[second] + 2 else "unknown"

    def _of_persons(self, frame: pl.DataFrame, header: Sequence[str], of_customers: bool) -> bool:
        """Tell a list of persons from a list of customers that names a person for each.

        `of_customers` is what the file's name says.
        """
        persons = sum(self.words.holds(name, self.rules.persons) for name in header)
        if persons < _PERSONS:
            return self._of_named_persons(frame, header)
        companies = [name for name in header if self.words.strength(name, "a.name") >= _ENTITY]
        filled = frame[companies[0]].drop_nulls() if companies else pl.Series(dtype=pl.String)
        repeated = filled.len() > 0 and filled.n_unique() < _UNIQUE * filled.len()
        if self._of_both_kinds(frame):
            return False
        if of_customers or any(self.words.holds(name, self.rules.customers) for name in header):
            return repeated
        return repeated or not companies or not self._lack_persons(frame, header, companies[0])

    def _of_both_kinds(self, frame: pl.DataFrame) -> bool:
        """Tell a list of companies and private persons by a column that says which of them a row is."""
        return kind_of_party(frame, self.rules) is not None

    def _lack_persons(self, frame: pl.DataFrame, header: Sequence[str], company: str) -> bool:
        """Tell a list of companies that names a person for some of them, and not what they do."""
        named = [
            name for name in header if self.words.holds(name, (*self.rules.first_name, *self.rules.last_name))
        ]
        if not named or any(self._is_job(name) for name in header):
            return False
        without = pl.col(company).is_not_null() & pl.all_horizontal(pl.col(name).is_null() for name in named)
        return bool(frame.select(without.any()).item())

    def _of_named_persons(self, frame: pl.DataFrame, header: Sequence[str]) -> bool:
        """Tell persons by a column that is called no more than a name, beside companies and jobs."""
        people = [name for name in header if self.words.tokens(name) in _A_NAME]
        companies = [
            name for name in header
            if name not in people and set(self.words.tokens(name)) & _A_COMPANY
            and self.words.strength(name, "a.name") >= _ENTITY
        ]  # fmt: skip
        if not (people and companies) or any(self.words.holds(name, self.rules.customers) for name in header):
            return False
        if any(self._is_job(name) for name in header):
            return True
        filled = frame[companies[0]].drop_nulls()
        mailed = any(self.words.strength(name, "a.email") >= self.rules.gate for name in header)
        return mailed and filled.len() > 0 and filled.n_unique() < _UNIQUE * filled.len()

    def _is_job(self, column: str) -> bool:
        return any(self.words.tokens(column) == self.words.tokens(job) for job in self.rules.jobs)

    def record_id(
        self, frame: pl.DataFrame, columns: Sequence[str], document: bool, kind: str | None = None
    ) -> str | None:
        """Give the id column: one whose header says so and whose cells tell the rows apart.

        The id of its customer is not the id of a document, nor is the id of another document.
        """
        guids = None if document else self._guids_of_entity(frame, columns)
        if guids is not None:
            return guids
        candidates = []
        for place, column in enumerate(columns):
            score = self._id_strength(column, place, document, frame)
            score = 0.0 if document and self._refers(column, kind) >= score else score
            if score < self.rules.gate or of_money(sample(frame[column])):
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
        return bool((ids.cast(pl.Int64, strict=False) == pl.int_range(1, ids.len() + 1, eager=True)).all())

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
            if frozenset(self.words.tokens(column)) in self._entities:
                cells = frame[column]
                whole = not cells.null_count() and cells.len() > 0 and cells.n_unique() == cells.len()
                if whole and cells.str.contains(_GUID).all():
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
        return first if share(sample(frame[first]), "code") >= _CODES else None

    def holds_codes(self, frame: pl.DataFrame, column: str, names: Sequence[str]) -> bool:
        """Tell codes from names: by digits, or by letters that begin the names in another of `names`."""
        values = sample(frame[column])
        if not values.len() or share(values, "code") < _CODES:
            return False
        if share(values, "digits") >= _CODES:
            return True
        others = [name for name in names if name != column and share(sample(frame[name]), "code") < _CODES]
        return any(self._abbreviates(frame[column], frame[other]) for other in others)

    @staticmethod
    def _abbreviates(codes: pl.Series, names: pl.Series) -> bool:
        def begin(texts: pl.Series) -> pl.Series:
            return texts.str.to_lowercase().str.replace_all(r"[^\p{L}\d]", "").str.slice(0, _LETTERS)

        same = (begin(codes) == begin(names)).drop_nulls()
        return same.len() > 0 and int(same.sum()) >= _ABBREVIATED * same.len()
