"""Legal forms in scripts without blanks between words: where they are found in a name, and what is written for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import polars as pl

from sot.normalise.text import alternatives
from sot.rules.naming import LegalForms

_WIDE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CIRCLED: Mapping[str, str] = {
    circled: f"({sign})"
    for circled, sign in zip("㊑㊒㊓㊔㊕㊖㊘㊩㊪㊫㊮㊯", "株有社名特財労医宗学資協", strict=True)
}
_CIRCLES = {ord(circled): sign for circled, sign in _CIRCLED.items()}
_SIGN = re.compile(r"\(?[^() ]{1,4}\)?")


class WideForms:
    """The forms of the rules in such scripts.

    `words` are met anywhere and only need blanks around them. A sign in brackets (株) becomes a stand-in, since its
    transliteration may be a name of its own ("zhu"). One with half of its brackets is a form only at that end.
    """

    def __init__(self, rules: LegalForms) -> None:
        self.words: list[str] = []
        self.signs: dict[str, str] = {}
        self.before: dict[str, list[str]] = {}
        self.behind: dict[str, list[str]] = {}
        for name, entry in rules.classes.items():
            written = (unicodedata.normalize("NFKC", form) for form in (*entry.forms, *entry.leading))
            for form in sorted({form for form in written if _WIDE.search(form)}):
                self._add(name, form)
        self.words.sort(key=lambda form: (-len(form), form))

    def _add(self, name: str, form: str) -> None:
        if not is_sign(form):
            self.words.append(form)
        elif form[0] != "(":
            self.before.setdefault(name, []).append(form)
        elif form[-1] != ")":
            self.behind.setdefault(name, []).append(form)
        else:
            self.signs[form] = stand_in(name)

    def spaced(self, names: pl.Expr) -> pl.Expr:
        """Give names of full width characters in plain ones, with blanks around the forms and stand-ins for signs."""
        names = names.str.replace_many(list(_CIRCLED), list(_CIRCLED.values())).str.normalize("NFKC")
        for name, forms in self.before.items():
            names = names.str.replace(rf"^\s*(?:{alternatives(forms)})", f"{stand_in(name)} ")
        for name, forms in self.behind.items():
            names = names.str.replace(rf"(?:{alternatives(forms)})\s*$", f" {stand_in(name)}")
        spelled = {form: form for form in self.words} | self.signs
        return names.str.replace_many(
            list(spelled), [f" {written} " for written in spelled.values()], leftmost=True
        )

    def without(self, name: str) -> str:
        """Give a name in plain characters and small letters, without the forms in it."""
        name = unicodedata.normalize("NFKC", name.translate(_CIRCLES)).lower()
        for forms in self.before.values():
            name = re.sub(rf"^\s*(?:{alternatives(forms)})", " ", name)
        for forms in self.behind.values():
            name = re.sub(rf"(?:{alternatives(forms)})\s*$", " ", name)
        for form in (*self.words, *self.signs):
            name = name.replace(form.lower(), " ")
        return name


def is_sign(form: str) -> bool:
    """Tell whether a form is a sign in a bracket, or in half of one, such as (株) and 有)."""
    form = unicodedata.normalize("NFKC", form)
    return bool(_SIGN.fullmatch(form) and _WIDE.search(form) and ("(" in form or ")" in form))


def stand_in(name: str) -> str:
    """Give the word that is written for the signs of the class `name`: one that no name has."""
    return f"form0{name}"
