"""Are the rules of a project right? Every field has an owner, every rule can be reached, every name exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sot.errors import RulesError
from sot.model.kinds import Department
from sot.rules.error_text import did_you_mean
from sot.rules.governance import (
    ADDRESS_PARTS,
    CUSTOMER_FIELDS,
    DOCUMENT_FIELDS,
    FOLDER,
    Governance,
    Step,
    is_department,
    load_governance,
    owned,
    presets,
)
from sot.rules.loader import FileErrors, Path_, Place, Problem, parse
from sot.rules.project import Settings
from sot.rules.quality.gates import NAME as gates_file
from sot.rules.quality.gates import Gates, limit_problems
from sot.rules.registry import own_problems
from sot.rules.rulebook import Reference, Rulebook, shipped
from sot.rules.systems import system_rules

PROJECT_FILE = "sot.yaml"
"""What a problem of the settings is told of where there is no project file."""


@dataclass(frozen=True)
class _File:
    path: Path
    there: bool = True

    @cached_property
    def places(self) -> dict[Path_, Place]:
        """The places in the file; it is only read where there is a problem."""
        return parse(self.path)[1] if self.there else {}

    def problem(self, what: str, *at: str | int) -> Problem:
        """Make a problem at the nearest place of the file that is known."""
        while at and at not in self.places:
            at = at[:-1]
        line, column = self.places.get(at, (1, 1))
        return Problem(str(self.path), line, column, what)


def unclear(
    rules: Rulebook, settings: Settings, project_file: Path | None, inputs: Mapping[str, str] | None = None
) -> list[Problem]:
    """Give everything that is wrong in the rules and settings of a project: what `sot rules check` finds.

    `inputs` gives the department of each system of the exports at hand, if there are any.
    """
    problems = [*strays(rules.project), *own_problems(rules)]
    broken = {Path(problem.file).parent.name for problem in problems}
    if broken.isdisjoint((FOLDER, "systems")):
        known = known_systems(rules, settings) if _names_systems(rules) else {}
        problems += lint(rules, known | dict(inputs or {}), None if inputs is None else set(inputs))
    file = _settings_file(project_file)
    problems += [file.problem(what, *at) for at, what in _wrong_settings(rules, settings)]
    if inputs is not None:
        problems += [file.problem(what, *at) for at, what in absent(settings, inputs)]
    return problems


def require_clear(rules: Rulebook, settings: Settings, project_file: Path | None) -> None:
    """Raise FileErrors if anything is wrong in the rules or settings, also where this run would not read it."""
    if problems := unclear(rules, settings, project_file):
        raise FileErrors(
            problems, "sot rules check reports the same; sot rules show prints the rules in force"
        )


def _settings_file(project_file: Path | None) -> _File:
    if project_file is None:
        return _File(Path(PROJECT_FILE), there=False)
    return _File(project_file)


def _wrong_settings(rules: Rulebook, settings: Settings) -> Iterator[tuple[Path_, str]]:
    """Every name in the project file is one that the rules know, and every limit one that its gate can have."""
    preset = Reference((), settings.governance, presets(rules), "governance").problem
    if preset is not None:
        yield ("governance",), f"governance: {preset}"
    try:
        gates = rules.get(gates_file, Gates)
    except RulesError:
        return  # reported with the file itself
    for at, what in limit_problems(gates, settings):
        yield at, f"{'.'.join(at)}: {what}"


def known_systems(rules: Rulebook, settings: Settings) -> dict[str, str]:
    """Give the department of every system that the rules or the project file name."""
    known: dict[str, str] = {system.system: system.department for system in system_rules(rules)}
    known |= {
        name: entry.department or known.get(name, "unknown") for name, entry in settings.systems.items()
    }
    return known | {
        entry.system: entry.department or "unknown" for entry in settings.sources.values() if entry.system
    }


def _names_systems(rules: Rulebook) -> bool:
    """Tell whether a preset names anything but departments: only then are the rules of all systems read."""
    try:
        listed = [_authorities(load_governance(rules, name)) for name in presets(rules)]
    except FileErrors:
        return True
    return not all(
        is_department(owner) for of_preset in listed for _, owners in of_preset for owner in owners
    )


def absent(settings: Settings, inputs: Mapping[str, str]) -> Iterator[tuple[Path_, str]]:
    """Give the place in sot.yaml of each core system that is in none of the exports, and what to say of it.

    `inputs` gives the department of each system of the exports.
    """
    held = ", ".join(sorted(inputs))
    for i, name in enumerate(settings.company.core_systems):
        if not any(owned((name,), *entry) for entry in inputs.items()):
            what = f"company.core_systems: '{name}' is in none of the exports; these are from {held}"
            yield ("company", "core_systems", i), what


def lint(rules: Rulebook, systems: Mapping[str, str], inputs: Collection[str] | None = None) -> list[Problem]:
    """Give everything that is wrong with presets and waivers in `rules/governance/`, in the order of files
    and lines.

    `systems` gives the department of every system that is known; `inputs` names those of the exports at hand.
    """
    problems: list[Problem] = []
    for name in presets(rules):
        path = rules.path(f"{FOLDER}/{name}.yaml")
        try:
            governance = load_governance(rules, name)
        except FileErrors as error:
            problems += error.problems
            continue
        file = _File(path)
        in_file = [*_owners(governance, file), *_cascades(governance, file), *_groups(governance, file)]
        in_file += _names(governance, file, systems, inputs)
        problems += sorted(in_file, key=lambda problem: (problem.line, problem.column, problem.what))
    return problems


def _owners(governance: Governance, file: _File) -> Iterator[Problem]:
    """Every field has an owner; a word that is no field owns nothing."""
    wanted = {"customer": CUSTOMER_FIELDS, **DOCUMENT_FIELDS}
    for group, fields in wanted.items():
        rules = getattr(governance, group)
        for field in fields:
            if field not in rules:
                line = f"{field}: {{authority: [finance, crm]}}"
                yield file.problem(
                    f"{group}: no system is right about '{field}'; add the line:   {line}", group
                )
        for field in rules:
            if field not in fields:
                yield file.problem(
                    f"{group}: '{field}' is not a field; fields are {', '.join(fields)}", group, field
                )


def _cascades(governance: Governance, file: _File) -> Iterator[Problem]:
    """Every step can be reached, and none undoes another."""
    cascades: dict[tuple[str, ...], tuple[Step, ...]] = {("cascade",): governance.cascade}
    for field, rule in governance.customer.items():
        if rule.cascade is not None:
            cascades["customer", field, "cascade"] = rule.cascade
    for at, steps in cascades.items():
        for i, step in enumerate(steps):
            if step in steps[:i]:
                yield file.problem(f"'{step}' occurs twice: the second is never reached", *at, i)
        if steps[0] is not Step.LOCKED:
            yield file.problem("'locked' must come first, or a steward's value is overruled by a rule", *at)
        if Step.AUTHORITY not in steps:
            yield file.problem("'authority' is missing, so the order that the fields name is never used", *at)
        if Step.CLEAN in steps and Step.LIVE in steps and steps.index(Step.LIVE) < steps.index(Step.CLEAN):
            yield file.problem("'clean' is never reached: 'live' comes before it and is stricter", *at)


def _groups(governance: Governance, file: _File) -> Iterator[Problem]:
    """The address is whole and one unit, and nothing else is a group."""
    for field, rule in governance.customer.items():
        wanted = ADDRESS_PARTS if field == "address" else ()
        if tuple(sorted(rule.together)) == tuple(sorted(wanted)):
            continue
        if wanted:
            what = f"the address is chosen as a unit; write   together: [{', '.join(wanted)}]"
        else:
            what = f"'{field}' is a single field; leave out 'together'"
        yield file.problem(what, "customer", field, "together")


def _names(
    governance: Governance, file: _File, systems: Mapping[str, str], inputs: Collection[str] | None
) -> Iterator[Problem]:
    """Every owner is a department or a system; none is named twice."""
    for at, authority in _authorities(governance):
        for i, owner in enumerate(authority):
            if owner in authority[:i]:
                yield file.problem(f"'{owner}' is named twice", *at, i)
            elif systems.get(owner) in authority[:i]:
                what = f"'{owner}' is never used: its department '{systems[owner]}' comes before it"
                yield file.problem(what, *at, i)
            if is_department(owner):
                continue
            if owner not in systems:
                known = ", ".join(sorted(systems))
                hint = did_you_mean(owner, [*sorted(systems), *Department])
                what = f"'{owner}' is neither a department nor a system{hint}; systems are {known}"
                yield file.problem(what, *at, i)
            elif inputs is not None and owner not in inputs:
                held = ", ".join(sorted(inputs))
                yield file.problem(f"'{owner}' is in none of the exports; these are from {held}", *at, i)


def _authorities(governance: Governance) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for group in ("customer", *DOCUMENT_FIELDS):
        for field, rule in getattr(governance, group).items():
            yield (group, field, "authority"), rule.authority
    yield ("expected_in",), governance.expected_in
    for kind in type(governance.exposure).model_fields:
        yield ("exposure", kind), getattr(governance.exposure, kind)


def strays(own: Path | None) -> list[Problem]:
    """Point out every file of a project's rules folder that nothing ever reads."""
    if own is None:
        return []
    free = (f"{FOLDER}/", "systems/", "cases/")
    files = (path for path in own.rglob("*") if path.suffix.lower() in (".yaml", ".yml"))
    names = sorted(path.relative_to(own).as_posix() for path in files)
    return [
        Problem(
            str(own / name),
            1,
            1,
            f"no rules file has this name, so it is never read; shipped ones are in {shipped()}",
        )
        for name in names
        if not (name.startswith(free) and name.endswith(".yaml") and name.count("/") == 1)
        and not (shipped() / name).is_file()
    ]
