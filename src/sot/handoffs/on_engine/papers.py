"""The tables that a worker gets of a group of customers, and those that it makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from sot.engine.batches import on_engine
from sot.engine.protocol import Columns
from sot.engine.stacked import WHAT, apart
from sot.handoffs.exceptions.facts import Facts
from sot.handoffs.exceptions.habits import COUNTS
from sot.handoffs.exceptions.report import ROWS
from sot.handoffs.links.decided import PAIR
from sot.handoffs.links.follow import LINKS
from sot.handoffs.links.learned import Counted
from sot.handoffs.links.maker import FIGURES
from sot.handoffs.links.stage import Begun
from sot.handoffs.on_engine.groups import GROUP
from sot.model.tables import DOCUMENT_LINKS, Schema

S, N, LONG, F = pl.String, pl.Int32, pl.Int64, pl.Float64

PAPER = (
    *FIGURES, "system", "object", "record_id", "golden_id", "name", "number", "line_text", "memo", "reference",
    "order_ref", "deal_ref", "project_ref", "said", "part", "run",
)  # fmt: skip
"""The columns of a document that its links and exceptions hang on."""

WORD: Schema = {"doc": N, "kind": S, "word": S}
WORD_COUNT: Schema = {"word": S, "kind": S, "n": LONG}
AMOUNT_COUNT: Schema = {"amount": F, "kind": S, "n": LONG}
ENDS: Schema = {"l": N, "r": N}
CREDIT: Schema = {"l": N, "r": N, "amount": F}
APART: Schema = {"l": N, "r": N, "key": S}
LINK: Schema = {**LINKS, "place": LONG}
"""LINKS in their order."""
CRM: Schema = {"party": N, "state": S, "meaning": S, "document": S}
TWICE: Schema = {"doc": N, "duplicate": N}

SIDE: Schema = {
    "key": S, "doc": N, "party": N, "day": pl.Date, "currency": S, "rest": F, "amounts": pl.List(F), "links": LONG,
    "sure": pl.Boolean, "bill": pl.Boolean,
}  # fmt: skip
"""A document that may be billed to another customer, or may bill another's deal; `key` are its telling words.

`rest` is what its links leave of it.
"""

FACT: Schema = {
    "doc": N, "system": S, "object": S, "record_id": S, "kind": S, "party": N, "golden_id": S, "name": S, "number": S,
    "state": S, "currency": S, "total": F, "net": F, "tax": F, "open": F, "paid": F, "credited": F, "billed_net": F,
    "live": pl.Boolean, "day": pl.Date, "due_on": pl.Date, "end": pl.Date, "created_on": pl.Date, "done_on": pl.Date,
    "series": N, "duplicate": N,
    "worth": F, "projects": LONG, "done": LONG, "last_done": pl.Date, "bills": LONG, "billed": F, "same": pl.Boolean,
    "mismatch": pl.Boolean, "first_bill": pl.Date, "last_bill": pl.Date,
    "any_won": pl.Boolean, "first": pl.Boolean, "won": pl.Date,
    "received": F, "last_payment": pl.Date,
}  # fmt: skip
"""A document as those who show it see it, with what is known of a deal, of a project, of an invoice."""
UNTOLD: Schema = {"kind": S, "n": LONG}

FIRST = {"link": LINK, "side": SIDE}
SECOND = {"link": LINK, "twice": TWICE, "count": COUNTS}
THIRD = {"shown": {**DOCUMENT_LINKS, **ENDS, "pair": S}, "row": ROWS, "fact": FACT, "untold": UNTOLD}
"""What workers make of a group in the three steps."""


def columns_of(tables: Mapping[str, Schema]) -> Columns:
    """Give the columns of several tables in one."""
    every: dict[str, pl.DataType | pl.datatypes.DataTypeClass] = {WHAT: S, GROUP: LONG}
    for columns in tables.values():
        every |= on_engine(columns)
    return every


@dataclass(frozen=True)
class Papers:
    """The rows of whole groups, as tables; `paper` are the columns of PAPER with their types."""

    rows: pl.DataFrame
    paper: Schema

    def table(self, what: str, columns: Schema) -> pl.DataFrame:
        """Give one of the tables."""
        return apart(self.rows, what, columns)

    def documents(self) -> pl.DataFrame:
        """Give the netted documents."""
        return self.table("paper", self.paper).sort("doc")

    def begun(self) -> Begun:
        """Give the documents before amounts, names and days are weighed."""
        return Begun(
            self.documents(),
            self.table("word", WORD).sort("doc", "word"),
            self.links("certain"),
            self.table("credit", CREDIT).rename({"r": "credit", "l": "invoice"}).select("credit", "invoice", "amount")
            .sort("credit", "invoice"),
            self.table("near", ENDS).sort("l", "r"),
            self.table("apart", APART).rename(dict(zip(APART, PAIR, strict=True))).sort(*PAIR),
        )  # fmt: skip

    def links(self, what: str) -> pl.DataFrame:
        """Give LINKS in their order."""
        return self.table(what, LINK).sort("place").drop("place")

    def counted(self, documents: pl.DataFrame) -> Counted:
        """Give how often the words and amounts of these documents come in the whole list."""
        # Several groups have the same words.
        words, amounts = self.table("words", WORD_COUNT), self.table("amounts", AMOUNT_COUNT)
        return Counted(words.unique(), amounts.unique(), documents)


def facts_of(known: Facts) -> pl.DataFrame:
    """Give FACT of every document."""
    table = known.table.select(name for name in FACT if name in known.table.columns and name != "done")
    deals = known.deals.select(
        "doc", "worth", "projects", "done", "last_done", "bills", "billed", "same", "mismatch", "first_bill",
        "last_bill",
    )  # fmt: skip
    projects = known.projects.select("doc", "any_won", "first", "won", done_project=pl.col("done").cast(LONG))
    invoices = known.invoices.select("doc", "received", "last_payment")
    for more in (deals, projects, invoices):
        table = table.join(more, on="doc", how="left", maintain_order="left")
    return table.with_columns(done=pl.coalesce("done", "done_project")).select(
        pl.col(name).cast(kind) for name, kind in FACT.items()
    )
