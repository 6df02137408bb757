"""Stores tell what is wrong in many ways; people get it in a few words, and nothing is taken for absent wrongly."""

from __future__ import annotations

import pytest

from sot.engine.lake_errors import NoTableError, is_absent, told

S3 = "Generic S3 error: Error performing list request: Error performing GET http://127.0.0.1:9/lake?list-type=2"
TOLD = (
    (f'{S3} - Server returned non-2xx status code: 404 Not Found: <?xml version="1.0"?>\n<Error><Code>NoSuchBucket',
     "there is no such bucket"),
    (f"{S3} - Server returned non-2xx status code: 403 Forbidden: <?xml?>\n<Error><Code>InvalidAccessKeyId</Code>",
     "the store does not accept these credentials"),
    (f"{S3} - Server returned non-2xx status code: 403 Forbidden: <?xml?>\n<Error><Code>AccessDenied</Code>",
     "it is not permitted"),
    (f"{S3} in 2.1s, after 10 retries, max_retries: 10 - HTTP error: error sending request",
     "the store does not answer"),
    ("request forbidden: IMDS is disabled or the caller has insufficient permissions.",
     "the server has no credentials for it"),
    ("Generic S3 error: an error occurred while loading credentials", "the server has no credentials for it"),
    ("Generic S3 error: Failed to resolve region for bucket 'lake'",
     "the server does not know the region of the bucket"),
    ("URL scheme is not allowed", "the server takes no address of a store with http://"),
    ('Generic URL error: Unable to recognise URL "xyz://q/"', "the server does not know this kind of address"),
    ("org.apache.hadoop.fs.UnsupportedFileSystemException: No FileSystem for scheme \"s3\"",
     "the server does not know this kind of address"),
    ("java.nio.file.AccessDeniedException: s3a://lake/x: org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException: "
     "No AWS Credentials provided", "the server has no credentials for it"),
    ("software.amazon.awssdk.services.s3.model.S3Exception: Access Denied (Service: S3, Status Code: 403)",
     "it is not permitted"),
    ("Generic GCS error: Error performing GET http://169.254.169.254/computeMetadata/v1/token - 403 Forbidden",
     "the server has no credentials for it"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "words"), TOLD)
def test_a_store_that_refuses(text: str, words: str) -> None:
    message, hint = told(RuntimeError(text))
    assert message.startswith(words) and "\n" not in message and "AWS_REGION" in str(hint)
    assert not is_absent(RuntimeError(text))


@pytest.mark.parametrize(
    "text", ["[PATH_NOT_FOUND] Path does not exist: s3a://lake/x.", "[TABLE_OR_VIEW_NOT_FOUND] The table x"]
)
def test_nothing_at_the_address(text: str) -> None:
    assert is_absent(RuntimeError(text)) and is_absent(NoTableError("there is no table"))
    assert told(RuntimeError(text)) == (text, None)


def test_an_error_that_is_not_of_a_store() -> None:
    assert told(ZeroDivisionError("division by zero in row 403")) == ("division by zero in row 403", None)
    assert told(ValueError()) == ("ValueError", None)


def test_a_server_that_is_gone_is_no_store() -> None:
    text = "<_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.UNAVAILABLE\n\tConnection refused"
    message, hint = told(RuntimeError(text))
    assert message == "the server does not answer any more" and "partitions" in str(hint)
