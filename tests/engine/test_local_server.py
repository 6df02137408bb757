"""Sail next to the command: it ends with it, and a server that is gone is an error soon."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

pytest.importorskip("pysail")

from sot.engine.local_server import beside
from sot.engine.protocol import StepError
from sot.engine.spark import Spark
from sot.errors import UsageError


def answers(address: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=1).close()
    except OSError:
        return False
    return True


def servers(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"sot.engine.sail" in words and str(parent).encode() in words:
            found.append(int(folder.name))
    return found


def counted(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("g").agg(n=pl.len())


def test_it_works_and_ends(tmp_path: Path) -> None:
    with beside(tmp_path) as address:
        engine = Spark(address, str(tmp_path / "steps"), 2, beside=True)
        rows = pl.DataFrame({"Id": ["1", "2"], "Name": ["Acme", "Bexhill"]})
        engine.give("some", pl.DataFrame({"a": [1, 2, 2], "b": [["x"], None, []]}))
        engine.sql("many", "select a, count(*) as n from some group by a")
        assert sorted(engine.small("select * from many").rows()) == [(1, 1), (2, 2)]
        rows.write_delta(str(tmp_path / "delta"))
        rows[:1].write_delta(str(tmp_path / "delta"), mode="overwrite")
        engine.read("lake", f"file://{tmp_path / 'delta'}")
        assert engine.small("select * from lake").rows() == [("1", "Acme")]
        engine.write("lake", f"file://{tmp_path / 'written'}")
        engine.sql("kept", "select * from lake")
        engine.read("catalogued", "table://kept")
        assert engine.small("select * from catalogued").rows() == [("1", "Acme")]
        assert pl.read_parquet(tmp_path / "written").rows() == [("1", "Acme")]
        for nowhere in ("table://nowhere", f"file://{tmp_path / 'nowhere'}"):
            with pytest.raises(StepError, match="nowhere can't be read by the Spark Connect server"):
                engine.read("lost", nowhere)
        for name in ("one", "two"):
            engine.give(name, pl.DataFrame({"g": [n * 7919 % 500 for n in range(15_000)]}))
        both = "select g from one union all select g from two"
        engine.apply("counted", both, counted, {"g": pl.Int64, "n": pl.Int64}, by="g", rows=2_000)
        # Each group came whole, though a part holds a few of them only.
        found = engine.small("select g, count(*) as parts, sum(n) as n from counted group by g")
        assert found.height == 500 and set(found["parts"]) == {1} and set(found["n"]) == {60}
        with pytest.raises(StepError, match="step 'wrong' failed on the Spark Connect server sc://127"):
            engine.sql("wrong", "select nothing from some")
        assert answers(address)
        (server,) = servers(os.getpid())
        os.kill(server, signal.SIGKILL)
        begin = time.monotonic()
        with pytest.raises(StepError, match="step 'late' failed"):
            engine.sql("late", "select a from some")
        assert time.monotonic() - begin < 60  # the client by itself would ask for ten minutes
        engine.close()
    assert not answers(address)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks at processes")
def test_a_command_that_is_killed_leaves_no_server(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from sot.engine.local_server import beside\n"
        f"with beside(Path({str(tmp_path)!r})) as address: print(address, flush=True); time.sleep(100)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        address = command.stdout.readline().strip()
        assert servers(command.pid)
        command.kill()
    for _ in range(300):
        if not servers(command.pid):
            break
        time.sleep(0.1)
    assert servers(command.pid) == []
    assert not answers(address)


def test_no_server_is_a_usage_error(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UsageError, match="there is no Spark Connect server"):
        Spark(f"sc://127.0.0.1:{port}", str(tmp_path), 2, beside=True)
