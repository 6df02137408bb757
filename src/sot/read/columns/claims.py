"""Claims of headers that the cells of their columns speak against."""

from __future__ import annotations

import re

import polars as pl

from sot.read.columns.cell_patterns import GUID, PERCENT, share
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.party_kinds import is_flag
from sot.read.columns.phrase_book import states_of
from sot.rules.systems import UnknownRules

_HALF, _LENGTHS = 0.5, 3
_REGISTERED = r"\d{4}|(?:\d[ .]?){5}"
_ALONE = 0.65
_LISTED, _INNER = re.compile(r"^\w+\.\d+\."), 0.6
_NAMES = ("name", "account_name", "trade_name")
_TEXTS, _KEYS = ("owner", "parent_name", "industry", "city"), 0.55
_MANY, _EACH = 20, 8
_SHARED = 3
_RELATIONS = frozenset(("customer", "customers", "client", "prospect", "lead"))
_PARTIES = frozenset(("customer", "supplier", "prospect", "lead", "partner", "debtor"))
_FEW_KINDS = 3
_ROWS_EACH = 40
_DAY_OR_KEY = r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|^\d{1,2}$"
_FIGURES = r"^-?(?:\d{1,2}|\d{4,}|\d[\d.,']*[.,']\d+)$"
"""Amounts; three digits may be the number of a currency."""
_MOST, _DAY = 0.9, r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
"""What is called after a thing may be the day on which something happened to it (Deal - Gewonnen am)."""
_RECORD, _FEW = r"^https?://([^/]+)/.*\d", 4
"""Addresses of records within one program, all at one host, are nobody's web site."""
_MONEY = r"^-?\p{Sc}?\s?\d[\d.,'’ ]*[.,]\d{2}(?:\s?\p{Sc})?$"
"""A column called after an offer may hold what it comes to (Orçamento, presupuesto), and refers to nothing then."""


def sense(column: str, name: str, values: pl.Series, rules: UnknownRules) -> float:
    """Weigh the claim of `column` to be the field `name` by its different `values`: 0 where it can't be.

    Of the objects in a list within a JSON object (contacts.1.name) none is the object itself.
    """
    if name in _NAMES and _LISTED.search(column) is not None:
        return _INNER
    if not values.len():
        return 1.0
    if name in _NAMES and (are_keys(values) or are_days(values) or bool(values.str.contains(_MONEY).all())):
        return 0.0
    if name == "currency" and bool((values.str.contains(_DAY_OR_KEY) | values.str.contains(_FIGURES)).all()):
        # Valuta is a currency in one language, and the day on which money is there in another.
        return 0.0
    if name == "status" and bool(values.str.contains(PERCENT).all()):
        return 0.0
    if name == "website":
        hosts = values.str.extract(_RECORD).drop_nulls()
        return 0.0 if hosts.len() == values.len() > _FEW and hosts.n_unique() == 1 else 1.0
    if name == "region":
        states = states_of(rules)
        return 0.0 if sum(map(states.says_alone, values)) >= _HALF * values.len() else 1.0
    if name in _TEXTS:
        # What is called after an owner may hold the keys of one, beside another column with the name.
        return _KEYS if are_keys(values) else 1.0
    if name == "number":
        days = _mean(values.str.contains(_DAY)) >= _MOST and share(values, "date") >= _MOST
        return 0.0 if days or of_money(values) or _mean(values.str.contains(r"\d")) < _HALF else 1.0
    if name.endswith("_ref") and (_mean(values.str.contains(_MONEY)) >= _MOST or are_days(values)):
        return 0.0
    if name == "registration_id":
        return 0.0 if _mean(values.str.contains(_REGISTERED)) < _HALF else 1.0
    return 1.0


def are_days(values: pl.Series) -> bool:
    """Tell days from names."""
    return share(values, "date") >= _MOST and bool(values.str.contains(_DAY).all())


def are_keys(values: pl.Series) -> bool:
    """Tell the keys of a database (GUIDs) from names: a column called after the customer may hold them."""
    return values.len() > 0 and _mean(values.str.contains(GUID)) >= _HALF


def relations(values: pl.Series, vocabulary: Vocabulary) -> bool:
    """Tell what accounts are to the company (customer, former customer) from the trade that they are in."""
    relates = [bool(_RELATIONS & set(vocabulary.tokens(value))) for value in values.head(_MANY)]
    return bool(relates) and sum(relates) >= _HALF * len(relates)


def nobodys(name: str, values: pl.Series, vocabulary: Vocabulary) -> bool:
    """Tell kinds of parties (Cliente, Proveedor) from names of them, and from the trade that they are in."""
    if name == "industry":
        return relations(values, vocabulary)
    if name in _NAMES and is_flag(values, vocabulary.rules):
        return True  # whether it is a customer, not which
    if name not in _NAMES or not 0 < values.len() <= _FEW_KINDS:
        return False
    return all(len(called := set(vocabulary.tokens(value))) > 0 and called <= _PARTIES for value in values)


def of_people(name: str, kind: str | None, values: pl.Series, rows: int) -> bool:
    """Tell who looks after documents from what these are called, and from their deals: few names for many rows."""
    if name == "name" and kind in ("deal", "project"):
        return rows >= _MANY and _EACH * values.len() < rows
    if name == "deal_ref" and kind == "project":
        return _SHARED * values.len() < rows and not values.str.contains(r"\d").any()
    return False


def of_money(values: pl.Series) -> bool:
    """Tell amounts of money from numbers of documents, which are written alike (2025.01)."""
    return _mean(values.str.contains(_MONEY)) >= _HALF and values.str.len_chars().n_unique() >= _LENGTHS


def owners(values: pl.Series, rows: int) -> float:
    """Weigh a column of customers of documents: hardly more than one in many rows is a bank or the seller.

    One alone in a few rows may be the customer, unless another column that is called so names several.
    """
    if _ROWS_EACH * values.len() < rows:
        return _INNER
    return _ALONE if values.len() == 1 and rows > 1 else 1.0


def filled_first(frame: pl.DataFrame, scored: list[tuple[float, str, str]], gate: float) -> None:
    """Let no column without a value hold a field that a filled one is called after as well."""
    empty = {column for _, _, column in scored if not frame[column].count()}
    filled = {name for score, name, column in scored if score >= gate and column not in empty}
    scored[:] = [item for item in scored if item[2] not in empty or item[1] not in filled]


def _mean(hits: pl.Series) -> float:
    return int(hits.sum()) / max(hits.len(), 1)
