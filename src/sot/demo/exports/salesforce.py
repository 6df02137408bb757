"""Salesforce: accounts and opportunities with API names, every value in quotes."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sot.demo.documents.dice import Dice
from sot.demo.draw import Draw
from sot.demo.exports.company import Company, Written, money, order_number, table
from sot.demo.exports.files import day, quoted
from sot.demo.ids import salesforce_ids

_PARENT_KNOWN = 0.5
_OWNERS = 12
_WON, _LOST = "Closed Won", "Closed Lost"
_OPEN = ("Prospecting", "Qualification", "Proposal/Price Quote", "Negotiation/Review")


def write(folder: Path, company: Company) -> Written:
    """Write Account.csv and Opportunity.csv."""
    ids = salesforce_ids("001", company.records["crm"].height)
    deals = salesforce_ids("006", len(company.world.deals)).to_list()
    quoted(folder / "Account.csv", _accounts(company, ids))
    quoted(folder / "Opportunity.csv", _opportunities(company, ids.to_list(), deals))
    return Written("salesforce", ids.to_list(), {"deal": deals})


def _accounts(company: Company, ids: pl.Series) -> pl.DataFrame:
    crm, draw = company.records["crm"], Draw(company.seed, "accounts")
    rows = crm.height
    first_of = pl.DataFrame({"host": crm["entity"], "ParentId": ids}).unique(
        "host", keep="first", maintain_order=True
    )
    belongs = crm["role"].is_in(["subsidiary", "branch"]) & draw.chance(rows, _PARENT_KNOWN)
    parent = crm.select("host").join(first_of, on="host", how="left", maintain_order="left")["ParentId"]
    changed = (crm["created"] * pl.Series(draw.uniform(rows))).cast(pl.Int64)
    revenue = pl.Series(draw.whole(rows, 3, 900)) * 50000
    return crm.select(
        ids.alias("Id"),
        pl.lit("false").alias("IsDeleted"),
        pl.lit(None, dtype=pl.String).alias("MasterRecordId"),
        pl.col("name").alias("Name"),
        pl.Series(
            "Type",
            standings(company, {"customer": "Customer", "prospect": "Prospect", "former": "Former Customer"}),
        ),
        pl.when(belongs).then(parent).alias("ParentId"),
        pl.col("street").alias("BillingStreet"),
        pl.col("city").alias("BillingCity"),
        pl.col("region").alias("BillingState"),
        pl.col("postcode").alias("BillingPostalCode"),
        pl.col("country").alias("BillingCountry"),
        pl.col("phone").alias("Phone"),
        pl.col("website").alias("Website"),
        pl.when(draw.chance(rows, 0.6))
        .then(draw.one_of(rows, company.words.world.industries))
        .alias("Industry"),
        pl.when(draw.chance(rows, 0.25)).then(revenue.cast(pl.String) + ".0").alias("AnnualRevenue"),
        salesforce_ids("005", _OWNERS).gather(draw.whole(rows, 0, _OWNERS)).alias("OwnerId"),
        _stamp(pl.col("created")).alias("CreatedDate"),
        _stamp(pl.lit(changed)).alias("LastModifiedDate"),
    )


def standings(company: Company, words: dict[str, str]) -> list[str | None]:
    """Say of each account what the CRM makes of the customer; the first account of each says it most surely."""
    dice, seen, cells = Dice(company.seed, "standing"), set(), []
    for entity in company.records["crm"]["entity"].to_list():
        standing = company.world.standing.get(entity, "prospect")
        surely = standing != "prospect" and entity not in seen
        seen.add(entity)
        cells.append(words[standing] if surely or dice.chance(0.7) else None)
    return cells


def _opportunities(company: Company, accounts: list[str], ids: list[str]) -> pl.DataFrame:
    dice = Dice(company.seed, "opportunities")
    names = company.records["crm"]["name"].str.strip_chars().to_list()
    owners = salesforce_ids("005", _OWNERS).to_list()
    rows: list[dict[str, str | None]] = []
    for deal, record_id in zip(company.world.deals, ids, strict=True):
        stage = {"won": _WON, "lost": _LOST}.get(deal.state) or dice.of(_OPEN)
        rows.append(
            {
                "Id": record_id,
                "IsDeleted": "false",
                "AccountId": accounts[deal.row],
                "Name": f"{names[deal.row]} - {deal.kind}",
                "StageName": stage,
                "Amount": money(deal.amount),
                "CurrencyIsoCode": deal.currency,
                "Probability": {"won": "100", "lost": "0"}.get(deal.state, "40"),
                "CloseDate": deal.closed.isoformat(),
                "IsClosed": str(deal.state != "open").lower(),
                "IsWon": str(deal.state == "won").lower(),
                "OwnerId": dice.of(owners),
                "CreatedDate": f"{deal.created}T10:24:00.000+0000",
                "Order_Number__c": order_number(deal) if deal.state == "won" or dice.chance(0.5) else None,
            }
        )
    return table(rows, _OPPORTUNITY)


_OPPORTUNITY = [
    "Id", "IsDeleted", "AccountId", "Name", "StageName", "Amount", "CurrencyIsoCode", "Probability", "CloseDate",
    "IsClosed", "IsWon", "OwnerId", "CreatedDate", "Order_Number__c",
]  # fmt: skip


def _stamp(ago: pl.Expr) -> pl.Expr:
    return day(ago).dt.strftime("%Y-%m-%dT09:") + (ago % 60).cast(pl.String).str.zfill(2) + ":12.000+0000"
