"""Records that came since a run was approved, those that lost their place, and ids that only changed."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sot.decision_log import Findings
from sot.drift.snapshot import KEY, Side
from sot.model.kinds import LinkedBy, ObjectKind, Verdict

EVIDENCE = (("n_tax_id",), ("n_domain",), ("n_email",), ("n_phone_key",), ("n_postcode", "n_street"))
"""What makes two accounts of one name equal, each by itself."""

ALL = (
    "name", "trade_name", "tax_id", "registration_id", "website", "email", "phone", "street", "city", "region",
    "postcode", "country", "parent_name",
)  # fmt: skip
"""What makes two accounts equal together, where all of it is the same or empty in both."""

IS_ACCOUNT = pl.col("object") == str(ObjectKind.ACCOUNT)


@dataclass(frozen=True)
class Fresh:
    """Records that the approved run did not know.

    came     all of them but those of `renamed`
    renamed  accounts that are there under another id: system, record_id, `was` (the id before)
    twice    accounts beside another live one of their customer in their system: system, record_id, `beside`
    """

    came: pl.DataFrame
    renamed: pl.DataFrame
    twice: pl.DataFrame


def fresh(before: Side, after: Side) -> Fresh:
    """Find the records that came, and what they are."""
    new = after.records.join(before.records, on=KEY, how="anti", maintain_order="left")
    gone = before.records.join(after.records, on=KEY, how="anti", maintain_order="left")
    renamed = _renamed(gone.filter(IS_ACCOUNT), new.filter(IS_ACCOUNT))
    return Fresh(
        came=new.join(renamed, on=KEY, how="anti", maintain_order="left"),
        renamed=renamed,
        twice=_twice(before, after, renamed),
    )


def _renamed(gone: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Pair accounts that vanished with equal ones that came; only where each has no other."""
    matched = [_pairs(gone, new, ("n_name", *evidence)) for evidence in EVIDENCE]
    matched.append(_pairs(gone.filter(pl.col("name").is_not_null()), new, ALL, empty_is_equal=True))
    pairs = pl.concat(matched).unique()
    alone = (pl.len().over("system", "record_id") == 1) & (pl.len().over("system", "was") == 1)
    return pairs.filter(alone).sort("system", "record_id")


def _pairs(
    gone: pl.DataFrame, new: pl.DataFrame, on: tuple[str, ...], empty_is_equal: bool = False
) -> pl.DataFrame:
    """Pair what agrees on the columns; two tax ids that differ are two companies."""
    wanted = list(dict.fromkeys((*KEY, *on, "n_tax_id")))
    pairs = new.select(wanted).join(
        gone.select(wanted), on=["system", *on], suffix="_was", nulls_equal=empty_is_equal
    )
    if "n_tax_id_was" in pairs.columns:
        pairs = pairs.filter((pl.col("n_tax_id") == pl.col("n_tax_id_was")).fill_null(True))
    return pairs.select(*KEY, pl.col("record_id_was").alias("was"))


def _twice(before: Side, after: Side, renamed: pl.DataFrame) -> pl.DataFrame:
    """Find live accounts beside another live one of their customer, that were not there or not live before."""
    live = after.records.filter(pl.col("live") & (pl.col("linked_by") != str(LinkedBy.DOUBT)))
    old = pl.concat([before.records.filter("live").select(KEY), renamed.select(KEY)])
    several = live.filter(pl.len().over("golden_id", "system") > 1).join(
        old.with_columns(old=True), on=KEY, how="left", maintain_order="left"
    )
    ordered = several.with_columns(pl.col("old").fill_null(False)).sort(
        "golden_id", "system", "old", "uid", descending=[False, False, True, False]
    )
    beside = ordered.with_columns(beside=pl.col("record_id").first().over("golden_id", "system"))
    return beside.filter(~pl.col("old") & (pl.col("record_id") != pl.col("beside"))).select(*KEY, "beside")


def lost(before: Side, after: Side, decided: Findings) -> pl.DataFrame:
    """Find records that are another customer now while others of theirs stayed, and links that are in doubt now.

    Only customers with a record whose values changed are looked at: others move with what came and went around
    them, and nobody did that. Records that stewards have `decided` to part are no loss. Gives system, record_id,
    golden_id, that of before (`was`), and whether a doubt is all (`doubted`).
    """
    then = before.records.select(*KEY, pl.col("golden_id").alias("was"), pl.col("linked_by").alias("by"))
    both = after.records.select(*KEY, "golden_id", "linked_by").join(then, on=KEY, maintain_order="left")
    alike = after.records.join(before.records, on=[*KEY, *ALL], how="semi", nulls_equal=True)
    touched = both.join(alike, on=KEY, how="anti")["was"].unique()
    same, doubt = pl.col("golden_id") == pl.col("was"), str(LinkedBy.DOUBT)
    stayed = both.filter(same)["golden_id"].unique()
    both = both.filter(pl.col("was").is_in(touched.implode()))
    moved = both.filter(~same & pl.col("was").is_in(stayed.implode()))
    doubted = both.filter(same & (pl.col("linked_by") == doubt) & (pl.col("by") != doubt))
    moved = _without_parted(moved, both.filter(same), decided)
    return pl.concat([moved.with_columns(doubted=pl.lit(False)), doubted.with_columns(doubted=pl.lit(True))])


def _without_parted(moved: pl.DataFrame, stayed: pl.DataFrame, decided: Findings) -> pl.DataFrame:
    """Leave out the records that a decision parts from a record of theirs that stayed."""
    beside = moved.select(*KEY, "was").join(stayed.select(*KEY, "was"), on="was", suffix="_stayed")
    parted = {
        (system, record_id)
        for system, record_id, *other in beside.drop("was").iter_rows()
        if decided.verdict((system, record_id), (other[0], other[1])) in (Verdict.DIFFERENT, Verdict.RELATED)
    }
    gone = pl.DataFrame(sorted(parted), schema=dict.fromkeys(KEY, pl.String), orient="row")
    return moved.join(gone, on=KEY, how="anti", maintain_order="left")
