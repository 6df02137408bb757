"""From a grid to an understood table: its header found, its rows freed of titles and totals, its columns mapped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import polars as pl

from sot.model.sources import Source
from sot.read.grid import Grid, Reject
from sot.read.guess import Guesser
from sot.read.headers import Recipe, fold, recipe, unique_names, words
from sot.read.recognise import Catalogue, Recognition
from sot.read.rows import clean_rows
from sot.rules.project import SourceSettings
from sot.rules.systems import Shape, SystemRules, UnknownRules

_HEADER_SCAN = 20
_MIN_SCORE = 0.5


@dataclass
class Table:
    """One understood table: its source, its rows under unique names, and where each field comes from."""

    source: Source
    frame: pl.DataFrame
    fields: dict[str, Recipe] = field(default_factory=dict)
    record_id: str | None = None
    system_column: str | None = None
    rules: SystemRules | None = None
    shape: Shape | None = None
    rejects: list[Reject] = field(default_factory=list)
    settings: SourceSettings = field(default_factory=SourceSettings)


class Reader:
    """Understands grids by the rules of all systems; one for a whole run."""

    def __init__(self, systems: Sequence[SystemRules], unknown: UnknownRules) -> None:
        self.catalogue = Catalogue(systems)
        self.unknown = unknown
        self.guesser = Guesser(unknown)

    def understand(self, grid: Grid, source: Source, settings: SourceSettings) -> Table:
        """Give the table that `grid` holds; `source` is filled in on the way."""
        at, known = self._find_header(grid, source, settings)
        header = grid.head[at] if at >= 0 else [""] * max(map(len, grid.head), default=0)
        while header and not header[-1].strip() and _empty_below(grid, at, len(header) - 1):
            header = header[:-1]
        names = unique_names(header)
        source.header_row = at + 1 if at >= 0 and not grid.named else None
        source.encoding, source.delimiter, source.sheet = grid.encoding, grid.delimiter, grid.sheet
        source.warnings += grid.warnings
        body = grid.body(at, len(names))
        source.warnings += body.warnings
        frame = body.cells.rename(dict(zip(body.cells.columns, names, strict=True))).with_columns(
            body.rows.alias("#row")
        )
        table = Table(source, frame, rejects=list(body.rejects), settings=settings)
        table.rules = known.system if known else self._system(source, settings)
        table.shape = known.shape if known else None
        source.system = settings.system or source.system or (table.rules.system if table.rules else None)
        source.object = settings.object or (
            known.object if known else self.guesser.object_of(names, source.path)
        )
        source.department = settings.department or (table.rules.department if table.rules else "unknown")
        source.variant = known.shape.variant if known else None
        notes = [*self.unknown.notes, *(table.rules.notes if table.rules else ())]
        clean_rows(table, header, notes)
        if known and known.object == "other":
            _leave_out(table, known.shape)
            return table
        self._map(table, names)
        return table

    def _system(self, source: Source, settings: SourceSettings) -> SystemRules | None:
        wanted = settings.system or source.system
        if wanted:
            return next((system for system in self.catalogue.systems if system.system == wanted), None)
        return self.catalogue.system_of_file(source.path)

    def _find_header(
        self, grid: Grid, source: Source, settings: SourceSettings
    ) -> tuple[int, Recognition | None]:
        wanted = settings.system or source.system
        only = wanted if wanted and any(s.system == wanted for s in self.catalogue.systems) else None
        if grid.named or settings.header_row is not None:
            at = 0 if grid.named else min((settings.header_row or 1) - 1, max(len(grid.head) - 1, 0))
            return at, self.catalogue.recognise(grid.head[at], source.path, only, grid.head[at + 1 :])
        best: tuple[float, int, Recognition] | None = None
        seen = 0
        for i, row in enumerate(grid.head):
            if not any(cell.strip() for cell in row):
                continue
            seen += 1
            found = self.catalogue.recognise(row, source.path, only, grid.head[i + 1 :])
            if found and found.score >= _MIN_SCORE and (best is None or found.score > best[0]):
                best = (found.score, i, found)
            if seen >= _HEADER_SCAN:
                break
        if best is not None:
            return best[1], best[2]
        return self._unknown_header(grid), None

    def _unknown_header(self, grid: Grid) -> int:
        """Give the first row that reads like column names: full, all different, words of headers, no data forms."""
        rows = [(i, row) for i, row in enumerate(grid.head) if any(cell.strip() for cell in row)][
            :_HEADER_SCAN
        ]
        if not rows:
            return -1
        widths = Counter(sum(bool(cell.strip()) for cell in row) for _, row in rows)
        usual = max(widths, key=lambda width: (widths[width], width))
        best, best_score = rows[0][0], -1.0
        for place, (i, row) in enumerate(rows):
            filled = [cell.strip() for cell in row if cell.strip()]
            named = sum(self._is_word(cell) for cell in filled)
            different = len({fold(cell) for cell in filled}) / len(filled)
            data = sum(_is_data(cell) for cell in filled) / len(filled)
            score = (
                named / max(len(filled), 1)
                + min(len(filled) / max(usual, 1), 1.0)
                + different
                - 2 * data
                - 0.05 * place
            )
            if score > best_score:
                best, best_score = i, score
        first = [cell for cell in grid.head[best] if cell.strip()]
        headless = not any(self._is_word(cell) for cell in first) and any(_is_data(cell) for cell in first)
        return -1 if headless else best

    def _is_word(self, cell: str) -> bool:
        return fold(cell) in self.catalogue.columns or any(
            self.guesser.strength(cell, kind) >= self.unknown.gate for kind in self.guesser.kinds
        )

    def _map(self, table: Table, names: list[str]) -> None:
        source, frame, settings = table.source, table.frame, table.settings
        present = {fold(name): name for name in reversed(names)}
        fields = dict(table.fields)
        if table.shape:
            for name, written in table.shape.fields.items():
                found = next((r for r in (recipe(w, present) for w in written) if r), None)
                if found:
                    fields[name] = found
        elif table.rules:
            fields |= _by_system(table.rules, source.object or "account", present)
        source.confidence = dict.fromkeys(fields, 1.0)
        for name, written_ in settings.fields.items():
            found = recipe(written_, present)
            if found is None:
                source.warnings.append(
                    f"{name}: there is no column '{written_}'; columns are {', '.join(names)}"
                )
            else:
                fields[name], source.confidence[name] = found, 1.0
        table.record_id = self._record_id(table, names, present)
        used = {column for one in fields.values() for column in one.columns} | {table.record_id or ""}
        free = [name for name in names if name not in used]
        document = source.object not in ("account", "bi_table", None)
        if not table.shape:
            table.system_column = None if table.rules else self.guesser.system_column(frame, free)
        free = [name for name in free if name != table.system_column]
        for name, guess in self.guesser.fields(frame, free, document, frozenset(fields)).items():
            fields[name] = Recipe((guess.column,))
            source.confidence[name] = guess.confidence
        table.fields = fields
        source.record_id = table.record_id
        source.fields = {name: str(fields[name]) for name in sorted(fields)}

    def _record_id(self, table: Table, names: list[str], present: dict[str, str]) -> str | None:
        wanted = (table.settings.record_id,) if table.settings.record_id else ()
        for written in (*wanted, *(table.shape.record_id if table.shape else ())):
            if fold(written) in present:
                return present[fold(written)]
            if wanted and written == wanted[0]:
                table.source.warnings.append(f"record_id: there is no column '{written}'")
        if table.shape:
            return None
        guess = self.guesser.record_id(table.frame, names)
        return guess.column if guess else None


def default_system(path: str) -> str:
    """Name an unknown system after its file: lower-case words."""
    name = "_".join(words(PurePath(path).name.split(".")[0])) or "unknown"
    return name if not name[0].isdigit() else f"system_{name}"


def _by_system(rules: SystemRules, kind: str, present: dict[str, str]) -> dict[str, Recipe]:
    found: dict[str, Recipe] = {}
    for shape in rules.objects.get(kind, ()):  # type: ignore[call-overload]
        for name, written in shape.fields.items():
            hit = next((r for r in (recipe(w, present) for w in written) if r), None)
            if hit and name not in found:
                found[name] = hit
    return found


def _empty_below(grid: Grid, at: int, column: int) -> bool:
    return all(len(row) <= column or not row[column].strip() for row in grid.head[at + 1 :])


def _is_data(cell: str) -> bool:
    digits = sum(c.isdigit() for c in cell)
    return "@" in cell or digits >= max(3, len(cell) // 2) or (cell.isdigit())


def _leave_out(table: Table, shape: Shape) -> None:
    reason = shape.left_out or "no customers in it"
    table.source.object = None
    table.source.warnings.append(f"left out: {reason}")
    if table.frame.height:
        table.source.skipped[reason] = table.source.skipped.get(reason, 0) + table.frame.height
    table.frame = table.frame.clear()
