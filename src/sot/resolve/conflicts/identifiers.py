"""Conflicts about identifiers that two golden customers share."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sot.model.kinds import ConflictKind
from sot.resolve.cell_text import KEY, joined
from sot.resolve.conflicts.table import found
from sot.resolve.members import Members

_COUNTRY = pl.col("n_country").fill_null("")
_TAX_ID = pl.when(pl.col("n_tax_valid").fill_null(True)).then(
    pl.concat_str(_COUNTRY, pl.lit(" "), "n_tax_id")
)
_LETTERS = pl.col("registration_id").str.to_uppercase().str.replace_all(r"[^A-Z0-9]+", "")
_REGISTRATION = pl.when(_LETTERS.str.contains(r"\d")).then(pl.concat_str(_COUNTRY, pl.lit(" "), _LETTERS))

COMPARED: Mapping[str, pl.Expr] = {
    "tax_id": _TAX_ID,
    "registration_id": _REGISTRATION,
    "domain": pl.col("n_domain"),
}
"""The identifiers that are asked for, as they are compared."""
SHOWN = {"tax_id": "tax_id", "registration_id": "registration_id", "domain": "n_domain"}
"""The column that is shown of each."""


def shared(members: Members, related: pl.DataFrame, shared_by: int) -> pl.DataFrame:
    """Find the tax ids, registration ids and domains that 2 to `shared_by` customers share.

    A domain that joins companies of one group is what one expects of a group.
    """
    rows = {field: _sharers(members, field, shared_by) for field in COMPARED}
    return of_sharers(rows, related)


def of_sharers(rows: Mapping[str, pl.DataFrame], related: pl.DataFrame) -> pl.DataFrame:
    """Give the conflicts of `rows`: of each identifier the records of all customers that share one.

    They have customer, golden_id, uid, system, key, shared (as compared), chosen (as shown) and name.
    """
    parts = {field: _conflicts(field, held) for field, held in rows.items()}
    parts["domain"] = _unexplained(parts["domain"], rows["domain"], related)
    return pl.concat(parts.values())


def _sharers(members: Members, field: str, shared_by: int) -> pl.DataFrame:
    holders = members.records.select("customer", COMPARED[field].alias("shared"))
    customers = holders.drop_nulls("shared").unique().group_by("shared").len("customers")
    asked = customers.filter(pl.col("customers").is_between(2, shared_by))["shared"]
    return members.at(
        members.of(holders["shared"].is_in(asked.implode()).fill_null(False).arg_true()),
        "golden_id", "uid", "system", "name", KEY.alias("key"), COMPARED[field].alias("shared"),
        pl.col(SHOWN[field]).alias("chosen"),
    )  # fmt: skip


def _conflicts(field: str, rows: pl.DataFrame) -> pl.DataFrame:
    named = pl.concat_str("golden_id", pl.lit("="), pl.col("name").fill_null(""))
    rows = rows.with_columns(said=named).sort("shared", "golden_id", "uid")
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


def _unexplained(conflicts: pl.DataFrame, rows: pl.DataFrame, related: pl.DataFrame) -> pl.DataFrame:
    """Leave out what relations explain: enough of them to hold all sharers together."""
    sharers = rows.select(n_domain="shared", golden_id="golden_id").unique()
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
