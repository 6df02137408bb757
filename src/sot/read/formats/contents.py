"""The tables in one file or archive, with what in it is left alone and what can't be read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePath

from sot.errors import InputError
from sot.model.addresses import is_database, shown
from sot.read.formats.database import database_grids
from sot.read.formats.dispatch import DATABASES, Member, grids_of, is_text, members, noted
from sot.read.formats.grid import Grid
from sot.read.formats.lake_tables import read_lake_table
from sot.rules.project import Settings, SourceSettings
from sot.workspace.path_hash import path_hash

MISSING = "there is no such file or folder"


@dataclass(frozen=True)
class Part:
    """A file, or a member of an archive: its path, the hash of its bytes, and its tables."""

    place: str
    sha256: str | None
    grids: list[Grid]
    files: tuple[tuple[str, str | None], ...] = ()
    """Where it is put together from several files: their paths and the hashes of their bytes."""


@dataclass(frozen=True)
class Contents:
    """What one path gave; `left` and `failed` hold paths with reasons."""

    parts: list[Part] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)


def is_database_file(path: str) -> bool:
    """Tell the path or address of a database from that of another file."""
    bare = path if Path(path).is_file() else path.partition("#")[0]
    return is_database(path) or PurePath(bare).suffix.lower() in DATABASES


def is_plain_text(path: str, data: bytes) -> bool:
    """Tell bytes that are delimited text: their reader checks all it does, and needs no process of its own."""
    return is_text(data, PurePath(path).suffix.lower())


def contents_of(path: str, data: bytes | None, settings: Settings) -> Contents:
    """Give the contents of `path`; `data` are its bytes, None for a database and for a
    folder that is one table. InputError says why there are none."""
    chosen = settings_for(shown(path), settings)
    if data is None and Path(path).is_dir():
        try:
            return Contents([Part(path, path_hash(Path(path)), [read_lake_table(Path(path))])])
        except OSError as error:
            raise InputError(f"it can't be read: {error.strerror or error}") from error
    if data is None:
        tables = database_grids(path)
        return Contents([Part(shown(path), None, tables.grids)], tables.left, tables.failed)
    inside = members(data)
    if inside is None:
        return Contents([Part(path, hashlib.sha256(data).hexdigest(), list(grids_of(data, path, chosen)))])
    contents = Contents(left=[(f"{path}/{name}", reason) for name, reason in inside.left])
    for member in inside.exports:
        _add(contents, f"{path}/{member.name}", path, member, settings)
    if not contents.parts and not contents.failed:
        raise InputError(f"{path}: there is no export in this archive")
    return contents


def _add(contents: Contents, place: str, archive: str, member: Member, settings: Settings) -> None:
    """Add a member of an archive; a damaged one is no reason to leave the others."""
    try:
        data = member.read()
        grids = list(noted(grids_of(data, member.name, settings_for(place, settings)), archive, "zip"))
    except InputError as error:
        contents.failed.append((place, error.message))
    else:
        contents.parts.append(Part(place, hashlib.sha256(data).hexdigest(), grids))


def settings_for(path: str, settings: Settings) -> SourceSettings:
    """Give what the project file says of a path; of several patterns that fit, the later ones come on top."""
    merged: dict[str, object] = {}
    for pattern, chosen in settings.sources.items():
        exact = path == pattern or path.endswith(f"/{pattern}")
        if exact or fnmatch(path, pattern) or fnmatch(path, f"*/{pattern}"):
            merged |= chosen.model_dump(exclude_unset=True)
    return SourceSettings.model_validate(merged)
