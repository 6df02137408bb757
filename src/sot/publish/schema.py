"""Schema, tables, views and grants in the target: made where they are missing, never changed where they are there."""

from __future__ import annotations

from sot.errors import UsageError
from sot.publish.contract import FORMAT, LINKS_COMMENT, LINKS_QUERY, LINKS_VIEW, LOG, PREFIX, TABLES, Table
from sot.publish.target import Connection


def quoted(name: str) -> str:
    """Give a name as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Give a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def full_name(schema: str, table: str) -> str:
    """Give the name of a table with its schema."""
    return f"{quoted(schema)}.{quoted(table)}"


def prepare(connection: Connection, schema: str, target: str) -> list[str]:
    """Make what is missing in the schema, and give the statements that were run.

    UsageError if the schema holds tables of somebody else, or a column with another type than the contract's.
    """
    ddl = _schema_ddl(connection, schema, target)
    existing = _columns(connection, schema)
    for table in (*TABLES, LOG):
        if table.name in existing:
            ddl += _missing_columns(connection, schema, table, existing[table.name])
        else:
            ddl += _table_ddl(connection, schema, table)
    if LINKS_VIEW not in existing:
        view = full_name(schema, LINKS_VIEW)
        query = LINKS_QUERY.format(schema=f"{quoted(schema)}.")
        ddl += [f"CREATE VIEW {view} AS\n{query}", f"COMMENT ON VIEW {view} IS {literal(LINKS_COMMENT)}"]
    for statement in ddl:
        connection.run(statement)
    return ddl


def grants(connection: Connection, schema: str, roles: list[str]) -> list[str]:
    """Let roles read the schema, and what later publishes add to it; give the statements that were run."""
    if roles and not connection.has_roles:
        raise UsageError("--grant: this target has no roles", "leave out --grant, or publish to PostgreSQL")
    ddl = []
    for role in roles:
        if not connection.rows(f"SELECT 1 FROM pg_roles WHERE rolname = {literal(role)}"):
            raise UsageError(
                f"--grant {role}: there is no such role", f"create it first: CREATE ROLE {quoted(role)}"
            )
        ddl += [
            f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {quoted(role)}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {quoted(schema)} TO {quoted(role)}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {quoted(schema)} GRANT SELECT ON TABLES TO {quoted(role)}",
        ]
    for statement in ddl:
        connection.run(statement)
    return ddl


def _schema_ddl(connection: Connection, schema: str, target: str) -> list[str]:
    known = connection.rows(
        f"SELECT 1 FROM information_schema.schemata WHERE schema_name = {literal(schema)}"
    )
    if not known:
        return [f"CREATE SCHEMA {quoted(schema)}"]
    names = {name for (name,) in connection.rows(
        f"SELECT table_name FROM information_schema.tables WHERE table_schema = {literal(schema)}"
    )}  # fmt: skip
    if names and not _is_ours(connection, schema, names):
        raise UsageError(
            f"{target}: the schema {schema} contains tables that sot did not publish ({', '.join(sorted(names)[:3])})",
            "choose another schema with --schema",
        )
    return []


def _is_ours(connection: Connection, schema: str, names: set[str]) -> bool:
    if LOG.name not in names:
        return False
    columns = _columns(connection, schema).get(LOG.name, {})
    return {"publish_id", "run_digest", "effective_at", "format"} <= columns.keys()


def _columns(connection: Connection, schema: str) -> dict[str, dict[str, str]]:
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.rows(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        f"WHERE table_schema = {literal(schema)}"
    ):
        columns.setdefault(table, {})[column] = kind
    return columns


def _table_ddl(connection: Connection, schema: str, table: Table) -> list[str]:
    name = full_name(schema, table.name)
    lines = [
        f"  {quoted(column.name)} {connection.types[column.type]}{' NOT NULL' if column.required else ''}"
        for column in table.all_columns
    ]
    if connection.has_keys:
        lines.append(f"  PRIMARY KEY ({', '.join(map(quoted, table.primary_key))})")
    ddl = [f"CREATE TABLE {name} (\n" + ",\n".join(lines) + "\n)"]
    if connection.has_keys:
        for columns in table.indexes:
            where = " WHERE is_current" if table.tracked else ""
            ddl.append(f"CREATE INDEX ON {name} ({', '.join(map(quoted, columns))}){where}")
        if table.tracked:
            keys = ", ".join(map(quoted, table.key))
            ddl.append(f"CREATE UNIQUE INDEX ON {name} ({keys}) WHERE is_current")
    ddl.append(f"COMMENT ON TABLE {name} IS {literal(f'{PREFIX}{table.comment} (format {FORMAT})')}")
    ddl += [
        f"COMMENT ON COLUMN {name}.{quoted(column.name)} IS {literal(column.comment)}"
        for column in table.all_columns
    ]
    return ddl


def _missing_columns(
    connection: Connection, schema: str, table: Table, existing: dict[str, str]
) -> list[str]:
    """Give the statements that add columns; a column of another type is an error with the statement to run."""
    name, ddl = full_name(schema, table.name), []
    for column in table.all_columns:
        kind = connection.types[column.type]
        if column.name not in existing:
            ddl += [
                f"ALTER TABLE {name} ADD COLUMN {quoted(column.name)} {kind}",
                f"COMMENT ON COLUMN {name}.{quoted(column.name)} IS {literal(column.comment)}",
            ]
        elif existing[column.name].lower() != kind.lower():
            raise UsageError(
                f"{schema}.{table.name}: the column {column.name} is of type {existing[column.name]}, not {kind}",
                f"run: ALTER TABLE {name} ALTER COLUMN {quoted(column.name)} TYPE {kind}",
            )
    return ddl
