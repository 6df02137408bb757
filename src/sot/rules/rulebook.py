"""Where rules lie: the shipped folder, with the files of a project's own `rules/` folder in their stead."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel

from sot.errors import RulesError
from sot.rules.error_text import did_you_mean
from sot.rules.loader import FileErrors, Path_, load, problem_at

Model = TypeVar("Model", bound=BaseModel)


@cache
def shipped() -> Path:
    """Give the folder of the rules that come with `sot`: inside the wheel, or the checkout's own."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_shipped" / "rules"
    return inside if inside.is_dir() else package.parent.parent / "rules"


@dataclass(frozen=True)
class Reference:
    """A name in a rules file that refers to something in another one: where, the name, those that exist, their kind."""

    at: Path_
    name: str
    known: Collection[str]
    kind: str

    @property
    def problem(self) -> str | None:
        """What is wrong with the name, if nothing has it."""
        if self.name in self.known:
            return None
        hint = did_you_mean(self.name, self.known) or f"; there are {', '.join(sorted(self.known))}"
        return f"there is no {self.kind} '{self.name}'{hint}"


@runtime_checkable
class HasReferences(Protocol):
    """Rules that name something in another file."""

    def references(self, rules: Rulebook) -> Iterable[Reference]:
        """Give each such name."""


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
        file = own if own is not None and own.is_file() else shipped() / name
        if not file.is_file():
            raise RulesError(
                f"rules/{name}: there is no such rules file", f"see {shipped()} for those there are"
            )
        self.used[name] = file
        return file

    def names(self, folder: str) -> list[str]:
        """Give the names of the files of a rules folder, shipped and own together, sorted."""
        names = set()
        for root in (shipped(), self.project):
            if root is not None:
                with suppress(OSError), os.scandir(root / folder) as files:
                    names |= {f"{folder}/{file.name}" for file in files if file.name.endswith(".yaml")}
        return sorted(names)

    def get(self, name: str, model: type[Model]) -> Model:
        """Read the rules file `name` into `model`, once; raise RulesError if it, or a name in it, is wrong."""
        key = (name, model)
        if key not in self._cache:
            loaded = load(self.path(name), model)
            self._require(self.path(name), loaded)
            self._cache[key] = loaded
        cached = self._cache[key]
        assert isinstance(cached, model)
        return cached

    def digest(self, folder: str) -> str:
        """Give a digest of the files in force of a rules folder: equal files, equal digest."""
        own, files = self.project, {}
        for root in (shipped(), own):
            if root is not None and (root / folder).is_dir():
                files.update({file.name: file for file in (root / folder).iterdir() if file.is_file()})
        made = hashlib.sha256()
        for name, file in sorted(files.items()):
            made.update(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
        return made.hexdigest()

    def _require(self, path: Path, loaded: object) -> None:
        """Raise RulesError if the file names something that is not in the file that it refers to."""
        if not isinstance(loaded, HasReferences):
            return
        missing = [(ref.at, ref.problem) for ref in loaded.references(self)]
        problems = [problem_at(path, at, what) for at, what in missing if what]
        if problems:
            raise FileErrors(problems)

    def own_files(self) -> list[str]:
        """Give the names of all files in the project's own rules folder, used or not."""
        if self.project is None:
            return []
        return sorted(p.relative_to(self.project).as_posix() for p in self.project.rglob("*") if p.is_file())

    def hashes(self) -> dict[str, str]:
        """Give the SHA-256 of every rules file that was used, by its name."""
        return {
            name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sorted(self.used.items())
        }
