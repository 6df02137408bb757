"""Publish a finished run: contract checks, then the difference, in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sot import __version__, history
from sot.errors import GateError, InputError, UsageError
from sot.publish.content import content, source_hash
from sot.publish.contract import FORMAT, LOG, TABLES
from sot.publish.difference import Change, apply
from sot.publish.schema import full_name, grants, literal, prepare, quoted
from sot.publish.target import Connection, Target
from sot.workspace.project import Project
from sot.workspace.run_folder import MANIFEST, unfinished

OLDER_RUN = "older_run"
"""The name under which `--despite` allows an earlier run over a later one."""


@dataclass(frozen=True)
class Request:
    """Everything that a publish is asked for.

    despite  refusals that a person overruled (verify, older_run or a gate), with the `reason`
    """

    target: Target
    run: Path
    project: Project
    now: datetime
    schema: str = "sot"
    roles: list[str] = field(default_factory=list)
    dry_run: bool = False
    despite: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Published:
    """The result: the statements that changed the schema, and the changed rows of each table."""

    target: str
    schema: str
    run_digest: str
    ddl: list[str]
    changes: list[Change]
    dry_run: bool

    @property
    def rows(self) -> int:
        """Give the number of rows that changed in all tables."""
        return sum(change.rows for change in self.changes)

    def as_json(self) -> dict[str, Any]:
        """Give the result as plain values."""
        return {
            "target": self.target,
            "schema": self.schema,
            "run_digest": self.run_digest,
            "dry_run": self.dry_run,
            "ddl": self.ddl,
            "rows_changed": self.rows,
            "tables": {
                change.table: {
                    "inserted": change.inserted, "updated": change.updated, "deleted": change.deleted,
                }
                for change in self.changes
            },
        }  # fmt: skip


@dataclass(frozen=True)
class _Run:
    """A finished run as its manifest and the history of its project know it."""

    digest: str
    at: datetime


def publish(request: Request) -> Published:
    """Apply the difference between the run and the target; the target shows the old or the new state, never a mix.

    With `dry_run` the same work is done and then undone. Raises UsageError for a schema of somebody else or a column
    of another type, GateError for a run older than the published one, InputError for a target that can't be reached.
    """
    run = _identify(request)
    source = source_hash(request.run, request.project)
    with request.target.open(request.schema) as connection:
        ddl = prepare(connection, request.schema, request.target.name)
        latest = _latest(connection, request.schema)
        _refuse_older(request, run, latest)
        effective = _effective(run, latest, request.now)
        if not ddl and _holds(connection, request.schema, source, latest):
            changes = [Change(table.name) for table in TABLES]
        else:
            changes = _bring(connection, request, effective)
        _log(connection, request, run, effective, source, changes)
        ddl += grants(connection, request.schema, request.roles)
        if not request.dry_run:
            connection.commit(nothing_new=_is_again(run, latest, ddl, changes))
    return Published(request.target.name, request.schema, run.digest, ddl, changes, request.dry_run)


def _holds(connection: Connection, schema: str, source: str, latest: _Latest | None) -> bool:
    """Say whether these files were published last, and nobody changed a row of the target since."""
    return latest is not None and latest.source == source and latest.state == connection.state(schema)


def _bring(connection: Connection, request: Request, effective: datetime) -> list[Change]:
    """Bring every table to the rows of the run."""
    tables = content(request.run, request.project)
    changes = [
        apply(connection, request.schema, table, tables[table.name], _text(effective)) for table in TABLES
    ]
    _check_counts(connection, request, tables["xref_customer"].height)
    return changes


def _identify(request: Request) -> _Run:
    try:
        manifest = json.loads((request.run / MANIFEST).read_text(encoding="utf-8"))
        digest = str(manifest["digest"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise unfinished(request.run) from error
    runs = history.load(request.project.history).runs
    place = history.line_of(runs, digest)
    if place is None:
        raise UsageError(
            f"{request.project.history}: it does not contain the run in {request.run}",
            "publish from the project folder in which the run was made, or name it with --project",
        )
    return _Run(digest, datetime.fromisoformat(runs[place].at).astimezone(UTC))


@dataclass(frozen=True)
class _Latest:
    """The last row of the log."""

    run_digest: str
    run_at: datetime
    effective_at: datetime
    source: str | None
    state: str | None


def _latest(connection: Connection, schema: str) -> _Latest | None:
    rows = connection.rows(
        "SELECT run_digest, extract(epoch FROM run_at), extract(epoch FROM effective_at), format, source_hash, "
        f"target_state FROM {full_name(schema, LOG.name)} ORDER BY publish_id DESC LIMIT 1"
    )
    if not rows:
        return None
    digest, run_at, effective_at, number, source, state = rows[0]
    if int(number) > FORMAT:
        raise UsageError(
            f"the schema {schema} was published by a later version of sot (format {number})", "update sot"
        )
    return _Latest(digest, _moment(run_at), _moment(effective_at), source, state)


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def _refuse_older(request: Request, run: _Run, latest: _Latest | None) -> None:
    if latest is None or run.at >= latest.run_at or OLDER_RUN in request.despite:
        return
    raise GateError(
        f"{request.target.name} contains a run of {_text(latest.run_at)}, but {request.run} is from {_text(run.at)}",
        f"publish the newer run; to go back on purpose: --despite {OLDER_RUN} --reason TEXT",
    )


def _effective(run: _Run, latest: _Latest | None, now: datetime) -> datetime:
    """Give the time at which versions change: that of the run; of a run that goes back in time, now."""
    if latest is None or run.at >= latest.effective_at:
        return run.at
    return max(now.astimezone(UTC), latest.effective_at)


def _is_again(run: _Run, latest: _Latest | None, ddl: list[str], changes: list[Change]) -> bool:
    """Say whether the target held this very run before."""
    return (
        latest is not None
        and latest.run_digest == run.digest
        and not ddl
        and not any(c.rows for c in changes)
    )


def _check_counts(connection: Connection, request: Request, records: int) -> None:
    """Hold the target to the run once more: every record once in the golden map, every customer once."""
    name = full_name(request.schema, "xref_customer")
    current, customers = connection.rows(
        f"SELECT count(*), count(DISTINCT (system, record_id)) FROM {name} WHERE is_current"
    )[0]
    if (current, customers) != (records, records):
        raise InputError(
            f"{request.target.name}: {current} current records would be there, but the run has {records};  "
            "nothing was published",
            "somebody changed xref_customer by hand; restore it, or publish to a new schema",
        )


def _log(
    connection: Connection,
    request: Request,
    run: _Run,
    effective: datetime,
    source: str,
    changes: list[Change],
) -> None:
    values: dict[str, object] = {
        "published_at": _text(request.now.astimezone(UTC)),
        "run_digest": run.digest,
        "run_at": _text(run.at),
        "effective_at": _text(effective),
        "sot_version": __version__,
        "format": FORMAT,
        "inserted": sum(change.inserted for change in changes),
        "updated": sum(change.updated for change in changes),
        "deleted": sum(change.deleted for change in changes),
        "despite": "|".join(request.despite) or None,
        "reason": request.reason,
        "source_hash": source,
        "target_state": connection.state(request.schema),
    }
    kinds = {column.name: column.type for column in LOG.columns}
    name = full_name(request.schema, LOG.name)
    texts = ", ".join(_sql(value, connection.types[kinds[column]]) for column, value in values.items())
    connection.run(
        f"INSERT INTO {name} (publish_id, {', '.join(map(quoted, values))}) "
        f"SELECT coalesce(max(publish_id), 0) + 1, {texts} FROM {name}"
    )


def _sql(value: object, kind: str) -> str:
    text = "NULL" if value is None else str(value) if isinstance(value, int) else literal(str(value))
    return f"CAST({text} AS {kind})"


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
