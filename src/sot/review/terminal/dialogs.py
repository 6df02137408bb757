"""The small windows of the terminal review: a line of text, the kind of a relation, the help."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from sot.model.kinds import Relation
from sot.review.terminal.panes import HELP


class Ask(ModalScreen[str | None]):
    """Ask for one line of text; escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "cancel")]

    def __init__(self, question: str, value: str = "") -> None:
        super().__init__()
        self._question, self._value = question, value

    def compose(self) -> ComposeResult:
        """Show the question over the line."""
        with Vertical(classes="dialog"):
            yield Static(self._question, markup=False)
            yield Input(self._value, select_on_focus=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give what was typed."""
        self.dismiss(event.value.strip())


class AskRelation(ModalScreen[Relation | None]):
    """Ask how two companies belong together, by one key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "choose('parent')"),
        Binding("g", "choose('group')"),
        Binding("b", "choose('branch')"),
        Binding("escape", "dismiss(None)"),
    ]

    def __init__(self, parent: str) -> None:
        super().__init__()
        self._parent_name = parent

    def compose(self) -> ComposeResult:
        """Show the choices."""
        with Vertical(classes="dialog"):
            yield Static("How do they belong together?\n")
            yield Static(f"[b]p[/b]  parent: {self._parent_name} owns the other", markup=True)
            yield Static("[b]g[/b]  group: both belong to one group")
            yield Static(
                "[b]b[/b]  branch: two sites of one company\n\n[dim]escape: not related after all[/dim]"
            )

    def action_choose(self, relation: str) -> None:
        """Give the relation."""
        self.dismiss(Relation(relation))


class Help(ModalScreen[None]):
    """Explain the case and the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)"),
        Binding("q", "dismiss(None)"),
        Binding("question_mark", "dismiss(None)"),
    ]

    def compose(self) -> ComposeResult:
        """Show the text."""
        with VerticalScroll(classes="dialog help"):
            yield Static(HELP)
