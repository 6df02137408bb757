"""Legal forms at the ends of names: what they are, and the core name without them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product
from string import ascii_lowercase

import polars as pl

from sot.normalise.distinct import listed, mapped, where
from sot.normalise.names.wide_forms import is_sign, stand_in
from sot.normalise.text import NOTHING, alternatives, bare_words
from sot.rules.naming import LegalForms

DOTTED = r"\b[a-z]{1,5}(?:[.,/]+[a-z]{1,5})+\b"
JOINERS = ("and", "und", "u", "et", "y", "e", "")


class LegalTable:
    """The legal forms of the rules, ready to be found in names of folded words."""

    def __init__(self, rules: LegalForms, stopwords: Iterable[str]) -> None:
        self.rules = rules
        bare = _bare(rules)
        self.trailing = {
            form: name for name, c in rules.classes.items() for form in _spellings(c.forms, bare)
        }
        self.leading = {form: name for form, name in self.trailing.items() if form.count(" ") >= 2}
        self.leading |= {
            form: name for name, c in rules.classes.items() for form in _spellings(c.leading, bare)
        }
        self.words = frozenset(word for form in (*self.trailing, *self.leading) for word in form.split())
        self.stopwords = frozenset(stopwords)
        self.typos = self._misspellings()
        self._typos = listed(self.typos)
        self.longest = max(form.count(" ") + 1 for form in self.trailing)
        self._tail = rf"(?: (?:{alternatives(self.trailing)}))+ $"
        self._head = rf"^ ({alternatives(self.leading)}) "
        self._no_head = (
            "|".join(
                rf"^ (?:{alternatives(_spellings(c.leading, bare))}) (?:{alternatives(c.not_before)}) "
                for c in rules.classes.values()
                if c.not_before
            )
            or NOTHING
        )
        inner = {
            *_spellings(rules.inner, bare),
            *(form for form in self.trailing if form in map(stand_in, rules.classes)),
        }
        self._inner = rf"^( [a-z0-9].*?) ((?:{alternatives(inner)})) ([a-z0-9].*)$"
        self._generic = [name for name, c in rules.classes.items() if c.generic]
        self._nothing = rf"^ (?:(?:{alternatives(self.stopwords)}) )*$"
        single = [form for form in self.trailing if " " not in form]
        self._ends = listed((*single, *self.typos))
        self._everyday = [
            (list(c.everyday) or [form for form in single if self.trailing[form] == name], list(c.not_after))
            for name, c in rules.classes.items()
            if c.not_after
        ]
        self._everyday_forms = listed(form for forms, _ in self._everyday for form in forms)

    def strip(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Take legal forms off the padded words in column `w`; gives columns `core` (padded), `legal` and `behind`."""
        w = pl.col("w")
        frame = frame.with_columns(core=w.str.replace(self._tail, " "))
        frame = frame.with_columns(tail=w.str.slice(pl.col("core").str.len_bytes()).str.strip_chars())
        frame = where(frame, pl.col("tail").is_in(self._everyday_forms), self._everyday_words)
        frame = self._with_typos(frame)
        frame = frame.with_columns(head=pl.lit(None, pl.String))
        head = pl.col("core").str.contains(self._head) & ~pl.col("core").str.contains(self._no_head)
        frame = where(frame, head, self._head_off)
        frame = where(frame, pl.col("core").str.contains(self._nothing), self._kept_whole)
        tails = {tail: self.class_of(tail) for tail in frame["tail"].unique().drop_nulls() if tail}
        frame = frame.with_columns(legal=mapped("tail", tails), behind=pl.lit(None, pl.String))
        generic = pl.when(pl.col("legal").is_in(self._generic)).then("head")
        frame = frame.with_columns(legal=pl.coalesce(generic, "legal", "head")).drop("tail", "head")
        return where(frame, pl.col("core").str.contains(self._inner), self._inner_off)

    def _inner_off(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Take a form out of the middle of a name; it is the legal form where none stands at the ends.

        What stands behind it is rather where the company is than what it is called: column `behind`.
        """
        frame = frame.with_columns(inner=pl.col("core").str.extract(self._inner, 2))
        return frame.with_columns(
            behind=pl.col("core").str.extract(self._inner, 3).str.strip_chars(),
            core=pl.col("core").str.replace(self._inner, "$1 $3"),
            legal=pl.coalesce("legal", mapped("inner", self.trailing)),
        )

    def _everyday_words(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Give a name back what only looks like a legal form ("Day Spa")."""
        last = pl.col("core").str.extract(r" ([a-z0-9]+) $", 1)
        for forms, words in self._everyday:
            frame = where(
                frame,
                pl.col("tail").is_in(forms) & last.is_in(words),
                lambda t: t.with_columns(core="w", tail=pl.lit("")),
            )
        return frame

    def dotted(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Take the dots out of a form at the end of column `w`, wherever they slipped to ("In.c", "S..pA.")."""
        end = rf"({DOTTED})[^a-z0-9]*$"
        letters = pl.col("w").str.extract(end, 1).str.replace_all(r"[^a-z]", "")
        frame = frame.with_columns(letters=letters)
        return where(
            frame,
            pl.col("letters").is_in(self._ends),
            lambda t: t.with_columns(w=pl.concat_str(pl.col("w").str.replace(end, ""), "letters")),
        ).drop("letters")

    def _head_off(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Take a form off the front of a name; column `head` is its class."""
        core = pl.col("core")
        frame = frame.with_columns(
            head=core.str.extract(self._head, 1), core=core.str.replace(self._head, " ")
        )
        return frame.with_columns(head=mapped("head", self.leading))

    def class_of(self, tail: str) -> str:
        """Give the class of a run of forms, at least one: the last; a generic one only if it is alone."""
        classes: list[str] = []
        rest = tail.split()
        while rest:
            for size in range(min(self.longest, len(rest)), 0, -1):
                name = self.trailing.get(" ".join(rest[-size:])) or self.typos.get(" ".join(rest[-size:]))
                if name is not None:
                    classes.append(name)
                    rest = rest[:-size]
                    break
            else:
                rest = rest[:-1]
        telling = [name for name in classes if not self.rules.classes[name].generic]
        return (telling or classes)[0]

    def _kept_whole(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Leave a word standing where the legal forms (and stop words) would be all of the name."""
        kept = [self._last_form_off(words) for words in frame["w"]]
        return frame.with_columns(
            core=pl.Series([core for core, _ in kept], dtype=pl.String),
            tail=pl.Series([tail for _, tail in kept], dtype=pl.String),
            head=pl.lit(None, pl.String),
        )

    def _last_form_off(self, words: str) -> tuple[str, str]:
        parts = words.split()
        for size in range(min(self.longest, len(parts)), 0, -1):
            core, tail = parts[:-size], " ".join(parts[-size:])
            if tail in self.trailing and set(core) - self.stopwords:
                return f" {' '.join(core)} ", tail
        return words, ""

    def _with_typos(self, frame: pl.DataFrame) -> pl.DataFrame:
        last = pl.col("core").str.extract(r" ([a-z]+) $", 1)
        frame = frame.with_columns(last=pl.when(pl.col("tail") == "").then(last))
        return where(frame, pl.col("last").is_in(self._typos), self._typo_off).drop("last")

    def _typo_off(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Take off a misspelled form, and the forms that it stood behind ("Private Limtied")."""
        before = pl.col("core").str.replace(r" [a-z]+ $", " ")
        frame = frame.with_columns(before=before, core=before.str.replace(self._tail, " "))
        rest = pl.col("before").str.slice(pl.col("core").str.len_bytes())
        return frame.with_columns(tail=pl.concat_str(rest, "last")).drop("before")

    def _misspellings(self) -> dict[str, str]:
        misspellings: dict[str, str] = {}
        for name, entry in self.rules.classes.items():
            for form in entry.forms if entry.typos else ():
                if form.isalpha() and form.isascii() and len(form) >= 3:
                    for typo in _typos(form):
                        misspellings.setdefault(typo, name)
        return {typo: name for typo, name in misspellings.items() if typo not in self.words}


def _bare(rules: LegalForms) -> dict[str, str]:
    """Give every form as folded words, all folded at once."""
    forms = [*rules.inner, *(form for c in rules.classes.values() for form in (*c.forms, *c.leading))]
    bare = dict(zip(forms, bare_words(forms), strict=True))
    signs = {
        f: stand_in(name) for name, c in rules.classes.items() for f in (*c.forms, *c.leading) if is_sign(f)
    }
    return bare | signs


def _spellings(forms: Iterable[str], bare: dict[str, str]) -> set[str]:
    """Give the forms as folded words, "and" between them in every language and left out."""
    spellings: set[str] = set()
    for form in (bare[form] for form in forms):
        # Single letters in a row are one word, as they are in names ("z o o").
        parts = re.sub(r"\b([a-z]) (?=[a-z]\b)", r"\1", form).split()
        choices = [JOINERS if part == "and" else (part,) for part in parts]
        spellings |= {" ".join(filter(None, choice)) for choice in product(*choices)}
    return spellings - {""}


def _typos(form: str) -> set[str]:
    """Give misspellings that are hardly other words.

    Letters swapped or doubled; in longer forms also one lost; in long ones one wrong or added, or the end
    cut off.
    """
    pairs = [(form[:i], form[i:]) for i in range(len(form) + 1)]
    swapped = {a + b[1] + b[0] + b[2:] for a, b in pairs if len(b) > 1}
    doubled = {a + b[0] + b for a, b in pairs if b}
    typos = swapped | doubled
    if len(form) >= 4:
        typos |= {a + b[1:] for a, b in pairs if b and a}
    if len(form) >= 7:
        typos |= {form[:size] for size in range(6, len(form))}
        typos |= {a + c + b[1:] for a, b in pairs if b for c in ascii_lowercase}
        typos |= {a + c + b for a, b in pairs for c in ascii_lowercase}
    return typos - {form}
