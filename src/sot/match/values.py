"""The values of records that matching compares: names as words, values that too many share left out."""

from __future__ import annotations

import polars as pl

from sot.rules.matching import Thresholds

c = pl.col


def compared_values(records: pl.DataFrame, named: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    """Give the compared values of each record; those that too many differently named records share become null."""
    text = records.select(
        "uid", "system", "n_tokens", name="n_name", domain="n_domain", phone="n_phone_key", mailbox="n_mailbox",
        tax="n_tax_id", valid=c("n_tax_valid").cast(pl.Int8).fill_null(0), town="n_city", postcode="n_postcode",
        street=_street(thresholds.weak_street_words), house="n_house", region="n_region", country="n_country",
        legal="n_legal",
    )  # fmt: skip
    text = text.with_columns(
        name_id=named["name_id"],
        words=pl.when(c("n_tokens").list.len() > 0).then(c("n_tokens").list.sort().list.join(" ")),
        squashed=pl.when(c("n_tokens").list.len() > 0).then(c("n_tokens").list.join("")),
        initials=_initials(records),
        domain_core=c("domain").str.extract(r"^([^.]+)", 1).str.replace_all("-", ""),
    )
    shared = thresholds.shared
    start = c("squashed").str.slice(0, shared.start_letters)
    for column, limit in (
        ("domain", shared.names),
        ("phone", shared.names),
        ("tax", shared.names),
        ("mailbox", shared.mailbox_names),
    ):
        spread = text.filter(c(column).is_not_null()).group_by(column).agg(bearing=start.n_unique())
        common = spread.filter(c("bearing") > limit)[column]
        if len(common):
            text = text.with_columns(
                pl.when(~c(column).is_in(common.to_list())).then(c(column)).alias(column)
            )
    towns = text.group_by("words").agg(towns=c("town").str.slice(0, 4).drop_nulls().n_unique())
    return text.join(towns, on="words", how="left", maintain_order="left").with_columns(
        towns=pl.when(c("words").is_null()).then(0).otherwise(c("towns")).cast(pl.Int32)
    )


def _street(weak: tuple[str, ...]) -> pl.Expr:
    """Give the words that tell streets apart: without types and directions, unless there is nothing else."""
    words = pl.concat_str(pl.lit(" "), c("n_street").str.replace_all(" ", "  ", literal=True), pl.lit(" "))
    core = words.str.replace_many([f" {word} " for word in weak], [" "] * len(weak))
    core = core.str.replace_all(" +", " ").str.strip_chars()
    return pl.when(core != "").then(core).otherwise("n_street")


def _initials(records: pl.DataFrame) -> pl.Series:
    """Give the acronyms that a name may be known by, with and without its small words and its legal form."""
    raw = (
        c("name").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars().str.split(" ")
    )
    first = pl.element().str.slice(0, 1)
    core = c("n_tokens").list.eval(first).list.join("")
    said = raw.list.eval(first).list.join("")
    legal = c("n_legal").fill_null("")
    size = c("n_tokens").list.len()
    variants = pl.concat_list(
        core, core + legal.str.slice(0, 1), core + legal, said, said.str.slice(0, size)
    ).list.unique()
    several = c("n_tokens").list.len() >= 2
    legal_too = (c("n_tokens").list.len() == 1) & c("n_legal").is_not_null()
    return records.select(
        pl.when(several)
        .then(variants)
        .when(legal_too)
        .then(pl.concat_list(core + legal))
        .otherwise(pl.lit([], pl.List(pl.String)))
    ).to_series()
