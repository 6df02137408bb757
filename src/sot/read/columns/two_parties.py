"""Payments that name both who pays and who is paid: the one of them that is not the company itself is the customer."""

from __future__ import annotations

import polars as pl

from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import Recipe, words
from sot.read.columns.table import Table

_FROM = frozenset((
    "source", "sender", "from", "payer", "remitter", "originator", "debtor", "absender", "emetteur", "ordenante",
    "mittente",
))  # fmt: skip
_TO = frozenset((
    "target", "recipient", "to", "payee", "beneficiary", "receiver", "destination", "creditor", "empfanger",
    "beneficiaire", "destinataire", "beneficiario", "destinatario",
))  # fmt: skip
_CALLED = frozenset(("name", "customer", "account", "company", "supplier"))
_PLACES = frozenset(("source", "from", "target", "to", "destination"))
"""Such words alone say as well by what way, between which days or to which account money came."""
_FEW, _SIDES = 3, 2
OUT = "money that went out of the account"
"""Why rows of a bank account are left out."""


def pair_of_parties(vocabulary: Vocabulary, columns: list[str]) -> tuple[str, str] | None:
    """Give the columns of who pays and of who is paid."""
    payer, paid = (_called(vocabulary, columns, side) for side in (_FROM, _TO))
    return (payer, paid) if payer is not None and paid is not None and payer != paid else None


def take_other_party(table: Table, columns: list[str], vocabulary: Vocabulary) -> None:
    """Let the one who is not the company itself be the customer, and leave out what the company paid.

    The company is the one name that is on one side of every row.
    """
    if table.source.object != "payment" or table.shape is not None or "account_name" in table.settings.fields:
        return
    pair = pair_of_parties(vocabulary, columns)
    if pair is None or table.frame.height < _FEW:
        return
    known = table.fields.get("account_name")
    if known is not None and not set(known.columns) & set(pair):
        return  # a column of its own says whose the payment is
    payer, paid = (pl.col(name).str.strip_chars().str.to_lowercase() for name in pair)
    sides = table.frame.select(payer=payer, paid=paid)
    everyone = pl.concat([sides["payer"], sides["paid"]]).drop_nulls()
    own = everyone.value_counts(sort=True)["payer"][0] if everyone.len() else None
    on_one = sides.select(
        ((pl.col("payer") == own).fill_null(False) ^ (pl.col("paid") == own).fill_null(False)).all()
    )
    others = everyone.filter(everyone != own).n_unique() if own is not None else 0
    if own is None or not on_one.item() or others < _SIDES:
        return
    out = (payer == own).fill_null(False)
    kept = table.frame.filter(~out)
    if not kept.height:
        return  # a list of nothing but what the company paid is none of its customers'
    table.skip(OUT, table.frame.height - kept.height)
    table.frame = kept
    table.fields["account_name"] = Recipe((pair[0],))
    table.source.confidence["account_name"] = 1.0


def _called(vocabulary: Vocabulary, columns: list[str], side: frozenset[str]) -> str | None:
    """Give the column that is called after one side and nothing but a name beside it."""
    for column in columns:
        mine = set(words(column))
        beside = set(vocabulary.tokens(column)) - side - vocabulary.neutral
        if mine & side and beside <= _CALLED and (beside or not mine & side <= _PLACES):
            return column
    return None
