"""Names in scripts without blanks between words (Chinese, Japanese, Korean): compared by their own characters.

Transliterated, two names of different characters may be written alike, and one name is one long word. So the parts that
say the place and the kind of company are taken apart, and the rest is the word that tells.
"""

from __future__ import annotations

import re

from sot.model.scripts import CHARACTERS
from sot.normalise.names.wide_forms import WideForms
from sot.rules.naming import NameWords

_RUN = re.compile(rf"{CHARACTERS}+|[a-z0-9]+")
_PLACE = re.compile(r"^(.{2,3})(?:省|市|县|縣|区|區|州|府|都)(?=..)")
_SUFFIX = re.compile(r"^(?:省|市|县|縣|区|區|府|都|県|시|도)(?=.)")


class OwnScript:
    """The words of such names: known parts apart, `forms` (legal forms) left out, `parts` as words of their own.

    Parts of one kind in several writings (國民小學, 國小) are one word; a works or shop behind a part (紡織廠) is none.
    Characters in several writings (`variants`: 渡邊, 渡辺) are one. Known `places` in front or alone ("深圳…",
    "（深圳）") are words too, without what says that they are a town.
    """

    def __init__(self, forms: WideForms, rules: NameWords) -> None:
        self.one = {ord(other): group[0] for group in rules.wide_variants for other in group[1:]}
        self.forms = forms
        self.places = sorted((place.translate(self.one) for place in rules.wide_places), key=_longest_first)
        written = {part + end: part for part in rules.wide_parts for end in rules.wide_endings}
        written |= {part: part for part in rules.wide_parts}
        written |= {other: kind for kind, others in rules.wide_kinds.items() for other in (kind, *others)}
        bare = {other.translate(self.one): part.translate(self.one) for other, part in written.items()}
        self.parts = dict(sorted(bare.items(), key=lambda item: _longest_first(item[0])))

    def words(self, name: str) -> list[str]:
        """Give the words of `name` in their order; none if only a legal form is in such a script ("Sony 株式会社")."""
        text = self.forms.without(name).translate(self.one)
        if not re.search(CHARACTERS, text):
            return []
        return [word for run in _RUN.findall(text) for word in self._apart(run)]

    def _apart(self, run: str) -> list[str]:
        known = next((place for place in self.places if run.startswith(place)), "")
        rest = _SUFFIX.sub("", run[len(known) :]) if known else run
        before = [known] if known else []
        if not rest:
            return before
        if not known and (place := _PLACE.match(run)):
            before, rest = [place[1]], run[place.end() :]
        behind: list[str] = []
        while part := next((p for p in self.parts if rest.endswith(p) and len(rest) > len(p)), None):
            behind.insert(0, self.parts[part])
            rest = rest[: -len(part)]
        return [*before, rest, *behind]


def _longest_first(word: str) -> tuple[int, str]:
    return -len(word), word
