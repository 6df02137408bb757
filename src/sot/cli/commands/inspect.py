"""`sot inspect`: what sot would read of each file, before anything is done with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sot.cli.console import note, say_json, screen
from sot.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from rich.console import Console

    from sot.engine.protocol import Engine
    from sot.model.sources import InputSpec, Source
    from sot.rules.project import Settings
    from sot.workspace.project import Project

_EXAMPLES = 3
_DELIMITERS = {"\t": "TAB", ",": "comma", ";": "semicolon", "|": "bar"}


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("inspect", short_help="Preview how sot reads each file.")(inspect)


def inspect(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="[SYSTEM=]PATH", help="Export files, or folders of them.", show_default=False),
    ],
    project: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where sot.yaml and rules are.  [default: nearest]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per file or sheet.")] = False,
) -> None:
    """Preview how sot reads each file: system, columns, ids, skipped rows and doubts.

    Ends with exit code 3 if a file can't be read, or if there is none to read.
    """
    from sot.cli.commands.dedupe import input_spec, unknown_systems
    from sot.cli.project_folder import open_project
    from sot.cli.views.run_summary import left_alone, not_read
    from sot.read import advice, survey_exports
    from sot.read.reports.inspection import inspection
    from sot.rules import Rulebook
    from sot.rules.project import load_settings

    home = open_project(project)
    specs = [input_spec(path) for path in paths]
    for warning in unknown_systems(specs, home):
        note(warning)
    settings = load_settings(home)
    with _engine(specs, home, settings) as engine:
        imported = survey_exports(specs, Rulebook(home.rules), settings, engine, preview=True)
    shown = inspection(imported)
    if as_json:
        say_json(shown)
    else:
        console = screen()
        for entry, source in zip(shown, imported.sources, strict=True):
            # Of a file in which no table was found there is nothing to show; its error says why.
            if source.headers:
                _show(console, entry, source)
        for line in left_alone(imported.ignored):
            console.print(line, style="dim")
    not_read(imported.unreadable)
    errors = [f"{entry['path']}: {entry['error']}" for entry in shown if entry["error"]]
    if errors:
        raise InputError(
            "\n".join(errors), advice(((source.path, source.error) for source in imported.sources), None)
        )
    if not shown and imported.unreadable:
        raise InputError("nothing could be read", advice(imported.unreadable, None))
    if not shown:
        raise InputError(
            f"there is no export in {', '.join(paths)}", "name exports, or a folder that contains some"
        )


def _engine(
    specs: Sequence[InputSpec], home: Project, settings: Settings
) -> AbstractContextManager[Engine | None]:
    """Give the engine of the project where an address is to be read by one."""
    from contextlib import nullcontext

    from sot.model.addresses import is_lake

    if not any(is_lake(spec.path) for spec in specs):
        return nullcontext()
    from sot.distributed import engine_of

    return engine_of(settings.engine, home.folder)


def _show(console: Console, entry: dict[str, Any], source: Source) -> None:
    from rich.table import Table

    from sot.model.safe import clean
    from sot.model.shares import percent

    place = entry["path"] + (f"  [{entry['sheet']}]" if entry["sheet"] else "")
    console.print(place, style="bold")
    for line in _facts(entry):
        console.print(f"  {line}")
    if entry["fields"]:
        table = Table("field", "column", "sure", "examples", box=None, padding=(0, 2), header_style="dim")
        for name, header in entry["fields"].items():
            sure = source.confidence.get(name, 1.0)
            table.add_row(name, clean(header), percent(sure, 0), clean(_examples(entry, name)))
        console.print(table)
    free = source.unused
    if free:
        console.print(f"  not used: {', '.join(free)}", style="dim")
    for warning in entry["warnings"]:
        console.print(f"  note: {warning}", style="yellow")
    if entry["error"]:
        console.print(f"  can't be used: {entry['error']}", style="red")
    console.print()


def _facts(entry: dict[str, Any]) -> list[str]:
    from sot.model.counts import counted

    what = f"{entry['system'] or 'several systems'} · {entry['department']} · {entry['object'] or 'left out'}"
    dialect = _DELIMITERS.get(entry["delimiter"], entry["delimiter"])
    form = [
        *([entry["encoding"]] if entry["encoding"] else []),
        *([f"delimiter {dialect}"] if dialect else []),
        *([f"header in row {entry['header_row']}"] if entry["header_row"] else []),
    ]
    lines = [what, counted(entry["records"], "row") + " read" + (f" ({', '.join(form)})" if form else "")]
    lines += [f"{counted(count, 'row')} left out: {reason}" for reason, count in entry["skipped"].items()]
    if not entry["error"]:
        without = "none, so the name is the key" if entry["object"] in ("account", "bi_table") else "none"
        lines.append(f"id: {entry['record_id'] or without}")
    return lines + _documents(entry)


def _documents(entry: dict[str, Any]) -> list[str]:
    """Say how many documents there are of each type and state, where there is more than one to tell apart."""
    lines = []
    for name, label in (("object", "of these"), ("document_type", "types"), ("state", "states")):
        counts = entry["documents"].get(name, {})
        named = {value: count for value, count in counts.items() if value != "none"}
        if named and (name != "object" or len(counts) > 1):
            lines.append(f"{label}: " + " · ".join(f"{value} {count:,}" for value, count in counts.items()))
    return lines


def _examples(entry: dict[str, Any], name: str) -> str:
    values = [row["values"][name] for row in entry["sample"] if name in row["values"]]
    different = list(dict.fromkeys(values))[:_EXAMPLES]
    return " · ".join(" ".join(value.split())[:30] for value in different)
