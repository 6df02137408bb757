from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sot.emit.queue import cases_of, questions_with_cases
from sot.emit.summary import summarise
from sot.model.run import Run
from sot.rules import Rulebook
from tests.emit.runs import make_run


def summary_of(run: Run) -> dict[str, Any]:
    asked = questions_with_cases(run)
    return summarise(run, asked, cases_of(run, asked), (), Rulebook())


maps = st.dictionaries(
    st.tuples(st.sampled_from(["bi", "crm", "erp"]), st.integers(0, 20)),
    st.integers(0, 8),
    min_size=1,
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(maps)
def test_the_figures_add_up(golden_map: dict[tuple[str, int], int]) -> None:
    told = summary_of(
        make_run(
            [
                {"system": s, "record_id": str(i), "golden_id": f"C{c}", "name": "A"}
                for (s, i), c in golden_map.items()
            ]
        )
    )
    total = told["customers"]["total"]
    assert total == len(set(golden_map.values()))
    assert sum(row["records"] for row in told["systems"]) == len(golden_map) == told["counts"]["records"]
    for row in told["systems"]:
        assert row["records"] - row["again"] == row["customers"] == row["shared"] + row["only_here"]
        assert row["customers"] + row["elsewhere"] == total
    assert sum(row["customers"] for row in told["overlap"]) == total
    assert sum(row["records"] for row in told["overlap"]) == len(golden_map)
    for row in told["systems"]:
        in_it = [entry for entry in told["overlap"] if row["system"] in entry["systems"]]
        assert sum(entry["customers"] for entry in in_it) == row["customers"]
    assert sum(told["customers"]["by_status"].values()) == total
    assert sum(told["links"].values()) == len(golden_map)
    shared = told["customers"]["in_several_systems"]
    assert shared + sum(row["only_here"] for row in told["systems"]) == total


def test_further_projects_of_a_customer_are_no_duplicates() -> None:
    told = summary_of(
        make_run(
            [
                {"system": "jobs", "record_id": str(i), "golden_id": "C1", "name": "A", "object": "project"}
                for i in range(3)
            ]
        )
    )
    (row,) = told["systems"]
    assert (row["again"], row["duplicates"]) == (2, 0)


def test_waived_conflicts_are_counted_apart() -> None:
    conflict = {"severity": "blocker", "kind": "identifier_clash", "fix_in": "crm|erp", "golden_id": "C1"}
    told = summary_of(
        make_run(
            [{"system": "crm", "record_id": "1", "golden_id": "C1", "name": "A"}],
            conflicts=[
                conflict | {"conflict_id": "K1", "exposure": 10.0, "exposure_currency": "EUR"},
                conflict | {"conflict_id": "K2", "exposure": 5.0, "exposure_currency": "USD"},
                conflict | {"conflict_id": "K3", "waived_until": "2030-01-01"},
                # The money of a customer is at stake once.
                conflict | {"conflict_id": "K4", "exposure": 10.0, "exposure_currency": "EUR"},
            ],
        )
    )["conflicts"]
    assert (told["open"], told["waived"]) == (3, 1)
    assert told["by_severity"] == {"blocker": 3, "warning": 0, "info": 0}
    assert told["fix_in"] == [
        {"fix_in": "crm", "blocker": 3, "warning": 0, "info": 0},
        {"fix_in": "erp", "blocker": 3, "warning": 0, "info": 0},
    ]
    assert told["exposure"]["blocker"] == {"EUR": 10.0, "USD": 5.0}


def test_sub_customers_are_no_duplicates() -> None:
    parents = [("1", None), ("2", None), ("1:Web", "1"), ("1:Print", "1")]
    rows = [{"system": "quickbooks_online", "record_id": i, "parent_name": p} for i, p in parents]
    others = [{"system": "salesforce", "record_id": i, "parent_name": p} for i, p in parents]
    summary = summary_of(make_run([row | {"golden_id": "C1", "name": "A"} for row in [*rows, *others]]))
    figures = {
        row["system"]: (row["again"], row["duplicates"], row["sub_accounts"]) for row in summary["systems"]
    }
    assert figures == {"quickbooks_online": (3, 1, 2), "salesforce": (3, 3, 0)}
