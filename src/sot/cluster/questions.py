"""What a steward should be asked: links in doubt, possible matches between clusters, links that evidence forbids."""

from __future__ import annotations

import polars as pl

from sot.cluster.evidence_text import words
from sot.model.decisions import Constraints
from sot.model.matching import UsedModel
from sot.model.tables import QUESTIONS, conform

c = pl.col

EVEN = 0.5
"""Below it a record rather does not belong to a customer."""


def questions(
    pairs: pl.DataFrame,
    label: pl.Series,
    doubtful: pl.DataFrame,
    constraints: Constraints,
    ask: float,
    model: UsedModel,
) -> pl.DataFrame:
    """Give QUESTIONS; what decisions have settled is not asked again.

    label is the cluster by uid; doubtful lists (uid_l, uid_r) of the links in doubt that hold clusters together;
    of the possible matches between two clusters the best one stands for all.
    """
    of = pl.DataFrame({"uid": pl.Series(range(len(label)), dtype=pl.Int32), "cluster": label})
    likely = pairs.filter(c("match_probability") >= ask)
    left, right = label.gather(likely["uid_l"]), label.gather(likely["uid_r"])
    inside = likely.filter(left == right).join(doubtful, on=["uid_l", "uid_r"], how="semi")
    inside = inside.with_columns(joined=pl.lit(True))
    between = likely.with_columns(low=left, high=right).filter(left != right)
    between = between.with_columns(
        low=pl.min_horizontal("low", "high"), high=pl.max_horizontal("low", "high")
    )
    settled = pl.concat([constraints.cannot, constraints.related, constraints.must]).select("uid_l", "uid_r")
    parted = _cluster_pairs(settled, of)
    between = (
        between.join(parted, on=["low", "high"], how="anti")
        .sort(
            ["low", "high", "match_weight", "uid_l", "uid_r"], descending=[False, False, True, False, False]
        )
        .unique(["low", "high"], keep="first", maintain_order=True)
        .with_columns(joined=pl.lit(False))
    )
    columns = [*pairs.columns, "joined"]
    asked = pl.concat([inside.select(columns), between.select(columns)])
    asked = asked.join(settled, on=["uid_l", "uid_r"], how="anti")
    asked = asked.with_columns(vetoed=c("against").is_not_null(), why=words(asked, model))
    return conform(asked, QUESTIONS).sort(
        ["match_probability", "uid_l", "uid_r"], descending=[True, False, False]
    )


def without_second_choices(
    pairs: pl.DataFrame, label: pl.Series, systems: pl.Series, doubtful: pl.DataFrame
) -> pl.DataFrame:
    """Leave pairs of two clusters out that are only asked about if the answer to another question is no.

    A record that is joined in doubt to one customer is asked about once. Another customer, in another system, that it
    rather does not belong to, or that its own customer has no room for because both have records of one system, is its
    second choice, and asked about when the first one is rejected. Two customers without room for each other that are
    rather two are not asked about at all: each has its own record in that system.
    `label` and `systems` are the cluster and system by uid, `doubtful` the links in doubt that hold clusters together.
    """
    ends = pl.concat([doubtful["uid_l"], doubtful["uid_r"]]).unique().implode()
    left, right = label.gather(pairs["uid_l"]), label.gather(pairs["uid_r"])
    apart = (left != right) & (systems.gather(pairs["uid_l"]) != systems.gather(pairs["uid_r"]))
    doubt = c("uid_l").is_in(ends) | c("uid_r").is_in(ends)
    marked = pairs.select(
        "match_probability", doubt=doubt, apart=apart, full=_no_room(left, right, label, systems)
    )
    rather_not = c("match_probability") < EVEN
    second = c("apart") & (c("doubt") & rather_not | c("full") & (c("doubt") | rather_not))
    return pairs.filter(~marked.select(second).to_series())


def _no_room(left: pl.Series, right: pl.Series, label: pl.Series, systems: pl.Series) -> pl.Series:
    """Tell of which pairs of clusters (`left`, `right`) both have records of one system."""
    both = pl.DataFrame({"left": left, "right": right}).unique()
    held = pl.DataFrame({"cluster": label, "system": systems}).unique()
    full = both.join(held, left_on="left", right_on="cluster").join(
        held, left_on=["right", "system"], right_on=["cluster", "system"], how="semi"
    )
    marked = pl.DataFrame({"left": left, "right": right}).join(
        full.select("left", "right", full=True).unique(),
        on=["left", "right"],
        how="left",
        maintain_order="left",
    )
    return marked["full"].fill_null(False)


def _cluster_pairs(pairs: pl.DataFrame, of: pl.DataFrame) -> pl.DataFrame:
    """Give the pairs of clusters that settled pairs of records stand for."""
    both = pairs.join(of.rename({"uid": "uid_l", "cluster": "a"}), on="uid_l").join(
        of.rename({"uid": "uid_r", "cluster": "b"}), on="uid_r"
    )
    return both.select(low=pl.min_horizontal("a", "b"), high=pl.max_horizontal("a", "b")).unique()
