"""monday.com: the workbook of a board, with the names of board and group above the items."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import xlsxwriter

from sot.demo.exports.company import Company, Written, order_in_project, project_name
from sot.demo.exports.names import names_of_clients

_STATUSES = {
    "planned": "Planned",
    "active": "Working on it",
    "hold": "On hold",
    "done": "Done",
    "cancelled": "Cancelled",
}
_COLUMNS = ("Name", "Subitems", "Owner", "Status", "Client", "Timeline - Start", "Timeline - End", "Completed on",
            "Deal", "Item ID (auto generated)")  # fmt: skip


def write(folder: Path, company: Company) -> Written:
    """Write Projects.xlsx."""
    jobs = company.records["project"]
    clients = names_of_clients(jobs["name"].to_list(), jobs["entity"].to_list())
    ids = [str(5_100_200_301 + 17 * project.number) for project in company.world.projects]
    book = xlsxwriter.Workbook(
        folder / "monday_projects.xlsx", {"strings_to_urls": False, "strings_to_formulas": False}
    )
    book.set_properties({"created": datetime(2026, 10, 31)})
    page, as_day = book.add_worksheet("Projects"), book.add_format({"num_format": "yyyy-mm-dd"})
    page.write_string(0, 0, "Customer projects")
    page.write_string(1, 0, "Projects")
    page.write_row(2, 0, _COLUMNS)
    for row, (project, client, record_id) in enumerate(
        zip(company.world.projects, clients, ids, strict=True), 3
    ):
        texts = {
            0: project_name(project),
            2: "Kim",
            3: _STATUSES[project.status],
            4: client,
            8: order_in_project(project),
        }
        for column, text in texts.items():
            page.write_string(row, column, text or "")
        page.write_datetime(row, 5, datetime.combine(project.start, datetime.min.time()), as_day)
        if project.status != "hold":
            page.write_datetime(row, 6, datetime.combine(project.end, datetime.min.time()), as_day)
        if project.status == "done":
            page.write_datetime(row, 7, datetime.combine(project.end, datetime.min.time()), as_day)
        page.write_number(row, 9, int(record_id))
    book.close()
    return Written("monday", ids, {"project": ids})
