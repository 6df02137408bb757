"""A Spark Connect server: Apache Spark, Databricks, Sail. The only module that imports pyspark.

Each step is written below the folder `work` and read back, so that no plan grows and a step that failed can be named.
Nothing here needs Java in the process: no jars, no RDDs.
"""

from __future__ import annotations

import logging
import socket
import warnings
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from sot.engine.batches import ORDER, OverBatches, as_arrow, ddl, on_engine
from sot.engine.lake_errors import NoTableError, is_absent, reason, told
from sot.engine.protocol import AT_ONCE, Columns, LakeError, StepError, Work, asked_of
from sot.errors import UsageError
from sot.model.addresses import is_address, shown

DEFAULT_PORT = 15002
SENT = 20_000
"""Rows in one message to the server."""

LEAST_PARTITIONS, OF_ONE = 8, 15_000
"""So many parts at the least, and so many records in one of them, where the project does not say."""

_LOGS = {"delta": "_delta_log/*.json", "iceberg": "metadata/*.metadata.json"}
"""What is in the folder of a table beside its Parquet files, some of which may be of earlier versions."""

LACKING = "pip install 'sot-dedupe[spark]'"


class Spark:
    """An engine on a Spark Connect server, whose workers have sot installed in the version of the driver."""

    # A server that is started `beside` the command is waited for some seconds only.
    def __init__(self, remote: str, work: str, partitions: int | None, beside: bool = False) -> None:
        # The client warns of versions of pandas, which nothing here uses, and of what is an error here.
        warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
        warnings.filterwarnings("ignore", message=r".*RETRIES_EXCEEDED", category=UserWarning)
        try:
            from pyspark.sql import SparkSession
            from pyspark.sql.connect.client.retries import DefaultPolicy
        except ImportError as error:
            raise UsageError("the engine spark needs packages that are not installed", LACKING) from error
        # An address may hold a token behind its port.
        self.called = f"the Spark Connect server {remote.partition('/;')[0]}"
        self._work, self._number, self._fixed = work.rstrip("/"), 0, partitions is not None
        _require_server(remote)
        try:
            self._session: Any = SparkSession.builder.remote(remote).create()
            self._divide(partitions or LEAST_PARTITIONS)
            if beside:
                # A server of one's own that is gone does not come back; the client would ask for ten minutes.
                self._session.client.set_retry_policies([DefaultPolicy(max_retries=4)])
        except Exception as error:
            raise UsageError(
                f"{self.called} does not answer as one: {told(error)[0]}",
                "see engine.remote in sot.yaml; 'remote: local' starts one next to the command",
            ) from error
        if is_address(self._work):
            # Better now than after everything has been read.
            self._require_work()

    def _require_work(self) -> None:
        try:
            self._session.range(1).write.mode("overwrite").parquet(f"{self._work}/begun")
        except Exception as error:
            self.close()
            refused = self._refused(self._work, "written", error)
            raise LakeError(f"engine.work in sot.yaml: {refused.message}", refused.hint) from error

    def expect(self, records: int) -> None:
        """Divide tables into parts for so many records, unless the project names a number of parts."""
        if not self._fixed:
            self._divide(max(LEAST_PARTITIONS, -(-records // OF_ONE)))

    def _divide(self, partitions: int) -> None:
        self._partitions = partitions
        self._session.conf.set("spark.sql.shuffle.partitions", str(partitions))

    def give(self, name: str, table: pl.DataFrame) -> None:
        """Let `name` be a table of the driver; it is sent in parts that fit into a message."""
        columns = on_engine(table.schema)
        if table.is_empty():
            self._keep(name, lambda: self._session.createDataFrame([], ddl(columns)))
            return
        for start in range(0, table.height, SENT):
            part = as_arrow(table.slice(start, SENT), columns)
            self._keep(name, lambda part=part: self._session.createDataFrame(part), more=start > 0)

    def read(self, name: str, address: str) -> None:
        """Let `name` be a table of a catalogue or lake; nothing is copied."""
        try:
            self._there(address).createOrReplaceTempView(name)
        except Exception as error:
            raise self._refused(address, "read", error) from error

    def read_if_there(self, name: str, address: str) -> bool:
        """Let `name` be the table at an address, and say whether there is one."""
        try:
            self._there(address).createOrReplaceTempView(name)
        except Exception as error:
            if is_absent(error):
                return False
            raise self._refused(address, "read", error) from error
        return True

    def write(self, name: str, address: str, more: bool = False) -> None:
        """Write the table `name` as a folder of Parquet, in place of what is there, or `more` of it."""
        try:
            table = self._session.table(name)
            table.write.mode("append" if more else "overwrite").parquet(address)
        except Exception as error:
            raise self._refused(address, "written", error) from error

    def _refused(self, address: str, what: str, error: Exception) -> LakeError:
        why, hint = told(error)
        return LakeError(f"{shown(address)} can't be {what} by {self.called}: {why}", hint)

    def _failed(self, what: str, error: Exception) -> StepError:
        why, hint = told(error)
        return (LakeError if reason(error) else StepError)(f"{what} failed on {self.called}: {why}", hint)

    def sql(self, name: str, query: str) -> None:
        """Let `name` be what `query` gives."""
        self._keep(name, lambda: self._session.sql(query))

    def apply(
        self,
        name: str,
        query: str,
        work: Work,
        columns: Columns,
        by: str | None = None,
        rows: int = AT_ONCE,
    ) -> None:
        """Let `name` be what `work` makes of the rows of `query`, partition by partition."""

        def made() -> Any:
            given = self._session.sql(query)
            if by:
                # Sail leaves out a sort that it sees no use for; the rows of a window come in its order everywhere.
                numbered = f"row_number() over (partition by {by} order by {by}) as {ORDER}"
                given = given.repartition(self._partitions, by).selectExpr("*", numbered)
            return given.mapInArrow(OverBatches(work, dict(columns), by, rows), ddl(columns))

        self._keep(name, made)

    def small(self, query: str) -> pl.DataFrame:
        """Give the rows of `query` to the driver."""
        try:
            rows = pl.from_arrow(self._session.sql(query).toArrow())
        except Exception as error:
            raise self._failed(f"a query of '{asked_of(query)}'", error) from error
        assert isinstance(rows, pl.DataFrame)
        return rows

    def drop(self, *names: str) -> None:
        """Forget tables; their files go with the folder that the engine works in."""
        for name in names:
            self._session.catalog.dropTempView(name)

    def close(self) -> None:
        """End the session; that its server is gone already is no error."""
        try:
            self._session.stop()
        except Exception as error:
            logging.getLogger(__name__).debug("the session did not end by itself: %s", error)

    def _there(self, address: str) -> Any:
        """Open a table: what lies beside its files tells Delta and Iceberg from plain Parquet."""
        table = self._named(address)
        if not len(table.schema):
            raise NoTableError("there is no table")
        return table

    def _named(self, address: str) -> Any:
        scheme, _, place = address.partition("://")
        if scheme.lower() == "table":
            return self._session.table(place)
        for kind, log in _LOGS.items():
            if self._has(f"{address.rstrip('/')}/{log}"):
                return self._session.read.format(kind).load(address)
        return self._session.read.parquet(address)

    def _has(self, files: str) -> bool:
        try:
            return bool(self._session.read.text(files).limit(1).toArrow().num_rows)
        except Exception as error:
            # A log that could not be looked for may be there: the files alone would hold rows of earlier versions.
            if reason(error):
                raise
            return False

    def _keep(self, name: str, made: Any, more: bool = False) -> None:
        """Write a table below the folder, or `more` of it, and read it back."""
        self._number += not more
        path = f"{self._work}/{self._number:03d}_{name}"
        try:
            table = made()
            schema = table.schema
            table.write.mode("append" if more else "overwrite").parquet(path)
            self._read_back(path, schema).createOrReplaceTempView(name)
        except Exception as error:
            raise self._failed(f"step '{name}'", error) from error

    def _read_back(self, path: str, schema: Any) -> Any:
        """Read what was written, with the types that it has; where there were no rows, there may be no file."""
        try:
            written = self._session.read.parquet(path)
            if len(written.schema):
                return written
        except Exception:
            pass
        return self._session.read.schema(schema).parquet(path)


def _require_server(remote: str) -> None:
    """Raise UsageError if nothing answers at the address: the client by itself would ask for ten minutes."""
    place = urlsplit(remote.replace(";", "", 1))
    try:
        socket.create_connection((place.hostname or "", place.port or DEFAULT_PORT), timeout=10).close()
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{remote.partition('/;')[0]}: there is no Spark Connect server: {error}",
            "see engine.remote in sot.yaml; 'remote: local' starts one next to the command",
        ) from error
