"""What to show of the queue: words, and system:, kind:, band: or state: in one line of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sot.errors import UsageError
from sot.review.case_grid import fold
from sot.review.cases import KINDS, Case

STATES = ("open", "unsure", "settled", "all")
KEYS = ("system", "kind", "band", "state")
ALLOWED = {"kind": KINDS, "band": ("auto", "doubt", "apart", "none"), "state": STATES}


@dataclass(frozen=True)
class Filter:
    """Which cases are wanted: any of the values of each key, and all of the words in the names."""

    words: tuple[str, ...] = ()
    wanted: tuple[tuple[str, str], ...] = ()

    @property
    def states(self) -> frozenset[str]:
        """The states that are wanted: what is open, unless something else was said."""
        asked = frozenset(value for key, value in self.wanted if key == "state")
        return frozenset(STATES) if "all" in asked else asked or frozenset({"open", "unsure"})

    @property
    def all_states(self) -> bool:
        """Whether everything is wanted, also what is put off."""
        return ("state", "all") in self.wanted

    def admits(self, case: Case, state: str, bands: Mapping[str, float]) -> bool:
        """Tell whether `case`, in this state, is wanted."""
        return (
            state in self.states
            and self._any("system", case.systems)
            and self._any("kind", case.kinds)
            and self._any("band", {band(case, bands)})
            and all(word in fold(case.names) for word in self.words)
        )

    def _any(self, key: str, has: frozenset[str] | set[str]) -> bool:
        wanted = {value for name, value in self.wanted if name == key}
        return not wanted or bool(wanted & has)


def parse(text: str) -> Filter:
    """Read a filter such as "system:netsuite kind:vetoed acme"; UsageError names what is not known."""
    words, wanted = [], []
    for part in text.split():
        key, colon, value = part.partition(":")
        if not colon:
            words.append(fold(part))
        elif key not in KEYS:
            raise UsageError(f"filter '{part}': '{key}' is not one of {', '.join(KEYS)}")
        elif value not in ALLOWED.get(key, (value,)):
            raise UsageError(f"filter '{part}': a {key} is one of {', '.join(ALLOWED[key])}")
        else:
            wanted.append((key, value))
    return Filter(tuple(words), tuple(wanted))


def band(case: Case, bands: Mapping[str, float]) -> str:
    """Give the band of the link in question: auto, doubt or apart; none where no link is asked about."""
    if case.probability is None:
        return "none"
    over = [name for name in ("auto", "doubt") if case.probability >= bands[name]]
    return over[0] if over else "apart"
