"""The names of systems as people write them: "Salesforce", "Power BI"."""

from __future__ import annotations

from collections.abc import Iterable

from sot.rules import Rulebook
from sot.rules.systems import SystemRules


def titles(systems: Iterable[str], rules: Rulebook) -> dict[str, str]:
    """Give the title of each system: of a known one by its rules, of any other its own name with a capital."""
    known = set(rules.names("systems"))
    return {
        system: _title(system, f"systems/{system}.yaml" in known, rules) for system in sorted(set(systems))
    }


def _title(system: str, known: bool, rules: Rulebook) -> str:
    if known:
        return rules.get(f"systems/{system}.yaml", SystemRules).title
    words = system.replace("_", " ").strip()
    if len(words) <= 3:
        return words.upper()
    return words[:1].upper() + words[1:]
