"""Which records are sub-accounts: sub-customers and jobs of an account, which their system can't merge into it."""

from __future__ import annotations

import polars as pl

from sot.rules import Rulebook
from sot.rules.systems import system_rules


def is_sub_account(rules: Rulebook) -> pl.Expr:
    """Tell of each record whether it is an account below another one, in a system that merges no such accounts."""
    systems = [
        known.system
        for known in system_rules(rules)
        if known.write_back is not None and not known.write_back.merges_sub_accounts
    ]
    return pl.col("system").is_in(systems) & (
        pl.col("parent_id").is_not_null() | pl.col("parent_name").is_not_null()
    )
