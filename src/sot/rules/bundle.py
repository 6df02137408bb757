"""The rules of a run as one value that can be sent to the workers of a cluster, and opened there."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sot.rules.rulebook import Rulebook


@dataclass(frozen=True)
class Bundle:
    """The project's own rules files (name, content); the shipped ones are where sot is installed."""

    files: tuple[tuple[str, bytes], ...] = ()

    @classmethod
    def of(cls, rules: Rulebook) -> Bundle:
        """Pack what the project has of its own."""
        root = rules.project
        return cls() if root is None else cls(tuple((n, (root / n).read_bytes()) for n in rules.own_files()))

    def open(self) -> Rulebook:
        """Give the rules; a process opens the same bundle once."""
        return _opened(self)


@lru_cache(maxsize=4)
def _opened(bundle: Bundle) -> Rulebook:
    if not bundle.files:
        return Rulebook()
    folder = Path(tempfile.mkdtemp(prefix="sot-rules-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, content in bundle.files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Rulebook(folder)
