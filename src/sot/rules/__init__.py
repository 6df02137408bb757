"""Rules: YAML that a data steward may edit, read strictly and turned into validated objects."""

from sot.rules.rulebook import Rulebook

__all__ = ["Rulebook"]
