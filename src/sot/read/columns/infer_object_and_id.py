"""What an unknown table's rows stand for: accounts, persons, documents or figures."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from sot.read.columns.cell_patterns import sample_of, share
from sot.read.columns.dated_sums import is_bill
from sot.read.columns.infer_documents import Documents
from sot.read.columns.infer_id import IdFinder
from sot.read.columns.party_kinds import is_flag, kind_of_party
from sot.read.columns.periods import period
from sot.read.columns.told_by_cells import is_label_and_sums, kind_by_constant, kind_by_file

_UNIQUE = 0.9
_CODES = 0.9
_ENTITY = 0.8
_WHOSE = (
    "d.account_name",
    "d.account_id",
    "d.name",
    "d.number",
    "d.other",
    "d.memo",
    "d.line_text",
    "d.doc_type",
)
_OWN = ("d.name", "d.number", "id")
"""Kinds of phrases that name a document itself."""
_OF_CUSTOMERS = (
    "id", "a.account_number", "a.external_id", "a.email", "a.phone", "a.street", "a.postcode", "a.website",
    "a.tax_id", "a.registration_id", "a.balance", "a.owner", "a.status", "a.created_at",
)  # fmt: skip
_IDS = 3
"""The first ones of these are ids."""
SUM_OF = re.compile(
    r"(?i)^(?:sum|summe|somme|suma|somma|som|soma|summa|součet|сумма) (?:of|von|de|di|van|z|av|af|по полю) "
    r"|^(?:合計|求和项|합계) ?[/:：]|^sum\(|^\w[\w ]*\[[\w ]+\]$"
)
"""How BI tools name a measure that adds up."""
_SALES = frozenset(("revenue", "turnover"))
_BY_COLUMNS = 3
_PERSONS = 2
_A_NAME = (("name",), ("full", "name"), ("person",), ("contact",), ("contact", "name"), ("person", "name"))
_A_COMPANY = frozenset(("company", "organization", "account", "customer", "employer"))
_PROJECT = (("project",), ("project", "name"), ("name", "project"))
_IDS_OF_PERSONS = (frozenset(("contact", "id")), frozenset(("person", "id")))
_IDS_OF_COMPANIES = tuple(
    frozenset((whose, "id")) for whose in ("company", "account", "organization", "customer")
)
_OFFERS = frozenset(("quote", "offer", "quotation", "estimate", "proposal"))
_LEADS = frozenset(("lead", "enquiry", "inquiry", "anfrage", "tender", "rfq"))
_ENOUGH = 2
_SURE = 0.85


class Identifier(IdFinder):
    """Tells objects and ids by the words of headers and by contents."""

    def object_of(self, frame: pl.DataFrame, header: Sequence[str], stem: str) -> str:
        """Tell what a row stands for, from the words of the headers and of the file's name."""
        stated = kind_by_file(self.rules, stem) or kind_by_constant(self.words, frame, header)
        if stated is not None:
            return stated
        in_stem = {kind: self._in_stem(stem, phrases) for kind, phrases in self.rules.objects.items()}
        named = {
            kind: [name for name in header if self.words.holds(name, phrases)]
            for kind, phrases in self.rules.objects.items()
        }
        accounts = len(named.pop("account", [])) + 2 * in_stem["account"]
        scores = {}
        for kind, columns in named.items():
            # Of a file of customers and something else ("customers_invoice_tool") only the headers speak; and a
            # list of customers may tell of their last invoice or deal, but it has no column for its number.
            about_one = self._tells_of_document(header) or (
                kind == "project" and self._named_for_others(header)
            )
            # Orders that name an invoice and no project are those of a shop.
            sold = kind == "project" and not columns and bool(named["invoice"])
            by_stem = in_stem[kind] and not in_stem["account"] and about_one and not sold
            if by_stem or any(self._names_document(column) for column in columns):
                scores[kind] = len(columns) + 2 * by_stem
        if self._of_hours(header):
            return "project"
        as_documents = Documents(self.words, frame, header)
        if as_documents.is_shop_order():
            return "invoice"
        by_columns = as_documents.kind()
        offers = by_columns in (None, "invoice") and self._of_offers(header)
        if offers or (by_columns == "invoice" and self._of_offers(header, _LEADS)):
            by_columns = "deal"
            scores.pop("invoice", None)
        if by_columns is not None:
            scores[by_columns] = scores.get(by_columns, 0) + _BY_COLUMNS
        documents = {kind: score for kind, score in scores.items() if score >= _ENOUGH}
        if documents and accounts <= 2 * max(documents.values()):
            best = max(sorted(documents), key=lambda kind: documents[kind])
            return by_columns if best == "payment" and by_columns == "invoice" else best
        if as_documents.moves_money():
            return "payment"
        if self._of_persons(frame, header, in_stem["account"]):
            return "contact"
        if is_bill(self.words, frame, header):
            return "deal" if self._of_offers(header, _LEADS) else "invoice"
        return as_documents.by_values() or "account"

    def _of_hours(self, header: Sequence[str]) -> bool:
        """Tell a timesheet: hours beside a project and a customer, and no number of a bill."""
        timed = any(self.words.holds(column, self.rules.hours) for column in header)
        projects = any(self.words.tokens(column) in _PROJECT for column in header)
        owned = any(self.words.strength(column, "d.account_name") >= _ENTITY for column in header)
        billed = any(self.words.strength(column, "d.number.invoice") >= _ENTITY for column in header)
        return timed and projects and owned and not billed

    def _of_offers(self, header: Sequence[str], things: frozenset[str] = _OFFERS) -> bool:
        """Tell a list of offers: it begins with their numbers, or has their days too, and no numbers of invoices."""
        called = [set(self.words.tokens(column)) for column in header]
        offered = [words - things for words in called if words & things]
        first = bool(called[:1]) and bool(called[0] & things) and called[0] - things == {"number"}
        return (
            {"number"} in offered
            and (first or {"date"} in offered)
            and not any({"invoice", "number"} <= words for words in called)
        )

    def of_figures(self, frame: pl.DataFrame, header: Sequence[str], stem: str) -> bool:
        """Tell a table of BI figures: labels and sums, by period or under a name that says so, and nothing else.

        A list of customers says how to reach them, or has an id or a balance for them.
        """
        by_period = any(self.words.holds(name, self.rules.period_columns) for name in header)
        named = self._in_stem(stem, self.rules.bi_files)
        for name in header:
            # Beside a column of periods, or in a report by customer, the number of a customer is one of its labels.
            kinds = _OF_CUSTOMERS[_IDS:] if by_period or named else _OF_CUSTOMERS
            if any(self.words.strength(name, kind) >= _ENTITY for kind in kinds):
                return False
        numbers = [
            name
            for name in header
            if share(sample_of(frame, name), "amount") >= _CODES and frame[name].count()
        ]
        spans = [name for name in numbers if period(name, self.rules.months)]
        sums = [
            name
            for name in numbers
            if SUM_OF.search(name)
            or self.words.strength(name, "a.revenue") >= self.rules.gate
            or _SALES & set(self.words.tokens(name))
        ]
        if len(numbers) == len(header) or not (sums or len(spans) > 1):
            return False
        by_period = by_period or len(spans) > 1
        alone = is_label_and_sums(frame, header, numbers)
        return by_period or named or alone or any(SUM_OF.search(name) for name in sums)

    def _in_stem(self, stem: str, phrases: Sequence[str]) -> bool:
        tokens = self.words.tokens(stem)
        mine = {
            *tokens,
            *(word.removesuffix("s") for word in tokens),
            *(re.sub("ies$", "y", word) for word in tokens),
        }
        return any(mine.issuperset(self.words.tokens(phrase)) for phrase in phrases)

    def _tells_of_document(self, header: Sequence[str]) -> bool:
        """Tell whether there is more than whose a row is: a list of names is none of payments, whatever its name."""
        kinds = [kind for kind in self.words.phrases if kind[0] == "d" and not kind.startswith(_WHOSE)]
        return any(self.words.strength(name, kind) >= self.rules.gate for name in header for kind in kinds)

    def _named_for_others(self, header: Sequence[str]) -> bool:
        """Tell a list of names beside whose they are: Name, Client."""
        own = [name for name in header if self.words.tokens(name) in _A_NAME]
        owners = [
            name
            for name in header
            if name not in own and self.words.strength(name, "d.account_name") >= _SURE
        ]
        return bool(own and owners)

    def _names_document(self, column: str) -> bool:
        kinds = [kind for kind in self.words.phrases if kind.startswith(_OWN)]
        return max(self.words.strength(column, kind) for kind in kinds) >= _SURE

    def department_of(self, header: Sequence[str], stem: str) -> str:
        """Tell whose list of customers it is, where two headers more speak for one department."""
        scores = {
            name: sum(self.words.holds(cell, words) for cell in header) + 2 * self.words.holds(stem, words)
            for name, words in self.rules.departments.items()
        }
        first, second = sorted(scores, key=lambda name: (-scores[name], name))[:2]
        return first if scores[first] >= scores[second] + 2 else "unknown"

    def _of_persons(self, frame: pl.DataFrame, header: Sequence[str], of_customers: bool) -> bool:
        """Tell a list of persons from a list of customers that names a person for each.

        `of_customers` is what the file's name says.
        """
        if self._of_a_company(header):
            return True
        persons = sum(self.words.holds(name, self.rules.persons) for name in header)
        persons += self._has_last_names(header)
        if persons < _PERSONS:
            return self._of_named_persons(frame, header)
        companies = [name for name in header if self.words.strength(name, "a.name") >= _ENTITY]
        filled = frame[companies[0]].drop_nulls() if companies else pl.Series(dtype=pl.String)
        repeated = filled.len() > 0 and filled.n_unique() < _UNIQUE * filled.len()
        if self._of_both_kinds(frame):
            return False
        if of_customers or any(self.words.holds(name, self.rules.customers) for name in header):
            return repeated
        return repeated or not companies or not self._lack_persons(frame, header, companies[0])

    def _has_last_names(self, header: Sequence[str]) -> bool:
        """Tell a column that is called no more than a name, beside first names and a column of companies."""
        first = any(self.words.holds(name, self.rules.first_name) for name in header)
        plain = [name for name in header if self.words.tokens(name) == ("name",)]
        companies = [
            name for name in header
            if name not in plain and self.words.strength(name, "a.name") >= _ENTITY
            and set(self.words.tokens(name)) & _A_COMPANY
        ]  # fmt: skip
        return first and bool(plain and companies)

    def _of_a_company(self, header: Sequence[str]) -> bool:
        """Tell persons that have an id as such beside the id of their company, which has no name in the list."""
        tokens = [frozenset(self.words.tokens(name)) for name in header]
        owned = any(called in _IDS_OF_COMPANIES for called in tokens)
        named = any(called & _A_COMPANY and "name" in called for called in tokens)
        return any(called in _IDS_OF_PERSONS for called in tokens) and owned and not named

    def _of_both_kinds(self, frame: pl.DataFrame) -> bool:
        """Tell a list of companies and private persons by a column that says which of them a row is."""
        return kind_of_party(frame, self.rules) is not None

    def _lack_persons(self, frame: pl.DataFrame, header: Sequence[str], company: str) -> bool:
        """Tell a list of companies that names a person for some of them, and not what they do."""
        named = [
            name for name in header if self.words.holds(name, (*self.rules.first_name, *self.rules.last_name))
        ]
        if not named or any(self._is_job(name) for name in header):
            return False
        without = pl.col(company).is_not_null() & pl.all_horizontal(pl.col(name).is_null() for name in named)
        return bool(frame.select(without.any()).item())

    def _of_named_persons(self, frame: pl.DataFrame, header: Sequence[str]) -> bool:
        """Tell persons by a column that is called no more than a name, beside companies and jobs."""
        people = [name for name in header if self.words.tokens(name) in _A_NAME]
        companies = [
            name for name in header
            if name not in people and set(self.words.tokens(name)) & _A_COMPANY
            and self.words.strength(name, "a.name") >= _ENTITY and not is_flag(frame[name], self.rules)
        ]  # fmt: skip
        if not (people and companies) or any(self.words.holds(name, self.rules.customers) for name in header):
            return False
        if any(self._is_job(name) for name in header):
            return True
        filled = frame[companies[0]].drop_nulls()
        mailed = any(self.words.strength(name, "a.email") >= self.rules.gate for name in header)
        return mailed and filled.len() > 0 and filled.n_unique() < _UNIQUE * filled.len()

    def _is_job(self, column: str) -> bool:
        return any(self.words.tokens(column) == self.words.tokens(job) for job in self.rules.jobs)
