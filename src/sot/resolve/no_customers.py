"""Which customers are none: accounts that somebody made for a test or a demonstration."""

from __future__ import annotations

import numpy as np
import polars as pl

from sot.resolve.members import Flags, Members
from sot.rules.naming import Mark

ENDINGS = tuple(
    f" {word}" for word in ("account", "customer", "company", "client", "user", "ltd", "inc", "gmbh")
)
"""What may follow a word for a test in the whole name of an account that is none of a customer."""


def test_customers(members: Members, mark: Mark | None) -> Flags:
    """Tell of each customer whether it is a test: all its records are marked or called so.

    A company may have such a word in its name ("Test Systems Ltd"), so only the whole name counts.
    """
    names = [f"{phrase}{behind}" for phrase in (mark.phrases if mark else ()) for behind in ("", *ENDINGS)]
    # A name that says nothing, such as "Test Account", is not normalised.
    written = pl.col("name").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    called = pl.col("n_name").is_in(names) | (pl.col("n_name").is_null() & written.is_in(names))
    own = members.each(pl.col("test") | called.fill_null(False)).to_numpy()
    if not members.customers:
        return own
    tests: Flags = np.logical_and.reduceat(own, members.starts)
    return tests
