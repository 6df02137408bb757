"""The values that records are compared by: what too many share left out, and how common the others are."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sot.engine.protocol import Columns, Engine
from sot.match.names.numbering import NAMED_PLACE, NO_TOWN
from sot.match.on_engine.naming import Listed
from sot.match.on_engine.references import references
from sot.match.on_engine.rules import comparison_rules, legal_rules, policy_rules, threshold_rules
from sot.match.scoring.compared_values import LONGEST_ACRONYM, TAX_PARTS, common, initials, own_values, placed
from sot.match.tables import how_common, levels_by, with_legal
from sot.rules.bundle import Bundle

c = pl.col
S, LONG, N = pl.String, pl.Int64, pl.Int32

CODED = (
    "domain", "domain_core", "phone", "mailbox", "tax", "tax_kind", "registration", "registration_kind", "town",
    "postcode", "street", "house", "numbers", "region", "province", "country", "site",
)  # fmt: skip
"""Values of which only matters whether two are the same."""
_PARTS = tuple(f"part_{i}" for i in range(len(TAX_PARTS)))
_TEXTS = ("name", *CODED, "legal", "said", *_PARTS, "squashed")
_SHARED = ("domain", "phone", "tax", "registration", "mailbox", "address")
"""Values that tell nothing if unlike names share them; an address still tells the town."""
_SPREAD = ("domain", "phone")


def values(engine: Engine, listed: Listed) -> int:
    """Make `record` (for blocking), `acronym` and `evidence` (for scoring) of `whole`, `own`, `token` and `borne`.

    Gives how many values are left out, because too many unlike names share them.
    """
    thresholds, sharing = threshold_rules(listed.bundle), policy_rules(listed.bundle).shared
    engine.apply(
        "said",
        "select * from whole",
        _Own(listed.bundle),
        {"uid": LONG, "system": S, "valid": N, "bare": N, "web_name": N, **dict.fromkeys(_TEXTS, S)},
    )
    _with_joined(engine, len(thresholds.namesakes.kinds) - 1)
    _shared(engine, sharing.names)
    keep = ", ".join(
        f"case when x_{name}.value is null then v.{name} end as {name}"
        for name in _SHARED
        if name != "address"
    )
    joins = " ".join(
        f"left join shared x_{name} on x_{name}.kind = '{name}' and x_{name}.value = v.{name}"
        for name in _SHARED
    )
    rest = ", ".join(f"v.{name}" for name in _columns() if name not in _SHARED)
    engine.sql("value", f"""select {rest}, {keep}, case when x_address.value is null then 0 else 1 end as house_spread
        from joined v {joins}""")  # fmt: skip
    for name in _SPREAD:
        place = "coalesce(substring(town, 1, 4), postcode)"
        engine.sql(f"region_{name}", f"""select distinct {name} as value, substring(province, 1, 4) as place
            from value where {name} is not null and province is not null""")  # fmt: skip
        engine.sql(f"spread_{name}", f"""select value from (
            select v.value, v.place, count(*) as n from (
                select {name} as value, province, {place} as place from value) v
            left join region_{name} r on v.value = r.value and v.place = r.place
            where v.value is not null and v.place is not null and (v.province is not null or r.place is null)
            group by v.value, v.place) t
            group by value having cast(max(n) as double) / sum(n) < {sharing.main_town}""")  # fmt: skip
    references(engine)
    _evidence(engine, listed)
    engine.apply(
        "initial", "select uid, name, n_tokens, n_legal from whole", _initials, {"uid": LONG, "initials": S}
    )
    engine.sql("called", f"""select distinct squashed from value
        where length(squashed) between 2 and {LONGEST_ACRONYM}""")  # fmt: skip
    engine.sql("acronym", """select distinct i.uid, i.initials from initial i
        join called k on i.initials = k.squashed""")  # fmt: skip
    left_out = int(engine.small("select count(*) as n from shared where kind <> 'address'").item())
    engine.drop("said", "joined", "shared", "initial", "called")
    engine.drop(*(f"{what}_{name}" for what in ("spread", "region") for name in _SPREAD))
    return left_out


def _columns() -> tuple[str, ...]:
    return (
        "uid", "system", "valid", "bare", "web_name", "name", *CODED, "legal", "squashed", "words", "towns", "once",
        "name_kind", "telling", "address",
    )  # fmt: skip


@dataclass(frozen=True)
class _Own:
    bundle: Bundle

    def __call__(self, records: pl.DataFrame) -> pl.DataFrame:
        own = own_values(records, threshold_rules(self.bundle)).with_columns(said=c("site"))
        parts = records.select(part.alias(name) for part, name in zip(TAX_PARTS, _PARTS, strict=True))
        return pl.concat([placed(own), parts], how="horizontal").drop("address", "n_tokens")


def _with_joined(engine: Engine, last: int) -> None:
    """Make `joined`: what a record tells that only others show: registration numbers, towns, its most telling word."""
    engine.sql("register", "select distinct registration as number from said where registration is not null")
    engine.sql("same_tax", f"""select {_PARTS[1]} as number, min({_PARTS[0]}) as company, min(tax_kind) as kind
        from said where {_PARTS[0]} is not null
        group by {_PARTS[1]} having min({_PARTS[0]}) = max({_PARTS[0]})""")  # fmt: skip
    engine.sql("city", "select distinct n_city as name from whole where n_city is not null")
    engine.sql("first", "select uid, token, kind from token where nth = 1")
    # Records that have only a name mention one customer, unless no record has more; see names.numbering.
    more = engine.small("select count(*) as n from own where bare = 0").item()
    mentions = "bare = 1" if more else "bare < 0"
    engine.sql(
        "single",
        " union all ".join(
            f"""select '{name}' as what, {name} as text from (
                    select {name}, sum(case when {mentions} then 0 else 1 end)
                        + max(case when {mentions} then 1 else 0 end) as n
                    from own where key is not null group by {name}, system) t
                group by {name} having max(n) = 1"""
            for name in ("words", "squashed")
        ),
    )
    numbers = ", ".join(f"r_{part}.number" for part in _PARTS)
    register = " ".join(f"left join register r_{part} on r_{part}.number = v.{part}" for part in _PARTS)
    plain = ("system", "valid", "web_name", "name", *CODED, "legal", "squashed")
    rest = ", ".join(f"v.{name}" for name in plain if name not in ("registration", "town", "tax", "tax_kind"))
    none = ", ".join(f"'{mark}'" for mark in NO_TOWN)
    engine.sql(
        "placed_",
        f"""select v.uid, {rest},
                   case when coalesce(o.town_key, '') in ({none}) then v.bare else {NAMED_PLACE} end as bare,
                   coalesce(v.registration, {numbers}) as registration,
                   coalesce(v.{_PARTS[0]}, same_tax.company, v.tax) as tax,
                   coalesce(v.tax_kind, same_tax.kind) as tax_kind,
                   case when city.name is not null then coalesce(v.town, v.said) else v.town end as town,
                   o.words, case when o.key is null then cast(0 as bigint)
                        else coalesce(b.towns, cast(0 as bigint)) end as towns,
                   case when a.text is not null and d.text is not null then 1 else 0 end as once,
                   coalesce(f.kind, {last}) as name_kind, f.token as telling
            from said v {register} left join same_tax on same_tax.number = v.{_PARTS[1]}
            left join city on v.said = city.name
            left join (select uid, key, town_key, case when key is not null then words end as words
                       from own) o on v.uid = o.uid
            left join single a on a.what = 'words' and a.text = o.words
            left join single d on d.what = 'squashed' and d.text = v.squashed
            left join borne b on o.words = b.words left join first f on v.uid = f.uid""",
    )
    engine.sql(
        "joined",
        """select p.*, p.house || '|' || p.street || '|' || coalesce(substring(p.town, 1, 4), p.postcode) as address
           from placed_ p""",
    )
    engine.drop("register", "same_tax", "city", "first", "single", "placed_")


def _shared(engine: Engine, most: int) -> None:
    """Make `shared` (kind, value): the values that more than `most` unlike names bear, two of them in one system."""
    each = " union all ".join(
        f"""select '{name}' as kind, {name} as value, system, telling, min(name) as name from joined
            where {name} is not null and telling is not null and name is not null group by {name}, system, telling"""
        for name in _SHARED
    )
    engine.sql("bearing", each)
    engine.sql("many_", f"select kind, value from bearing group by kind, value having count(*) > {most}")
    some = "from bearing b join many_ m on b.kind = m.kind and b.value = m.value group by b.kind, b.value"
    engine.sql(
        "often",
        f"""select kind, value from (
                select b.kind, b.value, 0 as words, count(*) as more {some} union all
                select b.kind, b.value, 1, 0 {some}, b.telling union all
                select b.kind, b.value, 0, -1 {some}, b.system) t
            group by kind, value having sum(words) > {most} and sum(more) > 0""",
    )
    engine.apply(
        "shared",
        "select b.* from bearing b join often o on b.kind = o.kind and b.value = o.value",
        _Common(most),
        {"kind": S, "value": S},
        by="value",
    )
    engine.drop("bearing", "many_", "often")


@dataclass(frozen=True)
class _Common:
    most: int

    def __call__(self, borne: pl.DataFrame) -> pl.DataFrame:
        words = borne.with_columns(words=c("name").str.split(" ").list.unique(maintain_order=True))
        words = words.sort("kind", "value", "system", "telling")
        common_values = [
            (kind, value)
            for (kind,), rows in words.group_by(["kind"], maintain_order=True)
            for value in common(rows.select("value", "system", "telling", "words"), "value", self.most)
        ]
        return pl.DataFrame(common_values, schema={"kind": S, "value": S}, orient="row")


def evidence_columns(bundle: Bundle) -> Columns:
    """Give the columns of the table `evidence`."""
    by = sorted(levels_by(comparison_rules(bundle)))
    return {
        "uid": LONG, "system": LONG, **dict.fromkeys(CODED, LONG), "house_street": LONG, "valid": N, "bare": N,
        "web_name": N, "towns": N, "once": N, "name_kind": N, "refers": N, "reference": LONG,
        **{f"{name}_spread": N for name in (*_SPREAD, "house")}, "legal": S,
        "legal_kin": S, "legal_foreign": S, "town_text": S, "street_text": S,
        **{f"tf_{name}": pl.Float64 for name in by},
    }  # fmt: skip


def _evidence(engine: Engine, listed: Listed) -> None:
    counted = [name for name in sorted(levels_by(comparison_rules(listed.bundle))) if name != "towns"]
    known = engine.small(
        f"select {', '.join(f'count({name}) as {name}' for name in counted)} from value"
    ).row(0)
    for name in counted:
        # Values of no more records than one customer has tell nothing of others: they need not be looked up.
        engine.sql(f"often_{name}", f"""select {name} as value, count(*) as n from value where {name} is not null
            group by {name} having count(*) > {listed.duplicates}""")  # fmt: skip
    joins = " ".join(f"left join often_{name} n_{name} on n_{name}.value = v.{name}" for name in counted)
    counts = "".join(f", coalesce(n_{name}.n, 0) as n_{name}" for name in counted)
    spreads = ", ".join(f"case when s_{n}.value is null then 0 else 1 end as {n}_spread" for n in _SPREAD)
    spread = " ".join(f"left join spread_{name} s_{name} on s_{name}.value = v.{name}" for name in _SPREAD)
    engine.sql(
        "record",
        """select v.uid, v.system, v.name, v.words, v.squashed, v.domain, v.domain_core, v.phone, v.mailbox,
                  v.postcode, v.house, v.street, v.registration, r.reference, v.tax as tax_id,
                  replace(v.town, ' ', '') as city
           from value v join referred r on v.uid = r.uid""",
    )
    engine.apply(
        "evidence",
        f"""select v.*, r.reference, r.refers, {spreads}{counts} from value v
            join referred r on v.uid = r.uid {spread} {joins}""",
        _Coded(listed, tuple(zip(counted, known, strict=True))),
        evidence_columns(listed.bundle),
    )
    engine.drop("referred", *(f"often_{name}" for name in counted))


@dataclass(frozen=True)
class _Coded:
    """Values as numbers of 63 bits, with how common each is."""

    listed: Listed
    known: tuple[tuple[str, int], ...]

    def __call__(self, values: pl.DataFrame) -> pl.DataFrame:
        listed, levels = self.listed, levels_by(comparison_rules(self.listed.bundle))
        coded = with_legal(values, legal_rules(listed.bundle)).with_columns(
            *(_code(c(name)).alias(name) for name in (*CODED, "system")),
            house_street=_code(pl.concat_str("house", "street", separator="|")),
            town_text=c("town"),
            street_text=c("street"),
        )
        common_ = {name: (values[f"n_{name}"], known) for name, known in self.known}
        common_["towns"] = (values["towns"], 0)
        return coded.with_columns(
            how_common(*_of(name, common_), listed.records, levels[name], listed.duplicates)
            for name in sorted(levels)
        )


def _of(name: str, counted: dict[str, tuple[pl.Series, int]]) -> tuple[pl.Series, str, int]:
    count, known = counted[name]
    return count, name, known


def _code(text: pl.Expr) -> pl.Expr:
    """Number a text; 0 is none."""
    return pl.when(text.is_not_null()).then((text.hash() // 2).cast(LONG) + 1)


def _initials(records: pl.DataFrame) -> pl.DataFrame:
    return initials(records).filter(c("initials").str.len_chars().is_between(2, LONGEST_ACRONYM)).unique()
