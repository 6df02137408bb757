"""The steps of resolving on an engine, and what the driver gets of their tables: the same Resolution as without one."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.engine.parts import in_parts, lazily
from sot.engine.protocol import Engine
from sot.model.decisions import Constraints
from sot.model.run import Clustering, Resolution
from sot.model.tables import PROVENANCE, conform
from sot.resolve.conflicts import report
from sot.resolve.conflicts.identifiers import of_sharers
from sot.resolve.exposure import assumed_currencies
from sot.resolve.fields import fields
from sot.resolve.members import TEST, placed
from sot.resolve.on_engine.customers import MADE, RESOLVED, Resolve, rows_of_customers
from sot.resolve.on_engine.learn import learn, sharers
from sot.resolve.stage import between_customers, without_sub_merges
from sot.rules import Rulebook
from sot.rules.bundle import Bundle
from sot.rules.governance import load_governance, load_waivers
from sot.rules.naming import Marks
from sot.rules.project import Settings

c = pl.col
_AT_ONCE = 25_000
"""Rows of whole customers that a worker resolves together, with all their columns."""
_BY_CUSTOMER = ("golden", "problem", "survivor", "merge")
"""The tables of which a row is about a customer; rows of the others are about a record."""


def resolve(
    engine: Engine,
    keys: pl.DataFrame,
    documents: pl.DataFrame,
    clustering: Clustering,
    constraints: Constraints,
    settings: Settings,
    rules: Rulebook,
) -> Resolution:
    """Resolve the customers of `record_`; `keys` are uids, keys and names of all records.

    `member` and `cluster_` are there, and so is the table that the provenance is read from, as long as the engine is.
    """
    bundle = Bundle.of(rules)
    governance = load_governance(rules, settings.governance)
    _customers(engine, clustering)
    holding = learn(engine, bundle, governance.limits.shared_by)
    query = rows_of_customers(engine, documents)
    currencies = assumed_currencies(documents, settings.company.currency)
    work = Resolve(bundle, settings, holding, constraints.locks, currencies, clustering.clusters.height)
    engine.apply("resolved", query, work, RESOLVED, by="customer", rows=_AT_ONCE)
    engine.drop("document", "customer_word", "no_record", "no_customer", "no_document", "no_word")
    made = {what: _made(engine, what) for what in MADE if what not in ("provenance", "stale")}
    stale = engine.small("select decision_id from resolved where what = 'stale' order by decision_id")
    repeated = engine.small("select uid from record_ where id_repeated")["uid"].implode()
    everyone = placed(keys.with_columns(id_repeated=c("uid").is_in(repeated)), clustering.memberships)
    problems = [
        made["problem"].rename({"problem_values": "values"}),
        of_sharers(sharers(engine), clustering.related),
        *between_customers(everyone, clustering, constraints, tuple(stale["decision_id"])),
    ]
    conflicts = report(problems, made["golden"], governance, load_waivers(rules))
    _use(rules, holding.systems)
    return Resolution(
        golden=made["golden"],
        provenance=_provenance(engine),
        conflicts=conflicts,
        exposure=made["exposure"],
        survivors=made["survivor"],
        merges=made["merge"],
        corrections=made["correction"].sort("uid", "field"),
    )


def _customers(engine: Engine, clustering: Clustering) -> None:
    """Make `customer_of`: of each record its customer, by number and golden id, and how that hangs together."""
    ids = clustering.clusters.select(c("cluster").cast(pl.Int64), "golden_id").sort("golden_id")
    engine.give("numbered", ids.with_columns(customer=pl.int_range(pl.len(), dtype=pl.Int64)))
    engine.sql(
        "customer_of",
        """select m.uid, m.cluster, m.linked_by, i.customer, i.golden_id, k.size, k.match_probability,
                  k.status as cluster_status
           from member m join numbered i on m.cluster = i.cluster join cluster_ k on m.cluster = k.cluster""",
    )
    engine.drop("numbered")


def _made(engine: Engine, what: str) -> pl.DataFrame:
    """Give one of the tables that workers made, in its order."""
    schema = MADE[what]
    by = "customer" if what in _BY_CUSTOMER else "uid"
    names = list(dict.fromkeys([by, "place", *schema]))
    rows = in_parts(engine, f"(select {', '.join(names)} from resolved where what = '{what}') t", (), by)
    return conform(rows.sort(by, "place"), schema)


def _provenance(engine: Engine) -> pl.LazyFrame:
    """Give PROVENANCE, golden column by golden column, each in the order of golden_id; made as it is written."""
    columns = ", ".join(["place", *PROVENANCE])
    engine.sql("provenance", f"select {columns} from resolved where what = 'provenance'")
    engine.drop("resolved")
    return lazily(engine, "provenance", PROVENANCE, by="place")


def _use(rules: Rulebook, systems: Sequence[tuple[str, str]]) -> None:
    """Read what workers have read, for the manifest says what was used."""
    fields(rules)
    rules.get("naming/marks.yaml", Marks).marks.get(TEST)
    without_sub_merges(systems, rules)
