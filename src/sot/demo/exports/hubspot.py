"""HubSpot: companies and deals with property labels; the stage says whether a deal was won."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sot.demo.documents.dice import Dice
from sot.demo.documents.model import TODAY
from sot.demo.draw import Draw
from sot.demo.exports.company import Company, Written, money, table
from sot.demo.exports.salesforce import standings

_STAGES = {"won": ("Closed Won",), "lost": ("Closed Lost",),
           "open": ("Appointment Scheduled", "Qualified To Buy", "Contract Sent")}  # fmt: skip
_OWNERS = ("Dana Whitfield", "Ola Berg", "Priya Nair", "Marco Rossi")


def write(folder: Path, company: Company) -> Written:
    """Write the exports of companies and deals, named as HubSpot names them."""
    crm, draw = company.records["crm"], Draw(company.seed, "hubspot")
    ids = [str(10_400_000_001 + 137 * row) for row in range(crm.height)]
    standing = standings(company, {"customer": "Customer", "prospect": "Lead", "former": "Former customer"})
    created = (draw.whole(crm.height, 30, 2000)).tolist()
    fields = crm.select("name", "website", "phone", "street", "city", "region", "postcode", "country")
    companies: list[dict[str, str | None]] = []
    for row, values in enumerate(fields.iter_rows()):
        day = TODAY.toordinal() - created[row]
        companies.append(
            dict(
                zip(
                    _COMPANY,
                    (ids[row], *values, standing[row], f"{TODAY.fromordinal(day)} 09:14"),
                    strict=True,
                )
            )
        )
    place = folder / f"hubspot-crm-exports-all-companies-{TODAY}.csv"
    table(companies, _COMPANY).write_csv(place)
    deals = [str(20_700_000_003 + 211 * deal.number) for deal in company.world.deals]
    _deals(company, ids, deals).write_csv(folder / f"hubspot-crm-exports-all-deals-{TODAY}.csv")
    return Written("hubspot", ids, {"deal": deals})


_COMPANY = ["Record ID", "Company name", "Company Domain Name", "Phone Number", "Street Address", "City",
            "State/Region", "Postal Code", "Country/Region", "Lifecycle Stage", "Create Date"]  # fmt: skip
_DEAL = ["Record ID", "Deal Name", "Pipeline", "Deal Stage", "Amount", "Currency", "Close Date", "Create Date",
         "Deal owner", "Associated Company IDs (Primary)", "Associated Company (Primary)"]  # fmt: skip


def _deals(company: Company, companies: list[str], ids: list[str]) -> pl.DataFrame:
    dice = Dice(company.seed, "hubspot deals")
    names = company.records["crm"]["name"].to_list()
    rows: list[dict[str, str | None]] = [
        dict(
            zip(
                _DEAL,
                (
                    record_id,
                    f"{names[deal.row].strip()} - {deal.kind}",
                    "Sales Pipeline",
                    dice.of(_STAGES[deal.state]),
                    money(deal.amount),
                    deal.currency,
                    f"{deal.closed} 16:30",
                    f"{deal.created} 10:05",
                    dice.of(_OWNERS),
                    companies[deal.row],
                    names[deal.row],
                ),
                strict=True,
            )
        )
        for deal, record_id in zip(company.world.deals, ids, strict=True)
    ]
    return table(rows, _DEAL)
