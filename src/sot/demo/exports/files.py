"""How the systems write their files: quotes, encodings, ends of lines."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from anyascii import anyascii

from sot.demo.documents.model import TODAY


def quoted(path: Path, table: pl.DataFrame) -> None:
    """Write UTF-8 with every value in quotes, as Salesforce does."""
    table.write_csv(path, quote_style="always", null_value="")


def windows(path: Path, table: pl.DataFrame) -> None:
    """Write Windows-1252 with CRLF; letters that it doesn't have lose their marks on the way there."""
    text = table.write_csv(line_terminator="\r\n")
    foreign = {letter for letter in set(text) if not _fits(letter)}
    path.write_bytes(text.translate({ord(letter): anyascii(letter) for letter in foreign}).encode("cp1252"))


def _fits(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def day(ago: pl.Expr) -> pl.Expr:
    """Give the day so many days before the exports were made."""
    return pl.lit(TODAY) - pl.duration(days=ago)


def american_days(days: pl.Expr) -> pl.Expr:
    """Write days as month/day/year."""
    return pl.concat_str(days.dt.month(), pl.lit("/"), days.dt.day(), pl.lit("/"), days.dt.year())
