"""Record ids as each system writes them: one form per id; ids that a spreadsheet ruined become empty."""

from __future__ import annotations

import polars as pl

from sot.read.columns.cell_patterns import GUID
from sot.rules.systems import IdForm

LOST = r"^\d(?:[.,]\d+)?[Ee]\+?\d{2,}$"
_ID_15 = r"^[A-Za-z0-9]{15}$"
_TRIED = 500
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def salesforce_18(short: str) -> str:
    """Extend a 15-character Salesforce id by the three characters that hold the case of its letters."""
    suffix = ""
    for block in (short[0:5], short[5:10], short[10:15]):
        suffix += _ALPHABET[sum(1 << bit for bit, letter in enumerate(block) if "A" <= letter <= "Z")]
    return short + suffix


def _restored(long: str) -> str | None:
    """Give an 18-character id the letter case that its suffix tells; None if the suffix is not its own."""
    body, suffix = long[:15], long[15:].upper()
    if any(letter not in _ALPHABET for letter in suffix):
        return None
    upper = [_ALPHABET.index(suffix[place // 5]) >> (place % 5) & 1 for place in range(15)]
    if any(bit and not letter.isalpha() for bit, letter in zip(upper, body, strict=True)):
        return None
    return "".join(c.upper() if bit else c.lower() for bit, c in zip(upper, body, strict=True)) + suffix


def clean_ids(ids: pl.Series, form: IdForm) -> pl.Series:
    """Give ids in the form of their system; an id that can't be trusted becomes null."""
    ids = ids.str.strip_chars()
    ids = ids.set(ids == "", None) if (ids == "").any() else ids
    lost = ids.str.contains(LOST)
    if lost.any():
        ids = ids.set(lost.fill_null(False), None)
    if form.strip_prefix:
        ids = ids.str.strip_prefix(form.strip_prefix)
    if form.kind == "salesforce":
        return _salesforce(ids)
    if form.kind == "guid":
        # A number that stands in for the key (an account number) is not a GUID: its letters stay as they are.
        return ids.zip_with(
            ~ids.str.contains(GUID).fill_null(False), ids.str.strip_chars("{}").str.to_lowercase()
        )
    if ids.str.ends_with(".0").any():
        tails = ids.str.contains(r"^\d+\.0$").drop_nulls()
        if tails.mean() == 1.0:
            ids = ids.str.strip_suffix(".0")
    if form.pad:
        digits = ids.str.contains(r"^\d+$").fill_null(False)
        ids = ids.zip_with(~digits, ids.str.zfill(form.pad))
    return ids


def _salesforce(ids: pl.Series) -> pl.Series:
    """Extend ids of 15 characters to 18; give ids back the letter case that a spreadsheet took from all."""
    present = ids.drop_nulls()
    lengths = present.str.len_chars()
    if (lengths == 15).any() and present.filter(lengths == 15).str.contains(_ID_15).all():
        short = present.filter(lengths == 15).unique()
        ids = ids.replace(short, pl.Series([salesforce_18(id_) for id_ in short], dtype=pl.String))
    if not (lengths == 18).all() or not present.len():
        return ids
    if (present == present.str.to_uppercase()).all() or (present == present.str.to_lowercase()).all():
        folded = present.unique()
        restored = [_restored(id_) for id_ in folded.head(_TRIED)]
        # Ids that were made up have suffixes that mean nothing: those stay as they are.
        if all(restored) and any(id_ not in (folded[i], None) for i, id_ in enumerate(restored)):
            ids = ids.replace(folded, pl.Series([_restored(id_) or id_ for id_ in folded], dtype=pl.String))
    return ids


def lost_ids(ids: pl.Series) -> int:
    """Count the ids that a spreadsheet cut to a few digits (1.21E+15)."""
    return int(ids.str.strip_chars().str.contains(LOST).sum())
