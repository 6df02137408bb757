"""What a run tells while it goes on: one line per stage on stderr, with a spinner where a person watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sot.cli.console import screen
from sot.model.counts import counted

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

    from sot.model.run import Progress


class Lines:
    """A Progress of plain lines: what came out of each stage, and how long it took."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun: list[tuple[str, float]] = []

    def start(self, stage: str) -> None:
        """Remember when the stage began."""
        self._begun.append((stage, time.perf_counter()))

    def done(self, stage: str, summary: str) -> None:
        """Write the line of the stage; a stage inside another is set in."""
        begin = time.perf_counter()
        while self._begun:
            name, begin = self._begun.pop()
            if name == stage:
                break
        self._line(stage, summary, time.perf_counter() - begin)

    def step(self, name: str) -> None:
        """Leave it: a step has a line only if it took long."""

    def stepped(self, name: str, rows: int, seconds: float) -> None:
        """Write the line of a step, set in below its stage."""
        self._line(name, counted(rows, "row"), seconds)

    def _line(self, name: str, summary: str, seconds: float) -> None:
        label = "  " * len(self._begun) + name
        took = f"{seconds:.1f} s"
        self._console.print(f"{label:<13}{summary:<52} {took:>8}", style="dim")


class Spinner(Lines):
    """Lines, and a spinner for the stage that is at work: for a terminal."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._status: Status = console.status("")

    def start(self, stage: str) -> None:
        """Show the stage at work."""
        super().start(stage)
        self._status.update(stage)
        self._status.start()

    def step(self, name: str) -> None:
        """Show the step at work beside its stage."""
        self._status.update(": ".join([*(stage for stage, _ in self._begun[-1:]), name]))

    def done(self, stage: str, summary: str) -> None:
        """Write the line of the stage, and take the spinner away when nothing else is at work."""
        super().done(stage, summary)
        if not self._begun:
            self.stop()

    def stop(self) -> None:
        """Take the spinner off the terminal."""
        self._status.stop()


@contextmanager
def told(console: Console, quiet: bool) -> Iterator[Progress]:
    """Give the Progress that fits: silent, a spinner, or plain lines; the terminal is left clean always."""
    if quiet:
        from sot.model.run import Silent

        yield Silent()
    elif console.is_terminal:
        spinner = Spinner(console)
        try:
            yield spinner
        finally:
            spinner.stop()
    else:
        yield Lines(console)


def narrator() -> Console:
    """Give the console of stderr: no colours where it is no terminal or NO_COLOR is set."""
    console = screen(file=sys.stderr)
    console.width = min(console.width, 100) if console.is_terminal else 96
    return console
