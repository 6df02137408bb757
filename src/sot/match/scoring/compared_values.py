"""The values of records that matching compares: names as words, values that too many share left out."""

from __future__ import annotations

import polars as pl
from rapidfuzz.distance import OSA, Prefix

from sot.match.names.numbering import BARE, NAMED_PLACE, NO_TOWN
from sot.match.scoring.references import references
from sot.rules.matching import Thresholds
from sot.rules.matching_policy import SharedValues

c = pl.col

LONGEST_REGION_CODE = 3


def compared_values(
    records: pl.DataFrame,
    named: pl.DataFrame,
    telling: pl.Series,
    thresholds: Thresholds,
    shared: SharedValues,
) -> pl.DataFrame:
    """Give the compared values of each record; those that several unlike names share become null.

    `telling` is the word that tells most of each record's name. An address that several unlike names share is kept, and
    marked (house_spread): it still tells the town.
    """
    text = own_values(records, thresholds).with_columns(_registration(records), *_tax(records))
    town = c("site").is_in(records["n_city"].drop_nulls().unique().implode())
    text = placed(
        text.with_columns(town=pl.when(town).then(c("town").fill_null(c("site"))).otherwise("town"))
    )
    text = text.with_columns(
        name_id=named["name_id"],
        words=pl.when(c("n_tokens").list.len() > 0).then(named["words"]),
        telling=telling,
    )
    for column in ("domain", "phone", "tax", "registration", "mailbox"):
        common = _shared_by_unlike(text, column, shared.names)
        if common:
            text = text.with_columns(pl.when(~c(column).is_in(common)).then(c(column)).alias(column))
    several = _shared_by_unlike(text, "address", shared.names)
    text = text.with_columns(house_spread=c("address").is_in(several).cast(pl.Int8)).drop(
        "address", "telling"
    )
    for column in ("domain", "phone"):
        text = text.join(
            _spread(text, column, shared.main_town), on=column, how="left", maintain_order="left"
        )
    text = text.join(references(records), on="uid", how="left", maintain_order="left")
    return text.with_columns(
        once=named["once"],
        bare=pl.when(named["town_key"].is_in(NO_TOWN)).then("bare").otherwise(NAMED_PLACE).cast(pl.Int8),
        towns=pl.when(c("words").is_null()).then(0).otherwise(named["towns"]).cast(pl.Int32),
    )


def own_values(records: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    """Give what each record by itself tells: its values, as they are compared, with its own registration number."""
    return records.select(
        "uid", "system", "n_tokens", name="n_name", domain="n_domain", phone="n_phone_key", mailbox="n_mailbox",
        tax=pl.coalesce("n_tax_company", "n_tax_id"), registration=OWN_REGISTRATION,
        tax_kind=_kind("n_tax_company"), registration_kind=_kind("n_registration_company"),
        valid=c("n_tax_valid").cast(pl.Int8).fill_null(0), town="n_city", postcode="n_postcode",
        street=_street(thresholds.weak_street_words), house="n_house", numbers=_numbers(), region=_region_code(),
        province=pl.when(c("n_city").is_not_null()).then("n_region"),
        country="n_country", legal="n_legal", site="n_site",
        bare=BARE,
    )  # fmt: skip


def placed(text: pl.DataFrame) -> pl.DataFrame:
    """Give `own_values` whose towns are known with the address of each, and how its name and domain are squashed.

    web_name tells names that begin as their domain does.
    """
    text = text.with_columns(
        site=pl.when(c("site").str.contains(r"\d")).then("site"),
        squashed=pl.when(c("n_tokens").list.len() > 0).then(c("n_tokens").list.join("")),
        domain_core=c("domain").str.extract(r"^([^.]+)", 1).str.replace_all("-", ""),
    )
    address = pl.concat_str(
        "house", "street", pl.coalesce(c("town").str.slice(0, 4), "postcode"), separator="|"
    )
    by_web = c("squashed").str.starts_with(c("domain_core")) & (
        c("domain_core").str.len_chars() >= LEAST_OF_WEB
    )
    return text.with_columns(address=address, web_name=by_web.cast(pl.Int8).fill_null(0))


LEAST_OF_WEB = 5
"""So many letters of a name are its beginning on the web ("kaipora.com.br" of Kaipora Studio)."""


def _shared_by_unlike(text: pl.DataFrame, column: str, most: int) -> list[str]:
    """Give the values of `column` that more than `most` unlike names bear, two of them in one system.

    Systems may call one customer by different names, so that names of several systems alone do not count.
    """
    borne = text.select(column, "system", "telling", words="n_tokens").drop_nulls()
    # Most values have few bearers: they go first, since telling bearers apart costs most.
    borne = borne.filter(pl.len().over(column) > most)
    borne = borne.unique([column, "system", "telling"]).filter(
        (c("telling").n_unique().over(column) > most)
        & (pl.len().over(column, "system").max().over(column) > 1)
    )
    return common(borne.sort(column, "system", "telling"), column, most)


def common(borne: pl.DataFrame, column: str, most: int) -> list[str]:
    """Give the values of `column` that more than `most` unlike names bear, two of them in one system.

    `borne` holds the bearers (column, system, telling, words), sorted, those of one value all together.
    """
    grouped = borne.group_by(column, maintain_order=True)
    return [
        value
        for value, *names in grouped.agg("system", "telling", "words").iter_rows()
        if len(names[0]) > CERTAINLY_UNLIKE or _more_unlike(list(zip(*names, strict=True)), most)
    ]


CERTAINLY_UNLIKE = 100
"""So many names with another telling word each are of different companies; they are not compared one by one."""


def _more_unlike(names: list[tuple[str, str, list[str]]], most: int) -> bool:
    """Tell whether more than `most` of the names (system, telling word, words) are unlike, and two of one system."""
    chosen: list[tuple[str, str, list[str]]] = []
    for system, word, words in names:
        if not any(_alike(word, other, words, others) for _, other, others in chosen):
            chosen.append((system, word, words))
    systems = [system for system, _, _ in chosen]
    return len(chosen) > most and len(set(systems)) < len(systems)


def _alike(word: str, other: str, words: list[str], others: list[str]) -> bool:
    if word in others or other in words or _one_stem(word, other):
        return True
    return OSA.distance(word, other, score_cutoff=2) <= (1 if min(len(word), len(other)) < 7 else 2)


def _one_stem(word: str, other: str) -> bool:
    """Say whether two words are one word with other endings, or one is the beginning of a compound of it."""
    shorter = min(len(word), len(other))
    return Prefix.similarity(word, other) >= max(SHORTEST_STEM, SAME_STEM * shorter)


SHORTEST_STEM, SAME_STEM = 5, 0.75
"""So many letters, and such a share of the shorter word, two words of one stem have in common."""


OWN_REGISTRATION = pl.coalesce("n_registration_company", "n_registration")
_TAX = c("n_tax_id").str.strip_chars_start("0")
TAX_PARTS = (c("n_tax_company"), _TAX, _TAX.str.tail(9), _TAX.str.head(10))
"""What of a tax id may be a registration number, the likeliest first."""


def _registration(records: pl.DataFrame) -> pl.Series:
    """Give the registration number of each record, or its tax id where that is one of another record.

    In many countries the tax id of a company is its registration number, whole (Norway, Denmark), behind check digits
    (France, Australia) or before others (Sweden).
    """
    known = records.select(OWN_REGISTRATION).to_series().drop_nulls().unique().implode()
    may_be = (pl.when(part.is_in(known)).then(part) for part in TAX_PARTS)
    return records.select(registration=pl.coalesce(OWN_REGISTRATION, *may_be)).to_series()


def _tax(records: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Give tax and tax_kind of each record; a number without a country is that of another record with the same digits.

    A number that records of several countries or kinds have stays of an unknown kind.
    """
    company = c("n_tax_company")
    known = records.select(number=_TAX, company=company).drop_nulls().unique()
    known = known.filter(pl.len().over("number") == 1)
    rows = records.select(company, "n_tax_id", number=_TAX).join(
        known, on="number", how="left", maintain_order="left"
    )
    own = rows.select(
        tax=pl.coalesce("n_tax_company", "company", "n_tax_id"), of=pl.coalesce("n_tax_company", "company")
    )
    return own["tax"], own.select(tax_kind=_kind("of")).to_series()


def _kind(company: str) -> pl.Expr:
    """Give the kind of a number that names a company ("FR:siren")."""
    return c(company).str.extract("^(.*):", 1)


def _region_code() -> pl.Expr:
    """Give regions that are codes: one region has one code, but several names ("São Paulo", "Estado de São Paulo")."""
    return pl.when(c("n_region").str.len_chars() <= LONGEST_REGION_CODE).then("n_region")


def _spread(text: pl.DataFrame, column: str, least: float) -> pl.DataFrame:
    """Give (column, column_spread) of the values whose bearers are in several towns: of a chain, not of one place.

    They are if less than the share `least` of the bearers are in the most frequent town; where towns are not known,
    postcodes count. A town that is the region of another bearer says nothing.
    """
    placed_in = pl.coalesce(c("town").str.slice(0, 4), "postcode")
    borne = text.select(column, "province", place=placed_in, wide=c("province").str.slice(0, 4))
    wide = borne.select(column, place="wide").drop_nulls().unique().with_columns(region=True)
    borne = borne.join(wide, on=[column, "place"], how="left")
    known = (
        borne.filter(c("province").is_not_null() | c("region").is_null()).select(column, "place").drop_nulls()
    )
    main = known.group_by(column, "place").len().group_by(column).agg(share=c("len").max() / c("len").sum())
    return main.filter(c("share") < least).select(column, pl.lit(1, pl.Int8).alias(f"{column}_spread"))


def _street(weak: tuple[str, ...]) -> pl.Expr:
    """Give the words that tell streets apart: without types and directions, unless there is nothing else."""
    words = pl.concat_str(pl.lit(" "), c("n_street").str.replace_all(" ", "  ", literal=True), pl.lit(" "))
    core = words.str.replace_many([f" {word} " for word in weak], [" "] * len(weak))
    core = core.str.replace_all(" +", " ").str.strip_chars()
    return pl.when(core != "").then(core).otherwise("n_street")


def _numbers() -> pl.Expr:
    """Give the numbers of an address, if there are several: the same however it was taken apart, or in what order."""
    street = pl.when(c("street").str.count_matches(r"\d+") > 1).then("street")
    several = street.str.extract_all(r"[^\D0]\d*").list.unique().list.sort()
    return pl.when(several.list.len() > 1).then(several.list.join(" "))


LONGEST_ACRONYM = 7
SMALL_WORD = 2
"""Words of so many letters ("de", "of") are often left out of initials."""


def acronyms(records: pl.DataFrame, squashed: pl.Series) -> pl.DataFrame:
    """Give (uid, initials): what a name may be shortened to, with and without its small words and its legal form.

    `squashed` are the names without blanks, by uid; only initials that some record is called by are given.
    """
    called = squashed.filter(squashed.str.len_chars().is_between(2, LONGEST_ACRONYM)).unique()
    known = initials(records).filter(c("initials").is_in(called.implode()))
    return known.unique().sort("uid", "initials")


def initials(records: pl.DataFrame) -> pl.DataFrame:
    """Give (uid, initials): all that a name may be shortened to, whether somebody is called so or not."""
    first = pl.element().str.slice(0, 1)
    written = (
        c("name").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars().str.split(" ")
    )
    parts = records.select(
        "uid",
        size=c("n_tokens").list.len(),
        core=c("n_tokens").list.eval(first).list.join(""),
        long=c("n_tokens").list.eval(first.filter(pl.element().str.len_chars() > SMALL_WORD)).list.join(""),
        said=written.list.eval(first).list.join(""),
        legal=c("n_legal").fill_null(""),
    ).filter((c("size") >= 2) | ((c("size") == 1) & (c("legal") != "")))
    whole = c("core") + c("legal")
    several = [
        c("core"),
        c("core") + c("legal").str.slice(0, 1),
        whole,
        c("long"),
        c("said"),
        *(c("said").str.slice(0, c("size") + more) for more in range(3)),
    ]
    variants = [parts.filter(c("size") >= 2).select("uid", initials=form) for form in several]
    variants.append(parts.filter(c("size") == 1).select("uid", initials=whole))
    return pl.concat(variants)
