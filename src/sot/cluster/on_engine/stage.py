"""Clustering on an engine: whole components are joined by the functions of the process, one part of the list each.

A component is what scored pairs of an even chance or more and decisions hold together. Nothing outside it tells how
its records are joined; related customers and questions are told by the pairs of two clusters, all of them together.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sot.cluster.on_engine.between import between
from sot.cluster.on_engine.ids import golden_ids
from sot.cluster.on_engine.parts import Deciding, local, local_constraints, to_uids
from sot.cluster.related_customers import without_jobs
from sot.cluster.stage import HasPolicy, join, legal_words
from sot.engine.components import components
from sot.engine.parts import in_parts
from sot.engine.protocol import Columns, Engine
from sot.model.decisions import Constraints
from sot.model.kinds import Relation
from sot.model.matching import MatchReport
from sot.model.run import Clustering, Matching
from sot.model.tables import CLUSTERS, MEMBERSHIPS, PAIRS, QUESTIONS, RELATED, conform
from sot.rules import Rulebook
from sot.rules.bundle import Bundle
from sot.rules.naming import LegalForms
from sot.workspace.golden_id_ledger import Ledger

c = pl.col
S, N, LONG, F = pl.String, pl.Int32, pl.Int64, pl.Float32
_ENDS: Columns = {"uid_l": LONG, "uid_r": LONG}
_JOINED: Columns = {
    "what": S, "uid": LONG, "other": LONG, "cluster": LONG, "size": N, "match_probability": F, "linked_by": S,
    "status": S,
}  # fmt: skip


def cluster(
    engine: Engine, matching: Matching, constraints: Constraints, settings: HasPolicy, rules: Rulebook
) -> int:
    """Make `member`, `cluster_`, `related_` and `question`, without golden ids; give the size of the largest part."""
    deciding = Deciding(Bundle.of(rules), settings.policy, constraints, matching.model)
    _parents(engine, deciding)
    engine.give("must", constraints.must.select(c("uid_l", "uid_r").cast(LONG)))
    components(
        engine,
        "component",
        """select uid_l, uid_r from pairs where match_weight >= 0 union all select uid_l, uid_r from must""",
    )
    engine.apply("joined", _inside(engine), _Join(deciding), _JOINED, by="component")
    engine.sql(
        "member",
        """select n.uid, coalesce(j.cluster, n.uid) as cluster,
                  coalesce(j.match_probability, cast(1 as float)) as match_probability,
                  coalesce(j.linked_by, 'single') as linked_by
           from normalised n left join (select * from joined where what = 'member') j on n.uid = j.uid""",
    )
    engine.sql(
        "cluster_",
        """select m.cluster, coalesce(j.size, 1) as size, coalesce(j.match_probability, cast(1 as float))
                  as match_probability, coalesce(j.status, 'single') as status
           from member m left join (select * from joined where what = 'cluster') j on m.cluster = j.cluster
           where m.uid = m.cluster""",
    )
    engine.sql("doubtful", "select uid as uid_l, other as uid_r from joined where what = 'doubtful'")
    largest = engine.small(
        "select max(n) as n from (select count(*) as n from component group by label) t"
    ).item()
    between(engine, deciding)
    engine.drop("joined", "component", "must", "family", "doubtful")
    return int(largest or 0)


def _parents(engine: Engine, deciding: Deciding) -> None:
    """Make `parent_` (declared parents, see related_customers.declared_parents) and `family` (those not jobs)."""
    engine.sql(
        "parent_",
        """select distinct uid_l, uid_r from (
               select o.uid as uid_l, n.uid as uid_r from normalised n
               join normalised o on n.system = o.system and n.parent_id = o.record_id union all
               select o.uid, n.uid from normalised n
               join (select system, name, min(uid) as uid from normalised group by system, name having count(*) = 1) o
               on n.system = o.system and n.parent_name = o.name where n.parent_id is null) t where uid_l <> uid_r""",
    )
    engine.apply(
        "family",
        """select p.uid_l, p.uid_r, l.name as name_l, r.name as name_r from parent_ p
           join normalised l on p.uid_l = l.uid join normalised r on p.uid_r = r.uid""",
        _Family(deciding.bundle),
        _ENDS,
    )


@dataclass(frozen=True)
class _Family:
    bundle: Bundle

    def __call__(self, parents: pl.DataFrame) -> pl.DataFrame:
        names = pl.concat([parents.select(uid=f"uid_{side}", name=f"name_{side}") for side in "lr"]).unique(
            "uid"
        )
        legal = legal_words(self.bundle.open().get("naming/legal_forms.yaml", LegalForms))
        return without_jobs(parents.select("uid_l", "uid_r"), names, legal)


def _inside(engine: Engine) -> str:
    """Give the query of all that clustering asks of each component: its records, pairs, copies and families."""
    columns = engine.small("select * from pairs where false").columns
    values = [name for name in columns if name not in ("uid_l", "uid_r")]
    engine.sql("nobody", "select * from pairs where false")
    none = ", ".join(f"x.{name}" for name in values)
    own = ", ".join(f"x.{name}" for name in values)
    both = "join component a on {0}.{1} = a.uid join component b on {0}.{2} = b.uid and a.label = b.label"
    empty = "left join nobody x on x.uid_l = {}"
    parts = [
        f"select 'pair' as what, a.label as component, x.uid_l, x.uid_r, {own} from pairs x "
        + both.format("x", "uid_l", "uid_r"),
        f"select 'record', k.label, k.uid, k.uid, {none} from component k {empty.format('k.uid')}",
        f"select 'family', a.label, f.uid_l, f.uid_r, {none} from family f "
        + both.format("f", "uid_l", "uid_r") + f" {empty.format('f.uid_l')}",
        f"select 'copy', a.label, k.of_, k.uid, {none} from copies k "
        + both.format("k", "of_", "uid") + f" {empty.format('k.of_')}",
    ]  # fmt: skip
    return " union all ".join(parts)


@dataclass(frozen=True)
class _Join:
    """Whole components to clusters: stage.join over the records of a part, numbered in their order."""

    deciding: Deciding

    def __call__(self, rows: pl.DataFrame) -> pl.DataFrame:
        deciding = self.deciding
        uids = rows.filter(c("what") == "record")["uid_l"].unique().sort()
        parts = {what: local(rows.filter(c("what") == what), uids) for what in ("pair", "family", "copy")}
        pairs = (
            parts["pair"]
            .drop("what", "component")
            .with_columns(pl.col(name).cast(kind) for name, kind in PAIRS.items())
        )
        copies = parts["copy"].select(uid="uid_r", of="uid_l")
        matching = Matching(pairs, MatchReport(), deciding.model, copies)
        constraints = local_constraints(deciding.constraints, uids)
        family = parts["family"].select("uid_l", "uid_r")
        joined = join(
            len(uids), matching, constraints, family, deciding.rules_of_policy(), deciding.thresholds
        )
        results = [
            joined.members.with_columns(what=pl.lit("member")),
            joined.clusters.with_columns(what=pl.lit("cluster")),
            joined.doubtful.select(uid="uid_l", other="uid_r", what=pl.lit("doubtful")),
        ]
        every = pl.concat(results, how="diagonal_relaxed")
        return every.with_columns(to_uids(name, uids) for name in ("uid", "other", "cluster"))


def on_driver(engine: Engine, ledger: Ledger, constraints: Constraints) -> Clustering:
    """Give what `cluster` made to the driver, with golden ids by the `ledger`."""
    changes = golden_ids(engine, ledger, constraints)
    engine.sql(
        "member_",
        """select m.uid, m.cluster, g.golden_id, m.match_probability, m.linked_by from member m
           join golden_id_ g on m.cluster = g.cluster""",
    )
    engine.sql(
        "customer_",
        """select k.cluster, g.golden_id, k.size, k.match_probability, k.status from cluster_ k
           join golden_id_ g on k.cluster = g.cluster""",
    )
    members, table = in_parts(engine, "member_", ()), in_parts(engine, "customer_", (), by="cluster")
    asked = engine.small("select * from question").cast({"uid_l": N, "uid_r": N})
    related = engine.small(
        """select l.golden_id as golden_id_l, r.golden_id as golden_id_r, x.relation, x.evidence from related_ x
           join golden_id_ l on x.uid_l = l.cluster join golden_id_ r on x.uid_r = r.cluster"""
    )
    written = engine.small("select system, record_id, golden_id from ledger_")
    engine.drop("member_", "customer_", "ledger_", "golden_id_", "related_", "question")
    return Clustering(
        memberships=conform(members, MEMBERSHIPS),
        clusters=conform(table, CLUSTERS),
        related=_in_order(related),
        questions=conform(asked, QUESTIONS).sort(
            ["match_probability", "uid_l", "uid_r"], descending=[True, False, False]
        ),
        ledger=written.sort("system", "record_id"),
        redirects=changes,
    )


def _in_order(pairs: pl.DataFrame) -> pl.DataFrame:
    """Give RELATED of pairs of customers: the parent comes first, else the smaller id."""
    low, high = (f("golden_id_l", "golden_id_r") for f in (pl.min_horizontal, pl.max_horizontal))
    parent = c("relation") == str(Relation.PARENT)
    pairs = pairs.with_columns(
        golden_id_l=pl.when(parent).then("golden_id_l").otherwise(low),
        golden_id_r=pl.when(parent).then("golden_id_r").otherwise(high),
    )
    return conform(pairs, RELATED).sort("golden_id_l", "golden_id_r")
