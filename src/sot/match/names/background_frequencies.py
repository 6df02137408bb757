"""The shipped background: in how many company names of the world a word stands."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from polars.exceptions import PolarsError

from sot.errors import RulesError

_COLUMNS = {"token": pl.String, "df": pl.Int32}
_END = ord("$")
_HINT = "its first line is '# names: N', then follow the columns token,df (see docs/background)"


@dataclass(frozen=True)
class Background:
    """How common words are in company names.

    tokens has the columns token and df, the number of names that hold the word; each word stands in it once,
    and a word that is not in it is as good as never seen. n is the number of all names. given are the given names of
    persons.
    """

    tokens: pl.DataFrame
    n: int
    given: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.String))

    @cached_property
    def letters(self) -> dict[str, int]:
        """Give in how many words of four letters or more three letters are side by side; "^" and "$" are the ends."""
        word = pl.col("token")
        words = self.tokens.filter(word.str.contains("^[a-z]{4,}$")).select(
            pl.format("^{}$", word).alias("token")
        )
        text = "".join(words["token"])
        # Each letter is one byte, so the three letters that begin at each place are one number.
        byte = np.frombuffer(text.encode(), np.uint8).astype(np.int32)
        within = (byte[:-2] != _END) & (byte[1:-1] != _END)
        counts = np.bincount((((byte[:-2] << 7) + byte[1:-1] << 7) + byte[2:])[within])
        codes = np.flatnonzero(counts).tolist()
        return {
            chr(code >> 14) + chr(code >> 7 & 127) + chr(code & 127): count
            for code, count in zip(codes, counts[codes].tolist(), strict=True)
        }


def strangest(spelling: str, word: str, letters: dict[str, int]) -> int:
    """Give in how many words the rarest three letters side by side are that `spelling` has and `word` has not."""
    more = _threes(spelling) - _threes(word)
    if not more:
        return max(letters.values(), default=0)
    return min(letters.get(three, 0) for three in more)


def _threes(word: str) -> set[str]:
    ends = f"^{word}$"
    return {ends[at : at + 3] for at in range(len(ends) - 2)}


def load_given_names(path: Path) -> pl.Series:
    """Read a list of given names, one a line (gzipped or plain); RulesError if it can't be read."""
    try:
        return pl.Series(_unpacked(path).decode().split(), dtype=pl.String)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise RulesError(f"{path}: can't be read as a list of names: {error}", "one name a line") from error


def _unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def load_background(path: Path) -> Background:
    """Read a background table (gzipped CSV or plain); RulesError if it is no such table.

    A file that is as it was before is not read again: a small list is matched in less time.
    """
    try:
        state = path.stat()
    except OSError:
        return _read(path)  # which says what is wrong
    key = (path, state.st_mtime_ns, state.st_size)
    if key not in _READY:
        _READY.clear()
        _READY[key] = _read(path)
    return _READY[key]


_READY: dict[tuple[Path, int, int], Background] = {}
"""The background table that was read last, by its path and state."""


def _read(path: Path) -> Background:
    try:
        data = _unpacked(path)
        head, _, body = data.decode().partition("\n")
        size = re.fullmatch(r"# names: ([1-9][0-9]*)", head.strip())
        tokens = pl.read_csv(body.encode(), schema=_COLUMNS) if size else pl.DataFrame()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, PolarsError) as error:
        raise RulesError(f"{path}: can't be read as a background table: {error}", _HINT) from error
    if size is None:
        raise RulesError(f"{path}:1: '{head[:40]}' doesn't say the number of names", _HINT)
    background = Background(tokens, int(size[1]))
    _check(path, background)
    return background


def _check(path: Path, background: Background) -> None:
    df, token = pl.col("df"), pl.col("token")
    wrong = background.tokens.with_row_index("line", offset=3).filter(
        token.is_null() | df.is_null() | ~df.is_between(1, background.n) | token.is_duplicated()
    )
    if wrong.height:
        line, word, count = wrong.row(0)
        what = f"token '{word or ''}', df {count}: each word occurs once, with a df from 1 to {background.n}"
        raise RulesError(f"{path}:{line}: {what}", _HINT)
