"""Documents told by columns that only they have beside each other: net and tax, stage and closing day, movements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl

from sot.read.columns.bank_movements import (
    PAYEE,
    comes_and_goes,
    in_both_ways,
    in_two_columns,
    in_two_sides,
    is_cash_book,
    is_ledger,
)
from sot.read.columns.cell_patterns import PERCENT, reaches, sample_of, share
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.phrase_book import states_of, types_of
from sot.read.records.dates_and_amounts import amounts

_SURE, _NAMED = 0.6, 0.8
_MOST, _KINDS, _FEW = 0.9, 40, 15
_SHOP, _TWO, _HALF = 2, 2, 0.5
_MONEY = r"^-?\d[\d., ]*[.,]\d{2}$"
_DAY, _CENTS = r"^\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}", r"\d[.,]\d{2}\D*$"
_OF_ACCOUNTS = ("a.created_at", "a.updated_at", "a.balance", "a.revenue")
_CLOSED = frozenset(("close", "closed"))
_PAYMENTS = frozenset(("payment", "payments", "receipt", "receipts"))
_TASKS = frozenset((
    "percentcomplete", "percent", "outlinelevel", "outline", "duration", "predecessors",
    "task", "wbs", "dauer", "duree", "complete",
))  # fmt: skip
_CALLED = (("name",), ("designation",), ("title",), ("subject",))
"""What the name of a thing that starts and ends may be called."""
_PURPOSE, _AT_A_BANK = ("purpose payment", "payment purpose"), ("bank account", "iban", "bank account number")
_LETTERS = r"\p{L}{2}.*\p{L}"
_CENT, _NEGATIVE = 0.01, r"^\s*(?:-|\()\D{0,4}\d|\d-\s*$"
_WHERE = ("a.street", "a.postcode", "a.website", "a.phone", "a.registration_id", "a.tax_id")
"""What a list of customers says, and no list of movements."""


class Documents:
    """Looks at the columns of one table."""

    def __init__(self, words: Vocabulary, frame: pl.DataFrame, header: Sequence[str]) -> None:
        self.words, self.frame, self.header = words, frame, header

    def kind(self) -> Literal["invoice", "deal", "project", "payment"] | None:
        """Tell an invoice, a deal or a project by its columns; None where they are of neither."""
        dated = self._of("d.date.invoice", "date") or self._of("d.due_date", "date")
        parts = ("d.net_amount", "d.tax_amount", "d.amount.invoice")
        taken: set[str] = set()
        for part in parts:
            taken |= set(self._of(part, "amount")[:1])
        owned = self._of("d.account_name", "name") or self._of("d.account_id", "id")
        if len(taken) > 1 and dated and owned and self._of("d.tax_amount", "amount"):
            return "invoice"
        deals = [
            column for column in self.header if self.words.holds(column, self.words.rules.objects["deal"])
        ]
        if any(self.words.strength(column, "d.name.deal") >= _NAMED for column in deals):
            beside = (self._of("d.status", "name"), self._of("d.amount.deal", "amount"),
                      self._of("d.date.deal", "date") or self._of("d.due_date.deal", "date"))  # fmt: skip
            return "deal" if sum(map(bool, beside)) > 1 else None
        if deals and owned and (self._is_pipeline() or self._ends_well_or_badly(deals)):
            return "deal"
        starts = self._of("d.start_date", "date")
        ends = [
            column
            for column in self._of("d.planned_end_date", "date") + self._of("d.end_date.project", "date")
            if column not in starts
        ]
        called = [
            column
            for column in self.header
            if self.frame[column].count()
            and (self.words.tokens(column) in _CALLED or self._names_project(column))
        ]
        if starts and ends and called and owned and called[0] not in owned[:1]:
            return "project"
        if starts and ends and not owned and self._is_plan():
            return "project"
        if owned and self._lists_projects(owned[0]):
            return "project"
        if (
            self._pays()
            or self._is_charged()
            or self._is_typed(("payment", "refund", "deposit"), several=False)
        ):
            return "payment"
        credited = self._is_typed(("credit_note",), several=False)
        typed = owned and (self._is_typed() or credited)
        if not typed and self._ends_well_or_badly():
            return "deal"
        booked = bool(dated) and is_ledger(self.words, self.frame, self.header) and not self.moves_money()
        return "invoice" if typed or booked or (owned and self._is_owed()) else None

    def _is_typed(self, wanted: Sequence[str] = ("invoice",), *, several: bool = True) -> bool:
        """Tell dated amounts of which a column says that they are invoices, and of some others what else they are.

        Or that all of them are money received, as the entries of customers do in a filtered list.
        """
        dated = self._of("d.date", "date") or self._of("d.date.invoice", "date")
        if not dated or not self._has_amounts():
            return False
        for column in (name for name in self.header if self.words.strength(name, "d.doc_type") >= _SURE):
            different = self.frame[column].drop_nulls().unique().head(_KINDS)
            meanings = [types_of(self.words.rules).meaning(value) for value in different]
            known = [meaning for meaning in meanings if meaning is not None]
            fits = bool(set(wanted) & set(known)) and (
                len(set(known)) > 1 if several else set(known) <= set(wanted)
            )
            if fits and len(known) >= _MOST * len(meanings):
                return True
        return False

    def _has_amounts(self) -> bool:
        sides = {word for listed in self.words.rules.sides.values() for word in listed if len(word) > 1}
        beside = [column for column in self.header if set(self.words.tokens(column)) & sides]
        return bool(self._of("d.amount.invoice", "amount")) or any(
            self.frame[column].count() and self._looks(column, "amount") for column in beside
        )

    def _ends_well_or_badly(self, deals: Sequence[str] = ()) -> bool:
        """Tell deals by a state of which some rows are won and others lost, beside a day, money and names."""
        if not deals and any(self._of(kind, "text") for kind in _WHERE):
            return False
        looked = {name: sample_of(self.frame, name) for name in self.header if self.frame[name].count()}
        days = [column for column, values in looked.items() if _all(values, _DAY)]
        money = [
            column for column, values in looked.items()
            if column not in days and values.len() > _TWO and share(values, "amount") >= _MOST
            and not _all(values, PERCENT) and self.words.strength(column, "id") < _SURE
        ]  # fmt: skip
        if not (days and money):
            return False
        rest = [column for column in looked if column not in (*days, *money)]
        named = [column for column in rest if looked[column].len() > _TWO and _all(looked[column], _LETTERS)]
        return len(named) > 1 and any(
            self._tells_ends(looked[column], bool(deals)) for column in rest if looked[column].len() <= _FEW
        )

    def _tells_ends(self, values: pl.Series, named: bool) -> bool:
        """Tell states of which one says won and another lost, and more of them than say anything of other documents.

        Where a header has `named` deals, as many are enough.
        """
        meanings = {}
        for kind in ("deal", "invoice", "project"):
            book = states_of(self.words.rules, kind)
            meanings[kind] = [meaning for meaning in map(book.meaning, values) if meaning]
        deals = meanings.pop("deal")
        others = max(map(len, meanings.values()))
        return {"deal_won", "deal_lost"} <= set(deals) and len(deals) + named > others

    def _is_plan(self) -> bool:
        """Tell the tasks of a plan, which start and end and are done by so much; nobody reaches a customer there."""
        tasks = [column for column in self.header if _TASKS & set(self.words.tokens(column))]
        return len(tasks) > 1 and not any(self._of(kind, "text") for kind in _WHERE[:4])

    def _names_project(self, column: str) -> bool:
        called = self.words.strength(column, "d.name.project") >= _NAMED
        return called and self.words.holds(column, self.words.rules.objects["project"])

    def _lists_projects(self, owner: str) -> bool:
        """Tell projects by their names beside customers of whom some have several, in a list that reaches nobody."""
        if any(self._of(kind, "text") for kind in (*_WHERE, "a.email")):
            return False
        projects = [column for column in self.header if column != owner and self._names_project(column)]
        if len(projects) != 1:
            return False
        rows = self.frame.select(owner, projects[0]).drop_nulls()
        return rows.height > _TWO and rows[owner].n_unique() < rows.height == rows.n_unique()

    def _is_pipeline(self) -> bool:
        """Tell deals by a state, an amount, and the day on which they are or will be closed, in so many words."""
        closed = [
            column
            for kind in ("d.date.deal", "d.due_date.deal")
            for column in self._of(kind, "date")
            if self.words.strength(column, kind) >= _NAMED and _CLOSED & set(self.words.tokens(column))
        ]
        return bool(closed and self._of("d.status", "name") and self._of("d.amount.deal", "amount"))

    def _pays(self) -> bool:
        """Tell receipts: a day, an amount and the invoice that is paid, and a word for payments; nothing is due."""
        paying = [column for column in self.header if _PAYMENTS & set(self.words.tokens(column))]
        billed = [column for column in self.header if self.words.strength(column, "d.invoice_ref") >= _NAMED]
        dated = self._of("d.date", "date") or self._of("d.date.payment", "date")
        amounts = self._of("d.amount.payment", "amount")
        return bool(paying and billed and dated and amounts) and not (
            self._of("d.due_date", "date")
            or self._of("d.open_amount", "amount")
            or self._of("d.tax_amount", "amount")
        )

    def _is_charged(self) -> bool:
        """Tell the payments of a payment service: what came in less a fee is what is left, in nearly all rows."""
        called = (column for column in self.header if self.words.holds(column, self.words.rules.fees))
        fees = [column for column in called if self._filled(column, "amount")]
        whole = [column for column in self._of("d.amount.payment", "amount") if column not in fees]
        free = (column for column in self.header if column not in (*fees, *whole[:1]))
        left = [column for column in free if self._filled(column, "amount")]
        if not (fees and whole and left and (self._of("d.date", "date") or self._days())):
            return False
        gross, fee, *nets = (
            amounts(column, sample_of(self.frame, column), None).expression.abs()
            for column in (whole[0], fees[0], *left)
        )
        for net in nets:
            rows = self.frame.filter(net > _CENT).select(off=(gross - fee - net).abs() > _CENT).drop_nulls()
            charged = self.frame.select((fee > _CENT).any()).item()
            if charged and rows.height >= _TWO and int(rows["off"].sum()) <= (1 - _MOST) * rows.height:
                return True
        return False

    def _is_owed(self) -> bool:
        """Tell bills by the day on which an amount is due, in a list that does not say where customers are."""
        due = self._of("d.due_date", "date")
        amounts = self._of("d.amount.invoice", "amount") or self._of("d.open_amount", "amount")
        return bool(due and amounts) and not any(self._of(kind, "text") for kind in _WHERE[:4])

    def by_values(self) -> str | None:
        """Tell documents in a language whose words are not known: a day and amounts beside a name, and no address.

        What kind they are is told by their states or by three amounts; "other" are those that nothing tells.
        """
        known = [
            column
            for column in self.header
            if any(self.words.strength(column, kind) >= _SURE for kind in _OF_ACCOUNTS)
        ]
        if any(self._of(kind, "text") for kind in _WHERE):
            return None
        looked = {column: sample_of(self.frame, column) for column in self.header if column not in known}
        looked = {column: values for column, values in looked.items() if values.len()}
        days = [column for column, values in looked.items() if _all(values, _DAY)]
        sums = [
            column
            for column, values in looked.items()
            if share(values, "amount") >= _MOST and _all(values, _CENTS)
        ]
        names = [column for column, values in looked.items() if _all(values, _LETTERS)]
        texts = [values for column, values in looked.items() if column not in (*days, *sums)]
        if not days or not sums or not names or any(map(reaches, texts)):
            return None
        for column, values in looked.items():
            if column in (*days, *sums) or values.len() > _KINDS:
                continue
            kind = self._stated(values) or self._typed(column, values)
            if kind is not None:
                return kind
        return "invoice" if len(sums) > _TWO or (len(sums) == _TWO and self._is_rest(*sums)) else "other"

    def _is_rest(self, first: str, second: str) -> bool:
        """Tell two amounts of which one is what is left of the other: all of it or nothing in most rows."""
        pair = self.frame.select(
            amounts(name, sample_of(self.frame, name), None).expression.abs() for name in (first, second)
        ).drop_nulls()
        whole, rest = pair[first], pair[second]
        if (rest > whole).any():
            whole, rest = rest, whole
        ends = int(((rest == 0) | (rest == whole)).sum())
        return pair.height > _TWO and not (rest > whole).any() and ends > _HALF * pair.height

    def _typed(self, column: str, values: pl.Series) -> str | None:
        """Give the kind of document that the words of a column of few, repeated types are of, whatever it is called."""
        if values.n_unique() * _TWO > self.frame[column].count():
            return None
        meanings = {types_of(self.words.rules).meaning(value) for value in values.unique()}
        if None in meanings or not meanings & {"invoice", "payment"}:
            return None
        return "invoice" if "invoice" in meanings else "payment"

    def _stated(self, values: pl.Series) -> str | None:
        """Give the kind of document that most of the states of a column are of."""
        hits = {}
        for kind in ("invoice", "deal", "project"):
            hits[kind] = states_of(self.words.rules, kind).column(values).count()
        best = max(hits, key=lambda kind: hits[kind])
        alone = sum(count == hits[best] for count in hits.values()) == 1
        return best if alone and hits[best] >= _HALF * values.len() else None

    def is_shop_order(self) -> bool:
        """Tell the orders of a web shop, each of which is a bill: an amount and a way of paying or of shipping."""
        shop = sum(self.words.holds(column, self.words.rules.shop) for column in self.header)
        ordered = any({"order", "purchase"} & set(self.words.tokens(column)) for column in self.header)
        return shop >= _SHOP and ordered and bool(self._of("d.amount.invoice", "amount"))

    def moves_money(self) -> bool:
        """Tell the movements of a bank account: a day and an amount beside what the payment is for."""
        purpose = any(self.words.holds(column, _PURPOSE) for column in self.header)
        # A bank says who paid by his tax number too, where it says what for.
        if any(self._of(kind, "text") for kind in (_WHERE[:4] if purpose else _WHERE)):
            return False
        dated = self._of("d.date", "date") or self._of("d.date.payment", "date") or self._days()
        amounts = self._of("d.amount.payment", "amount")
        texts = self._of("d.memo", "text") or self._of("d.line_text", "text")
        if not dated:
            return False
        rest = [column for column in self.header if column not in dated]
        filled = [column for column in rest if self.frame[column].count()]
        by_figures = in_two_columns(self.words, self.frame, rest)
        of_bank = any(self.words.holds(column, self.words.rules.bank) for column in self.header)
        payees = any(self.words.tokens(column) == PAYEE for column in self.header)
        named = self._names()
        if comes_and_goes(self.frame, filled, named) or (by_figures and (of_bank or payees or not named)):
            return True
        in_sides = in_two_sides if purpose else is_cash_book
        if texts and in_sides(self.words, self.frame, rest):
            return True
        if amounts and in_both_ways(self.words, self.frame, rest, amounts[0]):
            return True
        if not (amounts and texts):
            return False
        if of_bank:
            return True
        signs = self.frame[amounts[0]].drop_nulls().str.contains(_NEGATIVE)
        banked = purpose or any(self.words.holds(column, _AT_A_BANK) for column in self.header)
        return bool(signs.any()) and not bool(signs.all()) and (banked or not named)

    def _days(self) -> list[str]:
        """Give the columns that are called dates of something and hold such; where none is, those that hold days."""
        filled = [column for column in self.header if self.frame[column].count()]
        if called := [column for column in filled if "date" in self.words.tokens(column)]:
            return [column for column in called if self._looks(column, "date")]
        return [column for column in filled if _all(sample_of(self.frame, column), _DAY)]

    def _names(self) -> bool:
        named = self._of("a.name", "name") + self._of("d.account_name", "name")
        return any(int(sample_of(self.frame, column).str.contains(_LETTERS).sum()) > 1 for column in named)

    def _of(self, kind: str, form: str) -> list[str]:
        """Give the columns that are called so and look so."""
        called = [column for column in self.header if self.words.strength(column, kind) >= _SURE]
        return [column for column in called if self._filled(column, form)]

    def _filled(self, column: str, form: str) -> bool:
        return self.frame[column].count() > 0 and self._looks(column, form)

    def _looks(self, column: str, form: str) -> bool:
        values = sample_of(self.frame, column)  # amounts of VAT are no tax ids
        return share(values, form) >= _MOST and not (form == "text" and _all(values, _MONEY))


def _all(values: pl.Series, pattern: str) -> bool:
    return int(values.str.contains(pattern).sum()) >= _MOST * values.len()
