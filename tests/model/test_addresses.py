"""Addresses as they may be shown: a password appears in none, however it is written."""

from __future__ import annotations

import pytest

from sot.model.addresses import masked, shown

ADDRESSES = [
    "postgresql://u:PW@h/db#t",
    "POSTGRESQL://u:PW@h/db",
    "postgres://u:PW@h:5432/db?password=PW",
    "postgre://u:PW@h/db",
    "mysql://u:PW@h/db#t",
    "jdbc:postgresql://u:PW@h/db",
    "postgresql://u:x@PW/w@h/db",
    "postgresql://ro:p@ss/PW:rd?#%x@host",
    "postgresql://u:x#PW@h/db",
    "https://h/x?token=PW",
    "snowflake://u:PW@account/db?warehouse=w",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_password_is_shown(address: str) -> None:
    assert "PW" not in shown(address)
    assert "PW" not in masked(f"reading {address} failed")


@pytest.mark.parametrize(
    "written",
    [
        "postgresql:/u:PW@h/db",
        "postgresql//u:PW@h/db",
        '"postgresql://u:PW@h:1/db#t"',
        "https:/u:PW@h/x.csv/truth.csv",
        "s3:/AK:PW@b/x.csv: there is no such file",
        "host=127.0.0.1 user=u password=PW dbname=x",
        "sqlite:///x.db?password=PW",
        "jdbc:mysql:/h/db?user=u&password=PW&x=1",
        "--postgresql://u:PW@h/db",
    ],
)
def test_no_password_is_shown_where_an_address_is_written_wrongly(written: str) -> None:
    assert "PW" not in masked(f"error: {written}: there is no such file")


@pytest.mark.parametrize(
    "text",
    [
        "crm:jane@acme.com: there is no such record",
        "exports/a@b.csv",
        "see https://sot.example/docs",
        "C:/x@y.csv",
    ],
)
def test_what_is_no_address_is_not_masked(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "path", ["exports/a.csv", "a?b.csv", "sqlite:///tmp/a.db#t", "postgresql://h:5/db#a.t"]
)
def test_what_holds_no_secret_is_shown_as_it_is(path: str) -> None:
    assert shown(path) == path
