"""What all views print with: headlines, tables without lines, and text that is set in."""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text


def head(console: Console, title: str) -> None:
    """Print the headline of a part."""
    console.print()
    console.print(Rule(Text(title, style="bold"), align="left", style="dim"))


def plain_table(*columns: tuple[str, str]) -> Table:
    """Give a table without lines; each column is its header and `left` or `right`."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for header, side in columns:
        table.add_column(header, justify="right" if side == "right" else "left", no_wrap=side == "right")
    return table


def put(console: Console, what: RenderableType, indent: int = 2) -> None:
    """Print set in, and without blanks at the ends of lines: what is told may land in a file."""
    options = console.options.update(width=console.width - indent)
    for segments in console.render_lines(what, options, pad=False):
        line = Text.assemble(" " * indent, *((part.text, part.style or "") for part in segments))
        line.rstrip()
        console.print(line, no_wrap=True, crop=False, overflow="ignore")


def number(count: float) -> str:
    """Give a count with its thousands apart, and nothing as a dot."""
    return f"{count:,}" if count else "·"


def words(name: str) -> str:
    """Give a word of the contract as a person says it."""
    return name.replace("_", " ")
