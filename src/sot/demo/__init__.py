"""Made-up companies whose systems disagree: exports of any size with the truth beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sot.errors import UsageError
from sot.workspace.run_folder import output_folder

if TYPE_CHECKING:
    from sot.demo.documents.model import World

TRUTH = "truth"
"""The folder beside the exports that .sotignore keeps out of runs: truth.csv, links.csv, handoffs.csv and bi.csv."""

IGNORED = f"""\
# No exports: what is known of the made-up company, and the outputs that are expected of it.
{TRUTH}/
expected/
"""

SYSTEMS = ("salesforce", "hubspot", "pipedrive")
"""The families of systems that a company can have, by their CRM."""


NOISE = ("clean", "usual", "heavy")
"""How carelessly the systems are filled; heavy is as dirty as the dirtiest known lists (docs/benchmarks.md)."""


@dataclass(frozen=True)
class Demo:
    """What is asked of a demo company.

    customers, seed   how many customers it has, and which of all such companies it is
    systems           one of SYSTEMS
    exceptions        how often something goes wrong along its handoffs: 1 as usual, 0 never
    references        the share of documents that name the one before; None as usual
    noise             one of NOISE
    sizes             customers and second records in the lists of crm and finance; None as usual
    """

    customers: int = 1000
    seed: int = 1
    systems: str = SYSTEMS[0]
    exceptions: float = 1.0
    references: float | None = None
    noise: str = NOISE[1]
    sizes: dict[str, tuple[int, int]] | None = None


def write_demo(folder: Path, customers: int = 1000, seed: int = 1) -> dict[str, int]:
    """Write the exports of a usual company with that many customers; give the number of records of each system.

    The same number and seed give the same bytes. The truth goes to `<folder>/truth/`: truth.csv says who each record
    is, links.csv which documents belong together, handoffs.csv what went wrong, bi.csv why BI figures are as they are.
    """
    return write(folder, Demo(customers, seed))


def write(folder: Path, demo: Demo) -> dict[str, int]:
    """Write the exports of a company; give the number of records of each system."""
    return _write(folder, demo)[0]


def _write(folder: Path, demo: Demo) -> tuple[dict[str, int], World]:
    from sot.demo.customers import make_customers
    from sot.demo.documents.world import make_world
    from sot.demo.exports.company import Company
    from sot.demo.exports.families import FAMILIES, write_company
    from sot.demo.records import make_records, named_in, usual_sizes
    from sot.demo.vocabulary import vocabulary, with_noise

    if demo.customers < 1:
        raise UsageError(
            f"a demo of {demo.customers} customers can't be made", "ask for at least one: --customers 1000"
        )
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty, so nothing was written", "name a new folder for the demo")
    words, family = with_noise(vocabulary(), demo.noise), FAMILIES[demo.systems]
    trade = replace(family.trade, exceptions=demo.exceptions)
    if demo.references is not None:
        trade = replace(trade, references=demo.references)
    people = make_customers(words, demo.customers, demo.seed)
    records = make_records(words, people, demo.sizes or usual_sizes(words, demo.customers), demo.seed)
    world = make_world(words, people, records, trade, demo.seed)
    jobs = [project.entity for project in world.projects]
    figures = [figure for figure in world.bi if figure.reason != "not_in_bi"]
    records["project"] = named_in(words, people, "project", jobs, [False] * len(jobs), demo.seed)
    records["bi"] = named_in(
        words,
        people,
        "bi",
        [figure.entity for figure in figures],
        [figure.copy for figure in figures],
        demo.seed,
    )
    with output_folder(folder, "name a new folder for the demo") as out:
        (out / TRUTH).mkdir()
        (out / ".sotignore").write_text(IGNORED, encoding="utf-8", newline="\n")
        known = write_company(out, Company(words, people, records, world, trade, demo.seed), family)
        for name, table in known.items():
            table.write_csv(out / TRUTH / f"{name}.csv")
    return dict(known["truth"].group_by("system").len().sort("system").iter_rows()), world
