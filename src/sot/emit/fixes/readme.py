"""The README of the fix files: their contents, how to import them, and how to revert them."""

from __future__ import annotations

from collections.abc import Mapping

from sot.emit.fixes.import_formats import Form
from sot.emit.fixes.reparent import MOVE
from sot.model.counts import counted

_OPENING = """\
`sot` has changed nothing in your system: you import these files. They use only automatic links and
decisions of your stewards; doubtful links are in the review queue. Make a backup of the system first,
and work in this order."""

_MOVED = """\
The merge itself moves the contacts, deals and documents of the duplicates to the surviving account, so
there is no file for them."""

_BY_HAND = "Change these cells by hand: an import can't do it safely."

_CREATE = """\
Customers that another system has and this one lacks. Delete the lines of customers that do not belong
here, and import the rest as new records. Test and demo accounts, collective accounts (cash sales), and
jobs and sites below a customer are left out."""


def readme(form: Form, rows: Mapping[str, int]) -> str:
    """Give the README for the administrator of the system: the files, in the order to import them."""
    lines = [f"# Fixes for {form.title}", "", _OPENING, ""]
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
        lines += [f"## {number}. `{name}` ({counted(rows[name], 'line')})", "", text, ""]
    lines += ["## Reverting the changes", "", *_inverse(rows), ""]
    return "\n".join(lines)


def _moving(form: Form) -> str:
    how = form.move or (
        "If the merge of the system moves them, skip this file. If not, import it as an update before you merge."
    )
    return (
        "Records of accounts that will be merged away: each with the account that it belongs to after the merge,\n"
        f"and with the account `before` it. {how}"
    )


def _merging(form: Form) -> str:
    losers = " and ".join(f"`{header}`" for header in form.merges.losers)
    several = len(form.merges.losers) > 1
    return (
        f"`{form.merges.survivor}` stays; {losers} {'are' if several else 'is'} merged into it.\n{form.merge}\n"
        f"A survivor with {'more duplicates than columns' if several else 'several duplicates'} has several lines.\n"
        "`survivor_chosen_by` gives the reason." + (f"\n{_MOVED}" if form.children == "moved" else "")
    )


def _correcting(form: Form) -> str:
    blank = "An empty cell keeps the value of the record."
    if not form.blank_keeps:
        blank = (
            "Cells without a change hold the present value of the record,\n"
            "because an empty cell could delete it."
        )
    marker = f" `{form.clearing}` empties a field." if form.clearing else ""
    return (
        f"Import as an update, matched on `{form.key}`. {blank}{marker}\n"
        "`before.csv` shows every cell with its present value, and the rule that chose the new one."
    )


def _creating(form: Form) -> str:
    if form.golden_id is None:
        return f"{_CREATE} The file has no golden ids; they are in `undo/created.csv`."
    return f"{_CREATE} `{form.golden_id}` holds the golden id, as the rules of this system define."


def _linking(form: Form) -> str:
    sure = "It has only customers without doubt, with one account on both sides."
    if not form.own_fields:
        return (
            f"The ids of the same customer in the other systems, beside `{form.key}`.\n"
            f"{form.title} has no fields of its own for them: give the file to those who set up the first\n"
            "synchronisation, as the list of pairs, so that no new records are created. Merge the duplicates\n"
            f"first. {sure}"
        )
    return (
        f"The ids of the same customer in the other systems, matched on `{form.key}`.\n"
        "Create these fields first, if they are not there. Import the file as an update after the merges and\n"
        "before the first synchronisation, so that it finds the pairs and creates no new records.\n"
        f"{sure}"
    )


def _inverse(rows: Mapping[str, int]) -> list[str]:
    lines = []
    if "undo/corrections.csv" in rows:
        lines.append("- `undo/corrections.csv`: import it in the same way; it contains the earlier values.")
    if "undo/by_hand.csv" in rows:
        lines.append("- `undo/by_hand.csv`: cells that were empty; a person can empty them, an import can't.")
    lines += [
        f"- `{name}`: the accounts that were merged away, as they were in the export.\n"
        "  Import them as new records if the system can't undo a merge."
        for name in sorted(rows)
        if name.startswith("undo/merged ")
    ]
    lines += [
        f"- `{name}`: the same records with their earlier account; move them back in the same way."
        for name in sorted(rows)
        if name.startswith(f"undo/{MOVE}")
    ]
    if "undo/created.csv" in rows:
        lines.append("- `undo/created.csv`: the customers that were created; delete them.")
    return lines or ["No change needs an inverse."]
