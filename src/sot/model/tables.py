"""The schemas of the tables that stages hand to each other, and the check that holds a stage to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import polars as pl

Schema: TypeAlias = Mapping[str, pl.DataType | type[pl.DataType]]

ACCOUNT_FIELDS: tuple[str, ...] = (
    "name", "trade_name", "tax_id", "registration_id", "website", "email", "phone",
    "street", "city", "region", "postcode", "country", "parent_id", "parent_name", "status", "account_number",
    "external_id", "owner", "industry", "created_at", "updated_at", "balance", "revenue", "currency",
)  # fmt: skip
"""Canonical fields of an account, raw: each holds the text as delivered, or null where the cell was empty."""

DOCUMENT_FIELDS: tuple[str, ...] = (
    "account_id", "account_name", "name", "number", "amount", "open_amount", "currency", "status",
    "date", "due_date", "end_date", "reference", "email", "phone", "owner",
    "doc_type", "net_amount", "tax_amount", "paid_amount", "created_date", "start_date", "planned_end_date",
    "term", "deal_ref", "project_ref", "order_ref", "invoice_ref", "memo", "line_text",
)  # fmt: skip
"""Canonical fields of a contact, deal, project, invoice or payment, raw.
amount        the total of the document (of a deal its value, of a project its budget); net_amount and tax_amount
              are its parts where the export has them; paid_amount is what was paid of it
date          of a deal the day on which it was or will be closed, of an invoice or payment its date
start_date    of a project; end_date is its real end, planned_end_date the planned one
deal_ref, project_ref, order_ref, invoice_ref   numbers, ids or names of such documents that this one refers to
              (invoice_ref: the invoices that a payment or credit note is applied to); several are joined by " | "
reference     any other reference; memo and line_text are free text"""

_PLACE: dict[str, type[pl.DataType]] = {
    "system": pl.String,
    "record_id": pl.String,
    "department": pl.String,
    "object": pl.String,
    "source": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
}

RECORDS: Schema = {
    "uid": pl.Int32,
    **_PLACE,
    **dict.fromkeys(ACCOUNT_FIELDS, pl.String),
    "balance_amount": pl.Float64,
    "revenue_amount": pl.Float64,
    "created_on": pl.Datetime("us"),
    "updated_on": pl.Datetime("us"),
}
"""read → normalise: one row per record; `uid` counts from 0 in the order of (system, record_id), so that the
order of files and rows never matters. `object` says what the record was taken from: `account`, or the kind of
document (invoice, project, …) whose customer it is. `row` is the physical row in the file, 1-based."""

DOCUMENTS: Schema = {
    **_PLACE,
    **dict.fromkeys(DOCUMENT_FIELDS, pl.String),
    "amount_value": pl.Float64,
    "open_amount_value": pl.Float64,
    "dated_on": pl.Date,
    "due_on": pl.Date,
    "ended_on": pl.Date,
    "net_value": pl.Float64,
    "tax_value": pl.Float64,
    "paid_value": pl.Float64,
    "created_on": pl.Date,
    "started_on": pl.Date,
    "planned_end_on": pl.Date,
    "document_type": pl.String,
    "state": pl.String,
    "customer_id": pl.String,
}
"""read → resolve: contacts, deals, projects, invoices, payments. `state` is the canonical hand-off status
(deal_won, deal_lost, deal_open, project_done, project_open, project_cancelled, invoice_open, invoice_paid,
invoice_void, invoice_draft, payment) or null. `document_type` of an invoice or payment: invoice, credit_note,
deposit, payment or refund, or null where nothing says so; the sign of amounts is as delivered (some programs write
credit notes with a minus, some without). `currency` is a code (EUR) where the cell or its amount names one.
A row of a BI table (`object` bi_table) is a figure: `account_name` its label, `name` the caption of the measure,
`amount_value` the sum, `started_on` and `dated_on` the first and last day of its period where there is one; `state`
is bi_total or bi_other of totals and rests, which are no customers. `customer_id` is the `record_id` in RECORDS, same
system, of the account that the document belongs to, or null where no record of that system answers to it."""

REJECTS: Schema = {
    "source": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "reason": pl.String,
    "raw": pl.String,
}
"""Rows that could not be used: where, why, and the raw line."""

NORMALISED: Schema = {
    "n_name": pl.String,
    "n_tokens": pl.List(pl.String),
    "n_legal": pl.String,
    "n_aliases": pl.List(pl.String),
    "n_site": pl.String,
    "n_marks": pl.List(pl.String),
    "n_habit": pl.String,
    "n_domain": pl.String,
    "n_email": pl.String,
    "n_mailbox": pl.String,
    "n_role": pl.Boolean,
    "n_phone": pl.String,
    "n_phone_key": pl.String,
    "n_tax_id": pl.String,
    "n_tax_valid": pl.Boolean,
    "n_tax_company": pl.String,
    "n_registration": pl.String,
    "n_registration_company": pl.String,
    "n_country": pl.String,
    "n_region": pl.String,
    "n_postcode": pl.String,
    "n_city": pl.String,
    "n_house": pl.String,
    "n_street": pl.String,
    "n_status": pl.String,
}
"""Columns that normalise adds to RECORDS; null where nothing comparable is known.

n_name     the core name: folded to lower-case Latin letters and digits, legal form, junk, trade name and site
           taken off, abbreviations expanded, words apart by one blank ("international business machines"); names in
           Chinese, Japanese and Korean keep their characters, with place and kind of company apart
n_tokens   the words of n_name in their order, repeated words once
n_legal    the class of the legal form ("ltd", "gmbh", "inc" …), the last and most specific one
n_aliases  other names of the same account, each in the form of n_name: trade names (dba, t/a), former names,
           text in brackets that is a name, the trade_name column
n_site     a town, site or branch taken off the end of the name ("Acme - Phoenix" → "phoenix"), or what stands behind
           its legal form ("Acme GmbH Berlin" → "berlin"), which stays in the name
n_marks    junk that was taken off the name: "inactive", "duplicate", "do not use", "old" …
n_habit    what the system writes around its names by habit and was taken off: "- 10023", "/ EMEA"
n_domain   the registrable domain of the website, else of the e-mail; never a free-mail, marketplace or
           placeholder domain
n_email    the e-mail address, valid form, lower case
n_mailbox  the e-mail address where its domain is a free-mail domain (then the address itself is the evidence)
n_role     true where n_email is the mailbox of a function (info@, billing@), not of a person
n_phone    E.164 where the number is valid for its country, else its digits without trunk prefix;
           placeholders empty
n_phone_key  the last nine digits of the national number (all of it from seven on): the same number with and
           without country code, trunk prefix or extension has one key
n_tax_id   letters and digits in upper case without the country prefix; placeholders empty
n_tax_valid  true/false where a check digit or pattern of its country could be tested, else null
n_tax_company  country, kind and the part of the tax id that names the company ("FR:siren:303265045"): without the
           digits of a site, a state or a branch; null where the kind is not known
n_registration  the number in a register of companies, as n_tax_id but without leading zeros
n_registration_company  the same for n_registration as n_tax_company for n_tax_id
n_country  ISO 3166-1 alpha-2, upper case
n_region   folded; states of the US, Canada and Australia as their abbreviation, lower case
n_postcode upper case, no blanks; US ZIP+4 cut to 5
n_city     folded words apart by one blank
n_house    house number, lower case ("12", "12a"), or null for PO boxes
n_street   the street without house number, unit and floor, its words in one spelling ("main st")
n_status   active or inactive, from a status column, a deleted flag or marks in the name"""

PAIRS: Schema = {
    "uid_l": pl.Int32,
    "uid_r": pl.Int32,
    "match_weight": pl.Float32,
    "match_probability": pl.Float32,
    "relation_weight": pl.Float32,
    "band": pl.String,
    "against": pl.String,
}
"""match → cluster: scored candidate pairs, uid_l < uid_r, each once, sorted. `match_weight` is the log2
posterior odds that both records are one customer; `relation_weight` the log2 odds of the same group against
strangers, given that they are not one; `band` is auto, doubt or apart; `against` names the negative
evidence that keeps a pair from being linked automatically (comma apart), or null. gamma_<comparison>
columns (Int8) hold the comparison levels."""

MEMBERSHIPS: Schema = {
    "uid": pl.Int32,
    "cluster": pl.Int32,
    "golden_id": pl.String,
    "match_probability": pl.Float32,
    "linked_by": pl.String,
}
"""cluster → resolve: every record exactly once. `cluster` is the smallest uid of its members;
`match_probability` of its best link into the cluster (1 for a single record)."""

CLUSTERS: Schema = {
    "cluster": pl.Int32,
    "golden_id": pl.String,
    "size": pl.Int32,
    "match_probability": pl.Float32,
    "status": pl.String,
}
"""One row per cluster: `match_probability` of its weakest link; `status` as CustomerStatus."""

RELATED: Schema = {
    "golden_id_l": pl.String,
    "golden_id_r": pl.String,
    "relation": pl.String,
    "evidence": pl.String,
}
"""Pairs of golden customers of one group; for `parent`, l is the parent of r."""

QUESTIONS: Schema = {
    "uid_l": pl.Int32,
    "uid_r": pl.Int32,
    "match_probability": pl.Float32,
    "joined": pl.Boolean,
    "vetoed": pl.Boolean,
    "why": pl.String,
}
"""What a steward should be asked, link by link. `joined` says whether both records are in one cluster: a link in doubt
holds it together; otherwise the two clusters are a possible match. `vetoed` says whether negative evidence contradicts
the link (another valid tax id, another country). The two are independent of each other."""

CASES: Schema = {
    "case_id": pl.String,
    "priority": pl.UInt32,
    "golden_ids": pl.List(pl.String),
    "records": pl.List(pl.String),
    "match_probability": pl.Float64,
    "exposure": pl.Float64,
    "why": pl.String,
    "joined": pl.Boolean,
    "vetoed": pl.Boolean,
    "exposure_currency": pl.String,
    "names": pl.String,
}
"""The questions about the same one or two golden customers as one case; `records` are written system:record_id. A case
is `joined` if it is about one customer, `vetoed` if negative evidence contradicts any of its links."""

GOLDEN: Schema = {
    "golden_id": pl.String, "name": pl.String, "legal_form": pl.String, "tax_id": pl.String,
    "domain": pl.String, "phone": pl.String, "email": pl.String, "street": pl.String, "city": pl.String,
    "region": pl.String, "postcode": pl.String, "country": pl.String, "systems": pl.String,
    "record_count": pl.Int32, "exposure": pl.Float64, "exposure_currency": pl.String,
    "match_probability": pl.Float32, "status": pl.String,
    "exposure_other": pl.String, "trade_name": pl.String, "registration_id": pl.String,
    "parent_name": pl.String, "industry": pl.String, "owner": pl.String, "account_status": pl.String,
    "currency": pl.String, "is_test": pl.Boolean,
}  # fmt: skip
"""One row per golden customer; `systems` are joined by `|`, sorted. `exposure` is the amount in
`exposure_currency`; amounts in other currencies stand in `exposure_other` as text ("USD 20.00|no
currency 5.00")."""

PROVENANCE: Schema = {
    "golden_id": pl.String,
    "field": pl.String,
    "value": pl.String,
    "raw": pl.String,
    "system": pl.String,
    "record_id": pl.String,
    "rule": pl.String,
    "normaliser": pl.String,
    "runners_up": pl.String,
}
"""One row per filled field of a golden customer: `raw` is the member record's own text, `normaliser` names
the function that made `value` of it (null where value equals raw), `runners_up` lists the others as
system=value."""

CONFLICTS: Schema = {
    "conflict_id": pl.String, "severity": pl.String, "kind": pl.String, "golden_id": pl.String,
    "golden_name": pl.String, "field": pl.String, "values": pl.String, "chosen": pl.String, "rule": pl.String,
    "fix_in": pl.String, "record_ids": pl.String, "exposure": pl.Float64, "exposure_currency": pl.String,
    "waived_until": pl.String,
}  # fmt: skip
"""One row per conflict; `record_ids` are system:record_id, joined by `|`."""

MERGES: Schema = {
    "golden_id": pl.String,
    "system": pl.String,
    "uid": pl.Int32,
    "uid_survivor": pl.Int32,
    "rule": pl.String,
}
"""One row per account (`uid`) that should be merged into another of its system; `rule` chose the survivor."""

CORRECTIONS: Schema = {
    "uid": pl.Int32,
    "golden_id": pl.String,
    "field": pl.String,
    "before": pl.String,
    "after": pl.String,
    "rule": pl.String,
}
"""One row per cell that should be changed: `field` is the canonical column of the account `uid`; `before` is
null where the cell is empty."""

DOCUMENT_LINKS: Schema = {
    "system_l": pl.String, "object_l": pl.String, "record_id_l": pl.String,
    "system_r": pl.String, "object_r": pl.String, "record_id_r": pl.String,
    "linked_by": pl.String, "match_probability": pl.Float64, "amount": pl.Float64,
    "currency": pl.String, "step": pl.String, "golden_id": pl.String, "why": pl.String, "doubt": pl.Boolean,
}  # fmt: skip
"""handoffs → emit: one row per link; l is the earlier document of the handoff (deal, project, invoice).
`amount` is the part of both documents that the link explains, net of tax where the deal is; `step` says more exactly
than `linked_by` how the link was made; `doubt` is true where a steward should look."""

EXCEPTIONS: Schema = {
    "finding_id": pl.String, "handoff": pl.String, "kind": pl.String, "severity": pl.String,
    "golden_id": pl.String, "golden_name": pl.String, "documents": pl.String,
    "expected": pl.Float64, "found": pl.Float64, "difference": pl.Float64, "currency": pl.String,
    "days": pl.Int32, "fix_in": pl.String, "why": pl.String, "task": pl.String,
}  # fmt: skip
"""handoffs → emit: one row per exception. `documents` are system:object:record_id, joined by `|`; the first one is the
document that the exception is about. `difference` is the money at stake, `days` how long it has been so."""


BI_RECONCILIATION: Schema = {
    "bi_system": pl.String, "golden_id": pl.String, "golden_name": pl.String, "bi_amount": pl.Float64,
    "ledger_amount": pl.Float64, "difference": pl.Float64, "currency": pl.String, "reason": pl.String,
    "documents": pl.String, "ledger_currency": pl.String, "labels": pl.String, "measure": pl.String,
    "source": pl.String,
}  # fmt: skip
"""handoffs → emit: one row per golden customer and BI table (and currency, where the table has several for it).
`difference` is the BI figure less the ledger's, null where they are in two currencies; `documents` are those that
explain it; `labels` are joined by `|`."""

BI_BRIDGE: Schema = {
    "bi_system": pl.String, "source": pl.String, "measure": pl.String, "currency": pl.String, "step": pl.String,
    "amount": pl.Float64, "count": pl.Int32,
}  # fmt: skip
"""handoffs → emit: the steps from the sum of all rows of a BI table to the ledger; they add up to the cent."""

BI_MAPPING: Schema = {
    "bi_system": pl.String, "label": pl.String, "key": pl.String, "golden_id": pl.String, "golden_name": pl.String,
    "kind": pl.String, "labels_of_customer": pl.Int32,
}  # fmt: skip
"""handoffs → emit: one row per label of a BI table; `kind` is customer, total, rest or unmapped."""

DATA_MODEL: Schema = {
    "system": pl.String, "object": pl.String, "field": pl.String, "column": pl.String, "filled": pl.Float64,
    "distinct": pl.Int64, "form": pl.String, "agrees": pl.Float64, "authority": pl.Int32,
}  # fmt: skip
"""handoffs → emit: one row per system, object and canonical field that a column of it holds. `filled` is the share of
rows with a value, `agrees` the share of golden customers in the system whose golden value it holds, `authority` the
rank of the system for the field (1 decides), null where nothing ranks it."""


def conform(table: pl.DataFrame, schema: Schema, extra: bool = False) -> pl.DataFrame:
    """Give `table` exactly the columns and types of `schema`, in order; with `extra`, others follow.

    A missing column is an error of the stage that made the table, so it raises `KeyError`.
    """
    if missing := [name for name in schema if name not in table.columns]:
        raise KeyError(f"the table lacks {missing}")
    rest = [name for name in table.columns if name not in schema] if extra else []
    # A cast to the type that a column has costs as much as another one, and nearly all have theirs.
    cast = [pl.col(name).cast(kind) for name, kind in schema.items() if table.schema[name] != kind]
    return (table.with_columns(cast) if cast else table).select([*schema, *rest])


def empty(schema: Schema) -> pl.DataFrame:
    """Give a table of `schema` with no rows."""
    return pl.DataFrame(schema=dict(schema))
