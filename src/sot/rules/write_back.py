"""How corrections and merges get back into a system, as `rules/systems/` say it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sot.rules.loader import RuleModel
from sot.rules.project import FieldName


class MergeForm(RuleModel):
    """The headers of a file of merges: the account that stays, and as many others as fit on one line."""

    survivor: str = "survivor"
    losers: tuple[str, ...] = Field(default=("duplicate",), min_length=1)


class WriteBack(RuleModel):
    """How corrections get back into the system: for the fix files."""

    format: Literal["csv", "xlsx", "iif", "checklist"] = "csv"
    key: str
    """The header of the key column in an update file."""
    columns: dict[FieldName, str] = Field(default={})
    """Canonical field: header in the update file, where it differs from the export's own."""
    create: dict[FieldName, str] = Field(default={})
    """Canonical field: header in the file that creates records, where it is another form than the update file."""
    required: tuple[FieldName, ...] = ("name",)
    """What a record that is created must have; a customer without it is not in the file."""
    golden_id: str | None = None
    """The header that takes the golden id of a created record; without it the golden id is in no import file."""
    countries: Literal["names", "codes"] = "names"
    """How countries are written there, where the export doesn't show it."""
    external_ids: dict[str, str] = Field(default={})
    """System: the header of the field that holds its ids here, for the link file."""
    own_fields: bool = True
    """Whether the company can add fields to accounts there, such as one for the ids of another system."""
    merges_sub_accounts: bool = True
    """Whether accounts below another account (sub-customers, jobs) can be merged at all."""
    blank_means: Literal["ignored", "clears", "unknown"] = "unknown"
    null_marker: str | None = None
    merge: str
    """How records are merged there, for the person who does it."""
    merges: MergeForm = MergeForm()
    children: Literal["moved", "first", "left", "unknown"] = "unknown"
    """What becomes of the records that hang on a merged account: the merge moves them, they have to be moved first,
    or there is no merge that would move them."""
    move: str | None = None
    """How they are moved there, for the person who does it."""

    @model_validator(mode="after")
    def _says_how_children_move(self) -> WriteBack:
        if (self.children in ("first", "left")) != (self.move is not None):
            raise ValueError("children that a person must move (first, left) need 'move', and no others do")
        return self
