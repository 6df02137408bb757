"""Sources for dbt: the published tables with descriptions, tests, freshness, and an example of an exposure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sot.publish.contract import LINKS_COMMENT, LINKS_VIEW, LOG, TABLES, Table
from sot.workspace.safe_write import write_whole

SOURCES, EXPOSURES = "sot_sources.yml", "sot_exposures.yml"
_HEAD = "# Written by `sot publish --dbt`; it is replaced when that command runs again.\n"
_EXPOSURE_HEAD = (
    "# An example: a dashboard that uses the golden customers. Fill in name, owner and address.\n"
)


def write_dbt(folder: Path, schema: str) -> list[Path]:
    """Write the sources into a `models` folder of a dbt project; give the files.

    The example of an exposure is written once only, because people edit it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / SOURCES]
    write_whole(folder / SOURCES, (_HEAD + _yaml(sources(schema))).encode())
    if not (folder / EXPOSURES).exists():
        write_whole(folder / EXPOSURES, (_EXPOSURE_HEAD + _yaml(_exposures())).encode())
        written.append(folder / EXPOSURES)
    return written


def sources(schema: str) -> dict[str, Any]:
    """Give the content of sot_sources.yml as plain values."""
    tables = [*(_table(table) for table in TABLES), _links(), _log()]
    return {
        "version": 2,
        "sources": [
            {
                "name": "sot",
                "schema": schema,
                "description": "Golden customers, their cross references and open questions, published by sot.",
                "tables": tables,
            }
        ],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "description": table.comment,
        "columns": [
            _column(table, column.name, column.comment, column.required) for column in table.all_columns
        ],
    }


def _column(table: Table, name: str, comment: str, required: bool) -> dict[str, Any]:
    """Give a column with its tests; a key of several columns is tested by the contract, not by dbt."""
    tests: list[Any] = ["not_null"] if required else []
    if table.primary_key == (name,):
        tests.insert(0, "unique")
    for column, parent, parent_column in table.parents:
        if column == name:
            tests.append(
                {"relationships": {"arguments": {"to": f"source('sot', '{parent}')", "field": parent_column}}}
            )
    return {"name": name, "description": comment} | ({"data_tests": tests} if tests else {})


def _links() -> dict[str, Any]:
    return {"name": LINKS_VIEW, "description": LINKS_COMMENT}


def _log() -> dict[str, Any]:
    freshness = {"warn_after": {"count": 7, "period": "day"}, "error_after": {"count": 31, "period": "day"}}
    return _table(LOG) | {"config": {"loaded_at_field": "published_at", "freshness": freshness}}


def _exposures() -> dict[str, Any]:
    return {
        "version": 2,
        "exposures": [
            {
                "name": "customer_dashboard",
                "type": "dashboard",
                "maturity": "low",
                "description": "Revenue by golden customer.",
                "owner": {"name": "Head of Finance", "email": "finance@example.com"},
                "depends_on": ["source('sot', 'dim_customer')", "source('sot', 'xref_customer')"],
            }
        ],
    }


def _yaml(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
