"""Net, tax and total of a document, each worked out of the other two where the export lacks it."""

from __future__ import annotations

import re

import polars as pl

from sot.read.columns.table import Table

_CENT = 0.02
_TOTAL = re.compile(r"(?i)total|gross|brutto|incl|inkl|ttc|grand|sum|gesamt")
_PARTS = ("amount_value", "net_value", "tax_value", "open_amount_value", "paid_value")


def complete(table: Table, built: pl.DataFrame) -> pl.DataFrame:
    """Give `built` with those of net, tax, total and open amount that follow from the others."""
    lacking = [name for name in _PARTS if name not in built.columns]
    built = built.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in lacking)
    total, net, tax = (pl.col(name) for name in _PARTS[:3])
    # A table that has no other amount than the net one.
    same = table.fields.get("amount") == table.fields.get("net_amount") is not None
    if same or _amount_is_net(table, built):
        built = built.with_columns(pl.coalesce(net, total).alias("net_value"))
        built = built.with_columns(pl.coalesce(net + _signed(tax, net), total).round(4).alias("amount_value"))
    else:
        built = built.with_columns(pl.coalesce(total, net + _signed(tax, net)).round(4).alias("amount_value"))
        built = built.with_columns(
            pl.coalesce(net, (total - _signed(tax, total)).round(4)).alias("net_value")
        )
    built = built.with_columns(pl.coalesce(tax, (total - net).round(4)).alias("tax_value"))
    paid = pl.col("paid_value").abs() * total.sign()
    rest = pl.when(pl.col("object") == "invoice").then((total - paid).round(4))
    return built.with_columns(pl.coalesce("open_amount_value", rest).alias("open_amount_value"))


def _signed(tax: pl.Expr, beside: pl.Expr) -> pl.Expr:
    """Give the tax with the sign of the amount that it belongs to: on credit notes programs write either."""
    return tax.abs() * pl.when(beside < 0).then(-1).otherwise(1)


def _amount_is_net(table: Table, built: pl.DataFrame) -> bool:
    """Tell whether the amounts lack the tax: what is open of unpaid invoices is more by just the tax, or the tax is
    that of a usual rate on the amount, not within it. A column that is called a total holds the tax."""
    header = str(table.fields.get("amount", ""))
    if built["net_value"].count() or not built["tax_value"].count() or _TOTAL.search(header):
        return False
    total, tax, rest = (pl.col(name).abs() for name in ("amount_value", "tax_value", "open_amount_value"))
    taxed = built.filter(tax > _CENT)
    owed = taxed.filter(rest > _CENT).select(
        more=(rest - total - tax).abs() <= _CENT, same=(rest - total).abs() <= _CENT
    )
    if int(owed["more"].sum()) != int(owed["same"].sum()):
        return int(owed["more"].sum()) > int(owed["same"].sum())
    rates = list(table.unknown.tax_rates)
    on = pl.any_horizontal([(total * rate - tax).abs() <= _CENT for rate in rates])
    within = pl.any_horizontal([((total - tax) * rate - tax).abs() <= _CENT for rate in rates])
    fits = taxed.select(on=on & ~within, within=within & ~on)
    return int(fits["on"].sum()) > int(fits["within"].sum())
