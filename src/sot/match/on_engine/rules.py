"""The rules of matching in a worker: read once in each process."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from sot.match.names.background_frequencies import Background, load_background, load_given_names
from sot.rules.bundle import Bundle
from sot.rules.matching import ComparisonRules, Thresholds
from sot.rules.matching_names import NameRules
from sot.rules.matching_policy import POLICY, MatchingPolicy
from sot.rules.naming import LegalForms, NameWords

USED_BY_WORKERS = (
    "matching/background_tokens.csv.gz",
    "matching/given_names.txt.gz",
    "matching/names.yaml",
    "naming/habits.yaml",
    "naming/legal_forms.yaml",
    "naming/statuses.yaml",
    "naming/words.yaml",
)
"""Rules that are read where the records are; the driver itself need not have read them."""


@lru_cache(maxsize=4)
def background(bundle: Bundle) -> Background:
    """Give the background words and given names."""
    rules = bundle.open()
    return replace(
        load_background(rules.path("matching/background_tokens.csv.gz")),
        given=load_given_names(rules.path("matching/given_names.txt.gz")),
    )


def name_rules(bundle: Bundle, records: int) -> NameRules:
    """Give the rules of names for a list of so many records."""
    return bundle.open().get("matching/names.yaml", NameRules).at_size(records)


def words_rules(bundle: Bundle) -> NameWords:
    """Give the words that names are made of."""
    return bundle.open().get("naming/words.yaml", NameWords)


def comparison_rules(bundle: Bundle) -> ComparisonRules:
    """Give the comparisons."""
    return bundle.open().get("matching/comparisons.yaml", ComparisonRules)


def threshold_rules(bundle: Bundle) -> Thresholds:
    """Give the thresholds."""
    return bundle.open().get("matching/thresholds.yaml", Thresholds)


def policy_rules(bundle: Bundle) -> MatchingPolicy:
    """Give the policy of matching."""
    return bundle.open().get(POLICY, MatchingPolicy)


def legal_rules(bundle: Bundle) -> LegalForms:
    """Give the legal forms."""
    return bundle.open().get("naming/legal_forms.yaml", LegalForms)
