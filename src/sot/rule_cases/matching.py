"""Cases of matching: two records of two systems, and what must be made of them."""

from __future__ import annotations

import polars as pl

from sot.model.tables import ACCOUNT_FIELDS, RECORDS
from sot.rule_cases.changed import Change
from sot.rule_cases.listed import listed
from sot.rules import Rulebook
from sot.rules.loader import RuleModel
from sot.rules.project import Settings


class PairCase(RuleModel):
    """Two records of two systems, and what matching must make of them."""

    why: str
    left: dict[str, str]
    right: dict[str, str]
    form: str | None = None
    band: tuple[str, ...]


OTHERS = 3000
"""Customers among which the pairs of a file of matching cases are looked for."""


def failures(name: str, rules: Rulebook, settings: Settings, made: tuple[Change, ...]) -> list[str]:
    """Match the pairs of a file which the changes touch; give a sentence for each that comes out differently."""
    del settings
    every = listed(name, rules, PairCase)
    touched = [
        change.touched([*case.left.values(), *case.right.values()] for case in every) for change in made
    ]
    cases = [case for case, *hits in zip(every, *touched, strict=True) if any(hits)]
    if not cases:
        return []
    from sot.match.stage import match  # Splink with it, which is slow to import
    from sot.normalise.stage import normalise

    rows = [(case.left, "left") for case in cases] + [(case.right, "right") for case in cases]
    others = _other_names(rules)
    rows += [({"name": other}, "left") for other in others]
    # Most customers of one system are known to the other, as in life: it is from them that the prior is learned.
    rows += [({"name": other}, "right") for i, other in enumerate(others) if i % 3]
    table = [
        {"uid": uid, "system": system, "record_id": str(uid), "object": "account"}
        | {field: given.get(field) for field in ACCOUNT_FIELDS}
        for uid, (given, system) in enumerate(rows)
    ]
    matched = match(normalise(pl.DataFrame(table, schema=dict(RECORDS)), rules), rules)
    forms = matched.model.comparison("name_form").levels
    level = {form.gamma: "same words" if form.same_words else form.name for form in forms}
    got = {
        left: (level.get(gamma), band)
        for left, right, gamma, band in matched.pairs.select(
            "uid_l", "uid_r", "gamma_name_form", "band"
        ).iter_rows()
        if right == left + len(cases)
    }
    problems = []
    for i, case in enumerate(cases):
        form, band = got.get(i, (None, "apart"))
        # Which words are common is learned from the list: among a part of the cases, a pair that is apart may not meet.
        unmet = i not in got and len(cases) < len(every) and "apart" in case.band
        if case.form and form != case.form and not unmet:
            problems.append(f"{name}: {case.why}: the names are '{form}', expected '{case.form}'")
        if band not in case.band:
            problems.append(f"{name}: {case.why}: the pair is {band}, expected {' or '.join(case.band)}")
    return problems


def _other_names(rules: Rulebook) -> list[str]:
    """Make up names of two words each out of the background: every n-th word with one from far away."""
    from sot.match.names.background_frequencies import load_background

    words = load_background(rules.path("matching/background_tokens.csv.gz")).tokens["token"].sort().to_list()
    step = len(words) // OTHERS
    return [f"{words[i * step]} {words[(i * step * 7 + 13) % len(words)]}" for i in range(OTHERS)]
