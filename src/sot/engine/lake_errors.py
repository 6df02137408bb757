"""What keeps an engine from a table of a lake, in words for people: stores tell it in many ways, on many lines."""

from __future__ import annotations

import re

from sot.model.addresses import masked

_CREDENTIALS = "the server has no credentials for it"
_REASONS = (
    (
        r"credential provider was not enabled|IMDS|169\.254\.169\.254|loading credentials|NoAuthWithAWS"
        r"|Unable to load .*credentials|No AWS Credentials|default credentials|ChainedTokenCredential",
        _CREDENTIALS,
    ),
    (r"NoSuchBucket|ContainerNotFound|bucket .*does not exist", "there is no such bucket"),
    (
        r"InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId|InvalidToken|ExpiredToken|invalid_grant"
        r"|AuthenticationFailed",
        "the store does not accept these credentials",
    ),
    (
        r"AccessDenied|Access Denied|403 Forbidden|Status Code: 403|[Pp]ermission ?denied|AuthorizationPermission",
        "it is not permitted",
    ),
    (
        r"resolve region|Unable to find a region|region must be",
        "the server does not know the region of the bucket",
    ),
    (r"URL scheme is not allowed|builder error", "the server takes no address of a store with http://"),
    (
        r"Connection refused|lookup address|UnknownHost|error sending request|dns error|timed out",
        "the store does not answer",
    ),
    (
        r"No FileSystem for scheme|UnsupportedFileSystem|Unable to recognise URL|No suitable object store",
        "the server does not know this kind of address",
    ),
)
"""Patterns of errors of S3, Azure and Google, as Sail (Rust) and Apache Spark (Java) pass them on; the first counts."""

_ABSENT = r"PATH_NOT_FOUND|Path does not exist|TABLE_OR_VIEW_NOT_FOUND|[Nn]o such file|there is no table"

_GONE = r"StatusCode\.UNAVAILABLE"

GONE_HINT = (
    "it has ended, or the network has; the outputs of the last run are as they were. See its log and the memory of its "
    "machine (more partitions need less), and run sot dedupe again"
)
HINT = (
    "the server reads and writes it, so the server needs the credentials; with 'remote: local' it has those of the "
    "command's environment (AWS_ACCESS_KEY_ID, AWS_REGION, AWS_ENDPOINT_URL, …); see docs/spark.md"
)


class NoTableError(Exception):
    """Nothing is at the address."""


def is_absent(error: Exception) -> bool:
    """Tell that nothing is at the address from that it could not be read."""
    return isinstance(error, NoTableError) or (reason(error) is None and bool(re.search(_ABSENT, str(error))))


def reason(error: Exception) -> str | None:
    """Give the reason of a refusal, if it is one that is known: the store, or the server itself that is gone."""
    text = str(error)
    if re.search(_GONE, text):
        return "the server does not answer any more"
    return next((words for pattern, words in _REASONS if re.search(pattern, text)), None)


def told(error: Exception) -> tuple[str, str | None]:
    """Give what to say of an error, and what to do where server or store are the reason."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    first = masked(lines[0][:400]) if lines else type(error).__name__
    why = reason(error)
    if why is None:
        return first, None
    return (why, GONE_HINT) if re.search(_GONE, str(error)) else (f"{why} ({first})", HINT)
