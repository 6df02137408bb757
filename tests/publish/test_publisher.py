"""A publish applies the difference: first, second and changed run, on PostgreSQL, DuckDB and Parquet."""

from __future__ import annotations

import json
import re
import shutil
import signal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sot.cli.errors import run as sot
from tests.publish.killed import finish, start
from tests.publish.runs import Runs
from tests.publish.targets import Place, ask


def publish(
    place: Place, runs: Runs, number: int, *more: str, capsys: pytest.CaptureFixture[str] | None = None
) -> dict[str, Any]:
    """Publish a run; give the result as the command prints it."""
    code = sot(
        ["publish", place.target, str(runs.run(number)), "--project", str(runs.project(number)),
         "--schema", place.schema, "--json", *more]
    )  # fmt: skip
    assert code == 0
    assert capsys is not None
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.fixture(autouse=True)
def _in_the_project(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(runs.project(1))


def moved(result: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    """Give the tables that changed, with their rows inserted, updated and deleted."""
    tables = {name: (t["inserted"], t["updated"], t["deleted"]) for name, t in result["tables"].items()}
    return {name: counts for name, counts in tables.items() if any(counts)}


def test_the_second_publish_of_a_run_changes_nothing(
    place: Place, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    first = publish(place, runs, 1, capsys=capsys)
    assert first["tables"]["dim_customer"]["inserted"] == 5
    assert first["tables"]["xref_customer"]["inserted"] == 8
    assert first["rows_changed"] == sum(sum(counts) for counts in moved(first).values())
    again = publish(place, runs, 1, capsys=capsys)
    assert again["rows_changed"] == 0 and again["ddl"] == []
    golden = (runs.run(1) / "golden_customers.csv").read_text(encoding="utf-8").splitlines()
    assert place.count("dim_customer") == len(golden) - 1


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ("UPDATE {}.dim_customer SET city = 'Atlantis' WHERE city = 'Hamburg'", {"dim_customer": (0, 1, 0)}),
        ("DELETE FROM {}.dim_customer WHERE city = 'Hamburg'", {"dim_customer": (1, 0, 0)}),
        (
            "INSERT INTO {}.customer_redirect (old_golden_id, golden_id, reason) VALUES ('a', 'b', 'merged')",
            {"customer_redirect": (0, 0, 1)},
        ),
    ],
)
def test_rows_that_somebody_changed_are_put_right_by_an_equal_publish(
    place: Place,
    runs: Runs,
    change: str,
    counts: dict[str, tuple[int, int, int]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    if place.kind == "parquet":
        pytest.skip("its files are never changed")
    publish(place, runs, 1, capsys=capsys)
    before = sorted(place.query(f"SELECT golden_id, city FROM {place.schema}.dim_customer"))
    if place.kind == "duckdb":
        place.query(change.format(place.schema))
    else:
        ask(place.target, change.format(place.schema))
    assert moved(publish(place, runs, 1, capsys=capsys)) == counts
    assert sorted(place.query(f"SELECT golden_id, city FROM {place.schema}.dim_customer")) == before
    assert publish(place, runs, 1, capsys=capsys)["rows_changed"] == 0


def test_merged_and_split_customers_over_three_runs(
    place: Place, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(place, runs, 1, capsys=capsys)
    merged = publish(place, runs, 2, capsys=capsys)
    assert merged["tables"]["dim_customer"]["deleted"] == 1
    assert place.count("dim_customer") == 4
    ((old, new, reason),) = place.query(
        f"SELECT old_golden_id, golden_id, reason FROM {place.schema}.customer_redirect"
    )
    assert reason == "merged" and old != new
    told = [runs.run(number) / "conflicts.csv" for number in (2, 3)]
    kinds = {kind for path in told for kind in pl.read_csv(path, infer_schema=False)["kind"]}
    assert not kinds & {"customers_merged", "customer_split"}, "a decision is no warning"
    dunmore = (
        f"SELECT golden_id, is_current FROM {place.schema}.xref_customer WHERE record_name LIKE 'Dunmore%'"
    )
    assert sorted(place.query(dunmore), key=lambda row: row[1]) == [(old, False), (new, True)]
    assert place.count("dim_customer_history", f"valid_to IS NOT NULL AND golden_id = '{old}'") == 1

    publish(place, runs, 3, capsys=capsys)
    assert place.count("dim_customer") == 5
    assert place.count("xref_customer", "is_current") == 8
    assert place.count("xref_customer", "NOT is_current AND valid_to IS NULL") == 0
    reasons = dict(place.query(f"SELECT old_golden_id, reason FROM {place.schema}.customer_redirect"))
    assert reasons == {old: "merged", new: "split"}
    current = (
        f"SELECT golden_id FROM {place.schema}.xref_customer WHERE record_name LIKE 'Dunmore%' AND is_current"
    )
    assert place.query(current)[0][0] not in (old, new)
    overlap = (
        f"SELECT count(*) FROM {place.schema}.xref_customer AS a JOIN {place.schema}.xref_customer AS b "
        "ON a.system = b.system AND a.record_id = b.record_id AND a.valid_from < b.valid_from "
        "WHERE a.valid_to IS NULL OR a.valid_to > b.valid_from"
    )
    assert place.query(overlap) == [(0,)]


def test_the_view_answers_one_system_s_id_with_the_other_s(
    place: Place, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(place, runs, 1, capsys=capsys)
    query = (
        f"SELECT record_id_r FROM {place.schema}.customer_links "
        "WHERE system_l = 'salesforce' AND record_id_l = '0010000000003AAA' AND system_r = 'books'"
    )
    assert place.query(query) == [("1003",)]
    assert place.count("customer_links") == 6


def test_a_dry_run_gives_the_same_numbers_and_leaves_nothing(
    place: Place, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    planned = publish(place, runs, 1, "--dry-run", capsys=capsys)
    if place.kind == "postgresql":
        assert ask(place.target, f"SELECT 1 FROM pg_namespace WHERE nspname = '{place.schema}'") == []
    else:
        assert not Path(place.target).exists()
    done = publish(place, runs, 1, capsys=capsys)
    assert {**planned, "dry_run": False} == done
    assert publish(place, runs, 2, "--dry-run", capsys=capsys)["rows_changed"] > 0
    assert publish(place, runs, 1, capsys=capsys)["rows_changed"] == 0


def refused(place: Place, runs: Runs, number: int, *more: str) -> int:
    return sot(
        ["publish", place.target, str(runs.run(number)), "--project", str(runs.project(number)),
         "--schema", place.schema, *more]
    )  # fmt: skip


def test_an_older_run_is_published_on_purpose_only(
    place: Place, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(place, runs, 2, capsys=capsys)
    assert refused(place, runs, 1) == 1
    assert "older_run" in capsys.readouterr().err
    assert refused(place, runs, 1, "--despite", "older_run") == 2
    back = publish(place, runs, 1, "--despite", "older_run", "--reason", "wrong merge", capsys=capsys)
    assert back["rows_changed"] > 0
    assert place.count("publish_log", "despite = 'older_run' AND reason = 'wrong merge'") == 1
    assert place.count("xref_customer", "is_current") == 8
    assert place.count("xref_customer", "valid_to < valid_from") == 0


def test_a_run_whose_files_changed_is_refused(
    place: Place, runs: Runs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(runs.project(1), copy)
    (copy / "sot-out" / "crosswalk.csv").write_text("system,record_id,golden_id\n", encoding="utf-8")
    assert sot(["publish", place.target, str(copy / "sot-out"), "--project", str(copy)]) == 1
    assert "crosswalk.csv (changed)" in capsys.readouterr().err


def test_a_failed_gate_refuses_the_run_unless_overruled(
    place: Place, runs: Runs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(runs.project(1), copy)
    records = pl.read_parquet(copy / "sot-out" / "tables" / "records.parquet")
    nameless = records.with_columns(name=pl.when(pl.col("system") == "books").then("name"))
    nameless.write_parquet(copy / "sot-out" / "tables" / "records.parquet")
    command = [
        "publish",
        place.target,
        str(copy / "sot-out"),
        "--project",
        str(copy),
        "--schema",
        place.schema,
    ]
    why = ["--despite", "verify", "--reason", "test"]
    assert sot([*command, *why]) == 1
    assert "gates not met: names_filled" in capsys.readouterr().err
    assert sot([*command, *why, "--despite", "names_filled"]) == 0
    assert sot([*command, "--despite", "no_such_gate", "--reason", "x"]) == 2
    assert place.count("publish_log", "despite = 'verify|names_filled'") == 1


def test_columns_are_added_and_nothing_else_is_changed(
    runs: Runs, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place("postgresql", server, "added", lambda sql: ask(server, sql))
    publish(place, runs, 1, capsys=capsys)
    ask(server, "ALTER TABLE added.dim_customer DROP COLUMN industry")
    ask(server, "COMMENT ON COLUMN added.dim_customer.name IS 'ours'")
    ask(server, "CREATE INDEX mine ON added.dim_customer (city)")
    ask(server, "CREATE VIEW added.germans AS SELECT * FROM added.dim_customer WHERE city = 'Hamburg'")
    ask(server, "CREATE TABLE added.notes (golden_id text)")
    result = publish(place, runs, 2, capsys=capsys)
    assert [line for line in result["ddl"] if line.startswith("ALTER")] == [
        'ALTER TABLE "added"."dim_customer" ADD COLUMN "industry" text'
    ]
    assert place.count("germans") == 1
    assert ask(server, "SELECT 1 FROM pg_indexes WHERE indexname = 'mine'") == [(1,)]
    ((own, table),) = ask(
        server,
        "SELECT col_description('added.dim_customer'::regclass, 2), obj_description('added.xref_customer'::regclass)",
    )
    assert own == "ours" and table.startswith("sot: The golden map")
    ask(server, "DROP VIEW added.germans")
    ask(server, "ALTER TABLE added.dim_customer ALTER COLUMN record_count TYPE text")
    assert refused(place, runs, 3) == 2
    assert 'ALTER COLUMN "record_count" TYPE integer' in capsys.readouterr().err


def test_every_table_and_column_has_a_comment(
    runs: Runs, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place("postgresql", server, "commented", lambda sql: ask(server, sql))
    publish(place, runs, 1, capsys=capsys)
    without = ask(
        server,
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
        "WHERE c.relnamespace = 'commented'::regnamespace AND c.relkind = 'r' "
        "AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)",
    )
    assert without == []


def test_roles_may_read_what_was_granted(runs: Runs, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    place = Place("postgresql", server, "granted", lambda sql: ask(server, sql))
    assert refused(place, runs, 1, "--grant", "analyst") == 2
    ask(server, "CREATE ROLE analyst")
    publish(place, runs, 1, "--grant", "analyst", capsys=capsys)
    publish(place, runs, 2, capsys=capsys)
    allowed = ask(server, "SELECT has_table_privilege('analyst', 'granted.dim_customer', 'SELECT')")
    assert allowed == [(True,)]


def test_a_schema_of_somebody_else_is_refused(
    runs: Runs, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(server, "CREATE SCHEMA theirs")
    ask(server, "CREATE TABLE theirs.dim_customer (x int)")
    place = Place("postgresql", server, "theirs", lambda sql: ask(server, sql))
    assert refused(place, runs, 1) == 2
    assert "did not publish" in capsys.readouterr().err
    assert ask(server, "SELECT count(*) FROM theirs.dim_customer") == [(0,)]


@pytest.mark.parametrize(
    ("target", "code", "words"),
    [
        ("postgresql://jane:s3cret@127.0.0.1:1/db", 3, "127.0.0.1:1/db"),
        ("mysql://host/db", 2, "not a target"),
        ("sot.yaml.txt", 2, "is a file"),
    ],
)
def test_a_target_that_can_t_be_reached_is_an_error_in_words(
    target: str,
    code: int,
    words: str,
    runs: Runs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(shutil.copytree(runs.project(1), tmp_path / "copy"))
    Path("sot.yaml.txt").write_text("x", encoding="utf-8")
    assert sot(["publish", target, str(runs.run(1))]) == code
    told = capsys.readouterr().err
    assert words in told and "s3cret" not in told


def test_a_reader_inside_a_transaction_sees_one_state(
    runs: Runs, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from adbc_driver_postgresql import dbapi

    place = Place("postgresql", server, "steady", lambda sql: ask(server, sql))
    publish(place, runs, 1, capsys=capsys)
    counts = (
        "SELECT (SELECT count(*) FROM steady.dim_customer), (SELECT count(*) FROM steady.customer_redirect)"
    )
    with dbapi.connect(server) as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(counts)
        before = cursor.fetchall()
        publish(place, runs, 2, capsys=capsys)
        cursor.execute(counts)
        assert cursor.fetchall() == before == [(5, 0)]
    assert place.query(counts) == [(4, 1)]


def test_killed_at_any_statement_the_target_holds_the_old_state_or_the_new(
    place: Place, runs: Runs, quick_sot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(place, runs, 1, capsys=capsys)
    states = {(5, 0): 0, (4, 1): 0}
    for at in (20, 55):
        assert finish([start(quick_sot, place, runs, 2, kill_at=at)])[0] in (0, 128 + signal.SIGKILL)
        found = (place.count("dim_customer"), place.count("customer_redirect"))
        states[found] += 1
    publish(place, runs, 2, capsys=capsys)
    assert (place.count("dim_customer"), place.count("customer_redirect")) == (4, 1)
    assert states[5, 0] >= 1


def test_two_publishes_at_once_end_in_one_state(
    place: Place, runs: Runs, quick_sot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(place, runs, 1, capsys=capsys)
    assert finish([start(quick_sot, place, runs, 2), start(quick_sot, place, runs, 2)]) == [0, 0]
    assert (place.count("dim_customer"), place.count("xref_customer", "is_current")) == (4, 8)


def test_what_is_shown_adds_up(place: Place, runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(place, runs, 1) == 0
    lines = capsys.readouterr().out.splitlines()
    counts = [
        int(word.replace(",", "")) for line in lines[1:] for word in re.findall(r" ([\d,]+)(?= |$)", line)
    ]
    total = int(lines[-1].split(" ", 1)[0].replace(",", ""))
    assert total == sum(counts) > 0
