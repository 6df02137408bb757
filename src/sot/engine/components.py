"""Connected components by SQL: smallest labels of neighbours, and pointer jumping, until nothing changes."""

from __future__ import annotations

from sot.engine.protocol import Engine, StepError

MOST_ROUNDS = 60
"""Rounds double the reach of a label at the least, so more are never needed for a list that fits on any machine."""


def components(engine: Engine, name: str, edges: str) -> int:
    """Make the table `name` (uid, label): the smallest uid of the component of each end of `edges` (uid_l, uid_r).

    Gives the number of rounds. A label is at most the smallest one next to it, and then the label of its label.
    """
    engine.sql(
        "edge_",
        f"select uid_l as a, uid_r as b from ({edges}) e union all select uid_r, uid_l from ({edges}) f",
    )
    engine.sql("label_0", "select a as uid, least(a, min(b)) as label from edge_ group by a")
    for number in range(MOST_ROUNDS):
        old, new = f"label_{number % 2}", f"label_{(number + 1) % 2}"
        engine.sql(
            "near_",
            f"""select x.uid, least(x.label, min(y.label)) as label from {old} x join edge_ e on e.a = x.uid
                join {old} y on y.uid = e.b group by x.uid, x.label""",
        )
        engine.sql(new, "select x.uid, y.label from near_ x join near_ y on x.label = y.uid")
        moved = engine.small(
            f"select count(*) as n from {old} x join {new} y on x.uid = y.uid where x.label <> y.label"
        )
        if not moved.item():
            engine.sql(name, f"select uid, label from {new}")
            engine.drop("edge_", "near_", "label_0", "label_1")
            return number + 1
    raise StepError(
        f"step '{name}': components did not settle in {MOST_ROUNDS} rounds",
        "report this to the developers of sot",
    )
