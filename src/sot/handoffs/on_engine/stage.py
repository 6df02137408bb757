"""The steps of handoffs on an engine, and what the driver gets of their tables: the same as without one."""

from __future__ import annotations

import polars as pl

from sot.engine.parts import in_parts
from sot.engine.protocol import Engine
from sot.engine.stacked import stacked
from sot.handoffs.exceptions.facts import Facts
from sot.handoffs.exceptions.habits import COUNTS, Habits
from sot.handoffs.exceptions.report import ROWS
from sot.handoffs.followed import Followed, Ready, by_ends
from sot.handoffs.links.decided import without
from sot.handoffs.links.follow import LINKS
from sot.handoffs.links.learned import Counted, Learned, asked_amounts
from sot.handoffs.links.stage import Begun, begin, elsewhere
from sot.handoffs.on_engine.groups import GROUP, grouped, merged
from sot.handoffs.on_engine.papers import (
    AMOUNT_COUNT,
    APART,
    CREDIT,
    CRM,
    ENDS,
    FACT,
    FIRST,
    LINK,
    PAPER,
    SECOND,
    SIDE,
    THIRD,
    TWICE,
    WORD,
    WORD_COUNT,
    columns_of,
)  # fmt: skip
from sot.handoffs.on_engine.works import Brief, Elsewhere, First, Judge, Last
from sot.model.tables import DOCUMENT_LINKS, Schema, conform
from sot.rules import Rulebook
from sot.rules.bundle import Bundle
from sot.rules.handoffs import ExceptionLimits, LinkingRules, load_exceptions, load_linking

c = pl.col
_AT_ONCE = 50_000
"""Rows of whole groups that a worker works on together."""


def followed_on(engine: Engine, ready: Ready, rules: Rulebook) -> Followed:
    """Link the documents and find the exceptions of groups of customers in workers."""
    linking, limits = load_linking(rules), load_exceptions(rules).limits
    begun = begin(ready.table, ready.own, ready.near, ready.decisions, linking)
    counted = Counted.of(begun.table, begun.words)
    paper = {name: begun.table.schema[name] for name in PAPER}
    brief = Brief(Bundle.of(rules), paper, counted.documents, ready.windows)
    begun, same = elsewhere(begun, Learned.of(counted), ready.own[1], linking)
    ends = pl.DataFrame(list(same.items()), schema=dict(ENDS), orient="row")
    tables = _given(engine, begun, counted, ends, ready.crm, paper, linking)
    everything = [name for name in tables if name not in ("link", "twice", "crm")]
    engine.apply(
        "first_", _rows(engine, tables, everything), First(brief), columns_of(FIRST), GROUP, _AT_ONCE
    )
    _across(engine, brief, begun.apart)
    rows = _rows(engine, tables, [*everything, "link"])
    engine.apply("second_", rows, Last(brief), columns_of(SECOND), GROUP, _AT_ONCE)
    habits = _habits(engine, limits)
    tables["link"] = (_of("second_", "link", LINK), LINK)
    rows = _rows(engine, tables, ["paper", "link", "twice", "crm"])
    engine.apply("third_", rows, Judge(brief, habits), columns_of(THIRD), GROUP, _AT_ONCE)
    followed = _followed(engine, ready, limits)
    given = (f"p_{name}" for name in tables if name not in ("link", "twice"))
    engine.drop("first_", "second_", "third_", "grouped", "moved", "side", "across", *given)
    return followed


def _given(
    engine: Engine,
    begun: Begun,
    counted: Counted,
    same: pl.DataFrame,
    crm: pl.DataFrame,
    paper: Schema,
    linking: LinkingRules,
) -> dict[str, tuple[str, Schema]]:
    """Give the tables of documents to the engine; give of each the query and the columns."""
    given = {
        "paper": (begun.table, paper, "doc"),
        "word": (begun.words, WORD, "doc"),
        "certain": (begun.certain.with_columns(place=pl.int_range(pl.len())), LINK, "l"),
        "credit": (begun.credits.rename({"invoice": "l", "credit": "r"}), CREDIT, "l"),
        "apart": (begun.apart.rename(dict(zip(begun.apart.columns, APART, strict=True))), APART, "l"),
        "near": (begun.near, ENDS, "party"),
        "alike": (same, ENDS, "party"),
        "crm": (crm.rename({"status": "state"}), CRM, "party"),
    }
    groups = grouped(begun, same)
    parties = begun.table.select("doc", "party").join(groups, on="doc").drop_nulls("party")
    parties = parties.select("party", GROUP).unique("party")
    for name, (table, columns, by) in given.items():
        of, key = (parties, "party") if by == "party" else (groups, "doc")
        at = by if by != "party" else next(iter(columns))
        rows = table.select(c(column).cast(kind) for column, kind in columns.items())
        engine.give(f"p_{name}", rows.join(of.rename({key: at}), on=at, maintain_order="left"))
    asked = (
        asked_amounts(begun.table, linking).join(groups, on="doc").select(GROUP, "kind", "amount").unique()
    )
    engine.give("asked_amount", asked)
    engine.give("word_count", counted.words.cast(dict(WORD_COUNT)))  # type: ignore[arg-type]
    engine.give("amount_count", counted.amounts.cast(dict(AMOUNT_COUNT)))  # type: ignore[arg-type]
    engine.give("grouped", groups)
    engine.sql(
        "p_words",
        f"""select w.{GROUP}, k.word, k.kind, k.n from (select distinct {GROUP}, word from p_word) w
            join word_count k on w.word = k.word""",
    )
    engine.sql(
        "p_amounts",
        f"""select a.{GROUP}, k.amount, k.kind, k.n from asked_amount a
            join amount_count k on a.amount = k.amount and a.kind = k.kind""",
    )
    engine.drop("asked_amount", "word_count", "amount_count")
    schemas: dict[str, Schema] = {name: schema for name, (_, schema, _) in given.items()}
    schemas |= {"words": WORD_COUNT, "amounts": AMOUNT_COUNT}
    queries = {name: (f"select * from p_{name}", schema) for name, schema in schemas.items()}
    engine.give("moved", pl.DataFrame(schema={GROUP: pl.Int64, "into_group": pl.Int64}))
    linked = _names(LINK)
    queries["link"] = (f"{_of('first_', 'link', LINK)} union all select {GROUP}, {linked} from across", LINK)
    queries["twice"] = (_of("second_", "twice", TWICE), TWICE)
    return queries


def _names(columns: Schema, table: str = "") -> str:
    return ", ".join(f"{table}{name}" for name in columns)


def _of(table: str, what: str, columns: Schema) -> str:
    return f"select {GROUP}, {_names(columns)} from {table} where what = '{what}'"


def _rows(engine: Engine, tables: dict[str, tuple[str, Schema]], names: list[str]) -> str:
    """Give the query of the rows of whole groups, as they are since links connect several."""
    queries = {
        name: (
            f"""select coalesce(m.into_group, t.{GROUP}) as {GROUP}, {_names(tables[name][1], "t.")}
                from ({tables[name][0]}) t left join moved m on t.{GROUP} = m.{GROUP}""",
            tables[name][1],
        )
        for name in names
    }
    return stacked(engine, queries, GROUP)


def _across(engine: Engine, brief: Brief, apart: pl.DataFrame) -> None:
    """Make `across`: links of deals with bills of other customers, and `moved`: the groups that they connect."""
    engine.sql("side", f"select {_names(SIDE)} from first_ where what = 'side'")
    waiting = "bill = false and links = 0 and sure"
    engine.sql(
        "asked_key",
        f"""select d.key from (select distinct key from side where {waiting} and key like '% %') d
            join (select distinct key from side where bill and links = 0) b on d.key = b.key""",
    )
    columns = _names({name: kind for name, kind in SIDE.items() if name != "links"}, "s.")
    engine.apply(
        "across",
        f"""select s.key as words_of, s.links, {columns} from side s join asked_key k on s.key = k.key
            where s.bill or (s.links = 0 and s.sure) union all
            select b.key, cast(1 as bigint), {columns} from (
                select distinct s.key, s.party from side s join asked_key k on s.key = k.key where s.bill) b
            join side s on b.party = s.party
            where s.bill = false and not (s.key = b.key and s.links = 0 and s.sure)""",
        Elsewhere(brief),
        LINK,
        by="words_of",
    )
    links = conform(engine.small(f"select {_names(LINKS)} from across order by l, r"), LINKS)
    links = without(links, apart).with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64) + _LATER)
    groups = engine.small(
        "select doc, grp from grouped where doc in (select l from across union all select r from across)"
    ).cast({"doc": pl.Int32})
    engine.give("moved", merged(links, groups).rename({"into": "into_group"}))
    of = groups.rename({"doc": "l"})
    engine.give("across", links.join(of, on="l", how="left", maintain_order="left"))
    engine.drop("asked_key")


_LATER = 1_000_000_000
"""Links across groups come after all that a group has made."""


def _habits(engine: Engine, limits: ExceptionLimits) -> Habits:
    counts = engine.small(
        """select about, key, amount, cast(sum(n) as bigint) as n, cast(sum(out_of) as bigint) as out_of
           from second_ where what = 'count' group by about, key, amount"""
    )
    return Habits.of(conform(counts, COUNTS), limits)


def _followed(engine: Engine, ready: Ready, limits: ExceptionLimits) -> Followed:
    """Give to the driver what the outputs show."""

    def made(what: str, columns: Schema, by: str) -> pl.DataFrame:
        rows = in_parts(
            engine, f"(select {_names(columns, 'r.')} from third_ r where r.what = '{what}') t", (), by
        )
        return conform(rows, columns)

    shown = made("shown", {**DOCUMENT_LINKS, **ENDS, "pair": pl.String}, "l").sort("pair", "l", "r")
    facts = made("fact", FACT, "doc").sort("doc")
    rows = conform(engine.small(f"select {_names(ROWS)} from third_ where what = 'row'"), ROWS)
    untold = engine.small(
        "select kind, cast(sum(n) as bigint) as n from third_ where what = 'untold' group by kind"
    )
    known = Facts(
        table=facts,
        links=shown.select("l", "r", "pair"),
        deals=facts.filter(c("kind") == "deal").drop("received", "last_payment"),
        projects=facts.filter(c("kind") == "project").with_columns(done=c("done") > 0),
        invoices=facts.filter(c("kind") == "invoice"),
        shares=pl.DataFrame(),
        windows=ready.windows,
        limits=limits,
    )
    return Followed(known, by_ends(conform(shown, DOCUMENT_LINKS)), rows, dict(untold.iter_rows()))
