"""From the paths of a command line to understood tables: folders walked, files opened, failures kept as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from sot.errors import InputError
from sot.model.sources import InputSpec, Source
from sot.read.files import BOOKS, TEXT, read_grids
from sot.read.table import Reader, Table, default_system
from sot.rules.project import Settings, SourceSettings

EXPORTS = (*TEXT, *BOOKS, ".parquet", ".jsonl", ".ndjson", ".json", ".gz")


@dataclass
class Opened:
    """What the paths gave."""

    tables: list[Table] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)


def open_all(specs: Sequence[InputSpec], settings: Settings, reader: Reader) -> Opened:
    """Open everything that `specs` name. A file that can't be read is a source with its error."""
    opened = Opened()
    for spec in specs:
        for path in _files(spec, opened):
            said = settings_for(str(path), settings)
            if said.ignore:
                opened.ignored.append((str(path), "ignored in sot.yaml"))
                continue
            _open(path, spec, said, settings, reader, opened)
    return opened


def settings_for(path: str, settings: Settings) -> SourceSettings:
    """Give what the project file says of a path: the pattern that fits; several are put together, the last wins."""
    merged: dict[str, object] = {}
    for pattern, said in settings.sources.items():
        if fnmatch(path, pattern) or fnmatch(path, f"*/{pattern}") or Path(path).name == pattern:
            merged |= said.model_dump(exclude_unset=True)
    return SourceSettings.model_validate(merged)


def _files(spec: InputSpec, opened: Opened) -> Iterator[Path]:
    root = Path(spec.path)
    if not root.is_dir():
        yield root
        return
    for path in sorted(root.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix.lower() in EXPORTS and not path.name.startswith((".", "~$")):
            yield path
        else:
            opened.ignored.append((str(path), "not a kind of export that sot reads"))


def _open(
    path: Path, spec: InputSpec, said: SourceSettings, settings: Settings, reader: Reader, opened: Opened
) -> None:
    try:
        if not path.exists():
            raise InputError(f"{path}: there is no such file")
        for grid, sha in read_grids(path, said):
            source = Source(str(path), system=spec.system, sha256=sha)
            opened.sources.append(source)
            table = reader.understand(grid, source, said)
            if source.system is None and table.system_column is None:
                source.system = default_system(str(path))
            system = settings.systems.get(source.system or "")
            if system and system.department and not said.department:
                source.department = system.department
            source.records, source.rejected, source.frame = (
                table.frame.height,
                len(table.rejects),
                table.frame,
            )
            opened.tables.append(table)
    except InputError as error:
        opened.sources.append(Source(str(path), system=spec.system, error=error.message))
