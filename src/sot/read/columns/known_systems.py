"""Which system and which of its tables a header row belongs to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from math import fsum
from pathlib import PurePath

from sot.read.columns.headers import fold, parts, words
from sot.rules.systems import Shape, SystemRules

_FILE_BONUS = 1.5
_EXACT_BONUS = 0.05
_ID_BONUS = 8.0
_IDS_FIT = 0.6
_LEAST = 0.9
"""So much must the columns of a header weigh that are a system's; one that n systems have weighs 1/n."""
_WHOLE = 5
"""A header of at least so many columns is a system's where that explains every one of them."""
_RARE, _SEVERAL, _SHARE = 0.5, 3, 0.4
"""So many columns of at most two systems are needed, or else so large a share of the header."""


@dataclass(frozen=True)
class Recognition:
    """A header row that is known: whose it is, what its rows are, and how strongly it speaks for that."""

    system: SystemRules
    object: str
    shape: Shape
    score: float
    rival: str | None = None


@dataclass(frozen=True)
class _Need:
    """One thing that a header row must have: one of several names, or a name of a pattern."""

    written: tuple[str, ...]
    folded: frozenset[str]
    pattern: re.Pattern[str] | None = None

    @classmethod
    def of(cls, rule: str) -> _Need:
        if rule.startswith("~"):
            return cls((), frozenset(), re.compile(rule.removeprefix("~").replace("|~", "|"), re.IGNORECASE))
        names = tuple(rule.split("|"))
        return cls(names, frozenset(map(fold, names)))


@dataclass
class _Known:
    system: SystemRules
    object: str
    shape: Shape
    needs: list[_Need] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    unless: frozenset[str] = frozenset()
    patterns: bool = False
    """Whether something that it needs is a pattern."""


def catalogue(systems: Sequence[SystemRules]) -> Catalogue:
    """Give the catalogue of `systems`, made once per process: a small file is read in less time than it is made."""
    # The rules are kept by the catalogue, so that no others get their ids.
    key = tuple(map(id, systems))
    if key not in _READY:
        _READY[key] = Catalogue(systems)
    return _READY[key]


_READY: dict[tuple[int, ...], Catalogue] = {}


class Catalogue:
    """All tables that the rules describe, ready to be compared with header rows."""

    def __init__(self, systems: Sequence[SystemRules]) -> None:
        self.systems = systems
        self._known = [
            _known(system, name, shape)
            for system in systems
            for name, shapes in system.objects.items()
            for shape in shapes
        ]
        owners: dict[str, set[str]] = {}
        for known in self._known:
            for column in known.columns:
                owners.setdefault(column, set()).add(known.system.system)
        self._having: dict[str, list[_Known]] = {}
        for known in self._known:
            for column in known.columns:
                self._having.setdefault(column, []).append(known)
        self._weight = {column: 1 / len(names) for column, names in owners.items()}
        self.columns = frozenset(owners)

    def known_of(self, header: Sequence[str]) -> list[str] | None:
        """Give the columns of a header that the rules of its system know; None where no rules know the header."""
        table = self.recognise(header)
        if table is None:
            return None
        shape = table.shape
        named = {
            fold(part) for listed in shape.fields.values() for written in listed for part in parts(written)
        }
        named |= {fold(name) for name in (*shape.needs, *shape.also, *shape.record_id)}
        named |= {fold(rule.column) for rule in (*shape.types, *shape.states, *shape.skip)}
        return [name for name in header if fold(name) in named]

    def recognise(
        self,
        header: Sequence[str],
        path: str = "",
        system: str | None = None,
        below: Sequence[Sequence[str]] = (),
    ) -> Recognition | None:
        """Give the table that best explains a header row and the ids in the rows `below` it.

        Only tables of `system` are looked at, if it is given.
        """
        written = {fold(name): name.strip() for name in header if fold(name)}
        hinted = self.system_of_file(path)
        scored: list[tuple[float, str, _Known]] = []
        near = {id(known) for column in written for known in self._having.get(column, ())}
        for known in self._known:
            # Without a column of it or a pattern, only its system could speak for it.
            if system is None and hinted is None and id(known) not in near and not known.patterns:
                continue
            if system is not None and known.system.system != system:
                continue
            if known.unless & written.keys() or not all(_met(need, written) for need in known.needs):
                continue
            shared = known.columns.keys() & written.keys()
            # Summed exactly: the order of a set changes from run to run, and a last digit would decide between equals.
            score = fsum(
                self._weight[column] * (1 + _EXACT_BONUS * (known.columns[column] == written[column]))
                for column in shared
            )
            sure = system is not None or (hinted is not None and hinted.system == known.system.system)
            if hinted is not None and hinted.system == known.system.system:
                score += _FILE_BONUS
            if hinted not in (None, known.system) and _ids_of_others(known, header, below):
                continue
            fit = _ids_fit(known.shape, header, below)
            if known.shape.id_needed and fit < _IDS_FIT:
                continue
            if fit >= _IDS_FIT and known.object == "account" and _holds_deals(known, header, below):
                continue
            if not (sure or fit >= _IDS_FIT or self._explains(known, written, shared)):
                continue
            score += _ID_BONUS * fit
            scored.append((score, known.system.system, known))
        if not scored:
            return None
        scored.sort(key=lambda item: (-item[0], item[1], item[2].object, item[2].shape.variant))
        score, name, best = scored[0]
        rival = next((other for _, other, _ in scored[1:] if other != name), None)
        return Recognition(best.system, best.object, best.shape, score, rival)

    def _explains(self, known: _Known, written: Mapping[str, str], shared: AbstractSet[str]) -> bool:
        """Tell whether a table explains enough of a header: captions that few systems write, or most of the header.

        A column that many systems have (Email, Name) speaks for none; a pattern is a caption of that system alone.
        """
        own = sum(need.pattern is not None for need in known.needs)
        weight = own + fsum(self._weight[column] for column in shared)
        if len(shared) == len(written) >= _WHOLE:
            return True
        rare = own + sum(self._weight[column] >= _RARE for column in shared)
        return weight >= _LEAST and (rare >= _SEVERAL or len(shared) >= _SHARE * len(written))

    def called(self, name: str) -> SystemRules | None:
        """Give the system that has this very name, written in any way, if it is one alone."""
        mine = [
            system
            for system in self.systems
            if fold(name) in map(fold, (system.system, system.title, *system.names))
        ]
        return mine[0] if len(mine) == 1 else None

    def system_of_file(self, path: str) -> SystemRules | None:
        """Give the system that a file's name speaks of, if it is one alone."""
        stem = "_" + "_".join(words(PurePath(path).stem)) + "_"
        lengths = Counter[str]()
        for system in self.systems:
            for name in system.names:
                if f"_{'_'.join(words(name))}_" in stem:
                    lengths[system.system] = max(lengths[system.system], len(name))
        best = lengths.most_common(2)
        if not best or (len(best) > 1 and best[0][1] == best[1][1]):
            return None
        return next(system for system in self.systems if system.system == best[0][0])


def _known(system: SystemRules, name: str, shape: Shape) -> _Known:
    written = [part for sources in shape.fields.values() for source in sources for part in parts(source)]
    needs = [_Need.of(need) for need in shape.needs]
    columns = [
        *written,
        *shape.also,
        *shape.record_id,
        *(column for need in needs for column in need.written),
    ]
    return _Known(
        system, name, shape, needs, {fold(column): column.strip() for column in columns},
        frozenset(map(fold, shape.unless)), any(need.pattern for need in needs),
    )  # fmt: skip


def _met(need: _Need, written: Mapping[str, str]) -> bool:
    if need.folded & written.keys():
        return True
    return need.pattern is not None and any(need.pattern.search(name) for name in written.values())


def _ids_fit(shape: Shape, header: Sequence[str], below: Sequence[Sequence[str]]) -> float:
    """Give the share of ids that look as the ids of this very table do."""
    if shape.id_like is None or not below:
        return 0.0
    ids = _ids(shape, header, below)
    return sum(bool(re.match(shape.id_like, id_)) for id_ in ids) / len(ids) if ids else 0.0


def _holds_deals(known: _Known, header: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether a column beside that of the accounts' ids holds those of deals: each row is a deal of an account."""
    forms = {shape.id_like for shape in known.system.objects.get("deal", ()) if shape.id_like}
    own = set(map(fold, known.shape.record_id))
    for place, name in enumerate(header):
        ids = [row[place] for row in below if len(row) > place and row[place].strip()]
        if fold(name) in own or not ids:
            continue
        if any(sum(bool(re.match(form, id_)) for id_ in ids) >= _IDS_FIT * len(ids) for form in forms):
            return True
    return False


def _ids_of_others(known: _Known, header: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether no id below a header is written as the system writes its ids."""
    form = _FORMS.get(known.system.ids.kind)
    ids = _ids(known.shape, header, below)
    prefix = known.system.ids.strip_prefix or ""
    return (
        form is not None
        and bool(ids)
        and not any(form.fullmatch(id_.strip().removeprefix(prefix)) for id_ in ids)
    )


_FORMS = {
    "salesforce": re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?"),
    "digits": re.compile(r"\d+"),
    "guid": re.compile(r"\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?"),
}


def _ids(shape: Shape, header: Sequence[str], below: Sequence[Sequence[str]]) -> list[str]:
    """Give what the rows hold in the first column that is an id of this table."""
    wanted = [fold(column) for column in shape.record_id]
    places = [i for i, name in enumerate(header) if fold(name) in wanted]
    return [row[places[0]] for row in below if places and len(row) > places[0] and row[places[0]].strip()]
