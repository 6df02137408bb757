"""What is wrong in a sot.yaml is said in words: where, what is allowed there, and what was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.errors import RulesError
from sot.rules import Rulebook
from sot.rules.governance import load_governance
from sot.rules.project import load_settings
from sot.workspace.project import Project


def problems(folder: Path, text: str | bytes) -> list[str]:
    (folder / "sot.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(RulesError) as raised:
        load_settings(Project(folder))
    lines = raised.value.message.splitlines()
    assert all(line.startswith(f"{folder / 'sot.yaml'}:") for line in lines)
    assert "Input should" not in raised.value.message and "Value error" not in raised.value.message
    return [line.removeprefix(f"{folder / 'sot.yaml'}:") for line in lines]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("policy: bold", "1:1: policy: must be 'balanced', 'cautious' or 'eager' (you wrote: bold)"),
        ("policy:", "1:1: policy: must be 'balanced', 'cautious' or 'eager' (there is nothing)"),
        ("soruces: {}", "1:1: soruces: unknown setting - did you mean 'sources'?"),
        ("- a", "1:1: must have keys with values; keys are governance, policy, company, outputs, engine, sources, "
         "systems, gates (there is a list)"),
        ("company: 5", "1:1: company: must have keys with values; keys are name, currency, rates, yearly_revenue, "
         "core_systems (you wrote: 5)"),
        ("company: {yearly_revenue: -3}", "1:11: company.yearly_revenue: must be 0 or more (you wrote: -3)"),
        ("company: {yearly_revenue: much}", "1:11: company.yearly_revenue: must be a number (you wrote: much)"),
        ("company: {core_systems: crm}",
         "1:11: company.core_systems: must be a list, such as [A, B] (you wrote: crm)"),
        ("company: {currency: Euro}",
         "1:11: company.currency: must be an ISO code of three letters, such as EUR (you wrote: Euro)"),
        ("sources: {a.csv: {header_row: first}}",
         "1:19: sources.a.csv.header_row: must be a whole number (you wrote: first)"),
        ("sources: {a.csv: {ignore: maybe}}",
         "1:19: sources.a.csv.ignore: must be true or false (you wrote: maybe)"),
        ("sources: {a.csv: {encoding: klingon}}",
         "1:19: sources.a.csv.encoding: must be an encoding, such as utf-8 or windows-1252 (you wrote: klingon)"),
        ("sources: {a.csv: {fields: {name: [A, B]}}}",
         "1:28: sources.a.csv.fields.name: must be a text (there is a list)"),
        ("systems: {crm: finance}",
         "1:11: systems.crm: must have keys with values; keys are department, customer_in_project_name "
         "(you wrote: finance)"),
        ("engine: {name: flink}", "1:10: engine.name: must be 'embedded' or 'spark' (you wrote: flink)"),
        ("engine: {name: spark}", "1:1: engine: spark needs remote: sc://HOST:PORT, or local"),
        ("engine: {name: spark, remote: 'http://x'}", "1:1: engine: remote must be sc://HOST:PORT, or local"),
        ("engine: {name: spark, remote: 'sc://x:1'}",
         "1:1: engine: a remote server needs work: a folder or address that all workers and it can reach"),
        ("engine: {pieces: 3, partitions: 4}",
         "1:1: engine: partitions is a key of the engine spark, and this one is embedded"),
        ("company:\n\tcurrency: EUR", "2:1: is not YAML: there is a tab; write spaces"),
        (b"\xff", "1:1: is not UTF-8; save it as UTF-8"),
    ],
)  # fmt: skip
def test_one_fault(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert problems(tmp_path, text) == [said]


def test_a_control_character_is_told_with_its_place(tmp_path: Path) -> None:
    told = "2:4: there is a control character; remove it"
    assert problems(tmp_path, "policy: balanced\n# ü\x1b[31m\n") == [told]


def test_faults_are_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = problems(tmp_path, "policy: bold\ncompany: {yearly_revenue: x, currency: [EUR]}\ngates: 3\n")
    assert [one.split(":")[:3] for one in found] == [
        ["1", "1", " policy"], ["2", "11", " company.yearly_revenue"], ["2", "30", " company.currency"],
        ["3", "1", " gates"],
    ]  # fmt: skip


def test_a_currency_may_be_written_small(tmp_path: Path) -> None:
    (tmp_path / "sot.yaml").write_text("company: {currency: eur}\n")
    assert load_settings(Project(tmp_path)).company.currency == "EUR"


def test_a_governance_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(RulesError, match="'none' is not one of balanced, crm-centric, finance-centric"):
        load_governance(Rulebook(), "none")
