"""Databases are read as text, whole, and never tell a password."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

import duckdb
import pytest

from sot.cli.errors import run
from sot.errors import ExitCode
from tests.read.reading import names, one, survey

MAKE = "CREATE TABLE accounts (id INTEGER, company VARCHAR(80), zip VARCHAR(10), balance NUMERIC(12, 2), created DATE)"
FILL = "INSERT INTO accounts VALUES (7, 'Müller GmbH', '01067', 1234.50, '2024-01-31'), (8, 'Acme', NULL, NULL, NULL)"
WANTED = [("7", "Müller GmbH", "01067", 1234.5), ("8", "Acme", None, None)]


def rows(address: Path | str) -> list[tuple[object, ...]]:
    source, found = one(address)
    assert source.error is None
    return found.records.select("record_id", "name", "postcode", "balance_amount").rows()


def test_sqlite_file_table_and_query(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with sqlite3.connect(path) as connection:
        connection.execute(MAKE)
        connection.execute(FILL)
    connection.close()
    assert rows(path) == WANTED
    assert rows(f"sqlite://{path}#accounts") == WANTED
    assert rows(f"sqlite://{path}#SELECT * FROM accounts WHERE id > 7;") == WANTED[1:]


def test_duckdb_file_and_table(tmp_path: Path) -> None:
    path = tmp_path / "crm.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.sql(MAKE)
        connection.sql(FILL)
    assert rows(path) == WANTED
    assert rows(f"duckdb://{path}#main.accounts") == WANTED


def test_what_is_no_database_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    path.write_bytes(b"hello" * 100)
    source, _ = one(path)
    assert source.error is not None and "neither an SQLite nor a DuckDB" in source.error
    source, _ = one(f"sqlite://{tmp_path}/missing.db#accounts")
    assert source.error is not None and "can't be read" in source.error


def test_errors_never_tell_user_or_password() -> None:
    source, _ = one("postgresql://jane:s3cret%21@127.0.0.1:1/crm#accounts")
    told = f"{source.path} {source.error}"
    assert source.error is not None
    assert not any(secret in told for secret in ("jane", "s3cret", "s3cret%21", "s3cret!"))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://jane:s3cret@host:99999/db#t",
        "postgresql://jane:p#s3cret@127.0.0.1:1/db#accounts",
        "postgresql://jane:12#s3cret@127.0.0.1:1/db#accounts",
        "postgresql://jane:12/s3cret@127.0.0.1:1/db#accounts",
        "postgresql://jane:12?s3cret@127.0.0.1:1/db#accounts",
        "postgresql://jane:s3cret@[::1/db#t",
        "postgresql://127.0.0.1:1/db?user=jane&password=s3cret#accounts",
        "postgres://jane:s3cret@127.0.0.1:1/s3/cret",
    ],
)
def test_no_address_however_odd_tells_its_secrets(address: str) -> None:
    source, found = one(address)
    assert source.error is not None
    for secret in ("jane", "s3cret"):
        assert secret not in f"{source.path} {source.error} {found.ignored}"


@pytest.mark.parametrize(
    "address", ["postgresql://jane:s3cret@h/db#t", "crm=postgresql://jane:p#s3cret@h/db#t"]
)
def test_a_failure_of_sot_itself_tells_no_password(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("sot.read.survey_exports", lambda *_, **__: 1 / len(()) if address else None)
    assert run(["inspect", address]) == ExitCode.INTERNAL
    (report,) = tmp_path.glob("sot-failure-*.txt")
    assert "ZeroDivisionError" in report.read_text(encoding="utf-8")
    assert "s3cret" not in report.read_text(encoding="utf-8") + "".join(capsys.readouterr())


@pytest.fixture(scope="module")
def filled(server: str) -> str:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(server) as connection, connection.cursor() as cursor:
        cursor.execute(MAKE)
        cursor.execute(FILL)
        connection.commit()
    return server


def test_postgresql_table_and_query(filled: str) -> None:
    assert rows(f"{filled}#accounts") == WANTED
    assert rows(f"{filled}#public.accounts") == WANTED
    assert rows(f"{filled}#select * from accounts where zip is null") == WANTED[1:]


def test_postgresql_says_what_is_wrong_and_keeps_the_password(filled: str) -> None:
    for address, word in ((f"{filled}#nowhere", "nowhere"), (filled, "which table or query")):
        source, _ = one(address)
        assert source.error is not None and word in source.error
        assert "s3cret" not in f"{source.path}{source.error}"


def test_postgresql_is_never_written_to(filled: str) -> None:
    source, _ = one(f"{filled}#with gone as (delete from accounts returning *) select * from gone")
    assert source.error is not None
    assert names(survey(f"crm={filled}#accounts")) == ["Müller GmbH", "Acme"]


def test_system_is_said_before_the_address(filled: str) -> None:
    assert set(survey(f"crm={filled}#accounts").records["system"]) == {"crm"}
