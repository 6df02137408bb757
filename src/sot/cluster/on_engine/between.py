"""What the pairs of records in two clusters tell of these: that they are related, or that a steward should be asked."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sot.cluster.on_engine.parts import Deciding, local, to_uids
from sot.cluster.questions import EVEN, questions
from sot.cluster.related_customers import related
from sot.engine.protocol import Engine, Kind
from sot.model.decisions import Constraints, no_constraints
from sot.model.tables import QUESTIONS

c = pl.col
S, LONG = pl.String, pl.Int64


def between(engine: Engine, deciding: Deciding) -> None:
    """Make `related_` (pairs of clusters) and `question`, of pairs of records in two clusters and of doubtful ones."""
    thresholds, policy, constraints = deciding.thresholds, deciding.rules_of_policy(), deciding.constraints
    settled = pl.concat([constraints.cannot, constraints.related, constraints.must])
    engine.give("settled", settled.select(c("uid_l", "uid_r").cast(LONG)).unique())
    engine.give("cannot", constraints.cannot.select(c("uid_l", "uid_r").cast(LONG)).unique())
    engine.give("kin", constraints.related.select(c("uid_l", "uid_r").cast(LONG), "relation"))
    engine.sql(
        "parted",
        """select distinct least(l.cluster, r.cluster) as low, greatest(l.cluster, r.cluster) as high from settled s
           join member l on s.uid_l = l.uid join member r on s.uid_r = r.uid""",
    )
    ends = """least(l.cluster, r.cluster) as low, greatest(l.cluster, r.cluster) as high, l.cluster as cluster_l,
        r.cluster as cluster_r"""
    members = "join member l on x.uid_l = l.uid join member r on x.uid_r = r.uid"
    # A record that is joined in doubt is not asked about its second choice yet; see questions.without_second_choices.
    engine.sql("in_doubt", "select uid_l as uid from doubtful union select uid_r from doubtful")
    engine.sql(
        "held",
        "select distinct r.cluster, n.system from member r join normalised n on r.uid = n.uid",
    )
    engine.sql(
        "full_",
        f"""select distinct l.cluster as a, r.cluster as b from pairs x {members}
            join held h on h.cluster = l.cluster join held k on k.cluster = r.cluster and k.system = h.system
            where l.cluster <> r.cluster and x.match_probability >= {policy.ask}""",
    )
    engine.sql(
        "asked",
        f"""select x.*, {ends} from pairs x {members}
            left join full_ o on o.a = l.cluster and o.b = r.cluster
            join normalised m on x.uid_l = m.uid join normalised n on x.uid_r = n.uid
            left join in_doubt e on x.uid_l = e.uid left join in_doubt f on x.uid_r = f.uid
            left join settled s on x.uid_l = s.uid_l and x.uid_r = s.uid_r
            left join doubtful d on x.uid_l = d.uid_l and x.uid_r = d.uid_r
            left join parted p on p.low = least(l.cluster, r.cluster) and p.high = greatest(l.cluster, r.cluster)
            where x.match_probability >= {policy.ask} and s.uid_l is null
              and ((l.cluster = r.cluster and d.uid_l is not null) or (l.cluster <> r.cluster and p.low is null))
              and not (l.cluster <> r.cluster and m.system <> n.system and (
                  (e.uid is not null or f.uid is not null) and (x.match_probability < {EVEN} or o.a is not null)
                  or o.a is not null and x.match_probability < {EVEN}))""",
    )
    columns: dict[str, Kind] = {
        name: LONG if name.startswith("uid") else kind for name, kind in QUESTIONS.items()
    }
    engine.apply("question", "select * from asked", _Questions(deciding), columns, by="low")
    least = min(thresholds.related.least, thresholds.related.names_alone)
    engine.sql(
        "kindred",
        f"""select x.*, {ends} from pairs x {members}
            left join cannot k on x.uid_l = k.uid_l and x.uid_r = k.uid_r
            where l.cluster <> r.cluster and k.uid_l is null and x.relation_weight >= {least} and x.bits_name > 3""",
    )
    _kin(engine, deciding, members, ends)
    engine.drop(
        "settled", "cannot", "kin", "parted", "in_doubt", "held", "full_", "asked", "kindred", "kindred_"
    )


def _kin(engine: Engine, deciding: Deciding, members: str, ends: str) -> None:
    """Make `related_` (uid_l, uid_r: the smallest records of two clusters; relation, evidence)."""
    columns = [name for name in engine.small("select * from kindred where false").columns]
    rest = [
        name for name in columns if name not in ("uid_l", "uid_r", "low", "high", "cluster_l", "cluster_r")
    ]
    none = ", ".join(f"y.{name}" for name in rest)
    engine.sql("kindred_", "select * from kindred where false")
    decided = (
        "select {}, {}, x.uid_l, x.uid_r, "
        + none
        + f", {ends} from {{}} x {members} left join kindred_ y on false"
    )
    where = " where l.cluster <> r.cluster"
    order = ", ".join(["uid_l", "uid_r", *rest, "low", "high", "cluster_l", "cluster_r"])
    engine.apply(
        "related_",
        f"""select 'evidence' as what, cast(null as string) as said, {order} from kindred union all
            {decided.format("'parent'", "cast(null as string)", "parent_")}{where} union all
            {decided.format("'decided'", "x.relation", "kin")}{where}""",
        _Related(deciding),
        {"uid_l": LONG, "uid_r": LONG, "relation": S, "evidence": S},
        by="low",
    )


@dataclass(frozen=True)
class _Questions:
    deciding: Deciding

    def __call__(self, pairs: pl.DataFrame) -> pl.DataFrame:
        uids = pl.concat([pairs["uid_l"], pairs["uid_r"]]).unique().sort()
        label = _labels(pairs, uids)
        own = pairs.drop("low", "high", "cluster_l", "cluster_r")
        doubtful = pairs.filter(c("cluster_l") == c("cluster_r")).select("uid_l", "uid_r")
        ask, model = self.deciding.rules_of_policy().ask, self.deciding.model
        doubtful = local(doubtful, uids).select("uid_l", "uid_r")
        asked = questions(local(own, uids), label, doubtful, no_constraints(), ask, model)
        return asked.with_columns(to_uids("uid_l", uids), to_uids("uid_r", uids))


def _labels(pairs: pl.DataFrame, uids: pl.Series) -> pl.Series:
    """Give the cluster of each of the records that the pairs are of."""
    both = pl.concat([pairs.select(uid=f"uid_{side}", cluster=f"cluster_{side}") for side in "lr"]).unique(
        "uid"
    )
    return both.sort("uid")["cluster"]


@dataclass(frozen=True)
class _Related:
    """Pairs of records in two clusters to pairs of clusters, each once: their golden ids are not known yet."""

    deciding: Deciding

    def __call__(self, rows: pl.DataFrame) -> pl.DataFrame:
        uids = pl.concat([rows["uid_l"], rows["uid_r"]]).unique().sort()
        label = _labels(rows, uids)
        # As texts of one length clusters sort as their numbers do; golden ids take their places later.
        ids = label.cast(S).str.zfill(12)
        numbered = local(rows, uids)
        none = no_constraints()
        kin = numbered.filter(c("what") == "decided").select("uid_l", "uid_r", relation="said")
        constraints = Constraints(none.must, none.cannot, kin)
        pairs = numbered.filter(c("what") == "evidence").drop(
            "what", "said", "low", "high", "cluster_l", "cluster_r"
        )
        parents = numbered.filter(c("what") == "parent").select("uid_l", "uid_r")
        relations = related(
            pairs, parents, constraints, ids, self.deciding.model, self.deciding.thresholds.related
        )
        return relations.select(
            uid_l=c("golden_id_l").cast(LONG),
            uid_r=c("golden_id_r").cast(LONG),
            relation="relation",
            evidence="evidence",
        )
