"""What holds for any decisions: order never matters, no conclusion contradicts a decision in force."""

from collections import defaultdict
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from sot.decision_log import append, constraints, findings, in_force, load
from sot.model.decisions import Decision
from tests.decision_log.making import key, records

NAMES = "abcdefgh"
relaxed = settings(deadline=None, derandomize=True)

names = st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True)
verdicts = st.sampled_from(["same", "same", "different", "related", "unsure"])


@st.composite
def logs(draw):
    count = draw(st.integers(0, 10))
    log = []
    for i in range(count):
        revokes = (
            f"{draw(st.integers(0, i - 1))}" if i and draw(st.booleans()) and draw(st.booleans()) else None
        )
        at = f"2026-01-0{draw(st.integers(1, 9))}"
        log.append(Decision(f"{i}", at, "ada", draw(verdicts), tuple(map(key, draw(names))), revokes=revokes))
    return log


def components(must, count):
    root = list(range(count))
    changed = True
    while changed:
        changed = False
        for a, b in must:
            low = min(root[a], root[b])
            changed |= root[a] != low or root[b] != low
            root[a] = root[b] = low
    return root


@given(logs(), st.randoms(use_true_random=False))
@relaxed
def test_the_order_of_lines_never_matters(log, chance):
    table = records(NAMES)
    shuffled = list(log)
    chance.shuffle(shuffled)
    one, two = constraints(log, table), constraints(shuffled, table)
    assert one.must.equals(two.must) and one.cannot.equals(two.cannot) and one.related.equals(two.related)
    assert (one.contradictions, one.orphans) == (two.contradictions, two.orphans)


@given(logs())
@relaxed
def test_rejected_is_never_joined_and_accepted_always_is_unless_told_as_a_contradiction(log):
    got = constraints(log, records(NAMES))
    root = components(got.must.select("uid_l", "uid_r").rows(), len(NAMES))
    cannot = set(got.cannot.select("uid_l", "uid_r").rows())
    disputed = {id_ for group in got.contradictions for id_ in group}
    uid = {key(name): i for i, name in enumerate(NAMES)}
    for decision in in_force(log):
        for a, b in combinations(sorted(uid[k] for k in decision.records), 2):
            if decision.verdict in ("different", "related"):
                assert (a, b) in cannot and root[a] != root[b]
            if decision.verdict == "same" and decision.id not in disputed:
                assert root[a] == root[b]
    for a, b in cannot:
        assert root[a] != root[b]


@given(logs())
@relaxed
def test_what_follows_is_settled_for_whole_groups(log):
    found = findings(log)
    got = constraints(log, records(NAMES))
    cannot = set(got.cannot.select("uid_l", "uid_r").rows())
    groups = defaultdict(list)
    for i, name in enumerate(NAMES):
        groups[found.group(key(name))].append((i, key(name)))
    for left, right in combinations(groups.values(), 2):
        said = {found.verdict(a, b) for _, a in left for _, b in right}
        assert len(said) == 1
        assert all(((min(i, j), max(i, j)) in cannot) == (said != {None}) for i, _ in left for j, _ in right)


@given(logs())
@relaxed
def test_revoking_twice_restores(log):
    for decision in in_force(log):
        undo = Decision("undo", "2026-02-01", "ada", "unsure", decision.records, revokes=decision.id)
        redo = Decision("redo", "2026-02-02", "ada", "unsure", decision.records, revokes="undo")
        assert decision not in in_force([*log, undo])
        assert decision in in_force([*log, undo, redo])


@given(logs())
@relaxed
def test_the_file_gives_back_what_was_written(tmp_path_factory, log):
    path = tmp_path_factory.mktemp("log") / "decisions.jsonl"
    append(path, log)
    assert load(path) == sorted(log, key=lambda d: (d.at, d.id))
