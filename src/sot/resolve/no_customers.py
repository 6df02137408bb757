"""Which customers are none: accounts that somebody made for a test or a demonstration."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import polars as pl

from sot.resolve.members import TEST, Flags, Members
from sot.rules.naming import Marks


def test_customers(members: Members, marks: Marks) -> Flags:
    """Tell of each customer whether it is a test: all its records are marked or called so.

    A company may have such a word in its name ("Test Systems Ltd"), so only the whole name counts.
    """
    mark = marks.marks.get(TEST)
    called = pl.lit(False)
    if mark is not None:
        whole = _whole_name(mark.phrases, marks.test_words, marks.test_regions)
        # A name that says nothing, such as "Test Account", is not normalised; a normalised one has no legal form.
        written = _letters(pl.col("name")).str.contains(whole) | pl.col("n_name").str.contains(whole)
        called = written.fill_null(False)
    own = members.each(pl.col("test") | called).to_numpy()
    if not members.customers:
        return own
    tests: Flags = np.logical_and.reduceat(own, members.starts)
    return tests


def without_tests(questions: pl.DataFrame, memberships: pl.DataFrame, golden: pl.DataFrame) -> pl.DataFrame:
    """Give QUESTIONS without those about two records of test customers: no one has to decide about them."""
    tests = golden.filter("is_test")["golden_id"]
    if not tests.len() or not questions.height:
        return questions
    uids = memberships.filter(pl.col("golden_id").is_in(tests.implode()))["uid"].implode()
    return questions.filter(~(pl.col("uid_l").is_in(uids) & pl.col("uid_r").is_in(uids)))


def _whole_name(phrases: Iterable[str], nouns: Iterable[str], regions: Iterable[str]) -> str:
    """Give the pattern of names that are nothing but a test: "demo company uk", "client de test 2", "test123"."""
    tests, things, places = ("|".join(map(re.escape, words)) for words in (phrases, nouns, regions))
    before = f"(?:{tests})(?: (?:{things}))?"
    behind = f"(?:{things}) (?:de |of |di )?(?:{tests})"
    return f"^(?:{before}|{behind})(?: (?:{places}))?(?: ?[0-9]{{1,4}})?$"


def _letters(name: pl.Expr) -> pl.Expr:
    """Give the words of a name in lower case, without accents and signs."""
    plain = name.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    return plain.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
