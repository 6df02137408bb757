"""Folders that are one table: Parquet parts as engines write them, Delta and Iceberg."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from sot.errors import InputError
from sot.read.formats.grid import Grid, named_grid

_PART = re.compile(r"(?i)part-\d+.*\.parquet")
_PARTITION = re.compile(r"[^=]+=[^=]*")
_METADATA = re.compile(r"(?i)v?(\d+).*\.metadata\.json")
_NEEDS = "pip install 'sot-dedupe[lake]'"


def is_lake_table(folder: Path) -> bool:
    """Tell a folder that is one table from one that holds exports. Folders that can't be read are none."""
    try:
        return (folder / "_delta_log").is_dir() or bool(_iceberg_metadata(folder)) or _is_parts(folder)
    except OSError:
        return False


def read_lake_table(folder: Path) -> Grid:
    """Give the rows that the table holds now, without those of earlier versions. InputError says why there are none."""
    if (folder / "_delta_log").is_dir():
        return named_grid(_delta(folder))
    metadata = _iceberg_metadata(folder)
    return named_grid(_iceberg(metadata) if metadata else _parts(folder))


def _is_parts(folder: Path) -> bool:
    """Tell a folder of parts: nothing else is in it, and the name of the folder or of a part says so."""
    there = [path for path in folder.iterdir() if not path.name.startswith((".", "_"))]
    files = [path for path in there if not path.is_dir()]
    if len(files) < len(there) and not all(
        _PARTITION.fullmatch(path.name) for path in there if path.is_dir()
    ):
        return False
    if len(files) < len(there):
        return not files and any(_is_parts(path) for path in there)
    if not files or any(path.suffix.lower() != ".parquet" for path in files):
        return False
    by_name = (
        folder.suffix.lower() == ".parquet"
        or _PARTITION.fullmatch(folder.name)
        or (folder / "_SUCCESS").exists()
    )
    return bool(by_name) or all(_PART.fullmatch(path.name) for path in files)


def _part_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir():
            yield from _part_files(path)
        else:
            yield path


def _parts(folder: Path) -> pl.DataFrame:
    """Read the parts one below the other; partitions are columns, and parts may lack columns of others."""
    frames = []
    for path in _part_files(folder):
        try:
            frame = pl.read_parquet(path, hive_partitioning=False)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise InputError(
                f"its part {path.relative_to(folder)} is not a valid Parquet file: {error}"
            ) from error
        for name, value in _partitions(path.relative_to(folder)):
            if name not in frame.columns:
                frame = frame.with_columns(pl.lit(value, pl.String).alias(name))
        frames.append(frame)
    try:
        return pl.concat(frames, how="diagonal_relaxed")
    except pl.exceptions.PolarsError as error:
        raise InputError(f"its parts do not fit together: {error}") from error


def _partitions(path: Path) -> Iterator[tuple[str, str | None]]:
    from urllib.parse import unquote

    for part in path.parts[:-1]:
        name, _, value = part.partition("=")
        yield unquote(name), None if value == "__HIVE_DEFAULT_PARTITION__" else unquote(value)


def _delta(folder: Path) -> pl.DataFrame:
    try:
        import deltalake  # noqa: F401 - Polars reads the log with it
    except ImportError as error:
        raise InputError(f"this is a Delta table: {_NEEDS}") from error
    try:
        return pl.read_delta(str(folder.resolve()))
    except Exception as error:  # the library has errors of its own for each fault of a log
        raise InputError(f"this Delta table can't be read: {_first_line(error)}") from error


def _iceberg_metadata(folder: Path) -> Path | None:
    """Give the newest description of an Iceberg table, if the folder is one."""
    versions = {
        int(match.group(1)): path
        for path in (folder / "metadata").glob("*.metadata.json")
        if (match := _METADATA.fullmatch(path.name))
    }
    return versions[max(versions)] if versions else None


def _iceberg(metadata: Path) -> pl.DataFrame:
    try:
        import pyiceberg  # noqa: F401 - Polars plans the scan with it
    except ImportError as error:
        raise InputError(f"this is an Iceberg table: {_NEEDS}") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return pl.scan_iceberg(str(metadata.resolve())).collect()
    except FileNotFoundError as error:
        raise InputError(
            "this Iceberg table names its files by the place where it was written, and they are not there: "
            "read it there, or write it as Parquet"
        ) from error
    except Exception as error:  # the library has errors of its own for each fault of a table
        raise InputError(f"this Iceberg table can't be read: {_first_line(error)}") from error


def warm_up() -> None:
    """Have the libraries imported, with the threads that they start."""
    from contextlib import suppress

    with suppress(ImportError):
        import deltalake  # noqa: F401
    with suppress(ImportError):
        import pyiceberg.table  # noqa: F401


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
