"""What a system is called that no rule knows: after its file, without what changes with every export."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePath

import polars as pl

from sot.model.counts import counted
from sot.read.columns.headers import words
from sot.read.columns.table import Table
from sot.rules.systems import UnknownRules

_HASH = re.compile(r"^[0-9a-f]{32}$")
"""What some programs put behind the name of a file to keep it apart from others."""
_COPY = re.compile(r"\s*\(\d{1,2}\)$")
"""What a browser puts behind the name of a file that is already there."""
_STAMP = re.compile(r"^(?:(?:19|20)\d\d|\d{6}|\d{8}|\d{10,17}|(?:19|20)\d{6}t\d{4,9}z?)$")
"""A year, a day in six or eight digits, a day with a time, seconds or milliseconds."""
_BESIDE = re.compile(
    r"^(?:\d{1,2}|t?\d{4}|t?\d{6}z?|\d{1,2}t\d{2,6}z?|[qht][1-4]|(?:kw|cw|w)\d{1,2}|am|pm|utc|z)$"
)
"""What is a part of a date or a time beside another one."""
_PART = re.compile(r"^\d{1,2}$")
_COUNTER = re.compile(r"^\d{3,}$")
_CLASH = 0.5
"""Where more of the ids that two files share are other names, they are two systems."""


def named_system(value: str) -> str:
    """Name a system after what a column calls it: HubSpot is hubspot, QuickBooks Online quickbooks_online."""
    return _name(words(value.lower().removesuffix(".csv")))


def default_system(path: str, unknown: UnknownRules) -> str:
    """Name an unknown system after its file: lower-case words, without dates, counters and the marks of copies.

    Those change with every export, and a system that is called otherwise is another one, with other golden ids.
    """
    plain = _undated(path, unknown)
    return _name(plain[:-1] if len(plain) > 1 and _COUNTER.match(plain[-1]) else plain)


def whole_name(path: str) -> str:
    """Name a system after all of its file's name."""
    return _name(_whole(path))


def own_system(table: Table) -> str:
    """Give the system of a table, or how it is called after its file."""
    return table.source.system or default_system(table.source.path, table.unknown)


def is_named_after_its_file(table: Table) -> bool:
    """Tell whether nothing but the name of its file says what the system of a table is."""
    path, unknown = table.source.path, table.unknown
    return table.rules is None and table.source.system in (
        default_system(path, unknown),
        _name(_undated(path, unknown)),
        whole_name(path),
    )


def name_systems(tables: Sequence[Table]) -> None:
    """Name the unknown systems of all `tables`.

    Several exports of one list are one system. Files that differ in a counter only keep it, and those whose ids
    are not the same companies keep their whole names.
    """
    nameless = [table for table in tables if table.source.system is None and table.system_column is None]
    by_name: dict[str, list[Table]] = defaultdict(list)
    for table in nameless:
        by_name[own_system(table)].append(table)
    for name, alike in by_name.items():
        dated = {table.source.path: _name(_undated(table.source.path, table.unknown)) for table in alike}
        for table in alike:
            table.source.system = name if len(set(dated.values())) == 1 else dated[table.source.path]
        for each in sorted(set(dated.values())):
            several = [table for table in alike if dated[table.source.path] == each]
            shared = _shared(several)
            if shared["renamed"].sum() > _CLASH * shared.height:
                for table in several:
                    table.source.system = whole_name(table.source.path)
            elif shared["renamed"].any():
                _warn_of_older(several, shared.filter("renamed"))


def _shared(tables: Sequence[Table]) -> pl.DataFrame:
    """Give the ids that several files have: paths (list), and whether they are `renamed`, another company in each."""
    parts = []
    for table in tables:
        label = next((table.fields[name] for name in ("name", "account_name") if name in table.fields), None)
        if table.record_id is not None and label is not None:
            rows = table.frame.select(
                object=pl.lit(table.source.object),
                key=pl.col(table.record_id).str.strip_chars(),
                label=label.expression().str.strip_chars().str.to_lowercase(),
                path=pl.lit(table.source.path),
            )
            parts.append(rows.drop_nulls().unique(["key"], keep="first"))
    if len(parts) < 2:
        return pl.DataFrame(schema={"paths": pl.List(pl.String), "renamed": pl.Boolean})
    ids = pl.concat(parts).group_by("object", "key")
    shared = ids.agg(paths=pl.col("path").unique().sort(), renamed=pl.col("label").n_unique() > 1)
    return shared.filter(pl.col("paths").list.len() > 1).select("paths", "renamed")


def _warn_of_older(tables: Sequence[Table], renamed: pl.DataFrame) -> None:
    """Note on each file whose ids have other names in another one that one of them may be out of date."""
    for table in tables:
        mine = renamed.filter(pl.col("paths").list.contains(table.source.path))
        others = mine["paths"].explode().unique().sort().to_list()
        names = ", ".join(PurePath(path).name for path in others if path != table.source.path)
        if names:
            table.warn(
                f"{counted(mine.height, 'id')} with another name in {names}: if one of the files is an older export, "
                "take it out of the folder"
            )


def _name(parts: Sequence[str]) -> str:
    name = "_".join(parts) or "unknown"
    return name if not name[0].isdigit() else f"system_{name}"


def _whole(path: str) -> list[str]:
    """Give the words of a file's name."""
    name = PurePath(path).name
    # A table of a catalogue is named catalog.schema.table; 30.11.2026 is a date, and no ending.
    stem = (
        name.rpartition(".")[2]
        if path.startswith("table://")
        else re.sub(r"(?<=\d)\.(?=\d)|\.(?=\s)", " ", name).split(".")[0]
    )
    return [word for word in words(stem) if not _HASH.match(word)]


def _undated(path: str, unknown: UnknownRules) -> list[str]:
    """Give the words of a file's name without dates, times and the marks of copies; all, if there is no other."""
    whole = _whole(path)
    copies = frozenset(unknown.copies)
    again = len(whole) > 1 and _COPY.search(PurePath(path).stem)
    text = [word for word in (whole[:-1] if again else whole) if word not in copies]
    dated = _dates(text, frozenset(unknown.months) | frozenset(unknown.month_names))
    return [word for at, word in enumerate(text) if at not in dated] or whole


def _dates(text: Sequence[str], months: frozenset[str]) -> set[int]:
    """Give the places of words that are parts of a date: behind a year all that may be one, else two before it."""
    stamps = [at for at, word in enumerate(text) if _STAMP.match(word)]
    dated = set(stamps)
    if not stamps and all(map(_PART.match, text[-3:])):
        return set(range(len(text))[-3:])
    for stamp in stamps:
        behind = stamp + 1
        while behind < len(text) and (_BESIDE.match(text[behind]) or text[behind] in months):
            dated.add(behind)
            behind += 1
        before = stamp - 1
        if behind == stamp + 1 and before >= 0 and (_BESIDE.match(text[before]) or text[before] in months):
            dated.add(before)
            day = before > 0 and _PART.match(text[before - 1])
            if day and (_PART.match(text[before]) or text[before] in months):
                dated.add(before - 1)
    return dated
