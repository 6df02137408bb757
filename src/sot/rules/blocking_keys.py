"""The SQL of blocking rules, held against the tables that it may ask (see rules/matching/blocking.yaml)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_TABLES = """
    create table record (
        uid integer, system varchar, name varchar, words varchar, squashed varchar, domain varchar, domain_core varchar,
        phone varchar, mailbox varchar, tax_id varchar, registration varchar, reference integer, postcode varchar,
        city varchar, house varchar, street varchar
    );
    create table token (uid integer, token varchar, rank tinyint, bits float, bearers integer);
    create table alias (uid integer, squashed varchar);
    create table acronym (uid integer, initials varchar);
"""


@cache
def checked_keys(sql: str) -> str:
    """Give the SQL back if it is one query that gives (uid, key); raise ValueError with what is wrong."""
    return _checked(sql, ["uid", "key"])


@cache
def checked_record_keys(sql: str) -> str:
    """Give the SQL back if it is one query that gives (uid, key, told); raise ValueError with what is wrong."""
    return _checked(sql, ["uid", "key", "told"])


def _checked(sql: str, wanted: list[str]) -> str:
    import duckdb

    try:
        columns = [row[0] for row in _tables().execute(f"describe select * from ({sql})").fetchall()]
    except duckdb.Error as error:
        raise ValueError(
            f"is not a query over record, token, alias and acronym: {_first_line(error)}"
        ) from error
    if columns != wanted:
        *rest, last = wanted
        raise ValueError(
            f"must give the columns {', '.join(rest)} and {last}, and gives {', '.join(columns)}"
        )
    return sql


@cache
def _tables() -> duckdb.DuckDBPyConnection:
    """Open a database that holds the tables without rows; it lives as long as the process."""
    import duckdb

    con = duckdb.connect()
    con.execute(_TABLES)
    return con


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split("LINE 1")[0].split())
