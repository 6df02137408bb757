"""The flow of matching on an engine: from `normalised` to `pairs`, with the report of the process."""

from __future__ import annotations

from sot.engine.protocol import Engine
from sot.match.on_engine.blocking import candidates, count_finds
from sot.match.on_engine.comparing import compare, score
from sot.match.on_engine.naming import Listed, names, namesakes
from sot.match.on_engine.rules import comparison_rules, policy_rules
from sot.match.on_engine.spelling import put_names_right, without_copies
from sot.match.on_engine.values import values
from sot.match.on_engine.weighing import weigh
from sot.match.scoring.splink_settings import splink_settings
from sot.match.stage import used_model
from sot.model.counts import counted
from sot.model.matching import MatchReport
from sot.model.run import Matching, Stages
from sot.model.tables import PAIRS, empty
from sot.rules import Rulebook
from sot.rules.bundle import Bundle


def match(engine: Engine, rules: Rulebook, stages: Stages) -> Matching:
    """Make `pairs` and `copies` of `normalised`; give the report and the model as matching in the process does."""
    bundle = Bundle.of(rules)
    bands = policy_rules(bundle).bands
    with stages.doing("spelling") as tell:
        kept, copies = without_copies(engine)
        changed = put_names_right(engine, bundle, kept)
        tell(f"{counted(copies, 'copy', 'copies')} left out, {counted(changed, 'name')} corrected")
    systems = engine.small("select count(distinct system) as n from whole").item()
    listed = Listed(bundle, kept, float(min(max(2, systems), 3)))
    with stages.doing("words") as tell:
        listed = names(engine, listed)
        tell(counted(listed.names, "different name"))
    with stages.doing("values") as tell:
        tell(f"{counted(values(engine, listed), 'value')} of many unlike names left out")
    with stages.doing("candidates") as tell:
        blocking = candidates(engine, listed)
        pairs = _rows(engine, "candidate")
        tell(counted(pairs, "pair"))
    with stages.doing("compare") as tell:
        compare(engine, listed)
        names_ = namesakes(engine, listed, systems)
        score(engine, listed, names_)
        scored = _rows(engine, "scored")
        tell(counted(scored, "scored pair"))
    with stages.doing("weigh") as tell:
        links, lessons, shown = weigh(engine, listed)
        lessons = names_ | lessons
        finds, recall = count_finds(engine, blocking, bands.doubt)
        alone = sum(rule.links_alone for rule in finds)
        tell(f"{counted(alone, 'link')} found by one blocking rule alone")
    links = {name: round(value, 4) for name, value in links.items()}
    report = MatchReport(finds, pairs, scored, links, round(recall, 4), lessons, copies, shown)
    engine.drop("own", "alias", "profile", "token", "borne", "telling", "count_", "value", "record", "acronym",
                "evidence", "candidate")  # fmt: skip
    comparisons = comparison_rules(bundle)
    return Matching(
        empty(PAIRS),
        report,
        used_model(comparisons, bands, lessons),
        splink=splink_settings(comparisons, report, kept),
    )


def _rows(engine: Engine, table: str) -> int:
    return int(engine.small(f"select count(*) as n from {table}").item())
