from __future__ import annotations

from typing import Any

from sot.emit.examples import examples
from sot.emit.queue import cases_of, questions_with_cases
from sot.model.run import Run
from tests.emit.runs import make_run


def record(number: int, golden: int, name: str, system: str = "crm") -> dict[str, Any]:
    key = {"system": system, "record_id": f"{number}", "golden_id": f"C{golden}"}
    return key | {"name": name.title(), "n_name": name}


def pair(left: int, right: int, weight: float, band: str, against: str | None = None) -> dict[str, Any]:
    scored = {"uid_l": left, "uid_r": right, "match_weight": weight, "match_probability": 0.9}
    return scored | {"band": band, "against": against}


def told(run: Run) -> dict[str, Any]:
    asked = questions_with_cases(run)
    return examples(run, asked, cases_of(run, asked))


def names(example: dict[str, Any]) -> list[str]:
    return [row["name"] for row in example["records"]]


def test_joined_are_the_least_alike_names_of_one_customer() -> None:
    run = make_run(
        [
            record(0, 0, "acme brewing"),
            record(1, 1, "international business machines"),
            record(2, 0, "acme brewery", "erp"),
            record(3, 1, "ibm", "erp"),
        ],
        pairs=[pair(0, 2, 30.0, "auto"), pair(1, 3, 12.0, "auto"), pair(0, 3, 9.0, "auto")],
    )
    assert names(told(run)["joined"]) == ["International Business Machines", "Ibm"]


def test_kept_apart_are_relatives_first_and_nothing_that_is_asked() -> None:
    run = make_run(
        [
            record(0, 0, "globex"),
            record(1, 1, "globex"),
            record(2, 2, "acme north"),
            record(3, 3, "acme south"),
        ],
        pairs=[pair(0, 1, 9.0, "apart", "place"), pair(2, 3, -2.0, "apart", "tax_id")],
        related=[{"golden_id_l": "C3", "golden_id_r": "C2", "relation": "group"}],
    )
    assert names(told(run)["apart"]) == ["Acme North", "Acme South"]
    assert told(run)["apart"]["relation"] == "group"
    asked = make_run(
        [
            record(0, 0, "globex"),
            record(1, 1, "globex"),
            record(2, 2, "acme north"),
            record(3, 3, "acme south"),
        ],
        pairs=[pair(0, 1, 9.0, "apart", "place"), pair(2, 3, -2.0, "apart", "tax_id")],
        questions=[
            {
                "uid_l": 0,
                "uid_r": 1,
                "match_probability": 0.3,
                "joined": False,
                "vetoed": True,
                "why": "place",
            }
        ],
    )
    assert names(told(asked)["apart"]) == ["Acme North", "Acme South"]
    assert names(told(asked)["doubt"]) == ["Globex", "Globex"]


def test_a_run_without_any_has_none() -> None:
    assert told(make_run([record(0, 0, "acme")])) == {"joined": None, "apart": None, "doubt": None}
