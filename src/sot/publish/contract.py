"""The contract of the published tables: names, columns, types, keys and comments (DESIGN.md, section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FORMAT = 1
"""The version of this contract; a change that breaks a reader raises it."""

PREFIX = "sot: "
"""A table whose comment begins so, or whose schema holds a publish_log, was made by `sot publish`."""


class Type(StrEnum):
    """The types that columns have in every target."""

    TEXT = "text"
    INTEGER = "integer"
    BIGINT = "bigint"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"


@dataclass(frozen=True)
class Column:
    """A column: its type, its comment, and whether it is always filled."""

    name: str
    comment: str
    type: Type = Type.TEXT
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A table: `key` identifies a row; of a table with versions, `key` and valid_from do.

    tracked  columns whose change ends a version and begins the next; () for a table without versions
    parents  (column, table, column): values that must be there, for checks and for dbt
    indexes  columns that readers look up
    """

    name: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    tracked: tuple[str, ...] = ()
    parents: tuple[tuple[str, str, str], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Give the names of the columns in their order, without those of versions."""
        return tuple(column.name for column in self.columns)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Give the columns as the target has them: with those of versions, where there are versions."""
        return (*self.columns, *VERSION) if self.tracked else self.columns

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Give the columns that identify a row in the target."""
        return (*self.key, "valid_from") if self.tracked else self.key


VERSION = (
    Column("valid_from", "Time of the run since which this version is valid (UTC).", Type.TIMESTAMP, True),
    Column("valid_to", "Time of the run that ended this version; empty while it is current.", Type.TIMESTAMP),
    Column("is_current", "True for the current version.", Type.BOOLEAN, True),
)

_GOLDEN_ID = Column("golden_id", "Id of the golden customer; stable from run to run.", required=True)
_ATTRIBUTES = (
    Column("name", "Name of the customer."),
    Column("legal_form", "Legal form as a class: ltd, gmbh, inc, …"),
    Column("tax_id", "Tax number."),
    Column("domain", "Domain of the website or of the mailboxes."),
    Column("phone", "Telephone number."),
    Column("email", "E-mail address."),
    Column("street", "Street with house number."),
    Column("city", "Town."),
    Column("region", "State, province or region."),
    Column("postcode", "Postcode."),
    Column("country", "Country."),
    Column("systems", "Systems that know the customer, sorted, joined by |."),
    Column("status", "auto, reviewed, needs_review (a link is in doubt) or single (one record only)."),
    Column("trade_name", "Trade name."),
    Column("registration_id", "Number in the register of companies."),
    Column("parent_name", "Name of the parent company."),
    Column("industry", "Industry."),
    Column("owner", "Person who is responsible for the account."),
    Column("account_status", "Status of the account, by the system that governs it."),
    Column("currency", "Currency of the account."),
)
_FIGURES = (
    Column("record_count", "Number of records joined in this customer.", Type.INTEGER),
    Column("exposure", "Money at stake, in exposure_currency.", Type.DOUBLE),
    Column("exposure_currency", "Currency of the exposure."),
    Column("exposure_other", "Exposure in other currencies, as text."),
    Column("match_probability", "Probability of the weakest link inside the customer.", Type.DOUBLE),
    Column("is_test", "True for a test or demo account, which is not a customer.", Type.BOOLEAN),
)
_CUSTOMER = ("golden_id", "dim_customer", "golden_id")

TABLES: tuple[Table, ...] = (
    Table(
        "dim_customer",
        "One row per golden customer, as of the last published run.",
        ("golden_id",),
        (_GOLDEN_ID, *_ATTRIBUTES, *_FIGURES),
        indexes=(("name",), ("tax_id",)),
    ),
    Table(
        "dim_customer_history",
        "Every version of a golden customer: a new one begins when one of its attributes changes.",
        ("golden_id",),
        (_GOLDEN_ID, *_ATTRIBUTES),
        tracked=tuple(column.name for column in _ATTRIBUTES),
    ),
    Table(
        "xref_customer",
        "The golden map: which record of which system belongs to which golden customer. is_current is true once "
        "for each record of the last published run.",
        ("system", "record_id"),
        (
            Column("system", "System of record.", required=True),
            Column("record_id", "Id of the account in that system.", required=True),
            _GOLDEN_ID,
            Column("record_name", "Name of the account in that system."),
            Column("linked_by", "exact, model, doubt, decision or single.", required=True),
            Column("match_probability", "Probability of the record's best link.", Type.DOUBLE),
            Column("is_survivor", "True for the record whose name the customer has.", Type.BOOLEAN),
        ),
        tracked=("golden_id",),
        indexes=(("golden_id",),),
    ),
    Table(
        "customer_redirect",
        "Retired golden ids. `golden_id` is the current customer, also after several merges.",
        ("old_golden_id", "golden_id"),
        (
            Column("old_golden_id", "Golden id that was published earlier.", required=True),
            Column("golden_id", "Golden id that took over its records.", required=True),
            Column("reason", "merged (all records went over) or split (some did).", required=True),
            Column("redirected_on", "Day of the run in which that happened (YYYY-MM-DD)."),
        ),
        parents=(_CUSTOMER,),
        indexes=(("golden_id",),),
    ),
    Table(
        "bridge_customer_relation",
        "Pairs of different golden customers of one group; in a parent relation, the left one is the parent.",
        ("golden_id_l", "golden_id_r", "relation"),
        (
            Column("golden_id_l", "Golden id of the first customer.", required=True),
            Column("golden_id_r", "Golden id of the second customer.", required=True),
            Column("relation", "parent, group or branch.", required=True),
            Column("evidence", "Evidence that they are related."),
        ),
        parents=(
            ("golden_id_l", "dim_customer", "golden_id"),
            ("golden_id_r", "dim_customer", "golden_id"),
        ),
        indexes=(("golden_id_r",),),
    ),
    Table(
        "customer_provenance",
        "Where each golden value comes from: one row per filled field of a customer.",
        ("golden_id", "field"),
        (
            _GOLDEN_ID,
            Column("field", "Field of the golden customer.", required=True),
            Column("value", "The golden value."),
            Column("raw", "The value as the record has it."),
            Column("system", "System of the record that gave the value."),
            Column("record_id", "Id of that record."),
            Column("rule", "Governance rule that chose it."),
            Column(
                "normaliser", "Function that made the value from the raw one; empty where they are equal."
            ),
            Column("runners_up", "The other values, as system=value."),
        ),
        parents=(_CUSTOMER,),
    ),
    Table(
        "customer_conflict",
        "Open conflicts: one row each, with the system in which to fix it.",
        ("conflict_id",),
        (
            Column("conflict_id", "Id of the conflict; stable from run to run.", required=True),
            Column("severity", "blocker, warning or info.", required=True),
            Column("kind", "Kind of the conflict.", required=True),
            Column("golden_id", "Golden customer that it is about."),
            Column("golden_name", "Name of that customer."),
            Column("field", "Field that it is about."),
            Column("values", "The values, as system=value."),
            Column("chosen", "The value that the golden customer has."),
            Column("rule", "Governance rule that chose it."),
            Column("fix_in", "System in which to fix it."),
            Column("record_ids", "Records that it is about, as system:record_id, joined by |."),
            Column("exposure", "Money at stake, in exposure_currency.", Type.DOUBLE),
            Column("exposure_currency", "Currency of the exposure."),
            Column("waived_until", "Last day of a waiver (YYYY-MM-DD)."),
        ),
        indexes=(("golden_id",),),
    ),
    Table(
        "fct_handoff",
        "Exceptions along the handoffs from the deal to the money: one row each.",
        ("finding_id",),
        (
            Column("finding_id", "Id of the exception; stable from run to run.", required=True),
            Column(
                "handoff", "Handoff: deal_to_project, deal_to_invoice, invoice_to_payment, …", required=True
            ),
            Column("kind", "Kind of the exception: won_not_invoiced, overdue, …", required=True),
            Column("severity", "blocker, warning or info."),
            Column("golden_id", "Golden customer that it is about."),
            Column("golden_name", "Name of that customer."),
            Column("documents", "Documents, as system:object:record_id, joined by |."),
            Column("expected", "Amount that was expected.", Type.DOUBLE),
            Column("found", "Amount that was found.", Type.DOUBLE),
            Column("difference", "Amount that is missing or too much.", Type.DOUBLE),
            Column("currency", "Currency of the amounts."),
            Column("days", "Days since it should have happened.", Type.INTEGER),
            Column("fix_in", "System in which to fix it."),
            Column("why", "The reason in words."),
        ),
        indexes=(("golden_id",),),
    ),
    Table(
        "handoff_link",
        "Documents that belong to one transaction: a deal and its project, an invoice and its payments, …",
        ("system_l", "object_l", "record_id_l", "system_r", "object_r", "record_id_r"),
        (
            Column("system_l", "System of the first document.", required=True),
            Column("object_l", "deal, project, invoice or payment.", required=True),
            Column("record_id_l", "Id of the first document.", required=True),
            Column("system_r", "System of the second document.", required=True),
            Column("object_r", "deal, project, invoice or payment.", required=True),
            Column("record_id_r", "Id of the second document.", required=True),
            Column("linked_by", "reference, name, amount, only_candidate or decision."),
            Column("match_probability", "Probability of the link.", Type.DOUBLE),
            Column("amount", "Amount that the link explains.", Type.DOUBLE),
        ),
    ),
    Table(
        "bi_reconciliation",
        "BI figures against the ledger: one row per golden customer, BI table and currency.",
        ("row_id",),
        (
            Column("row_id", "Hash of the row.", required=True),
            Column("bi_system", "BI system.", required=True),
            Column("golden_id", "Golden customer; empty for a label that belongs to none."),
            Column("golden_name", "Name of the customer, or the label."),
            Column("bi_amount", "Amount in the BI table.", Type.DOUBLE),
            Column("ledger_amount", "Amount in the ledger.", Type.DOUBLE),
            Column("difference", "BI amount less ledger amount.", Type.DOUBLE),
            Column("currency", "Currency of the amounts."),
            Column("reason", "Reason of the difference, from a closed list."),
            Column("documents", "Documents that explain it, as system:object:record_id, joined by |."),
        ),
        indexes=(("golden_id",),),
    ),
)

LOG = Table(
    "publish_log",
    "One row per publish: when, which run, and how many rows changed.",
    ("publish_id",),
    (
        Column("publish_id", "Number of the publish, from 1.", Type.BIGINT, True),
        Column("published_at", "Time of the publish (UTC).", Type.TIMESTAMP, True),
        Column("run_digest", "Digest of the published run, as in its manifest.json.", required=True),
        Column("run_at", "Time of the run (UTC).", Type.TIMESTAMP, True),
        Column(
            "effective_at", "Time that new versions of this publish begin with (UTC).", Type.TIMESTAMP, True
        ),
        Column("sot_version", "Version of sot.", required=True),
        Column("format", "Version of this contract.", Type.INTEGER, True),
        Column("inserted", "Rows inserted in all tables.", Type.BIGINT, True),
        Column("updated", "Rows updated in all tables.", Type.BIGINT, True),
        Column("deleted", "Rows deleted in all tables.", Type.BIGINT, True),
        Column("despite", "Refusals that were overruled, joined by |."),
        Column("reason", "Why they were overruled."),
        Column("source_hash", "Hash of the files of the run that were published, and of the version of sot."),
        Column(
            "target_state", "Mark of all rows in the target after the publish; any change gives another one."
        ),
    ),
)

LINKS_VIEW = "customer_links"
LINKS_COMMENT = (
    "One row per pair of records of a customer in two systems: both ids belong to the same customer."
)
LINKS_QUERY = """\
SELECT l.system AS system_l, l.record_id AS record_id_l, r.system AS system_r, r.record_id AS record_id_r,
       l.golden_id, CASE WHEN l.match_probability < r.match_probability THEN l.match_probability
                         ELSE r.match_probability END AS match_probability
FROM {schema}xref_customer AS l JOIN {schema}xref_customer AS r
  ON l.golden_id = r.golden_id AND l.system <> r.system AND l.is_current AND r.is_current"""
"""The view, with {schema} for the schema and its dot."""
