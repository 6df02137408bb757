"""Record ids as each system writes them: one form per id, and ids that a spreadsheet has ruined left empty."""

from __future__ import annotations

import polars as pl

from sot.rules.systems import IdForm

_LOST = r"^\d(?:[.,]\d+)?[Ee]\+?\d{2,}$"
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def salesforce_18(short: str) -> str:
    """Extend a 15-character Salesforce id by the three characters that hold the case of its letters."""
    suffix = ""
    for block in (short[0:5], short[5:10], short[10:15]):
        suffix += _ALPHABET[
            sum(1 << bit for bit, letter in enumerate(block) if letter.isascii() and letter.isupper())
        ]
    return short + suffix


def _restored(long: str) -> str:
    """Give an 18-character id the letter case that its suffix tells, whatever a spreadsheet made of it."""
    body, suffix = long[:15], long[15:].upper()
    if any(letter not in _ALPHABET for letter in suffix):
        return long
    letters = []
    for place, letter in enumerate(body):
        upper = _ALPHABET.index(suffix[place // 5]) >> (place % 5) & 1
        letters.append(letter.upper() if upper else letter.lower())
    return "".join(letters) + suffix


def clean_ids(ids: pl.Series, form: IdForm) -> pl.Series:
    """Give ids in the form of their system; an id that can't be trusted becomes null."""
    ids = ids.str.strip_chars()
    ids = ids.set(ids == "", None) if (ids == "").any() else ids
    lost = ids.str.contains(_LOST)
    if lost.any():
        ids = ids.set(lost.fill_null(False), None)
    if form.strip_prefix:
        ids = ids.str.strip_prefix(form.strip_prefix)
    if form.kind == "salesforce":
        return _salesforce(ids)
    if form.kind == "guid":
        return ids.str.strip_chars("{}").str.to_lowercase()
    if ids.str.ends_with(".0").any():
        tails = ids.str.contains(r"^\d+\.0$").drop_nulls()
        if tails.mean() == 1.0:
            ids = ids.str.strip_suffix(".0")
    if form.pad:
        digits = ids.str.contains(r"^\d+$").fill_null(False)
        ids = ids.zip_with(~digits, ids.str.zfill(form.pad))
    return ids


def _salesforce(ids: pl.Series) -> pl.Series:
    lengths = ids.str.len_chars()
    short = (lengths == 15).fill_null(False)
    if short.any():
        table = ids.filter(short).unique()
        longer = pl.Series([salesforce_18(one) for one in table], dtype=pl.String)
        ids = ids.zip_with(~short, ids.replace(table, longer))
    broken = (lengths == 18).fill_null(False) & (
        (ids == ids.str.to_uppercase()) | (ids == ids.str.to_lowercase())
    )
    if broken.any():
        table = ids.filter(broken).unique()
        longer = pl.Series([_restored(one) for one in table], dtype=pl.String)
        ids = ids.zip_with(~broken, ids.replace(table, longer))
    return ids


def lost_ids(ids: pl.Series) -> int:
    """Count the ids that a spreadsheet cut to a few digits (1.21E+15)."""
    return int(ids.str.strip_chars().str.contains(_LOST).sum())
