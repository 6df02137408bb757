"""The data model that exports show: the column of each field in each system, and how far to rely on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from string import ascii_lowercase, ascii_uppercase, digits

import polars as pl

from sot.model.kinds import ObjectKind
from sot.model.run import Clustering
from sot.model.shares import percent
from sot.model.sources import Source
from sot.model.tables import ACCOUNT_FIELDS, DATA_MODEL, DOCUMENT_FIELDS
from sot.rules.governance import ADDRESS_PARTS, Governance

_COMPARED = {
    "name": ("name", "n_name"), "trade_name": ("trade_name", None), "tax_id": ("tax_id", "n_tax_id"),
    "registration_id": ("registration_id", "n_registration"), "website": ("domain", "n_domain"),
    "phone": ("phone", "n_phone"), "email": ("email", "n_email"), "street": ("street", None), "city": ("city", None),
    "region": ("region", "n_region"), "postcode": ("postcode", "n_postcode"), "country": ("country", "n_country"),
    "parent_name": ("parent_name", None), "industry": ("industry", None), "owner": ("owner", None),
    "currency": ("currency", None),
}  # fmt: skip
"""Field of an account → the golden column, and the normalised column that may hold the golden value too."""

_DOCUMENT_RULES = {"account_id": "account", "account_name": "account"}
_SIGNS = {
    **dict.fromkeys(ascii_uppercase, "A"),
    **dict.fromkeys(ascii_lowercase, "a"),
    **dict.fromkeys(digits, "9"),
}
_PROSE = frozenset(
    ("name", "account_name", "trade_name", "street", "city", "memo", "line_text", "parent_name", "owner")
)
_FEW = 8
"""So many different values are a list to choose from."""
_LONGEST = 32
_LOOKED_AT = 5000
"""At most about so many values are looked at for their form."""


def data_model(
    sources: Iterable[Source],
    tables: tuple[pl.DataFrame, pl.DataFrame],
    clustering: Clustering,
    golden: pl.DataFrame,
    governance: Governance,
) -> pl.DataFrame:
    """Give DATA_MODEL out of the sources and `tables`, which are RECORDS (normalised) and DOCUMENTS."""
    records, documents = tables
    known = {(source.path, source.sheet): source for source in sources if not source.error}
    agreeing = _Agreement(records, clustering, golden)
    figure = pl.col("object") == ObjectKind.BI_TABLE
    parts = chain(
        _parts(records, (pl.col("object") == ObjectKind.ACCOUNT) | figure, ACCOUNT_FIELDS, known),
        _parts(documents, ~figure, DOCUMENT_FIELDS, known),
        _parts(documents, figure, ("amount", "date"), known),
    )
    looked_at = [
        (part, field, filled, different) for part in parts for field, filled, different in part.contents()
    ]
    forms = _forms([(field, different, filled) for _, field, filled, different in looked_at])
    rows = [
        (
            part.system,
            part.what,
            field,
            " | ".join(part.fields[field]),
            round(filled / part.rows.len(), 4),
            different.len(),
            form,
            agreeing.share(part.system, field) if part.of_customers else None,
            _authority(governance, part.what, field, (part.system, part.department)),
        )
        for (part, field, filled, different), form in zip(looked_at, forms, strict=True)
    ]
    # The fields of a part are in their order already.
    return pl.DataFrame(rows, schema=dict(DATA_MODEL), orient="row").sort(
        "system", "object", maintain_order=True
    )


@dataclass(frozen=True)
class _Part:
    """The rows of one object of one system (their places in `table`), and for each field the columns that hold it."""

    system: str
    what: str
    department: str
    table: pl.DataFrame
    rows: pl.Series
    fields: dict[str, list[str]]
    of_customers: bool

    def contents(self) -> Iterator[tuple[str, int, pl.Series]]:
        """Give for each field how many rows hold something, and the different values."""
        held = pl.col(list(self.fields)).gather(self.rows)
        # Each expression gathers for itself: all columns of the rows at once would be a second table.
        filled = self.table.select(held.count()).row(0)
        different = self.table.select(held.drop_nulls().unique().implode())
        for field, count in zip(self.fields, filled, strict=True):
            yield field, count, different[field][0]


def _parts(
    table: pl.DataFrame,
    which: pl.Expr,
    names: Sequence[str],
    known: Mapping[tuple[str, str | None], Source],
) -> Iterator[_Part]:
    """Give the objects of the rows `which` of a table; the files of its rows say which columns hold a field."""
    of_customers = names is ACCOUNT_FIELDS
    objects = table.select("system", "object", pl.int_range(pl.len()).alias("row")).filter(which)
    for (system, what), part in objects.sort("system", "object").group_by(
        ["system", "object"], maintain_order=True
    ):
        rows = part["row"]
        files = table.select(pl.col("source", "sheet").gather(rows))
        places = files.unique().sort("source", "sheet", nulls_last=True).iter_rows()
        sources = [known[place] for place in places if place in known]
        columns = {
            name: sorted({source.used[name] for source in sources if name in source.used}) for name in names
        }
        fields = {name: held for name, held in columns.items() if held}
        if sources and fields:
            yield _Part(str(system), str(what), sources[0].department, table, rows, fields, of_customers)


class _Agreement:
    """How often the records of a system hold the golden value of their customer."""

    def __init__(self, records: pl.DataFrame, clustering: Clustering, golden: pl.DataFrame) -> None:
        place = golden.select("golden_id").with_row_index("customer")
        customer = (
            records.select("uid")
            .join(
                clustering.memberships.select("uid", "golden_id"), on="uid", maintain_order="left", how="left"
            )
            .join(place, on="golden_id", maintain_order="left", how="left")["customer"]
        )
        self._records, self._golden = records, golden
        systems = records.select("system").unique().with_row_index("place")
        self._systems = dict(systems.select("place", "system").iter_rows())
        numbers = records.select("system").join(systems, on="system", maintain_order="left")["place"]
        self._customers = pl.DataFrame({"place": numbers, "customer": customer})
        self._held: dict[str, dict[str, float]] = {}

    def share(self, system: str, field: str) -> float | None:
        """Give the share of the system's customers whose golden value it holds, of those that have one.

        Values are the same if they are so as text or as they are compared.
        """
        if field not in _COMPARED:
            return None
        if field not in self._held:
            self._held[field] = self._shares(field)
        return self._held[field].get(system)

    def _shares(self, field: str) -> dict[str, float]:
        column, normalised = _COMPARED[field]
        theirs = self._golden.select(golden=pl.col(column).gather(self._customers["customer"]))
        known = normalised in self._records.columns
        own = self._records.select(own=field, **({"compared": normalised} if known else {}))
        rows = pl.concat([self._customers, own, theirs], how="horizontal").drop_nulls("golden").lazy()
        # Most values are the golden one as it stands: only others are folded.
        unlike = pl.col("own") != pl.col("golden")
        folded = [pl.when(unlike).then(pl.col(name)).pipe(_folded) for name in ("own", "golden")]
        rows = rows.with_columns(
            same=pl.when(unlike).then(folded[0] == folded[1]).otherwise(pl.col("own").is_not_null())
        )
        if known:
            # A golden value is compared in the form that the record has from which it was taken.
            taken = rows.filter("same").group_by("customer").agg(right=pl.col("compared").drop_nulls().min())
            right = (pl.col("compared") == pl.coalesce("right", "golden")).fill_null(False)
            rows = rows.join(taken, on="customer", how="left").with_columns(pl.col("same") | right)
        by_customer = rows.group_by("place", "customer").agg(pl.col("same").any())
        shares = by_customer.group_by("place").agg(share=pl.col("same").mean().round(4)).collect()
        return {self._systems[place]: share for place, share in shares.iter_rows()}


def _folded(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().str.to_lowercase()


def _authority(governance: Governance, what: str, field: str, owner: tuple[str, str]) -> int | None:
    """Give the place of the system among those who are right about the field, None where it is not among them."""
    if what == ObjectKind.ACCOUNT:
        named = "address" if field in ADDRESS_PARTS else _COMPARED.get(field, (field, None))[0]
        customer = governance.customer.get(named)
        authority: tuple[str, ...] = customer.authority if customer else ()
    else:
        rules = {"deal": governance.deal, "project": governance.project, "invoice": governance.invoice}.get(
            what, {}
        )
        document = rules.get(_DOCUMENT_RULES.get(field, field))
        authority = document.authority if document else ()
    ranks = [rank for rank, each in enumerate(authority, 1) if each in owner]
    return ranks[0] if ranks else None


def _forms(looked_at: Sequence[tuple[str, pl.Series, int]]) -> list[str | None]:
    """Say what values look like: a list to choose from, text, or the most frequent shape.

    Each is a field with its different values, and how many values there are.
    """
    forms: list[str | None] = []
    samples: dict[int, pl.Series] = {}
    for place, (field, different, values) in enumerate(looked_at):
        forms.append(None if different.is_empty() else "text")
        if field in _PROSE or different.is_empty():
            continue
        if different.len() <= _FEW < values:
            forms[place] = "one of: " + ", ".join(_shown(different.sort()))
        elif different.len() <= _LOOKED_AT:
            samples[place] = different
        else:
            samples[place] = different.sort().gather_every(different.len() // _LOOKED_AT)
    for place, shape, count in _shapes(samples).iter_rows():
        if len(shape) <= _LONGEST and count >= 0.2 * samples[place].len():
            forms[place] = f"{shape} ({percent(count / samples[place].len(), 0)})"
    return forms


def _shapes(samples: Mapping[int, pl.Series]) -> pl.DataFrame:
    """Give (place, shape, count): the most frequent shape of each sample, of equals the first."""
    values = pl.DataFrame(
        {"place": list(samples), "shape": list(samples.values())},
        schema={"place": pl.Int64, "shape": pl.List(pl.String)},
    )
    signs = pl.col("shape").str.strip_chars().str.replace_many(list(_SIGNS), list(_SIGNS.values()))
    shape = (
        signs.str.replace_all(r"9+([.,])", "9$1").str.replace_all(r"a{2,}", "a").str.replace_all("A{4,}", "A")
    )
    return (
        values.lazy()
        .explode("shape", empty_as_null=True)
        .group_by("place", shape)
        .agg(count=pl.len())
        .sort("place", "count", "shape", descending=[False, True, False])
        .unique("place", keep="first", maintain_order=True)
        .collect()
    )


def _shown(values: pl.Series) -> Iterator[str]:
    for value in values.to_list():
        yield value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
