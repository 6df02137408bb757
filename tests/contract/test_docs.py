"""The pages say what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sot.emit.contract import (
    CONFLICT_COLUMNS,
    GOLDEN_COLUMNS,
    HANDOFF_COLUMNS,
    HANDOFF_LINK_COLUMNS,
    RELATED_COLUMNS,
)
from sot.emit.fixes.todo import FILES
from sot.model.kinds import (
    ConflictKind,
    CustomerStatus,
    DocumentLinkedBy,
    HandoffKind,
    LinkedBy,
    Relation,
    Severity,
)
from sot.model.tables import CASES
from tests.contract import cli_page

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_page_of_commands_is_fresh() -> None:
    assert cli_page.PAGE.read_text(encoding="utf-8") == cli_page.page(), "python -m tests.contract.cli_page"


@pytest.mark.parametrize(("name", "text"), list(cli_page.helps()), ids=lambda value: value[:30])
def test_every_command_says_what_it_does(name: str, text: str) -> None:
    described = text.partition("Usage:")[2].partition("\n\n")[2].strip()
    assert described and not described.startswith("Options:"), f"{name} has no help"


@pytest.mark.parametrize(("name", "text"), list(cli_page.helps()), ids=lambda value: value[:30])
def test_help_names_values_for_people_and_breaks_no_name(name: str, text: str) -> None:
    assert re.findall(r"<(?:str|int|path|list)\S*|\{\S+}", text) == [], name
    assert "sot-\n" not in text


def test_no_description_of_a_command_is_cut() -> None:
    lists = [text for _, text in cli_page.helps(80) if "Commands:" in text]
    assert len(lists) == 2
    assert [
        line for text in lists for line in text.splitlines() if line.endswith("...") and "Usage" not in line
    ] == []


def test_every_output_column_is_described() -> None:
    page = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    columns = {*GOLDEN_COLUMNS, *CONFLICT_COLUMNS, *RELATED_COLUMNS, *CASES}
    columns |= {*HANDOFF_COLUMNS, *HANDOFF_LINK_COLUMNS}
    assert {name for name in columns if f"`{name}`" not in page} == set()


@pytest.mark.parametrize(
    "words", [ConflictKind, CustomerStatus, DocumentLinkedBy, LinkedBy, Relation, Severity]
)
def test_every_word_in_the_outputs_is_described(words: type[ConflictKind]) -> None:
    page = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    assert {str(word) for word in words if f"`{word}`" not in page} == set()


def test_every_kind_of_exception_is_defined() -> None:
    page = (ROOT / "docs" / "handoffs.md").read_text(encoding="utf-8")
    assert {str(kind) for kind in HandoffKind if f"`{kind}`" not in page} == set()
    files = {name for name, _ in FILES.values() if f"`{name}`" not in page}
    assert files == set()


def commands_of_readme() -> list[str]:
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)]


def test_the_readme_has_two_commands_to_start_with() -> None:
    first, second = commands_of_readme()[:2]
    assert "sot dedupe sample_data" in first
    assert second.endswith("pytest")


def test_ci_runs_the_test_command_of_the_readme() -> None:
    second = commands_of_readme()[1].replace("\\\n", "")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace("\\\n", "")
    assert " ".join(second.split()) in " ".join(script.split())


def test_the_readme_names_no_command_that_there_is_not() -> None:
    named = set(re.findall(r"(?:^|`)sot (\w+)", README, flags=re.MULTILINE))
    assert len(named) > 3
    assert named <= {name.split()[1] for name, _ in cli_page.helps() if name != "sot"}


def _written_commands() -> list[tuple[str, str]]:
    """Give every command line that a page shows, in a block or within a sentence, with the name of its page."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found = []
    for page in pages:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        blocks = re.findall(r"```(?:sh|console|yaml)\n(.*?)```", text, flags=re.DOTALL)
        lines = [line.strip() for block in blocks for line in block.splitlines()]
        lines = [
            re.sub(r"\$\(.*?\)", "ID", line.removeprefix("$ ").removeprefix("entry: ")) for line in lines
        ]
        inline = re.findall(r"`(sot [^`]+)`", text)
        found += [(page.name, line) for line in (*lines, *inline) if re.match(r"sot [a-z-]", line)]
    return found


def test_every_command_of_the_pages_exists_with_its_options() -> None:
    options = {
        name.removeprefix("sot").strip(): set(re.findall(r"(?<![\w-])-{1,2}[a-zA-Z][\w-]*", text))
        for name, text in cli_page.helps()
    }
    written = _written_commands()
    wrong = []
    for page, line in written:
        words = re.split(
            r"\s+", re.split(r"\s#|[|;>]|&&", line)[0].replace("[", " ").replace("]", " ").strip()
        )[1:]
        both = " ".join(words[:2])
        name = both if both in options else words[0] if words else ""
        unknown = [
            word
            for word in words
            if word.startswith("-") and word.partition("=")[0] not in options.get(name, set())
        ]
        if name.startswith("-"):
            name, unknown = "", [word for word in words if word not in options[""]]
        if name not in options or unknown:
            wrong.append(f"{page}: {line}: {unknown or 'no such command'}")
    assert len(written) > 100
    assert wrong == []


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
