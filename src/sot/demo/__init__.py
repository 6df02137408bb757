"""Made-up companies whose systems disagree: exports of any size with the truth beside them."""

from __future__ import annotations

from pathlib import Path

from sot.errors import UsageError
from sot.workspace.run_folder import output_folder

TRUTH = "truth"
"""The folder beside the exports that `sot dedupe` leaves alone; it holds truth.csv."""


def write_demo(folder: Path, customers: int = 1000, seed: int = 1) -> dict[str, int]:
    """Write the exports of a company with that many customers; give the number of records of each system.

    The same number and seed give the same bytes. The truth goes to `<folder>/truth/truth.csv`: system,
    record_id, entity_id.
    """
    from sot.demo.records import usual_sizes
    from sot.demo.vocabulary import vocabulary

    return write_sized(folder, customers, usual_sizes(vocabulary(), customers), seed)


def write_sized(folder: Path, customers: int, sizes: dict[str, tuple[int, int]], seed: int) -> dict[str, int]:
    """Write exports with exactly so many customers and second records in each system."""
    from sot.demo.customers import make_customers
    from sot.demo.documents import make_documents
    from sot.demo.exports import Company, write_company
    from sot.demo.records import make_records
    from sot.demo.vocabulary import vocabulary

    if customers < 1:
        raise UsageError(
            f"a demo of {customers} customers can't be made", "ask for at least one: --customers 1000"
        )
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty, so it is left alone", "name a new folder for the demo")
    words = vocabulary()
    people = make_customers(words, customers, seed)
    records = make_records(words, people, sizes, seed)
    with output_folder(folder, "name a new folder for the demo") as out:
        (out / TRUTH).mkdir()
        truth = write_company(
            out, Company(words, people, records, make_documents(words, records, seed), seed)
        )
        truth.write_csv(out / TRUTH / "truth.csv")
    return dict(truth.group_by("system").len().sort("system").iter_rows())
