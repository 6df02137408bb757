"""`.sotignore`: patterns of files in a folder that are no exports.

One pattern a line; empty lines and lines that begin with `#` are left out. `*` and `?` stand for letters of a name.
A pattern with a slash at its end means a folder, one with a slash in its midst a path from the folder of the file,
any other a name in this folder or below it. It is the part of .gitignore that such folders need.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from sot.errors import InputError

NAME = ".sotignore"


@dataclass(frozen=True)
class IgnoreFile:
    """The patterns of one `.sotignore`, for what is in its folder."""

    folder: Path
    patterns: tuple[str, ...]

    def covers(self, path: Path) -> bool:
        """Say whether a file, or a folder around it, is named by a pattern."""
        if not path.is_relative_to(self.folder):
            return False
        parts = path.relative_to(self.folder).parts
        return any(_covers(pattern, parts) for pattern in self.patterns)


def ignore_files(root: Path) -> list[IgnoreFile]:
    """Read every `.sotignore` in a folder and below it; InputError if one can't be read."""
    files = []
    for path in sorted(root.rglob(NAME)):
        if not path.is_file():
            raise InputError(f"{path}: this is not a file", "remove it, or write patterns into it")
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: can't be read as UTF-8 text: {error}") from error
        patterns = (line.strip() for line in lines)
        files.append(IgnoreFile(path.parent, tuple(p for p in patterns if p and not p.startswith("#"))))
    return files


def _covers(pattern: str, parts: tuple[str, ...]) -> bool:
    folders_only = pattern.endswith("/")
    wanted = tuple(part for part in pattern.split("/") if part)
    # A trailing slash leaves out the last part, which is the file itself.
    ends = range(1, len(parts) + (not folders_only))
    anchored = "/" in pattern.rstrip("/")
    if anchored:
        return any(_same(wanted, parts[:end]) for end in ends)
    return any(_same(wanted, parts[end - 1 : end]) for end in ends)


def _same(patterns: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    return len(patterns) == len(parts) and all(map(fnmatchcase, parts, patterns))
