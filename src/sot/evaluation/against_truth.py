"""How good a run is against a truth: pairs, B-cubed, customers exactly right, and the links of each band."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from sot.errors import InputError
from sot.evaluation.handoffs_truth import HandoffScores, evaluate_handoffs
from sot.evaluation.score import Score
from sot.evaluation.tables import read_table
from sot.model.truth import TRUTH
from sot.workspace.run_folder import unfinished

PAIR_COLUMNS = ("system_l", "record_id_l", "system_r", "record_id_r", "label")


@dataclass(frozen=True)
class Band:
    """The links of one band that a run made inside customers, and how many of them are right."""

    links: int
    right: int

    @property
    def precision(self) -> float | None:
        """The share of right links; None where there are none."""
        return self.right / self.links if self.links else None


@dataclass(frozen=True)
class Evaluation:
    """What a truth says of a run; records of the truth that the run does not hold count as standing alone."""

    records: int
    missing: int
    pairs: Score
    entities: int | None = None
    customers: int | None = None
    largest: int | None = None
    b_cubed: Score | None = None
    exactly_right: float | None = None
    bands: dict[str, Band] | None = None
    handoffs: HandoffScores | None = None

    def plain(self) -> dict[str, Any]:
        """Give everything as JSON values."""
        values: dict[str, Any] = {
            "records": self.records,
            "missing": self.missing,
            "pairs": {**asdict(self.pairs), "f1": self.pairs.f1},
        }
        if self.b_cubed is not None:
            values |= {
                "entities": self.entities,
                "customers": self.customers,
                "largest_customer": self.largest,
                "b_cubed": {**asdict(self.b_cubed), "f1": self.b_cubed.f1},
                "exactly_right": self.exactly_right,
            }
        if self.bands is not None:
            values["links"] = {
                band: {**asdict(links), "precision": links.precision} for band, links in self.bands.items()
            }
        if self.handoffs is not None:
            values["handoffs"] = self.handoffs.plain()
        return values


def evaluate_truth(run: Path, truth: Path) -> Evaluation:
    """Hold a run (its folder, or a crosswalk file) against a truth that names the entity of each record.

    The truth is that file, or a folder with it (truth.csv) and with the truth about documents (links.csv,
    handoffs.csv, bi.csv), which only a run's folder can be held against.
    """
    crosswalk = read_crosswalk(run)
    folder, truth = truth, truth / "truth.csv" if truth.is_dir() else truth
    known = read_table(truth, TRUTH, "truth").unique(
        ["system", "record_id"], keep="last", maintain_order=True
    )
    resolved = resolve(crosswalk, known.select("system", "record_id"))
    judged = known.with_columns(resolved).with_columns(
        pl.coalesce("golden_id", pl.concat_str(pl.lit("\0alone "), pl.int_range(pl.len()))).alias("customer")
    )
    measured = _measure(judged, _bands(run, judged))
    if folder.is_dir() and run.is_dir():
        return replace(measured, handoffs=evaluate_handoffs(run, folder, judged))
    return measured


def evaluate_pairs(run: Path, pairs: Path) -> Evaluation:
    """Hold a run against judged pairs; `label` is 1 for the same customer and 0 for two."""
    crosswalk = read_crosswalk(run)
    judged = read_table(pairs, PAIR_COLUMNS, "judged pairs")
    wrong = judged.with_row_index("row", offset=2).filter(~pl.col("label").is_in(["0", "1"]))
    if wrong.height:
        row, label = wrong.select("row", "label").row(0)
        raise InputError(f"{pairs}: row {row}: label is '{label}', not 1 (the same customer) or 0 (two)")
    sides = [
        resolve(
            crosswalk,
            judged.select(
                pl.col(f"system_{side}").alias("system"), pl.col(f"record_id_{side}").alias("record_id")
            ),
        )["golden_id"].alias(side)
        for side in ("l", "r")
    ]
    frame = judged.with_columns(*sides).with_columns(
        (pl.col("l") == pl.col("r")).fill_null(False).alias("joined")
    )
    same, joined = pl.col("label") == "1", pl.col("joined")
    right, wrongly, lost, missing = frame.select(
        (joined & same).sum().alias("right"),
        (joined & ~same).sum().alias("wrongly"),
        (~joined & same).sum().alias("lost"),
        (pl.col("l").is_null() | pl.col("r").is_null()).sum().alias("missing"),
    ).row(0)
    return Evaluation(
        frame.height, missing, Score(right / max(right + wrongly, 1), right / max(right + lost, 1))
    )


def read_crosswalk(run: Path) -> pl.DataFrame:
    """Read the crosswalk of a run folder, or the crosswalk file itself: system, record_id, golden_id."""
    path = run / "crosswalk.csv" if run.is_dir() else run
    if not path.is_file():
        wrong = unfinished(run)
        raise InputError(wrong.message, wrong.hint)
    return read_table(path, ("system", "record_id", "golden_id"), "crosswalk")


def resolve(crosswalk: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Give found_system, found_id and golden_id for each key (system, record_id), in order, or nulls.

    A record is found by its id. The system decides only where several records share an id: by its whole name,
    else by the part before the first underscore ("salesforce_accounts" is "salesforce").
    """
    rows = crosswalk.select(
        pl.col("record_id"), pl.col("system").alias("found_system"), pl.col("golden_id")
    ).with_row_index("row")
    asked = keys.with_row_index("key")
    hits = asked.join(rows, on="record_id", how="inner", nulls_equal=False)
    own, other = pl.col("system").str.to_lowercase(), pl.col("found_system").str.to_lowercase()
    tests = (
        pl.lit(True),
        own == other,
        own.str.split("_").list.first() == other.str.split("_").list.first(),
    )
    chosen = []
    for number, test in enumerate(tests):
        fitting = hits.filter(test).with_columns(pl.len().over("key").alias("hits"))
        chosen.append(fitting.filter(pl.col("hits") == 1).with_columns(pl.lit(number).alias("test")))
        # a whole name that fits more than one record settles nothing, and nor does a part of it
        done = pl.concat(chosen)["key"] if number else chosen[0]["key"]
        blocked = fitting.filter(pl.col("hits") > 1)["key"] if number == 1 else pl.Series(dtype=done.dtype)
        hits = hits.filter(~pl.col("key").is_in(pl.concat([done, blocked]).unique().implode()))
    resolved = pl.concat(chosen).select(
        "key", "found_system", pl.col("record_id").alias("found_id"), "golden_id"
    )
    return asked.join(resolved, on="key", how="left", maintain_order="left").select(
        "found_system", "found_id", "golden_id"
    )


def _measure(judged: pl.DataFrame, bands: dict[str, Band] | None) -> Evaluation:
    """Count pairs and B-cubed over the table of records with entity_id and customer."""
    cells = judged.group_by("entity_id", "customer").agg(pl.len().cast(pl.Int64).alias("both"))
    cells = cells.with_columns(
        pl.col("both").sum().over("entity_id").alias("true"),
        pl.col("both").sum().over("customer").alias("made"),
    )
    records = max(judged.height, 1)
    size = judged.group_by("customer").len()["len"].cast(pl.Int64)
    true = judged.group_by("entity_id").len()["len"].cast(pl.Int64)
    right, made, wanted = (int((n * (n - 1) // 2).sum()) for n in (cells["both"], size, true))
    exact = cells.filter((pl.col("both") == pl.col("true")) & (pl.col("both") == pl.col("made"))).height
    b_precision, b_recall = cells.select(
        (pl.col("both") ** 2 / pl.col("made")).sum().alias("made"),
        (pl.col("both") ** 2 / pl.col("true")).sum().alias("true"),
    ).row(0)
    return Evaluation(
        records=judged.height,
        missing=judged["golden_id"].null_count(),
        pairs=Score(right / max(made, 1), right / max(wanted, 1)),
        entities=true.len(),
        customers=size.len(),
        largest=int(size.max() or 0),  # type: ignore[arg-type]
        b_cubed=Score(b_precision / records, b_recall / records),
        exactly_right=exact / max(true.len(), 1),
        bands=bands,
    )


def _bands(run: Path, judged: pl.DataFrame) -> dict[str, Band] | None:
    """Count, for each band, the links inside one customer, and how many of them the truth confirms."""
    tables = run / "tables"
    if not all((tables / f"{name}.parquet").is_file() for name in ("pairs", "records", "memberships")):
        return None
    entity = judged.select(
        pl.col("found_system").alias("system"), pl.col("found_id").alias("record_id"), "entity_id"
    ).drop_nulls()
    known = (
        pl.read_parquet(tables / "records.parquet", columns=["uid", "system", "record_id"])
        .join(entity, on=["system", "record_id"])
        .join(pl.read_parquet(tables / "memberships.parquet", columns=["uid", "golden_id"]), on="uid")
        .select("uid", "entity_id", "golden_id")
    )
    pairs = pl.read_parquet(tables / "pairs.parquet", columns=["uid_l", "uid_r", "band"])
    for side in ("l", "r"):
        pairs = pairs.join(known.rename({name: f"{name}_{side}" for name in known.columns}), on=f"uid_{side}")
    inside = pairs.filter((pl.col("golden_id_l") == pl.col("golden_id_r")) & (pl.col("band") != "apart"))
    counts = inside.group_by("band").agg(
        pl.len().alias("links"), (pl.col("entity_id_l") == pl.col("entity_id_r")).sum().alias("right")
    )
    return {band: Band(links, right) for band, links, right in counts.sort("band").iter_rows()}
