"""workbook.xlsx: the run for people who work in spreadsheets; every text of the data stays text in it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import IO, Any

import polars as pl
import xlsxwriter

from sot import __version__
from sot.emit.contract import GOLDEN_COLUMNS
from sot.emit.workbook_cells import put_rows
from sot.model.counts import counted, system_figures
from sot.model.kinds import SAID, Relation, Severity, Verdict

Plain = dict[str, Any]

MOST_ROWS = 10_000
"""So many rows of a table are in the workbook: what people read. The sheet says where the rest is."""

NARROWEST, WIDEST = 9, 80
"""Columns are as wide as their longest text, within bounds."""

PRINTED = 160
"""So many characters across are readable on a printed page; wider tables take several pages side by side."""

COLOURS = {Severity.BLOCKER: "#F8CBAD", Severity.WARNING: "#FFE699", Severity.INFO: "#EDEDED"}
ANSWER = ("verdict", "relation", "reason")


@dataclass(frozen=True)
class Sheet:
    """One table as a sheet: where the whole of it is, and whether a part of it is of use."""

    title: str
    table: pl.DataFrame
    file: str
    says: str
    in_part: bool = True

    @property
    def shown(self) -> int:
        """How many rows are in the workbook; a list of use only as a whole is there whole or not at all."""
        if self.table.height <= MOST_ROWS:
            return self.table.height
        return MOST_ROWS if self.in_part else 0

    @property
    def rows(self) -> pl.DataFrame:
        """The rows that are in the workbook."""
        return self.table.head(self.shown)


def write_workbook(
    path: Path, summary: Plain, contract: Mapping[str, pl.DataFrame], fixes: pl.DataFrame
) -> None:
    """Write the workbook out of the summary, the contract tables (by file name) and what is to be fixed."""
    sheets = [
        *_sheets(contract),
        Sheet("Fixes", fixes, "fixes/", "accounts to merge, cells to correct in each system"),
    ]
    frame = io.BytesIO()
    with _opened(frame) as book:
        formats = _formats(book)
        _write_summary(book.add_worksheet("Summary"), formats, summary, sheets)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.title), formats, sheet)
    parts = {
        f"xl/worksheets/sheet{place}.xml": sheet.rows for place, sheet in enumerate(sheets, 2) if sheet.shown
    }
    put_rows(frame, path, parts)


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[Any]:
    """Open a workbook in which no text becomes a formula, a link or a number; its bytes know no date."""
    kept_as_text = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(file, {**kept_as_text, "in_memory": True})
    book.set_properties({"title": "sot", "comments": f"sot {__version__}", "created": datetime(2000, 1, 1)})
    yield book
    book.close()


def _formats(book: Any) -> dict[str, Any]:
    top, text = {"valign": "top"}, {"num_format": "@"}
    looks: dict[str, Plain] = {
        "title": {"bold": True, "font_size": 16},
        "bold": {"bold": True},
        "head": {"bold": True, "bg_color": "#DDE3EE", "bottom": 1, "text_wrap": True, "indent": 1, **top},
        "head of numbers": {"bold": True, "bg_color": "#DDE3EE", "bottom": 1, "align": "right", **top},
        "text": {"align": "left", "indent": 1, **text, **top},
        "money": {"num_format": "#,##0.00", **top},
        "chance": {"num_format": "0.0 %", **top},
        "count": {"num_format": "#,##0", **top},
        "answer": {"bg_color": "#FFF9E5", "border": 1, "border_color": "#D9D9D9", **text, **top},
    }
    looks |= {str(severity): {"bg_color": colour} for severity, colour in COLOURS.items()}
    return {name: book.add_format(look) for name, look in looks.items()}


def _sheets(contract: Mapping[str, pl.DataFrame]) -> list[Sheet]:
    empty = [pl.lit(None, dtype=pl.String).alias(name) for name in ANSWER]
    queue = contract["review_queue.csv"].with_columns(empty)
    queue = queue.select(
        "case_id", "priority", "names", "why", *ANSWER, *_except(queue, ("names", "why", *ANSWER))
    )
    return [
        Sheet(
            "Golden customers",
            contract["golden_customers.csv"].select(*GOLDEN_COLUMNS, "exposure_currency"),
            "golden_customers.csv",
            "one customer per row",
            in_part=False,
        ),
        Sheet(
            "Map", contract["crosswalk.csv"], "crosswalk.csv", "the customer of each record", in_part=False
        ),
        Sheet(
            "Conflicts",
            contract["conflicts.csv"],
            "conflicts.csv",
            "open conflicts, the most severe first",
        ),
        Sheet("Related", contract["related.csv"], "related.csv", "customers of one group, not merged"),
        *_handoffs(contract),
        *_facts(contract),
        Sheet("Review queue", queue, "review_queue.csv", "cases to answer, highest impact first"),
    ]


def _handoffs(contract: Mapping[str, pl.DataFrame]) -> list[Sheet]:
    """Give the sheets of the handoffs, where documents were linked."""
    links, exceptions = contract["handoff_links.csv"], contract["handoffs.csv"]
    if links.is_empty() and exceptions.is_empty():
        return []
    shown = (
        "severity",
        "kind",
        "golden_name",
        "difference",
        "currency",
        "days",
        "why",
        "fix_in",
        "documents",
    )
    return [
        Sheet(
            "Handoffs",
            exceptions.select(*shown, *(name for name in exceptions.columns if name not in shown)),
            "handoffs.csv",
            "exceptions from deal to money, the largest first",
        ),
        Sheet("Document links", links, "handoff_links.csv", "documents of one transaction"),
    ]


def _facts(contract: Mapping[str, pl.DataFrame]) -> Iterator[Sheet]:
    """Give what the exports show beside the customers: BI figures, as far as there are any, and the data model."""
    if contract["bi_reconciliation.csv"].height:
        yield Sheet(
            "BI and ledger",
            contract["bi_reconciliation.csv"],
            "bi_reconciliation.csv",
            "figures of BI tables and ledger, and why they differ",
        )
    yield Sheet(
        "Data model",
        contract["data_model.csv"],
        "data_model.csv",
        "the column of each field in each system",
    )


def _except(table: pl.DataFrame, names: Sequence[str]) -> list[str]:
    return [name for name in table.columns if name not in (*names, "case_id", "priority")]


def _write_sheet(page: Any, formats: Mapping[str, Any], sheet: Sheet) -> None:
    shown, table = sheet.shown, sheet.table
    if shown == 0 and table.height:
        page.write_string(
            0, 0, f"{table.height:,} rows are too many to read here: see {sheet.file}", formats["bold"]
        )
        return
    for column, values in enumerate(sheet.rows):
        page.write_string(0, column, values.name, formats["head"])
        page.set_column(column, column, _width(values))
        if shown:
            # The pattern of the rows, where the last of them will be.
            page.write_blank(shown, column, None, formats[_look(values)])
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, max(shown, 1), len(table.columns) - 1)
    page.set_landscape()
    page.fit_to_pages(max(1, ceil(sum(map(_width, sheet.rows)) / PRINTED)), 0)
    page.repeat_rows(0)
    page.repeat_columns(0, 1)
    if "verdict" in table.columns and shown:
        where = table.columns.index("verdict")
        page.data_validation(1, where, shown, where, {"validate": "list", "source": list(map(str, Verdict))})
        relations = {"validate": "list", "source": list(map(str, Relation))}
        page.data_validation(1, where + 1, shown, where + 1, relations)
    if "severity" in table.columns and shown:
        where = table.columns.index("severity")
        for severity in Severity:
            condition = {
                "type": "cell",
                "criteria": "==",
                "value": f'"{severity}"',
                "format": formats[severity],
            }
            page.conditional_format(1, where, shown, where, condition)
    if shown < table.height:
        page.write_string(shown + 1, 0, f"{table.height - shown:,} more are in {sheet.file}", formats["bold"])


def _look(values: pl.Series) -> str:
    if values.name in ANSWER:
        return "answer"
    if values.dtype in (pl.String, pl.Boolean):
        return "text"
    amounts = dict.fromkeys(("exposure", "expected", "found", "difference", "amount"), "money")
    return {**amounts, "match_probability": "chance"}.get(values.name, "count")


def _width(values: pl.Series) -> int:
    longest = None
    if values.dtype == pl.String:
        longest = values.to_frame().select(pl.all().str.len_chars().max()).item()
    needed = max(len(values.name) + 3, longest or 0)
    return min(max(needed + 1, NARROWEST), WIDEST)


def _write_summary(page: Any, formats: Mapping[str, Any], summary: Plain, sheets: Sequence[Sheet]) -> None:
    customers, counts = summary["customers"], summary["counts"]
    page.hide_gridlines(2)
    page.set_landscape()
    page.fit_to_pages(1, 1)
    page.set_column(0, 0, 62)
    page.set_column(1, 6, 16)
    page.write_string(
        0,
        0,
        f"{counted(counts['records'], 'record is', 'records are')} {counted(customers['total'], 'customer')}",
        formats["title"],
    )
    opening = summary["opening"]
    day = f"exports up to {opening['as_of']}" if opening["as_of"] else ""
    page.write_string(1, 0, " · ".join(part for part in (opening["client"], day) if part), formats["text"])
    columns = system_figures(summary["systems"])
    systems = [
        (
            summary["titles"][row["system"]],
            *(row[name] for name in columns),
        )
        for row in summary["systems"]
    ]
    row = _put_table(page, formats, 3, ("system", *columns.values()), systems)
    severities = [
        (f"open conflicts: {severity}", summary["conflicts"]["by_severity"][severity])
        for severity in Severity
    ]
    facts = [("customers in several systems", customers["in_several_systems"]), *severities]
    row = _put_table(
        page,
        formats,
        row,
        ("in short", "count"),
        [*facts, ("cases to answer", summary["doubt"]["to_answer"])],
    )
    money = [(line["question"], line["total"]) for line in opening["money"]]
    row = _put_table(page, formats, row, ("money at stake", "total"), money) if money else row
    plan = [
        (f"{step['nr']}. {step['what']}", step["many"], step["who"], step["do"]) for step in opening["plan"]
    ]
    row = _put_table(page, formats, row, ("what next", "how many", "who", "with"), plan)
    handoffs = [
        (
            f"{SAID[card['from']]} to {SAID[card['to']]}",
            card["verdict"].replace("_", " "),
            *card["reasons"][:1],
        )
        for card in summary["readiness"]["handoffs"]
    ]
    row = _put_table(page, formats, row, ("handoff", "ready?", "why"), handoffs)
    pages = [
        (f"{sheet.title}: {sheet.says}", sheet.table.height, sheet.shown, sheet.file) for sheet in sheets
    ]
    _put_table(page, formats, row, ("sheet", "rows", "rows here", "all of them"), pages)


def _put_table(
    page: Any, formats: Mapping[str, Any], row: int, heads: Sequence[str], rows: Sequence[Sequence[str | int]]
) -> int:
    """Write a small table from `row` on, and give the row where the next one may begin."""
    for column, head in enumerate(heads):
        numbers = any(isinstance(cell, int) for cells in rows for cell in cells[column : column + 1])
        page.write_string(row, column, head, formats["head of numbers" if numbers else "head"])
    for line, cells in enumerate(rows, row + 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(line, column, cell, formats["text"])
            else:
                page.write_number(line, column, cell, formats["count"])
    return row + len(rows) + 2
