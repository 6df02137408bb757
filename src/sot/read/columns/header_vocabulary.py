"""The words of headers: how a header is cut into them, and how strongly they name a field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from sot.read.columns.headers import words
from sot.read.columns.word_stems import by_stem, stems
from sot.rules.systems import UnknownRules

Tokens = tuple[str, ...]

_BEHIND_ADDRESS = frozenset(("company", "phone"))
_NUMBERED = re.compile(r"([a-z]{3,}|[^\W\d_a-z]{2,})(\d{1,2})")
_SHORTEST = 2
_TITLE = frozenset(("title",))
_WRITTEN_OUT = re.compile("([aou])e")
"""Umlauts as names of files have them (zahlungseingaenge)."""
_LINKS = ("s", "n", "en", "es", "e")
"""What German, Dutch and Swedish put between the parts of a word: Auftrag-s-nummer, Kunde-n-nummer."""
_NAMED = 0.65
"""Worth of a phrase within a longer header, each word besides it costs a little of that."""
_WORD_COST = 0.05
_IN_SO_MANY_WORDS = 0.85
_OF_A_PROGRAM = 0.98
_BRACKET = re.compile(r"^(\S.*?)\s*\(([^()]+)\)$")
_PIECE, _LONG, _NO_NAME = 3, 9, 60
"""Words of more letters than the first may be parts of one that is written as one, if that has at least so many letters
as the second; one of more than the third names no column, and to cut it would take long."""
_SHORT_PIECES = ("zip", "tel", "fax", "vat", "tax")
NAMELESS = re.compile(r"^column \d+$")
"""What a column without a name is called here; its number names no second address."""
_LAST = ("id", "no", "nr", "url")
_WITHOUT = re.compile(r"\bs/\s?(?=(?:iva|imp|igv)\b)", re.IGNORECASE)
"""How Portuguese and Spanish shorten what is without tax: Total s/ IVA."""

_OF_ID = re.compile(r"_id\.(?=name$)", re.IGNORECASE)
"""What interfaces call the thing that an id means beside it: org_id.name is the organization's name."""


class Vocabulary:
    """The words of `rules/systems/unknown.yaml`, ready to be compared with headers."""

    def __init__(self, rules: UnknownRules) -> None:
        self.rules = rules
        self.neutral = frozenset(rules.neutral)
        self._parts = frozenset(rules.address_parts)
        self._brands = frozenset(rules.brands)
        self._elsewhere = tuple(rules.elsewhere)
        # Words of other scripts are written in the rules as people write them, and compared as headers are cut.
        self._short = {_written(word): meaning for word, meaning in rules.abbreviations.items()}
        self._headers = {words(header): meaning for header, meaning in rules.headers.items()}
        self._endings = {_written(ending): meaning for ending, meaning in rules.endings.items()}
        self._longest = sorted(self._endings, key=lambda ending: (-len(ending), ending))
        self._ends = tuple(self._longest)
        self._cut: dict[str, Tokens] = {}
        self._strong: dict[tuple[frozenset[str], str], float] = {}
        self._bares: dict[frozenset[str], frozenset[str]] = {}

    def tokens(self, header: str) -> Tokens:
        """Cut a header into words of one language: short forms, compounds and initials written out."""
        if header not in self._cut:
            if NAMELESS.match(header):
                self._cut[header] = ()
                return ()
            cut = words(_WITHOUT.sub("sem ", _OF_ID.sub(".", header)))
            whole = self.rules.alone.get(header.strip().lower()) or self._headers.get(cut)
            if whole is not None:
                self._cut[header] = tuple(whole.split())
                return self._cut[header]
            tokens = [token for word in _joined(self._branded(cut)) for token in self._spelled(word)]
            self._cut[header] = tuple(self._within_address(tokens))
        return self._cut[header]

    def _branded(self, parts: Sequence[str]) -> list[str]:
        """Put the halves of a program's name together: Net, Suite of NetSuite_Order is no net amount."""
        whole: list[str] = []
        for part in parts:
            if whole and whole[-1] + part in self._brands:
                whole[-1] += part
            else:
                whole.append(part)
        return whole

    def _within_address(self, tokens: list[str]) -> list[str]:
        """Leave out the word address where a part of one is named: billing_address.city, Default Address Company."""
        if "address" not in tokens:
            return tokens
        part = bool(self._parts & set(tokens)) or tokens[-1] in _BEHIND_ADDRESS
        if part or tokens.count("address") > 1:
            tokens = [token for token in tokens if token != "email" and not (part and token == "address")]
        return tokens

    def _spelled(self, word: str) -> list[str]:
        short = self._short
        if word in short:
            return short[word].split()
        plain = _WRITTEN_OUT.sub(r"\1", word)
        if plain != word and plain in short:
            return short[plain].split()
        if not word.endswith(self._ends):
            return self._pieces(word)
        for ending in self._longest:
            stem = word.removesuffix(ending)
            if _SHORTEST <= len(stem) < len(word):
                return [*self._stem(stem), *self._endings[ending].split()]
        return [word]

    def _stem(self, stem: str) -> list[str]:
        short = self._short
        for link in ("", *_LINKS):
            bare = stem.removesuffix(link)
            if bare in short and (bare != stem or not link):
                return short[bare].split()
        return self._pieces(stem)

    @cached_property
    def _said(self) -> frozenset[str]:
        """The words that headers are known by, as they are written."""
        rules = self.rules
        lists = [field.words for fields in (rules.fields, rules.document_fields) for field in fields.values()]
        lists += [
            rules.record_id,
            rules.neutral,
            rules.other,
            rules.persons,
            rules.first_name,
            rules.last_name,
        ]
        spoken = {word for listed in lists for phrase in listed for word in words(phrase)} | set(
            rules.abbreviations
        )
        return frozenset(
            word for word in spoken if word.isascii() and (len(word) > _PIECE or word in _SHORT_PIECES)
        )

    def _pieces(self, word: str) -> list[str]:
        """Cut a word that is written as one from several known ones: ADDRESSCITY, PRIMARYCONTACTEMAIL."""
        if word in self._said:
            return [word]
        if not _LONG <= len(word) <= _NO_NAME or not word.isascii():
            return self._inflected.get(stems([word]), word).split()
        best: dict[int, list[str]] = {0: []}
        for end in range(1, len(word) + 1):
            for start in range(end - 1, -1, -1):
                part = word[start:end]
                if start not in best or not (
                    part in self._said or (start and part in _LAST and end == len(word))
                ):
                    continue
                if end not in best or len(best[start]) + 1 < len(best[end]):
                    best[end] = [*best[start], part]
        if len(word) not in best:
            return self._inflected.get(stems([word]), word).split()
        return [token for part in best[len(word)] for token in self._short.get(part, part).split()]

    @cached_property
    def _inflected(self) -> dict[tuple[str, ...], str]:
        return by_stem({(word,): meaning for word, meaning in self._short.items()})

    @cached_property
    def phrases(self) -> dict[str, dict[frozenset[str], float]]:
        """Phrase words → strength, per kind.

        a.FIELD of accounts, d.FIELD of documents, d.FIELD.KIND of those of one kind, id, other; d.other.KIND is what
        is about something else in documents of one kind, where notes or types may count.
        """
        rules = self.rules
        strengths = {
            f"{group}.{name}": {**self._strengths(rule.second, 0.7), **self._strengths(rule.words, 1.0)}
            for group, fields in (("a", rules.fields), ("d", rules.document_fields))
            for name, rule in fields.items()
        }
        for name, rule in rules.document_fields.items():
            for kind, own in rule.of.items():
                # A kind of table that has the field only by words of its own: the end of an invoice is its payment.
                usual = strengths[f"d.{name}"] if kind in (rule.kinds or (kind,)) else {}
                strengths[f"d.{name}.{kind}"] = {**usual, **self._strengths(own, 1.0)}
        for kind in rules.objects:
            # The customer of an invoice or payment may be in a column that is called no more than a name.
            named = strengths.get(f"d.account_name.{kind}", strengths["d.account_name"])
            # The title of a document is what it is about.
            listed = {phrase: best for phrase, best in strengths["a.name"].items() if phrase != _TITLE}
            strengths[f"p.account_name.{kind}"] = {**listed, **named}
        other = self._strengths(rules.other, 1.0)
        strengths["other"], strengths["id"] = other, self._strengths(rules.record_id, 1.0)
        for kind in rules.objects:
            names = [name for name, rule in rules.document_fields.items() if rule.is_of(kind)]
            taken = {
                phrase
                for name in names
                for phrase in strengths.get(f"d.{name}.{kind}", strengths[f"d.{name}"])
            }
            strengths[f"d.other.{kind}"] = {
                phrase: strength for phrase, strength in other.items() if phrase not in taken
            }
        return strengths

    @cached_property
    def _programs(self) -> frozenset[str]:
        return frozenset(token for name in self.rules.programs for token in self.tokens(name))

    @cached_property
    def _program_ids(self) -> frozenset[frozenset[str]]:
        return frozenset(frozenset(self.tokens(name)) for name in self.rules.program_ids)

    def _names_program(self, mine: frozenset[str]) -> bool:
        """Tell the words of a header that names another system's id: SAP number, ERP customer code."""
        return not mine.isdisjoint(self._programs) and mine - self._programs in self._program_ids

    def _strengths(self, phrases: Sequence[str], best: float) -> dict[frozenset[str], float]:
        strengths: dict[frozenset[str], float] = {}
        for place, phrase in enumerate(phrases):
            strengths.setdefault(frozenset(self.tokens(phrase)), best * (1.0 - 0.1 * place / len(phrases)))
        return {phrase: strength for phrase, strength in strengths.items() if phrase}

    @cached_property
    def _spoken(self) -> dict[str, frozenset[str]]:
        """All words of the phrases of a kind."""
        return {kind: frozenset().union(*phrases) for kind, phrases in self.phrases.items()}

    @cached_property
    def _telling(self) -> frozenset[str]:
        """Words that name a field all by themselves; beside another field's words they change what it is."""
        groups = self.phrases.values()
        return frozenset(word for group in groups for phrase in group if len(phrase) == 1 for word in phrase)

    @cached_property
    def _vague(self) -> frozenset[str]:
        """Words that say too little by themselves: "number" alone is no customer number."""
        return frozenset(
            (
                "id",
                "name",
                "amount",
                *(token for phrase in self.rules.vague_ids for token in self.tokens(phrase)),
            )
        )

    def strength(self, header: str, kind: str) -> float:
        """Tell how strongly a header names a field: 1 in so many words, less with words of its own beside."""
        mine = frozenset(self.tokens(header))
        if (mine, kind) not in self._strong:
            self._strong[mine, kind] = self._strength(mine, kind) if mine else 0.0
        best = self._strong[mine, kind]
        bracket = _BRACKET.match(header) if header.endswith(")") else None
        return best if bracket is None else max(best, self._qualified(bracket[1], bracket[2], kind))

    def _qualified(self, outer: str, inner: str, kind: str) -> float:
        """Weigh a header with a word in brackets: a unit that names nothing, or the same thing in other words.

        A word for where goods are sent makes it another address, one for bills none.
        """
        if self.holds(inner, self._elsewhere):
            return 0.0
        whole = self.strength(outer, kind)
        if self.neutral.issuperset(self.tokens(inner)):
            return _OF_A_PROGRAM * whole
        if self._telling.isdisjoint(self.tokens(inner)):
            return _OF_A_PROGRAM * whole
        return min(whole, self.strength(inner, kind))

    def _strength(self, mine: frozenset[str], kind: str) -> float:
        phrases = self.phrases[kind]
        if kind == "a.external_id" and self._names_program(mine):
            return _OF_A_PROGRAM
        if mine.isdisjoint(self._spoken[kind]):
            return 0.0
        if mine in phrases:
            return phrases[mine]
        core = mine - self.neutral
        telling = not core <= self._vague
        best = 0.0
        for phrase, strength in phrases.items():
            if telling and core == self._bare(phrase):
                best = max(best, 0.9 * strength)
            elif phrase <= mine:
                more = core - phrase
                if not more and len(phrase) > 1:
                    best = max(best, 0.9 * strength)
                elif not more & self._telling:
                    best = max(best, (_NAMED + _WORD_COST - _WORD_COST * len(more)) * strength)
        return best

    def _bare(self, phrase: frozenset[str]) -> frozenset[str]:
        if phrase not in self._bares:
            self._bares[phrase] = phrase - self.neutral
        return self._bares[phrase]

    def names_something(self, header: str) -> bool:
        """Tell whether a header names any field, an id, or something known that no field takes."""
        named = any(
            self.strength(header, kind) >= self.rules.gate for kind in self.phrases if "other" not in kind
        )
        return named or self.strength(header, "other") >= _IN_SO_MANY_WORDS

    def holds(self, header: str, phrases: Sequence[str]) -> bool:
        """Tell whether one of `phrases` stands in the header, its words in any order."""
        mine = frozenset(self.tokens(header))
        return bool(mine) and any(mine.issuperset(self.tokens(phrase)) for phrase in phrases)

    def bare(self, header: str) -> frozenset[str]:
        """Give the words of a header without those that say whose or which."""
        mine = frozenset(self.tokens(header))
        return (mine - self.neutral) or mine

    def is_company(self, text: str) -> bool:
        """Tell a company's name by its last word: Acme Inc."""
        tokens = words(text)
        return len(tokens) > 1 and tokens[-1] in self.rules.company_words


_made: dict[int, Vocabulary] = {}
_MOST_MADE = 8


def vocabulary_of(rules: UnknownRules) -> Vocabulary:
    """Give the vocabulary of `rules`, one for all that ask with the same ones: phrases are cut once in a process."""
    vocabulary = _made.get(id(rules))
    if vocabulary is None or vocabulary.rules is not rules:
        if len(_made) >= _MOST_MADE:
            _made.clear()
        vocabulary = _made[id(rules)] = Vocabulary(rules)
    return vocabulary


def _written(word: str) -> str:
    return "".join(words(word))


def _joined(parts: Sequence[str]) -> Iterator[str]:
    """Put initials together (n, i, f → nif; e, mail → email) and take numbers off words (firma1 → firma, 1)."""
    initials = ""
    for part in parts:
        if initials == "e" and part.startswith(("mail", "post")):
            yield f"e{part}"
            initials = ""
            continue
        if len(part) == 1 and part.isalpha():
            initials += part
            continue
        if initials:
            yield initials
        initials = ""
        numbered = _NUMBERED.fullmatch(part)
        yield from numbered.groups() if numbered else (part,)
    if initials:
        yield initials
