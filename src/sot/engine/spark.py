"""A Spark Connect server: Apache Spark, Databricks, Sail. The only module that imports pyspark.

Each step is written below the folder `work` and read back, so that no plan grows and a step that failed can be named.
Nothing here needs Java in the process: no jars, no RDDs.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import polars as pl

from sot.engine.batches import OverBatches, as_arrow, ddl, on_engine
from sot.engine.protocol import Columns, StepError, Work
from sot.errors import UsageError

LACKING = "pip install 'sot-dedupe[spark]'"


class Spark:
    """An engine on a Spark Connect server, whose workers have sot installed in the version of the driver."""

    def __init__(self, remote: str, work: str, partitions: int) -> None:
        # The client warns of versions of pandas, which nothing here uses.
        warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise UsageError("the engine spark needs packages that are not installed", LACKING) from error
        self.called = f"the Spark Connect server {remote}"
        self._work, self._partitions, self._number = work.rstrip("/"), partitions, 0
        try:
            self._session: Any = SparkSession.builder.remote(remote).create()
            self._session.conf.set("spark.sql.shuffle.partitions", str(partitions))
        except Exception as error:
            raise UsageError(
                f"{remote}: there is no Spark Connect server: {_first_line(error)}",
                "see engine.remote in sot.yaml; 'remote: local' starts one beside the command",
            ) from error

    def read(self, name: str, place: str, form: str) -> dict[str, str]:
        """Let `name` be a folder of the form (parquet, delta …), or a table of the catalogue."""
        try:
            reader = self._session.read
            table = reader.table(place) if form == "table" else reader.format(form).load(place)
            table = table.repartition(self._partitions)
            table.createOrReplaceTempView(name)
            return dict(table.dtypes)
        except Exception as error:
            raise StepError(f"{place} can't be read on {self.called}: {_first_line(error)}") from error

    def give(self, name: str, table: pl.DataFrame) -> None:
        """Let `name` be a small table of the driver."""
        columns = on_engine(table.schema)
        if table.is_empty():
            self._keep(name, lambda: self._session.createDataFrame([], ddl(columns)))
        else:
            self._keep(name, lambda: self._session.createDataFrame(as_arrow(table, columns)))

    def sql(self, name: str, query: str) -> None:
        """Let `name` be what `query` gives."""
        self._keep(name, lambda: self._session.sql(query))

    def apply(self, name: str, query: str, work: Work, columns: Columns, by: str | None = None) -> None:
        """Let `name` be what `work` makes of the rows of `query`, partition by partition."""

        def made() -> Any:
            rows = self._session.sql(query)
            if by:
                rows = rows.repartition(self._partitions, by).sortWithinPartitions(by)
            return rows.mapInArrow(OverBatches(work, dict(columns), by), ddl(columns))

        self._keep(name, made)

    def small(self, query: str) -> pl.DataFrame:
        """Give the rows of `query` to the driver."""
        try:
            found = pl.from_arrow(self._session.sql(query).toArrow())
        except Exception as error:
            raise StepError(f"a question failed on {self.called}: {_first_line(error)}") from error
        assert isinstance(found, pl.DataFrame)
        return found

    def drop(self, *names: str) -> None:
        """Forget tables; their files go with the folder that the engine works in."""
        for name in names:
            self._session.catalog.dropTempView(name)

    def write(self, query: str, folder: Path) -> None:
        """Write the rows of `query` into a new folder."""
        self._session.sql(query).write.parquet(str(folder))

    def close(self) -> None:
        """End the session."""
        self._session.stop()

    def _keep(self, name: str, made: Any) -> None:
        """Write a table below the folder, and read it back. Where there are no rows there may be no file."""
        self._number += 1
        path = f"{self._work}/{self._number:03d}_{name}"
        try:
            table = made()
            schema = table.schema
            table.write.mode("overwrite").parquet(path)
            self._read_back(path, schema).createOrReplaceTempView(name)
        except Exception as error:
            raise StepError(f"step '{name}' failed on {self.called}: {_first_line(error)}") from error

    def _read_back(self, path: str, schema: Any) -> Any:
        """Read what was written, with the types that it has; where there were no rows, there may be no file."""
        try:
            found = self._session.read.parquet(path)
            if len(found.schema):
                return found
        except Exception:
            pass
        return self._session.read.schema(schema).parquet(path)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:400] if lines else type(error).__name__
