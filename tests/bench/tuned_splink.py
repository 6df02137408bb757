"""The same job with Splink, tuned by hand for speed: few comparisons, narrow blocks, wide columns dropped first.

`python -m tests.bench.tuned_splink EXPORTS CROSSWALK` reads the exports of `sot demo` and makes a crosswalk.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import polars as pl
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.exceptions import EMTrainingException

from tests.bench.straight_splink import read

FREE_MAIL = (
    "gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "aol.com", "icloud.com", "gmx.de", "web.de"
)  # fmt: skip
FORMS = r"\b(inc|incorporated|corp|corporation|co|company|llc|ltd|limited|plc|gmbh|ag|sa|nv|bv|spa|srl|the)\b"
THRESHOLD = 0.9

c = pl.col


def narrow(records: pl.DataFrame) -> pl.DataFrame:
    """Give what is compared alone: names without forms, domains, phones, postcodes, towns and tax ids."""

    def plain(text: pl.Expr) -> pl.Expr:
        return text.str.replace_all(r"[^\p{L}\p{N} ]+", " ").str.replace_all(r"\s+", " ").str.strip_chars()

    mail = c("email").str.extract(r"@(.+)$", 1)
    return records.select(
        uid="unique_id",
        nm=plain(plain(c("name")).str.replace_all(FORMS, "")).replace("", None),
        dm=pl.coalesce(
            c("website").str.replace(r"[/?#].*$", ""),
            pl.when(mail.is_in(FREE_MAIL)).then(None).otherwise(mail),
        ),
        ph="phone",
        pc=c("postcode").str.to_uppercase().str.head(5),
        ct=plain(c("city")),
        tx=c("tax_id").str.replace_all(r"\W", "").replace("", None),
    )


def settings() -> SettingsCreator:
    """Compare what tells most, and keep no column that the clusters don't need."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="uid",
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
        comparisons=[
            cl.JaroWinklerAtThresholds("nm", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("dm").configure(term_frequency_adjustments=True),
            cl.ExactMatch("ph"),
            cl.LevenshteinAtThresholds("pc", 1),
            cl.ExactMatch("ct").configure(term_frequency_adjustments=True),
            cl.ExactMatch("tx"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("dm"),
            block_on("ph"),
            block_on("tx"),
            block_on("nm"),
            block_on("pc", "substr(nm,1,3)"),
            block_on("ct", "substr(nm,1,5)"),
        ],
    )


def clusters(records: pl.DataFrame) -> pl.DataFrame:
    """Train, predict and cluster; give system, record_id, golden_id."""
    connection = duckdb.connect()
    api = DuckDBAPI(connection=connection)
    linker = Linker(
        api.register(narrow(records).to_arrow(), dataset_display_name="records"), settings(), log_level=40
    )
    linker.training.estimate_probability_two_random_records_match(
        [block_on("tx"), block_on("nm", "pc")], recall=0.5
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for column in ("nm", "dm", "pc"):
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(column), estimate_without_term_frequencies=True
            )
        except EMTrainingException as problem:
            sys.stderr.write(f"{column}: {problem}\n")
    predictions = linker.inference.predict(threshold_match_probability=0.5)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predictions, threshold_match_probability=THRESHOLD
    )
    ids = connection.sql(f"select uid as unique_id, cluster_id as golden_id from {found.physical_name}").pl()
    joined = records.join(ids.with_columns(c("unique_id").cast(pl.UInt32)), on="unique_id")
    return joined.select("system", "record_id", "golden_id").sort("system", "record_id")


if __name__ == "__main__":
    clusters(read(Path(sys.argv[1]))).write_csv(sys.argv[2])
