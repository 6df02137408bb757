"""Records that name another system's id, where the records are (see match.scoring.references)."""

from __future__ import annotations

import polars as pl

from sot.engine.components import components
from sot.engine.protocol import Columns, Engine
from sot.match.scoring.references import (
    AGREE,
    AGREEING,
    BESIDE,
    EXTERNAL_ID,
    LEAST_SHARE,
    MOST_BEARERS,
    NAMED,
    NAMES,
    id_keys,
)

S, LONG, N = pl.String, pl.Int64, pl.Int32
_ID_KEY: Columns = {"uid": LONG, "system": S, "key": S, "form": N, "telling": N, "own": N, "how": N}
_AGREED: Columns = {"uid": LONG, "system": S, "owner": S, "how": N, "target": LONG, "agree": N}


def references(engine: Engine) -> None:
    """Make `referred` (uid, reference, refers): records that name ids of another system."""
    engine.apply(
        "id_key", "select uid, system, record_id, account_number, external_id from whole", id_keys, _ID_KEY
    )
    engine.sql(
        "id_own", "select uid as target, system as owner, key, form, how as kind from id_key where own = 1"
    )
    engine.sql("id_named", "select uid, system, key, form, telling, how from id_key where own = 0")
    _ids_named(engine)
    _ids_shared(engine)
    components(
        engine,
        "ring",
        "select uid as uid_l, target as uid_r from names_id union all select uid, first_uid from id_shared",
    )
    engine.sql(
        "referred",
        f"""select w.uid, case when r.uid is not null or o.owner is not null or b.uid is not null
                          then coalesce(k.label, w.uid) + 1 end as reference,
                   case when r.uid is not null then {NAMES} when o.owner is not null then {NAMED}
                        when b.uid is not null then {BESIDE} else {NAMED} end as refers
            from whole w left join (select distinct uid from names_id) r on w.uid = r.uid
            left join (select distinct owner from names_id) o on w.system = o.owner
            left join (select uid from id_shared union select first_uid from id_shared) b on w.uid = b.uid
            left join ring k on w.uid = k.uid""",
    )
    engine.drop("id_key", "id_own", "id_named", "names_id", "id_shared", "ring")


def _ids_named(engine: Engine) -> None:
    """Make `names_id` (uid, target, owner): who names an id of which record."""
    engine.sql(
        "id_met",
        """select n.uid, n.system, n.how, o.target, o.owner, o.kind from id_named n
           join id_own o on n.key = o.key where n.system <> o.owner""",
    )
    engine.sql(
        "id_best",
        """select m.* from id_met m join (
               select uid, owner, how, min(kind) as least from id_met group by uid, owner, how) b
           on m.uid = b.uid and m.owner = b.owner and m.how = b.how and m.kind = b.least""",
    )
    engine.sql(
        "id_once",
        """select distinct b.uid, b.system, b.owner, b.how, b.target from id_best b join (
               select uid, owner from id_best group by uid, owner having min(target) = max(target)) s
           on b.uid = s.uid and b.owner = s.owner""",
    )
    engine.apply(
        "id_agreed",
        """select o.*, l.n_tokens, r.n_tokens as n_tokens_r from id_once o
           join whole l on o.uid = l.uid join whole r on o.target = r.uid""",
        _agreed,
        _AGREED,
    )
    engine.sql(
        "id_usual",
        f"""select t.system, t.owner, t.how from (
                select system, owner, how, count(distinct uid) as found, avg(cast(agree as double)) as agree
                from id_agreed group by system, owner, how) t
            join (
                select n.system, f.owner, n.how, count(distinct n.uid) as asked from id_named n
                join (select distinct owner, form from id_own) f on n.form = f.form
                where n.system <> f.owner group by n.system, f.owner, n.how) a
            on t.system = a.system and t.owner = a.owner and t.how = a.how
            where cast(t.found as double) / a.asked >= {LEAST_SHARE}
              and (t.how = {EXTERNAL_ID} or t.agree >= {AGREEING})""",
    )
    engine.sql(
        "names_id",
        """select a.uid, a.target, a.owner from id_agreed a
           join id_usual u on a.system = u.system and a.owner = u.owner and a.how = u.how""",
    )
    engine.drop("id_met", "id_best", "id_once", "id_agreed", "id_usual")


def _agreed(named: pl.DataFrame) -> pl.DataFrame:
    return named.with_columns(agree=AGREE.cast(pl.Int32)).drop("n_tokens", "n_tokens_r")


def _ids_shared(engine: Engine) -> None:
    """Make `id_shared` (uid, first_uid): who names the external id that another names too and no record has."""
    engine.sql(
        "id_rest",
        f"""select distinct n.uid, n.system, n.key from id_named n
            left join (select distinct key from id_own) o on n.key = o.key
            where o.key is null and n.how = {EXTERNAL_ID} and n.telling = 1""",
    )
    engine.sql(
        "id_shared",
        f"""select r.uid, b.first_uid from (
                select r.* from id_rest r join (
                    select system from id_rest group by system
                    having count(distinct key) >= {LEAST_SHARE} * count(*)) s on r.system = s.system) r
            join (
                select r.key, min(r.uid) as first_uid from id_rest r join (
                    select system from id_rest group by system
                    having count(distinct key) >= {LEAST_SHARE} * count(*)) s on r.system = s.system
                group by r.key having count(*) between 2 and {MOST_BEARERS}) b on r.key = b.key
            where r.uid <> b.first_uid""",
    )
    engine.drop("id_rest")
