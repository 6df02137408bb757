"""What resolving asks of the list as a whole, each a table of the engine: `holding`, `customer_word`, `sharer`."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sot.engine.protocol import Columns, Engine
from sot.resolve.conflicts.identifiers import COMPARED, SHOWN
from sot.resolve.fields import fields
from sot.resolve.spelling import SHORTEST, WORDS
from sot.rules.bundle import Bundle

c = pl.col
S, LONG = pl.String, pl.Int64
_SEEN: Columns = {
    "what": S, "system": S, "department": S, "field": S, "customer": LONG, "uid": LONG, "value": S,
}  # fmt: skip
_HOLDING, _WORD, _IDENTIFIER = "holding", "word", "identifier"


@dataclass(frozen=True)
class Holding:
    """The systems of the list, and the fields that each holds for anybody."""

    systems: tuple[tuple[str, str], ...]
    fields: dict[str, frozenset[tuple[str, str]]]


def learn(engine: Engine, bundle: Bundle, shared_by: int) -> Holding:
    """Make `customer_word` (customer, word) and `sharer` (field, uid, value); give what systems hold.

    The words are those of customers of several records that other customers have too; sharers are the records of
    2 to `shared_by` customers with one identifier. `record_` holds the records, `customer_of` their customers.
    """
    shown = fields(bundle.open())
    asked_for = [*(field.tier for field in shown), *COMPARED.values(), WORDS]
    roots = {"uid", "system", "department", *(name for each in asked_for for name in each.meta.root_names())}
    asked = ", ".join(f"n.{name}" for name in sorted(roots))
    engine.apply(
        "seen",
        f"select {asked}, m.customer from record_ n join customer_of m on n.uid = m.uid",
        _Seen(bundle),
        _SEEN,
    )
    held = engine.small(f"select distinct system, department, field from seen where what = '{_HOLDING}'")
    engine.sql("word_", f"select distinct customer, value from seen where what = '{_WORD}'")
    engine.sql(
        "customer_word",
        """select w.customer, w.value as word from word_ w
           join (select value from word_ group by value having count(*) > 1) s on w.value = s.value
           join (select customer from customer_of where size > 1 group by customer) k on w.customer = k.customer""",
    )
    engine.sql(
        "sharer",
        f"""select x.field, x.uid, x.value from seen x join (
               select field, value from (
                   select distinct field, value, customer from seen where what = '{_IDENTIFIER}') d
               group by field, value having count(*) >= 2 and count(*) <= {shared_by}) s
           on x.field = s.field and x.value = s.value where x.what = '{_IDENTIFIER}'""",
    )
    engine.drop("seen", "word_")
    systems = held.select("system", "department").unique().sort("system", "department")
    by_field = {
        field.name: held.filter(c("field") == field.name).select("system", "department").rows()
        for field in shown
    }
    return Holding(tuple(systems.rows()), {name: frozenset(who) for name, who in by_field.items()})


def sharers(engine: Engine) -> dict[str, pl.DataFrame]:
    """Give the records of customers that share an identifier, as conflicts.identifiers.of_sharers takes them."""
    rows = engine.small(
        """select s.field, s.value as shared, m.customer, m.golden_id, s.uid, n.system, n.name, n.record_id,
                  n.tax_id, n.registration_id, n.n_domain
           from sharer s join record_ n on s.uid = n.uid join customer_of m on s.uid = m.uid"""
    )
    rows = rows.with_columns(key=pl.concat_str("system", pl.lit(":"), "record_id"))
    asked = ("customer", "golden_id", "uid", "system", "key", "shared", "name")
    return {
        field: rows.filter(c("field") == field).select(*asked, c(shown).alias("chosen"))
        for field, shown in SHOWN.items()
    }


@dataclass(frozen=True)
class _Seen:
    """What some records tell of the list."""

    bundle: Bundle

    def __call__(self, records: pl.DataFrame) -> pl.DataFrame:
        place = ("system", "department")
        parts = [records.select(place).unique().with_columns(what=pl.lit(_HOLDING))]
        for field in fields(self.bundle.open()):
            held = records.filter(field.tier.cast(pl.Int32).fill_null(0) > 0).select(place).unique()
            parts.append(held.with_columns(what=pl.lit(_HOLDING), field=pl.lit(field.name)))
        words = records.select("customer", WORDS).explode("word").drop_nulls().unique()
        words = words.filter(c("word").str.len_chars() >= SHORTEST)
        parts.append(words.select("customer", value="word", what=pl.lit(_WORD)))
        for name, compared in COMPARED.items():
            identifiers = records.select("customer", "uid", value=compared).drop_nulls("value")
            parts.append(identifiers.with_columns(what=pl.lit(_IDENTIFIER), field=pl.lit(name)))
        return pl.concat(parts, how="diagonal").select(list(_SEEN))
