"""What machines read of a check: valid by the published schemas, at the right place, whatever the data holds."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from sot.check import FORMATS, Outcome, State
from sot.check.measurement import Example, Measurement
from sot.check.reports.sarif import uri
from sot.cli import errors
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.rules.quality.gates import load_gates

SCHEMAS = Path(__file__).parent / "schemas"
SARIF = jsonschema.Draft7Validator(
    json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8")),
    format_checker=jsonschema.FormatChecker(),
)
JUNIT = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")
GATES = {gate.name: gate for gate in load_gates(Rulebook(), Settings())}
BASE = Path("/repo")


def outcome(
    name: str, state: State, *examples: Example, note: str = "", notes: tuple[str, ...] = ()
) -> Outcome:
    gate = GATES[name]
    value = None if state in (State.NOT_MEASURED, State.SKIPPED) else 0.5
    figure = Measurement("crm", value, len(examples), note, examples)
    return Outcome(
        gate, figure, state, gate.limit, f"sot check sot-out --gate {name}", "exports/crm.csv", notes
    )


def every_state(text: str = "Müller & Söhne <GmbH>") -> list[Outcome]:
    """Give an outcome of each state, with `text` wherever data can stand."""
    example = Example(f"exports/{text}.csv", 7, f"crm:{text}", text)
    return [
        outcome("names_filled", State.FAILED, example, Example("/repo/a b.csv", 3, "crm:2"), note=text),
        outcome("golden_ids_last", State.WARNING, note=text),
        outcome("few_duplicates", State.WAIVED, example, notes=(f"waived by {text}",)),
        outcome("emails_valid", State.KNOWN, example),
        outcome("tax_ids_valid", State.NOT_MEASURED, note=text),
        outcome("little_doubt", State.SKIPPED, note=text),
        outcome("no_rejects", State.OK),
    ]


texts = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["\x00\x1b", "\n::error::x", "a|b\\|c", "]]>", "100%", "\ufffe"]
)


@given(texts)
def test_junit_is_valid_by_its_schema(text: str) -> None:
    JUNIT.validate(FORMATS["junit"](every_state(text), BASE))


def test_junit_counts_what_it_holds() -> None:
    root = ET.fromstring(FORMATS["junit"](every_state(), BASE))
    (suite,) = root
    counted = {name: len(suite.findall(f"testcase/{name}")) for name in ("failure", "skipped", "system-out")}
    assert counted == {"failure": 1, "skipped": 2, "system-out": 3}
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("7", "1", "2")


@given(texts)
def test_sarif_is_valid_by_its_schema(text: str) -> None:
    SARIF.validate(json.loads(FORMATS["sarif"](every_state(text), BASE)))


def test_the_schema_of_sarif_refuses_what_is_wrong() -> None:
    log = json.loads(FORMATS["sarif"](every_state(), BASE))
    log["runs"][0]["results"][0]["level"] = "blocker"
    assert not SARIF.is_valid(log)


def test_sarif_has_a_result_for_every_record_and_a_place_for_every_result() -> None:
    (run,) = json.loads(FORMATS["sarif"](every_state(), BASE))["runs"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    told = [
        (
            result["ruleId"],
            result["level"],
            place["artifactLocation"]["uri"],
            place.get("region", {}).get("startLine"),
        )
        for result, place in zip(run["results"], places, strict=True)
    ]
    named = "exports/M%C3%BCller%20%26%20S%C3%B6hne%20%3CGmbH%3E.csv"
    assert told == [
        ("names_filled", "error", named, 7), ("names_filled", "error", "a%20b.csv", 3),
        ("golden_ids_last", "warning", "exports/crm.csv", None), ("few_duplicates", "warning", named, 7),
        ("emails_valid", "warning", named, 7),
    ]  # fmt: skip
    suppressed = {result["ruleId"] for result in run["results"] if "suppressions" in result}
    assert suppressed == {"few_duplicates", "emails_valid"}
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} >= {rule for rule, *_ in told}
    prints = [result["partialFingerprints"]["sotRecord/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


def test_two_conflicts_of_one_record_are_two_results() -> None:
    two = [Example("a.csv", 1, "crm:1", key=key) for key in ("k-1", "k-2")]
    (run,) = json.loads(FORMATS["sarif"]([outcome("no_open_blockers", State.FAILED, *two)], BASE))["runs"]
    assert len({result["partialFingerprints"]["sotRecord/v1"] for result in run["results"]}) == 2


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("exports/a.csv", "exports/a.csv"),
        ("/repo/exports/a#1.csv", "exports/a%231.csv"),
        ("/elsewhere/a.csv", "file:///elsewhere/a.csv"),
        ("postgresql://host/crm#accounts", "postgresql://host/crm#accounts"),
    ],
)
def test_a_path_is_told_from_the_repository(source: str, told: str) -> None:
    assert uri(source, BASE) == told


@given(texts)
def test_github_reads_one_command_a_line(text: str) -> None:
    lines = FORMATS["github"](every_state(text), BASE).split("\n")
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::warning", ""]


def test_github_points_at_the_first_record() -> None:
    first = FORMATS["github"](
        [outcome("names_filled", State.FAILED, Example("/repo/a, b.csv", 7, "crm:2", "x"))], BASE
    )
    assert first == (
        "::error file=a%2C b.csv,line=7,title=names_filled (crm)::50 %25 (at least 99 %25). Such as crm:2 x. "
        "a record without a name can't be found again. Owner: owner of the system\n"
    )


@given(texts)
def test_markdown_keeps_its_table(text: str) -> None:
    verdict, empty, head, rule, *rows = FORMATS["markdown"](every_state(text), BASE).splitlines()
    assert (verdict.partition(":")[0], empty) == ("**sot check failed**", "")
    assert len(rows) == 7
    for row in (head, rule, *rows):
        assert row.replace("\\\\", "").replace("\\|", "").count("|") == 7


def test_json_tells_everything() -> None:
    told = json.loads(FORMATS["json"](every_state(), BASE))
    assert told["passed"] is False
    assert told["counts"] == {str(state): 1 for state in State}
    first = told["gates"][0]
    assert (first["gate"], first["state"], first["value"], first["limit"]) == (
        "names_filled",
        "failed",
        0.5,
        0.99,
    )
    assert first["examples"][0]["row"] == 7


def test_the_row_in_sarif_is_the_row_of_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [
        ["Id", "Account Name", "Email"],
        ["1", "Acme", "a@acme.com"],
        ["2", "Best", "nowhere"],
        ["3", "Cool", "-"],
    ]
    with Path("crm.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    assert errors.run(["check", "crm.csv", "--format", "sarif=sot.sarif", "--gate", "emails_valid"]) == 0
    log = json.loads(Path("sot.sarif").read_text(encoding="utf-8"))
    SARIF.validate(log)
    (result,) = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "crm.csv"
    assert rows[place["region"]["startLine"] - 1][2] == "nowhere"


def test_an_example_without_a_file_begins_with_its_record() -> None:
    told = FORMATS["junit"]([outcome("names_filled", State.FAILED, Example("", 0, "k-1", "Acme"))], BASE)
    failure = ET.fromstring(told).find(".//failure")
    assert failure is not None and failure.text is not None
    assert "\nk-1 Acme" in failure.text and ":0:" not in failure.text
