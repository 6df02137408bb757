"""Fields of documents that no header names, by what their cells hold and how they go with the fields that are known.

What is mostly nothing and else the whole amount is what is open; what says won and lost is the state of a deal; a
column of codes of its own in every row is the number. It holds for any language.
"""

from __future__ import annotations

from itertools import permutations

from sot.model.decisions import DOCUMENT_OBJECTS
from sot.read.columns.amounts_by_values import BY_VALUES, Amounts
from sot.read.columns.bank_movements import movements, signed_amounts
from sot.read.columns.cell_patterns import counts_rows, is_quantity, only_where, sample_of
from sot.read.columns.companions import looks_like_day
from sot.read.columns.headers import Recipe
from sot.read.columns.payers import PAYER, payers
from sot.read.columns.phrase_book import states_of, types_of
from sot.read.columns.two_sides import amount_in, put_sides
from sot.read.records.dates_and_amounts import dates

_MOST, _HALF, _SOME, _NAMED = 0.9, 0.5, 0.3, 0.4
_FEW, _KINDS, _PARTS = 4, 15, 6
_SURE = 0.85
_WORDS = r"\p{L}{2}.*\p{L}{2}"
_OWN_CODE = r"^(?:[\p{L}\d#/._-]{1,14} ?){1,3}$"
_CENTS = r"^-?\d[\d.,]*[.,]\d{2}$"
_GIVES_WAY = ("number", "reference", "memo", "website")
"""Fields that a column may be taken for because of a word within its header, or of its cells alone."""
_URL = r"^https?://\S+$"
_REFERS_TO = {"payment": ("invoice",), "invoice": ("deal", "project"), "project": ("deal",), "deal": ()}
_SUMS = ("d.amount.invoice", "d.net_amount", "d.paid_amount", "d.open_amount")


class ByValues(Amounts):
    """Looks at the columns of one table of documents that no header told."""

    def take(self) -> dict[str, str]:
        """Give the table the fields that its cells tell, and how those are shown that are no plain columns."""
        kind = self.table.source.object
        if self.table.rules is not None or kind not in DOCUMENT_OBJECTS or self.rows.height < _FEW:
            return {}
        self._currency()
        if kind == "payment":
            self._payer()
            self._sides()
            self._memo()
        else:
            self._status(str(kind))
        self._days(str(kind))
        if kind == "invoice":
            self._types()
            self._net_and_tax()
            self._open()
        if kind in ("deal", "project"):
            self._worth()
            self._ends(str(kind))
        if kind == "deal":
            self._day_won()
        self._references(str(kind))
        self._number()
        if kind in ("deal", "project"):
            self._name()
        return self.shown

    def _currency(self) -> None:
        if not self._lacks("currency"):
            return
        codes = {
            word
            for code, listed in self.vocabulary.rules.currencies.items()
            for word in (code.lower(), *listed)
        }
        for column in self.free:
            values = sample_of(self.rows, column)
            if self.rows[column].count() >= _MOST * self.rows.height and bool(
                values.str.to_lowercase().is_in(list(codes)).all()
            ):
                self._give("currency", column, "it holds currencies")
                return

    def _types(self) -> None:
        """Take the column of few different values that are all types of documents, of invoices and credit notes."""
        if not self._lacks("doc_type"):
            return
        for column in self.free:
            values = self.rows[column].drop_nulls()
            if values.n_unique() > _KINDS or values.len() < _MOST * self.rows.height:
                continue
            meanings = types_of(self.vocabulary.rules).column(values)
            if not meanings.null_count() and {"invoice", "credit_note"} <= set(meanings):
                self._give("doc_type", column, "its values are types of documents")
                return

    def _status(self, kind: str) -> None:
        """Take the column of few different values of which most rows say where a document of this kind stands."""
        if not self._lacks("status"):
            return
        book = states_of(self.vocabulary.rules, kind)
        best: tuple[float, str] | None = None
        for column in self.free:
            values = self.rows[column].drop_nulls()
            different = values.unique()
            if different.len() > _KINDS or values.len() < _HALF * self.rows.height:
                continue
            known = book.column(values)
            meanings = known.drop_nulls().unique()
            # A list of what is done has one state.
            whole = kind == "project" and known.count() == self.rows.height and different.len() == 1
            if (meanings.len() > 1 and known.count() >= _HALF * values.len()) or whole:
                best = max(best or (0.0, ""), (known.count() / values.len(), column))
        if best is not None:
            self._give("status", best[1], "most of its values are states")

    def _payer(self) -> None:
        """Take the payers out of texts that name customers of other tables in many rows."""
        if not (self._lacks("account_name") and self._lacks("account_id")) or not self.companions.names:
            return
        known = self.companions.names, self.companions.ends, self.companions.readings
        loose = [
            column
            for name in ("memo", "line_text")
            if not self._lacks(name)
            for column in self.table.fields[name].columns
        ]
        for column in (*loose, *self.free):
            named = payers(self.rows[column], *known)
            if named.count() >= _NAMED * self.rows.height:
                whole = payers(self.table.frame[column], *known)
                self.table.frame = self.table.frame.with_columns(whole)
                self.table.fields["account_name"] = Recipe((PAYER,))
                self._note("account_name", f"the customer named in '{column}'")
                return

    def _sides(self) -> None:
        """Take two columns of which each row fills one as money in and out: what has a payer came in."""
        own = () if self._lacks("amount") else self.table.fields["amount"].columns
        if own and self.table.source.confidence["amount"] > BY_VALUES:
            return
        money = (*own, *self._money(some=1))
        moved = movements(self.rows, money)
        self.table.moves |= moved is not None
        if moved is not None and moved.went is None:
            self._give("amount", moved.came, "the balance beside it changes by it")
        elif moved is not None:
            self._put(moved.came, str(moved.went))
        elif self.table.moves and (signed := signed_amounts(self.rows, money)) is not None:
            self._give("amount", signed, "each of its amounts has a sign")
            return
        if moved is not None or self._lacks("account_name"):
            return
        paid = self.table.fields["account_name"].expression().is_not_null()
        for plus, minus in permutations(money, 2):
            came, went = amount_in(plus).is_not_null(), amount_in(minus).is_not_null()
            rows = self.table.frame.select(
                one=came ^ went, named=(paid & came).sum(), other=(paid & went).sum()
            )
            named, other = rows["named"][0], rows["other"][0]
            if (
                int(rows["one"].sum()) >= _MOST * rows.height
                and other <= (1 - _MOST) * named
                and named >= _FEW
            ):
                self.table.moves = True
                self._put(plus, minus)
                return

    def _put(self, plus: str, minus: str) -> None:
        put_sides(self.table, self.table.fields, plus, minus)
        self._note("amount", f"{plus} - {minus}")
        self.free = [column for column in self.free if column not in (plus, minus)]

    def _memo(self) -> None:
        """Take the longest texts as what is said of a movement, where no column is called so."""
        if not self.table.moves or not (self._lacks("memo") and self._lacks("line_text")):
            return
        texts = {
            column: self.rows[column].str.len_chars().mean()
            for column in self.free
            if int(self.rows[column].str.contains(_WORDS).sum()) >= _HALF * self.rows.height
        }
        if texts:
            column = max(texts, key=lambda name: (texts[name], name))
            self._give("memo", column, "it has the longest texts")

    def _days(self, kind: str) -> None:
        """Take the first day of a bill or payment, and two days of a project that follow each other."""
        dated = [
            column for column in self.free
            if looks_like_day(sample_of(self.rows, column)) and self.rows[column].count() >= _MOST * self.rows.height
        ]  # fmt: skip
        if kind in ("invoice", "payment") and dated and self._lacks("date") and self._lacks("created_date"):
            self._give("date", dated[0], "it is the first column of days")
        if kind == "project" and len(dated) > 1 and all(map(self._lacks, ("start_date", "date", "end_date"))):
            for first, last in permutations(dated[:_PARTS], 2):
                if self._follow(first, last):
                    self._give("start_date", first, f"its days are before those of '{last}'")
                    self._give("end_date", last, f"its days are behind those of '{first}'")
                    return

    def _follow(self, first: str, last: str) -> bool:
        months = self.vocabulary.rules.months
        parsed = [dates(name, sample_of(self.rows, name), None, months).expression for name in (first, last)]
        later = self.rows.select(later=parsed[1] >= parsed[0])["later"].drop_nulls()
        return later.len() >= _FEW and int(later.sum()) >= _MOST * later.len()

    def _ends(self, kind: str) -> None:
        """Take the day after the known first one as the end of a project, or the day on which a deal is closed."""
        first = next((name for name in ("start_date", "created_date") if not self._lacks(name)), None)
        ends = ("due_date", "end_date", "planned_end_date" if kind == "project" else "date")
        if first is None or any(not self._lacks(name) for name in ends):
            return
        begin = self.table.fields[first].columns[0]
        for column in self.free:
            values = sample_of(self.rows, column)
            if not looks_like_day(values) or self.rows[column].count() < _HALF * self.rows.height:
                continue
            if self._follow(begin, column):
                self._give(
                    "end_date" if kind == "project" else "date",
                    column,
                    f"its days are behind those of '{begin}'",
                )
                return

    def _day_won(self) -> None:
        """Take the days that won deals alone have as those of the wins; the days that all have are those of offers."""
        if self._lacks("status"):
            return
        book = states_of(self.vocabulary.rules, "deal")
        won = book.column(self.rows[self._column("status")]) == "deal_won"
        days = [column for column in self.free if looks_like_day(sample_of(self.rows, column))]
        column = only_where(self.rows, days, won)
        if column is None:
            return
        if not self._lacks("date"):
            offered = self.table.fields.pop("date")
            if self._lacks("created_date"):
                self.table.fields["created_date"] = offered
                sure = self.table.source.confidence
                sure["created_date"] = sure.pop("date", 1.0)
        self._give("date", column, "the deals that are won have a day there")

    def _name(self) -> None:
        """Take the column of the most different texts as the name of a deal or project, where none is called so."""
        if not self._lacks("name"):
            return
        memo = self.table.fields.get("memo")
        texts = []
        for place, column in enumerate((*self.free, *(memo.columns if memo is not None else ()))):
            values = sample_of(self.rows, column)
            worded = int(values.str.contains(r"\p{L}{2}").sum()) >= _MOST * values.len()
            if (
                worded
                and values.len() >= _SOME * self.rows.height
                and self.rows[column].count() >= _MOST * self.rows.height
            ):
                texts.append((values.len(), -place, column))
        if texts:
            self._leave(max(texts)[-1])
            self._give("name", max(texts)[-1], "it has the most different texts")

    def _references(self, kind: str) -> None:
        """Take columns with numbers of documents of other tables: in fewer rows where no payer is named otherwise."""
        nobodys = kind == "payment" and self._lacks("account_name") and self._lacks("account_id")
        for other in _REFERS_TO[kind]:
            name = f"{other}_ref"
            if not self._lacks(name):
                continue
            loose = [
                column for field in ("memo", "number") if not self._lacks(field)
                for column in self.table.fields[field].columns if column != self.table.record_id
            ]  # fmt: skip
            numbers = self._money()
            for column in (*self.free, *loose):
                if column in numbers or self.rows[column].n_unique() == 1:
                    continue
                named = self.companions.names_documents(self.rows[column], other)
                if named >= (_NAMED if nobodys else _MOST):
                    if named >= _MOST:
                        self._leave(column)
                    self._give(name, column, f"it holds numbers of {other}s")
                    break

    def _leave(self, column: str) -> None:
        """Take a column out of the fields that it was given to on no better ground."""
        for name in _GIVES_WAY:
            self.table.forget(name, [column])

    def _number(self) -> None:
        """Take the first column that holds a code of its own in every row, where no header names an id.

        Where that is an address of the program (https://…/invoices/17), a second one is the number.
        """
        table = self.table
        if table.shape is not None:
            return
        if table.record_id is None:
            column = self._codes()
            if column is not None:
                self._leave(column)
                table.record_id = table.source.record_id = column
                table.warn(f"'{column}' is used as the id: each row has its own code there")
        own = table.record_id
        if (
            own is None
            or not self._lacks("number")
            or not self.rows[own].drop_nulls().str.contains(_URL).all()
        ):
            return
        column = self._codes(besides=own)
        if column is not None:
            self._leave(column)
            self._give("number", column, "each row has its own code there")

    def _codes(self, besides: str | None = None) -> str | None:
        table = self.table
        used = [
            column for name in _GIVES_WAY if not self._lacks(name) for column in table.fields[name].columns
        ]
        for column in (name for name in table.columns if name in (*self.free, *used) and name != besides):
            cells = table.frame[column]
            values = sample_of(self.rows, column)
            counter = not self._lacks("number") and counts_rows(cells)
            if counter or any(self.vocabulary.strength(column, kind) >= _SURE for kind in _SUMS):
                continue
            if cells.null_count() or cells.n_unique() < cells.len() or looks_like_day(values):
                continue
            if column != table.columns[0] and is_quantity(cells):
                continue
            coded = (values.str.contains(_OWN_CODE) | values.str.contains(_URL)) & values.str.contains(r"\d")
            if bool(coded.all()) and not bool(values.str.contains(_CENTS).any()):
                return column
        return None
