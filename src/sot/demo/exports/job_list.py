"""A project tool that nobody else knows: semicolons, byte order mark, day.month.year."""

from __future__ import annotations

from pathlib import Path

from sot.demo.documents.model import Project
from sot.demo.exports.company import Company, Written, order_in_project, project_name, table
from sot.demo.ids import numbered

_STATUSES = {
    "planned": "Planned",
    "active": "Active",
    "hold": "On hold",
    "done": "Delivered",
    "cancelled": "Cancelled",
}
_COLUMNS = [
    "Job No", "Job", "Client", "Client Town", "Client E-Mail", "Client Phone", "Order", "Status", "Start",
    "Planned End", "Delivered",
]  # fmt: skip


def write(folder: Path, company: Company) -> Written:
    """Write projects.csv."""
    ids = numbered("J-", 1, len(company.world.projects), 6).to_list()
    jobs = company.records["project"].select("name", "city", "email", "phone")
    rows: list[dict[str, str | None]] = []
    for project, job, (name, city, email, phone) in zip(
        company.world.projects, ids, jobs.iter_rows(), strict=True
    ):
        rows.append(
            {
                "Job No": job,
                "Job": project_name(project),
                "Client": name,
                "Client Town": city,
                "Client E-Mail": email,
                "Client Phone": phone,
                "Order": order_in_project(project),
                "Status": _STATUSES[project.status],
                "Start": f"{project.start:%d.%m.%Y}",
                "Planned End": f"{project.end:%d.%m.%Y}" if _has_planned_end(project) else None,
                "Delivered": f"{project.end:%d.%m.%Y}" if project.status == "done" else None,
            }
        )
    table(rows, _COLUMNS).write_csv(folder / "projects.csv", separator=";", include_bom=True)
    return Written("projects", ids, {"project": ids})


def _has_planned_end(project: Project) -> bool:
    return project.status in ("planned", "active") or (project.status == "done" and project.number % 3 > 0)
