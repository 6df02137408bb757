"""The customer inside a project's name ("Acme – Website rollout"): learned per system, and always told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from sot.model.shares import percent
from sot.read.columns.boards import take_late_board
from sot.read.columns.headers import INNER, Recipe
from sot.read.columns.table import Table

CUSTOMER = f"{INNER}customer"
"""The column that holds the customer taken from the name."""

WHOLE = "<customer>"
"""The pattern of a project that is called after its customer and nothing else."""

_MOST = 20_000
_KNOWN_SHARE = 0.3
_CUT_SHARE = 0.6
_REPEAT_SHARE = 0.3
_REPEAT_WORTH = 0.8
_LOOSE = re.compile(r"[\W_]+")
_FIRST_WORDS = 4
_SHARED = 3
"""What more customers than this begin with is no customer's name ("University", "Bank of")."""
_SHORTEST = 3


@dataclass(frozen=True)
class Known:
    """The loose names of all systems' customers, and what these begin with: projects are called after "Acme" alone."""

    names: frozenset[str] = frozenset()
    beginnings: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str]) -> Known:
        """Give the names of `names`, each once, and their first words where few of them share those."""
        distinct = {loose(name): name for name in sorted(names)}
        counts = Counter(begun for name in distinct.values() for begun in _begun(name))
        few = frozenset(
            beginning
            for beginning, count in counts.items()
            if count <= _SHARED and len(beginning) >= _SHORTEST
        )
        return cls(frozenset(distinct), few)


@dataclass(frozen=True)
class Learned:
    """A pattern, and what speaks for it: the share of names that it cuts, that are known, that come again."""

    pattern: str
    cut: float
    known: float
    repeated: float

    @property
    def holds(self) -> bool:
        """Tell whether the evidence is enough to use it."""
        repeated = self.cut >= _CUT_SHARE and self.repeated >= _REPEAT_SHARE
        return self.known >= _KNOWN_SHARE or (repeated and self.pattern != WHOLE)


def take_customers(table: Table, chosen: str | None, patterns: Sequence[str], known: Known) -> None:
    """Give the projects of `table` their customers out of their names.

    `chosen` is the pattern in sot.yaml, or no; `known` are the customers of all other systems.
    """
    named = table.fields.keys() & {"account_name", "account_id"}
    if chosen == "no" or named or "name" not in table.fields:
        return
    names = table.frame.select(table.fields["name"].expression().str.strip_chars().alias("name"))["name"]
    learned = learn(names, [chosen] if chosen else [*patterns, WHOLE], known)
    if not chosen and _take_column(table, learned.known if learned else 0.0, known):
        take_late_board(table)
        return
    if learned is None or not (chosen or learned.holds):
        table.warn("No customer column found; name it in sot.yaml: sources, the file, fields, account_name")
        return
    customers = names.str.extract(_expression(learned.pattern), 1)
    written = f"{table.fields['name']} as {learned.pattern}"
    sure = 1.0 if chosen else round(max(learned.known, _REPEAT_WORTH * learned.repeated), 2)
    table.frame = table.frame.with_columns(customers.alias(CUSTOMER))
    table.fields["account_name"] = Recipe((CUSTOMER,))
    table.source.fields["account_name"] = table.source.used["account_name"] = written
    table.source.confidence["account_name"] = sure
    if not chosen:
        _tell(table, learned, names.filter(customers.is_not_null()).sort()[0])


def _take_column(table: Table, rival: float, known: Known) -> bool:
    """Take the customers from a column that holds those of other systems as they are (boards, lists, spaces)."""
    used = {column for recipe in table.fields.values() for column in recipe.columns} | {table.record_id}
    shares = []
    for place, column in enumerate(table.columns):
        learned = learn(table.frame[column], [WHOLE], known) if column not in used else None
        if learned is not None:
            shares.append((-learned.known, place, column))
    share, _, column = min(shares, default=(0.0, 0, ""))
    if -share < max(_KNOWN_SHARE, rival):
        return False
    table.fields["account_name"] = Recipe((column,))
    table.source.taken |= {column}
    table.source.fields["account_name"] = table.source.used["account_name"] = column
    table.source.confidence["account_name"] = round(-share, 2)
    others = table.frame[column].drop_nulls().unique().sort()
    others = others.filter([loose(name) not in known.names for name in others])
    besides = f" (not {', '.join(others.head(3))})" if others.len() else ""
    table.warn(
        f"the customer is taken from '{column}': {percent(-share, 0)} of its values are customers of another system"
        f"{besides}. "
        f"Confirm it in sot.yaml (fields: account_name: {column}), or refuse it: "
        f"systems: {{{table.source.system}: {{customer_in_project_name: no}}}}"
    )
    return True


def _tell(table: Table, learned: Learned, example: str) -> None:
    taken = re.findall(_expression(learned.pattern), example)[0]
    table.warn(
        f"the customer is taken from '{table.fields['name']}' as {learned.pattern}: {percent(learned.cut, 0)} of the "
        f"names fit, {percent(learned.known, 0)} give a customer of another system, e.g. '{taken}' in '{example}'. "
        "Confirm or refuse it in sot.yaml: "
        f"systems: {{{table.source.system}: {{customer_in_project_name: PATTERN or no}}}}"
    )


def learn(names: pl.Series, patterns: Sequence[str], known: Known) -> Learned | None:
    """Give the pattern that shows the most known customers, else the one whose customers come again most."""
    distinct = names.drop_nulls().str.strip_chars().unique().sort()
    step = max(distinct.len() // _MOST, 1)
    some = distinct.gather_every(step)
    if not some.len():
        return None
    judged = [_judge(pattern, some, known) for pattern in patterns]
    best = max(judged, key=lambda learned: (learned.known, learned.repeated * learned.cut, learned.cut))
    return best if best.cut else None


def _judge(pattern: str, names: pl.Series, known: Known) -> Learned:
    customers = names.str.extract(_expression(pattern), 1).drop_nulls().str.strip_chars()
    if not customers.len():
        return Learned(pattern, 0.0, 0.0, 0.0)
    sought = known.names if pattern == WHOLE else known.names | known.beginnings
    hits = sum(loose(name) in sought for name in customers)
    counts = customers.value_counts()["count"]
    repeated = int(counts.filter(counts > 1).sum()) / customers.len()
    return Learned(pattern, customers.len() / names.len(), hits / names.len(), repeated)


def loose(name: str) -> str:
    """Give a name as it is looked up in other systems: letters and digits alone."""
    return _LOOSE.sub("", name).casefold()


def _begun(name: str) -> Iterator[str]:
    parts = name.split()
    for count in range(1, min(len(parts) - 1, _FIRST_WORDS) + 1):
        yield loose("".join(parts[:count]))


def _expression(pattern: str) -> str:
    """Turn '<customer> - <project>' into an expression whose group 1 is the customer."""
    parts = re.split(r"(<customer>|<project>)", pattern)
    first = parts.index("<customer>") < parts.index("<project>") if "<project>" in parts else False
    shapes = {"<customer>": "(.+?)" if first else "(.+)", "<project>": ".+"}
    return "^" + "".join(shapes.get(part) or re.escape(part).replace(r"\ ", " ") for part in parts) + "$"
