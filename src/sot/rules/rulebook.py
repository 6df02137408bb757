"""Where rules lie: the shipped folder, with the files of a project's own `rules/` folder in their stead."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from sot.errors import RulesError
from sot.rules.loader import load

Model = TypeVar("Model", bound=BaseModel)


@cache
def shipped() -> Path:
    """Give the folder of the rules that come with `sot`: inside the wheel, or the checkout's own."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_shipped" / "rules"
    return inside if inside.is_dir() else package.parent.parent / "rules"


@dataclass
class Rulebook:
    """The rules in force: a file of the project's `rules/` folder replaces the shipped file of the same name.

    Files are read when they are first asked for; `used` remembers them for the manifest.
    """

    project: Path | None = None
    used: dict[str, Path] = field(default_factory=dict)
    _cache: dict[tuple[str, type], object] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """Give the file in force for `name`, such as "naming/legal_forms.yaml"; RulesError if there is none."""
        own = self.project / name if self.project else None
        found = own if own is not None and own.is_file() else shipped() / name
        if not found.is_file():
            raise RulesError(
                f"rules/{name}: there is no such rules file", f"see {shipped()} for those there are"
            )
        self.used[name] = found
        return found

    def names(self, folder: str) -> list[str]:
        """Give the names of the files of a rules folder, shipped and own together, sorted."""
        found = set()
        for root in (shipped(), self.project):
            if root is not None and (root / folder).is_dir():
                found |= {f"{folder}/{file.name}" for file in (root / folder).glob("*.yaml")}
        return sorted(found)

    def get(self, name: str, model: type[Model]) -> Model:
        """Read the rules file `name` into `model`, once."""
        key = (name, model)
        if key not in self._cache:
            self._cache[key] = load(self.path(name), model)
        found = self._cache[key]
        assert isinstance(found, model)
        return found

    def hashes(self) -> dict[str, str]:
        """Give the SHA-256 of every rules file that was used, by its name."""
        return {
            name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sorted(self.used.items())
        }
