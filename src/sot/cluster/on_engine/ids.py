"""Golden ids on an engine, where the ledger is a table; the same ids and changes as golden_ids.assign gives."""

from __future__ import annotations

import polars as pl

from sot.cluster.decided_changes import decided
from sot.cluster.golden_ids import hashed, settled
from sot.engine.components import components
from sot.engine.protocol import Columns, Engine
from sot.model.decisions import Constraints
from sot.model.tables import empty
from sot.workspace.golden_id_ledger import CHANGES, Ledger

c = pl.col
S, LONG = pl.String, pl.Int64
_IDS: Columns = {"cluster": LONG, "golden_id": S}
_FRESH: Columns = {**_IDS, "made_of": S}
_KNOWN = ("uid", "system", "record_id", "cluster", "golden_id")


def golden_ids(engine: Engine, ledger: Ledger, constraints: Constraints) -> pl.DataFrame:
    """Make `golden_id_` (cluster, golden_id) and `ledger_` (MEMBERS of the new ledger); give CHANGES.

    `member` has the cluster of every record, `normalised` its key.
    """
    engine.give("ledger", ledger.members)
    engine.sql(
        "known_",
        """select m.uid, n.system, n.record_id, m.cluster, l.golden_id from member m
           join normalised n on m.uid = n.uid
           join ledger l on n.system = l.system and n.record_id = l.record_id""",
    )
    _kept(engine)
    _fresh(engine, ledger)
    engine.sql(
        "golden_id_",
        "select cluster, golden_id from kept_ union all select cluster, golden_id from fresh_",
    )
    changes = _changes(engine, constraints)
    _written(engine, changes)
    engine.drop("ledger", "known_", "kept_", "fresh_")
    return changes


def _kept(engine: Engine) -> None:
    """Make `kept_`: the clusters that keep an id. Where several meet, whole groups of them go to workers."""
    engine.sql(
        "overlap_",
        """select cluster, golden_id, shared, low, count(*) over (partition by cluster) as ids,
                  count(*) over (partition by golden_id) as clusters
           from (select cluster, golden_id, count(*) as shared, min(uid) as low from known_
                 group by cluster, golden_id) t""",
    )
    clear = "select cluster, golden_id from overlap_ where ids = 1 and clusters = 1"
    contested = "select * from overlap_ where ids > 1 or clusters > 1"
    if not engine.small(f"select count(*) as n from ({contested}) t").item():
        engine.sql("kept_", clear)
        engine.drop("overlap_")
        return
    # An id is called by its smallest record; that this record may be a cluster's name too connects what is connected.
    engine.sql(
        "contested_",
        f"select o.*, min(low) over (partition by golden_id) as named from ({contested}) o",
    )
    components(engine, "met_", "select cluster as uid_l, named as uid_r from contested_")
    engine.apply(
        "settled_",
        """select x.cluster, x.golden_id, x.shared, x.low, m.label from contested_ x
           join met_ m on x.cluster = m.uid""",
        _settled,
        _IDS,
        by="label",
    )
    engine.sql("kept_", f"{clear} union all select cluster, golden_id from settled_")
    engine.drop("overlap_", "contested_", "met_", "settled_")


def _settled(contested: pl.DataFrame) -> pl.DataFrame:
    return settled(contested.rename({"low": "first"}))


def _fresh(engine: Engine, ledger: Ledger) -> None:
    """Make `fresh_`: new ids of the other clusters, made of their smallest records.

    Ids that are or were somebody's, and the second of two that are the same, are made again; these are few.
    """
    engine.apply(
        "fresh_",
        """select m.cluster, n.system, n.record_id from member m join normalised n on m.uid = n.uid
           left join kept_ k on m.cluster = k.cluster where m.uid = m.cluster and k.cluster is null""",
        _named,
        _FRESH,
    )
    redirects = pl.concat([ledger.redirects["old"], ledger.redirects["new"]]).unique()
    engine.give("moved_", redirects.rename("golden_id").to_frame())
    engine.sql("used_", "select golden_id from ledger union select golden_id from moved_")
    again = 0
    while (clash := _clashes(engine)).height:
        again += 1
        ids = clash.with_columns(golden_id=hashed(clash["made_of"], again))
        engine.give("again_", ids.select(list(_FRESH)))
        engine.sql(
            "fresh_",
            """select f.cluster, coalesce(a.golden_id, f.golden_id) as golden_id, f.made_of from fresh_ f
               left join again_ a on f.cluster = a.cluster""",
        )
        engine.drop("again_")
    engine.drop("moved_", "used_")


def _named(first: pl.DataFrame) -> pl.DataFrame:
    keys = first.select("cluster", made_of=pl.concat_str("system", "record_id", separator="\x1f"))
    return keys.with_columns(golden_id=hashed(keys["made_of"]))


def _clashes(engine: Engine) -> pl.DataFrame:
    return engine.small(
        """select f.cluster, f.made_of from (
               select cluster, golden_id, made_of, row_number() over (partition by golden_id order by cluster) as nth
               from fresh_) f left join used_ u on f.golden_id = u.golden_id
           where f.nth > 1 or u.golden_id is not null"""
    )


def _changes(engine: Engine, constraints: Constraints) -> pl.DataFrame:
    """Give CHANGES: where the records of an id went that are not under it any more."""
    moved = engine.small(
        """select t.old, t.becomes, case when g.golden_id is null and t.nth = 1 then 'merged' else 'split' end
                  as why
           from (select old, becomes, row_number() over (partition by old order by records desc, low) as nth
                 from (select k.golden_id as old, g.golden_id as becomes, count(*) as records, min(k.uid) as low
                       from known_ k join golden_id_ g on k.cluster = g.cluster where k.golden_id <> g.golden_id
                       group by k.golden_id, g.golden_id) r) t
           left join golden_id_ g on t.old = g.golden_id"""
    )
    if not moved.height:
        return empty(CHANGES)
    moved = moved.rename({"becomes": "new"}).sort("old", "new")
    known = _decided_on(engine, constraints)
    ids = known.select("cluster", golden_id="new").unique("cluster")
    return moved.with_columns(decided(moved, known.select(_KNOWN), ids, constraints))


def _decided_on(engine: Engine, constraints: Constraints) -> pl.DataFrame:
    """Give the records that had a golden id and that something is decided of, or was; `new` is the id of today."""
    ends = pl.concat([constraints.must.select("uid_l", "uid_r"), constraints.cannot.select("uid_l", "uid_r")])
    uids = pl.concat([ends["uid_l"], ends["uid_r"]]).unique()
    keys = {key for made in constraints.decisions.values() for key in made.records}
    engine.give("end_", uids.cast(LONG).rename("uid").to_frame())
    engine.give("end_key_", pl.DataFrame(sorted(keys), schema={"system": S, "record_id": S}, orient="row"))
    columns = ", ".join(f"k.{name}" for name in _KNOWN)
    rows = engine.small(
        f"""select distinct {columns}, g.golden_id as new from known_ k join golden_id_ g on k.cluster = g.cluster
            left join end_ e on k.uid = e.uid
            left join end_key_ d on k.system = d.system and k.record_id = d.record_id
            where e.uid is not null or d.system is not null"""
    )
    engine.drop("end_", "end_key_")
    return rows.cast({"uid": pl.Int32})


def _written(engine: Engine, changes: pl.DataFrame) -> None:
    """Make `ledger_`; a record that is absent stays, so that it comes back to its customer."""
    went_on = changes.filter(c("why") == "merged").select(golden_id="old", becomes="new")
    engine.give("went_on_", went_on)
    engine.sql(
        "ledger_",
        """select n.system, n.record_id, g.golden_id from member m join normalised n on m.uid = n.uid
           join golden_id_ g on m.cluster = g.cluster union all
           select l.system, l.record_id, coalesce(w.becomes, l.golden_id) from ledger l
           left join known_ k on l.system = k.system and l.record_id = k.record_id
           left join went_on_ w on l.golden_id = w.golden_id where k.uid is null""",
    )
    engine.drop("went_on_")
