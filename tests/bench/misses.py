"""What a run got wrong against a truth, by its evidence, with examples: `python -m tests.bench.misses RUN TRUTH`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl

SHOWN = ("name_form", "place", "web")
EXAMPLES = 3


def misses(run: Path, truth: Path) -> pl.DataFrame:
    """Give each pair that the run joins wrongly (false) or leaves apart wrongly (missed), with the levels of SHOWN."""
    tables = run / "tables"
    records = pl.read_parquet(tables / "records.parquet").select("uid", "system", "record_id", "name", "city")
    members = pl.read_parquet(tables / "memberships.parquet").select("uid", "cluster")
    known = pl.read_csv(truth, infer_schema=False).rename({"entity_id": "entity"})
    placed = records.join(members, on="uid").join(known, on=["system", "record_id"])
    both = pl.concat([_pairs(placed, "cluster"), _pairs(placed, "entity")]).unique()
    at = placed.select("uid", "cluster", "entity", "name", "city")
    both = both.join(at, left_on="uid_l", right_on="uid").join(
        at, left_on="uid_r", right_on="uid", suffix="_r"
    )
    wrong = both.filter(
        (pl.col("cluster") == pl.col("cluster_r")) != (pl.col("entity") == pl.col("entity_r"))
    )
    pairs = pl.read_parquet(tables / "pairs.parquet").select(
        "uid_l", "uid_r", *(f"gamma_{name}" for name in SHOWN)
    )
    wrong = wrong.join(pairs, on=["uid_l", "uid_r"], how="left").with_columns(
        error=pl.when(pl.col("entity") == pl.col("entity_r"))
        .then(pl.lit("missed"))
        .otherwise(pl.lit("false"))
    )
    return wrong.with_columns(_named(tables)).sort("uid_l", "uid_r")


def _pairs(placed: pl.DataFrame, group: str) -> pl.DataFrame:
    side = placed.select(group, "uid")
    joined = side.join(side, on=group, suffix="_r").filter(pl.col("uid") < pl.col("uid_r"))
    return joined.select(uid_l="uid", uid_r="uid_r")


def _named(tables: Path) -> list[pl.Expr]:
    parameters = json.loads((tables / "matching.json").read_text(encoding="utf-8"))["parameters"]
    levels = {c["name"]: {x["gamma"]: x["name"] for x in c["levels"]} for c in parameters["comparisons"]}
    return [
        pl.when(pl.col("gamma_name_form").is_null())
        .then(pl.lit("not compared"))
        .otherwise(
            pl.col(f"gamma_{name}").replace_strict(levels[name], default="missing", return_dtype=pl.String)
        )
        .alias(name)
        for name in SHOWN
    ]


def main(arguments: list[str]) -> int:
    """Print the causes, most frequent first, each with some examples."""
    found = misses(Path(arguments[0]), Path(arguments[1]))
    causes = found.group_by("error", *SHOWN).agg(
        pl.len(), pl.struct("name", "city", "name_r", "city_r").head(EXAMPLES)
    )
    lines = [f"{found.height} wrong pairs"]
    for error, *levels, count, examples in (
        causes.sort("len", "error", *SHOWN, descending=True).head(30).iter_rows()
    ):
        lines.append(f"{count:6} {error:7} {' | '.join(map(str, levels))}")
        lines += [f"          {e['name']} ({e['city']})  ~  {e['name_r']} ({e['city_r']})" for e in examples]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
