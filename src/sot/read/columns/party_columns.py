"""Columns that begin as the one with the customer's name does (contact_name, contact_city) are about the customer."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.columns.headers import Recipe, words
from sot.read.columns.infer_fields import Guesser
from sot.read.columns.table import Table

_SEVERAL, _SURE = 2, 0.7
_OF_CUSTOMERS = frozenset((
    "email", "phone", "street", "city", "region", "postcode", "country", "tax_id", "registration_id", "website",
))  # fmt: skip
_TEXTS = ("memo", "line_text", "reference")
_IDS = (("id",), ("number",), ("no",), ("code",), ("key",), ("uuid",))


def take_party_columns(table: Table, names: Sequence[str], guesser: Guesser) -> None:
    """Fill fields of the customer of a document from columns whose headers begin with the same words as its name's."""
    owner = table.fields.get("account_name")
    if table.shape is not None or not table.is_document or table.source.object == "contact" or owner is None:
        return
    parties = _alike(owner.columns[0], names, guesser)
    texts = {column for name in _TEXTS if name in table.fields for column in table.fields[name].columns}
    used = {column for recipe in table.fields.values() for column in recipe.columns} - texts
    of_tail: dict[str, str] = {}
    for column, tail in parties.items():
        if column not in used and column != table.record_id:
            of_tail.setdefault(" ".join(tail), column)
    if len(of_tail) < _SEVERAL:
        return
    frame = table.frame.select(pl.col(column).alias(tail) for tail, column in of_tail.items())
    guesses = guesser.fields(frame, list(of_tail), "account", frozenset(table.fields))
    fields = {name: of_tail[guess.column] for name, guess in guesses.items() if name in _OF_CUSTOMERS}
    ids = [column for column in of_tail.values() if parties[column] in _IDS and table.frame[column].count()]
    if ids and "account_id" not in table.fields:
        fields["account_id"] = ids[0]
    for name in _TEXTS:
        table.forget(name, fields.values())
    for name, column in fields.items():
        table.fields[name] = Recipe((column,))
        table.source.confidence[name] = _SURE


def _alike(owner: str, names: Sequence[str], guesser: Guesser) -> dict[str, tuple[str, ...]]:
    """Give the columns that share the first words of the owner's, and the words behind those."""
    own = words(owner)
    kinds = {
        word for phrases in guesser.rules.objects.values() for phrase in phrases for word in words(phrase)
    }
    for length in range(len(own) - 1, 0, -1):
        if (
            length == 1
            and own[0] in kinds - {"contact"}
            and guesser.vocabulary.tokens(own[0]) != ("customer",)
        ):
            continue
        cut = {name: words(name) for name in names if name != owner}
        alike = {name: cut[name][length:] for name in cut if cut[name][:length] == own[:length]}
        alike = {name: tail for name, tail in alike.items() if tail}
        if len(alike) >= _SEVERAL:
            return alike
    return {}
