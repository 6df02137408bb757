"""Customers of unlike names whose documents fit together: what one bought is, deal by deal, what the other was billed.

A company that the CRM knows by its trade name, or by the name that it had before, is another one to the ledger. Names
do not show it; amounts do, if several of them, or a rare one with the same words, agree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from sot.rules.handoffs import LinkingRules

_LEAST = 5.0
"""So many bits must be left for two customers once the number of those that it could be is taken off."""
_CLEAR = 3.0
"""And so many more than for any other customer of either."""
_MOST_OF_ONE = 13.0
"""One deal proves no more than this."""
_NAMES_AT_MOST = 6.0
"""A word that both names share proves no more than this."""
_AROUND = 150
"""A bill comes within so many days of the win, as far as it tells anything about a customer."""


@dataclass(frozen=True)
class Words:
    """The telling words of documents, and how rare each is."""

    texts: pl.DataFrame
    weight: Mapping[str, float]
    names: pl.DataFrame
    """(party, word): the words of the customers' own names."""


def strangers(table: pl.DataFrame, words: Words, rules: LinkingRules) -> dict[int, int]:
    """Give customers that were billed and have no deal, each with the customer whose deals these bills are of.

    `table` is the netted table of documents, with the shares that they `said`. Only customers with won deals and
    without any invoice are asked about.
    """
    live = table.filter(pl.col("live") & pl.col("party").is_not_null())
    dealt = table.filter(pl.col("kind") == "deal").select("party").drop_nulls().unique()
    bills = live.join(dealt, on="party", how="anti", maintain_order="left")
    return {party: buyer for buyer, party in _fitting(_unbilled(table), bills, live, words, rules)}


def payers(table: pl.DataFrame, words: Words, rules: LinkingRules) -> pl.DataFrame:
    """Give (l, r): customers with won deals and without any invoice, and who seems to be billed for them.

    The other one has deals too; its bills that come to the amounts of these are not looked at.
    """
    live = table.filter(pl.col("live") & pl.col("party").is_not_null())
    own = table.filter((pl.col("kind") == "deal") & (pl.coalesce("net", "total") > 0)).drop_nulls("party")
    own = own.select("party", cents=_cents()).unique()
    mine = _wholes(live, rules, own.select("cents").unique()).join(own, on=["party", "cents"], how="semi")
    bills = live.join(own, on="party", how="semi", maintain_order="left")
    bills = bills.join(mine.select("doc"), on="doc", how="anti", maintain_order="left")
    pairs = _fitting(_unbilled(table), bills, live, words, rules)
    return pl.DataFrame(pairs, schema={"l": pl.Int32, "r": pl.Int32}, orient="row")


def _unbilled(table: pl.DataFrame) -> pl.DataFrame:
    """Give the won deals of customers without any invoice."""
    billed = table.filter(pl.col("kind").is_in(["invoice", "credit"])).select("party").drop_nulls().unique()
    won = (pl.col("kind") == "deal") & (pl.col("state") == "deal_won") & (pl.coalesce("net", "total") > 0)
    return table.filter(won).drop_nulls("party").join(billed, on="party", how="anti", maintain_order="left")


def _fitting(
    deals: pl.DataFrame, bills: pl.DataFrame, live: pl.DataFrame, words: Words, rules: LinkingRules
) -> list[tuple[int, int]]:
    """Give (buyer, party): whose deals fit whose bills far better than by chance, and than any other pair."""
    if deals.is_empty() or bills.is_empty():
        return []
    cents = deals.select(cents=_cents()).unique()
    wholes = _wholes(live, rules, cents)
    rarity = wholes.group_by("cents").agg(n=pl.col("party").n_unique())
    # Who is billed many amounts has one that agrees by chance more often.
    several = live.group_by("party").agg(amounts=pl.col("total").n_unique())
    total = several["amounts"].sum()
    mine = deals.select(
        deal="doc", buyer="party", won="day", money_in="currency",
        cents=_cents(),
    )  # fmt: skip
    billed = wholes.join(bills.select("doc"), on="doc", how="semi").join(rarity, on="cents")
    known = _in_time(mine, billed, rules).join(several, on="party")
    parties = bills["party"].n_unique()
    known = _hopeful(known, words.names, math.log2(max(parties, 2)))
    shared = _shared(known, words)
    score: dict[tuple[int, int], dict[int, float]] = {}
    rows = known.select("deal", "buyer", "party", "n", "amounts", "doc").iter_rows()
    for deal, buyer, party, n, amounts, doc in rows:
        bits = min(_MOST_OF_ONE, math.log2(max(total / (n * amounts), 1.0)) + shared.get((deal, doc), 0.0))
        best = score.setdefault((buyer, party), {})
        best[deal] = max(best.get(deal, 0.0), bits)
    called = _called(known.select("buyer", "party").unique(), words.names)
    sums = {ends: math.fsum(sorted(best.values())) + called.get(ends, 0.0) for ends, best in score.items()}
    return _clear(sums, math.log2(max(parties, 2)))


def _in_time(mine: pl.DataFrame, billed: pl.DataFrame, rules: LinkingRules) -> pl.DataFrame:
    """Give the deals with the bills of the same amount, currency and time.

    Amounts agree by chance in a square of the number of customers: days are compared in spans that are as long as the
    time in which a bill comes, so that few bills of other years are met.
    """
    before = rules.window["deal_invoice"].before
    span = before + _AROUND + 1
    first = pl.col("won").to_physical() - before
    spans = mine.with_columns(span=pl.concat_list(first // span, first // span + 1)).explode("span")
    met = spans.join(billed.with_columns(span=pl.col("day").to_physical() // span), on=["cents", "span"])
    delay = (pl.col("day") - pl.col("won")).dt.total_days()
    return met.filter(
        delay.is_between(-before, _AROUND) & (pl.col("money_in") == pl.col("currency")).fill_null(True)
    )


def _hopeful(known: pl.DataFrame, names: pl.DataFrame, chance: float) -> pl.DataFrame:
    """Leave out the pairs of customers that can neither be the same one nor stand in the way of another pair.

    Amounts agree by chance in a square of the number of customers: most pairs go before their words are looked at.
    """
    needed = chance + _LEAST - _CLEAR
    pairs = known.group_by("buyer", "party").agg(most=_MOST_OF_ONE * pl.col("deal").n_unique())
    pairs = pairs.filter(pl.col("most") + _NAMES_AT_MOST > needed)
    alike = _sharing(pairs.filter(pl.col("most") <= needed), names)
    kept = pl.concat(
        [table.select("buyer", "party") for table in (pairs.filter(pl.col("most") > needed), alike)]
    )
    return known.join(kept.unique(), on=["buyer", "party"], how="semi", maintain_order="left")


def _cents() -> pl.Expr:
    return (pl.coalesce("net", "total") * 100).round().cast(pl.Int64)


def _wholes(live: pl.DataFrame, rules: LinkingRules, asked: pl.DataFrame) -> pl.DataFrame:
    """Give (doc, party, day, currency, cents): what each invoice may be the bill of, or a part of.

    Only the amounts `asked` for (cents) are looked at.
    """
    net = pl.coalesce("net", "total")
    series = pl.when(pl.col("series").is_not_null()).then(net * pl.len().over("series"))
    usual = [net / share for share in (0.3, 0.4, 0.5)]
    rates = list(rules.usual_rates)
    taxed = [pl.when(pl.col("net").is_null()).then(net / (1 + rate)) for rate in rates]
    by_share = live.select("doc", whole=pl.col("said").list.eval(1 / pl.element()) * net)
    cells = [live.select("doc", whole=figure) for figure in (net, series, *usual, *taxed)]
    rows = pl.concat([*cells, by_share.filter(pl.col("whole").list.len() > 0).explode("whole")])
    # Shares are printed in cents: what they are shares of is right to a cent or two.
    near = asked.with_columns(printed=pl.col("cents") + pl.int_ranges(-1, 2, dtype=pl.Int64)).explode(
        "printed"
    )
    known = (
        rows.drop_nulls("whole")
        .select("doc", printed=(pl.col("whole") * 100).round().cast(pl.Int64))
        .join(near, on="printed")
        .select("doc", "cents")
        .unique()
    )
    return known.join(live.select("doc", "party", "day", "currency"), on="doc", maintain_order="left")


def _shared(known: pl.DataFrame, words: Words) -> dict[tuple[int, int], float]:
    """Give the bits of the words that a deal and a bill share."""
    ends = known.select("deal", "doc").unique()
    both = (
        ends.join(words.texts.explode("word"), left_on="deal", right_on="doc", maintain_order="left")
        .join(words.texts.explode("word"), on=["doc", "word"], maintain_order="left")
        .select("deal", "doc", "word")
        .unique()
        .sort("deal", "doc", "word")
    )
    bits_of: dict[tuple[int, int], float] = {}
    for deal, doc, word in both.iter_rows():
        bits_of[deal, doc] = bits_of.get((deal, doc), 0.0) + words.weight[word]
    return bits_of


def _sharing(pairs: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Give (buyer, party, word): the words that the names of two customers share."""
    return (
        pairs.select("buyer", "party")
        .join(names, left_on="buyer", right_on="party", maintain_order="left")
        .join(names, on=["party", "word"], how="semi", maintain_order="left")
    )


def _called(pairs: pl.DataFrame, names: pl.DataFrame) -> dict[tuple[int, int], float]:
    """Give the bits of the words that the names of two customers share: the rarest one counts."""
    bearers = names.group_by("word").agg(n=pl.len())
    everyone = max(names["party"].n_unique(), 2)
    shared = (
        _sharing(pairs, names)
        .join(bearers, on="word", maintain_order="left")
        .group_by("buyer", "party")
        .agg(n=pl.col("n").min())
    )
    return {
        (buyer, party): min(_NAMES_AT_MOST, math.log2(everyone / n)) for buyer, party, n in shared.iter_rows()
    }


def _clear(sums: Mapping[tuple[int, int], float], chance: float) -> list[tuple[int, int]]:
    """Keep the pairs that are far better than by chance, and than any other pair of either customer."""
    best: dict[tuple[str, int], list[tuple[float, tuple[int, int]]]] = {}
    for pair, bits in sums.items():
        for end in zip(("buyer", "party"), pair, strict=True):
            # Two are enough: the best, and the best beside it.
            best[end] = sorted([*best.get(end, ()), (bits, pair)], reverse=True)[:2]
    clear = []
    for pair, bits in sorted(sums.items()):
        buyer, party = pair
        beside = [*best["buyer", buyer], *best["party", party]]
        rivals = [other for other, ends in beside if ends != pair]
        if bits - chance >= _LEAST and bits - max(rivals, default=0.0) >= _CLEAR:
            clear.append((buyer, party))
    return clear
