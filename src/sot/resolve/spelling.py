"""Flaws of names: a broken word beside its right spelling, and names in capitals or small letters throughout."""

from __future__ import annotations

import polars as pl
from rapidfuzz.distance import OSA

from sot.resolve.members import Members, Places

SHORTEST = 4
"""Words with fewer letters are too easily one another."""
FAR = 2
"""A slip changes at most so many letters (two where they are exchanged count as one); one in short words."""
SHORT_WORD = 6

BROKEN, SHOUTED = 2, 1

WORDS = pl.col("n_name").str.split(" ").list.unique(maintain_order=True).alias("word")
_DAMAGED = "\N{REPLACEMENT CHARACTER}|[ÃÂ][\u0080-\u00bf]|â€"
"""Text that was read in a wrong encoding once."""


def flaws(members: Members, places: Places) -> pl.Series:
    """Give for the records at `places` how badly their names are written: 0 where nothing is wrong.

    A word is broken where nothing but this customer's records has it, and another record of the customer has a
    word at most two letters away that other customers have too, or that stands in the customer's domain. So is a
    legal form that another record of the customer spells as its class is called: "GmH" beside "GmbH".
    """
    names = members.at(places, "name", "n_name", "n_legal").with_row_index("nr")
    words = names.select("nr", "customer", WORDS).explode("word")
    words = words.filter(pl.col("word").str.len_chars() >= SHORTEST)
    words = words.join(_domains(members, words), on="customer", how="left").with_columns(
        known=pl.col("word").is_in(_shared(members).implode())
        | pl.col("domains").str.contains(pl.col("word"), literal=True).fill_null(False)
    )
    right = words.filter("known").select("customer", right="word").unique()
    pairs = words.filter(~pl.col("known")).select("customer", "word").unique().join(right, on="customer")
    slips = pairs.select("word", "right").unique().rows()
    slips = [pair for pair in slips if _is_slip(*pair)]
    known = pl.DataFrame(slips, schema={"word": pl.String, "right": pl.String}, orient="row")
    wrong = pairs.join(known, on=["word", "right"], how="semi")
    broken = pl.concat([words.join(wrong, on=["customer", "word"], how="semi")["nr"], _broken_forms(names)])
    damaged = pl.col("name").str.contains(_DAMAGED).fill_null(False)
    return names.select(
        (pl.col("nr").is_in(broken.implode()) | damaged).cast(pl.Int8) * BROKEN
        + shouted(pl.col("name")).fill_null(False).cast(pl.Int8) * SHOUTED
    ).to_series()


def _broken_forms(names: pl.DataFrame) -> pl.Series:
    """Give `nr` of the names that end in a misspelled legal form."""
    last = (
        pl.col("name").str.to_lowercase().str.replace_all(r"[^\p{L}\s]", "").str.extract(r"\s(\p{L}{2,})\s*$")
    )
    forms = names.with_columns(last=last).drop_nulls(["last", "n_legal"])
    right = forms.filter(pl.col("last") == pl.col("n_legal")).select("customer", "n_legal").unique()
    others = forms.filter(pl.col("last") != pl.col("n_legal")).join(right, on=["customer", "n_legal"])
    slips = [number for number, *pair in others.select("nr", "last", "n_legal").rows() if _is_slip(*pair)]
    return pl.Series(slips, dtype=names.schema["nr"])


def shouted(name: pl.Expr) -> pl.Expr:
    """Tell whether two longer words or more stand in a name, and all its letters are of one case."""
    longer = name.str.count_matches(r"\p{L}{4,}") >= 2
    return longer & ((name == name.str.to_uppercase()) | (name == name.str.to_lowercase()))


def shared_writing(rows: pl.DataFrame) -> pl.Series:
    """Give for `rows` (customer, name, n_legal) 2 where two of a customer write the name so, 1 where two punctuate so.

    Names entirely in capitals or small letters count for the punctuation of others, and have 0 themselves. A name that
    lacks the legal form has no more than the best one with it: whether the form belongs to the name, others decide.
    """
    name, form = pl.col("name"), pl.col("n_legal")
    names = rows.with_columns(
        lower=name.str.to_lowercase(),
        cased=name.str.contains(r"\p{Lu}.*\p{Ll}|\p{Ll}.*\p{Lu}|\p{Lo}").fill_null(False),
    )
    shared = [(pl.len().over("customer", each) > 1).cast(pl.Int8) for each in ("lower", "name")]
    names = names.with_columns(level=pl.when("cased").then(shared[0] + shared[1]).otherwise(0).cast(pl.Int8))
    most = pl.when(form.is_not_null()).then("level").max().over("customer")
    level = pl.when(form.is_null()).then(pl.min_horizontal("level", most)).otherwise("level")
    return names.select(shared_writing=level).to_series()


def _shared(members: Members) -> pl.Series:
    """Give the words that stand in the names of two customers or more."""
    if members.learned:
        return members.learned.words
    held = members.records.select("customer", WORDS).explode("word").drop_nulls()
    return held.unique().group_by("word").len().filter(pl.col("len") > 1)["word"].sort()


def _domains(members: Members, words: pl.DataFrame) -> pl.DataFrame:
    """Give the domains of the customers in `words`, those of each in one text."""
    held = members.records.select("customer", "n_domain").drop_nulls()
    held = held.join(words.select("customer").unique(), on="customer", how="semi").unique()
    return (
        held.sort("customer", "n_domain").group_by("customer").agg(domains=pl.col("n_domain").str.join(" "))
    )


def _is_slip(word: str, right: str) -> bool:
    """Tell whether a word is another one mistyped: the longer they are, the more letters may differ."""
    far = OSA.distance(word, right, score_cutoff=FAR)
    return far <= (1 if min(len(word), len(right)) < SHORT_WORD else FAR)
