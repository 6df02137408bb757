"""In which form a system takes corrections: its key, its headers, what an empty cell means there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sot.model.sources import Source
from sot.rules import Rulebook
from sot.rules.systems import SystemRules
from sot.rules.write_back import MergeForm, WriteBack

Headers = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Form:
    """How one system is written to.

    key       the header of the key column
    by_name   whether the key is the customer's name rather than the record's id
    headers   canonical field → the headers that hold it together, the first one takes the value
    importer  whether files can be imported that change records; otherwise a person does it
    clearing  what empties a cell on import, None where nothing does
    blank_keeps  whether an empty cell leaves the record's value alone
    children  what a merge does with the records that hang on an account (WriteBack), move: how a person moves them
    create    canonical field → the header in the file that creates records
    required  the fields without which a record can't be created
    golden_id  the header that takes the golden id of a created record, None where none does
    country_codes  whether countries are written as codes where the export doesn't show it
    external_ids  system → the header that holds its ids here
    own_fields  whether a company can add fields to the accounts there
    """

    system: str
    title: str
    key: str
    by_name: bool
    headers: Headers
    importer: bool
    clearing: str | None
    blank_keeps: bool
    merge: str
    merges: MergeForm
    children: str = "unknown"
    move: str | None = None
    create: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ("name",)
    golden_id: str | None = None
    country_codes: bool = False
    external_ids: Mapping[str, str] = field(default_factory=dict)
    own_fields: bool = True

    @property
    def one_cell(self) -> bool:
        """Whether one cell holds the whole address: there is one for the street, and none for the town."""
        return "street" in self.headers and not {"city", "postcode"} & set(self.headers)


def form_of(system: str, sources: Sequence[Source], rules: Rulebook) -> Form:
    """Give the form of a system: by its rules, and by its export where that has the import's columns."""
    known = f"systems/{system}.yaml" in rules.names("systems")
    described = rules.get(f"systems/{system}.yaml", SystemRules) if known else None
    back = described.write_back if described else None
    exports = [source for source in sources if source.system == system and source.object == "account"]
    own = _own_headers(exports)
    if described is None or back is None:
        key = next((source.record_id for source in exports if source.record_id), None)
        return Form(
            system, system, key or _first(own, "name"), key is None, own, True, None, False,
            "Merge the accounts with the function of the system.", MergeForm(),
            create={name: headers[0] for name, headers in own.items()},
        )  # fmt: skip
    importable = any(back.key in source.headers for source in exports)
    headers: Headers = {name: (header,) for name, header in back.columns.items()}
    if importable:
        headers |= {name: own[name] for name in own if name in headers or not headers}
    by_name = back.key in (_first(headers, "name"), _first(own, "name"))
    return Form(
        system, described.title, back.key, by_name, headers, back.format == "csv", _clearing(back),
        back.blank_means == "ignored", back.merge, back.merges, back.children, back.move,
        create=back.create or {name: columns[0] for name, columns in headers.items()},
        required=back.required, golden_id=back.golden_id, country_codes=back.countries == "codes",
        external_ids=back.external_ids, own_fields=back.own_fields,
    )  # fmt: skip


def _own_headers(exports: Sequence[Source]) -> Headers:
    """Give the headers of each field in the exports; `A || B` are alternatives, `A ++ B` hold it together.

    A field that was read out of the middle of a cell (`A as <city> <postcode>`) has no header of its own.
    """
    return {
        name: tuple(written.split(" || ")[0].split(" ++ "))
        for source in exports
        for name, written in source.fields.items()
        if " as <" not in written
    }


def _first(headers: Headers, field: str) -> str:
    return headers.get(field, (field,))[0]


def _clearing(back: WriteBack) -> str | None:
    if back.null_marker is not None:
        return back.null_marker
    return "" if back.blank_means == "clears" else None
