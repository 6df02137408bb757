"""Every command that a page shows is run: here, one after the other in one folder, or by the test that is named."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from sot.cli.errors import run as sot

ROOT = Path(__file__).resolve().parents[2]

ELSEWHERE = {
    r"sot (review|review --web|review --web --reviewers \S+)$": "tests/review/test_session.py",
    r"sot (review --second|review --sample 200|accuracy)$": "tests/review/test_second_opinion.py",
    r"sot publish postgresql://": "tests/publish/test_publisher.py",
    r"sot rules check --all$": "tests/rule_cases/test_runner.py",
    r"sot decide same netsuite:1587 ": "tests/check/test_ci_page.py",
    r"sot check exports/clients\.csv ": "tests/check/test_ci_page.py",
    r"sot rules suggest --accept 1$": "tests/review/learning",
    r"sot demo --customers \d{5,}|sot demo DATA|sot dedupe EXPORTS|sot dedupe \.\./shared": "tests/bench",
    r"sot demo --systems |sot demo (--customers \d+ --seed \d|--noise)": "tests/bench",
    r"python3 -m venv|pipx install|pip install|uv pip compile": "tests/contract/test_wheel.py",
    r"mkdir exports|printf ": "tests/check/test_ci_page.py",
}
"""Commands that need a terminal, a server, the network or a large machine, and where the tests run them."""

ORDER = (
    "demo", "inspect", "profile", "init", "rules", "dedupe", "evaluate", "explain", "handoffs", "verify", "check",
    "publish", "trend", "review", "decide", "drift", "diff",
)  # fmt: skip
"""The order of the walk: a command needs what the ones before it wrote."""


def shown() -> list[str]:
    """Give every command line in a block of a page, and every one within a sentence, without remarks."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found: dict[str, None] = {}
    for page in pages:
        if page.name == "cli.md":  # its usage lines are compared with the program
            continue
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        blocks = re.findall(r"```(?:sh|bash)\n(.*?)```", text, flags=re.DOTALL)
        lines = [line for block in blocks for line in block.splitlines()]
        for block in re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL):
            lines += re.findall(r"^\$ (.*)$", block, flags=re.MULTILINE)
        lines += re.findall(r"^    (sot .*)$", text, flags=re.MULTILINE)
        lines += re.findall(r"`(sot [^`]+)`", text)
        for line in lines:
            for part in re.split(r"\s#|;|&&|  +the |  +raw |  +one |  +accept |  +fails |  +tightens ", line)[
                :1
            ]:
                command = re.sub(r"\s+", " ", re.split(r"[>|]", part)[0]).strip()
                if re.match(r"(sot|pip|pipx|uv|python3|mkdir|printf) ", command):
                    found[command] = None
    return list(found)


def named_only(command: str) -> bool:
    """Whether a sentence only names a command, which needs arguments or a terminal to do something."""
    return command in {
        "sot init", "sot inspect", "sot profile", "sot dedupe", "sot diff", "sot drift", "sot publish", "sot decide",
        "sot explain", "sot evaluate", "sot rules", "sot review --export", "sot review --import", "sot rules copy",
        "sot demo", "sot demo --noise", "sot decide --revoke",
        "sot check --gate", "sot check --today", "sot check --format",
    }  # fmt: skip


def elsewhere(command: str) -> str | None:
    """Give the test that runs the command, if it can't run here."""
    return next((test for pattern, test in ELSEWHERE.items() if re.match(pattern, command)), None)


def filled_in(command: str, known: dict[str, str]) -> str:
    """Give the command with the names of this walk in place of those that stand for the reader's own."""
    for name, value in known.items():
        command = re.sub(rf"(?<![\w./-]){name}(?![\w-])", value.replace("\\", r"\\"), command)
    return command


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, int]]:
    """Run all commands in one folder; give what was run for each, and its exit code."""
    folder = tmp_path_factory.mktemp("walk")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        patched.setenv("NO_COLOR", "1")
        done: dict[str, int] = {}
        known = _prepared(folder, done)
        ready = [command for command in shown() if not named_only(command) and not elsewhere(command)]
        ready.sort(key=_place)
        result = {}
        for command in ready:
            line = filled_in(command, known | _decided(folder))
            if line not in done:
                done[line] = sot(shlex.split(line)[1:])
            result[command] = (line, int(done[line]))
    return result


def _place(command: str) -> tuple[int, bool, int]:
    """Sort by the order of the walk; what others are about comes last among its own, and so does what takes back."""
    verb = command.split()[1]
    order = ORDER.index(verb) if verb in ORDER else len(ORDER)
    last = (
        command.startswith(("sot dedupe exports", "sot dedupe FOLDER", "sot dedupe PATH"))
        or re.search("--revoke|--ratchet", command) is not None
    )
    return order, last, len(command)


def _prepared(folder: Path, done: dict[str, int]) -> dict[str, str]:
    """Write the exports of a small company and a first run, and give the names that stand for a reader's own."""
    _run("sot demo exports --customers 30 --seed 7", done)
    shutil.rmtree(folder / "exports" / "truth")
    shutil.copytree(folder / "exports", folder / "new-exports")
    _run("sot dedupe exports --quiet", done)
    (folder / "lists").mkdir()
    rows = [["Client ID", "Client Name"], ["1", "Acme Ltd"], ["2", "Best GmbH"]]
    for name in ("list", "debtors"):
        with (folder / "lists" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    with (folder / "accounts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    shutil.copytree(folder / "sot-out", folder / "approved")
    with (folder / "sot-out" / "crosswalk.csv").open(encoding="utf-8", newline="") as file:
        keys = [f"{row['system']}:{row['record_id']}" for row in csv.DictReader(file)]
    with (folder / "sot-out" / "handoff_links.csv").open(encoding="utf-8", newline="") as file:
        link = next(row for row in csv.DictReader(file) if row["object_r"] == "invoice")
    with (folder / "decisions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        columns = "verdict,system_l,record_id_l,system_r,record_id_r,steward,reason,relation"
        writer.writerow(columns.split(","))
        writer.writerow(
            ["different", *keys[0].split(":", 1), *keys[-1].split(":", 1), "ana", "two firms", ""]
        )
    two = f"{shlex.quote(keys[0])} {shlex.quote(keys[1])}"
    deal, invoice = (
        ":".join(link[f"{what}_{side}"] for what in ("system", "object", "record_id")) for side in "lr"
    )
    return {
        r"salesforce:deal:0065g00000001AB netsuite:invoice:500139": f"{deal} {invoice}",
        r"salesforce:deal:0065g00000001AB": deal,
        r"salesforce:0015g00000A1 netsuite:1027": two,
        r"A B": two,
        r"exports/list\.csv": "lists/list.csv", r"exports/debtors\.xlsx": "lists/debtors.csv",
        r"FOLDER": "exports", r"EXPORTS": "new-exports", r"PATH\.\.\.": "exports", r"\[PATH…\]": "exports",
        r"OLD NEW": "approved sot-out", r"RUN_A RUN_B": "approved sot-out", r"\[--json\]": "--json",
        r"\[RUN\]": "sot-out", r"RUN": "sot-out", r"TARGET": "lake", r"NAME": "no_open_blockers",
        # The lake has its run in tests/engine/test_same_map.py, on a server for S3.
        r"s3a://bucket/sot$": "sot-out",
        r"company --customers 1000": "company --customers 20 --seed 7", r"DATA": "company",
    }  # fmt: skip


def _run(line: str, done: dict[str, int]) -> None:
    """Run a command that a page may show as well, and keep its exit code."""
    done[line] = sot(shlex.split(line)[1:])
    assert done[line] == 0


def _decided(folder: Path) -> dict[str, str]:
    """Give the last decision for the names of decisions."""
    log = folder / "decisions.jsonl"
    last = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])["id"] if log.exists() else ""
    return {r"d-0f3a…": last, r'"\$\(grep -o .*?\)"': last}


def test_every_command_of_the_pages_runs(walk: dict[str, tuple[str, int]]) -> None:
    assert len(walk) > 50
    may_fail = re.compile(r"sot (check|drift .*--strict)")  # exit code 1 says that a gate failed
    failed = {
        command: done
        for command, done in walk.items()
        if done[1] not in ((0, 1) if may_fail.match(command) else (0,))
    }
    assert failed == {}


def test_what_runs_elsewhere_has_a_test_and_is_shown() -> None:
    commands = shown()
    assert [test for test in ELSEWHERE.values() if not (ROOT / test).exists()] == []
    assert [pattern for pattern in ELSEWHERE if not any(re.match(pattern, line) for line in commands)] == []
    assert len([line for line in commands if elsewhere(line)]) < len(commands) / 3
