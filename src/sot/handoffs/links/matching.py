"""Links without a reference: the documents of each customer, and of each group, are handed to the solver."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from sot.handoffs.links.complement import aliases
from sot.handoffs.links.evidence import Evidence, Side
from sot.handoffs.links.learned import Learned
from sot.handoffs.links.part_bills import COVERED
from sot.handoffs.links.solver import Customer, Proposal
from sot.handoffs.links.unique_amounts import by_unique_amount
from sot.rules.handoffs import LinkingRules, Pair

USUAL_DELAY: Mapping[Pair, int] = {
    "deal_project": 12, "deal_invoice": 20, "project_invoice": 40, "invoice_payment": 28,
}  # fmt: skip
"""The days that usually lie between two documents; only which candidate is nearer follows from it."""

MOST_PAIRS = 40_000
"""Where a customer has more pairs of documents than this, only those of equal amounts are held against each other."""
MOST_ALIKE = 200

_CELLS = (
    "doc", "day", "amounts", "left", "currency", "sure", "links", "parts", "guessed", "bias", "terms", "part",
    "run", "until",
)  # fmt: skip
SIDE = ("party", "family", *_CELLS)
"""The columns of a side: `links` is how many there are, the others are fields of Side."""


Words = Callable[[Iterable[int]], Mapping[int, frozenset[str]]]
"""Gives the telling words of those documents that have any."""


@dataclass(frozen=True)
class Open:
    """The documents of two kinds that wait for links, as tables of the columns SIDE."""

    pair: Pair
    left: pl.DataFrame
    right: pl.DataFrame
    words: Words
    learned: Learned
    apart: frozenset[tuple[int, int]]
    near: pl.DataFrame
    """(l, r): customers of one group, and those that may be one."""
    parties: tuple[frozenset[int], frozenset[int]]
    """The customers that have any documents of the left and of the right kind."""
    tolerant: bool = True


def by_evidence(waiting: Open, rules: LinkingRules) -> list[Proposal]:
    """Give the links inside customers, then those of one group, then those of customers that complement each other."""
    if waiting.left.is_empty() or waiting.right.is_empty():
        return []
    evidence = evidence_of(waiting.pair, waiting.learned, rules)
    quick = by_unique_amount(waiting.left, waiting.right, waiting.apart, evidence)
    waiting = _without(waiting, quick)
    made = _solved(waiting, "party", evidence, rules)
    rest = _without(waiting, made)
    groups = pl.concat([rest.left, rest.right]).group_by("family").agg(n=pl.col("party").n_unique())
    several = groups.filter(pl.col("n") > 1).select("family")
    grouped = replace(
        rest,
        left=rest.left.join(several, on="family", how="semi", maintain_order="left"),
        right=rest.right.join(several, on="family", how="semi", maintain_order="left"),
    )
    across = _solved(grouped, "family", evidence, rules, strict=True)
    rest = _without(rest, across)
    complementary = _complementary(rest, evidence, rules)
    rest = _without(rest, complementary)
    last = _solved(rest, "party", evidence, rules, Customer.leftovers) if rest.pair == "deal_project" else []
    return [*quick, *made, *across, *complementary, *last]


def _complementary(rest: Open, evidence: Evidence, rules: LinkingRules) -> list[Proposal]:
    """Give the links between customers that may be one, of which each lacks what the other has."""
    left = _uncovered(rest.left)
    other = aliases(rest.near, left, rest.right, rest.parties)
    if not other:
        return []
    ends = {*other, *other.values()}
    left, right = (
        side.filter(pl.col("party").is_in(sorted(ends))).with_columns(pl.col("party").replace(other))
        for side in (left, rest.right)
    )
    return _solved(replace(rest, left=left, right=right), "party", evidence, rules)


def _uncovered(left: pl.DataFrame) -> pl.DataFrame:
    """Leave out what links explain as a whole."""
    covered = (pl.col("links") > 0) & (pl.col("left") <= COVERED * pl.col("amounts").list.first())
    return left.filter(~covered.fill_null(False))


def _without(waiting: Open, made: Sequence[Proposal]) -> Open:
    """Give what still waits once links are made."""
    if not made:
        return waiting
    left, right = ({getattr(link, end) for link in made} for end in ("l", "r"))
    return replace(
        waiting,
        left=waiting.left.filter(~pl.col("doc").is_in(sorted(left))),
        right=waiting.right.filter(~pl.col("doc").is_in(sorted(right))),
    )


def evidence_of(pair: Pair, learned: Learned, rules: LinkingRules) -> Evidence:
    """Give how documents of two kinds are weighed, by the rarity of words and of the amounts of the later ones."""
    bits, usual = learned.rarity[pair]
    return Evidence(
        rules.window[pair], rules.equal, rules.near, rules.instalments, rules.recurring, learned.weight, bits, usual,
        USUAL_DELAY[pair], hours=pair == "deal_project", billed=pair == "deal_invoice",
    )  # fmt: skip


def _solved(
    waiting: Open,
    by: str,
    evidence: Evidence,
    rules: LinkingRules,
    how: Callable[[Customer], list[Proposal]] = Customer.solve,
    *,
    strict: bool = False,
) -> list[Proposal]:
    left = _uncovered(waiting.left).drop_nulls(by).sort(by, "day", "doc")
    right = waiting.right.drop_nulls(by).sort(by, "day", "doc")
    if left.is_empty() or right.is_empty():
        return []
    both = left.select(by).unique().join(right.select(by).unique(), on=by)
    left, right = (side.join(both, on=by, how="semi", maintain_order="left") for side in (left, right))
    words = waiting.words([*left["doc"], *right["doc"]])
    lefts, rights = _grouped(left, by, words), _grouped(right, by, words)
    made: list[Proposal] = []
    for key, sides in lefts.items():
        for some, others in _portions(sides, rights[key]):
            customer = Customer(some, others, evidence, waiting.apart, rules.least, strict, waiting.tolerant)
            made += how(customer)
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
    none: frozenset[str] = frozenset()
    table = table.with_columns(
        pl.col("day").cast(pl.Int32), pl.col("left").fill_null(0.0),
        pl.col("part").fill_null(False), pl.col("run").fill_null(""),
    )  # fmt: skip
    for key, doc, day, amounts, left, currency, sure, links, parts, *rest in table.select(by, *_CELLS).rows():
        known = tuple(amount for amount in amounts or () if amount is not None)
        side = Side(
            doc,
            day,
            known,
            left,
            words.get(doc, none),
            currency,
            sure,
            [-1] * links,
            tuple(parts or ()),
            *rest,
        )
        groups.setdefault(key, []).append(side)
    return groups
