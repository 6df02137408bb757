"""Invoices that were written twice: the same customer, amount and text within a few days."""

from __future__ import annotations

import re

import polars as pl

_TEXTS = ("line_text", "memo", "reference", "order_ref", "deal_ref", "project_ref", "name")


_PART = r"\d\s?%|\b\d{1,2}\s?/\s?\d{1,2}\b"
_MONTH = (
    r"(?i)\b(?:jan|feb|fév|mar|mär|mrz|apr|avr|abr|may|mai|maj|jun|juin|jul|juil|aug|aoû|ago|sep|okt|oct|nov|dec|"
    r"déc|dez|dic)\p{L}*\b"
)
_NUMBER = r"\p{L}\W{0,3}\b\d{1,2}\W*$"
"""A month, or a number at the end, tells a part as well: "Hours of May", "Milestone 2"."""
_ONE_OF = r"\b\d{1,2}\s?/\s?\d{1,2}\b"
_BILLED, _TO_THE_CENT, _PARTS = 0.9, 0.001, 3
"""A deal of which less is billed without an invoice needs that invoice."""
_IN_FULL = 0.98
"""An invoice of so much of its deal bills it in full."""
_WORD = re.compile(r"[^\W\d_]{3,}")


def duplicates(table: pl.DataFrame, links: pl.DataFrame, days: int) -> pl.DataFrame:
    """Give (doc, duplicate): the later invoice, and the earlier one that it repeats.

    Two equal invoices that their deal needs both (two halves), or that bill a deal each, are no duplicates. Where the
    first bills its deal in full, the second repeats it too if it names the same deal another way, or tells a part of
    what the first tells.
    """
    same = ["party", "total"]
    bills = table.lazy().filter(
        pl.col("live")
        & pl.col("series").is_null()
        & (pl.col("total") > 0)
        & pl.all_horizontal(pl.col("day", "party").is_not_null())
    )
    # Texts are compared of those alone that have an equal one.
    bills = bills.select("doc", *same, "day", "number", "currency", "billed_net", *_TEXTS).filter(
        pl.len().over(same) > 1
    )
    slim = bills.select("doc", *same, "day", "number", "currency", "billed_net", *_normal()).collect()
    pairs = slim.join(slim, on=same, suffix="_2", maintain_order="left").filter(
        (
            (pl.col("day_2") > pl.col("day"))
            | ((pl.col("day_2") == pl.col("day")) & (pl.col("doc_2") > pl.col("doc")))
        )
        & ((pl.col("day_2") - pl.col("day")).dt.total_days() <= days)
        & (pl.col("currency") == pl.col("currency_2")).fill_null(True)
        # Rows of one number and day are parts of one invoice.
        & ~((pl.col("number") == pl.col("number_2")) & (pl.col("day") == pl.col("day_2"))).fill_null(False)
    )
    if pairs.is_empty():
        return pl.DataFrame(schema={"doc": pl.Int32, "duplicate": pl.Int32})
    equal = [(pl.col(name) == pl.col(f"{name}_2")).fill_null(False) for name in _names()]
    differ = [
        (pl.col(name) != pl.col(f"{name}_2")).fill_null(False)
        for name in ("t_deal_ref", "t_order_ref", "t_project_ref")
    ]
    silent = pl.all_horizontal([pl.col(name).is_null() & pl.col(f"{name}_2").is_null() for name in _names()])
    sure = pl.any_horizontal(equal) & ~pl.any_horizontal(differ)
    pairs = pairs.with_columns(silent=silent & ~sure, sure=sure | silent)
    pairs = pairs.filter(pl.col("sure") | _repeats(pairs, table, links))
    pairs = pairs.sort("doc_2", "sure", "day", "doc", descending=[False, True, True, False])
    pairs = pairs.unique("doc_2", keep="first", maintain_order=True)
    # Two invoices of the same part ("30 % on order", "2/4") are the same one, even if the deal has room for both;
    # of three and more that bill it to the cent several may be of the same share ("33 %").
    needed, whole, both = _needed(pairs, table, links)
    same_part = _same_part(pairs, table, whole, both)
    return pairs.filter(same_part | ~needed).select(doc="doc_2", duplicate="doc")


def _repeats(pairs: pl.DataFrame, table: pl.DataFrame, links: pl.DataFrame) -> pl.Series:
    """Whether the earlier invoice alone bills a deal in full, and the later one is of that deal or tells no more."""
    asked = pl.concat([pairs["doc"], pairs["doc_2"]]).unique()
    bills = links.filter((pl.col("pair") == "deal_invoice") & pl.col("r").is_in(asked.implode())).select(
        "l", "r"
    )
    deals: dict[int, set[int]] = {}
    for deal, invoice in bills.iter_rows():
        deals.setdefault(invoice, set()).add(deal)
    of = table.filter(pl.col("doc").is_in(pl.concat([asked, bills["l"]]).unique().implode()))
    worth = dict(of.select("doc", pl.coalesce("net", "total")).iter_rows())
    net = dict(of.select("doc", "billed_net").iter_rows())
    words = {
        doc: [set(_WORD.findall(text.casefold())) for text in texts if text]
        for doc, *texts in of.select("doc", "memo", "line_text", "reference", "name").iter_rows()
    }
    repeats = []
    for first, later in pairs.select("doc", "doc_2").iter_rows():
        mine, other = deals.get(first, set()), deals.get(later, set())
        full = any(
            worth.get(deal) and abs((net.get(first) or 0) - worth[deal]) <= (1 - _IN_FULL) * worth[deal]
            for deal in mine | other
        )
        alike = any(a and b and (a <= b or b <= a) for a in words[first] for b in words[later])
        repeats.append(full and bool(mine & other or (alike and not (mine and other))))
    return pl.Series("repeats", repeats, dtype=pl.Boolean)


def _same_part(pairs: pl.DataFrame, table: pl.DataFrame, whole: pl.Series, exact: pl.Series) -> pl.Series:
    """Whether both name the same part of a deal, in the same words; a share is no part of a deal that is `whole`.

    Nor is a month or a number ("Milestone 2") one of a deal that both bill in full, with others or without.
    """
    texts = table.select("doc", text=_shown_text())
    both = pairs.select("doc", "doc_2").join(texts, on="doc", how="left", maintain_order="left")
    both = both.join(texts, left_on="doc_2", right_on="doc", how="left", suffix="_2", maintain_order="left")
    counted = pl.col("text").str.contains(_MONTH) | pl.col("text").str.contains(_NUMBER)
    share = pl.col("text").str.contains(_PART) & ~whole
    part = pl.col("text").str.contains(_ONE_OF) | share | (counted & ~exact)
    return both.select((part & (pl.col("text") == pl.col("text_2"))).fill_null(False)).to_series()


def _shown_text() -> pl.Expr:
    return pl.coalesce(*(pl.col(name) for name in ("memo", "line_text", "reference", "name")))


def _names() -> list[str]:
    return [f"t_{name}" for name in _TEXTS]


def _normal() -> list[pl.Expr]:
    """Texts as they are compared; the number of an invoice in its own text is no difference."""
    cells = []
    for name in _TEXTS:
        cell = pl.col(name).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
        cells.append(pl.when(cell != "").then(cell).alias(f"t_{name}"))
    return cells


def _needed(
    pairs: pl.DataFrame, table: pl.DataFrame, links: pl.DataFrame
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Whether the deals of the later invoice would not be billed in full without it, or nobody knows.

    And whether it is one of several parts (three at least, or two) that come to exactly what a deal is worth.
    """
    # Only the deals of these invoices, and what bills them, are asked about.
    bills = links.filter(pl.col("pair") == "deal_invoice").select("l", "r")
    deals = bills.filter(pl.col("r").is_in([*pairs["doc"], *pairs["doc_2"]])).select("l").unique()
    bills = bills.join(deals, on="l", how="semi")
    worth = dict(
        table.join(deals, left_on="doc", right_on="l", how="semi")
        .filter(pl.col("kind") == "deal")
        .select("doc", pl.coalesce("net", "total"))
        .iter_rows()
    )
    asked = table.filter(pl.col("doc").is_in([*pairs["doc"], *bills["r"]]))
    net = dict(asked.filter(pl.col("kind") == "invoice").select("doc", "billed_net").iter_rows())
    of_invoice: dict[int, set[int]] = {}
    of_deal: dict[int, set[int]] = {}
    for deal, invoice in bills.iter_rows():
        of_invoice.setdefault(invoice, set()).add(deal)
        of_deal.setdefault(deal, set()).add(invoice)
    live = set(asked.filter(pl.col("live"))["doc"].to_list())
    texts = dict(asked.select("doc", _shown_text()).iter_rows())
    needed, whole, exact = [], [], []
    for first, later, silent in pairs.select("doc", "doc_2", "silent").iter_rows():
        of_first, of_later = of_invoice.get(first, set()), of_invoice.get(later, set())
        apart = bool(of_first) and bool(of_later) and of_first.isdisjoint(of_later)
        lacking = complete = full = False
        for deal in of_first | of_later:
            others = sorted((of_deal[deal] | {first}) & live - {later})
            billed = sum(net.get(bill) or 0 for bill in others)
            lacking |= bool(worth.get(deal)) and billed < _BILLED * worth[deal]
            off = abs(billed + (net.get(later) or 0) - (worth.get(deal) or 0))
            # Where the other parts have texts of their own, the text tells the part.
            alike = all(texts.get(bill) == texts.get(later) for bill in others)
            full |= alike and bool(worth.get(deal)) and off <= _TO_THE_CENT * worth[deal]
            complete |= full and len(others) + 1 >= _PARTS
        # Without any text, only a deal that is billed already shows that an invoice is the same one again.
        unknown = silent and not (of_first | of_later)
        needed.append(apart or lacking or unknown)
        whole.append(complete)
        exact.append(full)
    return (
        pl.Series("needed", needed, dtype=pl.Boolean),
        pl.Series("whole", whole, dtype=pl.Boolean),
        pl.Series("exact", exact, dtype=pl.Boolean),
    )
