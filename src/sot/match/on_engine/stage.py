"""The flow of matching on an engine: from `normalised` to `pairs`, with the report of the process."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sot.engine.protocol import Engine
from sot.match.on_engine.blocking import candidates, count_finds
from sot.match.on_engine.comparing import compare, score
from sot.match.on_engine.naming import Listed, names, namesakes
from sot.match.on_engine.rules import comparison_rules, policy_rules
from sot.match.on_engine.spelling import put_names_right, without_copies
from sot.match.on_engine.values import values
from sot.match.on_engine.weighing import weigh
from sot.match.scoring.splink_settings import splink_settings
from sot.match.stage import parameters
from sot.model.counts import counted
from sot.model.run import Matching, Stages
from sot.model.tables import PAIRS, empty
from sot.rules import Rulebook
from sot.rules.bundle import Bundle


def match(engine: Engine, rules: Rulebook, stages: Stages) -> Matching:
    """Make `pairs` and `copies` of `normalised`; give the report and the model as matching in the process does."""
    bundle = Bundle.of(rules)
    bands = policy_rules(bundle).bands
    report: dict[str, Any] = {}
    with stages.doing("spelling") as tell:
        kept, copies = without_copies(engine)
        changed = put_names_right(engine, bundle, kept)
        tell(f"{counted(copies, 'copy', 'copies')} left out, {counted(changed, 'name')} put right")
    systems = engine.small("select count(distinct system) as n from whole").item()
    listed = Listed(bundle, kept, float(min(max(2, systems), 3)))
    with stages.doing("words") as tell:
        listed = names(engine, listed)
        tell(counted(listed.names, "different name"))
    with stages.doing("values") as tell:
        tell(f"{counted(values(engine, listed), 'value')} of many unlike names left out")
    with stages.doing("candidates") as tell:
        report["blocking"] = candidates(engine, listed)
        report["candidates"] = _rows(engine, "candidate")
        tell(counted(report["candidates"], "pair"))
    with stages.doing("compare") as tell:
        compare(engine, listed)
        names_ = namesakes(engine, listed, systems)
        score(engine, listed, names_)
        report["scored"] = _rows(engine, "scored")
        tell(counted(report["scored"], "scored pair"))
    with stages.doing("weigh") as tell:
        links, lessons = weigh(engine, listed)
        lessons = names_ | lessons
        found = count_finds(engine, report["blocking"], bands.doubt)
        links_ = sum(rule["links_alone"] for rule in report["blocking"])
        tell(f"{counted(links_, 'link')} found by one blocking rule alone")
    report |= {
        "links_per_record": {name: round(value, 4) for name, value in links.items()},
        "recall_estimate": round(found, 4),
        "learned": {name: asdict(lesson) for name, lesson in lessons.items()},
        "copies": copies,
    }
    engine.drop("own", "alias", "profile", "token", "borne", "telling", "count_", "value", "record", "acronym",
                "evidence", "candidate")  # fmt: skip
    comparisons = comparison_rules(bundle)
    return Matching(
        empty(PAIRS),
        report,
        parameters(comparisons, bands, report["learned"]),
        splink=splink_settings(comparisons, report, kept),
    )


def _rows(engine: Engine, table: str) -> int:
    return int(engine.small(f"select count(*) as n from {table}").item())
