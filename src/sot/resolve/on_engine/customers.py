"""The rows of whole customers in one table, and what a worker makes of them by stage.of_customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from sot.engine.batches import on_engine
from sot.engine.protocol import Columns, Engine
from sot.model.currencies import Currencies
from sot.model.decisions import no_constraints
from sot.model.tables import CORRECTIONS, GOLDEN, MERGES, PROVENANCE, Schema
from sot.resolve.conflicts.table import FOUND
from sot.resolve.fields import fields
from sot.resolve.members import ASKED, Learned, members
from sot.resolve.on_engine.learn import Holding
from sot.resolve.stage import Known, Own, of_customers
from sot.rules.bundle import Bundle
from sot.rules.project import Settings

c = pl.col
S, LONG, F = pl.String, pl.Int64, pl.Float64

_OF_DOCUMENT = {"state": S, "amount_value": F, "open_amount_value": F}
_OF_CUSTOMER = ("golden_id", "cluster", "linked_by", "size", "match_probability", "cluster_status")

EXPOSURE: Schema = {"uid": pl.Int32, "exposure": F, "currency": S, "exposure_other": S}
SURVIVOR: Schema = {"golden_id": S, "uid": pl.Int32}
STALE: Schema = {"decision_id": S}
MADE: dict[str, Schema] = {
    "golden": GOLDEN,
    "provenance": PROVENANCE,
    # VALUES is a word of SQL.
    "problem": {"problem_values" if name == "values" else name: kind for name, kind in FOUND.items()},
    "exposure": EXPOSURE,
    "survivor": SURVIVOR,
    "merge": MERGES,
    "correction": CORRECTIONS,
    "stale": STALE,
}
"""The tables that resolving makes, each with its columns; in one table of the engine they differ by `what`.

`customer` is the number of the customer in the order of golden ids; `place` puts rows in order.
"""
RESOLVED: Columns = {
    "what": S,
    "customer": LONG,
    "place": LONG,
    **{
        name: LONG if name.startswith("uid") else kind
        for schema in MADE.values()
        for name, kind in on_engine(schema).items()
    },
}


def rows_of_customers(engine: Engine, documents: pl.DataFrame) -> str:
    """Give the query of all that resolving asks of each customer: its records, documents and words.

    `documents` is DOCUMENTS; `record_`, `customer_of` and `customer_word` are there.
    """
    document = documents.drop_nulls("customer_id").select(
        "system", "object", "currency", *_OF_DOCUMENT, record_id="customer_id"
    )
    engine.give("document", document.cast(_OF_DOCUMENT))  # type: ignore[arg-type]
    engine.sql("no_record", f"select {', '.join(ASKED)} from record_ where false")
    engine.sql("no_customer", f"select {', '.join(_OF_CUSTOMER)} from customer_of where false")
    engine.sql("no_document", f"select {', '.join(_OF_DOCUMENT)} from document where false")
    engine.sql("no_word", "select word from customer_word where false")

    def columns(record: str, customer: str, document: str, word: str, own: Sequence[str] = ()) -> str:
        of = [(name, document if name in own else record) for name in ASKED]
        of += [(name, customer) for name in _OF_CUSTOMER] + [(name, document) for name in _OF_DOCUMENT]
        return ", ".join([*(f"{alias}.{name} as {name}" for name, alias in of), f"{word}.word as word"])

    named = ("system", "object", "currency", "record_id")
    return f"""select 'record' as what, m.customer, {columns("n", "m", "p", "w")} from record_ n
               join customer_of m on n.uid = m.uid left join no_document p on false left join no_word w on false
        union all select 'document', m.customer, {columns("x", "k", "d", "w", named)} from document d
               join record_ n on d.system = n.system and d.record_id = n.record_id
               join customer_of m on n.uid = m.uid
               left join no_record x on false left join no_customer k on false left join no_word w on false
        union all select 'word', w.customer, {columns("x", "k", "p", "w")} from customer_word w
               left join no_record x on false left join no_customer k on false left join no_document p on false"""


@dataclass(frozen=True)
class Resolve:
    """Rows of whole customers to RESOLVED; `customers` is the number of all, `locks` are the values that are fixed."""

    bundle: Bundle
    settings: Settings
    holding: Holding
    locks: pl.DataFrame
    currencies: Currencies
    customers: int

    def __call__(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give RESOLVED of the customers in `rows`."""
        records = rows.filter(c("what") == "record").sort("uid")
        uids = records["uid"]
        numbers = uids.to_numpy()
        local = pl.Series("uid", np.arange(records.height), dtype=pl.Int32)
        at_first = np.searchsorted(numbers, records["cluster"].to_numpy())
        known = Known(
            records.select(local, pl.Series("cluster", at_first, dtype=pl.Int32), "golden_id", "linked_by"),
            records.filter(c("uid") == c("cluster")).select(
                "golden_id", "size", "match_probability", status="cluster_status"
            ),
            rows.filter(c("what") == "document").select(
                "system", "object", "currency", *_OF_DOCUMENT, customer_id="record_id"
            ),
            self.currencies,
            replace(no_constraints(), locks=self._locks(uids)),
        )
        words = rows["word"].drop_nulls().unique().sort()
        learned = Learned(self.holding.systems, self.holding.fields, words)
        own = records.drop("what", "customer", "word", *_OF_DOCUMENT, *_OF_CUSTOMER).with_columns(local)
        rules = self.bundle.open()
        made = of_customers(members(own, known.memberships, learned), known, self.settings, rules)
        return self._named(made, rows["customer"].unique().sort(), uids)

    def _locks(self, uids: pl.Series) -> pl.DataFrame:
        """Give the fixed values of these records, numbered as they are here, in the order of their making."""
        own = self.locks.filter(c("uid").cast(LONG).is_in(uids.implode()))
        places = np.searchsorted(uids.to_numpy(), own["uid"].to_numpy())
        return own.with_columns(uid=pl.Series(places, dtype=pl.Int32))

    def _named(self, made: Own, customers: pl.Series, uids: pl.Series) -> pl.DataFrame:
        """Give RESOLVED, with the numbers that customers and records have in the whole list."""
        result = made.resolution
        ids = pl.DataFrame({"golden_id": result.golden["golden_id"], "customer": customers})
        columns = [part.name for field in fields(self.bundle.open()) for part in field.parts]
        nth = c("field").replace_strict(columns, range(len(columns)), return_dtype=LONG)
        provenance = result.provenance.collect().join(ids, on="golden_id", maintain_order="left")
        problems = pl.concat(made.problems)
        tables = {
            "golden": result.golden.with_columns(customers.alias("customer")),
            "provenance": provenance.with_columns(place=nth * self.customers + c("customer")),
            "problem": problems.rename({"values": "problem_values"}).with_columns(
                customer=customers.gather(problems["customer"])
            ),
            "exposure": result.exposure,
            "survivor": result.survivors.with_columns(customers.alias("customer")),
            "merge": result.merges.join(ids, on="golden_id", maintain_order="left").with_columns(
                place=pl.int_range(pl.len(), dtype=LONG)
            ),
            "correction": result.corrections,
            "stale": pl.DataFrame({"decision_id": made.stale}, schema=dict(STALE)),
        }
        every = pl.concat(
            [table.with_columns(what=pl.lit(what)) for what, table in tables.items()], how="diagonal_relaxed"
        )
        return every.select(list(RESOLVED)).with_columns(
            uids.gather(every[name]).alias(name) for name in ("uid", "uid_survivor")
        )
