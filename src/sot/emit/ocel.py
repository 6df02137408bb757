"""handoffs.ocel.json: the way from deal to payment as an event log (OCEL 2.0), which process miners open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import polars as pl

from sot.model.run import Run

EVENTS = (
    ("deal created", "deal", "created_on", None),
    ("deal won", "deal", "day", "deal_won"),
    ("deal lost", "deal", "day", "deal_lost"),
    ("project started", "project", "day", None),
    ("project done", "project", "done_on", None),
    ("invoice issued", "invoice", "day", None),
    ("credit note issued", "credit", "day", None),
    ("payment received", "payment", "day", None),
    ("payment returned", "refund", "day", None),
)
"""Event type, kind of document, the day on which it happened, and the state that the document must have."""

_TYPES = {
    "deal": "deal", "project": "project", "invoice": "invoice", "credit": "credit note", "payment": "payment",
    "refund": "refund",
}  # fmt: skip
_QUALIFIERS = {
    "deal_project": "delivers", "deal_invoice": "bills", "project_invoice": "bills", "invoice_payment": "pays",
}  # fmt: skip
"""What the later document of a link does to the earlier one."""
_ATTRIBUTES = {
    "system": "string", "name": "string", "state": "string", "currency": "string", "total": "float", "net": "float",
    "open": "float", "exceptions": "string",
}  # fmt: skip
AT_ONCE = 20_000
"""So many lines are written together: all of them would be the largest thing of a run."""
_NEVER = "1970-01-01T00:00:00Z"
"""The time of an attribute that the exports show as it is in the end, as OCEL asks for it."""
_CUSTOMER = "customer"


def write_event_log(path: Path, run: Run) -> None:
    """Write the log: an object for each document and each of their customers, an event for each thing that happened.

    An event is of its document, of that one's customer, and of the documents that it is linked to. Nothing that has not
    happened by the as-of date is an event.
    """
    documents = _documents(run)
    documents = _with_related(run, documents)
    as_of = str(run.handoffs.figures.get("as_of") or "")
    parts: tuple[tuple[str, Iterable[str]], ...] = (
        ("objectTypes", [_types([*_TYPES.values(), _CUSTOMER], list(_ATTRIBUTES))]),
        ("eventTypes", [_types([name for name, *_ in EVENTS], [])]),
        ("objects", chain(_objects(documents), _customers(run, documents))),
        ("events", _events(documents, as_of)),
    )
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for place, (name, slices) in enumerate(parts):
            file.write("{" if place == 0 else ",\n")
            file.write(f'"{name}": [')
            between = "\n"
            for rows in slices:
                file.write(between + rows)
                between = ",\n"
            file.write("\n]")
        file.write("}\n")


def _documents(run: Run) -> pl.DataFrame:
    table = run.handoffs.documents
    if table.is_empty():
        return pl.DataFrame()
    key = pl.concat_str("system", pl.lit(":"), "object", pl.lit(":"), "record_id")
    about = run.handoffs.exceptions.select(
        "kind", key=pl.col("documents").str.split("|").list.first()
    ).group_by("key").agg(exceptions=pl.col("kind").sort().str.join("|"))  # fmt: skip
    return table.with_columns(key=key).join(about, on="key", how="left", maintain_order="left").sort("doc")


def _with_related(run: Run, documents: pl.DataFrame) -> pl.DataFrame:
    """Give the documents with their relations to their customer and to those before them, as JSON; null if none."""
    if documents.is_empty():
        return documents
    ends = [
        pl.concat_str(f"system_{end}", pl.lit(":"), f"object_{end}", pl.lit(":"), f"record_id_{end}").alias(
            end
        )
        for end in ("l", "r")
    ]
    pair = pl.concat_str("object_l", "object_r", separator="_").replace_strict(_QUALIFIERS, default="with")
    links = run.handoffs.links.select(*ends, qualifier=pair)
    customers = documents.drop_nulls("golden_id").select(
        r="key", l=pl.concat_str(pl.lit(f"{_CUSTOMER}:"), "golden_id"), qualifier=pl.lit("of")
    )
    both = pl.concat([customers.select("l", "r", "qualifier"), links]).sort("l")
    relation = pl.struct(objectId="l", qualifier="qualifier").struct.json_encode()
    related = both.select(key="r", relation=relation).group_by("key").agg(pl.col("relation").str.join(","))
    return documents.join(related, on="key", how="left", maintain_order="left")


def _types(names: list[str], attributes: list[str]) -> str:
    listed = ", ".join(f'{{"name": "{name}", "type": "{_ATTRIBUTES[name]}"}}' for name in attributes)
    return ",\n".join(f'{{"name": "{name}", "attributes": [{listed}]}}' for name in names)


def _objects(documents: pl.DataFrame) -> Iterator[str]:
    if not documents.is_empty():
        for some in documents.iter_slices(AT_ONCE):
            yield _as_objects(some)


def _as_objects(documents: pl.DataFrame) -> str:
    attributes = [
        pl.when(pl.col(name).is_not_null()).then(
            pl.concat_str(
                pl.lit(f'{{"name":"{name}","time":"{_NEVER}",'),
                pl.struct(value=name).struct.json_encode().str.strip_prefix("{"),
            )
        )
        for name in _ATTRIBUTES
    ]
    rows = documents.select(
        _named("id", "key"), _named("type", pl.col("kind").replace_strict(_TYPES)),
        listed=pl.concat_str(attributes, separator=",", ignore_nulls=True),
        relation=pl.col("relation").fill_null(""),
    )  # fmt: skip
    line = pl.concat_str(
        pl.lit("{"), "id", pl.lit(", "), "type", pl.lit(', "attributes": ['), "listed",
        pl.lit('], "relationships": ['), "relation", pl.lit("]}"),
    )  # fmt: skip
    return _lines(rows, line)


def _lines(rows: pl.DataFrame, line: pl.Expr) -> str:
    """Give the lines of rows as one text: a list of them would be as many objects of Python."""
    text: str = rows.select(line.str.join(",\n")).item()
    return text


def _customers(run: Run, documents: pl.DataFrame) -> Iterator[str]:
    if documents.is_empty():
        return
    known = documents.select("golden_id").drop_nulls().unique()
    rows = (
        run.resolution.golden.select("golden_id", "name")
        .join(known, on="golden_id", how="semi")
        .sort("golden_id")
    )
    name = pl.struct(
        name=pl.lit("name"), time=pl.lit(_NEVER), value=pl.col("name").fill_null("")
    ).struct.json_encode()
    line = (
        pl.concat_str(
            pl.lit("{"), _named("id", pl.concat_str(pl.lit(f"{_CUSTOMER}:"), "golden_id")),
            pl.lit(f', "type": "{_CUSTOMER}", "attributes": ['), name, pl.lit('], "relationships": []}'),
        )
    )  # fmt: skip
    for some in rows.iter_slices(AT_ONCE):
        yield _lines(some, line)


def _events(documents: pl.DataFrame, as_of: str) -> Iterator[str]:
    if documents.is_empty():
        return
    parts = []
    for place, (name, kind, day, state) in enumerate(EVENTS):
        mine = documents.filter((pl.col("kind") == kind) & (pl.col(day).cast(pl.String) <= as_of))
        if state is not None:
            mine = mine.filter(pl.col("state") == state)
        if kind == "invoice":
            mine = mine.filter(pl.col("state").fill_null("") != "invoice_draft")
        parts.append(
            mine.select(
                "key", "relation", day=pl.col(day).cast(pl.String), type=pl.lit(name), place=pl.lit(place)
            )
        )
    rows = pl.concat(parts).sort("day", "place", "key")
    itself = pl.struct(objectId="key", qualifier=pl.lit("about")).struct.json_encode()
    line = (
        pl.concat_str(
            pl.lit("{"), _named("id", pl.concat_str("type", pl.lit(" "), "key")),
            pl.lit(', "type": "'), "type", pl.lit('", "time": "'), "day",
            pl.lit('T00:00:00Z", "attributes": [], "relationships": ['),
            pl.concat_str(itself, "relation", separator=",", ignore_nulls=True), pl.lit("]}"),
        )
    )  # fmt: skip
    for some in rows.iter_slices(AT_ONCE):
        yield _lines(some, line)


def _named(name: str, value: pl.Expr | str) -> pl.Expr:
    """Give a member of a JSON object, its value as text."""
    text = pl.col(value) if isinstance(value, str) else value
    encoded = pl.struct(x=text).struct.json_encode()
    return pl.concat_str(pl.lit(f'"{name}": '), encoded.str.slice(5).str.strip_suffix("}")).alias(name)
