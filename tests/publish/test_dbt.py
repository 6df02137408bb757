"""What `sot publish --dbt` writes is built by dbt, over a published DuckDB file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

from sot.cli.errors import run as sot
from sot.publish.contract import LINKS_VIEW, LOG, TABLES
from sot.publish.dbt import write_dbt
from tests.publish.runs import Runs

PROJECT = {
    "name": "company", "version": "1.0", "profile": "company", "model-paths": ["models"],
    "flags": {"send_anonymous_usage_stats": False},
}  # fmt: skip
PROFILE = {"company": {"target": "dev", "outputs": {"dev": {"type": "duckdb", "path": "golden.duckdb"}}}}
MODEL = (
    "select c.name, x.system, x.record_id from {{ source('sot', 'xref_customer') }} as x "
    "join {{ source('sot', 'dim_customer') }} as c on c.golden_id = x.golden_id where x.is_current"
)


def test_dbt_builds_over_the_published_tables(runs: Runs, tmp_path: Path) -> None:
    published = ["publish", str(tmp_path / "golden.duckdb"), "--dbt", str(tmp_path / "models")]
    for number in (1, 2):
        where = [str(runs.run(number)), "--project", str(runs.project(number))]
        assert sot([published[0], published[1], *where, *published[2:]]) == 0
    (tmp_path / "dbt_project.yml").write_text(yaml.safe_dump(PROJECT), encoding="utf-8")
    (tmp_path / "profiles.yml").write_text(yaml.safe_dump(PROFILE), encoding="utf-8")
    (tmp_path / "models" / "records.sql").write_text(MODEL, encoding="utf-8")
    arguments = ["build", "--project-dir", ".", "--profiles-dir", ".", "--no-use-colors"]
    code = "import sys; from dbt.cli.main import dbtRunner as R; sys.exit(0 if R().invoke(sys.argv[1:]).success else 1)"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=280,
        env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    results = json.loads((tmp_path / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    assert {one["status"] for one in results} <= {"success", "pass", "no-op"}  # an exposure runs nothing
    tests = [one for one in results if one["unique_id"].startswith("test.")]
    assert len(tests) == _written_tests(tmp_path) > 30


def _written_tests(folder: Path) -> int:
    sources = yaml.safe_load((folder / "models" / "sot_sources.yml").read_text(encoding="utf-8"))
    columns = [column for table in sources["sources"][0]["tables"] for column in table.get("columns", ())]
    return sum(len(column.get("data_tests", ())) for column in columns)


def test_every_table_and_column_is_described(tmp_path: Path) -> None:
    write_dbt(tmp_path, "golden")
    (source,) = yaml.safe_load((tmp_path / "sot_sources.yml").read_text(encoding="utf-8"))["sources"]
    assert source["schema"] == "golden"
    assert [table["name"] for table in source["tables"]] == [t.name for t in TABLES] + [LINKS_VIEW, LOG.name]
    for table in source["tables"]:
        assert table["description"] and all(column["description"] for column in table.get("columns", ()))


def test_an_exposure_that_people_edited_stays(tmp_path: Path) -> None:
    write_dbt(tmp_path, "sot")
    (tmp_path / "sot_exposures.yml").write_text("# ours\n", encoding="utf-8")
    write_dbt(tmp_path, "sot")
    assert (tmp_path / "sot_exposures.yml").read_text(encoding="utf-8") == "# ours\n"
