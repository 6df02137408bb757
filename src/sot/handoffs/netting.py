"""Netting: which invoices are live, and what credit notes take off them."""

from __future__ import annotations

import polars as pl

from sot.rules.handoffs import LinkingRules

_ROUNDED = 2
"""A credit note and its invoice may differ by so many cents: tax is rounded by line in one, on the sum in the other."""
_CENT = 0.005
_USUAL = "30d"
_WHOLE = 0.995
"""An invoice of which so much is credited is cancelled."""


def credits(table: pl.DataFrame, references: pl.DataFrame, rules: LinkingRules) -> pl.DataFrame:
    """Give (credit, invoice, amount): which credit note takes how much off which invoice.

    By reference first; else the invoice of the same customer and amount that was made last before the credit note.
    """
    named = references.filter(pl.col("pair") == "invoice_credit")
    # A number of the invoice is surer than an order number that several invoices share.
    named = named.filter(pl.col("probability") >= pl.col("probability").max().over("r") - 0.02)
    by_reference = named.select(invoice="l", credit="r")
    notes = table.filter(pl.col("kind") == "credit").select("doc", "family", "currency", "total", "day")
    notes = notes.join(by_reference, left_on="doc", right_on="credit", how="anti", maintain_order="left")
    bills = table.filter((pl.col("kind") == "invoice") & (pl.col("state").fill_null("") != "invoice_draft"))
    bills = bills.join(by_reference, left_on="doc", right_on="invoice", how="anti", maintain_order="left")
    applied = _applied(notes, table, rules)
    unpaid = notes.join(applied, left_on="doc", right_on="credit", how="anti", maintain_order="left")
    window = rules.window["credit_note"]
    after = (pl.col("day") - pl.col("day_right")).dt.total_days()
    same_currency = (pl.col("currency") == pl.col("currency_right")).fill_null(True)
    # In whole cents, so that this is a join and not a comparison of all with all.
    cents = (pl.col("total") * 100).round().cast(pl.Int64)
    near = unpaid.drop_nulls(["family", "total", "day"]).with_columns(
        off=pl.int_ranges(-_ROUNDED, _ROUNDED + 1, dtype=pl.Int64)
    )
    pairs = (
        near.explode("off")
        .with_columns(cents=cents + pl.col("off"))
        .join(
            bills.select("doc", "family", "currency", "day", cents=cents),
            on=["family", "cents"],
            maintain_order="left",
        )
        .filter(same_currency & after.is_between(-window.before, window.after))
        .sort(pl.col("off") != 0, after, "doc", "doc_right")
    )
    by_amount = _one_to_one(pairs.select(credit="doc", invoice="doc_right"))
    known = pl.concat([by_reference.select("credit", "invoice"), applied, by_amount])
    left = notes.join(known, left_on="doc", right_on="credit", how="anti", maintain_order="left")
    both = pl.concat([known, _parts(left, table, rules)]).sort("credit", "invoice")
    totals = table.select("doc", "total")
    both = both.join(totals, left_on="credit", right_on="doc", how="left", maintain_order="left").join(
        totals, left_on="invoice", right_on="doc", how="left", suffix="_invoice", maintain_order="left"
    )
    before = (pl.col("total_invoice").cum_sum() - pl.col("total_invoice")).over("credit")
    share = pl.min_horizontal((pl.col("total") - before).clip(lower_bound=0), "total_invoice")
    return both.select("credit", "invoice", amount=share.fill_null(0).round(2))


def _applied(notes: pl.DataFrame, table: pl.DataFrame, rules: LinkingRules) -> pl.DataFrame:
    """Give (credit, invoice) for notes that apply a deposit: the bill of it is paid, and cancels nothing.

    The note has the amount of a bill that was paid in full, and of one larger bill the rest was paid, or is open.
    """
    rounded = table.select("family", "kind", total=pl.col("total").round(2)).drop_nulls()
    payments = rounded.filter(kind="payment").group_by("family", "total").agg(payments=pl.len())
    billed = rounded.filter(kind="invoice").group_by("family", "total").agg(bills=pl.len())
    # Where more bills of that amount were made than paid, the note is of one of these.
    settled = payments.join(billed, on=["family", "total"]).filter(pl.col("bills") <= pl.col("payments"))
    paid = payments.select("family", "total")
    own = [pl.col("family"), pl.col("total").round(2)]
    notes = notes.join(settled, left_on=own, right_on=["family", "total"], how="semi", maintain_order="left")
    rest_known = _rests(notes, table, rules).filter(pl.col("known") & (pl.col("rest") != pl.col("total")))
    whole = rest_known.with_columns(pl.col("total").round(2)).join(paid, on=["family", "total"], how="semi")
    # A larger bill that was paid in full itself has nothing taken off.
    full = paid.select("family", total_right="total")
    whole = whole.with_columns(pl.col("total_right").round(2)).join(
        full, on=["family", "total_right"], how="anti"
    )
    only = whole.select("doc", "doc_right").unique().filter(pl.len().over("doc") == 1)
    return _one_to_one(only.sort("doc", "doc_right").select(credit="doc", invoice="doc_right"))


def _parts(notes: pl.DataFrame, table: pl.DataFrame, rules: LinkingRules) -> pl.DataFrame:
    """Give (credit, invoice) for notes over a part of an invoice that they do not name.

    The invoice of which the customer paid the rest when it was due, or of which the rest is open; else the only one
    that it can be.
    """
    pairs = _rests(notes, table, rules)
    best = pairs.filter(pl.col("known") | ~pl.col("known").any().over("doc")).unique(["doc", "doc_right"])
    only = best.filter(pl.len().over("doc") == 1).sort("doc", "doc_right")
    return _one_to_one(only.select(credit="doc", invoice="doc_right"))


def _rests(notes: pl.DataFrame, table: pl.DataFrame, rules: LinkingRules) -> pl.DataFrame:
    """Give the notes with the larger bills that they may be over a part of, and whether the rest of these is known."""
    window = rules.window["credit_note"]
    bills = table.filter(
        (pl.col("kind") == "invoice")
        & ~pl.col("state").fill_null("").is_in(["invoice_draft", "invoice_void"])
    ).select(
        "doc",
        "family",
        "currency",
        "total",
        "day",
        "open",
        due=pl.coalesce("due_on", pl.col("day").dt.offset_by(_USUAL)),
    )
    after = (pl.col("day") - pl.col("day_right")).dt.total_days()
    pairs = (
        notes.drop_nulls(["family", "total", "day"])
        .join(bills, on="family", maintain_order="left")
        .filter(
            (pl.col("total") < pl.col("total_right"))
            & (pl.col("currency") == pl.col("currency_right")).fill_null(True)
            & after.is_between(-window.before, window.after)
        )
        .with_columns(rest=(pl.col("total_right") - pl.col("total")).round(2))
    )
    paid = table.filter(pl.col("kind") == "payment").select(
        "family", rest=pl.col("total").round(2), paid_on="day"
    )
    pairs = pairs.join(paid, on=["family", "rest"], how="left", maintain_order="left")
    # Of several invoices of one amount it is the one that was due when the rest was paid.
    off = (pl.col("paid_on") - pl.col("due")).dt.total_days().abs()
    still_open = (pl.col("open") - pl.col("rest")).abs() <= _CENT
    known = (pl.col("paid_on").is_not_null() | still_open).fill_null(False)
    return pairs.with_columns(known=known, off=off).filter(
        pl.col("off").is_null() | (pl.col("off") == pl.col("off").min().over("doc"))
    )


def _one_to_one(pairs: pl.DataFrame) -> pl.DataFrame:
    """Keep pairs in their order, each document in the first of its pairs alone."""
    seen_l: set[int] = set()
    seen_r: set[int] = set()
    kept = []
    for credit, invoice in pairs.iter_rows():
        if credit not in seen_l and invoice not in seen_r:
            kept.append((credit, invoice))
            seen_l.add(credit)
            seen_r.add(invoice)
    return pl.DataFrame(kept, schema={"credit": pl.Int32, "invoice": pl.Int32}, orient="row")


def netted(table: pl.DataFrame, taken: pl.DataFrame, rules: LinkingRules) -> pl.DataFrame:
    """Give the table with `credited`, `live` and `billed_net`, what is left of the net of an invoice.

    What was written off because the customer did not pay is credited, but it was billed.
    """
    lost = table.filter(_written_off(rules))["doc"].implode()
    kept = pl.col("amount").filter(~pl.col("credit").is_in(lost))
    off = taken.group_by("invoice").agg(
        credited=pl.col("amount").sum().round(2), unbilled=kept.sum().round(2)
    )
    table = table.join(off, left_on="doc", right_on="invoice", how="left", maintain_order="left")
    credited, unbilled = pl.col("credited").fill_null(0), pl.col("unbilled").fill_null(0)
    void = pl.col("state").fill_null("").is_in(["invoice_void", "invoice_draft"])
    cancelled = (unbilled >= _WHOLE * pl.col("total")).fill_null(False) & (unbilled > 0)
    net = pl.coalesce("net", "total")
    left = pl.when(pl.col("total") > 0).then(1 - unbilled / pl.col("total")).otherwise(1.0)
    return table.with_columns(
        credited=credited,
        live=(pl.col("kind") == "invoice") & ~void & ~cancelled,
        cancelled=cancelled,
        billed_net=(net * left).round(2),
    ).drop("unbilled")


def _written_off(rules: LinkingRules) -> pl.Expr:
    """Whether a credit note says that it writes off what the customer does not pay."""
    text = pl.concat_str(
        *(pl.col(name).fill_null("") for name in ("name", "memo", "line_text", "reference")), separator=" "
    )
    by_words = text.str.to_lowercase().str.contains_any(list(rules.write_off_words))
    return (pl.col("kind") == "credit") & by_words
