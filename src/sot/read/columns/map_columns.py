"""The map of a table: what the person said, then the rules of its system, then words and contents."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from sot.addresses.whole_cells import WholeCells
from sot.read.columns.bills_without_header import fill_bills
from sot.read.columns.code_and_name import take_code_and_name
from sot.read.columns.companions import Companions
from sot.read.columns.country_or_region import settle_country
from sot.read.columns.derived_figures import forget_running
from sot.read.columns.fields_by_neighbours import take_neighbours
from sot.read.columns.fill_fields import (
    fill_fields,
    fill_names,
    forget_changing_ids,
    forget_shared_ids,
    forget_the_banks,
    names_beside_codes,
    prefer_companies,
    take_plain_net,
)
from sot.read.columns.headers import INNER, Recipe, fold, of_name, recipe
from sot.read.columns.infer_fields import Guess, Guesser
from sot.read.columns.join_lines import take_lines, take_name_lines
from sot.read.columns.movements_without_header import fill_movements
from sot.read.columns.party_columns import take_party_columns
from sot.read.columns.person_names import take_payers, take_persons
from sot.read.columns.skip_rows import GROUP
from sot.read.columns.split_address_cell import take_places
from sot.read.columns.split_whole_address import take_whole_addresses
from sot.read.columns.table import Table
from sot.read.columns.take_by_values import ByValues
from sot.read.columns.timesheets import forget_entries
from sot.read.columns.told_by_cells import relation_column
from sot.read.columns.two_parties import take_other_party
from sot.read.columns.two_sides import take_sides
from sot.read.columns.without_header import fill_headless, is_headless
from sot.rules.systems import SystemRules

PARENT = f"{INNER}parent"
"""The column that holds the parent taken from the name."""
_DERIVED = 0.9
_SURE, _PART = 0.9, 0.7
_OFFICIAL = ("registration_id", "tax_id")
_ABOUT_CONTACTS = frozenset(("account_id", "account_name", "name", "email", "phone", "owner"))


def map_columns(
    table: Table,
    names: list[str],
    guesser: Guesser,
    whole: Callable[[], WholeCells],
    countries: Callable[[], frozenset[str]],
    companions: Companions,
) -> None:
    """Fill in the fields, the id column and the confidences of `table`.

    `whole` takes whole addresses apart, `countries` are the names of all countries, folded, and `companions` what the
    other tables of the run hold.
    """
    present = {fold(name): name for name in reversed(names)}
    _take_rules(table, names, present)
    table.record_id = table.source.record_id = _record_id(table, names, present, guesser)
    known = _known(table)
    free = [name for name in names if name not in _used(table) and fold(name) not in known]
    if table.rules is None and table.source.system is None:
        table.system_column = guesser.system_column(table.frame, free)
        free = [name for name in free if name != table.system_column]
    guesses = guesser.fields(table.frame, free, table.source.object, frozenset(table.fields))
    _keep_number(table, guesses, guesser)
    for name, guess in guesses.items():
        # What an unknown list says of a person's place is as good as anything that is known of the company's.
        if table.source.object != "contact" or table.rules is None or name in _ABOUT_CONTACTS:
            table.fields[name] = Recipe((guess.column, *guess.more), "all" if guess.more else "one")
            table.source.confidence[name] = guess.confidence
    take_party_columns(table, free, guesser)
    take_other_party(table, free, guesser.vocabulary)
    _take_customer(table, free, companions)
    left = [column for column in free if column not in _used(table)]
    by_values = ByValues(table, left, guesser.vocabulary, companions).take()
    _take_relation(table, free)
    _settle(table, free, guesser)
    if is_headless(names):
        fill = {"invoice": fill_bills, "payment": fill_movements}.get(str(table.source.object), fill_headless)
        fill(table, names)
    elif table.rules is None:
        take_neighbours(table, names, [name for name in free if name not in _used(table)], guesser.vocabulary)
    if "country" not in table.settings.fields:
        settle_country(table, table.fields, countries)
    if table.record_id is None and table.source.object == "account" and table.rules is None:
        table.record_id = table.source.record_id = _official_number(table, names)
    left = [column for column in free if column not in _used(table)]
    for column, name in guesser.doubts(table.frame, left, table.source.object, table.fields):
        table.warn(f"'{column}' is called {name}, but its cells do not look like that; it is not used")
    shown = (
        by_values
        | _derived(table, names, guesser)
        | _addresses(table, whole)
        | _headings(table)
        | take_code_and_name(table)
    )
    _take_parent(table, shown)
    _show(table, shown)


def _settle(table: Table, free: Sequence[str], guesser: Guesser) -> None:
    """Drop the fields that cells speak against, and let columns stand in for those that are missing."""
    settled = (
        forget_the_banks,
        forget_shared_ids,
        forget_changing_ids,
        forget_entries,
        forget_running,
        fill_fields,
    )
    for settle in settled:
        settle(table)
    if table.shape is None:
        left = [column for column in free if column not in _used(table)]
        for take in (take_plain_net, names_beside_codes, fill_names, prefer_companies):
            take(table, left, guesser.vocabulary)


def _keep_number(table: Table, guesses: dict[str, Guess], guesser: Guesser) -> None:
    """Let the id of documents be their number where another column is called one only in part (Krediterar faktura)."""
    number, own = guesses.get("number"), table.record_id
    if number is None or own is None or table.shape is not None or not table.is_document:
        return
    kind = f"d.number.{table.source.object}"
    strength = guesser.vocabulary.strength
    if strength(own, kind) >= _SURE > _PART >= strength(number.column, kind):
        del guesses["number"]
        guesses.setdefault("reference", number)


def _take_customer(table: Table, free: Sequence[str], companions: Companions) -> None:
    """Let the column be the customer of a document that holds customers of other tables, where no header names one."""
    left = [column for column in free if column not in _used(table)]
    column = companions.whose(table, left)
    if column is None:
        return
    if "name" in table.fields and table.fields["name"].columns == (column,):
        del table.fields["name"]
    table.fields["account_name"] = Recipe((column,))
    table.source.confidence["account_name"] = _PART
    table.warn(f"'{column}' is taken for the customer: it holds customers of the other files")


def _take_relation(table: Table, free: Sequence[str]) -> None:
    """Let what says whether an account is a customer be its status, before what says whether it is in use."""
    if table.source.object != "account" or "status" in table.settings.fields:
        return
    if table.shape is not None and "status" in table.fields:
        return
    left = [column for column in free if column not in _used(table)]
    status = [*table.fields["status"].columns] if "status" in table.fields else []
    relation = relation_column(table.frame, [*status, *left], table.unknown)
    if relation is not None and [relation] != status:
        table.fields["status"] = Recipe((relation,))
        table.source.confidence["status"] = _SURE


def _take_rules(table: Table, names: list[str], present: Mapping[str, str]) -> None:
    """Take what the rules of the system know of the columns, and over it what the person said."""
    table.fields = {**table.fields, **_by_rules(table, present)}
    for name, written in table.settings.fields.items():
        resolved = recipe(written, present)
        if resolved is None:
            table.warn(f"{name}: there is no column '{written}'; columns are {', '.join(names)}")
        else:
            table.fields[name] = of_name(resolved) if name == "name" else resolved
    table.source.confidence = dict.fromkeys(table.fields, 1.0)


def _used(table: Table) -> set[str | None]:
    return {column for recipe in table.fields.values() for column in recipe.columns} | {table.record_id}


def _show(table: Table, shown: Mapping[str, str]) -> None:
    """Tell the person the map; `shown` is how the fields that are no plain columns are written."""
    source, fields = table.source, dict(sorted(table.fields.items()))
    source.derived = frozenset(shown)
    source.fields = {name: shown.get(name, str(recipe)) for name, recipe in fields.items()}
    source.used = {name: shown.get(name, str(recipe.needed(table.frame))) for name, recipe in fields.items()}
    if table.system_column:
        systems = ", ".join(table.frame[table.system_column].drop_nulls().unique().sort().head(12))
        table.warn(
            f"a list merged before: the system of each record is in '{table.system_column}' ({systems})"
        )


def _derived(table: Table, names: list[str], guesser: Guesser) -> dict[str, str]:
    """Take fields out of several columns, or several out of one; give how those are shown."""
    if table.shape is not None:
        return _persons(table, names, guesser)
    chosen, used = frozenset(table.settings.fields), _used(table)
    free = [name for name in names if name not in used]
    shown: dict[str, str] = {}
    if "street" not in chosen and not is_headless(names):
        take_lines(table, table.fields, free, guesser)
    if "name" not in chosen and not is_headless(names):
        take_name_lines(table, table.fields, free, guesser)
    if not chosen & {"postcode", "city", "region"}:
        shown |= take_places(table, table.fields, free, guesser)
    shown |= _persons(table, names, guesser)
    table.source.confidence = {**dict.fromkeys(shown, _DERIVED), **table.source.confidence}
    return shown


def _persons(table: Table, names: list[str], guesser: Guesser) -> dict[str, str]:
    shown: dict[str, str] = {}
    sides = None if "amount" in table.settings.fields else take_sides(table, table.fields)
    if sides:
        shown["amount"] = sides
    payer = take_payers(table, table.fields, names, guesser)
    if payer:
        return shown | {"account_name": payer}
    if "name" in table.settings.fields:
        return shown
    person = take_persons(table, table.fields, names, guesser)
    return shown | {"name": person} if person else shown


def _headings(table: Table) -> dict[str, str]:
    """Give the fields that are taken from rows above their rows, or from postings, and how that is written."""
    if table.shape is not None and table.shape.postings is not None:
        return {
            name: "the posting"
            for name, recipe in table.fields.items()
            if recipe.columns == (f"{INNER}{name}",)
        }
    return {
        name: "the rows that head a group"
        for name, recipe in table.fields.items()
        if recipe.columns[0].startswith(INNER) and recipe.columns == (GROUP,)
    }


def _addresses(table: Table, whole: Callable[[], WholeCells]) -> dict[str, str]:
    """Take whole addresses apart, where the person has not said which columns hold what."""
    if frozenset(table.settings.fields) & {"street", "city", "postcode", "region", "country"}:
        return {}
    shown = take_whole_addresses(table, table.fields, whole)
    table.source.confidence = {**table.source.confidence, **dict.fromkeys(shown, _DERIVED)}
    return shown


def _known(table: Table) -> frozenset[str]:
    """Give the headers that the rules of the table know; those that they map to nothing are no guess."""
    shape = table.shape
    written = (*shape.needs, *shape.also) if shape else ()
    return frozenset(
        fold(part) for header in written if not header.startswith("~") for part in header.split("|") if part
    )


def _take_parent(table: Table, shown: dict[str, str]) -> None:
    """Take the parent out of names that hold it (`Parent:Child`), where no column names it."""
    levels = table.rules.levels if table.rules else None
    fields = table.fields
    if levels is None or table.source.object != "account" or "name" not in fields or "parent_name" in fields:
        return
    name = fields["name"].expression()
    mark = re.escape(levels).replace("\\ ", " ")
    parent = name.str.extract(rf"^(.*\S){mark}\s*\S", 1)
    if table.frame.select(parent.is_not_null().any()).item():
        table.frame = table.frame.with_columns(parent.alias(PARENT))
        fields["parent_name"] = Recipe((PARENT,))
        shown["parent_name"] = f"{fields['name']} as <parent>{levels}<child>"


def _by_rules(table: Table, present: Mapping[str, str]) -> dict[str, Recipe]:
    if table.shape:
        return _resolved(table.shape.fields, present)
    recipes: dict[str, Recipe] = {}
    if table.rules and not table.headed:
        for fields in _field_maps(table.rules, table.source.object or "account"):
            recipes = {**_resolved(fields, present), **recipes}
    return recipes


def _field_maps(rules: SystemRules, kind: str) -> list[Mapping[str, tuple[str, ...]]]:
    return [shape.fields for name, shapes in rules.objects.items() if name == kind for shape in shapes]


def _resolved(fields: Mapping[str, Sequence[str]], present: Mapping[str, str]) -> dict[str, Recipe]:
    recipes = {}
    for name, sources in fields.items():
        first = next(
            (resolved for resolved in (recipe(written, present) for written in sources) if resolved), None
        )
        if first:
            recipes[name] = of_name(first) if name in ("name", "account_name") else first
    return recipes


def _surely_ids(table: Table, names: list[str], guesser: Guesser) -> list[str]:
    """Give the columns that the rules of the table do not know and that are called ids in so many words."""
    known = _known(table)
    used = {column for recipe in table.fields.values() for column in recipe.columns}
    return [
        name
        for name in names
        if fold(name) not in known and name not in used and guesser.vocabulary.strength(name, "id") >= _SURE
    ]


def _official_number(table: Table, names: list[str]) -> str | None:
    """Give one of the first two columns where it holds the number that a register or tax office gave each company."""
    numbers = [table.fields[name].columns for name in _OFFICIAL if name in table.fields]
    for name in names[:2]:
        cells = table.frame[name] if (name,) in numbers else None
        if cells is not None and not cells.null_count() and cells.n_unique() == cells.len() > 1:
            return name
    return None


def _record_id(table: Table, names: list[str], present: Mapping[str, str], guesser: Guesser) -> str | None:
    wanted = table.settings.record_id
    if wanted:
        if fold(wanted) in present:
            return present[fold(wanted)]
        table.warn(f"record_id: there is no column '{wanted}'; columns are {', '.join(names)}")
    if table.shape:
        column = next((present[fold(name)] for name in table.shape.record_id if fold(name) in present), None)
        if column or table.source.object not in ("account", "bi_table"):
            return column
        return guesser.identifier.record_id(table.frame, _surely_ids(table, names, guesser), document=False)
    known = [
        name
        for kind, shapes in (table.rules.objects.items() if table.rules else ())
        for shape in shapes
        if kind == table.source.object
        for name in shape.record_id
    ]
    guess = guesser.identifier.record_id(table.frame, names, table.is_document, table.source.object)
    if guess is None and table.source.object == "invoice":
        guess = guesser.identifier.order_number(table.frame, names)
    by_rule = next((present[fold(name)] for name in known if fold(name) in present), None)
    if guess and not by_rule and not guesser.identifier.says_so(guess):
        table.warn(f"'{guess}' is used as the id: each row has its own code there")
    return guess or by_rule
