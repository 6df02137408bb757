"""Numbers and codes in documents: by which one is known, and which it mentions."""

from __future__ import annotations

import polars as pl

from sot.rules.handoffs import ReferenceRules

TYPED = {"deal_ref": "deal", "project_ref": "project", "invoice_ref": "invoice"}
"""Columns that refer to documents of one kind, and to which."""
_FREE = ("order_ref", "reference", "memo", "line_text", "name")
"""Columns in which a reference to any document may be."""
_TOKEN = r"[0-9A-Za-z]+(?:[-/._#:][0-9A-Za-z]+)*"
_APART = r"\b[A-Za-z]{1,4} \d{3,}\b"
_DATE = (
    r"^(?:\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|(?:19|20)\d{2}"
    r"|[Qq][1-4][-/.]?\d{2,4})$"
)
_SHORT = r"^(?:(?:19|20)\d{2}|\d{3}|0\d{2,4})$"
_AMOUNT = r"^\d{1,3}(?:[.,]\d{3})*[.,]\d{2}$|^\d+\.\d{1,2}$"
_STRONG_DIGITS = 6
"""A number of so many digits is as telling as a code with letters."""


def normal(text: pl.Expr) -> pl.Expr:
    """Give a code in the form in which codes are compared: letters and digits alone, no zeros in front."""
    return text.str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", "").str.replace(r"^0+(\d)", "$1")


def identities(table: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Give (doc, kind, party, family, key, exact, worded): what documents are known by, of the keys `asked` for.

    `exact` keys are ids, numbers and names as they are; others are the digits at the end of one ("INV-1042": 1042).
    `worded` ones are words, which documents of other customers may have too ("Chatbot", "Cloud migration 2026"). The
    order number of a deal is its own where no other deal has it.
    """
    worded = {
        name: pl.col(name).str.contains(r"\p{L}\s+\S") | ~pl.col(name).str.contains(r"\d")
        for name in ("record_id", "name")
    }
    whole = [
        table.select(
            "doc", "kind", "party", "family", key=normal(pl.col(name)), exact=pl.lit(True),
            worded=worded.get(name, pl.lit(False)),
        )
        for name in ("record_id", "number", "name")
    ]  # fmt: skip
    # Salesforce prints the same id with 15 and with 18 characters.
    short = table.filter(pl.col("record_id").str.contains(r"^[0-9A-Za-z]{18}$")).select(
        "doc", "kind", "party", "family",
        key=normal(pl.col("record_id").str.slice(0, 15)), exact=pl.lit(True), worded=pl.lit(False),
    )  # fmt: skip
    tails = [
        table.select(
            "doc", "kind", "party", "family",
            key=pl.col(name).str.extract(r"[^0-9]0*([1-9]\d{2,})$", 1), exact=pl.lit(False),
            worded=pl.lit(False),
        )
        for name in ("record_id", "number")
    ]  # fmt: skip
    ordered = table.filter((pl.col("kind") == "deal") & pl.col("order_ref").is_not_null()).select(
        "doc", "kind", "party", "family",
        key=normal(pl.col("order_ref")), exact=pl.lit(True), worded=pl.lit(False),
    ).filter(telling(pl.col("key")) & (pl.len().over("key") == 1))  # fmt: skip
    keys = pl.concat([*whole, short, *tails, ordered]).filter(pl.col("key").str.len_bytes() >= 1)
    keys = keys.join(asked, on="key", how="semi", maintain_order="left")
    return keys.unique(["doc", "key"], keep="first", maintain_order=True)


_PLACE = ("doc", "kind", "party", "family")


def mentions(table: pl.DataFrame, rules: ReferenceRules) -> pl.DataFrame:
    """Give (doc, kind, party, family, key, target, typed, whole): the codes that documents mention, each once.

    What is not `whole` are digits that only lead to documents that are known by them: the end of a code, a year.
    """
    least = (
        pl.when(pl.col("typed") | (pl.col("target") == "invoice")).then(1).otherwise(rules.least_characters)
    )
    codes = pl.concat([*_typed(table), *_free(table)]).filter(pl.col("key").str.len_chars() >= least)
    return codes.unique(["doc", "key", "target"], keep="first", maintain_order=True)


def _typed(table: pl.DataFrame) -> list[pl.DataFrame]:
    """Give what columns that refer to documents of one kind mention."""
    parts = []
    for name, target in TYPED.items():
        cells = table.filter(pl.col(name).is_not_null()).select(*_PLACE, text=name)
        listed = cells.with_columns(pl.col("text").str.split("|")).explode("text", empty_as_null=True)
        for cut in (listed, _cut(listed, _TOKEN)):
            parts.append(_codes(cut, normal(pl.col("text")), target, typed=True))
    return parts


def _free(table: pl.DataFrame) -> list[pl.DataFrame]:
    """Give what texts mention."""
    cells = [table.filter(pl.col(name).is_not_null()).select(*_PLACE, text=name) for name in (*_FREE, *TYPED)]
    texts = pl.concat(cells)
    tokens = _cut(texts, _TOKEN)
    telling = (
        pl.col("text").str.contains(r"\d")
        & ~pl.col("text").str.contains(_DATE)
        & ~pl.col("text").str.contains(_AMOUNT)
    )
    wide = tokens.filter(telling)
    # "Invoice 1961, 1962", "Credit 00550": what looks like a year, or is short, is a number where a payment or a credit
    # note names an invoice of its customer that has it.
    short = tokens.filter(
        pl.col("kind").is_in(["payment", "refund", "credit"]) & pl.col("text").str.contains(_SHORT)
    )
    return [
        _codes(wide, normal(pl.col("text"))),
        _codes(wide, pl.col("text").str.extract(r"[^0-9]0*([1-9]\d{3,})$", 1), whole=False),
        # "SO 20003" is written apart what others write as SO-20003.
        _codes(_cut(texts, _APART), normal(pl.col("text"))),
        _codes(short, normal(pl.col("text")), "invoice", whole=False),
    ]


def _cut(cells: pl.DataFrame, pattern: str) -> pl.DataFrame:
    parts = cells.with_columns(pl.col("text").str.extract_all(pattern))
    return parts.explode("text", empty_as_null=True).drop_nulls("text")


def _codes(
    cut: pl.DataFrame, key: pl.Expr, target: str | None = None, *, typed: bool = False, whole: bool = True
) -> pl.DataFrame:
    target_column = pl.lit(target, pl.String).alias("target")
    return cut.select(*_PLACE, key.alias("key"), target_column, typed=pl.lit(typed), whole=pl.lit(whole))


def telling(key: pl.Expr) -> pl.Expr:
    """Give whether a code is telling by itself: letters and digits, or a long number."""
    has_digit, has_letter = key.str.contains(r"\d"), key.str.contains(r"\p{L}")
    return (has_digit & has_letter & (key.str.len_chars() >= 5)) | (
        key.str.len_chars() >= _STRONG_DIGITS
    ) & has_digit
