"""The values of records that matching compares: names as words, values that too many share left out."""

from __future__ import annotations

import polars as pl

from sot.rules.matching import Thresholds

c = pl.col

LONGEST_REGION_CODE = 3


def compared_values(records: pl.DataFrame, named: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    """Give the compared values of each record; those that too many differently named records share become null."""
    text = records.select(
        "uid", "system", "n_tokens", name="n_name", domain="n_domain", phone="n_phone_key", mailbox="n_mailbox",
        tax="n_tax_id", registration=_registration(records),
        valid=c("n_tax_valid").cast(pl.Int8).fill_null(0), town="n_city", postcode="n_postcode",
        street=_street(thresholds.weak_street_words), house="n_house", region=_region_code(), country="n_country",
        legal="n_legal", site="n_site",
    )  # fmt: skip
    town = c("site").is_in(records["n_city"].drop_nulls().unique().implode())
    text = text.with_columns(
        town=pl.when(town).then(c("town").fill_null(c("site"))).otherwise("town"),
        site=pl.when(c("site").str.contains(r"\d")).then("site"),
        name_id=named["name_id"],
        words=pl.when(c("n_tokens").list.len() > 0).then(named["words"]),
        squashed=pl.when(c("n_tokens").list.len() > 0).then(c("n_tokens").list.join("")),
        domain_core=c("domain").str.extract(r"^([^.]+)", 1).str.replace_all("-", ""),
    )
    shared = thresholds.shared
    start = c("squashed").str.slice(0, shared.start_letters)
    for column, limit in (
        ("domain", shared.names),
        ("phone", shared.names),
        ("tax", shared.names),
        ("registration", shared.names),
        ("mailbox", shared.mailbox_names),
    ):
        spread = text.filter(c(column).is_not_null()).group_by(column).agg(bearing=start.n_unique())
        common = spread.filter(c("bearing") > limit)[column]
        if len(common):
            text = text.with_columns(
                pl.when(~c(column).is_in(common.to_list())).then(c(column)).alias(column)
            )
    for column in ("domain", "phone"):
        text = text.join(
            _spread(text, column, shared.main_town), on=column, how="left", maintain_order="left"
        )
    return text.with_columns(
        towns=pl.when(c("words").is_null()).then(0).otherwise(named["towns"]).cast(pl.Int32)
    )


def _registration(records: pl.DataFrame) -> pl.Series:
    """Give the registration number of each record, or its tax id where that is one of another record.

    In many countries the tax id of a company is its registration number, whole (Norway, Denmark), behind check digits
    (France, Australia) or before others (Sweden).
    """
    known = records["n_registration"].drop_nulls().unique().implode()
    tax = c("n_tax_id").str.strip_chars_start("0")
    may_be = (pl.when(part.is_in(known)).then(part) for part in (tax, tax.str.tail(9), tax.str.head(10)))
    return records.select(pl.coalesce("n_registration", *may_be)).to_series()


def _region_code() -> pl.Expr:
    """Give regions that are codes: one region has one code, but several names ("São Paulo", "Estado de São Paulo")."""
    return pl.when(c("n_region").str.len_chars() <= LONGEST_REGION_CODE).then("n_region")


def _spread(text: pl.DataFrame, column: str, least: float) -> pl.DataFrame:
    """Give (column, column_spread) of the values whose bearers are in several towns: of a chain, not of one place.

    They are if less than the share `least` of the bearers are in the most frequent town; where towns are not known,
    postcodes count.
    """
    place = pl.coalesce(c("town").str.slice(0, 4), "postcode")
    known = text.select(column, place=place).drop_nulls()
    main = known.group_by(column, "place").len().group_by(column).agg(share=c("len").max() / c("len").sum())
    return main.filter(c("share") < least).select(column, pl.lit(1, pl.Int8).alias(f"{column}_spread"))


def _street(weak: tuple[str, ...]) -> pl.Expr:
    """Give the words that tell streets apart: without types and directions, unless there is nothing else."""
    words = pl.concat_str(pl.lit(" "), c("n_street").str.replace_all(" ", "  ", literal=True), pl.lit(" "))
    core = words.str.replace_many([f" {word} " for word in weak], [" "] * len(weak))
    core = core.str.replace_all(" +", " ").str.strip_chars()
    return pl.when(core != "").then(core).otherwise("n_street")


LONGEST_ACRONYM = 7


def acronyms(records: pl.DataFrame, squashed: pl.Series) -> pl.DataFrame:
    """Give (uid, initials): what a name may be shortened to, with and without its small words and its legal form.

    `squashed` are the names without blanks, by uid; only initials that some record is called by are given.
    """
    called = squashed.filter(squashed.str.len_chars().is_between(2, LONGEST_ACRONYM)).unique()
    first = pl.element().str.slice(0, 1)
    said = (
        c("name").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars().str.split(" ")
    )
    parts = records.select(
        "uid",
        size=c("n_tokens").list.len(),
        core=c("n_tokens").list.eval(first).list.join(""),
        said=said.list.eval(first).list.join(""),
        legal=c("n_legal").fill_null(""),
    ).filter((c("size") >= 2) | ((c("size") == 1) & (c("legal") != "")))
    whole = c("core") + c("legal")
    several = [
        c("core"),
        c("core") + c("legal").str.slice(0, 1),
        whole,
        c("said"),
        *(c("said").str.slice(0, c("size") + more) for more in range(3)),
    ]
    variants = [parts.filter(c("size") >= 2).select("uid", initials=form) for form in several]
    variants.append(parts.filter(c("size") == 1).select("uid", initials=whole))
    known = pl.concat(variants).filter(c("initials").is_in(called.implode()))
    return known.unique().sort("uid", "initials")
