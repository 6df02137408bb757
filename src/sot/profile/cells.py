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
_LONGEST_PLACEHOLDER = 40


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
    # All values of an id are equally common: sorting every one of them takes longer than anything else here.
    equal = values.filter(pl.col("n") == least).bottom_k(most, by="value")
    first = pl.concat([values.filter(pl.col("n") > least), equal])
    first = first.sort(["n", "value"], descending=[True, False]).head(most)
    return tuple(Count(clipped(text), cells) for text, cells in first.select("value", "n").iter_rows())


def clipped(text: str) -> str:
    """Give a text that may be shown: a cell can hold a whole document."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def counted(
    column: pl.Series, field: str | None, placeholders: frozenset[str], examine: Examine | None = None
) -> Cells:
    """Count the different values of `column`, and examine them as values of `field`."""
    rows = column.rename("value").to_frame()
    if examine is not None and examine.countries is not None:
        rows = rows.with_columns(examine.countries.alias("country"))
    nothing, real = _different(rows, placeholders)
    empty = column.len() - int(nothing["n"].sum()) - int(real["n"].sum())
    examined, wrong = None, real.clear()
    if examine is not None and field is not None:
        tested = examine.tested(field, real)
        fake = tested.filter(pl.col("worth") == Worth.PLACEHOLDER).select(real.columns)
        nothing = pl.concat([nothing, fake])
        real = real.join(fake, on=rows.columns, how="anti", nulls_equal=True) if fake.height else real
        tested = tested.filter(pl.col("worth").ne_missing(pl.lit(Worth.PLACEHOLDER)))
        examined = _examined(tested, real)
        wrong = tested.filter(pl.col("worth") == Worth.INVALID).select(real.columns)
    return Cells(
        column.name, field, column.len(), _by_value(real), empty, _by_value(nothing), examined,
        _by_value(wrong),
    )  # fmt: skip


def _different(rows: pl.DataFrame, placeholders: frozenset[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Count the different cells that are filled: those that stand for nothing, and the real ones."""
    filled = (
        rows.lazy()
        .drop_nulls("value")
        .group_by(pl.all())
        .agg(n=pl.len().cast(pl.Int64))
        .with_columns(text=pl.col("value").str.strip_chars())
        .filter(pl.col("text") != "")
        .collect(engine="streaming")
    )
    short = pl.col("text").str.len_chars() <= _LONGEST_PLACEHOLDER
    fake = filled.select(short & pl.col("text").str.to_lowercase().is_in(sorted(placeholders))).to_series()
    return filled.filter(fake), filled.filter(~fake)


@dataclass(frozen=True)
class Examine:
    """How a column is tested: by which examiner, with which countries beside it, how many values at the most."""

    examiner: Examiner
    countries: pl.Series | None
    most: int

    def tested(self, field: str, real: pl.DataFrame) -> pl.DataFrame:
        """Give the values that are tested with their `worth`, and the cells `stands_for` that each speaks for."""
        several = pl.col("n") > 1
        parts = [self._sample(real.filter(several)), self._sample(real.filter(~several))]
        chosen = pl.concat(parts)
        country = "country" if "country" in chosen.columns else pl.lit(None, pl.String).alias("country")
        return chosen.with_columns(self.examiner.worth(field, chosen.select("value", country)).alias("worth"))

    def _sample(self, values: pl.DataFrame) -> pl.DataFrame:
        """Choose values by their hash, so that the same ones are chosen again whatever the order of rows."""
        every = -(-values.height // self.most) or 1
        chosen = values.filter(pl.col("value").hash(seed=1) % every == 0) if every > 1 else values
        scale = float(values["n"].sum()) / (float(chosen["n"].sum()) or 1.0)
        return chosen.with_columns(stands_for=pl.col("n") * scale)


def _examined(tested: pl.DataFrame, real: pl.DataFrame) -> Examined:
    """Give the shares of what was tested as counts of all cells; what is left by rounding could not be tested."""
    filled = int(real["n"].sum())
    whole = float(tested["stands_for"].sum()) or 1.0
    shares = dict(tested.group_by("worth").agg(pl.col("stands_for").sum() / whole).iter_rows())
    valid = round(filled * shares.get(Worth.VALID, 0.0))
    invalid = min(round(filled * shares.get(Worth.INVALID, 0.0)), filled - valid)
    untested = filled - valid - invalid
    if untested and None not in shares:
        valid, untested = valid + untested, 0
    return Examined(valid, invalid, untested, sampled=tested.height < real.height)


def _by_value(counted: pl.DataFrame) -> pl.DataFrame:
    if "country" in counted.columns:
        whole = counted.lazy().group_by("value").agg(pl.col("text").first(), pl.col("n").sum())
        counted = whole.collect(engine="streaming")
    return counted.select("value", "text", pl.col("n").cast(pl.Int64))
