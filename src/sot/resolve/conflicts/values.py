"""Conflicts about values: systems disagree, nothing but the alphabet decided, the authority has nothing."""

from __future__ import annotations

import polars as pl

from sot.model.kinds import ConflictKind
from sot.resolve.conflicts.table import found
from sot.resolve.fields import Field
from sot.resolve.survivorship import TIE, Choice, ranks
from sot.resolve.texts import joined, said
from sot.rules.governance import FieldRule


def disagreements(members: pl.DataFrame, field: Field, choice: Choice) -> pl.DataFrame:
    """Find the customers whose records hold different values, by what the difference amounts to."""
    rivals = said(members, choice.rivals["uid"], field)
    winners = choice.winners.join(
        rivals.select("cluster").unique(), on="cluster", how="semi", maintain_order="left"
    )
    chosen = said(members, winners["uid"], field)
    everything = pl.concat([chosen, rivals])
    base = winners.select(
        "cluster",
        "rule",
        pl.lit(field.name).alias("field"),
        _text(members, winners["uid"], field).alias("chosen"),
    )
    clashing = clashes(members) if field.name == "tax_id" else base.select("cluster").head(0)
    kind = (
        pl.when(pl.col("cluster").is_in(clashing["cluster"].implode()))
        .then(pl.lit(ConflictKind.IDENTIFIER_CLASH.value))
        .when(pl.col("rule") == TIE)
        .then(pl.lit(ConflictKind.SURVIVORSHIP_TIE.value))
        .otherwise(pl.lit(ConflictKind.VALUE_DISAGREEMENT.value))
    )
    return found(
        ConflictKind.VALUE_DISAGREEMENT,
        base.with_columns(kind.alias("kind")),
        joined(everything, "said", " | ", "values"),
        joined(rivals.sort("cluster", "system"), "system", "|", "fix_in"),
        joined(everything.sort("cluster", "uid"), "key", "|", "record_ids"),
    )


def clashes(members: pl.DataFrame) -> pl.DataFrame:
    """Give the clusters in which two tax ids of one country stand the test: not one company."""
    valid = members.filter(pl.col("n_tax_valid")).select("cluster", "n_country", "n_tax_id").unique()
    return valid.group_by("cluster", "n_country").len().filter(pl.col("len") > 1).select("cluster").unique()


def blanks(members: pl.DataFrame, field: Field, choice: Choice, rule: FieldRule) -> pl.DataFrame:
    """Find the customers for whom the authority holds nothing, and another system does.

    A system that holds the field for nobody can't be blamed for a blank, nor can a record that was only taken
    from a document.
    """
    lacking = _lacking(members, field, rule).join(
        choice.winners.rename({"uid": "winner", "rank": "winner_rank"}), on="cluster"
    )
    lacking = lacking.filter(pl.col("rank") < pl.col("winner_rank")).sort("cluster", "uid")
    winners = lacking.unique("cluster", keep="first", maintain_order=True)
    rows = said(members, lacking["uid"], field)
    everything = pl.concat([said(members, winners["winner"], field), rows]).sort("cluster", "uid")
    return found(
        ConflictKind.AUTHORITY_BLANK,
        winners.select(
            "cluster", "rule", pl.lit(field.name).alias("field"),
            _text(members, winners["winner"], field).alias("chosen"),
        ),
        joined(everything, "said", " | ", "values"),
        joined(rows.sort("cluster", "system"), "system", "|", "fix_in"),
        joined(everything, "key", "|", "record_ids"),
    )  # fmt: skip


def _lacking(members: pl.DataFrame, field: Field, rule: FieldRule) -> pl.DataFrame:
    """Give (cluster, uid, rank) of the accounts of the highest authority in each customer."""
    accounts = members.select(
        "cluster", "uid", "system", "department", "object", field.tier.alias("tier")
    ).filter(pl.col("object") == "account")
    delivering = accounts.filter(pl.col("tier") > 0)["system"].unique().sort()
    owners = accounts.filter(pl.col("system").is_in(delivering.implode())).join(
        ranks(members, rule).filter(pl.col("rank") < len(rule.authority)), on=["system", "department"]
    )
    return owners.filter(pl.col("rank") == pl.col("rank").min().over("cluster")).select(
        "cluster", "uid", "rank"
    )


def _text(members: pl.DataFrame, uids: pl.Series, field: Field) -> pl.Series:
    return members[uids].select(field.text.alias("text"))["text"]
