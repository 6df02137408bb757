"""Which system and which of its tables a header row belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from sot.read.headers import fold, parts, words
from sot.rules.systems import Shape, SystemRules

_FILE_BONUS = 1.5
_EXACT_BONUS = 0.05


@dataclass(frozen=True)
class Recognition:
    """A header row that is known: whose it is, what its rows are, and how strongly it speaks for that."""

    system: SystemRules
    object: str
    shape: Shape
    score: float
    rival: str | None = None


@dataclass
class _Known:
    system: SystemRules
    object: str
    shape: Shape
    needs: list[frozenset[str]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)


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
        self._weight = {column: 1 / len(names) for column, names in owners.items()}
        self.columns = frozenset(owners)

    def recognise(
        self, header: Sequence[str], path: str = "", system: str | None = None
    ) -> Recognition | None:
        """Give the table that best explains a header row; only tables of `system`, if it is given."""
        written = {fold(name): name.strip() for name in header if fold(name)}
        hinted = self.system_of_file(path)
        found: list[tuple[float, str, _Known]] = []
        for known in self._known:
            if system is not None and known.system.system != system:
                continue
            if not all(need & written.keys() for need in known.needs):
                continue
            score = sum(
                self._weight[column] * (1 + _EXACT_BONUS * (known.columns[column] == written[column]))
                for column in known.columns.keys() & written.keys()
            )
            if hinted is not None and hinted.system == known.system.system:
                score += _FILE_BONUS
            found.append((score, known.system.system, known))
        if not found:
            return None
        found.sort(key=lambda item: (-item[0], item[1], item[2].object, item[2].shape.variant))
        score, name, best = found[0]
        rival = next((other for _, other, _ in found[1:] if other != name), None)
        return Recognition(best.system, best.object, best.shape, score, rival)

    def system_of_file(self, path: str) -> SystemRules | None:
        """Give the system that a file's name speaks of, if it is one alone."""
        stem = "_" + "_".join(words(PurePath(path).stem)) + "_"
        found = Counter[str]()
        for system in self.systems:
            for name in system.names:
                if f"_{'_'.join(words(name))}_" in stem:
                    found[system.system] = max(found[system.system], len(name))
        best = found.most_common(2)
        if not best or (len(best) > 1 and best[0][1] == best[1][1]):
            return None
        return next(system for system in self.systems if system.system == best[0][0])


def _known(system: SystemRules, name: str, shape: Shape) -> _Known:
    written = [part for sources in shape.fields.values() for source in sources for part in parts(source)]
    needs = [need.split("|") for need in shape.needs]
    columns = [*written, *shape.also, *shape.record_id, *(one for need in needs for one in need)]
    return _Known(
        system, name, shape,
        [frozenset(fold(one) for one in need) for need in needs],
        {fold(column): column.strip() for column in columns},
    )  # fmt: skip
