"""The figures of `sot evaluate`, held against a plain count and against the shared score tool."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sot.cli.errors import run as sot
from sot.errors import InputError
from sot.evaluation.against_truth import evaluate_pairs, evaluate_truth, resolve

SCORE = Path(__file__).resolve().parents[3] / "shared" / "tools" / "score.py"

CROSSWALK = ("system", "record_id", "golden_id")
TRUTH = ("system", "record_id", "entity_id")
PAIRS = ("system_l", "record_id_l", "system_r", "record_id_r", "label")


def write(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return path


systems = st.sampled_from(["crm", "crm_accounts", "CRM", "books", "books_2"])
ids = st.sampled_from(["1", "2", "3", "4", "5", "006", "7.0", "ä"])
keys = st.tuples(systems, ids)
crosswalks = st.dictionaries(keys, st.sampled_from("ABCD"), min_size=1, max_size=12)
truths = st.dictionaries(keys, st.sampled_from("wxyz"), min_size=1, max_size=12)


def plain_resolve(crosswalk: dict[tuple[str, str], str], key: tuple[str, str]) -> tuple[str, str] | None:
    hits = [known for known in crosswalk if known[1] == key[1]]
    if len(hits) > 1:
        same = [known for known in hits if known[0].lower() == key[0].lower()]
        part = [known for known in hits if known[0].lower().split("_")[0] == key[0].lower().split("_")[0]]
        hits = same or part
    return hits[0] if len(hits) == 1 else None


@given(crosswalks, truths)
@settings(deadline=None)
def test_figures_are_those_of_a_plain_count(
    tmp_path_factory: pytest.TempPathFactory,
    crosswalk: dict[tuple[str, str], str],
    truth: dict[tuple[str, str], str],
) -> None:
    folder = tmp_path_factory.mktemp("plain")
    run = write(folder / "crosswalk.csv", CROSSWALK, [(*key, golden) for key, golden in crosswalk.items()])
    known = write(folder / "truth.csv", TRUTH, [(*key, entity) for key, entity in truth.items()])
    found = evaluate_truth(run, known)

    customer = {}
    for number, key in enumerate(truth):
        hit = plain_resolve(crosswalk, key)
        customer[key] = crosswalk[hit] if hit else f"alone {number}"
    pairs = list(combinations(truth, 2))
    made = [pair for pair in pairs if customer[pair[0]] == customer[pair[1]]]
    wanted = [pair for pair in pairs if truth[pair[0]] == truth[pair[1]]]
    right = set(made) & set(wanted)
    assert found.pairs.precision == pytest.approx(len(right) / max(len(made), 1))
    assert found.pairs.recall == pytest.approx(len(right) / max(len(wanted), 1))
    assert found.missing == sum(value.startswith("alone") for value in customer.values())

    members, entities = defaultdict(set), defaultdict(set)
    for key in truth:
        members[customer[key]].add(key)
        entities[truth[key]].add(key)
    assert found.b_cubed is not None
    shares = [len(members[customer[key]] & entities[truth[key]]) for key in truth]
    assert found.b_cubed.precision == pytest.approx(
        sum(n / len(members[customer[key]]) for n, key in zip(shares, truth, strict=True)) / len(truth)
    )
    assert found.b_cubed.recall == pytest.approx(
        sum(n / len(entities[truth[key]]) for n, key in zip(shares, truth, strict=True)) / len(truth)
    )
    exact = sum(entity in members.values() for entity in entities.values())
    assert found.exactly_right == pytest.approx(exact / len(entities))
    assert (found.entities, found.customers) == (len(entities), len(members))


@given(crosswalks, st.lists(keys, min_size=1, max_size=8))
@settings(deadline=None)
def test_records_are_found_by_id_and_by_system_only_where_needed(
    crosswalk: dict[tuple[str, str], str], asked: list[tuple[str, str]]
) -> None:
    table = pl.DataFrame(
        [(*key, golden) for key, golden in crosswalk.items()], schema=CROSSWALK, orient="row"
    )
    found = resolve(table, pl.DataFrame(asked, schema=["system", "record_id"], orient="row"))
    assert [
        (system, record_id) if system is not None else None for system, record_id, _ in found.iter_rows()
    ] == [plain_resolve(crosswalk, key) for key in asked]


@pytest.mark.skipif(not SCORE.is_file(), reason="the shared score tool is not here")
@given(crosswalks, truths)
@settings(deadline=None, max_examples=12)
def test_the_shared_score_tool_agrees(
    tmp_path_factory: pytest.TempPathFactory,
    crosswalk: dict[tuple[str, str], str],
    truth: dict[tuple[str, str], str],
) -> None:
    folder = tmp_path_factory.mktemp("score")
    run = write(folder / "crosswalk.csv", CROSSWALK, [(*key, golden) for key, golden in crosswalk.items()])
    known = write(folder / "truth.csv", TRUTH, [(*key, entity) for key, entity in truth.items()])
    judged = [
        (*left, *right, str(int(truth[left] == truth[right])))
        for left, right in combinations(sorted(truth), 2)
    ]
    pairs = write(folder / "pairs.csv", PAIRS, judged)

    found = evaluate_truth(run, known)
    assert found.b_cubed is not None
    told = _score(run, "--truth", known)
    assert told == [
        found.records, found.missing, found.entities, found.customers, found.largest,
        *(round(n, 4) for n in (found.pairs.precision, found.pairs.recall, found.pairs.f1)),
        *(round(n, 4) for n in (found.b_cubed.precision, found.b_cubed.recall, found.b_cubed.f1)),
    ]  # fmt: skip
    by_pairs = evaluate_pairs(run, pairs)
    assert _score(run, "--pairs", pairs) == [
        by_pairs.missing,
        *(round(n, 4) for n in (by_pairs.pairs.precision, by_pairs.pairs.recall, by_pairs.pairs.f1)),
    ]


def _score(run: Path, option: str, file: Path) -> list[float]:
    done = subprocess.run(
        [sys.executable, str(SCORE), str(run), option, str(file)], capture_output=True, text=True, check=True
    )
    return [
        float(number) for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", done.stdout.replace("B3", "B"))
    ]


def _finished_run(folder: Path) -> Path:
    """A run of four records: 1-2 linked automatically and right, 3-4 in doubt and wrong, 1-3 apart."""
    (folder / "tables").mkdir(parents=True)
    keys = [("crm", "1"), ("crm", "2"), ("books", "3"), ("books", "4")]
    golden = ["G1", "G1", "G2", "G2"]
    write(folder / "crosswalk.csv", CROSSWALK, [(*key, name) for key, name in zip(keys, golden, strict=True)])
    pl.DataFrame(
        {"uid": [0, 1, 2, 3], "system": [k[0] for k in keys], "record_id": [k[1] for k in keys]}
    ).write_parquet(folder / "tables" / "records.parquet")
    pl.DataFrame({"uid": [0, 1, 2, 3], "golden_id": golden}).write_parquet(
        folder / "tables" / "memberships.parquet"
    )
    pl.DataFrame({"uid_l": [0, 2, 0], "uid_r": [1, 3, 2], "band": ["auto", "doubt", "apart"]}).write_parquet(
        folder / "tables" / "pairs.parquet"
    )
    return folder


def _truth_of_the_run(folder: Path) -> Path:
    return write(
        folder / "known.csv",
        TRUTH,
        [("crm", "1", "a"), ("crm", "2", "a"), ("books", "3", "b"), ("books", "4", "c")],
    )


def test_links_are_judged_by_their_band(tmp_path: Path) -> None:
    found = evaluate_truth(_finished_run(tmp_path / "run"), _truth_of_the_run(tmp_path))
    assert found.bands is not None
    assert {band: (links.links, links.right) for band, links in found.bands.items()} == {
        "auto": (1, 1),
        "doubt": (1, 0),
    }


def test_records_that_the_run_lacks_are_counted_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write(tmp_path / "crosswalk.csv", CROSSWALK, [("crm", "1", "G1")])
    truth = write(tmp_path / "truth.csv", TRUTH, [("crm", "1", "a"), ("crm", "2", "a")])
    assert evaluate_truth(run, truth).missing == 1
    assert sot(["evaluate", str(run), "--truth", str(truth)]) == 0
    assert re.search(r"not in this run\s+1\b", capsys.readouterr().out)


def test_json_holds_all_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, truth = _finished_run(tmp_path / "run"), _truth_of_the_run(tmp_path)
    assert sot(["evaluate", str(run), "--truth", str(truth), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pairs"]["precision"] == 0.5
    assert told["exactly_right"] == pytest.approx(1 / 3)
    assert told["links"]["auto"] == {"links": 1, "right": 1, "precision": 1.0}


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        (("system", "record_id", "entity"), [("crm", "1", "a")], "entity_id"),
        (("system", "record_id"), [("crm", "1")], "entity_id"),
    ],
)
def test_a_truth_without_its_columns_is_refused(
    tmp_path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]], said: str
) -> None:
    run = write(tmp_path / "crosswalk.csv", CROSSWALK, [("crm", "1", "G1")])
    with pytest.raises(InputError, match=said):
        evaluate_truth(run, write(tmp_path / "truth.csv", header, rows))


def test_a_label_that_is_neither_is_refused_with_its_row(tmp_path: Path) -> None:
    run = write(tmp_path / "crosswalk.csv", CROSSWALK, [("crm", "1", "G1")])
    pairs = write(
        tmp_path / "pairs.csv", PAIRS, [("crm", "1", "crm", "1", "1"), ("crm", "1", "crm", "1", "yes")]
    )
    with pytest.raises(InputError, match="row 3: label is 'yes'"):
        evaluate_pairs(run, pairs)


def test_a_folder_without_a_run_and_a_question_without_a_truth_are_refused(tmp_path: Path) -> None:
    truth = write(tmp_path / "truth.csv", TRUTH, [("crm", "1", "a")])
    assert sot(["evaluate", str(tmp_path), "--truth", str(truth)]) == 3
    assert sot(["evaluate", str(tmp_path)]) == 2
    assert sot(["evaluate", str(tmp_path), "--truth", str(truth), "--pairs", str(truth)]) == 2
