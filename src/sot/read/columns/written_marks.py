"""Marks that a writer put in place of values: NULL and \\N for nothing, #REF! for errors, HTML escapes, quotes."""

from __future__ import annotations

import html

import polars as pl

from sot.model.counts import counted

_LOOKED = 5_000
_NOTHING = ("\\N", "NULL", "null", "(null)", "(NULL)", "<null>", "<NULL>", "[NULL]", "[null]")
_ERROR = (
    r"^#(?:REF!|N/A|NV|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|BEZUG!|WERT!|ZAHL!|VALEUR!|NOMBRE!|NOM\?|VALOR!|NOMBRE\?|REF|BLOCKED!|BUSY!|FIELD!|UNKNOWN!|CONNECT!|GETTING_DATA|EXTERNAL!|PYTHON!|ÜBERLAUF!|KALK!|DESBORDAMENTO!|DERRAMAR!|DESBORDAMIENTO!|PROPAGATION!|N/D|NOME\?|ND|#{2,})$"
    r"|^Err:\d{3}$"
)
_DIGITS = {chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0, 0x0966, 0xFF10) for digit in range(10)}
_MARKS = {**_DIGITS, "٫": ".", "٬": ","}
_FOREIGN = "[٠-٩۰-۹०-९０-９]"
"""Digits of Arabic, Persian and Hindi, and the wide ones of Japanese; with Arabic marks of decimals and thousands."""
_LINKED = r" \(https://(?:www\.)?notion\.(?:so|site)/[^\s()]+\)"
"""How a database of Notion writes a relation: the name of a page, and its address."""
_OF_MODULE = r"^\w+::::"
"""How vtiger writes a link: the name of the module, and that of the record."""
_GUARDED = r"^'[\d+=@-]"
_QUOTED = r'^"[^"]+"$'
_ACCENTS = "uml|acute|grave|circ|tilde|cedil|lig|ring|slash"
_ESCAPE = rf"&(?:#\d{{2,5}}|#x[0-9A-Fa-f]{{2,4}}|amp|quot|apos|lt|gt|nbsp|[A-Za-z]{{1,2}}(?:{_ACCENTS}));"
_DIRECTION = "[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
"""Marks of the direction of a text, which nobody sees; an id with one is no other id."""
_PATTERNS = {
    "error": _ERROR, "guarded": _GUARDED, "foreign": _FOREIGN, "linked": _LINKED, "of_module": _OF_MODULE,
    "escape": _ESCAPE, "direction": _DIRECTION,
}  # fmt: skip
_BARE = r"&(?:[^#A-Za-z]|$|[A-Za-z#][^;&]{0,9}(?:[^;&A-Za-z0-9]|$))"


def without_marks(cells: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Give the cells without such marks, and a note for each kind that was there.

    Escapes are undone where the writer escaped throughout: no & stands by itself in the whole table.
    """
    notes = []
    head = cells.head(_LOOKED)
    shown = _shown(head)
    if "nothing" in shown:
        count = int(cells.select(pl.sum_horizontal(pl.all().is_in(_NOTHING).sum())).item())
        cells = cells.with_columns(pl.when(~pl.all().is_in(_NOTHING)).then(pl.all()).name.keep())
        notes.append(f"{count:,} cells say NULL or \\N; read as empty")
    if "direction" in shown:
        cells = cells.with_columns(pl.all().str.replace_all(_DIRECTION, ""))
        notes.append("texts have invisible marks of the direction of writing; read without them")
    if "error" in shown:
        count = int(cells.select(pl.sum_horizontal(pl.all().str.contains(_ERROR).sum())).item())
        cells = cells.with_columns(pl.when(~pl.all().str.contains(_ERROR)).then(pl.all()).name.keep())
        notes.append(f"{counted(count, 'cell')} held an error of a spreadsheet (#REF!, ####); read as empty")
    if "guarded" in shown:
        guarded = pl.all().str.contains(_GUARDED)
        cells = cells.with_columns(
            pl.when(guarded).then(pl.all().str.slice(1)).otherwise(pl.all()).name.keep()
        )
        notes.append("an apostrophe is before numbers, so that a spreadsheet keeps them; read without it")
    if "foreign" in shown:
        cells = cells.with_columns(pl.all().str.replace_many(_MARKS))
        notes.append("digits of another script (۱۲۳, １２３) are read as 0 to 9")
    if "linked" in shown:
        cells = cells.with_columns(pl.all().str.replace_all(_LINKED, ""))
        notes.append("links to pages follow names (https://www.notion.so/…); read without them")
    if "of_module" in shown:
        cells = cells.with_columns(pl.all().str.replace(_OF_MODULE, ""))
        notes.append("links begin with the name of a module (Accounts::::…); read without it")
    for name in _quoted(head):
        if not cells[name].is_not_null().any() or not cells[name].drop_nulls().str.contains(_QUOTED).all():
            continue
        cells = cells.with_columns(cells[name].str.slice(1).str.head(-1).alias(name))
        notes.append(
            f"every value of column {int(name[1:]) + 1} is in quotation marks of its own; read without them"
        )
    if "escape" in shown and not _any(cells, pl.all().str.contains(_BARE)):
        named = [name for name in cells.columns if cells[name].str.contains(_ESCAPE).any()]
        cells = cells.with_columns(_unescaped(cells[name]) for name in named)
        notes.append("signs are written as HTML (&amp; for &); read as the signs")
    return cells, notes


def _shown(head: pl.DataFrame) -> set[str]:
    """Give which of the marks are anywhere in the cells; one query for all takes little longer than for one."""
    if not head.width or not head.height:
        return set()
    marks = {
        "nothing": pl.all().is_in(_NOTHING),
        **{name: pl.all().str.contains(pattern) for name, pattern in _PATTERNS.items()},
    }
    row = head.select(pl.any_horizontal(mark.any()).alias(name) for name, mark in marks.items())
    return {name for name, any_ in zip(row.columns, row.row(0), strict=True) if any_}


def _quoted(head: pl.DataFrame) -> list[str]:
    if not head.width:
        return []
    quoted = head.select((pl.all().count() > 0) & pl.all().str.contains(_QUOTED).all())
    return [name for name in quoted.columns if quoted[name][0]]


def _any(cells: pl.DataFrame, condition: pl.Expr) -> bool:
    if not cells.width or not cells.height:
        return False
    return bool(cells.select(pl.any_horizontal(condition.any())).item())


def _unescaped(values: pl.Series) -> pl.Series:
    escaped = values.filter(values.str.contains(_ESCAPE)).unique()
    plain = pl.Series([html.unescape(value) for value in escaped], dtype=pl.String)
    return values.replace(escaped, plain)
