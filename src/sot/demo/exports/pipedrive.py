"""Pipedrive: organisations and deals, every caption with the entity in front."""

from __future__ import annotations

from pathlib import Path

from sot.demo.documents.dice import Dice
from sot.demo.exports.company import Company, Written, money, order_number, table
from sot.demo.exports.salesforce import standings

_ORGANIZATION = [
    "Organization - ID", "Organization - Name", "Organization - Address",
    "Organization - City/town/village/locality of Address",
    "Organization - ZIP/Postal code of Address", "Organization - Country of Address", "Organization - Phone",
    "Organization - Website", "Organization - Owner", "Organization - Label",
]  # fmt: skip
_DEAL = [
    "Deal - ID", "Deal - Title", "Deal - Owner", "Deal - Value", "Deal - Currency of Value", "Deal - Organization",
    "Deal - Organization ID", "Deal - Pipeline", "Deal - Stage", "Deal - Status", "Deal - Deal created",
    "Deal - Won time", "Deal - Lost time", "Deal - Expected close date", "Deal - Order number",
]  # fmt: skip
_STAGES = ("Qualified", "Proposal Made", "Negotiations Started")
_OWNERS = ("Ines Haas", "Tom Verbeek", "Léa Martin")


def write(folder: Path, company: Company) -> Written:
    """Write organizations.csv and deals.csv."""
    dice, crm = Dice(company.seed, "pipedrive"), company.records["crm"]
    ids = [str(301 + row) for row in range(crm.height)]
    standing = standings(
        company, {"customer": "Customer", "prospect": "Prospect", "former": "Former customer"}
    )
    fields = crm.select("name", "street", "city", "postcode", "country", "phone", "website")
    rows: list[dict[str, str | None]] = [
        dict(zip(_ORGANIZATION, (ids[row], *values, dice.of(_OWNERS), standing[row]), strict=True))
        for row, values in enumerate(fields.iter_rows())
    ]
    table(rows, _ORGANIZATION).write_csv(folder / "organizations.csv")
    names = crm["name"].to_list()
    deals = [str(7001 + deal.number) for deal in company.world.deals]
    lines: list[dict[str, str | None]] = []
    for deal, record_id in zip(company.world.deals, deals, strict=True):
        over = f"{deal.closed} 15:20:00"
        values = (
            record_id, f"{deal.kind} {names[deal.row].strip()}", dice.of(_OWNERS), money(deal.amount), deal.currency,
            names[deal.row], ids[deal.row], "Sales", dice.of(_STAGES), deal.state, f"{deal.created} 08:41:00",
            over if deal.state == "won" else None, over if deal.state == "lost" else None,
            deal.closed.isoformat(), order_number(deal) if deal.state == "won" else None,
        )  # fmt: skip
        lines.append(dict(zip(_DEAL, values, strict=True)))
    table(lines, _DEAL).write_csv(folder / "deals.csv")
    return Written("pipedrive", ids, {"deal": deals})
