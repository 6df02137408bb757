"""`sot rules check`, `show` and `copy`: are the rules clear, what do they say, and where are they changed?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sot.cli.console import say, screen
from sot.errors import InputError, RulesError, UsageError
from sot.model.counts import counted

if TYPE_CHECKING:
    from sot.rules import Rulebook
    from sot.rules.project import Settings
    from sot.workspace.project import Project

Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SYSTEM=]PATH", help="Exports to check the rules against.", show_default=False),
]
Home = Annotated[
    Path | None, typer.Option("--project", metavar="DIR", help="The project folder.  [default: nearest]")
]

WIDTH = 110
"""Columns of the matrix where it goes to a file."""


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    group = typer.Typer(help="Validate, show and copy rules.", invoke_without_command=True)
    group.callback()(_group)
    group.command("check", short_help="Validate the rules and run their cases.")(check)
    group.command("show", short_help="Show which system is right about which field.")(show)
    group.command("copy", short_help="Copy a shipped rules file into the project.")(copy)
    app.add_typer(group, name="rules")


def _group(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        say(context.get_help())


def check(
    paths: Paths = None,
    every: Annotated[
        bool,
        typer.Option("--all", help="Run all cases, also those of unchanged rules."),
    ] = False,
    project: Home = None,
) -> None:
    """Validate the rules: every rule is clear, every name exists, and the cases pass.

    Every field needs an owner, every rule must be reachable, and groups must be whole. With exports, the
    systems that the rules name must be among them. Then the cases that the project's own rules can
    break are run.
    """
    from sot.rule_cases.runner import concerned, failures
    from sot.rules.governance import presets
    from sot.rules.lint import unclear

    rules, settings, home = _opened(project)
    inputs = _inputs(paths, rules, settings) if paths else None
    problems = [str(problem) for problem in unclear(rules, settings, home.file, inputs)]
    if problems:
        raise RulesError(
            "\n".join(problems), f"{len(problems)} to correct; sot rules show prints the rules in force"
        )
    made = concerned(rules)
    files = rules.names("cases") if every else list(made)
    failed = failures(rules, settings, files if every else made)
    if failed:
        raise RulesError("\n".join(failed), "change the rule, or the case if its expectation is wrong")
    names = presets(rules)
    cases = (
        f"the cases of {counted(len(files), 'file')} hold" if files else "no cases of its own rules to run"
    )
    say(f"The rules are clear: {counted(len(names), 'preset')} ({', '.join(names)}); {cases}.")


def show(paths: Paths = None, project: Home = None) -> None:
    """Show which system is right about which field: the matrix in force, with file and line of each rule."""
    from rich.table import Table

    from sot.rules.governance import load_governance
    from sot.rules.loader import parse

    rules, settings, _ = _opened(project)
    governance = load_governance(rules, settings.governance)
    path = rules.path(f"governance/{settings.governance}.yaml")
    _, places, _ = parse(path)
    columns = _columns(paths, rules, settings)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("field", *columns, "differs", "blank", "line"):
        table.add_column(heading, no_wrap=True)
    for field, rule in governance.customer.items():
        ranks = [rule.rank(system, department) for system, department in columns.items()]
        cells = [str(rank + 1) if rank < len(rule.authority) else "·" for rank in ranks]
        table.add_row(field, *cells, rule.differs, rule.blank, str(places["customer", field][0]))
    console = screen(width=None if sys.stdout.isatty() else WIDTH)
    console.print(f"Governance '{settings.governance}': {governance.says}")
    console.print(f"from {path}; 1 comes first, · has no rank:")
    console.print(table)
    console.print(f"cascade: {' → '.join(governance.cascade)}")
    for field, rule in governance.customer.items():
        if rule.together:
            console.print(f"{field} is one unit: {', '.join(rule.together)}")
        if rule.cascade:
            console.print(f"cascade of {field}: {' → '.join(rule.cascade)}")


def copy(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Such as quality/gates.yaml.", show_default=False)
    ],
    project: Home = None,
) -> None:
    """Copy a shipped rules file into the project's rules folder, to change it there.

    From then on the copy replaces the shipped file. Its JSON Schema is written next to it, so that editors
    complete keys and mark mistakes.
    """
    from sot.cli.project_folder import open_project
    from sot.rules.editor_schema import schema_name, schema_of, with_modeline
    from sot.rules.rulebook import shipped
    from sot.workspace.safe_write import write_whole

    source = shipped() / name
    if ".." in Path(name).parts or not source.is_file():
        raise UsageError(f"{name}: there is no such rules file", _near(name))
    target = open_project(project).folder / "rules" / name
    if target.exists():
        raise UsageError(f"{target} exists already, so it was kept", "edit it, or delete it first")
    target.parent.mkdir(parents=True, exist_ok=True)
    schema = schema_of(name)
    text = source.read_text(encoding="utf-8") if schema else ""
    write_whole(target, with_modeline(name, text).encode() if schema else source.read_bytes())
    say(str(target))
    if schema:
        write_whole(target.parent / schema_name(name), schema.encode())
        say(str(target.parent / schema_name(name)))


def _near(name: str) -> str:
    """Give the shipped rules files with a similar name, or else their folder."""
    from difflib import get_close_matches

    from sot.rules.rulebook import shipped

    names = sorted(path.relative_to(shipped()).as_posix() for path in shipped().glob("*/*.yaml"))
    last = {path.rpartition("/")[2]: path for path in names}
    near = get_close_matches(name, names, 3) or [last[ending] for ending in get_close_matches(name, last, 3)]
    if near:
        return f"did you mean {', '.join(near)}?"
    return f"name one of {shipped()}, in {', '.join(sorted({path.partition('/')[0] for path in names}))}"


def _opened(project: Path | None) -> tuple[Rulebook, Settings, Project]:
    from sot.cli.project_folder import open_project
    from sot.rules import Rulebook
    from sot.rules.project import load_settings

    home = open_project(project)
    return Rulebook(home.rules), load_settings(home), home


def _inputs(paths: list[str], rules: Rulebook, settings: Settings) -> dict[str, str]:
    from sot.cli.commands.dedupe import input_spec
    from sot.read import advice, survey_exports

    sources = survey_exports([input_spec(path) for path in paths], rules, settings).sources
    if errors := [f"{source.path}: {source.error}" for source in sources if source.error]:
        raise InputError("\n".join(errors), advice((source.path, source.error) for source in sources))
    return {source.system: source.department for source in sources if source.system}


def _columns(paths: list[str] | None, rules: Rulebook, settings: Settings) -> dict[str, str]:
    """Give the columns of the matrix, system → department: of the exports, else the departments."""
    if paths:
        return dict(sorted(_inputs(paths, rules, settings).items(), key=lambda item: (item[1], item[0])))
    return {department: department for department in ("crm", "finance", "project", "bi")}
