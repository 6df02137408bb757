"""The hash of what an export is: the bytes of a file, or the files of a folder that is one table."""

from __future__ import annotations

import hashlib
from pathlib import Path


def path_hash(path: Path) -> str:
    """Give the SHA-256 of a file; of a folder that of its files, by their paths from there. OSError as they come."""
    if not path.is_dir():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    total = hashlib.sha256()
    for member in sorted(member for member in path.rglob("*") if member.is_file()):
        total.update(
            f"{member.relative_to(path).as_posix()}\n{path_hash(member)}\n".encode(errors="surrogateescape")
        )
    return total.hexdigest()
