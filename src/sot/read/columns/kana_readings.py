"""How names are read aloud: banks of Japan write payers in kana, which lists of customers have beside their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

_KANA = re.compile(r"[ァ-ヺー]+")
_READING = r"^[\sァ-ヺー・･ｦ-ﾟ（）()]+$"
_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", "ー")
_FORMS = ("カブシキガイシヤ", "ユウゲンガイシヤ", "ゴウドウガイシヤ")
_SHORT_FORMS = frozenset(("カ", "ユ", "ド", "メ", "シ", "シヤ", "ザイ", "イ", "ガク", "フク"))
"""Legal forms written out, and as banks shorten them beside a bracket."""
_LEAST, _MOST_RUNS = 3, 4


def readings(frame: pl.DataFrame, names: pl.Series, columns: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give how names are read, and the names, by columns of nothing but kana."""
    for column in columns:
        cells = frame[column]
        if cells.dtype != pl.String or not cells.count() or not bool(cells.str.contains(_READING).all()):
            continue
        for cell, name in zip(cells, names, strict=True):
            key = "".join(_runs(cell or ""))
            if name and len(key) >= _LEAST:
                yield key, name


def read_aloud(text: str, known: Mapping[str, str]) -> str | None:
    """Give the name whose reading stands in a text, the longest one."""
    runs = _runs(text) if known else []
    hits = [
        key
        for first in range(len(runs))
        for last in range(first, min(first + _MOST_RUNS, len(runs)))
        if (key := "".join(runs[first : last + 1])) in known
    ]
    return known[max(hits, key=len)] if hits else None


def _runs(text: str) -> Sequence[str]:
    """Give the words in kana, with large letters as banks write them, without legal forms."""
    runs = [run.translate(_LARGE) for run in _KANA.findall(unicodedata.normalize("NFKC", text))]
    for form in _FORMS:
        runs = [run.removeprefix(form).removesuffix(form) for run in runs]
    return [run for run in runs if run and run not in _SHORT_FORMS]
