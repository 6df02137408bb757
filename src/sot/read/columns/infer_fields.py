"""The map of an unknown header: by the words of its columns, held against what their cells look like."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from sot.read.columns.cell_patterns import checked, figures, plain_phone, sample, sample_of, share
from sot.read.columns.claims import are_days, are_keys, filled_first, nobodys, of_people, owners, sense
from sot.read.columns.header_vocabulary import vocabulary_of
from sot.read.columns.headers import words
from sot.read.columns.infer_object_and_id import Identifier
from sot.read.columns.names_by_cells import companies, nameless, own_texts
from sot.read.columns.party_kinds import is_flag
from sot.read.columns.phrase_book import states_of, types_of
from sot.read.columns.told_by_cells import fields_by_cells, is_document_kind
from sot.read.columns.two_parties import pair_of_parties
from sot.rules.systems import FieldWords, UnknownRules

_BY_CONTENT = {"email": "email", "url": "website", "tax": "tax_id", "phone": "phone", "address": "street"}
"""Form: the field that a column of this form is, whatever its header."""
_CONTENT_SHARE, _CONTENT_CONFIDENCE = 0.85, 0.7
_NAME_CONFIDENCE = 0.55
_CHECKED = 0.8
_ALL, _SURE = 0.5, 0.85
_EMPTY, _UNCHECKED = 0.75, 0.95
_STATED = 1.05
_GAPS, _ENOUGH = 0.2, 5
_FEW = {"email": 2, "address": 3}
"""So many values are needed to know a column by them; an e-mail address is nothing else."""
_SYSTEMS = 30
_OF_ITSELF = 0.95
_ALSO = 0.6
"""So well a further column must name a field that keeps several."""
_FIGURES = 0.3
"""From this share on, amounts, which no tax id looks like, are a column of such."""
_WEB = r"(?i)www\.|://|\.(com|net|org|eu|[a-z]{2})\b"
_YEAR = re.compile(r"(?:19|20)\d\d")
_ACCOUNT_ONLY = frozenset(
    ("name", "status", "created_at", "updated_at", "balance", "revenue", "account_number")
)
_DAYS = ("d.due_date", "d.end_date", "d.start_date", "d.planned_end_date")
_NAMELESS = ("invoice", "payment")
"""Documents that have no name of their own: a column that is called name holds their customer's."""


@dataclass
class Guess:
    """One field's column and how sure that is."""

    column: str
    confidence: float
    more: tuple[str, ...] = ()
    """Further columns of a field that keeps the values of several."""


class Guesser:
    """Maps columns by the words of all fields and by contents."""

    def __init__(self, rules: UnknownRules) -> None:
        self.rules = rules
        self.vocabulary = vocabulary_of(rules)
        self.identifier = Identifier(self.vocabulary)

    @cached_property
    def _many(self) -> frozenset[str]:
        return frozenset(name for name, rule in self.rules.document_fields.items() if rule.many)

    def _tells_types(self, values: pl.Series) -> bool:
        known = types_of(self.rules).column(values)
        return known.count() >= 0.5 * values.len()

    @cached_property
    def _companies_pattern(self) -> str:
        return rf"(?i)\b({'|'.join(self.rules.company_words)})\b"

    def fields(
        self, frame: pl.DataFrame, columns: Sequence[str], kind: str | None, taken: Collection[str]
    ) -> dict[str, Guess]:
        """Map columns to fields that are not `taken`; only what is above the gate."""
        wanted = self._wanted(kind)
        other = _other(kind)
        scored = []
        for column in columns:
            values: pl.Series | None = None
            beside = self.vocabulary.strength(column, other)
            for name, (phrases, rule) in wanted.items():
                score = self._named(column, phrases, kind, rule.form)
                if name in taken or score <= beside:
                    continue
                values = sample_of(frame, column) if values is None else values
                if name == "account_name" and "account_id" in wanted and are_keys(values):
                    scored.append((score, "account_id", column))
                fit = self._fit(values, rule.form) * sense(column, name, values, self.rules)
                if nobodys(name, values, self.vocabulary):
                    continue
                if name == "account_name" and values.len():
                    fit *= owners(values, frame.height)
                if of_people(name, kind, values, frame.height):
                    continue
                if rule.form == "status" and frame.height:
                    # Of two columns that tell states, the one that tells all of them counts.
                    fit *= 1.0 - _GAPS * frame[column].null_count() / frame.height
                scored.append((round(score * fit, 4), name, column))
        self._codes_apart(frame, scored, kind)
        filled_first(frame, scored, self.rules.gate)
        guesses = self._assign(columns, scored)
        free = [column for column in columns if column not in _used(guesses)]
        if is_document_kind(kind):
            known = guesses.keys() | set(taken)
            for name, sources in fields_by_cells(self.vocabulary, frame, free, known, kind).items():
                guesses[name] = Guess(sources[0], _NAME_CONFIDENCE, sources[1:])
            free = [column for column in free if column not in _used(guesses)]
        else:
            self._by_content(frame, free, guesses, taken)
        whose = {"name", "account_name", "account_id"} if kind == "payment" else {"name", "account_name"}
        if not whose & (guesses.keys() | set(taken)):
            self._name_by_content(frame, free, guesses, kind)
        return guesses

    def is_beside_persons(self, columns: Sequence[str]) -> bool:
        """Tell whether columns hold the first and last names of persons."""
        words = self.vocabulary
        return all(
            any(words.holds(column, phrases) for column in columns)
            for phrases in (self.rules.first_name, self.rules.last_name)
        )

    def doubts(
        self, frame: pl.DataFrame, columns: Sequence[str], kind: str | None, taken: Collection[str]
    ) -> list[tuple[str, str]]:
        """Give (column, field) where a header names a field in so many words, but its cells look otherwise."""
        doubtful = []
        for column in columns:
            values = sample_of(frame, column)
            for name, (phrases, rule) in self._wanted(kind).items():
                strength = self._named(column, phrases, kind, rule.form) if name not in taken else 0.0
                named = strength >= _SURE > self.vocabulary.strength(column, _other(kind))
                named = named and not is_flag(values, self.rules)
                if named and values.len() and strength * self._fit(values, rule.form) < self.rules.gate:
                    doubtful.append((column, name))
                    break
        return doubtful

    def _named(self, column: str, phrases: str, kind: str | None, form: str) -> float:
        """Tell how strongly a column names a field; in a list of deals "Deal - Start date" is a start date."""
        if form == "amount" and self.vocabulary.holds(column, self.rules.hours):
            return 0.0  # a budget of hours is no sum of money
        whole = self.vocabulary.strength(column, phrases)
        if kind not in self._itself:
            return whole
        tokens = self.vocabulary.tokens(column)
        kept = self._days if form == "date" else frozenset[str]()
        own = " ".join(token for token in tokens if token not in self._itself[kind] - kept)
        return max(whole, _OF_ITSELF * self.vocabulary.strength(own, phrases)) if own else whole

    @cached_property
    def _itself(self) -> dict[str, frozenset[str]]:
        """The words that name what a row of a table stands for."""
        tokens = self.vocabulary.tokens
        return {
            kind: frozenset(tokens(phrase)[0] for phrase in phrases if len(tokens(phrase)) == 1)
            for kind, phrases in self.rules.objects.items()
            if kind not in ("account", "bi_table", "contact")
        }

    @cached_property
    def _days(self) -> frozenset[str]:
        """The words among them that name a day: in a list of invoices "Date échéance" is no plain date."""
        spoken = frozenset().union(*self._itself.values())
        strength = self.vocabulary.strength
        return frozenset(word for word in spoken if any(strength(word, kind) >= _SURE for kind in _DAYS))

    def _wanted(self, kind: str | None) -> dict[str, tuple[str, FieldWords]]:
        """Give the fields of a kind of table, each with the kind of its phrases."""
        account = {name: (f"a.{name}", rule) for name, rule in self.rules.fields.items()}
        if kind in (None, "account", "bi_table"):
            return account
        own = {
            name: (f"d.{name}.{kind}" if kind in rule.of else f"d.{name}", rule)
            for name, rule in self.rules.document_fields.items()
            if rule.is_of(kind)
        }
        wanted = {name: rule for name, rule in account.items() if name not in _ACCOUNT_ONLY} | own
        if kind in _NAMELESS:
            wanted["account_name"] = (f"p.account_name.{kind}", self.rules.document_fields["account_name"])
        if kind in (*_NAMELESS, "contact"):
            del wanted["name"]
        return wanted

    def _fit(self, values: pl.Series, form: str) -> float:
        """Weigh a header's claim by its cells: an "email" column without one @ is none."""
        if not values.len():
            return _EMPTY
        if form == "status":
            return _STATED if states_of(self.rules).column(values).count() >= 0.5 * values.len() else 1.0
        if form == "type":
            return _STATED if self._tells_types(values) else 0.0
        if form == "tax_id" and _mean(figures(values)) >= _FIGURES:
            return 0.0
        if form == "name" and is_flag(values, self.rules):
            return 0.0
        if form == "amount" and are_days(values):
            return 0.0
        if form == "amount" and bool(values.is_in(("0", "1", "-1")).all()) and bool((values != "0").any()):
            return 0.0
        portion = share(values, form)
        if form == "phone" and portion < _ALL:
            portion = max(portion, share(values, "labelled phone"))
        fit = 1.0 if portion >= 0.5 else 0.3 + 1.4 * portion
        if form == "tax_id" and not checked(values, self.rules.tax_checks, _CHECKED):
            fit *= _UNCHECKED
        return fit

    def _codes_apart(
        self, frame: pl.DataFrame, scored: list[tuple[float, str, str]], kind: str | None
    ) -> None:
        """A column named after the customer that holds codes is its id, where another one holds the name."""
        for field in ("name", "account_name"):
            claims = [item for item in scored if item[1] == field and item[0] >= self.rules.gate]
            codes = [
                item for item in claims if self.identifier.holds_codes(frame, item[2], [c[2] for c in claims])
            ]
            if len(codes) == len(claims):
                continue
            other = "account_id" if field == "account_name" else "number" if is_document_kind(kind) else None
            for item in codes:
                scored.remove(item)
                scored += [(item[0], other, item[2])] if other else []

    def _assign(self, columns: Sequence[str], scored: list[tuple[float, str, str]]) -> dict[str, Guess]:
        """Give each field its best column, and those that keep several all of theirs; of several years, the latest."""
        place = {column: (-_year(column), i) for i, column in enumerate(columns)}
        guesses: dict[str, Guess] = {}
        used: set[str] = set()
        for score, name, column in sorted(scored, key=lambda item: (-item[0], place[item[2]], item[1])):
            if score < self.rules.gate or column in used:
                continue
            if name not in guesses:
                guesses[name] = Guess(column, min(score, 1.0))
            elif name in self._many and score >= _ALSO:
                guesses[name] = replace(guesses[name], more=(*guesses[name].more, column))
            else:
                continue
            used.add(column)
        return guesses

    def _by_content(
        self, frame: pl.DataFrame, columns: list[str], guesses: dict[str, Guess], taken: Collection[str]
    ) -> None:
        """Find by their looks alone the fields that no header names."""
        if "phone" not in guesses and "phone" not in taken:
            called = next((column for column in columns if self._labelled(frame[column])), None)
            if called is not None:
                guesses["phone"] = Guess(called, _CONTENT_CONFIDENCE)
                columns.remove(called)
        free = [column for column in columns if self.vocabulary.strength(column, "other") < self.rules.gate]
        for form, name in _BY_CONTENT.items():
            if name in guesses or name in taken:
                continue
            column = next((name for name in free if self._looks_like(sample_of(frame, name), form)), None)
            if column is not None:
                guesses[name] = Guess(column, _CONTENT_CONFIDENCE)
                free.remove(column)
                columns.remove(column)

    @staticmethod
    def _labelled(cells: pl.Series) -> bool:
        """Tell cells that say of each number what it is: Tel: …, Mobile: …"""
        values = sample(cells)
        return values.len() > 1 and share(values, "labelled phone") >= _CONTENT_SHARE

    def _looks_like(self, values: pl.Series, form: str) -> bool:
        if form == "tax":
            return checked(values, self.rules.tax_checks, _CHECKED)
        if values.len() < _FEW.get(form, _ENOUGH) or share(values, form) < _CONTENT_SHARE:
            return False
        if form == "phone":
            return _mean(plain_phone(values)) >= _CONTENT_SHARE
        return form != "url" or _mean(values.str.contains(_WEB)) >= _CONTENT_SHARE

    def _name_by_content(
        self, frame: pl.DataFrame, columns: Sequence[str], fields: dict[str, Guess], kind: str | None
    ) -> None:
        field = "account_name" if kind == "payment" else "name"
        if "trade_name" in fields:
            # The short name of a customer is no name of his invoice.
            fields["account_name" if kind in _NAMELESS else field] = fields.pop("trade_name")
            return
        named = companies(frame, columns, self._companies_pattern)
        if named is None and field == "name":
            named = nameless(frame) or own_texts(frame, columns, fields, self.vocabulary)
        if named is not None:
            fields[field] = Guess(named, _NAME_CONFIDENCE)

    def system_column(self, frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
        """Give the column that names the systems of a list that was merged before, if there is one."""
        wanted = [frozenset(self.vocabulary.tokens(phrase)) for phrase in self.rules.system_column]
        channels = frozenset(self.rules.not_systems)
        if pair_of_parties(self.vocabulary, list(columns)) is not None:
            return None  # who pays stands beside who is paid
        for phrase in wanted:
            for column in columns:
                if frozenset(self.vocabulary.tokens(column)) != phrase:
                    continue
                values = frame[column].drop_nulls().unique()
                several = 2 <= values.len() <= max(3, min(_SYSTEMS, frame.height // 2))
                marketing = sum(" ".join(words(value)) in channels for value in values)
                if (
                    several
                    and frame[column].null_count() <= 0.05 * frame.height
                    and 2 * marketing < values.len()
                ):
                    return column
        return None


def _other(kind: str | None) -> str:
    """Give the kind of phrases for what no field of such a table takes."""
    return "other" if kind in (None, "account", "bi_table", "contact", "other") else f"d.other.{kind}"


def _used(guesses: Mapping[str, Guess]) -> set[str]:
    return {column for guess in guesses.values() for column in (guess.column, *guess.more)}


def _year(column: str) -> int:
    years = _YEAR.findall(column)
    return int(years[-1]) if years else 0


def _mean(hits: pl.Series) -> float:
    return int(hits.sum()) / max(hits.len(), 1)
