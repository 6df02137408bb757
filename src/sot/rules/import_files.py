"""`imports` of `rules/systems/`: the files that a system imports for a task of the handoffs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sot.rules.loader import RuleModel

ImportTask = Literal["raise_invoice", "update_deal", "update_account", "create_project"]

Cell = Annotated[
    str,
    Field(
        pattern=r"^(number|customer|customer_id|deal|project|reference|amount|currency|date|due_date|close_date|text|"
        r"by_hand|=.*)$"
    ),
]
"""What a column of an import file holds: a fact of the task, `=` with a fixed text, or nothing yet (by_hand)."""


class ImportFile(RuleModel):
    """The form in which a system imports what a task of the handoffs asks for."""

    columns: dict[str, Cell]
    """Header: what it holds, in the order of the file."""
    required: tuple[str, ...]
    """The headers without which the system takes no line."""
    dates: Literal["year-first", "day-first", "month-first"] = "year-first"
    evidence: str

    @model_validator(mode="after")
    def _known(self) -> ImportFile:
        missing = [header for header in self.required if header not in self.columns]
        if missing:
            raise ValueError(f"requires {', '.join(missing)}, which is not a column")
        return self
