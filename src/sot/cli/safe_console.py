"""The console of rich, which shows nothing that would work on the terminal but its own colours."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from sot.model.amounts import NO_BREAK
from sot.model.safe import clean_lines


class Screen(Console):
    """A console through which no control character of the data comes."""

    def on_broken_pipe(self) -> None:
        """Go on without telling where nobody reads the narration; stdout that nobody reads ends the command."""
        if self.file is not sys.stderr:
            raise BrokenPipeError
        self.quiet = True

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Give the segments of what is shown, their text safe; what rich itself tells the terminal stays.

        Rich breaks lines at a no-break space too, so a usual one is shown: it can be searched for.
        """
        for segment in super().render(renderable, options):
            text = segment.text if segment.control else clean_lines(segment.text).replace(NO_BREAK, " ")
            yield segment._replace(text=text)
