"""Addresses of databases: told from paths of files, and shown without what is secret in them."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SERVERS = ("postgresql", "postgres")
FILES = ("sqlite", "duckdb")
LAKES = ("s3", "s3a", "gs", "abfs", "abfss", "wasbs", "hdfs", "dbfs", "file", "table")
"""Schemes of tables that an engine reads where they are; `table` is followed by the name in a catalogue."""
_SECRET_OPTIONS = ("user", "password", "sslpassword", "passfile", "sslkey")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.:-]*://", re.IGNORECASE)
_WITHIN = re.compile(r"[a-z][a-z0-9+.:-]*://\S+", re.IGNORECASE)
_ALMOST_ADDRESS = re.compile(r"[\s'\"]*[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
_ALMOST = re.compile(r"((?<![\w/])[a-z][a-z0-9+.-]+(?::/+|//))[^\s…]*@", re.IGNORECASE)
"""An address as a path has it, whose slashes are one, or without its colon."""
_OPTION = re.compile(
    r"((?:\b|_)(?:password|passwd|pwd|passphrase|secret|token)) *= *[^\s&;'\",]+", re.IGNORECASE
)
_TORN = re.compile(r"\S*@\S*")


def is_database(path: str) -> bool:
    """Tell a database address from the path of a file."""
    return "://" in path and path.split("://", 1)[0].lower() in (*SERVERS, *FILES)


def is_server(path: str) -> bool:
    """Tell the address of a database server."""
    return "://" in path and path.split("://", 1)[0].lower() in SERVERS


def is_lake(path: str) -> bool:
    """Tell the address of a table that an engine reads."""
    return "://" in path and path.split("://", 1)[0].lower() in LAKES


def split(path: str) -> SplitResult | None:
    """Take the address apart; None where a character of the password that is not written as %.. tears it."""
    address, _, wanted = path.partition("#")
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  (asking for it is the test)
    except ValueError:
        return None
    torn = "@" in parts.path + parts.query or _TORN.fullmatch(wanted)
    return None if torn and parts.scheme.lower() in SERVERS else parts


def shown(path: str) -> str:
    """Give a path as it may be shown: an address without user, password and options, of whatever scheme."""
    if not is_database(path):
        return _hidden(path) if _ADDRESS.match(path) else path
    parts = split(path)
    if parts is None:
        return f"{path.split('://', 1)[0]}://…"
    _, mark, wanted = path.partition("#")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}{mark}{wanted}"


def _hidden(path: str) -> str:
    """Give an address of a scheme that sot does not read, without anything that could be a password."""
    scheme, _, rest = path.partition("://")
    return (
        f"{scheme}://…{rest.rpartition('@')[2].partition('?')[0]}" if "@" in rest else path.partition("?")[0]
    )


def without_secrets(message: str, address: str) -> str:
    """Give a message on one line, without the user and password of `address`."""
    parts = split(address)
    secrets = [parts.password, parts.username] if parts else []
    secrets += [value for name, value in parse_qsl(parts.query) if name in _SECRET_OPTIONS] if parts else []
    for secret in secrets:
        if secret:
            message = message.replace(secret, "…").replace(unquote(secret), "…")
    return " ".join(message.split())


def masked(text: str) -> str:
    """Give a text with every address in it as it may be shown, also where it is written wrongly."""
    text = _WITHIN.sub(lambda match: shown(match.group()), text)
    return _OPTION.sub(r"\1=…", _ALMOST.sub(r"\1…@", text))


def is_address(path: str) -> bool:
    """Tell an address, of whatever scheme, from the path of a file or folder; a letter alone may be a drive."""
    return bool(_ALMOST_ADDRESS.match(path))
