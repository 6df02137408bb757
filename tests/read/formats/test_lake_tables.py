"""Folders that are one table: Parquet parts, Delta and Iceberg, each read as it is now."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sot.cli.errors import run as sot
from sot.compare import verify
from sot.model.run import Silent
from sot.model.sources import Import, InputSpec
from sot.read import files_in, read_exports
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.workspace.project import Project

ACCOUNTS = pl.DataFrame(
    {
        "Id": ["0010000000001AAA", "0010000000002AAA", "0010000000003AAA", "0010000000004AAA"],
        "Name": ["Arden Joinery Ltd", "Bexhill Optics Ltd", "Calder Freight GmbH", "Dunmore Dental Ltd"],
        "BillingCity": ["Leeds", "Bristol", "Hamburg", "Cork"],
        "BillingCountry": ["United Kingdom", "United Kingdom", "Germany", "Ireland"],
    }
)


def names(folder: Path) -> list[str]:
    """Give the names of the records that are read from a folder, which must be one table."""
    found: Import = read_exports([InputSpec(str(folder))], Rulebook(), Settings(), Silent())
    assert len(found.sources) == 1 and not found.unreadable
    return sorted(found.records["name"])


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    (tmp_path / "exports").mkdir()
    return tmp_path / "exports"


def test_the_parts_of_one_folder_are_one_table(exports: Path) -> None:
    folder = exports / "accounts.parquet"
    folder.mkdir()
    ACCOUNTS[:3].write_parquet(folder / "part-00000-x.snappy.parquet")
    ACCOUNTS[3:].drop("BillingCountry").write_parquet(folder / "part-00001-x.snappy.parquet")
    (folder / "_SUCCESS").touch()
    assert names(exports) == names(folder) == sorted(ACCOUNTS["Name"])


def test_partitions_are_columns(exports: Path) -> None:
    for country, rows in ACCOUNTS.group_by("BillingCountry"):
        folder = exports / "accounts" / f"BillingCountry={str(country[0]).replace(' ', '%20')}"
        folder.mkdir(parents=True)
        rows.drop("BillingCountry").write_parquet(folder / "part-0.parquet")
    found = read_exports([InputSpec(str(exports))], Rulebook(), Settings(), Silent())
    assert sorted(found.records["country"]) == sorted(ACCOUNTS["BillingCountry"])


def test_a_folder_of_several_parquet_exports_is_no_table(exports: Path) -> None:
    ACCOUNTS.write_parquet(exports / "accounts.parquet")
    ACCOUNTS.write_parquet(exports / "customers.parquet")
    found = read_exports([InputSpec(str(exports))], Rulebook(), Settings(), Silent())
    assert len(found.sources) == 2


def test_a_delta_table_is_read_as_it_is_now(exports: Path) -> None:
    deltalake = pytest.importorskip("deltalake")
    folder = str(exports / "accounts")
    deltalake.write_deltalake(folder, ACCOUNTS[:3].to_arrow(), partition_by=["BillingCountry"])
    deltalake.DeltaTable(folder).delete("\"Name\" = 'Bexhill Optics Ltd'")
    deltalake.write_deltalake(folder, ACCOUNTS[3:].to_arrow(), mode="append")
    assert names(exports) == ["Arden Joinery Ltd", "Calder Freight GmbH", "Dunmore Dental Ltd"]


def test_an_iceberg_table_is_read_as_it_is_now(exports: Path, tmp_path: Path) -> None:
    catalog = pytest.importorskip("pyiceberg.catalog.sql")
    opened = catalog.SqlCatalog(
        "test", uri=f"sqlite:///{tmp_path / 'catalog.db'}", warehouse=exports.as_uri()
    )
    opened.create_namespace("crm")
    table = opened.create_table("crm.accounts", schema=ACCOUNTS.to_arrow().schema)
    table.append(ACCOUNTS.to_arrow())
    table.delete("Name = 'Bexhill Optics Ltd'")
    assert names(exports) == ["Arden Joinery Ltd", "Calder Freight GmbH", "Dunmore Dental Ltd"]
    (exports / "crm").rename(exports / "moved")
    found = read_exports(
        [InputSpec(str(exports)), InputSpec(str(_other(tmp_path)))], Rulebook(), Settings(), Silent()
    )
    assert "where it was written" in found.unreadable[0][1]


def _other(folder: Path) -> Path:
    path = folder / "customers.parquet"
    ACCOUNTS.write_parquet(path)
    return path


def test_a_damaged_table_is_reported_and_the_others_are_read(exports: Path) -> None:
    (exports / "broken" / "_delta_log").mkdir(parents=True)
    (exports / "broken" / "_delta_log" / "00000000000000000000.json").write_text("{")
    folder = exports / "parts"
    folder.mkdir()
    (folder / "part-0.parquet").write_bytes(b"PAR1")
    ACCOUNTS.write_parquet(exports / "accounts.parquet")
    found = read_exports([InputSpec(str(exports))], Rulebook(), Settings(), Silent())
    assert found.records.height == 4
    assert sorted(Path(path).name for path, _ in found.unreadable) == ["broken", "parts"]


def test_verify_finds_that_a_part_changed(exports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = exports / "accounts.parquet"
    folder.mkdir()
    ACCOUNTS[:2].write_parquet(folder / "part-0.parquet")
    ACCOUNTS[2:].write_parquet(folder / "part-1.parquet")
    monkeypatch.chdir(exports.parent)
    assert sot(["dedupe", "exports", "--quiet"]) == 0
    project = Project(Path())
    assert {one.state for one in verify(Path("sot-out"), project, files_in)} == {"same"}
    ACCOUNTS[2:3].write_parquet(folder / "part-1.parquet")
    changed = [one.name for one in verify(Path("sot-out"), project, files_in) if one.state != "same"]
    assert changed == ["exports/accounts.parquet"]
