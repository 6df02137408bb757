"""Time and peak memory of `sot profile` over one export of 13 columns, made of the accounts of a demo company."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from sot.demo import write_demo
from sot.model.run import Silent
from sot.model.sources import InputSpec
from sot.read import read_exports
from sot.rules import Rulebook
from sot.rules.project import Settings
from tests.bench.measure import measured
from tests.bench.tools import DEMO_RECORDS_PER_CUSTOMER, SOT, row

HEADER = ("rows", "columns", "s", "processor s", "peak GB")
COLUMNS = {
    "Name": "name", "Street": "street", "City": "city", "State": "region", "Postal Code": "postcode",
    "Country": "country", "Phone": "phone", "Email": "email", "Website": "website", "VAT ID": "tax_id",
    "Created": "created_at", "Balance": "balance",
}  # fmt: skip


def table(work: Path, sizes: tuple[int, ...]) -> Iterator[str]:
    """Give the lines of a Markdown table, each as soon as it is known."""
    yield row(HEADER)
    yield row("---" for _ in HEADER)
    for rows in sizes:
        folder = work / f"profile_{rows}"
        folder.mkdir(parents=True)
        # In a process of its own: what this one holds would count as memory of the measured one, which it starts.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
            export, made = other.submit(_export, folder, rows).result()
        cost = measured([SOT, "profile", export, "--html", folder / "page.html"], folder)
        costs = (cost.seconds, cost.processor_seconds, cost.peak_gigabytes)
        yield row((f"{made:,}", str(len(COLUMNS) + 1), *(f"{value:.2f}" for value in costs)))


def _export(folder: Path, rows: int) -> tuple[Path, int]:
    """Write one account list of `rows` rows, at the most: raw values of all systems under one another."""
    write_demo(folder / "demo", round(1.01 * rows / DEMO_RECORDS_PER_CUSTOMER), seed=1)
    found = read_exports([InputSpec(str(folder / "demo"))], Rulebook(), Settings(), Silent()).records
    listed = found.head(rows).select(**{header: pl.col(field) for header, field in COLUMNS.items()})
    path = folder / "customers.csv"
    listed.sample(fraction=1, shuffle=True, seed=1).with_row_index("Customer ID", 100_001).write_csv(path)
    return path, listed.height
