"""Links by reference: one document mentions a number by which another is known, or both mention the same rare one."""

from __future__ import annotations

import polars as pl

from sot.handoffs.reference_keys import identities, mentions, telling
from sot.rules.handoffs import ReferenceRules

PAIRS = (
    ("deal", "project"), ("deal", "invoice"), ("project", "invoice"), ("invoice", "payment"), ("invoice", "credit"),
    ("deal", "credit"), ("project", "credit"),
)  # fmt: skip
"""The kinds of documents that are linked, the earlier one first."""

_TYPED, _TELLING, _SHARED, _WEAK = 0.99, 0.98, 0.95, 0.9
"""How sure a link is: by a column for such references, a telling code in text, a code that both mention, a number."""

_NEAR = 0.04

_SAME = pl.col("family") == pl.col("family_right")


def by_reference(table: pl.DataFrame, own: pl.DataFrame, rules: ReferenceRules) -> pl.DataFrame:
    """Give (l, r, pair, probability, key) for the documents that references link.

    `own` (family, key) are numbers of the customers themselves, which refer to no document.
    """
    mentioned = mentions(table, rules).join(own, on=["family", "key"], how="anti", maintain_order="left")
    known = identities(table, mentioned.select("key").unique())
    pointed = _best(_unique(_oriented(_pointers(mentioned, known), "target_doc")))
    shared = _shared(mentioned, known, rules)
    both = pl.concat([pointed, shared.select(pointed.columns)])
    # What names its own counterpart for sure is not the one of another, whose code ends in the same digits.
    surest = pl.col("probability").max().over("r", "pair")
    return (
        both.filter((pl.col("probability") > _WEAK) | (surest <= _WEAK + _NEAR))
        .sort("l", "r", "probability", "key", descending=[False, False, True, False])
        .unique(["l", "r"], keep="first", maintain_order=True)
    )


def _pointers(mentioned: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Give every mention with the documents that are known by it."""
    hits = mentioned.join(known.rename({"doc": "target_doc"}), on="key", maintain_order="left")
    hits = hits.filter(
        (pl.col("doc") != pl.col("target_doc"))
        & (pl.col("target").is_null() | (pl.col("target") == pl.col("kind_right")))
    )
    same = _SAME.fill_null(False)
    code = telling(pl.col("key"))
    afar = (
        pl.col("exact")
        & ~pl.col("worded")
        & ((pl.col("typed") & (pl.col("key").str.len_chars() >= 4)) | code)
    )
    return hits.with_columns(same=same).filter(same | afar).with_columns(
        probability=pl.when(pl.col("typed") & pl.col("exact"))
        .then(_TYPED)
        .when(pl.col("exact") & code)
        .then(_TELLING)
        .otherwise(_WEAK)
        - pl.when(same).then(0).otherwise(0.05)
    )  # fmt: skip


def _oriented(hits: pl.DataFrame, other: str) -> pl.DataFrame:
    """Keep the pairs of kinds that are linked, and put the earlier document left."""
    pairs = pl.DataFrame(
        [(a, b, False, f"{a}_{b}") for a, b in PAIRS] + [(b, a, True, f"{a}_{b}") for a, b in PAIRS],
        schema={"kind": pl.String, "kind_right": pl.String, "turned": pl.Boolean, "pair": pl.String},
        orient="row",
    )
    oriented = hits.join(pairs, on=["kind", "kind_right"], maintain_order="left")
    return oriented.with_columns(
        l=pl.when("turned").then(other).otherwise("doc"), r=pl.when("turned").then("doc").otherwise(other)
    )


def _unique(hits: pl.DataFrame) -> pl.DataFrame:
    """Keep what a mention points at where it is one document, those of the own customer first."""
    mention = ["doc", "key", "kind_right"]
    hits = hits.with_columns(several=pl.len().over(mention) > 1)
    alone, hits = hits.filter(~pl.col("several")), hits.filter("several")
    hits = hits.filter(pl.col("same") | ~pl.col("same").any().over(mention))
    exact = hits.filter(pl.col("exact") | ~pl.col("exact").any().over(mention))
    return pl.concat([alone, exact.filter(pl.col("target_doc").n_unique().over(mention) == 1)])


def _best(hits: pl.DataFrame) -> pl.DataFrame:
    """Where a document points at others by a sure reference, its less sure ones are left out."""
    sure = pl.col("probability").max().over("doc", "pair")
    return hits.filter(pl.col("probability") >= sure - 0.06).select("l", "r", "pair", "probability", "key")


def _shared(mentioned: pl.DataFrame, known: pl.DataFrame, rules: ReferenceRules) -> pl.DataFrame:
    """Link documents that mention the same code, which none is known by: an order number, a contract."""
    codes = mentioned.filter(
        pl.col("whole")
        & pl.col("family").is_not_null()
        & (pl.col("key").str.len_chars() >= rules.least_characters)
    )
    codes = codes.join(
        known.select("key", "kind").unique(), on=["key", "kind"], how="anti", maintain_order="left"
    )
    codes = codes.unique(["doc", "key"], keep="first", maintain_order=True).with_columns(
        a_side=pl.len().over("family", "key", "kind")
    )
    codes = codes.filter(pl.col("a_side") <= rules.documents_a_side)
    both = codes.join(codes, on=["family", "key"], suffix="_right", maintain_order="left")
    both = both.filter(pl.min_horizontal("a_side", "a_side_right") == 1).with_columns(
        family_right=pl.col("family")
    )
    links = _oriented(both.filter(pl.col("kind") != pl.col("kind_right")), "doc_right").filter(
        ~pl.col("turned")
    )
    return links.select("l", "r", "pair", pl.lit(_SHARED).alias("probability"), "key")
