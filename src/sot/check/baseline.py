"""baseline.json in the project folder: what missed its gate when it was saved, and is allowed until it gets worse."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sot.errors import RulesError
from sot.workspace.safe_write import write_whole

DIGITS = 6
"""So many digits of a figure are kept."""

Key = tuple[str, str]
"""The name of a gate, and the scope of its figure."""


@dataclass(frozen=True)
class Baseline:
    """The figure of every gate and scope that missed its limit."""

    figures: Mapping[Key, float]

    def value(self, key: Key) -> float | None:
        """Give the figure that is allowed; None where the limit of the gate holds."""
        return self.figures.get(key)


def load(path: Path) -> Baseline | None:
    """Read the baseline of a project; None if none was saved."""
    if not path.is_file():
        return None
    try:
        gates = json.loads(path.read_text(encoding="utf-8"))["gates"]
        return Baseline(
            {(gate, scope): float(n) for gate, scopes in gates.items() for scope, n in scopes.items()}
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RulesError(
            f"{path}: this is not a baseline: {error}", "restore the last version from git, or save a new one"
        ) from error


def save(path: Path, baseline: Baseline) -> None:
    """Write the baseline, sorted, so that git shows what changed."""
    gates: dict[str, dict[str, float]] = {}
    for (gate, scope), value in sorted(baseline.figures.items()):
        gates.setdefault(gate, {})[scope] = round(value, DIGITS)
    write_whole(path, (json.dumps({"gates": gates}, ensure_ascii=False, indent=2) + "\n").encode())
