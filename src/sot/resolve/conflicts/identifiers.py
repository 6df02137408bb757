"""Conflicts about identifiers that two golden customers share."""

from __future__ import annotations

import polars as pl

from sot.model.kinds import ConflictKind
from sot.resolve.cell_text import KEY, joined
from sot.resolve.conflicts.table import found
from sot.resolve.members import Members


def shared(members: Members, related: pl.DataFrame, shared_by: int) -> pl.DataFrame:
    """Find the tax ids, registration ids and domains that 2 to `shared_by` customers share.

    A domain that joins companies of one group is what one expects of a group.
    """
    country = pl.col("n_country").fill_null("")
    tax_id = pl.when(pl.col("n_tax_valid").fill_null(True)).then(
        pl.concat_str(country, pl.lit(" "), "n_tax_id")
    )
    registration = pl.col("registration_id").str.to_uppercase().str.replace_all(r"[^A-Z0-9]+", "")
    registration = pl.when(registration.str.contains(r"\d")).then(
        pl.concat_str(country, pl.lit(" "), registration)
    )
    return pl.concat(
        [
            _shared(members, "tax_id", tax_id, pl.col("tax_id"), shared_by),
            _shared(members, "registration_id", registration, pl.col("registration_id"), shared_by),
            _unexplained(
                _shared(members, "domain", pl.col("n_domain"), pl.col("n_domain"), shared_by),
                members,
                related,
            ),
        ]
    )


def _shared(members: Members, field: str, key: pl.Expr, shown: pl.Expr, shared_by: int) -> pl.DataFrame:
    holders = members.records.select("customer", key.alias("shared"))
    customers = holders.drop_nulls("shared").unique().group_by("shared").len("customers")
    asked = customers.filter(pl.col("customers").is_between(2, shared_by))["shared"]
    rows = members.at(
        members.of(holders["shared"].is_in(asked.implode()).fill_null(False).arg_true()),
        "golden_id", "uid", "system", KEY.alias("key"), key.alias("shared"), shown.alias("chosen"),
        pl.concat_str("golden_id", pl.lit("="), pl.col("name").fill_null("")).alias("said"),
    ).sort("shared", "golden_id", "uid")  # fmt: skip
    by = ("shared",)
    base = rows.unique("shared", keep="first", maintain_order=True)
    first = rows.unique(["shared", "golden_id"], keep="first", maintain_order=True)
    return found(
        ConflictKind.IDENTIFIER_SHARED,
        base.select("customer", "shared", "chosen", pl.lit(field).alias("field")),
        joined(first, "said", " | ", "values", by),
        joined(rows.sort("shared", "system"), "system", "|", "fix_in", by),
        joined(rows, "key", "|", "record_ids", by),
        by=by,
    )


def _unexplained(conflicts: pl.DataFrame, members: Members, related: pl.DataFrame) -> pl.DataFrame:
    """Leave out what relations explain: enough of them to hold all sharers together."""
    domains = conflicts.select(pl.col("chosen").alias("n_domain"))
    known = members.records.select("n_domain", "golden_id")
    sharers = known.join(domains, on="n_domain", how="semi").unique()
    pairs = (
        related.select("golden_id_l", "golden_id_r")
        .join(sharers.rename({"golden_id": "golden_id_l"}), on="golden_id_l")
        .join(sharers.rename({"golden_id": "golden_id_r"}), on=["golden_id_r", "n_domain"])
        .group_by("n_domain").agg(pl.struct("golden_id_l", "golden_id_r").n_unique().alias("pairs"))
    )  # fmt: skip
    explained = (
        sharers.group_by("n_domain").len("customers").join(pairs, on="n_domain")
        .filter(pl.col("pairs") >= pl.col("customers") - 1)
    )  # fmt: skip
    return conflicts.join(explained, left_on="chosen", right_on="n_domain", how="anti", maintain_order="left")
