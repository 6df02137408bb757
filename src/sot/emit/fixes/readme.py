"""The words beside the fix files: what lies there, how the system takes it, and how to take it back."""

from __future__ import annotations

from collections.abc import Mapping

from sot.emit.fixes.import_formats import Form
from sot.emit.fixes.reparent import MOVE
from sot.model.counts import counted

_OPENING = """\
`sot` has changed nothing: these files are for you to load. They hold only what automatic links and
decisions of your stewards stand behind; what is in doubt is in the review queue. Make a backup of the
system before you begin, and work in this order."""

_MOVED = """\
What hangs on the duplicates (contacts, deals, documents) goes over to the account that stays with the
merge itself, so there is no file for it."""

_BY_HAND = "Change these cells by hand: no file that is imported can do it safely."

_CREATE = """\
Customers that another system knows and this one does not. Strike out those that have no business here,
and import the rest as new records. Test and demo accounts are left out."""


def readme(form: Form, rows: Mapping[str, int]) -> str:
    """Tell a person who looks after the system what to do with the files, in the order that works."""
    said = [f"# Fixes for {form.title}", "", _OPENING, ""]
    steps = [
        *((name, _moving(form)) for name in rows if name.startswith(MOVE)),
        ("merges.csv", _merging(form)),
        ("corrections.csv", _correcting(form)),
        ("by_hand.csv", _BY_HAND),
        ("create.csv", _creating(form)),
        ("links.csv", _linking(form)),
    ]
    there = [(name, text) for name, text in steps if name in rows]
    for number, (name, text) in enumerate(there, start=1):
        said += [f"## {number}. `{name}` ({counted(rows[name], 'line')})", "", text, ""]
    said += ["## Taking it back", "", *_inverse(rows), ""]
    return "\n".join(said)


def _moving(form: Form) -> str:
    how = form.move or (
        "If merging moves them by itself, leave this file alone. If not, import it as an update before you merge."
    )
    return (
        "These hang on accounts that are to be merged away: each with the account that it belongs to from then on,\n"
        f"and with the one `before`. {how}"
    )


def _merging(form: Form) -> str:
    losers = ", ".join(f"`{header}`" for header in form.merges.losers)
    return (
        f"`{form.merges.survivor}` stays, {losers} go into it. {form.merge}\n"
        "A survivor with more duplicates than fit on a line has further lines.\n"
        "`survivor_chosen_by` says why it stays." + (f"\n{_MOVED}" if form.children == "moved" else "")
    )


def _correcting(form: Form) -> str:
    blank = "An empty cell leaves the record's value alone."
    if not form.blank_keeps:
        blank = (
            "Cells that need no change hold the value that the record has already,\n"
            "because an empty cell could wipe it out."
        )
    marker = f" `{form.clearing}` empties a field." if form.clearing else ""
    return (
        f"Import as an update, matched on `{form.key}`. {blank}{marker}\n"
        "`before.csv` shows every cell with the value that it has now, and the rule that chose the new one."
    )


def _creating(form: Form) -> str:
    if form.golden_id is None:
        return f"{_CREATE} The golden id is in no column of it; `undo/created.csv` has it."
    return f"{_CREATE} `{form.golden_id}` holds the golden id, because the rules of this system say so."


def _linking(form: Form) -> str:
    fields = "create these fields first, if they are not there"
    return (
        f"The ids of the same customer in the other systems, matched on `{form.key}`: {fields}. Import the file as\n"
        "an update after the merges and before the first synchronisation, so that it finds the pairs and makes no\n"
        "new records. Only customers without doubt are in it, with one account on both sides."
    )


def _inverse(rows: Mapping[str, int]) -> list[str]:
    lines = []
    if "undo/corrections.csv" in rows:
        lines.append("- `undo/corrections.csv`: import it in the same way; it holds the values from before.")
    if "undo/by_hand.csv" in rows:
        lines.append("- `undo/by_hand.csv`: cells that were empty; a person can empty them, an import can't.")
    lines += [
        f"- `{name}`: the accounts that were merged away, as they stood in the export.\n"
        "  Import them as new records where the system can't undo a merge."
        for name in sorted(rows)
        if name.startswith("undo/merged ")
    ]
    lines += [
        f"- `{name}`: the same records with the account that they belonged to before; move them back in the same way."
        for name in sorted(rows)
        if name.startswith(f"undo/{MOVE}")
    ]
    if "undo/created.csv" in rows:
        lines.append("- `undo/created.csv`: the customers that were created; delete them.")
    return lines or ["Nothing here needs an inverse."]
