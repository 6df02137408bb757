"""Small exports of one CRM, and runs over them as a project has them one after the other."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from sot import pipeline
from sot.model.run import Run, Silent
from sot.model.sources import InputSpec
from sot.workspace.project import Project

HEAD = "Id,Name,Website,Phone,BillingStreet,BillingCity,BillingPostalCode,BillingCountry\n"
ACME = "0015g00000AAAA{}AA{},Acme Boilers Ltd,acme-boilers.co.uk,+44 113 496 0111,12 Mill Lane,Leeds,LS1 4AP,GB\n"
ACME_1, ACME_2 = ACME.format(1, 1), ACME.format(2, 2)
BOLT = "0015g00000BBBB1AA1,Bolt Instruments Ltd,bolt-inst.co.uk,+44 1904 496 100,3 Kiln St,York,YO1 7HH,GB\n"
CORD = "0015g00000CCCC1AA1,Cordwainer Ropes Ltd,cordwainer.co.uk,+44 1904 496 222,7 Quay Rd,Hull,HU1 1AA,GB\n"


def dedupe(folder: Path, rows: list[str], day: int = 1, out: str = "sot-out") -> Run:
    """Write the export and make a run over it, on a day of January 2026; `folder` is the project."""
    export = folder / "accounts.csv"
    export.write_text(HEAD + "".join(rows), encoding="utf-8")
    specs = [InputSpec(str(export), "salesforce")]
    return pipeline.dedupe(specs, Project(folder), folder / out, Silent(), datetime(2026, 1, day, 12))


def three_runs(folder: Path) -> None:
    """Make three runs of a project; `folder` holds the project as it was after each: 1, 2, 3."""
    work = folder / "work"
    work.mkdir()
    for day, rows in enumerate(([ACME_1, ACME_2, BOLT], [ACME_1, BOLT, CORD], [ACME_1, CORD]), start=1):
        dedupe(work, rows, day)
        shutil.copytree(work, folder / str(day))
