"""Three finished runs of one project: as delivered, with two customers merged, and with them split again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sot.cli.errors import run as sot

CRM = """Id,Name,BillingCity,BillingCountry,Website
0010000000001AAA,Arden Joinery Ltd,Leeds,United Kingdom,ardenjoinery.co.uk
0010000000002AAA,Bexhill Optics Ltd,Bristol,United Kingdom,bexhilloptics.co.uk
0010000000003AAA,Calder Freight GmbH,Hamburg,Germany,calderfreight.de
0010000000004AAA,Dunmore Dental Ltd,Cork,Ireland,dunmoredental.ie
"""
BOOKS = """Debtor No,Name,Town,Country,Owing
1001,Arden Joinery Limited,Leeds,United Kingdom,120.50
1002,Bexhill Optics Ltd,Bristol,United Kingdom,0
1003,Calder Freight GmbH,Hamburg,Germany,88.00
1004,Eskdale Pumps Ltd,York,United Kingdom,15.00
"""


class Runs:
    """The runs, each with a copy of the project as it was after it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def project(self, number: int) -> Path:
        """Give the project folder as it was after the run with this number, from 1."""
        return self.folder / f"project{number}"

    def run(self, number: int) -> Path:
        """Give the folder of the finished run with this number."""
        return self.project(number) / "sot-out"


def make_runs(folder: Path) -> Runs:
    """Make the three runs in `folder`."""
    made = Runs(folder)
    work = made.folder / "work"
    (work / "exports").mkdir(parents=True)
    (work / "exports" / "Account.csv").write_text(CRM, encoding="utf-8")
    (work / "exports" / "books.csv").write_text(BOOKS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(work)
        commands: list[list[str]] = [
            [],
            ["decide", "same", "salesforce:0010000000004AAA", "books:1004", "--reason", "bought by Eskdale"],
            ["decide", "different", "salesforce:0010000000004AAA", "books:1004", "--reason", "a mistake"],
        ]
        for number, command in enumerate(commands, start=1):
            if number == 3:
                (work / "decisions.jsonl").unlink()
            if command:
                assert sot([*command, "--steward", "ada"]) == 0
            assert (
                sot(["dedupe", "salesforce=exports/Account.csv", "books=exports/books.csv", "--quiet"]) == 0
            )
            _wait_a_second(work / "history.jsonl", number)
            shutil.copytree(work, made.project(number))
    return made


def _wait_a_second(history: Path, number: int) -> None:
    """Set the times of the runs a day apart: they have seconds only."""
    import json

    lines = [json.loads(line) for line in history.read_text(encoding="utf-8").splitlines()]
    for day, line in enumerate(lines, start=1):
        line["at"] = f"2026-03-{day:02d}T08:00:00Z"
    history.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
