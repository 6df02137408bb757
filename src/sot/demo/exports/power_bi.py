"""A report of Power BI: revenue by customer, with a total where all of it is in one currency."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sot.demo.draw import Draw
from sot.demo.exports.company import Company, Written, money
from sot.demo.ids import numbered

SYSTEM = "power_bi"


def shown(company: Company) -> list[int]:
    """Give the numbers of the figures that the report shows: all but those that it lacks."""
    return [number for number, figure in enumerate(company.world.bi) if figure.reason != "not_in_bi"]


def write(folder: Path, company: Company) -> Written:
    """Write revenue_by_customer.csv."""
    records, draw = company.records["bi"], Draw(company.seed, "report")
    figures = [company.world.bi[number] for number in shown(company)]
    keys = numbered("K", 100001, records.height, 0)
    report = records.select(
        keys.alias("Customer Key"),
        pl.col("name").alias("Customer Name"),
        pl.col("city").alias("City"),
        pl.col("region").alias("State"),
        pl.col("country").alias("Country"),
        pl.col("tax_id").alias("VAT No"),
        draw.one_of(records.height, ["SMB", "Mid-Market", "Enterprise"]).alias("Segment"),
        pl.Series("Currency", [figure.currency for figure in figures], dtype=pl.String),
        pl.Series("Sum of Revenue", [money(figure.amount) for figure in figures], dtype=pl.String),
    )
    if len({figure.currency for figure in figures}) == 1:
        total = sum(figure.amount for figure in figures)
        last = dict.fromkeys(report.columns, "") | {"Customer Key": "Total", "Sum of Revenue": money(total)}
        report = pl.concat([report, pl.DataFrame([last], schema=report.schema)])
    report.write_csv(folder / "revenue_by_customer.csv", include_bom=True)
    return Written(SYSTEM, keys.to_list())
