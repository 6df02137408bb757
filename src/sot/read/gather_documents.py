"""The files of a folder that are one document each, such as electronic invoices, are the rows of one table."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from sot.model.counts import counted
from sot.read.formats.contents import Part
from sot.read.formats.grid import Grid, named_grid
from sot.read.formats.json_tables import flat_rows
from sot.read.formats.xml_documents import Document, bills_of_suppliers, rows_of
from sot.read.formats.xml_tables import short_names
from sot.rules.project import SourceSettings

_BILL = "a bill of a supplier, {seller}, to {buyer}"
Known = Callable[[Sequence[str]], Sequence[str] | None]
"""Gives the columns of a header that the rules of its system know; None where no rules know the header."""


@dataclass(frozen=True)
class Waiting:
    """A part of documents, with what was said of its path."""

    part: Part
    system: str | None
    settings: SourceSettings
    named: bool


@dataclass
class Gathered:
    """Parts that hold all documents of a folder, and the files that are none of customers, with reasons."""

    parts: list[Waiting] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def gather(waiting: Sequence[Waiting], known: Known) -> Gathered:
    """Put the documents of each folder together, of each standard in a table of its own."""
    gathered = Gathered()
    folders: dict[tuple[str, str, str], list[Waiting]] = {}
    for each in sorted(waiting, key=lambda each: each.part.place):
        settings = each.settings.model_dump_json(exclude_unset=True)
        folders.setdefault((str(PurePath(each.part.place).parent), each.system or "", settings), []).append(
            each
        )
    for (folder, _, _), members in folders.items():
        forms: dict[str, list[tuple[Waiting, Document]]] = {}
        for each, form, document in _documents(members):
            forms.setdefault(form, []).append((each, document))
        for form, documents in forms.items():
            _take(gathered, folder, form if len(forms) > 1 else None, documents, known)
    return gathered


def _documents(members: Sequence[Waiting]) -> Iterator[tuple[Waiting, str, Document]]:
    for each in members:
        documents = [document for grid in each.part.grids for document in grid.documents]
        form = next((document.form for document in documents if document.form), "")
        for document in documents:
            yield each, document.form or form, document


def _take(
    gathered: Gathered,
    folder: str,
    sheet: str | None,
    documents: Sequence[tuple[Waiting, Document]],
    known: Known,
) -> None:
    bills = bills_of_suppliers([document for _, document in documents])
    gathered.left += sorted(
        (each.part.place, _BILL.format(seller=document.seller, buyer=document.buyer))
        for at, (each, document) in enumerate(documents)
        if at in bills
    )
    own = [entry for at, entry in enumerate(documents) if at not in bills]
    if not own:
        return
    files = tuple(dict.fromkeys((each.part.place, each.part.sha256) for each, _ in own))
    first = own[0][0]
    grid = _grid([document for _, document in own], sheet, first.part.grids[0], known)
    if len(files) == 1:
        part = replace(first.part, grids=[grid])
    else:
        together = hashlib.sha256("\n".join(str(sha256) for _, sha256 in files).encode()).hexdigest()
        note = f"{counted(len(files), 'file')} of one document each, read as one table"
        part = Part(folder, together, [replace(grid, warnings=(*grid.warnings, note))], files)
    gathered.parts.append(Waiting(part, first.system, first.settings, any(each.named for each, _ in own)))


def _grid(documents: Sequence[Document], sheet: str | None, first: Grid, known: Known) -> Grid:
    """Give the table of documents: the columns that rules know, or all, called after the last part of their paths.

    Where a standard is known, each of its elements means one thing, and none is guessed.
    """
    frame = flat_rows(rows_of(documents))
    columns = known(frame.columns)
    frame = frame.rename(short_names(frame.columns)) if columns is None else frame.select(columns)
    grid = named_grid(frame, sheet)
    sellers = sorted({document.seller for document in documents if document.seller})
    senders = (f"what they say of the sender, {', '.join(sellers[:3])}, is left out",) if sellers else ()
    return replace(grid, encoding=first.encoding, warnings=(*first.warnings, *senders))
