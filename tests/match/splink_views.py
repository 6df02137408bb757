"""What Splink writes for the shipped rules, shipped with them: `python -m tests.match.splink_views`."""

from __future__ import annotations

import re
from math import inf
from pathlib import Path

from sot.match.scoring import model
from sot.match.scoring.levels import View
from sot.match.scoring.model import SHIPPED, VIEW, Model
from sot.match.stage import compare_names, workbench
from sot.rules import Rulebook
from sot.rules.matching import ComparisonRules
from sot.rules.matching_names import NameRules
from tests.match.making import crowd, records

FILE = Path(model.__file__).with_name(SHIPPED)
_OF_THE_TIME = re.compile(r"\b(__splink__df_\w+?)_[0-9a-f]{9}\b")
"""Splink gives each view a name of its own."""


def page() -> str:
    """Give the key of the views for the shipped rules, and each view: its name, and its SQL."""
    rules = Rulebook()
    few = records(crowd(20))
    names = rules.get("matching/names.yaml", NameRules).at_size(few.height)
    with workbench(few, rules) as (con, ready):
        con.execute("create or replace temp table candidate as select 0 as uid_l, 1 as uid_r, 0 as rules")
        compare_names(con, ready, names, few.height, -inf)
        scored = Model(rules.get("matching/comparisons.yaml", ComparisonRules))
        views = scored.by_splink(con, "candidate_evidence")
        return f"-- key {scored.key(con, 'candidate_evidence')}\n" + "".join(map(_written, views))


def _written(view: View) -> str:
    return _OF_THE_TIME.sub(r"\1_of_rules", f"{VIEW}{view.name}\n{view.sql.strip()}\n")


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
