"""No corruption: every golden value is a member's own value, or that under the normaliser named."""

from __future__ import annotations

import re

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sot.model.decisions import no_constraints
from sot.model.tables import DOCUMENTS, GOLDEN, empty
from sot.resolve import resolve
from sot.resolve.repaired import undone
from sot.rules.project import Settings
from tests.resolve.making import RULES, clustered, read, record

SOURCES = {
    "legal_form": ("name",),
    "domain": ("website", "email"),
    "account_status": ("status",),
}
"""The raw columns that a golden column may come from, where they are not of its own name."""
MONEY_AND_COUNTS = {
    "golden_id", "systems", "record_count", "exposure", "exposure_currency", "exposure_other",
    "match_probability", "status", "is_test",
}  # fmt: skip


def texts(*known: str) -> st.SearchStrategy[str | None]:
    """Give one of the known values, some of the world's text, or nothing."""
    return st.one_of(st.none(), st.sampled_from(known), st.text(max_size=12))


rows = st.lists(
    st.fixed_dictionaries(
        {
            "system": st.sampled_from(["salesforce", "xero", "asana", "elsewhere"]),
            "group": st.integers(0, 5),
            "name": texts("Acme GmbH", "ACME  Gmbh (old)", "Müller & Söhne AG", "株式会社アクメ", "n/a"),
            "website": texts("https://www.acme.de/x", "ACME.de", "gmail.com", "none"),
            "email": texts("Info@Acme.DE", "joe@gmail.com; b@acme.de"),
            "phone": texts("+49 30 901820", "030/901820", "000", "1.0E+10", "Phone:(212) 555-7100 Fax:1"),
            "tax_id": texts("DE136695976", " DE 136 695 976 ", "999999999"),
            "street": texts("1 Main St\nSuite 4", "PO Box 12", "unknown"),
            "city": texts(" New  York ", "Köln"),
            "postcode": texts("01234", "EC1A 1BB", "10011-1234"),
            "country": texts("Germany", "DE", "Ruritania", "United States"),
            "status": texts("Active", "Inactive"),
            "industry": texts("Steel", "-"),
        }
    ),
    min_size=4,
    max_size=24,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows)
def test_every_golden_value_is_a_members_value_or_that_under_a_named_normaliser(drawn):
    cells = [
        {key: value or None for key, value in row.items() if key not in ("system", "group")} for row in drawn
    ]
    made = [record(f"{row['system']}:{i}", str(row["group"]), **cells[i]) for i, row in enumerate(drawn)]
    records, groups = read(made)
    clustering = clustered(records, groups)
    found = resolve(records, empty(DOCUMENTS), clustering, no_constraints(), Settings(), RULES)
    members = {f"{row['system']}:{row['record_id']}": row for row in records.iter_rows(named=True)}
    ids = dict(zip(members, clustering.memberships.sort("uid")["golden_id"], strict=True))
    for row in found.provenance.collect().iter_rows(named=True):
        key = f"{row['system']}:{row['record_id']}"
        member = members[key]
        assert ids[key] == row["golden_id"], "a record of another customer"
        assert row["raw"] in [member[name] for name in SOURCES.get(row["field"], (row["field"],))]
        assert row["value"] == _under(row["normaliser"], row["raw"], member)
    _golden_is_provenance(found)


def _under(normaliser: str | None, raw: str, member: dict[str, object]) -> object:
    if normaliser is None:
        return raw
    if normaliser == "repaired":
        raw = pl.select(undone(pl.lit(raw))).item()
    elif normaliser != "squeezed":
        return member[normaliser]
    return re.sub(r"[^\S\x1c-\x1f]+", " ", raw).strip(" ")  # Unicode's white space; Python adds separators


def _golden_is_provenance(found) -> None:
    values = found.golden.unpivot(
        [name for name in GOLDEN if name not in MONEY_AND_COUNTS], index="golden_id", variable_name="field"
    ).drop_nulls("value")
    stated = found.provenance.select("golden_id", "field", "value").collect()
    assert values.sort("golden_id", "field").equals(stated.sort("golden_id", "field"))
