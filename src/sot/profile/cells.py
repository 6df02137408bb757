"""The cells of one column, each different value once with its count, sorted out by what they are worth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import polars as pl

from sot.model.kinds import Worth
from sot.profile.figures import Count, Examined

NAMES = frozenset(("name", "trade_name", "account_name", "parent_name"))
PROSE = NAMES | {"street", "city", "owner", "industry"}
AMOUNTS = frozenset(("balance", "revenue", "amount", "open_amount"))
DATES = frozenset(("created_at", "updated_at", "date", "due_date", "end_date"))
KEYS = frozenset(
    ("record_id", "account_number", "external_id", "tax_id", "registration_id", "account_id", "parent_id")
)
_NUMBER = r"^[+-]?[\p{Sc}]?\s?[+-]?\d[\d.,' ]*%?$"
_DATE = r"^(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})\b"
_FLAGS = ("true", "false", "yes", "no", "y", "n", "0", "1", "ja", "nein", "oui", "non", "si", "sí")
_MOST = 0.5
LONGEST_SHOWN = 120


class Examiner(Protocol):
    """The tests of the fields, as the stage normalise has them."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that have a test."""
        ...

    def countries(self, places: pl.DataFrame) -> pl.Series:
        """Give the country code of every row of (country, region, postcode)."""
        ...

    def worth(self, field: str, cells: pl.DataFrame) -> pl.Series:
        """Give the Worth of every row of (value, country) as a value of `field`."""
        ...


@dataclass(frozen=True)
class Cells:
    """A column with what was counted: `values` (value, text without outer blanks, n) are its real values."""

    column: str
    field: str | None
    rows: int
    values: pl.DataFrame
    empty: int
    fake: pl.DataFrame
    tested: Examined | None
    wrong: pl.DataFrame

    @cached_property
    def filled(self) -> int:
        """How many cells hold a real value."""
        return int(self.values["n"].sum())

    @cached_property
    def looks(self) -> str:
        """What the values are, by the field, else by their looks."""
        known = {"dates": DATES, "amounts": AMOUNTS, "names": NAMES}
        for kind, fields in known.items():
            if self.field in fields:
                return {"dates": "date", "amounts": "number", "names": "text"}[kind]
        if self.field in KEYS or self.field in ("phone", "postcode"):
            return "code"
        if self.field is not None or not self.filled:
            return "text" if self.filled else "nothing"
        if self.values.height <= len(_FLAGS) and self.values["text"].str.to_lowercase().is_in(_FLAGS).all():
            return "flag"
        for kind, pattern in (("date", _DATE), ("number", _NUMBER)):
            if self.count(pl.col("text").str.contains(pattern)) > _MOST * self.filled:
                return kind
        return "text"

    def count(self, condition: pl.Expr) -> int:
        """Count the cells with a real value for which `condition` holds."""
        return int(self.values.select(pl.col("n").filter(condition.fill_null(False)).sum()).item())

    def most_common(self, condition: pl.Expr | None = None, most: int = 3) -> tuple[Count, ...]:
        """Give the most common real values for which `condition` holds."""
        return ranked(self.values if condition is None else self.values.filter(condition), most)


def ranked(values: pl.DataFrame, most: int) -> tuple[Count, ...]:
    """Give the values (value, n) that most cells hold, in an order that is always the same."""
    least = values["n"].top_k(most).min() if values.height else None
    if least is None:
        return ()
    first = values.filter(pl.col("n") >= least).sort(["n", "value"], descending=[True, False]).head(most)
    return tuple(Count(clipped(text), cells) for text, cells in first.select("value", "n").iter_rows())


def clipped(text: str) -> str:
    """Give a text that may be shown: a cell can hold a whole document."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def counted(
    column: pl.Series,
    field: str | None,
    placeholders: frozenset[str],
    test: Examiner | None,
    country: pl.Series | None,
) -> Cells:
    """Count the different values of `column`; with `test`, each is tested as a value of `field`."""
    rows = column.rename("value").to_frame()
    if test is not None and country is not None:
        rows = rows.with_columns(country.alias("country"))
    said = rows.group_by(pl.all()).agg(n=pl.len()).drop_nulls("value")
    said = said.with_columns(text=pl.col("value").str.strip_chars()).filter(pl.col("text") != "")
    total = int(said["n"].sum())
    fake = pl.col("text").str.len_chars().le(40) & pl.col("text").str.to_lowercase().is_in(
        sorted(placeholders)
    )
    tested = None
    wrong = said.clear()
    if test is not None and field is not None:
        cells = said if "country" in said.columns else said.with_columns(country=pl.lit(None, pl.String))
        said = said.with_columns(test.worth(field, cells.select("value", "country")).alias("worth"))
        fake = fake | (pl.col("worth") == Worth.PLACEHOLDER)
        real = said.filter(~fake.fill_null(False))
        tested, wrong = _tested(real), _by_value(real.filter(pl.col("worth") == Worth.INVALID))
    fake = fake.fill_null(False)
    return Cells(
        column.name, field, column.len(), _by_value(said.filter(~fake)), column.len() - total,
        _by_value(said.filter(fake)), tested, wrong,
    )  # fmt: skip


def _tested(real: pl.DataFrame) -> Examined:
    counts = dict(real.group_by("worth").agg(pl.col("n").sum()).iter_rows())
    return Examined(counts.get(Worth.VALID, 0), counts.get(Worth.INVALID, 0), counts.get(None, 0))


def _by_value(said: pl.DataFrame) -> pl.DataFrame:
    if "country" in said.columns:
        said = said.group_by("value").agg(pl.col("text").first(), pl.col("n").sum())
    return said.select("value", "text", pl.col("n").cast(pl.Int64))
