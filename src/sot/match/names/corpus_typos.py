"""Words that are slips of what the very same name has elsewhere: "Faith, UNC." beside "Faith, Inc.".

Whether "UNC" is a word or a slip no list can tell, but another record can whose other words are the same.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from sot.match.names.company_word_typos import one_letter_less
from sot.match.names.hand_slips import neighbours, same_length
from sot.rules.matching_names import Endings, NameRules
from sot.rules.naming import NameWords

c = pl.col
OTHERS = c("n_tokens").list.set_difference(pl.concat_list("end")).list.sort().list.join(" ")
"""The words of a name without the word `end`."""


def mended(
    records: pl.DataFrame, words: NameWords, background: pl.DataFrame, names: NameRules
) -> pl.DataFrame:
    """Give `records` in which slips are put right that another record shows to be some.

    `records` need name, n_name, n_tokens and n_legal. A last word that is a slip of the legal form which another record
    of the same name has ("UNC", or "Incorp" cut off) leaves the name and becomes n_legal. A word that nobody knows and
    that is a slip of an abbreviation ("Scv" for "Svc"), unless it is the first, becomes the word that another record
    with the same other words has for it. A slip of "and" between words that are the name of another record leaves the
    name. A known word is a slip only of the hand: letters swapped, or side by side on the keyboard.
    """
    named = records.select("name", "n_name", "n_tokens", "n_legal").with_row_index("at")
    return put_right(records, slips(named, words, background, names))


def slips(named: pl.DataFrame, words: NameWords, background: pl.DataFrame, names: NameRules) -> pl.DataFrame:
    """Give (at, end, form, word) of the slips in names (at, name, n_name, n_tokens, n_legal), one of each name."""
    named = named.filter(c("n_tokens").list.len() > 0)
    known = _known(background, names)
    each = _each(named)
    all_slips = pl.concat(
        [
            _forms(named, known, names.endings),
            _abbreviations(named, each, known, words, names.endings),
            _joining(named, each, known, names.endings),
        ]
    )
    return all_slips.sort("at", "form", "word", nulls_last=True).unique(
        "at", keep="first", maintain_order=True
    )


def put_right(records: pl.DataFrame, slipped: pl.DataFrame) -> pl.DataFrame:
    """Give `records` in which the names `slipped` (at: the place of the record) are put right."""
    if slipped.is_empty():
        return records
    named = records.select("n_tokens", "n_legal").with_row_index("at")
    wrong = named.join(slipped, on="at").sort("at")
    changed = wrong.select("n_tokens", "end", "word").iter_rows()
    wrong = wrong.select("at", legal=pl.coalesce("n_legal", "form")).with_columns(
        tokens=pl.Series([_put(*row) for row in changed], dtype=pl.List(pl.String))
    )
    corrected = pl.DataFrame({"at": pl.int_range(records.height, dtype=pl.get_index_type(), eager=True)})
    corrected = corrected.join(wrong, on="at", how="left", maintain_order="left")
    hit = corrected["tokens"].is_not_null()
    records = records.with_columns(
        n_tokens=pl.when(hit).then(corrected["tokens"]).otherwise("n_tokens"),
        n_legal=pl.when(hit).then(corrected["legal"]).otherwise("n_legal"),
    )
    return records.with_columns(n_name=pl.when(hit).then(c("n_tokens").list.join(" ")).otherwise("n_name"))


def meetings(
    named: pl.DataFrame, words: NameWords, background: pl.DataFrame, names: NameRules
) -> pl.DataFrame:
    """Give (kind, key, at, own): by which keys names have to meet so that `slips` finds all that they show.

    Of the names that share a kind and a key, those that are not `own` may show a slip of those that are.
    """
    rules = names.endings
    named = named.filter(c("n_tokens").list.len() > 0)
    known = _known(background, names)
    each = _each(named)
    has, end = c("n_legal").is_not_null(), c("n_tokens").list.last()
    front = c("n_tokens").list.head(c("n_tokens").list.len() - 1).list.join(" ")
    slipping = named.filter(~has & (c("n_tokens").list.len() > 1) & ~end.str.contains(r"\d"))
    meant = pl.DataFrame({"end": sorted(words.abbreviations)}, schema={"end": pl.String})
    unknown = each.filter(~c("first") & c("end").str.contains(rf"^[a-z]{{2,{rules.longest + 1}}}$"))
    unknown = unknown.join(known, on="end", how="anti").join(meant, on="end", how="anti")
    short = each.filter(~c("first") & c("end").str.len_chars().is_between(2, len(rules.joining) + 1))
    joined = named.filter(c("name").str.to_lowercase().str.contains(rf"[&+]|\b{rules.joining}\b"))
    parts = [
        slipping.select("at", key=front.hash(), kind=1, own=True),
        named.filter(has).select("at", key=c("n_name").hash(), kind=1, own=False),
        unknown.select("at", key="rest", kind=2, own=True),
        each.join(meant, on="end", how="semi").select("at", key="rest", kind=2, own=False),
        short.select("at", key="rest", kind=3, own=True),
        _sums(joined).select("at", key="rest", kind=3, own=False),
    ]
    return pl.concat(parts).with_columns(key=c("key").reinterpret(signed=True), kind=c("kind").cast(pl.Int32))


def _known(background: pl.DataFrame, names: NameRules) -> pl.DataFrame:
    """Give (end, known) of the words that are slips by the hand alone: common ones, and long ones that names have."""
    long = (c("token").str.len_chars() >= names.spelling.shortest) & (c("df") >= names.known_in_background)
    return background.filter((c("df") >= names.endings.known) | long).select(end="token", known=True)


def _sums(named: pl.DataFrame) -> pl.DataFrame:
    """Give (at, rest): the sum of the hashes of all words of each name."""
    words = named.select("at", end="n_tokens").explode("end")
    return words.with_columns(rest=c("end").hash()).group_by("at").agg(c("rest").sum())


def _put(tokens: list[str], end: str, word: str | None) -> list[str]:
    """Put `word`, if there is one, in place of `end`, each word once."""
    return list(
        dict.fromkeys(word or "" if token == end else token for token in tokens if token != end or word)
    )


def _forms(named: pl.DataFrame, known: pl.DataFrame, rules: Endings) -> pl.DataFrame:
    """Give (at, end, form, word) of the records whose last word is a slip of the legal form of the same name."""
    written = c("name").str.to_lowercase().str.replace_all(".", "", literal=True)
    ends = named.with_columns(end=written.str.extract(r"([a-z]+)[^\p{L}\p{N}]*$", 1)).drop_nulls("end")
    last, front = c("n_tokens").list.last(), c("n_tokens").list.head(c("n_tokens").list.len() - 1)
    others = ends.filter(c("n_legal").is_not_null() & (c("end").str.len_chars() >= rules.shortest))
    others = others.select(whole="n_name", right="end", form="n_legal").unique()
    own = ends.filter(c("n_legal").is_null() & (front.list.len() > 0) & ~last.str.contains(r"\d"))
    own = own.select("at", "end", last=last, whole=front.list.join(" "))
    own = own.join(others.select("whole"), on="whole", how="semi")
    met = _alike(own, others.select("right").unique()).join(others, on=["whole", "right"])
    cut = met.filter(c("right").str.starts_with(c("end")) & (c("right") != c("end")))
    slipped = pl.concat(
        [cut.select("at", "last", "form"), _near(met, known, rules).select("at", "last", "form")]
    )
    return slipped.select("at", "form", end="last", word=pl.lit(None, pl.String))


def _abbreviations(
    named: pl.DataFrame, each: pl.DataFrame, known: pl.DataFrame, words: NameWords, rules: Endings
) -> pl.DataFrame:
    """Give (at, end, form, word) of the words that nobody knows and are slips of an abbreviation of another's word."""
    shorts = pl.DataFrame(
        [(word, short) for word, others in words.abbreviations.items() for short in others],
        schema=["word", "right"], orient="row",
    ).filter(c("right").str.contains(rf"^[a-z]{{{rules.shortest},{rules.longest}}}$"))  # fmt: skip
    meant = shorts.select(end="word").unique()
    # The first word is what a name is called by ("TNT Airways").
    own = (
        each.filter(~c("first") & c("end").str.contains(rf"^[a-z]{{2,{rules.longest + 1}}}$"))
        .join(known, on="end", how="anti")
        .join(meant, on="end", how="anti")
    )
    own = _alike(own, shorts.select("right").unique())
    right = each.join(meant, on="end", how="semi").join(own.select("rest"), on="rest", how="semi")
    own = own.join(right.select("rest"), on="rest", how="semi")
    tokens = named.select("at", "n_tokens")
    own = own.join(tokens, on="at").select("at", "end", "right", others=OTHERS)
    right = right.join(tokens, on="at").select(others=OTHERS, word="end").unique()
    met = own.join(right, on="others").join(shorts, on=["word", "right"])
    return _near(met, known, rules).select("at", form=pl.lit(None, pl.String), end="end", word="word")


def _joining(named: pl.DataFrame, each: pl.DataFrame, known: pl.DataFrame, rules: Endings) -> pl.DataFrame:
    """Give (at, end, form, word) of the slips of the joining word in names that another record has without them."""
    short = each.filter(~c("first") & c("end").str.len_chars().is_between(2, len(rules.joining) + 1))
    slips = _near(short.select("end").unique().with_columns(right=pl.lit(rules.joining)), known, rules)
    own = short.join(slips, on="end", how="semi").join(named.select("at", "n_tokens"), on="at")
    own = own.select("at", "end", others=OTHERS)
    joined = named.filter(c("name").str.to_lowercase().str.contains(rf"[&+]|\b{rules.joining}\b"))
    whole = joined.select(others=c("n_tokens").list.sort().list.join(" ")).unique()
    slipped = own.join(whole, on="others", how="semi")
    return slipped.select("at", form=pl.lit(None, pl.String), end="end", word=pl.lit(None, pl.String))


def _each(named: pl.DataFrame) -> pl.DataFrame:
    """Give the words of the names of several words: at, end, whether it is the first, and a hash of the rest.

    The rest is the sum of the hashes of all words but this one, so it does not tell in which order they stand.
    """
    some = named.select("at", "n_tokens", size=c("n_tokens").list.len()).filter(c("size") > 1)
    each = some.select("at", end="n_tokens").explode("end")
    size = some["size"].to_numpy().astype(np.int64)
    start = np.cumsum(size) - size
    own = each["end"].hash().to_numpy()
    rest = np.repeat(np.add.reduceat(own, start), size) - own if len(own) else own
    first = np.zeros(len(own), bool)
    first[start] = True
    return each.with_columns(first=pl.Series(first), rest=pl.Series(rest))


def _alike(own: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Give `own` with each word of `right` that its `end` may be a slip of: one edit away, or its beginning."""
    length = c("right").str.len_chars()
    cut = right.select("right", end=pl.int_ranges(1, length)).explode("end").drop_nulls()
    cut = cut.select("right", end=c("right").str.slice(0, c("end")))
    near = one_letter_less(own.select("end").unique(), "end").join(one_letter_less(right, "right"), on="key")
    return own.join(pl.concat([cut.select("end", "right"), near.select("end", "right")]).unique(), on="end")


def _near(met: pl.DataFrame, known: pl.DataFrame, rules: Endings) -> pl.DataFrame:
    """Keep the rows whose `end` is one edit from `right`, and where it is a known word, by a slip of the hand."""
    if met.is_empty():
        return met
    edits = process.cpdist(met["end"].to_list(), met["right"].to_list(), scorer=OSA.distance, workers=-1)
    near = met.filter(pl.Series(edits) == 1).filter(c("right").str.len_chars() >= rules.shortest)
    beside = neighbours(rules.keyboard)
    by_hand = [same_length(end, right, beside) for end, right in near.select("end", "right").iter_rows()]
    near = near.with_columns(by_hand=pl.Series(by_hand, dtype=pl.Boolean))
    near = near.join(known, on="end", how="left", maintain_order="left")
    return near.filter(c("by_hand") | c("known").is_null())
