"""Addresses, phones, e-mails, websites and tax ids as they are typed into a system, left empty, or faked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from sot.demo import noise
from sot.demo.draw import Draw, Pool, digits, where
from sot.demo.names import rendered, squashed, to_ascii
from sot.demo.places import Spellings
from sot.demo.vocabulary import Habits, Language, Vocabulary, vocabulary

_PHONE_STYLES = {
    "us": {"({area}) {mid}-{end}": 30, "{area}-{mid}-{end}": 22, "{area}.{mid}.{end}": 10,
           "+1 {area} {mid} {end}": 10, "1{area}{local}": 6, "+1{area}{local}": 12, "{area}{local}": 10},
    "plain": {"+{code} {area} {local}": 30, "{trunk}{area} {local}": 26, "{trunk}{area}/{local}": 6,
              "+{code} ({trunk}){area} {local}": 10, "00{code} {area} {local}": 6, "+{code}{area}{local}": 12,
              "({trunk}{area}) {local}": 6, "{trunk}{area}-{local}": 4},
    "pairs": {"{trunk}{pairs}": 50, "+{code} {pairs}": 30, "{trunk}{area}{local}": 10,
              "+{code}{area}{local}": 10},
}  # fmt: skip
_WEBSITES = {"www.{domain}": 24, "https://www.{domain}": 22, "http://www.{domain}": 14, "{domain}": 14,
             "https://{domain}": 10, "http://{domain}/contact": 3, "https://www.{domain}/": 8,
             "HTTP://WWW.{domain}": 3, "https://www.{domain}/en/home": 2}  # fmt: skip
_MAILS = {
    "{role}@{domain}": 46,
    "{first}.{last}@{domain}": 24,
    "{first}@{domain}": 14,
    "{first_letter}{last}@{domain}": 16,
}


@cache
def _street_kinds() -> tuple[Spellings, dict[str, int]]:
    """Give all kinds of streets, and the number at which each language's begin."""
    languages = vocabulary().languages
    starts, total = {}, 0
    for code in sorted(languages):
        starts[code] = total
        total += len(languages[code].street_kinds)
    return Spellings([ways for code in sorted(languages) for ways in languages[code].street_kinds]), starts


@cache
def _country_names() -> tuple[Spellings, dict[str, int]]:
    countries = vocabulary().countries
    return Spellings([countries[code].spellings for code in sorted(countries)]), {
        code: number for number, code in enumerate(sorted(countries))
    }


def typed_fields(draw: Draw, words: Vocabulary, habits: Habits, records: pl.DataFrame) -> pl.DataFrame:
    """Write street, city, region, postcode, country, phone, email, website and tax_id of each record."""
    rows = records.height
    former = records["old_town"].is_not_null() & draw.chance(rows, habits.field["former_address"])
    place = records.with_columns(
        pl.when(former).then(f"old_{name}").otherwise(name).alias(name)
        for name in ("town", "region", "postcode", "house", "street", "street_kind", "unit", "area", "local")
    )
    typed = _addresses(draw, words, habits, place).with_columns(
        phone=_phones(draw, words, habits, place),
        email=_mails(draw, words, habits, place),
        website=_filled(draw, habits, "website", _from_styles(draw, _WEBSITES, place.select("domain"))),
        tax_id=_tax_ids(draw, words, habits, place),
    )
    return typed.select(pl.when(pl.all() != "").then(pl.all()))


def _filled(draw: Draw, habits: Habits, field: str, values: pl.Series) -> pl.Series:
    """Leave a field empty where people did not fill it."""
    given = draw.chance(values.len(), habits.filled[field])
    return pl.select(pl.when(given).then(values)).to_series()


def _from_styles(draw: Draw, styles: Mapping[str, float], columns: pl.DataFrame) -> pl.Series:
    """Fill one of some templates for each row; null where a column of it is null."""
    style = draw.pick(columns.height, Pool.weighted(styles))
    whole = pl.all_horizontal(pl.all().is_not_null())
    return columns.select(
        pl.when(whole).then(
            pl.coalesce(pl.when(style == each).then(rendered(each)) for each in sorted(styles))
        )
    ).to_series()


def _addresses(draw: Draw, words: Vocabulary, habits: Habits, place: pl.DataFrame) -> pl.DataFrame:
    rows, rate = place.height, habits.field
    names, numbers = _country_names()
    countries = names.drawn(draw, place["country"].replace_strict(numbers, return_dtype=pl.Int64), 0.55)
    city = draw.some(place["town"], rate["typo"], lambda plain: noise.typo(draw, plain))
    city = draw.some(draw.some(city, rate["upper"], lambda plain: plain.str.to_uppercase()), 0.1, to_ascii)
    city = _filled(draw, habits, "city", city)
    has_street = draw.chance(rows, habits.filled["street"])
    street, postcode = _streets(draw, words, place, rate), _postcodes(draw, place)
    return pl.DataFrame(
        {
            "street": pl.select(pl.when(has_street).then(street)).to_series(),
            "city": city,
            "region": _filled(
                draw, habits, "region", where(_regions(draw, words, place), city.is_null(), _nothing)
            ),
            "postcode": where(_filled(draw, habits, "postcode", postcode), ~has_street, _nothing),
            "country": _filled(draw, habits, "country", countries),
        }
    )


def _nothing(values: pl.Series) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, values.len())


def _streets(draw: Draw, words: Vocabulary, place: pl.DataFrame, rate: dict[str, float]) -> pl.Series:
    language = place["country"].replace_strict({c: each.language for c, each in words.countries.items()})
    kinds, starts = _street_kinds()
    kind = kinds.drawn(
        draw, place["street_kind"] + language.replace_strict(starts, return_dtype=pl.Int64), 0.55
    )
    named = place.with_columns(
        kind.alias("kind"), draw.chance(place.height, rate["po_box"]).alias("box"), language.alias("language")
    ).with_row_index("at")
    with_unit = draw.chance(place.height, rate["unit"]).alias("with_unit")
    parts = [
        rows.select("at", _street(draw, words.languages[code], rows.height).alias("street"))
        for (code,), rows in named.with_columns(with_unit)
        .sort("language", "at")
        .group_by(["language"], maintain_order=True)
    ]
    nothing = named.head(0).select("at", pl.lit("").alias("street"))
    result = pl.concat([nothing, *parts]).sort("at")["street"]
    result = draw.some(result, rate["typo"], lambda plain: noise.typo(draw, plain))
    return draw.some(result, rate["upper"], lambda plain: plain.str.to_uppercase())


def _street(draw: Draw, language: Language, rows: int) -> pl.Expr:
    style = draw.one_of(rows, language.units)
    unit = pl.coalesce(pl.when(style == each).then(rendered(each)) for each in sorted(set(language.units)))
    return (
        pl.when("box")
        .then(rendered(language.po_box))
        .otherwise(rendered(language.street) + pl.when("with_unit").then(unit).otherwise(pl.lit("")))
    )


def _regions(draw: Draw, words: Vocabulary, place: pl.DataFrame) -> pl.Series:
    names = {
        f"{code} {short}": full
        for code, each in words.countries.items()
        for short, full in each.regions.items()
    }
    return draw.some(
        place["country"] + " " + place["region"], 0.35, lambda plain: plain.replace(names)
    ).str.replace(r"^[A-Z]{2} ([A-Z]*)$", "$1")


def _postcodes(draw: Draw, place: pl.DataFrame) -> pl.Series:
    american = place["country"] == "US"
    codes = where(
        place["postcode"],
        american & draw.chance(place.height, 0.1),
        lambda plain: plain + "-" + digits(draw, draw.one_of(plain.len(), ["Nxxx"])),
    )
    codes = draw.some(codes, 0.05, lambda plain: plain.str.replace(r"^0(\d+)$", "$1"))
    return draw.some(codes, 0.06, lambda plain: plain.str.replace_all(r"[ -]", "").str.to_lowercase())


def _phones(draw: Draw, words: Vocabulary, habits: Habits, place: pl.DataFrame) -> pl.Series:
    rate = habits.field
    columns = _phone_parts(draw, words, place, rate["other_phone"])
    written = pl.Series([None] * place.height, dtype=pl.String)
    for name, styles in _PHONE_STYLES.items():
        in_style = columns["style"] == name
        written = pl.select(
            pl.when(in_style).then(_from_styles(draw, styles, columns)).otherwise(written)
        ).to_series()
    written = written.str.replace("()", "", literal=True)
    written = draw.some(written, rate["extension"], lambda plain: plain + _extensions(draw, plain.len()))
    written = _filled(draw, habits, "phone", written)
    return draw.some(
        written, rate["placeholder"], lambda plain: draw.one_of(plain.len(), words.world.placeholder_phone)
    )


def _phone_parts(draw: Draw, words: Vocabulary, place: pl.DataFrame, other: float) -> pl.DataFrame:
    """Give the parts that the styles put together; about `other` of the numbers are another of the firm's."""
    local = draw.some(place["local"], other, lambda some: digits(draw, some.str.replace_all(r"\d", "N")))
    forms = {
        part: place["country"].replace_strict(
            {code: getattr(each.phone, part) for code, each in words.countries.items()}
        )
        for part in ("code", "trunk", "style")
    }
    in_pairs = pl.col("local").str.replace_all(r"(\d\d)", "$1 ").str.strip_chars()
    return pl.DataFrame({"area": place["area"], "local": local, **forms}).with_columns(
        pl.col("local").str.slice(0, 3).alias("mid"),
        pl.col("local").str.slice(3).alias("end"),
        pl.concat_str("area", pl.lit(" "), in_pairs).alias("pairs"),
    )


def _extensions(draw: Draw, rows: int) -> pl.Series:
    return draw.one_of(rows, [" x", " ext. ", " Ext "]) + draw.numbers(rows, 100, 999)


def _mails(draw: Draw, words: Vocabulary, habits: Habits, place: pl.DataFrame) -> pl.Series:
    rows = place.height
    if not habits.filled["email"]:
        return pl.Series([None] * rows, dtype=pl.String)
    columns = pl.DataFrame(
        {
            "domain": place["domain"],
            "role": draw.one_of(rows, words.world.role_mailboxes),
            "first": squashed(place["contact_given"]),
            "last": squashed(place["contact_surname"]),
        }
    ).with_columns(pl.col("first").str.slice(0, 1).alias("first_letter"))
    own = _from_styles(draw, _MAILS, columns)
    keeper = draw.chance(rows, 0.6) & place["bookkeeper"].is_not_null()
    mail = pl.select(
        pl.when(keeper).then(place["bookkeeper"]).otherwise(pl.coalesce(own, place["mailbox"]))
    ).to_series()
    mail = _filled(draw, habits, "email", mail)
    return draw.some(
        mail,
        habits.field["placeholder"],
        lambda plain: draw.one_of(plain.len(), words.world.placeholder_mail),
    )


def _tax_ids(draw: Draw, words: Vocabulary, habits: Habits, place: pl.DataFrame) -> pl.Series:
    ids = draw.some(place["tax_id"], 0.12, lambda plain: plain.str.replace(r"^[A-Z]{2,3}(\d)", "$1"))
    ids = draw.some(ids, 0.08, lambda plain: plain.str.replace(r"^([A-Z]*)(\d{3})(\d{3})", "$1 $2 $3 "))
    ids = draw.some(ids, 0.01, lambda plain: noise.typo(draw, plain))
    ids = _filled(draw, habits, "tax_id", ids)
    return draw.some(ids, 0.006, lambda plain: draw.one_of(plain.len(), words.world.placeholder_text))
