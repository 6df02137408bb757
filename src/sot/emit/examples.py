"""The telling examples of a run: joined across spellings, kept apart for a reason, in doubt."""

from __future__ import annotations

from typing import Any

import polars as pl
from rapidfuzz import fuzz

from sot.emit.waterfall import PRIOR, waterfall
from sot.model.run import Run

Plain = dict[str, Any]

POOL = 20_000
"""So many pairs are looked at for each example, so that a run of millions is told as fast as a small one."""

REASONS = 3
"""So many comparisons are named in one sentence."""

SCORED = ("uid_l", "uid_r", "match_weight", "match_probability")
SHOWN = ("city", "country", "website", "email", "phone", "tax_id")
MOST_SHOWN = 4


def examples(run: Run, asked: pl.DataFrame, queue: pl.DataFrame) -> Plain:
    """Give one example of each kind, or None where the run has none."""
    return {"joined": joined(run), "apart": apart(run), "doubt": doubt(run, asked, queue)}


def joined(run: Run) -> Plain | None:
    """Give the customer whose records were joined automatically across the least alike names."""
    golden_ids = run.clustering.memberships["golden_id"]
    sure = run.matching.pairs.filter((pl.col("band") == "auto") & pl.col("against").is_null())
    cluster = run.clustering.memberships["cluster"]
    inside = cluster.gather(sure["uid_l"]) == cluster.gather(sure["uid_r"])
    pairs = (
        _with_names(run, sure.select(SCORED).filter(inside))
        .filter((pl.col("system_l") != pl.col("system_r")) & (pl.col("n_name_l") != pl.col("n_name_r")))
        .pipe(_likeliest)
    )
    best = _extreme(pairs, least=True)
    if best is None:
        return None
    golden_id = golden_ids[best["uid_l"]]
    golden = run.resolution.golden.filter(pl.col("golden_id") == golden_id).row(0, named=True)
    return {
        "golden_id": golden_id,
        "name": golden["name"],
        "match_probability": round(best["match_probability"], 4),
        "records": _records(run, (golden_ids == golden_id).arg_true().to_list()),
    } | _evidence(run, best["uid_l"], best["uid_r"], speaks_for=True)


def apart(run: Run) -> Plain | None:
    """Give two customers kept apart without a question: related ones first, then the most alike names."""
    golden_ids = run.clustering.memberships["golden_id"]
    held = run.matching.pairs.filter((pl.col("band") == "apart") | pl.col("against").is_not_null())
    held = held.select(SCORED).join(run.clustering.questions, on=["uid_l", "uid_r"], how="anti")
    relations = _relations(run)
    kin = golden_ids.is_in(relations["golden_id_l"].implode())
    among_kin = held.filter(kin.gather(held["uid_l"]) & kin.gather(held["uid_r"]))
    pairs = _with_names(run, pl.concat([_likeliest(among_kin), _likeliest(held)]).unique())
    pairs = pairs.with_columns(
        golden_ids.gather(pairs[f"uid_{side}"]).alias(f"golden_id_{side}") for side in ("l", "r")
    )
    pairs = (
        pairs.filter(pl.col("golden_id_l") != pl.col("golden_id_r"))
        .join(relations, on=["golden_id_l", "golden_id_r"], how="left")
        .pipe(_likeliest, 2 * POOL)
    )
    related = pairs.drop_nulls("relation")
    best = _extreme(related if related.height else pairs, least=False)
    if best is None:
        return None
    return {
        "golden_ids": [best["golden_id_l"], best["golden_id_r"]],
        "relation": best["relation"],
        "match_probability": round(best["match_probability"], 4),
        "records": _records(run, [best["uid_l"], best["uid_r"]]),
    } | _evidence(run, best["uid_l"], best["uid_r"], speaks_for=False)


def _likeliest(pairs: pl.DataFrame, most: int = POOL) -> pl.DataFrame:
    """Give the pairs with the greatest match weight in order, so that few are looked at further."""
    order = [-pl.col("match_weight"), pl.col("uid_l"), pl.col("uid_r")]
    return pairs.bottom_k(most, by=order).sort(order)


def _relations(run: Run) -> pl.DataFrame:
    """Give the related customers both ways round."""
    known = run.clustering.related.select("golden_id_l", "golden_id_r", "relation")
    turned = known.rename({"golden_id_l": "golden_id_r", "golden_id_r": "golden_id_l"}).select(known.columns)
    return pl.concat([known, turned]).unique(
        ["golden_id_l", "golden_id_r"], keep="first", maintain_order=True
    )


def doubt(run: Run, asked: pl.DataFrame, queue: pl.DataFrame) -> Plain | None:
    """Give the first case of the review queue."""
    if not queue.height:
        return None
    case = queue.row(0, named=True)
    asked = asked.filter(pl.col("case_id") == case["case_id"])
    uids = [*asked["uid_l"], *asked["uid_r"]]
    return {
        "case_id": case["case_id"],
        "match_probability": case["match_probability"],
        "because": case["why"],
        "joined": case["joined"],
        "vetoed": case["vetoed"],
        "records": _records(run, uids),
        "evidence": waterfall(run, asked["uid_l"][0], asked["uid_r"][0]),
    }


def _evidence(run: Run, uid_l: int, uid_r: int, speaks_for: bool) -> Plain:
    """Give the waterfall of a pair, and in words what weighs most in it for (or against) one customer."""
    steps = waterfall(run, uid_l, uid_r)
    telling = [
        step
        for step in steps
        if (step["bits"] > 0) == speaks_for and step["comparison"] not in ("name", PRIOR)
    ]
    reasons = (f"{step['comparison'].replace('_', ' ')}: {step['level']}" for step in telling[:REASONS])
    return {
        "because": ", ".join(reasons) or ("alike names" if speaks_for else "names too different"),
        "evidence": steps,
    }


def _with_names(run: Run, pairs: pl.DataFrame) -> pl.DataFrame:
    """Add the systems and names of both sides; a pair with a nameless side is left out."""
    for side in ("l", "r"):
        names = run.records.select(
            pl.col("system", "n_name").name.suffix(f"_{side}").gather(pairs[f"uid_{side}"])
        )
        pairs = pairs.hstack(names).drop_nulls(f"n_name_{side}")
    return pairs


def _extreme(pairs: pl.DataFrame, least: bool) -> Plain | None:
    """Give the pair with the least (or most) alike names; the first in the order of `pairs` among equals."""
    if not pairs.height:
        return None
    alike = [
        fuzz.token_set_ratio(left, right) for left, right in pairs.select("n_name_l", "n_name_r").iter_rows()
    ]
    return pairs.row(alike.index(min(alike) if least else max(alike)), named=True)


def _records(run: Run, uids: list[int]) -> list[Plain]:
    rows = run.records.filter(pl.col("uid").is_in(uids)).sort("uid").head(6)
    return [
        {
            "system": row["system"],
            "record_id": row["record_id"],
            "name": row["name"],
            "others": [row[field] for field in SHOWN if row[field] is not None][:MOST_SHOWN],
        }
        for row in rows.iter_rows(named=True)
    ]
