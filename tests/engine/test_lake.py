"""A lake on S3: the tables of the steps, Delta tables and results are there; what is wrong with it is said in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
import pytest

pytest.importorskip("pysail")
pytest.importorskip("moto")

from sot import lake_results
from sot.engine import brought
from sot.engine.local_server import beside
from sot.engine.protocol import LakeError
from sot.engine.spark import Spark
from sot.errors import SotError, UsageError
from sot.rules.project import EngineSettings
from tests import s3

LAKE = f"s3://{s3.BUCKET}"
ACCOUNTS = pl.DataFrame({"Id": ["1", "2"], "Name": ["Acme", "Bexhill"]})


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    with s3.server(tmp_path_factory.mktemp("s3")) as environment:
        yield environment


@pytest.fixture
def server(at: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name, value in at.items():
        monkeypatch.setenv(name, value)
    with beside(tmp_path) as address:
        yield address


def longer(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.col("Name") + "!")


def test_steps_and_tables_of_a_lake(server: str) -> None:
    engine = Spark(server, f"{LAKE}/work", 2, beside=True)
    engine.give("some", ACCOUNTS)
    engine.sql("none", "select * from some where false")
    assert engine.small("select * from none").columns == ["Id", "Name"]
    engine.apply("longer", "select * from some", longer, {"Name": pl.String})
    assert sorted(engine.small("select * from longer")["Name"]) == ["Acme!", "Bexhill!"]
    ACCOUNTS.write_delta(f"{LAKE}/delta", storage_options={"AWS_S3_ALLOW_UNSAFE_RENAME": "true"})
    ACCOUNTS[1:].write_delta(
        f"{LAKE}/delta", mode="overwrite", storage_options={"AWS_S3_ALLOW_UNSAFE_RENAME": "true"}
    )
    for scheme in ("s3", "s3a"):
        engine.read("lake", f"{scheme}://{s3.BUCKET}/delta")
        assert engine.small("select * from lake").rows() == [("2", "Bexhill")]
    for more in (False, True):
        engine.write("some", f"{LAKE}/written", more)
    assert pl.read_parquet(f"{LAKE}/written/").height == 4
    engine.close()


def test_what_is_wrong_with_a_lake_is_said(server: str, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match=r"engine.work in sot.yaml: s3://nowhere can't be .*no such bucket"):
        Spark(server, "s3://nowhere", 2, beside=True)
    engine = Spark(server, str(tmp_path / "steps"), 2, beside=True)
    engine.give("some", ACCOUNTS)
    with pytest.raises(
        LakeError, match=r"s3://nowhere/x can't be read by .*: there is no such bucket"
    ) as told:
        engine.read("lake", "s3://nowhere/x")
    assert "AWS_ACCESS_KEY_ID" in str(told.value.hint) and told.value.exit_code == 3
    with pytest.raises(LakeError, match=r"s3://nowhere/x can't be written by .*: there is no such bucket"):
        engine.write("some", "s3://nowhere/x")
    with pytest.raises(LakeError, match=f"{LAKE}/nothing can't be read by .*: there is no table"):
        engine.read("lake", f"{LAKE}/nothing")
    # Where nothing was written yet there is no run; where nobody knows, none is assumed.
    assert brought.current(engine, f"{LAKE}/nothing") is None
    with pytest.raises(LakeError, match=r"no such bucket"):
        brought.current(engine, "s3://nowhere/results")
    for address, words in (
        (f"{LAKE}/nothing", "contains no finished run"),
        ("s3://nowhere", "no such bucket"),
    ):
        with pytest.raises(SotError, match=words), lake_results.brought_back(of_sail(), address, tmp_path):
            pass
    engine.close()


def of_sail() -> EngineSettings:
    return EngineSettings(name="spark", remote="local")


def test_a_lake_without_credentials(
    at: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in at.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with beside(tmp_path) as address:
        with pytest.raises(LakeError, match=r"engine.work .*: the server has no credentials for it"):
            Spark(address, f"{LAKE}/work", 2, beside=True)
        engine = Spark(address, str(tmp_path / "steps"), 2, beside=True)
        with pytest.raises(LakeError, match=r"can't be read by .*: the server has no credentials for it"):
            engine.read("lake", f"{LAKE}/delta")
        engine.close()


def test_a_run_in_a_lake_needs_an_engine() -> None:
    with (
        pytest.raises(UsageError, match=f"{LAKE}/results: a run in a lake is read by an engine"),
        lake_results.brought_back(EngineSettings(), f"{LAKE}/results", Path()),
    ):
        pass
