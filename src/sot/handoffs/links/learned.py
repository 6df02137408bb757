"""What linking learns of all documents at once: how rare words and amounts are, and which words two kinds use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from sot.handoffs.links.amounts import compared_amounts
from sot.handoffs.links.evidence import rarity
from sot.rules.handoffs import LinkingRules, Pair

_COMPARABLE = 0.1
"""A word that one kind of documents uses ten times as often as the other is no word for the matter of both."""
_PAIRS: tuple[Pair, ...] = ("deal_project", "deal_invoice", "project_invoice", "invoice_payment")


@dataclass(frozen=True)
class Counted:
    """How many documents of a kind have a word or an amount, and how many have any.

    words     (word, kind, n)
    amounts   (amount, kind, n): of projects, payments, and live invoices of no series
    documents (what, kind, n): those that have any word ("word"), and those that have an amount ("amount")
    """

    words: pl.DataFrame
    amounts: pl.DataFrame
    documents: pl.DataFrame

    @classmethod
    def of(cls, table: pl.DataFrame, words: pl.DataFrame) -> Counted:
        """Count the words (doc, kind, word) and the amounts of netted documents."""
        free = pl.col("live") & pl.col("series").is_null()
        compared = (
            table.filter(pl.col("kind").is_in(["project", "payment"]) | free)
            .select("kind", amount=pl.coalesce("billed_net", "net", "total").round(2))
            .drop_nulls()
        )
        any_of = {"word": words.group_by("kind").agg(n=pl.col("doc").n_unique()),
                  "amount": compared.group_by("kind").agg(n=pl.len())}  # fmt: skip
        return cls(
            words.group_by("word", "kind").agg(n=pl.len()),
            compared.group_by("amount", "kind").agg(n=pl.len()),
            pl.concat(
                rows.select(pl.lit(what).alias("what"), "kind", pl.col("n").cast(pl.Int64))
                for what, rows in any_of.items()
            ),
        )


def asked_amounts(table: pl.DataFrame, rules: LinkingRules) -> pl.DataFrame:
    """Give (doc, kind, amount): the amounts of netted documents whose rarity may be asked for."""
    table = table.with_columns(in_part=pl.lit(True))
    later = {"invoice": "deal_invoice", "project": "deal_project", "payment": "invoice_payment"}
    parts = [
        table.filter(pl.col("kind") == kind)
        .select("doc", "kind", amount=compared_amounts(pair, "r", rules))
        .explode("amount", empty_as_null=True)
        for kind, pair in later.items()
    ]
    return pl.concat(parts).drop_nulls().with_columns(pl.col("amount").round(2)).unique(maintain_order=True)


@dataclass(frozen=True)
class Learned:
    """What counts tell: bits of words and amounts."""

    weight: Mapping[str, float]
    """The bits of each word: how rare it is."""
    comparable: Mapping[Pair, frozenset[str]]
    """The words that documents of both kinds use somewhere: others say nothing for or against a link."""
    rarity: Mapping[Pair, tuple[Mapping[float, float], float]]
    """The bits of each amount of the later documents that comes more than once, and those of one that comes once."""

    @classmethod
    def of(cls, counted: Counted) -> Learned:
        """Give what the counts tell; those of some words and amounts tell the same of these as the counts of all."""
        with_any = {
            what: dict(counted.documents.filter(pl.col("what") == what).select("kind", "n").iter_rows())
            for what in ("word", "amount")
        }
        everyone = max(sum(with_any["word"].values()), 2)
        bits = (pl.lit(everyone) / pl.col("n").sum()).log(2).clip(lower_bound=0.2).round(6)
        return cls(
            dict(counted.words.group_by("word").agg(bits=bits).iter_rows()),
            {pair: _comparable(counted.words, with_any["word"], pair) for pair in _PAIRS},
            {pair: _rare(counted.amounts, with_any["amount"], pair.split("_")[1]) for pair in _PAIRS},
        )


def _comparable(words: pl.DataFrame, with_any: Mapping[str, int], pair: Pair) -> frozenset[str]:
    shares = []
    for place, name in enumerate(pair.split("_")):
        kinds = ["deal", "project"] if name == "deal" and pair != "deal_project" else [name]
        total = max(sum(with_any.get(kind, 0) for kind in kinds), 1)
        mine = words.filter(pl.col("kind").is_in(kinds))
        shares.append(mine.group_by("word").agg((pl.col("n").sum() / total).alias(f"share_{place}")))
    low, high = pl.min_horizontal("share_0", "share_1"), pl.max_horizontal("share_0", "share_1")
    alike = shares[0].join(shares[1], on="word").filter(low >= _COMPARABLE * high)
    return frozenset(alike["word"].to_list())


def _rare(amounts: pl.DataFrame, with_any: Mapping[str, int], kind: str) -> tuple[dict[float, float], float]:
    counts = dict(
        amounts.filter((pl.col("kind") == kind) & (pl.col("n") > 1)).select("amount", "n").iter_rows()
    )
    return rarity(counts, with_any.get(kind, 0))
