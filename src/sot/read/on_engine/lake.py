"""Tables at addresses: a sample goes to the driver, and account lists that are larger stay on the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from sot.engine.protocol import Engine, StepError
from sot.errors import InputError
from sot.model.addresses import shown
from sot.read.columns.table import Table

SAMPLE = 25_000
"""So many rows of a table tell what its columns hold; a table of no more is read as any other export."""
NO_ENGINE = (
    "sot dedupe and sot inspect read this address, on an engine that sot.yaml names: engine: {name: spark, …}; "
    "see docs/spark.md"
)


@dataclass
class Lake:
    """The tables at addresses, for one run. `large` are the account lists that stay where they are."""

    engine: Engine | None
    preview: bool = False
    """Whether a sample is all that is asked for."""
    large: dict[str, str] = field(default_factory=dict)
    """Path of the source: name of the table on the engine."""
    opened: int = 0

    def sample(self, address: str) -> tuple[pl.DataFrame, bool]:
        """Give the first rows of a table, and whether there are more."""
        if self.engine is None:
            raise InputError(NO_ENGINE)
        name, self.opened = f"lake_{self.opened}", self.opened + 1
        try:
            self.engine.read(name, address)
            rows = self.engine.small(f"select * from {name} limit {SAMPLE + 1}")
        except StepError as error:
            raise InputError(error.message, error.hint) from error
        more = rows.height > SAMPLE
        if more and not self.preview:
            self.large[shown(address)] = name
        return rows.head(SAMPLE), more

    def whole(self, address: str) -> pl.DataFrame:
        """Give all rows of a table to the driver."""
        assert self.engine is not None
        return self.engine.small(f"select * from {self.large.pop(shown(address))}")

    def of(self, table: Table) -> str | None:
        """Give the name of the table on the engine, of a table that is the sample of a larger one."""
        return self.large.get(table.source.path)

    def map(self, tables: Sequence[Table]) -> list[str]:
        """Have the workers make records of the rows of those `tables` that are samples; give the tables of records."""
        from sot.read.on_engine.mapping import COLUMNS, mapped

        made = []
        for number, table in enumerate(tables):
            name = self.of(table)
            if name is not None and self.engine is not None:
                made.append(f"mapped_{number}")
                rows = self.engine.small(f"select count(*) as n from {name}").item()
                self.engine.apply(made[-1], f"select * from {name}", mapped(table), COLUMNS)
                table.source.rows = int(rows)
        return made

    def give(self, records: pl.DataFrame) -> str:
        """Put records that the driver has read beside those of the lake."""
        from sot.read.on_engine.mapping import COLUMNS

        assert self.engine is not None
        lacking = {name: kind for name, kind in COLUMNS.items() if name not in records.columns}
        whole = records.with_columns(pl.lit(None, kind).alias(name) for name, kind in lacking.items())
        self.engine.give("given", whole.select(pl.col(name).cast(kind) for name, kind in COLUMNS.items()))
        return "given"
