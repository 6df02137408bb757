"""The currency of amounts whose export names none, as far as the other amounts of a company show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

_SYMBOLS = {"€": "EUR", "£": "GBP", "EURO": "EUR", "US$": "USD", "¥": "JPY", "ZŁ": "PLN"}
_CODE = r"^[A-Z]{3}$"
_CLEAR = 0.9
"""The share of a system's amounts that must be in one currency before those without one are taken for it."""
_FOREIGN = 0.5
"""Where a larger share of a system's amounts has no currency, those that have one are the foreign ones."""


@dataclass(frozen=True)
class Currencies:
    """The currency of amounts that name none: `of` a system, and `otherwise` of one that names none at all."""

    of: Mapping[str, str | None]
    otherwise: str | None

    def assumed(self, system: pl.Expr) -> pl.Expr:
        """Give the currency that amounts without one have in each `system`; null where nothing shows it."""
        return system.replace_strict(self.of, default=self.otherwise, return_dtype=pl.String)


def code_of(currency: pl.Expr) -> pl.Expr:
    """Give the code of three letters of a currency; null where it has none."""
    code = currency.str.strip_chars().str.to_uppercase().replace(_SYMBOLS)
    return pl.when(code.str.contains(_CODE)).then(code)


def usual_currencies(amounts: pl.DataFrame, company: str | None) -> Currencies:
    """Give the currencies of a company's amounts that name none.

    `amounts` has one row for each: system, source, sheet, currency (code or null). `company` is the company's own
    currency, if it is known. In a system with currencies it is that of nearly all others there; but where most have
    none, and few have one, those few are the foreign ones (Business Central names no local currency): the rest are in
    the one that the other systems name most. A system without any has that of all others, if it is one alone.
    """
    known = amounts.drop_nulls("currency").group_by("system", "currency").len()
    listed = amounts.filter(pl.col("currency").is_not_null().any().over("source", "sheet"))
    silent = listed.group_by("system").agg(empty=pl.col("currency").is_null().mean())
    shares = known.join(silent, on="system").with_columns(
        share=pl.col("len") / pl.col("len").sum().over("system")
    )
    clear = shares.filter((pl.col("share") >= _CLEAR) & (pl.col("empty") <= _FOREIGN))
    usual: dict[str, str | None] = dict.fromkeys(sorted(set(known["system"])))
    usual |= dict(clear.select("system", "currency").iter_rows())
    for system in shares.filter(pl.col("empty") > _FOREIGN)["system"].unique().sort():
        own = known.filter(pl.col("system") == system)["currency"]
        others = known.filter((pl.col("system") != system) & ~pl.col("currency").is_in(own.implode()))
        named = (
            others.group_by("currency")
            .agg(pl.col("len").sum())
            .sort("len", "currency", descending=[True, False])
        )
        usual[system] = company or (named["currency"][0] if named.height else None)
    everywhere = known["currency"].unique()
    alone = company or (everywhere[0] if everywhere.len() == 1 else None)
    return Currencies(usual, alone if everywhere.len() <= 1 else None)
