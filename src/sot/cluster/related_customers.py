"""Customers that belong together but are not one: parents, groups and branches."""

from __future__ import annotations

import polars as pl

from sot.cluster.evidence_text import same_words, words
from sot.model.decisions import Constraints
from sot.model.kinds import Relation
from sot.model.matching import UsedModel
from sot.model.tables import RELATED, conform
from sot.rules.matching import RelatedRules

c = pl.col


def declared_parents(records: pl.DataFrame) -> pl.DataFrame:
    """Give uid_l (parent), uid_r (child) as the systems say themselves: by parent id, else by its exact name."""
    own = records.select("uid", "system", "record_id", "name")
    by_id = records.filter(c("parent_id").is_not_null()).select("uid", "system", "parent_id")
    by_parent_id = by_id.join(
        own, left_on=["system", "parent_id"], right_on=["system", "record_id"], suffix="_l"
    )
    by_name = records.filter(c("parent_id").is_null() & c("parent_name").is_not_null()).select(
        "uid", "system", "parent_name"
    )
    asked = by_name.select("system", name="parent_name").unique()
    once = own.join(asked, on=["system", "name"], how="semi").filter(pl.len().over("system", "name") == 1)
    named = by_name.join(once, left_on=["system", "parent_name"], right_on=["system", "name"], suffix="_l")
    both = pl.concat(
        [by_parent_id.select(uid_l="uid_l", uid_r="uid"), named.select(uid_l="uid_l", uid_r="uid")]
    )
    return both.filter(c("uid_l") != c("uid_r")).unique().sort("uid_l", "uid_r")


def without_jobs(parents: pl.DataFrame, records: pl.DataFrame, legal_words: frozenset[str]) -> pl.DataFrame:
    """Give declared parents (uid_l) and children (uid_r) but for those children that are jobs of their parent.

    Some systems keep the jobs and projects of a customer as accounts below it, under its name and a colon ("Miller
    Inc:Kitchen"). Who is called a company behind the colon is one of its own.
    """
    named = records.select("uid", "name")
    both = parents.join(named, left_on="uid_l", right_on="uid").join(
        named, left_on="uid_r", right_on="uid", suffix="_child"
    )
    before = c("name").str.strip_chars().str.to_lowercase()
    child = c("name_child").str.strip_chars().str.to_lowercase()
    rest = child.str.slice(before.str.len_chars())
    company = (
        rest.str.replace_all(r"[.]", "")
        .str.extract_all(r"[\p{L}\p{N}]+")
        .list.eval(pl.element().is_in(sorted(legal_words)))
        .list.any()
    )
    job = child.str.starts_with(before) & rest.str.contains(r"^\s*:") & ~company
    return both.filter(~job.fill_null(False)).select(parents.columns)


def related(
    pairs: pl.DataFrame,
    parents: pl.DataFrame,
    constraints: Constraints,
    golden_id: pl.Series,
    model: UsedModel,
    rules: RelatedRules,
) -> pl.DataFrame:
    """Give RELATED: each pair of golden customers once, the strongest word for it first.

    pairs are scored pairs; parents declared ones (uid_l is the parent); golden_id is that of each uid.
    """
    tables = [
        constraints.related.select(
            "uid_l", "uid_r", c("relation").fill_null(str(Relation.GROUP)),
            evidence=pl.lit("decided by a steward"), rank=pl.lit(0), weight=pl.lit(0.0),
        ),
        parents.select(
            "uid_l", "uid_r", relation=pl.lit(str(Relation.PARENT)),
            evidence=pl.lit("declared by the system"), rank=pl.lit(1), weight=pl.lit(0.0),
        ),
        _from_evidence(pairs, constraints.cannot, model, rules),
    ]  # fmt: skip
    every = pl.concat(
        [
            table.cast({"uid_l": pl.Int32, "uid_r": pl.Int32, "rank": pl.Int32, "weight": pl.Float64})
            for table in tables
        ]
    )
    every = every.with_columns(
        golden_id_l=golden_id.gather(every["uid_l"]), golden_id_r=golden_id.gather(every["uid_r"])
    )
    every = every.filter(c("golden_id_l") != c("golden_id_r"))
    low, high = (
        pl.min_horizontal("golden_id_l", "golden_id_r"),
        pl.max_horizontal("golden_id_l", "golden_id_r"),
    )
    every = every.with_columns(low=low, high=high).sort(
        ["low", "high", "rank", "weight", "uid_l", "uid_r"],
        descending=[False, False, False, True, False, False],
    )
    once = every.unique(["low", "high"], keep="first", maintain_order=True)
    symmetric = c("relation") != str(Relation.PARENT)
    once = once.with_columns(
        golden_id_l=pl.when(symmetric).then("low").otherwise("golden_id_l"),
        golden_id_r=pl.when(symmetric).then("high").otherwise("golden_id_r"),
    )
    return conform(once, RELATED).sort("golden_id_l", "golden_id_r")


def _from_evidence(
    pairs: pl.DataFrame, parted: pl.DataFrame, model: UsedModel, rules: RelatedRules
) -> pl.DataFrame:
    # A web domain, mailbox, tax or phone number in common is a sign of one group; a name alone must be a rare one.
    signs = [c(f"bits_{name}").fill_null(0) > 1 for name in ("web", "phone", "mailbox", "tax_id")]
    least = pl.when(pl.any_horizontal(signs)).then(rules.least).otherwise(rules.names_alone)
    likely = pairs.filter((c("relation_weight") >= least) & (c("bits_name") > 3))
    likely = likely.join(parted, on=["uid_l", "uid_r"], how="anti")
    relation = (
        pl.when(same_words(likely, model))
        .then(pl.lit(str(Relation.BRANCH)))
        .otherwise(pl.lit(str(Relation.GROUP)))
    )
    return likely.select(
        "uid_l",
        "uid_r",
        relation=relation,
        evidence=words(likely, model),
        rank=pl.lit(2),
        weight="relation_weight",
    )
