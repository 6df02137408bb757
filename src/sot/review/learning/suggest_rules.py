"""From repeated alike answers a proposed rule, with support, counter-examples and what it would settle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import polars as pl

from sot.model.decisions import Decision, RecordKey
from sot.model.kinds import Verdict
from sot.review.answers import Answer, Stamp
from sot.rules.review import AnswerRule, Mining

MISSING = ("missing", "unknown")
VERDICTS = (Verdict.SAME, Verdict.RELATED, Verdict.DIFFERENT)


@dataclass(frozen=True)
class Proposal:
    """A rule that answers support, and what accepting it would settle."""

    when: tuple[tuple[str, str], ...]
    verdict: Verdict
    support: int
    against: int
    questions: int
    cases: int

    @property
    def at_least(self) -> float:
        """The share of such answers that says so, at the least: Wilson's 95 % lower bound."""
        n, z = self.support + self.against, 1.96
        share = self.support / n
        spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return (share + z * z / (2 * n) - spread) / (1 + z * z / n)

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        evidence = " and ".join(f"{name.replace('_', ' ')} is '{level}'" for name, level in self.when)
        return f"where {evidence}: {self.verdict}"

    @property
    def name(self) -> str:
        """A name for the rules file."""
        parts = [f"{name} {level}" for name, level in self.when]
        return "-".join("".join(c if c.isalnum() else " " for c in " ".join(parts)).lower().split())


def propose(
    answered: pl.DataFrame, waiting: pl.DataFrame, names: Sequence[str], mining: Mining
) -> list[Proposal]:
    """Give the rules that settle most, each for questions that those before it leave open."""
    proposals: list[Proposal] = []
    left = waiting
    while len(proposals) < mining.proposals and left.height:
        best = max(_candidates(answered, left, names, mining), key=_worth, default=None)
        if best is None:
            break
        proposals.append(best)
        left = left.filter(~holds(best.when).fill_null(False))
    return proposals


def holds(when: Iterable[tuple[str, str]]) -> pl.Expr:
    """Give the test whether a pair's evidence stands at these levels."""
    return pl.all_horizontal([pl.col(name) == level for name, level in when])


def _worth(proposal: Proposal) -> tuple[int, int, int, str]:
    return (proposal.questions, -len(proposal.when), proposal.support, proposal.words)


def _candidates(
    answered: pl.DataFrame, left: pl.DataFrame, names: Sequence[str], mining: Mining
) -> list[Proposal]:
    proposals = []
    for count in range(1, mining.most_conditions + 1):
        for columns in combinations(names, count):
            proposals += _of(answered, left, columns, mining)
    return proposals


def _of(
    answered: pl.DataFrame, left: pl.DataFrame, columns: tuple[str, ...], mining: Mining
) -> list[Proposal]:
    filled = pl.all_horizontal([pl.col(c).is_not_null() & ~pl.col(c).is_in(MISSING) for c in columns])
    grouped = answered.filter(filled).group_by(columns).agg(pl.len().alias("all"), *(
        (pl.col("verdict") == verdict).sum().alias(f"is_{verdict}") for verdict in VERDICTS
    ))  # fmt: skip
    open_ = (
        left.filter(filled)
        .group_by(columns)
        .agg(pl.len().alias("questions"), pl.col("case_id").n_unique().alias("cases"))
    )
    proposals = []
    for row in grouped.join(open_, on=columns).sort(columns).iter_rows(named=True):
        for verdict in VERDICTS:
            support, against = row[f"is_{verdict}"], row["all"] - row[f"is_{verdict}"]
            if support >= mining.support and against <= mining.against_share * row["all"]:
                when = tuple((column, row[column]) for column in columns)
                proposals.append(Proposal(when, verdict, support, against, row["questions"], row["cases"]))
    return proposals


def accepted(proposal: Proposal, steward: str, day: str) -> AnswerRule:
    """Give the proposal as a rule that `steward` accepted."""
    return AnswerRule.model_validate(
        {
            "name": proposal.name,
            "when": dict(proposal.when),
            "verdict": str(proposal.verdict),
            "accepted_by": steward,
            "accepted_on": day,
            "support": proposal.support,
            "against": proposal.against,
        }
    )


def apply(rules: Iterable[AnswerRule], waiting: pl.DataFrame, stamp: Stamp) -> list[Decision]:
    """Give the decisions that `rules` mean for the open questions; the first rule that holds decides."""
    made = []
    for rule in rules:
        known = [name for name in rule.when if name in waiting.columns]
        if len(known) < len(rule.when):
            continue
        test = holds(rule.when.items()).fill_null(False)
        reason = f"rule {rule.name}, accepted by {rule.accepted_by} on {rule.accepted_on}"
        answer = Answer(Verdict(rule.verdict), reason=reason)
        columns = ("system_l", "record_id_l", "system_r", "record_id_r")
        for sl, il, sr, ir in waiting.filter(test).select(columns).iter_rows():
            pair: tuple[RecordKey, RecordKey] = ((sl, il), (sr, ir))
            made.append(stamp.decision(answer, pair))
        waiting = waiting.filter(~test)
    return made


def as_yaml(rules: Iterable[AnswerRule], head: str) -> str:
    """Write rules as the file that holds them, under the comment lines `head`."""
    import yaml

    plain = {"rules": [rule.model_dump() for rule in rules]}
    return head + yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110)
