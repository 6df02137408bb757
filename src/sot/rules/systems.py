"""The rules of `rules/systems/`: how the exports of each known system look and what their columns mean."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from sot.rules.import_files import ImportFile, ImportTask
from sot.rules.ledgers import LedgerNumbers
from sot.rules.loader import RuleModel
from sot.rules.postings import Postings
from sot.rules.project import DepartmentName, FieldName, ObjectName
from sot.rules.rulebook import Rulebook
from sot.rules.values import CheckDigits, ColumnPattern, Count, Pattern, Share, Word
from sot.rules.write_back import WriteBack

UNKNOWN = "systems/unknown.yaml"
"""The rules for systems that nobody has described: words of headers, forms of contents."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


_LISTED = BeforeValidator(_listed, json_schema_input_type=tuple[str, ...] | str)

Words = Annotated[tuple[str, ...], _LISTED]
"""A list of texts; one alone may be written without the brackets."""

Patterns = Annotated[tuple[ColumnPattern, ...], _LISTED]


def _needed(text: str) -> str:
    if text.startswith("~"):
        try:
            re.compile(text.removeprefix("~").replace("|~", "|"))
        except re.error as error:
            raise ValueError(f"is not a regular expression behind '~': {error}") from error
    return text


Needs = Annotated[tuple[Annotated[str, AfterValidator(_needed)], ...], _LISTED]
"""Headers; `A|B` means either, `~` starts a pattern."""

FieldMap = dict[FieldName, Words]
"""Canonical field: the headers that may hold it, the best first. `A ++ B` joins the cells of a row (lines of
an address); `A || B` takes the first cell that is filled (phone, else mobile); `A | B` keeps all filled cells of a
row, apart by " | " (several references of one document); `A + B` adds amounts up (two taxes)."""

State = Literal[
    "deal_won", "deal_lost", "deal_open", "project_done", "project_open", "project_cancelled",
    "invoice_open", "invoice_paid", "invoice_void", "invoice_draft", "payment",
]  # fmt: skip


DocumentType = Literal["invoice", "credit_note", "deposit", "payment", "refund"]

TypeWord = Literal[
    "invoice", "credit_note", "deposit", "deposit_invoice", "payment", "refund", "supplier", "income", "other"
]
"""What a word for a type says: whether a deposit is money or an invoice, or that a row is of a supplier or neither.

Income is what the list is of, beside rows of expenses.
"""


class When(RuleModel):
    """A condition on one cell of a row: its text, case aside, is one of `values`; `*` is any text."""

    column: str
    values: Words = ()


class Skip(When):
    """Rows that are left out on purpose, and why; an empty text among `values` is an empty cell."""

    other_than: Words = ()
    """Leave out what is none of these."""
    like: ColumnPattern | None = None
    """Leave out what a pattern fits (the numbers of suppliers)."""
    negative: str | None = None
    """A column of amounts: only rows with a negative one there are left out."""
    reason: str


class StateWhen(When):
    """The hand-off status that a row has where the condition holds."""

    state: State


class TypeWhen(When):
    """The type that a row of an invoice or payment list has where the condition holds."""

    type: TypeWord


class Board(RuleModel):
    """A list of tasks whose rows are the projects, each with a customer of its own: what its columns mean then."""

    record_id: Words = ()
    fields: FieldMap
    part: Words = ()
    """Columns that are filled where a row is a part of another one (Parent task), and no project."""


class Shape(RuleModel):
    """One table that a system delivers: by which headers it is known, and what its columns mean."""

    variant: str
    needs: Needs
    """Headers that must be there, so that this is the table; `A|B` means either, `~` starts a pattern."""
    unless: Words = ()
    """Headers that only other tables have."""
    id_like: Pattern | None = None
    """Pattern of its ids where they tell this table from others (Salesforce accounts start with 001)."""
    id_needed: bool = False
    """The headers alone say too little: most ids must be as `id_like` says."""
    record_id: Words = ()
    """The id column; without one, the name is the key."""
    fields: FieldMap = Field(default={})
    also: Words = ()
    """Further headers that are typical of it; they count for recognition alone."""
    one_per: Words = ()
    """Where one thing fills several rows (invoice lines, tasks): the columns that tell one from the next."""
    board: Board | None = None
    """What the columns mean where each row is a thing of its own all the same, as its customers show."""
    total: Annotated[tuple[FieldName, ...], _LISTED] = ()
    """Canonical amounts to add up over those rows; others are taken from the first."""
    group: FieldName | None = None
    """Canonical field that stands in heading rows above its rows, as in QuickBooks reports."""
    notes: Patterns = ()
    """Patterns of rows that are no data in this table, besides those of its system."""
    skip: tuple[Skip, ...] = ()
    states: tuple[StateWhen, ...] = ()
    types: tuple[TypeWhen, ...] = ()
    """Types in words of the system's own; words that any system may use are in unknown.yaml."""
    minor_units: bool = False
    """Amounts are counted in cents (interfaces of payment services)."""
    postings: Postings | None = None
    labels_of_anything: bool = False
    """The labels of a BI table may be customers or anything else: what other systems know tells."""
    left_out: str | None = None  # why such a table is not read at all (supplier lists, import logs, pivots)


class IdForm(RuleModel):
    """How a system writes its ids."""

    kind: Literal["text", "digits", "guid", "salesforce"] = "text"
    pad: int | None = Field(default=None, ge=1, le=40)
    """Digits are filled up with zeros to this length (SAP)."""
    strip_prefix: str | None = None
    long: bool = False
    """Ids have more digits than a spreadsheet can hold, so a spreadsheet may have ruined them."""


class SystemRules(RuleModel):
    """Everything that is known of one system."""

    system: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    department: DepartmentName
    about: str
    evidence: str
    names: Words = ()
    """Words in a file's name that point to the system."""
    ids: IdForm = IdForm()
    dates: Literal["day-first", "month-first", "year-first"] | None = None
    """The order that decides where a column of dates leaves it open."""
    decimal: Literal["point", "comma"] | None = None
    notes: Patterns = ()
    """Patterns of rows that are no data: titles, footers, totals; tried on the first filled cell."""
    levels: str | None = None
    """What stands between parent and child where a name holds both (`Parent:Child`)."""
    traces: Patterns = ()
    """Patterns of rows that only this system writes, so that they tell an unknown table to be its own."""
    cut_at: tuple[Count, ...] = ()
    """Numbers of rows at which the system cuts its exports off without telling."""
    objects: dict[ObjectName | Literal["other"], tuple[Shape, ...]]
    write_back: WriteBack | None = None
    imports: dict[ImportTask, ImportFile] = Field(default={})
    """Task of the handoffs: the file that the system imports for it."""


class FieldWords(RuleModel):
    """How an unknown header may name one field, in any language, and what its cells must look like."""

    words: Words
    """Header phrases, the best first."""
    second: Words = ()
    """Phrases that name it where no other column does (a mobile phone, the code of a person)."""
    of: dict[ObjectName, Words] = Field(default={})
    """Phrases that name it in tables of one kind alone (the project of a project is its name)."""
    kinds: tuple[ObjectName, ...] = ()
    """The kinds of tables that have such a field; without any, all have it."""
    many: bool = False
    """Several columns may hold it, and all of them are kept (references, texts of lines)."""
    form: Literal[
        "email", "url", "phone", "date", "amount", "tax_id", "postcode", "country", "name", "text", "id", "status",
        "type",
    ] = "text"  # fmt: skip

    def is_of(self, kind: str | None) -> bool:
        """Tell whether tables of a kind have such a field."""
        return not self.kinds or kind in self.kinds or kind in self.of


class UnknownRules(RuleModel):
    """How the exports of systems that nobody has described are understood."""

    abbreviations: dict[Word, str]
    """Word in headers, short or of another language: what it stands for, in one or more words or none."""
    hours: Words
    """Words of headers of timesheets: how long somebody worked."""
    fees: Words
    """Headers of what a payment service keeps of each payment."""
    elsewhere: Words
    """Words in brackets behind a part of an address that say that it is another one than the customer's."""
    address_parts: Words
    """Words of headers beside which the word address says nothing."""
    alone: dict[Word, str]
    """Words that say so only where they are the whole header (Danish By, a town)."""
    headers: dict[str, str]
    """Whole headers of other languages, and the words that they stand for."""
    endings: dict[str, str]
    """How compound words end (Kundennummer), and the words that this stands for."""
    brands: Words
    """Names of programs that headers write in two halves (NetSuite); beside a reference they change nothing."""
    programs: Words
    """Words in a header that say whose id a column holds …"""
    program_ids: Words
    """… beside one of these (SAP number, ERP customer code, Stripe id)."""
    neutral: Words
    """Words in a header that do not change which field it is (billing, main, customer …)."""
    objects: dict[ObjectName, Words]
    """Words in headers or file names that tell what a row stands for."""
    file_objects: dict[str, ObjectName]
    """Names of programs' tables in names of files (account.move): what a row is."""
    shop: Words  # headers that only the orders of a web shop have
    departments: dict[DepartmentName, Words]
    """Words in headers or file names that tell whose list of customers it is."""
    persons: Words
    """Headers that speak for a list of persons …"""
    customers: Words
    """… and those that speak for a list of customers, where both kinds of columns are there."""
    jobs: Words
    """Headers of what a person does in a company."""
    first_name: Words
    last_name: Words
    fields: dict[FieldName, FieldWords]
    """Fields of an account."""
    document_fields: dict[FieldName, FieldWords]
    """Fields of contacts, deals, projects, invoices and payments."""
    other: Words
    """Headers that are about something else, so that no field takes them."""
    record_id: Words
    vague_ids: Words
    """Of these, what names an id with words of its own beside only where the column stands first."""
    entities: Words
    """Headers that may hold the customer's code beside a column with its name."""
    tax_checks: Annotated[tuple[CheckDigits, ...], _LISTED]
    """Tests of python-stdnum that tell a column of tax ids by its check digits."""
    system_column: Words
    """Headers of the column that names the system in a list that was merged before."""
    parties: dict[Literal["customer", "other", "person", "company"], Words]
    """Values of a column of kinds or groups that say whether an account is a customer, or a supplier, a bank …"""
    purchases: Words
    """Titles and names of lists of what the company buys."""
    general_ledger: dict[Literal["account", "center"], Words]
    """Headers of the account of a posting in the general ledger, and of its cost centre."""
    relations: Words
    """Further values of a column that says how near an account is to being a customer."""
    ledgers: tuple[LedgerNumbers, ...]
    """Charts of accounts whose numbers tell customers from others."""
    not_systems: Words
    """Values of such a column that name marketing channels, not systems."""
    company_words: Words
    """Words that make a text look like a company's name."""
    notes: Patterns
    """Patterns of rows that are no data in any export."""
    aggregates: Words
    """What a report calls the figures of a row that sums up others (Sum, Count)."""
    project_names: Words
    """How the name of a project may hold its customer."""
    months: dict[Word, Annotated[int, Field(ge=1, le=12)]]
    """First letters of the months' names, in any language."""
    month_names: Words
    copies: Words
    """Words of a file's name that say which copy it is."""
    states: dict[State, Words]
    """Status words, in any language, that tell the hand-off status."""
    bi_files: Words
    """Words in a file's name that speak for figures of a BI tool."""
    period_columns: Words
    """Headers of the columns that say the period of a figure."""
    not_measures: Words
    """Headers of numbers that are no money: counts, shares, ranks."""
    total_columns: Words
    """Headers of the column that totals those of the periods beside it."""
    rest_labels: Words
    """Labels that stand for what is left of the customers (Other, (Blank)); without punctuation."""
    negations: Words
    """Words that turn the status word behind them into its contrary (not paid)."""
    types: dict[TypeWord, Words]
    """Words in columns of types, in any language, that tell an invoice from a credit note or a payment."""
    lines: Words
    """Words in headers that only a table has whose rows are lines of invoices (quantity, unit price)."""
    yes: Words
    no: Words
    """What a column of yes and no holds, in lower case."""
    things: Words
    """Headers of lists of goods, whose rows are no customers."""
    balances: Words
    """What rows of statements are called that carry a balance and are no booking."""
    payments_returned: Words
    """States of payments that were returned in full."""
    payments_failed: Words
    """States of payments that were refused or never made, or taken back by the bank."""
    bank: Words
    """Headers that only the movements of a bank account have."""
    sides: dict[Literal["debit", "credit"], Words]
    """What a column beside the amounts calls the two sides of an account (Dr, Soll)."""
    tax_rates: tuple[Annotated[float, Field(gt=0, lt=1)], ...]
    """Usual rates of value added tax, to tell whether an amount is with or without it."""
    currencies: dict[str, Words]
    """Code of a currency: how else people and programs write it."""
    without_cents: Words
    """Currencies whose amounts have no cents, also where others are counted in them."""
    gate: Share
    """Confidence below which a column is left unmapped."""


def system_rules(rules: Rulebook) -> tuple[SystemRules, ...]:
    """Give the rules of all known systems, by name."""
    names = [name for name in rules.names("systems") if name != UNKNOWN]
    return tuple(rules.get(name, SystemRules) for name in names)


def unknown_rules(rules: Rulebook) -> UnknownRules:
    """Give the rules for systems that nobody has described."""
    return rules.get(UNKNOWN, UnknownRules)
