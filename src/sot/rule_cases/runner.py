"""The cases of `rules/cases/`: named examples, and whether the rules in force do what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sot.rule_cases.changed import Change, changes
from sot.rules import Rulebook
from sot.rules.project import Settings

Changes = tuple[Change, ...]

_CONCERNED = {
    "naming": ("cases/naming_", "cases/matching_"),
    "matching": ("cases/matching_",),
    "governance": ("cases/governance_",),
    "quality": ("cases/quality_",),
    "handoffs": ("cases/handoffs_",),
    "systems": ("cases/systems_",),
}
"""Which cases a change of a rules folder can break."""


def concerned(rules: Rulebook) -> dict[str, tuple[Change, ...]]:
    """Give the files of cases that the project's own rules can break, with the changes that concern each.

    These are the cases of the same subject, and the project's own. A copy of a rules file that says the same breaks
    nothing.
    """
    made = changes(rules)
    files: dict[str, tuple[Change, ...]] = {}
    for name in rules.names("cases"):
        about = [made[own] for own in made if name.startswith(_CONCERNED.get(own.split("/")[0], ()))]
        if name in made:
            about = [Change(name)]
        if about:
            files[name] = tuple(about)
    return files


def failures(
    rules: Rulebook, settings: Settings, names: Iterable[str] | Mapping[str, tuple[Change, ...]]
) -> list[str]:
    """Run the cases of the files `names`; give a sentence for each case that fails.

    With changes, only the cases that these can break are run, where running is dear.
    """
    about = names if isinstance(names, Mapping) else {name: (Change(name),) for name in names}
    failed: list[str] = []
    for name, made in about.items():
        runner = next((run for prefix, run in _RUNNERS.items() if name.startswith(prefix)), None)
        if runner is None:
            failed.append(f"{name}: nothing runs these cases; names begin with {', '.join(sorted(_RUNNERS))}")
        else:
            failed += runner(name, rules, settings, made)
    return failed


# Each kind of case has its own stages to import, and the others are not waited for.


def _naming(name: str, rules: Rulebook, settings: Settings, made: Changes) -> list[str]:
    from sot.rule_cases import normalisation

    return normalisation.failures(name, rules, made)


def _governance(name: str, rules: Rulebook, settings: Settings, made: Changes) -> list[str]:
    from sot.rule_cases import governance

    return governance.failures(name, rules, settings, made)


def _matching(name: str, rules: Rulebook, settings: Settings, made: Changes) -> list[str]:
    from sot.rule_cases import matching

    return matching.failures(name, rules, settings, made)


def _quality(name: str, rules: Rulebook, settings: Settings, made: Changes) -> list[str]:
    from sot.normalise.stage import normalise
    from sot.rule_cases import gates

    return gates.failures(name, rules, normalise)


def _handoffs(name: str, rules: Rulebook, settings: Settings, made: Changes) -> list[str]:
    from sot.rule_cases import handoffs

    return handoffs.failures(name, rules, settings)


def _headers(name: str, rules: Rulebook, settings: Settings, made: Changes) -> list[str]:
    from sot.rule_cases import systems

    return systems.headers(name, rules, settings)


def _tables(name: str, rules: Rulebook, settings: Settings, made: Changes) -> list[str]:
    from sot.rule_cases import systems

    return systems.tables(name, rules, settings, made)


_RUNNERS: dict[str, Callable[[str, Rulebook, Settings, Changes], list[str]]] = {
    "cases/naming_": _naming,
    "cases/governance_": _governance,
    "cases/matching_": _matching,
    "cases/quality_": _quality,
    "cases/handoffs_": _handoffs,
    "cases/systems_headers": _headers,
    "cases/systems_unknown": _tables,
}
