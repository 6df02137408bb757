"""Tables at addresses: understood by a sample; what workers can't do is refused with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from sot.cli.errors import run as sot
from sot.engine.embedded import Embedded
from sot.engine.protocol import Engine
from sot.errors import InputError
from sot.model.run import Silent
from sot.model.sources import Import, InputSpec
from sot.read import read_exports
from sot.read.on_engine import lake
from sot.rules import Rulebook
from sot.rules.project import Settings

NAMES = (
    "Arden Joinery Ltd",
    "Bexhill Optics Ltd",
    "Calder Freight GmbH",
    "Dunmore Dental Ltd",
    "Elm Travel Ltd",
)


def accounts(**more: list[object]) -> pl.DataFrame:
    ids = [f"001000000000{number}AAA" for number in range(len(NAMES))]
    return pl.DataFrame({"Id": ids, "Name": NAMES, "BillingCity": ["Leeds"] * len(NAMES), **more})


def put(folder: Path, rows: pl.DataFrame) -> str:
    folder.mkdir(parents=True)
    for number, part in enumerate(rows.iter_slices(2)):
        part.write_parquet(folder / f"part-{number}.parquet")
    return f"file://{folder}"


def read(address: str, engine: Engine | None, settings: Settings | None = None) -> Import:
    return read_exports([InputSpec(address)], Rulebook(), settings or Settings(), Silent(), engine)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lake, "SAMPLE", 3)


@pytest.mark.usefixtures("few")
def test_a_large_list_stays_on_the_engine(tmp_path: Path) -> None:
    rows = accounts(
        CreatedDate=["2026-01-02", None, "2026-01-04", "2026-01-05", "2026-01-06"],
        AnnualRevenue=[1.5, 2, 3, 4, 5],
    )
    engine = Embedded(pieces=2)
    found = read(put(tmp_path / "Account", rows), engine)
    plain = read(str(tmp_path / "Account"), None)
    assert found.on_engine and not plain.on_engine
    assert found.records.columns == ["uid", "system", "record_id", "name", "account_number"]
    got = engine.small("select * from records order by uid")
    same = [name for name in plain.records.columns if name not in ("uid", "source", "row")]
    assert got.select(same).rows() == plain.records.select(same).rows()
    assert [(one.rows, one.records, one.system) for one in found.sources] == [(5, 5, "salesforce")]


def test_a_small_one_is_read_like_any_other(tmp_path: Path) -> None:
    found = read(put(tmp_path / "Account", accounts()), Embedded())
    assert not found.on_engine
    assert sorted(found.records["name"]) == sorted(NAMES)


@pytest.mark.usefixtures("few")
def test_a_preview_is_of_the_sample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sot.yaml").write_text("engine: {name: embedded, pieces: 2}\n", encoding="utf-8")
    address = put(tmp_path / "Account", accounts())
    assert sot(["inspect", address, "--project", str(tmp_path), "--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)
    assert (shown["path"], shown["system"], shown["records"]) == (address, "salesforce", 3)
    assert shown["warnings"] == ["a sample: the first 3 rows"]


@pytest.mark.usefixtures("few")
def test_documents_are_read_whole(tmp_path: Path) -> None:
    engine = Embedded()
    put(tmp_path / "Account", accounts())
    deals = pl.DataFrame(
        {
            "Id": [f"006000000000{number}AAA" for number in range(5)],
            "AccountId": accounts()["Id"],
            "Name": [f"Deal {number}" for number in range(5)],
            "StageName": ["Closed Won"] * 5,
            "CloseDate": ["2026-02-01"] * 5,
            "Amount": [100.0] * 5,
        }
    )
    specs = [InputSpec(f"file://{tmp_path / 'Account'}"), InputSpec(put(tmp_path / "Opportunity", deals))]
    found = read_exports(specs, Rulebook(), Settings(), Silent(), engine)
    assert found.on_engine
    assert found.documents["customer_id"].to_list() == accounts()["Id"].to_list()


@pytest.mark.usefixtures("few")
def test_what_takes_more_than_columns_is_refused(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "Customer No": ["1", "2", "3", "4", "5"],
            "Company": NAMES,
            "Address": [
                f"{number} High Street, Leeds LS1 {number}AA, United Kingdom" for number in range(1, 6)
            ],
        }
    )
    with pytest.raises(InputError, match="would have to be taken out of parts of cells"):
        read(put(tmp_path / "customers", rows), Embedded())


@pytest.mark.parametrize(
    ("address", "engine", "said"),
    [
        ("s3a://bucket/accounts", None, "on an engine that sot.yaml names"),
        ("s3a://bucket/accounts", Embedded, "it reads Parquet folders of this machine"),
        ("table://main.crm.accounts", Embedded, "it reads Parquet folders of this machine"),
        ("file:///nowhere", Embedded, "there is no such folder"),
    ],
)
def test_who_reads_an_address(address: str, engine: type[Embedded] | None, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(address, engine() if engine else None)
