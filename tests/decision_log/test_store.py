import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sot.decision_log import append, load, new_id, read
from sot.errors import RulesError, SotError, UsageError
from tests.decision_log.making import decision

WRITER = """
import sys
from pathlib import Path
from sot.decision_log import append
from sot.model.decisions import Decision
path, who, batch = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
number = 0
while True:
    ids = [f"{who}-{number + i}" for i in range(batch)]
    number += batch
    keys = [(("crm", i), ("erp", "Ä" * 50)) for i in ids]
    append(path, [Decision(i, "2026-01-31", who, "same", k) for i, k in zip(ids, keys)])
    sys.stdout.write(" ".join(ids) + "\\n")
    sys.stdout.flush()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "decisions.jsonl"


def some(count: int):
    return [
        decision(f"d{i}", "same", f"{i}", f"erp:Ü{i}", reason='quoted "x"\nand lines') for i in range(count)
    ]


def test_what_was_appended_is_read_back(path):
    one, *rest = some(4)
    assert append(path, [one]) == 1
    assert append(path, rest) == 3
    assert load(path) == [one, *rest]
    assert [json.loads(line)["id"] for line in path.read_bytes().splitlines()] == ["d0", "d1", "d2", "d3"]


def test_the_line_has_the_keys_of_the_contract(path):
    append(path, some(1))
    assert list(json.loads(path.read_text())) == [
        "id", "at", "steward", "verdict", "records", "relation", "reason", "evidence", "revokes"
    ]  # fmt: skip


def test_a_retry_writes_nothing_twice_but_another_decision_needs_another_id(path):
    append(path, some(1))
    assert append(path, some(2)) == 1
    with pytest.raises(UsageError, match="another decision with the id d0"):
        append(path, [decision("d0", "different", "0", "1")])
    assert load(path) == some(2)


def test_all_or_none(path):
    append(path, some(1))
    before = path.read_bytes()
    with pytest.raises(UsageError) as error:
        append(
            path,
            [
                decision("ok", "same", "1", "2"),
                decision("bad", "maybe", "1"),
                decision("x", "same", "1", "1"),
            ],
        )
    assert "bad: verdict 'maybe' is not one of same, related, different, unsure" in error.value.message
    assert "x: a record is in it twice" in error.value.message
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (decision("", "same", "1", "2"), "no id"),
        (decision("x", "same", "1", "2", steward=" "), "who decided"),
        (decision("x", "same", "1"), "names 1 record"),
        (decision("x", "same", "1", ":"), "a system and a record id"),
        (decision("x", "same", "1", "2", relation="parent"), "relation belongs"),
        (decision("x", "related", "1", "2", relation="cousin"), "not one of parent, group, branch"),
        (decision("x", "same", "1", "2", at="yesterday"), "not a time"),
        (decision("x", "same", "1", field="salary", value="3"), "a field of the golden customer"),
        (decision("x", "same", "1", "2", field="phone", value="3"), "the one record"),
        (decision("x", "same", "1", "\udcff"), "not UTF-8 text"),
    ],
)
def test_nothing_wrong_is_written(path, wrong, message):
    with pytest.raises(UsageError, match=message):
        append(path, [wrong])
    assert load(path) == []


def test_cut_at_any_byte_only_the_last_line_is_lost(path):
    append(path, some(3))
    whole = path.read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == ord("\n")]
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        kept = sum(end <= cut + 1 for end in ends)
        log = read(path)
        assert list(log.decisions) == some(3)[:kept]
        append(path, [decision("after", "same", "8", "9")])
        assert {d.id for d in load(path)} == {d.id for d in some(3)[:kept]} | {"after"}
        torn = path.with_name("decisions.jsonl.torn")
        assert torn.exists() == bool(log.torn)
        if log.torn:
            assert torn.read_bytes() == log.torn + b"\n"
            torn.unlink()


def test_a_tail_of_zeros_after_a_power_cut_is_set_aside(path):
    append(path, some(2))
    path.write_bytes(path.read_bytes() + b"\0" * 512)
    assert load(path) == some(2)
    append(path, [decision("after", "same", "8", "9")])
    assert len(load(path)) == 3


def kill_writers(path: Path, kills: int, seed: int) -> None:
    """Kill writers at random moments: what they acknowledged is there, and batches are whole."""
    chance = random.Random(seed)
    acknowledged: set[str] = set()
    for turn in range(kills):
        batch = chance.choice([1, 1, 3])
        command = [sys.executable, "-c", WRITER, str(path), f"w{turn}", str(batch)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            said = [writer.stdout.readline()]
            time.sleep(chance.random() * 0.02)
            writer.send_signal(signal.SIGKILL)
            said += writer.stdout.read().splitlines(keepends=True)
        acknowledged |= {id_ for line in said if line.endswith(b"\n") for id_ in line.decode().split()}
        found = {d.id for d in load(path)}
        assert acknowledged <= found
        mine = [d for d in found if d.startswith(f"w{turn}-")]
        assert len(mine) % batch == 0, "a batch is written whole or not at all"


def test_killed_writers_lose_nothing(path):
    kill_writers(path, 12, seed=1)


@pytest.mark.bench
@pytest.mark.skipif("not config.getoption('-m')", reason="long: run by its own command")
def test_ten_thousand_kills_and_torn_writes(path):
    """`python -m pytest -n 0 -m bench tests/decision_log --timeout 0`: 10^4 writers killed or lines torn."""
    chance = random.Random(2)
    kill_writers(path, 200, seed=3)
    whole: list[str] = [d.id for d in load(path)]
    for turn in range(9_800):
        one = decision(f"t{turn}", "same", "1", "2")
        append(path, [one])
        whole.append(one.id)
        size = path.stat().st_size
        append(path, [decision(f"torn{turn}", "same", "1", "2")])
        os.truncate(path, chance.randrange(size, path.stat().st_size - 1))
        assert {d.id for d in load(path)} == set(whole)
        if turn % 500 == 499:
            path.unlink()
            whole = []


def test_writers_at_the_same_time_do_not_mix(path):
    def work(who: int) -> None:
        for i in range(30):
            size = 1 + (i % 3 == 0)
            append(path, [decision(f"{who}-{i}-{j}", "same", "1", "2") for j in range(size)])

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(load(path)) == 4 * 40
    assert read(path).torn == b""


def test_a_writer_that_hangs_is_told_of(path, monkeypatch):
    import fcntl

    monkeypatch.setattr("sot.workspace.append_log.LOCK_PATIENCE", 0.05)
    append(path, some(1))
    with path.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another program is writing"):
            append(path, [decision("x", "same", "1", "2")])


def test_the_order_of_lines_and_repeated_lines_after_a_merge_do_not_matter(path):
    append(path, some(5))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"\xef\xbb\xbf" + b"".join([*reversed(lines), lines[2]]).replace(b"\n", b"\r\n"))
    assert load(path) == some(5)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("<<<<<<< HEAD", "2:1: a git merge left this marker"),
        ("hello", "2:1: this is not a decision"),
        ("[1]", "not a JSON object"),
        ('{"id": "x"}', "no at; no steward; no verdict; no records"),
        (
            '{"id":"x","at":"2026-01-01","steward":"a","verdict":"same","records":"ab"}',
            "records has to look like",
        ),
        (
            '{"id":"x","at":"2026-01-01","steward":"a","verdict":"same","records":[["a",1],["b","2"]]}',
            "text in quotes",
        ),
        (
            '{"id":"x","at":"2026-01-01","steward":"a","verdict":"same","records":[["a","1"]],"who":"a"}',
            "unknown key",
        ),
        (
            '{"id":"d0","at":"2026-01-01","steward":"a","verdict":"same","records":[["a","1"],["a","2"]]}',
            "different contents",
        ),
    ],
)
def test_a_wrong_line_is_named_with_its_place(path, line, message):
    append(path, some(1))
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(RulesError, match=message):
        load(path)


def test_a_full_disk_is_told_and_leaves_the_log_as_it_was(path, monkeypatch):
    append(path, some(1))
    before = path.read_bytes()

    def full(handle: int, body: bytes) -> int:
        os.pwrite(handle, body[:10], os.fstat(handle).st_size)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sot.workspace.append_log.os.write", full)
    with pytest.raises(SotError, match="was not saved: No space left"):
        append(path, [decision("x", "same", "1", "2")])
    assert path.read_bytes() == before


def test_new_ids_are_unique():
    assert len({new_id() for _ in range(1000)}) == 1000
