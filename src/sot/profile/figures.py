"""What is told of raw exports: plain figures, in the shape in which they are printed as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Count:
    """A text and how many cells hold it."""

    text: str
    cells: int


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a column: how many cells, of which share, and the most common of them."""

    kind: str
    severity: str
    says: str
    do: str
    cells: int
    share: float
    examples: tuple[Count, ...] = ()


@dataclass(frozen=True)
class Variant:
    """One thing that is written in several ways, the most common one first."""

    of: str
    spellings: tuple[Count, ...]


@dataclass(frozen=True)
class Examined:
    """How the filled cells of a field with a test stand it; together they are `filled`.

    `sampled` says that there are so many different values that a sample of them stands for all.
    """

    valid: int
    invalid: int
    untested: int
    sampled: bool = False


@dataclass(frozen=True)
class ColumnProfile:
    """One column of an export; empty + placeholders + filled are all its rows."""

    column: str
    field: str | None
    looks: str
    rows: int
    empty: int
    placeholders: int
    filled: int
    distinct: int
    shortest: int
    longest: int
    tested: Examined | None
    pattern_count: int
    patterns: tuple[Count, ...]
    top: tuple[Count, ...]
    variants: tuple[Variant, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class SourceProfile:
    """One file or sheet, its columns in the order of the file."""

    path: str
    sheet: str | None
    system: str | None
    department: str
    object: str | None
    record_id: str | None
    rows: int
    error: str | None
    columns: tuple[ColumnProfile, ...] = ()

    @property
    def name(self) -> str:
        """The path, with the sheet if there is one."""
        return f"{self.path} [{self.sheet}]" if self.sheet else self.path


@dataclass(frozen=True)
class Profile:
    """All files and sheets, the worst first."""

    sources: tuple[SourceProfile, ...]
    ignored: tuple[tuple[str, str], ...] = field(default=())
