"""The map of an unknown header: by the words of its columns, held against what their cells look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from sot.read.forms import sample, share
from sot.read.headers import words
from sot.read.ids import LOST
from sot.rules.systems import FieldWords, UnknownRules

_BY_CONTENT = ("email", "url", "phone")
_CONTENT_FIELD = {"email": "email", "url": "website", "phone": "phone"}
_CONTENT_SHARE = 0.85
_CONTENT_CONFIDENCE = 0.7
_COMPANIES = 0.3
_NAME_CONFIDENCE = 0.55
_UNIQUE = 0.9
_SO_MANY_WORDS = 0.9
_REPEATING = 0.5
_CLOSE = 0.03
_SYSTEMS = 30
_DATE = r"^(\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})(\D|$)"
_WEB = r"(?i)www\.|://|\.(com|net|org|eu|[a-z]{2})\b"

Tokens = tuple[str, ...]


@dataclass
class Guess:
    """One field's column and how sure that is."""

    column: str
    confidence: float


class Guesser:
    """Compares headers with the words of all fields."""

    def __init__(self, rules: UnknownRules) -> None:
        self.rules = rules
        self.neutral = frozenset(rules.neutral)

    def tokens(self, header: str) -> Tokens:
        """Cut a header into words, short forms written out."""
        short = self.rules.abbreviations
        return tuple(short.get(word, word) for word in words(header))

    @cached_property
    def _phrases(self) -> dict[str, dict[frozenset[str], float]]:
        """Phrase words → strength, per kind of field."""
        groups: dict[str, Sequence[str]] = {
            **{f"a.{name}": rule.words for name, rule in self.rules.fields.items()},
            **{f"d.{name}": rule.words for name, rule in self.rules.document_fields.items()},
            "id": self.rules.record_id,
            "other": self.rules.other,
        }
        return {name: self._strengths(phrases) for name, phrases in groups.items()}

    def _strengths(self, phrases: Sequence[str]) -> dict[frozenset[str], float]:
        found: dict[frozenset[str], float] = {}
        for place, phrase in enumerate(phrases):
            found.setdefault(frozenset(self.tokens(phrase)), 1.0 - 0.1 * place / len(phrases))
        return found

    def names_something(self, header: str) -> bool:
        """Tell whether a header names any field, an id, or something known that no field takes."""
        return any(self.strength(header, kind) >= self.rules.gate for kind in self._phrases)

    def is_company(self, text: str) -> bool:
        """Tell a company's name by its last word: Acme Inc."""
        said = words(text)
        return len(said) > 1 and said[-1] in self.rules.company_words

    @cached_property
    def _telling(self) -> frozenset[str]:
        """Words that name a field all by themselves; beside another field's words they change what it is."""
        groups = self._phrases.values()
        return frozenset(word for group in groups for phrase in group if len(phrase) == 1 for word in phrase)

    def strength(self, header: str, kind: str) -> float:
        """Tell how strongly a header names a field: 1 in so many words, less with words of its own beside."""
        mine = frozenset(self.tokens(header))
        phrases = self._phrases[kind]
        if not mine:
            return 0.0
        if mine in phrases:
            return phrases[mine]
        core = mine - self.neutral
        best = 0.0
        for phrase, strength in phrases.items():
            bare = phrase - self.neutral
            if core and core == bare:
                best = max(best, 0.9 * strength)
            elif phrase <= mine and not (mine - phrase - self.neutral) & self._telling:
                best = max(best, (0.7 - 0.05 * len(mine - phrase)) * strength)
        return best

    def object_of(self, header: Sequence[str], stem: str) -> str:
        """Tell what a row stands for, from the words of the headers and of the file's name."""
        named = [frozenset(self.tokens(name)) for name in header]
        stem_words = frozenset(self.tokens(stem)) | {word.removesuffix("s") for word in words(stem)}
        scores = {}
        for kind, phrases in self.rules.objects.items():
            wanted = [frozenset(self.tokens(phrase)) for phrase in phrases]
            hits = sum(any(phrase <= name for phrase in wanted) for name in named)
            in_stem = any(phrase <= stem_words for phrase in wanted)
            scores[kind] = hits + 2 * in_stem
        if scores.pop("contact", 0) >= 2 and not scores.get("account"):
            return "contact"
        documents = {kind: score for kind, score in scores.items() if kind != "account" and score >= 2}
        if not documents or scores.get("account", 0) > 2 * max(documents.values()):
            return "account"
        return max(sorted(documents), key=lambda kind: documents[kind])

    def fields(
        self, frame: pl.DataFrame, columns: Sequence[str], document: bool, taken: frozenset[str]
    ) -> dict[str, Guess]:
        """Map columns to fields that are not `taken`; only what is above the gate."""
        rules: dict[str, tuple[str, FieldWords]] = {}
        for name, rule in self.rules.fields.items():
            if not (
                document
                and name
                in ("name", "status", "created_at", "updated_at", "balance", "revenue", "account_number")
            ):
                rules[name] = (f"a.{name}", rule)
        if document:
            rules |= {name: (f"d.{name}", rule) for name, rule in self.rules.document_fields.items()}
        scored = []
        for column in columns:
            values: pl.Series | None = None
            beside = self.strength(column, "other")
            for name, (kind, rule) in rules.items():
                score = self.strength(column, kind)
                if name in taken or score <= beside:
                    continue
                values = sample(frame[column]) if values is None else values
                scored.append((round(score * _fit(values, rule.form), 4), name, column))
        return self._assign(frame, columns, scored, taken)

    def _assign(
        self,
        frame: pl.DataFrame,
        columns: Sequence[str],
        scored: list[tuple[float, str, str]],
        taken: frozenset[str],
    ) -> dict[str, Guess]:
        place = {column: i for i, column in enumerate(columns)}
        found: dict[str, Guess] = {}
        used: set[str] = set()
        for score, name, column in sorted(scored, key=lambda item: (-item[0], place[item[2]], item[1])):
            if score >= self.rules.gate and name not in found and column not in used:
                found[name] = Guess(column, score)
                used.add(column)
        for form in _BY_CONTENT:
            name = _CONTENT_FIELD[form]
            if name in found or name in taken:
                continue
            column_ = _by_content(frame, [column for column in columns if column not in used], form)
            if column_ is not None:
                found[name] = Guess(column_, _CONTENT_CONFIDENCE)
                used.add(column_)
        if "name" not in found and "name" not in taken and "account_name" not in found:
            if "trade_name" in found:
                return {("name" if field == "trade_name" else field): guess for field, guess in found.items()}
            named = self._companies(frame, [column for column in columns if column not in used])
            if named is not None:
                found["name"] = Guess(named, _NAME_CONFIDENCE)
        return found

    def _companies(self, frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
        """Give the column in which most values end in a legal form or hold another word that firms have."""
        pattern = rf"(?i)\b({'|'.join(self.rules.company_words)})\b"
        shares = []
        for place, column in enumerate(columns):
            values = sample(frame[column])
            texts = values.filter(values.str.contains(r"\p{L}{2}") & ~values.str.contains("@|://"))
            if texts.len() > 1 and texts.len() > 0.5 * values.len():
                shares.append((-_mean(texts.str.contains(pattern)), place, column))
        best = min(shares, default=(0.0, 0, ""))
        return best[2] if -best[0] >= _COMPANIES else None

    def record_id(self, frame: pl.DataFrame, columns: Sequence[str], document: bool) -> Guess | None:
        """Give the id column: one whose header says so and whose cells tell the rows apart.

        The id of its customer is not the id of a document.
        """
        found = []
        for place, column in enumerate(columns):
            score = self.strength(column, "id")
            of_customer = self.strength(column, "d.account_id") if document else 0.0
            if score < self.rules.gate or of_customer > score - _CLOSE:
                continue
            filled = frame[column].drop_nulls()
            # What is called an id in so many words may repeat, or have been cut to 1.2E+15 by a spreadsheet.
            unique = _UNIQUE if score < _SO_MANY_WORDS else _REPEATING
            sound = filled.filter(~filled.str.contains(LOST))
            if filled.len() >= 0.5 * frame.height and sound.n_unique() >= unique * sound.len():
                found.append((-score, place, column))
        if not found:
            return None
        score, _, column = min(found)
        return Guess(column, -score)

    def system_column(self, frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
        """Give the column that names the systems of a list that was merged before, if there is one."""
        wanted = [frozenset(self.tokens(phrase)) for phrase in self.rules.system_column]
        channels = frozenset(self.rules.not_systems)
        for phrase in wanted:
            for column in columns:
                if frozenset(self.tokens(column)) != phrase:
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


def _fit(values: pl.Series, form: str) -> float:
    """Weigh a header's claim by its cells: an "email" column without one @ is none."""
    found = share(values, form)
    return 1.0 if found >= 0.5 else 0.3 + 1.4 * found


def _by_content(frame: pl.DataFrame, columns: Sequence[str], form: str) -> str | None:
    for column in columns:
        values = sample(frame[column])
        if values.len() < 5 or share(values, form) < _CONTENT_SHARE:
            continue
        if form == "phone" and _mean(_plain_phone(values)) < _CONTENT_SHARE:
            continue
        if form == "url" and _mean(values.str.contains(_WEB)) < _CONTENT_SHARE:
            continue
        return column
    return None


def _plain_phone(values: pl.Series) -> pl.Series:
    """Tell phones from other long numbers: enough digits, set apart or dialled as phones are, and no date."""
    return (
        (values.str.count_matches(r"\d") >= 7)
        & values.str.contains(r"^[+(0]|\d[ ()./–-]+\d")
        & ~values.str.contains(_DATE)
    )


def _mean(hits: pl.Series) -> float:
    return int(hits.sum()) / max(hits.len(), 1)
