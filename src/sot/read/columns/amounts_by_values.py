"""Amounts of documents that no header names, by how they go together: net and tax, what is open or paid, the worth."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import polars as pl

from sot.read.columns.cell_patterns import PERCENT, sample_of, share
from sot.read.columns.companions import Companions, looks_like_day, make_up, number_of
from sot.read.columns.derived_figures import made_up
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import Recipe
from sot.read.columns.table import Table

_MOST, _HALF, _LOOKED, _PARTS, _TENTH = 0.9, 0.5, 2_000, 6, 0.1
_SURE = 0.85
BY_VALUES = 0.6
"""How sure a field is that no header names."""
_CENT = 0.011
_OTHER = ("a.owner", "d.owner", "a.phone", "a.email", "a.tax_id", "a.postcode")
_TAX = frozenset(("tax", "vat"))
_SUM = frozenset(("amount", "total", "value", "price", "sum"))


class FreeColumns:
    """The columns of one table of documents that no header told."""

    def __init__(
        self, table: Table, free: Sequence[str], vocabulary: Vocabulary, companions: Companions
    ) -> None:
        self.table, self.vocabulary, self.companions = table, vocabulary, companions
        self.rows = table.frame.head(_LOOKED)
        self.free = [
            column for column in free
            if self.rows[column].count() and not any(vocabulary.strength(column, kind) >= _SURE for kind in _OTHER)
        ]  # fmt: skip
        self.shown: dict[str, str] = {}
        """How fields are written that are no plain columns."""

    def _give(self, name: str, column: str, why: str) -> None:
        self.table.fields[name] = Recipe((column,))
        self.table.source.confidence[name] = BY_VALUES
        self.table.warn(f"'{column}' is taken for {name}: {why}")
        if column in self.free:
            self.free.remove(column)

    def _note(self, name: str, how: str) -> None:
        """Tell the person of a field that was made of columns."""
        self.shown[name] = how
        self.table.source.confidence[name] = BY_VALUES

    def _lacks(self, name: str) -> bool:
        return name not in self.table.fields

    def _column(self, name: str) -> str:
        return self.table.fields[name].columns[0]


class Amounts(FreeColumns):
    """Takes those that hold amounts."""

    def _money(self, some: int = 2) -> list[str]:
        return [
            column for column in self.free
            if share(values := sample_of(self.rows, column), "amount") >= _MOST and values.len() >= some
            and not bool(values.str.contains(PERCENT).all()) and not looks_like_day(values)
        ]  # fmt: skip

    def _amount(self) -> str | None:
        recipe = self.table.fields.get("amount")
        return recipe.columns[0] if recipe is not None and recipe.how == "one" else None

    def _net_and_tax(self) -> None:
        """Take the two amounts that make up a third one in nearly all rows: the larger is net, the third the total."""
        money = self._money()
        whole = self._amount()
        if whole is None and not self._lacks("amount"):
            return
        known = {self._column(name): name for name in ("net_amount", "tax_amount") if not self._lacks(name)}
        if whole is not None and len(known) > 1:
            net, tax = known
            if self._with_tax(whole, tax, [net]):
                return
            adds_up = made_up(self.rows, net, tax, whole, money)
            if adds_up is not None:
                if adds_up[0]:
                    self._give(*adds_up, "net and tax make up the total")
                return
        parts = [column for column in (*known, *money) if column is not None and column != whole][:_PARTS]
        totals = [whole] if whole is not None else parts
        numbers = self.rows.select(number_of(column).alias(column) for column in {*parts, *totals})
        for total in totals:
            for low, high in combinations((part for part in parts if part != total), 2):
                if set(filter(None, known)) <= {low, high} and make_up(numbers, low, high, total, _TENTH):
                    net, tax = (low, high) if self._is_larger(low, high) else (high, low)
                    for name, column in (("amount", total), ("net_amount", net), ("tax_amount", tax)):
                        if self._lacks(name):
                            self._give(name, column, "net and tax make up the total")
                    return
        if whole is not None:
            taxes = [
                part
                for part in parts
                if known.get(part, "tax_amount") == "tax_amount" and self._says_tax(part)
            ]
            any(self._with_tax(whole, tax, [part for part in parts if part != tax]) for tax in taxes)

    def _says_tax(self, column: str) -> bool:
        return bool(_TAX & set(self.vocabulary.tokens(column)))

    def _with_tax(self, whole: str, tax: str, totals: Sequence[str]) -> bool:
        """Take what the amount and its tax make up as the amount: what was called so is net, as in Turkish."""
        numbers = self.rows.select(number_of(column).alias(column) for column in {whole, tax, *totals})
        for total in totals:
            if make_up(numbers, whole, tax, total, _TENTH):
                for name in ("amount", "net_amount", "tax_amount"):
                    self.table.fields.pop(name, None)
                for name, column in (("amount", total), ("net_amount", whole), ("tax_amount", tax)):
                    self._give(name, column, "net and tax make up the total")
                return True
        return False

    def _is_larger(self, first: str, second: str) -> bool:
        larger = self.rows.select(number_of(first).abs() > number_of(second).abs()).to_series()
        return int(larger.sum()) > _HALF * larger.count()

    def _worth(self) -> None:
        """Take the only column of amounts as what a deal or project is worth, where several the one that says so."""
        if not (self._lacks("amount") and self._lacks("net_amount")):
            return
        money = self._money()
        if len(money) > 1:
            money = [column for column in money if _SUM & set(self.vocabulary.tokens(column))]
        if len(money) == 1:
            self._give("amount", money[0], "no other column holds amounts")

    def _open(self) -> None:
        """Take what is nothing in most rows and the whole amount in others as open; the reverse is what is paid."""
        total = self._amount()
        if total is None or not self._lacks("open_amount"):
            return
        for column in self._money():
            rows = self.rows.select(part=number_of(column), whole=number_of(total)).drop_nulls()
            if rows.height < _HALF * self.rows.height:
                continue
            counts = rows.select(
                none=(pl.col("part").abs() < _CENT).sum(),
                all=((pl.col("part") - pl.col("whole")).abs() < _CENT).sum(),
                within=(pl.col("part").abs() <= pl.col("whole").abs() + _CENT).sum(),
            ).row(0, named=True)
            if counts["within"] < _MOST * rows.height or counts["none"] + counts["all"] < 0.7 * rows.height:
                continue
            if min(counts["none"], counts["all"]) < 2:
                continue
            if counts["none"] > counts["all"]:
                self._give("open_amount", column, "it is nothing, or the whole amount, in most rows")
                return
            if self._lacks("paid_amount"):
                self._give("paid_amount", column, "it is the whole amount, or nothing, in most rows")
