"""Links without a reference: the documents of each customer, and of each group, are handed to the solver."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from sot.handoffs.links.evidence import Evidence, Side, rarity
from sot.handoffs.links.solver import COVERED, Customer, Proposal
from sot.handoffs.links.unique_amounts import by_unique_amount
from sot.rules.handoffs import LinkingRules, Pair

USUAL_DELAY: Mapping[Pair, int] = {
    "deal_project": 12, "deal_invoice": 20, "project_invoice": 40, "invoice_payment": 28,
}  # fmt: skip
"""The days that usually lie between two documents; only which candidate is nearer follows from it."""

MOST_PAIRS = 40_000
"""Where a customer has more pairs of documents than this, only those of equal amounts are held against each other."""
MOST_ALIKE = 200

SIDE = ("doc", "party", "family", "day", "amounts", "left", "sure", "currency", "links")
"""The columns of a side: `amounts` a list, `left` what no link explains yet, `links` how many there are."""


Words = Callable[[Iterable[int]], Mapping[int, frozenset[str]]]
"""Gives the telling words of those documents that have any."""


@dataclass(frozen=True)
class Open:
    """The documents of two kinds that wait for links, as tables of the columns SIDE."""

    pair: Pair
    left: pl.DataFrame
    right: pl.DataFrame
    words: Words
    weight: Mapping[str, float]
    apart: frozenset[tuple[int, int]]
    tolerant: bool = True


def by_evidence(waiting: Open, rules: LinkingRules) -> list[Proposal]:
    """Give the links inside customers, then those between the customers of one group."""
    evidence = _evidence(waiting, rules)
    quick = by_unique_amount(waiting.left, waiting.right, waiting.apart, evidence)
    waiting = _without(waiting, quick)
    made = _solved(waiting, "party", evidence, rules, strict=False)
    rest = _without(waiting, made)
    groups = pl.concat([rest.left, rest.right]).group_by("family").agg(n=pl.col("party").n_unique())
    several = groups.filter(pl.col("n") > 1).select("family")
    rest = Open(
        rest.pair, rest.left.join(several, on="family", how="semi", maintain_order="left"),
        rest.right.join(several, on="family", how="semi", maintain_order="left"),
        rest.words, rest.weight, rest.apart, rest.tolerant,
    )  # fmt: skip
    return [*quick, *made, *_solved(rest, "family", evidence, rules, strict=True)]


def _without(waiting: Open, made: Sequence[Proposal]) -> Open:
    """Give what still waits once links are made."""
    left, right = ({getattr(link, end) for link in made} for end in ("l", "r"))
    return replace(
        waiting,
        left=waiting.left.filter(~pl.col("doc").is_in(sorted(left))),
        right=waiting.right.filter(~pl.col("doc").is_in(sorted(right))),
    )


def _evidence(waiting: Open, rules: LinkingRules) -> Evidence:
    amounts = waiting.right.select(amount=pl.col("amounts").list.first().round(2)).drop_nulls()
    counts = dict(amounts.group_by("amount").len().filter(pl.col("len") > 1).iter_rows())
    bits, usual = rarity(counts, amounts.height)
    return Evidence(
        rules.window[waiting.pair], rules.equal, rules.near, rules.instalments, waiting.weight, bits, usual,
        USUAL_DELAY[waiting.pair],
    )  # fmt: skip


def _solved(
    waiting: Open, by: str, evidence: Evidence, rules: LinkingRules, *, strict: bool
) -> list[Proposal]:
    covered = (pl.col("links") > 0) & (pl.col("left") <= COVERED * pl.col("amounts").list.first())
    left = waiting.left.filter(~covered.fill_null(False)).drop_nulls(by).sort(by, "day", "doc")
    right = waiting.right.drop_nulls(by).sort(by, "day", "doc")
    both = left.select(by).unique().join(right.select(by).unique(), on=by)
    left, right = (side.join(both, on=by, how="semi", maintain_order="left") for side in (left, right))
    words = waiting.words([*left["doc"], *right["doc"]])
    lefts, rights = _grouped(left, by, words), _grouped(right, by, words)
    made: list[Proposal] = []
    for key, sides in lefts.items():
        for some, others in _portions(sides, rights[key]):
            customer = Customer(some, others, evidence, waiting.apart, rules.least, strict, waiting.tolerant)
            made += customer.solve()
    return made


def _portions(left: list[Side], right: list[Side]) -> list[tuple[list[Side], list[Side]]]:
    """Give the documents of one customer as they are solved: at once, or by equal amounts where they are too many."""
    if len(left) * len(right) <= MOST_PAIRS:
        return [(left, right)]
    by_amount: dict[int, list[Side]] = {}
    for side in right:
        for amount in dict.fromkeys(round(100 * value) for value in side.amounts):
            by_amount.setdefault(amount, []).append(side)
    groups: dict[int, list[Side]] = {}
    for side in left:
        if side.amounts and round(100 * side.left) in by_amount:
            groups.setdefault(round(100 * side.left), []).append(side)
    return [(sides[:MOST_ALIKE], by_amount[amount][:MOST_ALIKE]) for amount, sides in sorted(groups.items())]


def _grouped(table: pl.DataFrame, by: str, words: Mapping[int, frozenset[str]]) -> dict[int, list[Side]]:
    groups: dict[int, list[Side]] = {}
    days = table["day"].cast(pl.Int32).to_list()
    none: frozenset[str] = frozenset()
    rows = table.select(by, "doc", "amounts", "left", "sure", "currency", "links").rows()
    for (key, doc, amounts, left, sure, currency, links), day in zip(rows, days, strict=True):
        known = tuple(amount for amount in amounts or () if amount is not None)
        groups.setdefault(key, []).append(
            Side(
                doc,
                day,
                known,
                left if left is not None else 0.0,
                words.get(doc, none),
                currency,
                sure,
                [-1] * links,
            )
        )
    return groups
