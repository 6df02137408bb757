"""Gates are held as their cases say; what is known, waived, not measured or skipped never passes silently."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import polars as pl
import pytest

from sot.check import Baseline, Evidence, State, as_baseline, hold, load_context, of_exports, tightened
from sot.check.baseline import load, save
from sot.check.gates import Outcome
from sot.check.measurement import Measurement
from sot.check.metrics.customers import _money
from sot.check.metrics.registry import METRICS
from sot.errors import RulesError
from sot.model.run import Silent
from sot.model.sources import InputSpec
from sot.normalise import normalise
from sot.pipeline import prepare
from sot.rule_cases.gates import QualityCases, failures
from sot.rules import Rulebook
from sot.rules.editor_schema import schema_of
from sot.rules.project import Settings
from sot.rules.quality.gates import NAME, Gate, Gates, GateWaiver, load_gate_waivers, load_gates
from sot.rules.rulebook import shipped
from sot.workspace.project import Project

GATES = load_gates(Rulebook(), Settings())
CASES = {
    name: Rulebook().get(name, QualityCases).cases
    for name in Rulebook().names("cases")
    if name.startswith("cases/quality_")
}
ENDS = [(case.gate, state) for cases in CASES.values() for case in cases for state in case.ends.values()]
TODAY = date(2026, 1, 31)
EXPORT = (
    "Id,Account Name,Email\n1,Acme Ltd,a@acme.com\n2,,nowhere\n3,Best Ltd,b@best.com\n4,Cool Ltd,nobody\n"
)


@pytest.mark.parametrize("name", CASES)
def test_the_cases_hold(name: str) -> None:
    assert failures(name, Rulebook(), normalise) == []


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_every_gate_has_a_case_that_passes_and_one_that_is_missed(gate: Gate) -> None:
    states = {state for name, state in ENDS if name == gate.name}
    assert State.OK in states
    assert (State.FAILED if gate.severity == "blocker" else State.WARNING) in states


def test_a_case_that_asks_for_something_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "quality_ours.yaml").write_text(
        "cases:\n  - {gate: names_filled, why: ours, records: [{system: crm, name: Acme}], ends: {crm: failed}}\n"
    )
    (told,) = failures("cases/quality_ours.yaml", Rulebook(tmp_path), normalise)
    assert told.endswith("ours: names_filled (crm) is ok: 100 % (at least 99 %); expected failed")


def test_every_metric_is_measured_and_has_a_shipped_gate() -> None:
    assert {gate.metric for gate in GATES} == set(METRICS)


@pytest.fixture
def exports(tmp_path: Path) -> Evidence:
    """Give the evidence of a list where one name of four is missing and two of four addresses are none."""
    (tmp_path / "crm.csv").write_text(EXPORT)
    project = Project(tmp_path)
    imported, records, rules, settings = prepare([InputSpec(str(tmp_path / "crm.csv"))], project, Silent())
    return of_exports("crm.csv", imported, records, load_context(project, rules, settings, TODAY))


def gate(name: str, **changed: object) -> Gate:
    found = next(gate for gate in GATES if gate.name == name)
    return found.model_copy(update=changed)


def held(evidence: Evidence, gate: Gate, **more: object) -> Outcome:
    (outcome,) = hold(evidence, [gate], **more)  # type: ignore[arg-type]
    return outcome


def test_what_is_missed_is_shown_with_its_place(exports: Evidence) -> None:
    outcome = held(exports, gate("emails_valid"))
    assert (outcome.state, outcome.figure.value, outcome.figure.missing) == (State.WARNING, 0.5, 2)
    shown = [(Path(e.source).name, e.row, e.record, e.value) for e in outcome.figure.examples]
    assert shown == [("crm.csv", 3, "crm:2", "nowhere"), ("crm.csv", 5, "crm:4", "nobody")]
    assert outcome.words == "50 % (at least 95 %)"


def test_the_worst_come_first(exports: Evidence) -> None:
    states = [outcome.state for outcome in hold(exports, GATES)]
    assert states == sorted(states, key=list(State).index)
    assert {State.FAILED, State.WARNING, State.NOT_MEASURED, State.SKIPPED, State.OK} <= set(states)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.98999, "98.9 % (at least 99 %)"), (0.99, "99 % (at least 99 %)"), (0.9, "90 % (at least 99 %)")],
)
def test_a_share_below_its_limit_never_reads_as_the_limit(value: float, words: str) -> None:
    assert Outcome(gate("names_filled"), Measurement("crm", value), State.OK, 0.99, "", "").words == words
    few = Outcome(gate("few_duplicates"), Measurement("crm", 0.05001), State.WARNING, 0.05, "", "")
    assert few.words == "5.1 % (at most 5 %)"


def test_nothing_to_measure_fails_where_the_rules_say_so(exports: Evidence, tmp_path: Path) -> None:
    assert held(exports, gate("tax_ids_valid")).state == State.NOT_MEASURED
    fails = held(exports, gate("tax_ids_valid", not_measured="fails"))
    assert fails.failed and fails.words == "not measured: its exports have no tax id"
    assert (
        held(exports, gate("names_filled", system="erp")).figure.note
        == "no export lists accounts of this system"
    )
    # What exports can't show at all is skipped, whatever the rules say.
    assert held(exports, gate("few_duplicates", not_measured="fails")).state == State.SKIPPED
    (tmp_path / "quality").mkdir()
    own = (
        (shipped() / "quality" / "gates.yaml")
        .read_text()
        .replace("not_measured: reported", "not_measured: fails")
    )
    (tmp_path / "quality" / "gates.yaml").write_text(own)
    assert {one.not_measured for one in load_gates(Rulebook(tmp_path), Settings())} == {"fails"}


def waiver(**changed: str) -> GateWaiver:
    said = {"gate": "names_filled", "by": "ana", "reason": "cleaned in May", "until": "2026-01-31", **changed}
    return GateWaiver.model_validate(said)


@pytest.mark.parametrize(
    ("changed", "state", "note"),
    [
        ({}, State.WAIVED, "waived by ana, until 2026-01-31: cleaned in May"),
        (
            {"until": "2026-01-30"},
            State.FAILED,
            "the waiver has expired: ana, until 2026-01-30: cleaned in May",
        ),
        ({"scope": "crm"}, State.WAIVED, "waived by ana, until 2026-01-31: cleaned in May"),
        ({"scope": "erp"}, State.FAILED, None),
        ({"gate": "no_rejects"}, State.FAILED, None),
    ],
)
def test_a_waiver_holds_until_its_day(
    exports: Evidence, changed: dict[str, str], state: State, note: str | None
) -> None:
    outcome = held(exports, gate("names_filled"), waivers=[waiver(**changed)])
    assert (outcome.state, outcome.notes) == (state, (note,) if note else ())


def test_a_waiver_of_no_gate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "quality").mkdir()
    (tmp_path / "quality" / "waivers.yaml").write_text(
        'waivers:\n  - {gate: no_such, by: ana, reason: none, until: "2026-01-31"}\n'
    )
    with pytest.raises(RulesError, match="there is no gate 'no_such'"):
        load_gate_waivers(Rulebook(tmp_path))


def test_a_baseline_allows_what_is_and_fails_what_got_worse(exports: Evidence) -> None:
    names = gate("names_filled")
    saved = as_baseline(hold(exports, [names, gate("record_ids_unique")]))
    assert saved.figures == {("names_filled", "crm"): 0.75}
    known = held(exports, names, baseline=saved)
    assert (known.state, known.words) == (
        State.KNOWN,
        "75 % (at least 75 % by the baseline; the gate asks for 99 %)",
    )
    kept = held(exports, names, baseline=Baseline({("names_filled", "crm"): 0.743719}))
    assert kept.words == "75 % (at least 74.3 % by the baseline; the gate asks for 99 %)"
    worse = held(exports, names, baseline=Baseline({("names_filled", "crm"): 0.843219}))
    assert worse.words == "75 % (at least 84.4 % by the baseline; the gate asks for 99 %)"
    assert worse.failed and worse.notes == ("worse than in the baseline",)
    assert held(exports, names, baseline=Baseline({("names_filled", "erp"): 0.5})).failed


def test_a_new_baseline_keeps_what_exports_cannot_show(exports: Evidence) -> None:
    outcomes = hold(exports, [gate("names_filled"), gate("record_ids_unique"), gate("few_duplicates")])
    before = Baseline({("few_duplicates", "crm"): 0.2, ("record_ids_unique", "crm"): 0.5})
    assert as_baseline(outcomes, before).figures == {
        ("few_duplicates", "crm"): 0.2,
        ("names_filled", "crm"): 0.75,
    }


def test_the_ratchet_only_tightens(exports: Evidence) -> None:
    outcomes = hold(
        exports,
        [gate("names_filled"), gate("record_ids_unique"), gate("emails_valid"), gate("tax_ids_valid")],
    )
    before = {
        ("names_filled", "crm"): 0.6, ("record_ids_unique", "crm"): 0.9, ("emails_valid", "crm"): 0.7,
        ("tax_ids_valid", "crm"): 0.5, ("no_rejects", "all"): 3.0,
    }  # fmt: skip
    after = tightened(Baseline(before), outcomes).figures
    assert after == {
        ("names_filled", "crm"): 0.75, ("emails_valid", "crm"): 0.7, ("tax_ids_valid", "crm"): 0.5,
        ("no_rejects", "all"): 3.0,
    }  # fmt: skip


def test_a_baseline_is_a_plain_file_for_git(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    assert load(path) is None
    save(path, Baseline({("b", "y"): 2.0, ("b", "x"): 1 / 3, ("a", "all"): 1.0}))
    told = {"gates": {"a": {"all": 1.0}, "b": {"x": 0.333333, "y": 2.0}}}
    assert path.read_text() == json.dumps(told, indent=2) + "\n"
    assert load(path) == Baseline({("a", "all"): 1.0, ("b", "x"): 0.333333, ("b", "y"): 2.0})
    path.write_text('{"gates": []}')
    with pytest.raises(RulesError, match="this is not a baseline"):
        load(path)


def test_a_limit_of_the_project_takes_the_place_of_the_shipped_one() -> None:
    changed = {
        gate.name: gate.limit for gate in load_gates(Rulebook(), Settings(gates={"few_duplicates": "0.2"}))
    }
    assert changed == {**{gate.name: gate.limit for gate in GATES}, "few_duplicates": 0.2}
    with pytest.raises(RulesError, match="few_duplicates: '7' is not a share"):
        load_gates(Rulebook(), Settings(gates={"few_duplicates": "7"}))
    with pytest.raises(RulesError, match=r"gates\.duplicates: there is no gate .duplicates."):
        load_gates(Rulebook(), Settings(gates={"duplicates": "0.2"}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"metric": "filled", "field": "shoe_size", "at_least": 0.5},
        {"metric": "filled", "field": "name", "at_most": 0.5},
        {"metric": "filled", "field": "name", "at_least": 1.5},
        {"metric": "counterpart", "from": "crm", "to": "moon", "at_least": 0.5},
        {"metric": "open", "conflict": "no_such_kind", "at_most": 0},
        {"metric": "no_such_metric", "at_most": 0},
    ],
    ids=lambda wrong: "-".join(map(str, wrong.values())),
)
def test_editor_and_sot_refuse_the_same_gates(wrong: dict[str, object]) -> None:
    gates = {"gates": [{"name": "a", "severity": "blocker", "owner": "o", "reason": "r", **wrong}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(gates, json.loads(schema_of(NAME) or ""))
    with pytest.raises(ValueError, match="validation error"):
        Gates.model_validate(gates)


def test_money_in_every_currency_is_counted() -> None:
    golden = pl.DataFrame(
        {
            "golden_id": ["C1", "C2"], "name": ["Acme", "Best"], "alone": [True, False],
            "exposure": [10.0, 5.0], "exposure_currency": ["EUR", None],
            "exposure_other": ["USD 7.50|no currency 2.00", None],
        }
    )  # fmt: skip
    found = _money(golden).select("golden_id", "currency", "amount").sort("golden_id", "currency").rows()
    assert found == [
        ("C1", "EUR", 10.0), ("C1", "USD", 7.5), ("C1", "no currency", 2.0), ("C2", "no currency", 5.0),
    ]  # fmt: skip
