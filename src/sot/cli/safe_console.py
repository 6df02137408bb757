"""The console of rich, which shows nothing that would work on the terminal but its own colours."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from sot.model.safe import clean_lines


class Screen(Console):
    """A console through which no control character of the data comes."""

    def on_broken_pipe(self) -> None:
        """Go on without telling where nobody reads the narration; stdout that nobody reads ends the command."""
        if self.file is not sys.stderr:
            raise BrokenPipeError
        self.quiet = True

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Give the segments of what is shown, their text safe; what rich itself tells the terminal stays."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=clean_lines(segment.text))
