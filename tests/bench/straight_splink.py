"""The same job with Splink as its documentation has it: what one would write in an afternoon.

`python -m tests.bench.straight_splink EXPORTS CROSSWALK` reads the exports of `sot demo`, puts them under
each other, cleans them a little, and dedupes them with library comparisons, blocking rules, u from random
sampling, m from expectation maximisation, a prediction, and clusters at a threshold.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import polars as pl
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

COLUMNS = ("name", "street", "city", "postcode", "country", "phone", "website", "email", "tax_id")

EXPORTS = (
    ("salesforce", "Account.csv", "utf8", ",", "Id",
     {"Name": "name", "BillingStreet": "street", "BillingCity": "city", "BillingPostalCode": "postcode",
      "BillingCountry": "country", "Phone": "phone", "Website": "website"}),
    ("netsuite", "CustomerSearchResults.csv", "cp1252", ",", "Internal ID",
     {"Name": "name", "Billing Address 1": "street", "Billing City": "city", "Billing Zip": "postcode",
      "Billing Country": "country", "Phone": "phone", "Email": "email", "Tax Number": "tax_id"}),
    ("projects", "projects.csv", "utf8", ";", "Job No",
     {"Client": "name", "Client Town": "city", "Client Phone": "phone", "Client E-Mail": "email"}),
    ("power_bi", "revenue_by_customer.csv", "utf8", ",", "Customer Key",
     {"Customer Name": "name", "City": "city", "Country": "country", "VAT No": "tax_id"}),
)  # fmt: skip

THRESHOLD = 0.5


def read(folder: Path) -> pl.DataFrame:
    """Put the four account lists under each other, cleaned as the documentation advises before linking."""
    parts = []
    for system, file, encoding, delimiter, key, fields in EXPORTS:
        table = pl.read_csv(folder / file, separator=delimiter, encoding=encoding, infer_schema=False)
        named = [pl.col(theirs).alias(ours) for theirs, ours in fields.items()]
        parts.append(table.select(pl.lit(system).alias("system"), pl.col(key).alias("record_id"), *named))
    lower = [pl.col(name).str.strip_chars().str.to_lowercase() for name in COLUMNS]
    cleaned = pl.concat(parts, how="diagonal").with_columns(lower).with_columns(
        pl.col("name").str.replace_all(r"[.,]", "").str.replace_all(r"\s+", " "),
        pl.col("phone").str.replace_all(r"\D", "").str.slice(-9),
        pl.col("website").str.replace(r"^https?://", "").str.replace(r"^www\.", "").str.replace(r"/.*$", ""),
        pl.col("postcode").str.replace_all(r"[\s-]", ""),
    )  # fmt: skip
    filled = [pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in COLUMNS]
    return cleaned.with_columns(filled).with_row_index("unique_id")


def settings() -> SettingsCreator:
    """Compare every column by the comparison that the library has for its kind."""
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("street", [0.9]),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("postcode", [1]),
            cl.ExactMatch("phone"),
            cl.ExactMatch("website"),
            cl.EmailComparison("email"),
            cl.ExactMatch("tax_id"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("name"),
            block_on("phone"),
            block_on("website"),
            block_on("email"),
            block_on("tax_id"),
            block_on("postcode", "substr(name, 1, 3)"),
            block_on("city", "substr(name, 1, 4)"),
            block_on("substr(name, 1, 8)"),
        ],
    )


def clusters(records: pl.DataFrame) -> pl.DataFrame:
    """Train, predict and cluster; give system, record_id, golden_id."""
    connection = duckdb.connect()
    api = DuckDBAPI(connection=connection)
    linker = Linker(
        api.register(records.to_arrow(), dataset_display_name="records"), settings(), log_level=40
    )
    linker.training.estimate_probability_two_random_records_match(
        [block_on("tax_id"), block_on("name", "postcode"), block_on("website", "substr(name, 1, 4)")],
        recall=0.6,
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7)
    for rule in (block_on("name"), block_on("phone"), block_on("postcode", "substr(name, 1, 3)")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predictions = linker.inference.predict(threshold_match_probability=0.5)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predictions, threshold_match_probability=THRESHOLD
    )
    ids = connection.sql(f"select unique_id, cluster_id as golden_id from {found.physical_name}").pl()
    joined = records.join(ids.with_columns(pl.col("unique_id").cast(pl.UInt32)), on="unique_id")
    return joined.select("system", "record_id", "golden_id").sort("system", "record_id")


if __name__ == "__main__":
    clusters(read(Path(sys.argv[1]))).write_csv(sys.argv[2])
