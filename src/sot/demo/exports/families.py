"""Which systems a demo company has, and the writing of all that they export, with the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sot.demo.documents import truth
from sot.demo.documents.trade import Trade
from sot.demo.exports import (
    harvest,
    hubspot,
    job_list,
    monday,
    netsuite,
    pipedrive,
    power_bi,
    quickbooks,
    salesforce,
    xero,
)
from sot.demo.exports.company import Company, Written

_EURO = ("AT", "BE", "DE", "ES", "FI", "FR", "IE", "IT", "LU", "NL", "PT")


@dataclass(frozen=True)
class Family:
    """The systems of a company: how each writes its exports, and how the company trades."""

    crm: Callable[[Path, Company], Written]
    projects: Callable[[Path, Company], Written]
    finance: Callable[[Path, Company, Written], Written]
    bi: Callable[[Path, Company], Written]
    trade: Trade


FAMILIES = {
    "salesforce": Family(
        salesforce.write,
        job_list.write,
        netsuite.write,
        power_bi.write,
        Trade(currency="USD", currencies=dict.fromkeys(_EURO, "EUR")),
    ),
    "hubspot": Family(
        hubspot.write,
        harvest.write,
        quickbooks.write,
        power_bi.write,
        Trade(references=0.0, currency="USD", taxed=False, statuses=False, voids=False),
    ),
    "pipedrive": Family(
        pipedrive.write,
        monday.write,
        xero.write,
        power_bi.write,
        Trade(references=0.5, currency="EUR", currencies={"GB": "GBP"}),
    ),
}
"""Families of systems, by the CRM."""


def write_company(folder: Path, company: Company, family: Family) -> dict[str, pl.DataFrame]:
    """Write all exports into `folder`; give the truth: records, links, handoffs and bi."""
    crm, projects = family.crm(folder, company), family.projects(folder, company)
    finance, bi = family.finance(folder, company, projects), family.bi(folder, company)
    written = {"crm": crm, "finance": finance, "project": projects, "bi": bi}
    ids = truth.Ids(
        crm.system,
        finance.system,
        projects.system,
        crm.documents | projects.documents | finance.documents,
        crm.records,
    )
    account_of: dict[int, int] = {}
    for row, entity in enumerate(company.records["crm"]["entity"].to_list()):
        account_of.setdefault(entity, row)
    return {
        "truth": _records(company, written),
        "links": truth.links(company.world, ids),
        "handoffs": truth.handoffs(company.world, ids, account_of),
        "bi": _bi(company, bi),
    }


def _records(company: Company, written: dict[str, Written]) -> pl.DataFrame:
    """Give who each record is: system, record_id, entity_id."""
    parts = []
    for name, each in written.items():
        entities = company.records[name]["entity"].to_list() if each.entities is None else each.entities
        parts.append(
            pl.DataFrame(
                {"record_id": each.records, "entity_id": entities},
                schema={"record_id": pl.String, "entity_id": pl.Int64},
            ).select(pl.lit(each.system).alias("system"), "record_id", "entity_id")
        )
    return pl.concat(parts).sort("system", "record_id")


def _bi(company: Company, bi: Written) -> pl.DataFrame:
    """Give why each figure of the BI table is as it is: bi_system, label, entity_id, reason."""
    labels = iter(company.records["bi"]["name"].to_list())
    rows = [
        (
            bi.system,
            None if figure.reason == "not_in_bi" else next(labels),
            figure.entity,
            figure.reason,
        )
        for figure in company.world.bi
    ]
    schema = {"bi_system": pl.String, "label": pl.String, "entity_id": pl.Int64, "reason": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("entity_id", maintain_order=True)
