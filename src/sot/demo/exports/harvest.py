"""Harvest: the list of projects; clients are names, and no column says how far a project is."""

from __future__ import annotations

from pathlib import Path

from sot.demo.exports.company import Company, Written, order_in_project, project_name, table
from sot.demo.exports.names import names_of_clients

_COLUMNS = ["Client", "Project", "Project Code", "Start Date", "End Date", "Project Notes"]


def write(folder: Path, company: Company) -> Written:
    """Write the project list; projects that are on hold have no end date."""
    jobs = company.records["project"]
    clients = names_of_clients(jobs["name"].to_list(), jobs["entity"].to_list())
    codes = [f"HV-{1001 + project.number}" for project in company.world.projects]
    rows: list[dict[str, str | None]] = [
        {
            "Client": client,
            "Project": project_name(project),
            "Project Code": code,
            "Start Date": project.start.isoformat(),
            "End Date": None if project.status == "hold" else project.end.isoformat(),
            "Project Notes": order_in_project(project),
        }
        for project, client, code in zip(company.world.projects, clients, codes, strict=True)
    ]
    table(rows, _COLUMNS).write_csv(folder / "harvest_projects.csv")
    whose = dict(zip(clients, jobs["entity"].to_list(), strict=True))
    return Written("harvest", list(whose), {"project": codes}, list(whose.values()))
