"""Words of the naming rules by all their spellings: legal forms, abbreviations, countries, regions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from sot.rules import Rulebook
from sot.rules.naming import Countries, LegalForms, NameWords, Regions, Streets

_SIGNS = re.compile(r"[\W_]+")
_SHORT = 0.7
_HOMES = ("US", "CA", "AU")


def squashed(text: str) -> str:
    """Give letters and digits alone, in lower case without accents; & is "and"."""
    return _SIGNS.sub("", unicodedata.normalize("NFKD", text.lower().replace("&", "and")))


class Spellings:
    """What the rules in force know of words that are written in several ways."""

    def __init__(self, rules: Rulebook) -> None:
        classes = rules.get("naming/legal_forms.yaml", LegalForms).classes
        self.legal: dict[str, str] = {}
        for entry in classes.values():
            self.legal.update(
                _meanings(sorted({squashed(form) for form in entry.forms}, key=lambda f: (len(f), f)))
            )
        parts = [form.split() for entry in classes.values() for form in entry.forms]
        self.last = frozenset(squashed(words[-1]) for words in parts) | frozenset(self.legal)
        self.before = frozenset(squashed(word) for words in parts for word in words[:-1])
        words = abbreviations(rules.get("naming/words.yaml", NameWords).abbreviations)
        # "Co." and "Corp." are told as legal forms.
        self.names = {short: full for short, full in words.items() if short not in self.legal}
        self.streets = abbreviations(rules.get("naming/streets.yaml", Streets).words)
        self.countries = _others(rules.get("naming/countries.yaml", Countries).root)
        self.regions = _regions(rules.get("naming/regions.yaml", Regions).root)


def abbreviations(groups: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Give for every word of the rules, and every abbreviation of it, the word that is written out.

    The rules put plurals and other languages beside a word as well; those are words of their own here.
    """
    written: dict[str, str] = {}
    for word, others in groups.items():
        spellings = list(
            dict.fromkeys(squashed(spelling) for spelling in (word, *others) if " " not in spelling)
        )
        shorts = {spelling: _written_out(spelling, spellings) for spelling in spellings}
        for spelling, full in shorts.items():
            if full is not None:
                written.setdefault(spelling, full)
                written.setdefault(full, full)
    return written


def _written_out(short: str, spellings: Iterable[str]) -> str | None:
    for full in spellings:
        if len(short) <= _SHORT * len(full) and _shortens(short, full):
            return full
    return None


def _meanings(forms: Sequence[str]) -> dict[str, str]:
    """Give for every form, from short to long, the form that it writes out: llc for limited liability company.

    A class of legal forms holds other forms beside (Co., Ltd. beside Ltd); they stay apart here.
    """
    meanings: dict[str, str] = {}
    for form in forms:
        meanings[form] = next(
            (short for short in meanings if meanings[short] == short and _shortens(short, form)), form
        )
    return meanings


def _shortens(short: str, full: str) -> bool:
    letters = iter(full)
    return short[:1] == full[:1] and all(letter in letters for letter in short)


def _others(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    named = {squashed(other): word for word, others in table.items() for other in others}
    return {word.lower(): word for word in table} | named


def _regions(table: Mapping[str, Mapping[str, Iterable[str]]]) -> dict[str, str]:
    """Give the regions whose abbreviation and name stand for each other; what two countries share is left out."""
    names_of: dict[str, set[str]] = {}
    for home in _HOMES:
        for short, others in table.get(home, {}).items():
            name = next(iter(others), short)
            for spelling in (short, *others):
                names_of.setdefault(squashed(spelling), set()).add(
                    re.sub(r"\b[a-z]", lambda m: m[0].upper(), name)
                )
    return {spelling: next(iter(names)) for spelling, names in names_of.items() if len(names) == 1}
