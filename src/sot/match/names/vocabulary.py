"""The words of all names: how much each tells, from the exports themselves and from a shipped background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.match.names.background_frequencies import Background
from sot.match.names.joined_words import joined_words, made_word
from sot.match.names.numbering import OTHER_SCRIPT
from sot.model.scripts import CHARACTERS
from sot.rules.matching_names import NameRules
from sot.rules.matching_policy import PartWords

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]
Longs = npt.NDArray[np.int64]

WIDTH = 8
"""Words of a name that are compared; of longer names the most telling ones."""

NUMBER = r"\d|^(?:i[ivx]|v?ii{1,2}|vi|x{1,2}(?:i[xv]|v?i{1,3}|v)|xx|xxx(?:i[xv]|v?i{0,3}))$"
"""Words that hold a digit, and Roman numerals of two letters or more up to 39; one letter is an initial elsewhere."""


@dataclass(frozen=True)
class Vocabulary:
    """Every word of every name, by its number.

    bits is the information of a shared word; known tells words that are no typo of each other (words of the
    language, or of many names); everyday those of very many names; heard counts the records that have it, own tells
    words that the background does not have; number tells words that hold a digit or are a Roman numeral, single
    those of one Latin letter; first numbers the first letter; letters has a bit for each letter of the alphabet
    that the word holds; division tells words that name a part of a group; weak tells joining words and words for
    "company", which are left out at will; given tells the given names of persons, called numbers those of one
    person ("David", "Dave"), 0 all others. initial is a code of the first letter, spelled the sum of the codes of
    all letters of a word that may be initials (0 of others). common are the words that many companies of the world
    have. background are the names of the world, by which the letters of a spelling are judged.
    """

    words: Texts
    bits: Floats
    known: Bools
    everyday: Bools
    heard: Floats
    own: Bools
    number: Bools
    single: Bools
    length: Ints
    first: Ints
    letters: Ints
    division: Bools
    weak: Bools
    joining: Bools
    title: Bools
    body: Bools
    given: Bools
    called: Ints
    initial: Longs
    spelled: Longs
    common: frozenset[str]
    background: Background


@dataclass(frozen=True)
class Names:
    """Every distinct name, by its number.

    words holds the numbers of its words, most telling first, -1 where there are less than WIDTH; town tells which
    of them are the town of the records that bear it; squashed are texts; same_words numbers the set of words, initials
    the single letters in their order;
    body tells names of schools, parishes and the like;
    total is the damped information of all words in bits; bearers counts the records with the same set of words, towns
    the towns that they are in, systems has a bit for each system. joined are its words that other names have as one
    (see joined_words). characters tells names that are compared by their own characters,
    script those that are written in another script than Latin.
    """

    words: Ints
    town: Bools
    size: Ints
    squashed: Texts
    squash_code: Ints
    squash_length: Ints
    same_words: Ints
    initials: Ints
    bearers: Floats
    towns: Ints
    systems: Longs
    total: Floats
    joined: Ints
    body: Bools
    characters: Bools
    script: Bools


def others(count: npt.NDArray[np.float64], duplicates: float) -> npt.NDArray[np.float64]:
    """Give how many of `count` bearers of a value are expected to be other customers, if one has `duplicates` records.

    A value seen as often as one customer has records tells nothing of others, so that the duplicates that are
    looked for do not make their own names look common (leave-out term frequency).
    """
    return np.where(count > duplicates, (count - duplicates) ** 2 / np.maximum(count, 1), 0.0)


def damped(values: Floats, damping: tuple[float, ...]) -> Floats:
    """Sum the rows of `values`, largest first, each counting less than the one before; negative ones count whole."""
    ordered = -np.sort(-values, axis=1)
    factors = np.asarray(damping, np.float32)[: values.shape[1]]
    total: Floats = (ordered * np.where(ordered > 0, factors, np.float32(1))).sum(axis=1, dtype=np.float32)
    return total


def learn(
    names: pl.DataFrame, background: Background, duplicates: float, rules: NameRules, parts: PartWords
) -> tuple[Vocabulary, Names]:
    """Learn the vocabulary of `names` against the `background`.

    The columns of `names` are name_id (sorted, 0..n-1), tokens, town (the tokens that say where the records that bear
    the name are), records (how many these are), towns (of how many towns) and systems (a bit for each).
    """
    spread = (
        names.select("name_id", "records", "town", token="tokens")
        .explode("token")
        .filter(pl.col("token") != "")
        .with_columns(town=pl.col("town").list.contains(pl.col("token")).fill_null(False))
    )
    counts = spread.group_by("token").agg(df=pl.col("records").sum(), names=pl.len()).sort("token")
    counts = counts.join(
        background.tokens.rename({"df": "background"}), on="token", how="left", maintain_order="left"
    )
    counts = counts.with_columns(pl.col("background").fill_null(0))
    vocabulary = words_of(counts, int(names["records"].sum()), background, duplicates, rules, parts)
    made = spread.select("name_id", "token", word=made_word("name_id"))
    made = made.join(counts, left_on="word", right_on="token", how="semi", maintain_order="left")
    return vocabulary, names_of(names, spread, counts, vocabulary, rules, made)


def words_of(
    counts: pl.DataFrame,
    records: int,
    background: Background,
    duplicates: float,
    rules: NameRules,
    parts: PartWords,
) -> Vocabulary:
    """Give the vocabulary of `counts` (token, df: records, names, background), of a list of so many `records`."""
    df = counts["df"].to_numpy().astype(np.float64)
    seen = counts["background"].to_numpy().astype(np.float64)
    # The background is a prior worth `background_names` names: the exports' own words soon speak for themselves.
    expected = (seen + rules.prior_count) * rules.background_names / background.n
    # Many records of one and the same name are rather one customer than many.
    bearers = np.minimum(others(df, duplicates), counts["names"].to_numpy() - 1.0)
    share = (np.maximum(bearers, 0.0) + expected) / (records + rules.background_names)
    words = counts["token"]
    given = words.is_in(background.given.implode()).to_numpy()
    common = background.tokens.filter(
        (pl.col("df") >= rules.spelling.common) & (pl.col("token").str.len_chars() >= 3)
    )
    return Vocabulary(
        words=np.array(words.to_list(), object),
        bits=np.minimum(-np.log2(np.minimum(share, 1.0)), rules.word_cap).astype(np.float32),
        known=(seen >= rules.known_in_background) | (df >= rules.known_in_exports) | given,
        everyday=seen >= rules.spelling.everyday,
        heard=df.astype(np.float32),
        own=seen < rules.known_in_background,
        number=words.str.contains(NUMBER).to_numpy(),
        single=words.str.contains("^[a-z]$").to_numpy(),
        length=words.str.len_chars().to_numpy().astype(np.int32),
        first=words.str.slice(0, 1).rank("dense").to_numpy().astype(np.int32),
        letters=_letter_bits(words),
        division=words.is_in(sorted(parts.all | rules.generations)).to_numpy(),
        weak=words.is_in(sorted(rules.weak_words)).to_numpy(),
        joining=words.is_in(sorted(rules.joining_words)).to_numpy(),
        title=words.is_in(sorted(rules.titles | rules.generations)).to_numpy(),
        body=words.is_in(sorted(rules.bodies)).to_numpy(),
        given=given,
        called=words.replace_strict(rules.everyday_names, default=0, return_dtype=pl.Int32).to_numpy(),
        initial=_letter_codes(words, 1),
        spelled=np.where(
            words.str.contains(rf"^[a-z]{{2,{rules.acronym.longest}}}$").to_numpy(),
            _letter_codes(words, rules.acronym.longest),
            0,
        ),
        common=frozenset(common["token"]),
        background=background,
    )


def _letter_bits(words: pl.Series) -> Ints:
    masks = [words.str.contains(chr(ord("a") + i), literal=True).cast(pl.Int32) * (1 << i) for i in range(26)]
    return pl.select(pl.sum_horizontal(masks)).to_series().to_numpy().astype(np.int32)


def _letter_codes(words: pl.Series, letters: int) -> Longs:
    """Give the sum of the codes of the first `letters` letters of words: different letters hardly have one sum."""
    codes = np.zeros(len(words), np.int64)
    for at in range(letters):
        letter = words.str.slice(at, 1)
        code = letter.replace_strict(_CODES, default=0, return_dtype=pl.Int64).to_numpy()
        codes += code
    return codes


_CODES = {chr(ord("a") + i): (i + 7) ** 9 for i in range(26)}
"""A number for each letter; sums of some of them differ if the letters do."""


def names_of(
    names: pl.DataFrame,
    spread: pl.DataFrame,
    counts: pl.DataFrame,
    vocabulary: Vocabulary,
    rules: NameRules,
    made: pl.DataFrame,
) -> Names:
    """Give `names` by their numbers: `spread` holds their words (name_id, token, town), `counts` those of all names.

    `made` are words that a name has in two, and another one as one (see joined_words).
    """
    numbered = spread.join(
        counts.select("token").with_row_index("word"), on="token", how="left", maintain_order="left"
    )
    owner = numbered["name_id"].to_numpy().astype(np.int64)
    word = numbered["word"].to_numpy().astype(np.int32)
    order = np.lexsort((word, -vocabulary.bits[word], owner))
    owner, word, is_town = owner[order], word[order], numbered["town"].to_numpy()[order]
    starts = np.r_[True, owner[1:] != owner[:-1]] if len(owner) else np.zeros(0, bool)
    rank = np.arange(len(owner)) - np.maximum.accumulate(np.where(starts, np.arange(len(owner)), 0))
    kept = rank < WIDTH
    matrix = np.full((names.height, WIDTH), -1, np.int32)
    matrix[owner[kept], rank[kept]] = word[kept]
    town = np.zeros(matrix.shape, bool)
    town[owner[kept], rank[kept]] = is_town[kept]
    text = names.select(
        squashed=pl.col("tokens").list.join(""),
        words=pl.col("tokens").list.sort().list.join(" "),
        initials=pl.col("tokens")
        .list.eval(pl.element().filter(pl.element().str.contains("^[a-z]$")))
        .list.join(""),
        records="records",
    )
    bearers = text.select(pl.col("records").sum().over("words"))["records"]
    bits = np.where(matrix >= 0, vocabulary.bits[matrix], np.float32(0))
    bits = np.where(town, np.minimum(bits, np.float32(rules.shared_town)), bits)
    return Names(
        words=matrix,
        town=town,
        size=(matrix >= 0).sum(axis=1).astype(np.int32),
        squashed=np.array(text["squashed"].to_list(), object),
        squash_code=_codes(text["squashed"]),
        squash_length=text["squashed"].str.len_chars().to_numpy().astype(np.int32),
        same_words=_codes(text["words"]),
        initials=_codes(text["initials"].fill_null("")),
        bearers=bearers.to_numpy().astype(np.float32),
        towns=names["towns"].to_numpy().astype(np.int32),
        systems=names["systems"].to_numpy().astype(np.int64),
        total=damped(bits.astype(np.float32), rules.damping),
        joined=joined_words(made, vocabulary.words, matrix),
        body=np.asarray(((matrix >= 0) & vocabulary.body[matrix]).any(axis=1), bool),
        characters=text["squashed"].str.contains(CHARACTERS).fill_null(False).to_numpy(),
        script=names["town"].list.contains(OTHER_SCRIPT).fill_null(False).to_numpy(),
    )


def _codes(texts: pl.Series) -> Ints:
    codes: Ints = texts.rank("dense").to_numpy().astype(np.int32)
    return codes
