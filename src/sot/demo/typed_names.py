"""Names as they are typed into a system: forms dropped, words shortened, old names kept, marks added."""

from __future__ import annotations

from functools import cache, partial

import polars as pl

from sot.demo import noise
from sot.demo.draw import Draw, where
from sot.demo.names import rendered, to_ascii
from sot.demo.places import Spellings
from sot.demo.vocabulary import Habits, Vocabulary, vocabulary


@cache
def legal_forms() -> Spellings:
    """Give all legal forms, numbered through the countries in the order of their codes."""
    countries = vocabulary().countries
    return Spellings([ways for code in sorted(countries) for ways, _ in countries[code].forms.values()])


def typed_names(draw: Draw, words: Vocabulary, habits: Habits, records: pl.DataFrame) -> pl.Series:
    """Write the name of each record's customer as somebody typed it; `copy` marks a second record of one."""
    rate = habits.name
    languages = records["country"].replace_strict({c: each.language for c, each in words.countries.items()})
    core = _core(draw, words, rate, records, languages)
    core = draw.some(core, rate["acronym"], noise.acronym)
    core = _shortened(draw, words, core, languages, rate["abbreviated"])
    core = draw.some(core, rate["swapped"], noise.swapped)
    name = _with_form(draw, words, rate, core, records)
    swap = records["person"] & draw.chance(records.height, rate["surname_first"])
    name = where(
        name, swap, lambda _: records.filter(swap).select(rendered("{surname}, {given}")).to_series()
    )
    name = where(
        name, (languages == "en") & draw.chance(records.height, rate["the"]), lambda plain: "The " + plain
    )
    name = _marked(draw, words, rate, name, records)
    return _spoiled(draw, habits, name)


def _core(
    draw: Draw, words: Vocabulary, rate: dict[str, float], records: pl.DataFrame, languages: pl.Series
) -> pl.Series:
    """Take the name in use, or the one before, or the trade name."""
    rows = records.height
    templates = languages.replace_strict(
        {language: pl.Series(each.old_names) for language, each in words.languages.items()},
        return_dtype=pl.List(pl.String),
    )
    template = templates.list.get(pl.Series(draw.whole(rows, 0, 100)) % templates.list.len())
    old = records["former_core"].is_not_null() & draw.chance(rows, rate["former"])
    alias = records["trade_name"].is_not_null() & draw.chance(rows, rate["trade_name"])
    style = draw.one_of(rows, ["{new} dba {alias}", "{new} dba {alias}", "{alias}", "{new} t/a {alias}"])
    names = records.select("former_core", "trade_name", "core").with_columns(
        pl.when(alias).then(style).when(old).then(template).otherwise(pl.lit("{new}")).alias("template")
    )
    filled = names.select(
        pl.when(pl.col("template") == "{new}")
        .then("core")
        .otherwise(
            pl.coalesce(
                pl.when(pl.col("template") == each).then(
                    rendered(
                        each.replace("{new}", "{core}")
                        .replace("{old}", "{former_core}")
                        .replace("{alias}", "{trade_name}")
                    )
                )
                for each in sorted(set(names["template"]) | {"{new}"})
            )
        )
    )
    return filled.to_series().alias("name")


def _shortened(
    draw: Draw, words: Vocabulary, names: pl.Series, languages: pl.Series, share: float
) -> pl.Series:
    chosen = draw.chance(names.len(), share)
    for language in sorted(set(languages)):
        short = words.languages[language].abbreviations
        names = where(names, chosen & (languages == language), partial(noise.abbreviated, short=short))
    return names


def _with_form(
    draw: Draw, words: Vocabulary, rate: dict[str, float], core: pl.Series, records: pl.DataFrame
) -> pl.Series:
    """Add the legal form, or leave it out, in one of its spellings."""
    rows = records.height
    form = legal_forms().drawn(draw, records["form"], rate["form_respelled"])
    dropped = draw.chance(rows, rate["form_dropped"]) | (form == "")
    leading = records["country"].replace_strict(
        {code: each.leading for code, each in words.countries.items()}, return_dtype=pl.Float64
    )
    # firms keep their habit: it goes with the customer, not with the record
    in_front = (records["entity"] * 7919 % 1000) / 1000 < leading
    comma = records["country"].is_in(["US", "CA", "BR"]) & draw.chance(rows, 0.45)
    return pl.select(
        pl.when(dropped).then(core)
        .when(in_front).then(pl.concat_str(pl.lit(form), pl.lit(" "), pl.lit(core)))
        .when(comma).then(pl.concat_str(pl.lit(core), pl.lit(", "), pl.lit(form)))
        .otherwise(pl.concat_str(pl.lit(core), pl.lit(" "), pl.lit(form)))
    ).to_series()  # fmt: skip


def _marked(
    draw: Draw, words: Vocabulary, rate: dict[str, float], names: pl.Series, records: pl.DataFrame
) -> pl.Series:
    """Add what people write behind a name: the town, that it is old, that it is a duplicate."""
    rows = names.len()
    with_town = draw.chance(rows, rate["with_town"])
    joint = draw.one_of(rows, [" - ", " ", " - "])
    names = where(names, with_town, lambda plain: plain + (joint + records["town"]).filter(with_town))
    names = where(
        names,
        records["copy"] & draw.chance(rows, 0.06),
        lambda plain: plain + draw.one_of(plain.len(), words.world.duplicate_marks),
    )
    return draw.some(names, rate["marked"], lambda plain: _with_mark(draw, words, plain))


def _with_mark(draw: Draw, words: Vocabulary, names: pl.Series) -> pl.Series:
    mark = draw.one_of(names.len(), words.world.name_marks)
    return pl.select(
        pl.when(mark.str.ends_with(" ")).then(pl.lit(mark + names)).otherwise(pl.lit(names + mark))
    ).to_series()


def _spoiled(draw: Draw, habits: Habits, names: pl.Series) -> pl.Series:
    rate = habits.name
    names = draw.some(names, rate["typo"], lambda plain: noise.typo(draw, plain))
    names = draw.some(names, rate["second_typo"], lambda plain: noise.typo(draw, plain))
    names = draw.some(names, rate["upper"], lambda plain: plain.str.to_uppercase())
    names = draw.some(names, rate["lower"], lambda plain: plain.str.to_lowercase())
    names = draw.some(names, rate["folded"], to_ascii)
    names = draw.some(names, rate["mojibake"], noise.mojibake)
    names = draw.some(names, rate["spaced"], lambda plain: noise.spaced(draw, plain))
    names = draw.some(names, rate["cut"], lambda plain: noise.cut(draw, plain))
    return names.str.slice(0, habits.name_length) if habits.name_length else names
