"""What an unknown system is called stays the same from export to export, and two systems stay two."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.model.run import Silent
from sot.model.sources import Import, InputSpec
from sot.read import read_exports
from sot.read.columns.system_names import default_system
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.rules.systems import UnknownRules

UNKNOWN = Rulebook().get("systems/unknown.yaml", UnknownRules)
LIST = "Nr;Firma;Ort\n1;Acme GmbH;Bonn\n2;Globex AG;Köln\n3;Initech GmbH;Ulm\n"


@pytest.mark.parametrize(
    "stamped",
    [
        "{}_2026-11-30.csv",
        "{} 30.11.2026.csv",
        "{}_11-30-26.csv",
        "20261130_{}.csv",
        "{}_20261130T142205Z.csv",
        "{} 2026-11-30 14_22_05.csv",
        "KW48_2026_{}.csv",
        "{} Q3 2026.csv",
        "{}-1287.csv",
        "{} (1).csv",
        "{} - Copy.csv",
    ],
)
@pytest.mark.parametrize("name", ["kunden", "erp_customers", "sage_100_kunden", "site_1"])
def test_a_system_is_named_without_the_date_of_its_export(name: str, stamped: str) -> None:
    assert default_system(stamped.format(name), UNKNOWN) == name


@pytest.mark.parametrize(
    ("path", "system"),
    [
        ("2026.csv", "system_2026"),
        ("1000.csv", "system_1000"),
        ("site_2.csv", "site_2"),
        ("Dec.csv", "dec"),
        ("1 Nov 2026 kunden.csv", "kunden"),
        ("Kunden Oktober 2026.xlsx", "kunden"),
        ("marketing.csv", "marketing"),
    ],
)
def test_a_name_is_never_cut_to_nothing(path: str, system: str) -> None:
    assert default_system(path, UNKNOWN) == system


def read(folder: Path, settings: Settings | None = None, **files: str) -> Import:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_exports([InputSpec(str(folder))], Rulebook(), settings or Settings(), Silent())


def test_two_exports_of_one_list_are_one_system(tmp_path: Path) -> None:
    more = f"{LIST}4;Hooli Ltd;Trier\n"
    got = read(tmp_path / "in", **{"kunden_2026-11-30": LIST, "kunden_2026-12-31": more})
    assert set(got.records["system"]) == {"kunden"}
    assert sorted(got.records["record_id"]) == ["1", "2", "3", "4"]


def test_an_older_export_beside_a_newer_one_is_named(tmp_path: Path) -> None:
    newer = LIST.replace("Globex AG", "Globex Holding AG")
    got = read(tmp_path / "in", **{"kunden_2026-11-30": LIST, "kunden_2026-12-31": newer})
    assert set(got.records["system"]) == {"kunden"}
    notes = [note for source in got.sources for note in source.warnings if "older export" in note]
    assert [note.split(":")[0] for note in notes] == [
        "1 id with another name in kunden_2026-12-31.csv",
        "1 id with another name in kunden_2026-11-30.csv",
    ]


def test_files_whose_ids_are_other_companies_are_two_systems(tmp_path: Path) -> None:
    other = "Nr;Firma;Ort\n1;Hooli Ltd;Trier\n2;Umbra SA;Lyon\n3;Vandelay Inc;Kiel\n"
    got = read(tmp_path / "in", **{"kunden_2025": LIST, "kunden_2026": other})
    assert set(got.records["system"]) == {"kunden_2025", "kunden_2026"}
    assert got.records.height == 6


def test_files_that_a_counter_keeps_apart_are_two_systems(tmp_path: Path) -> None:
    other = "Nr;Firma;Ort\n7;Hooli Ltd;Trier\n8;Umbra SA;Lyon\n"
    got = read(tmp_path / "in", site_100=LIST, site_200=other)
    assert set(got.records["system"]) == {"site_100", "site_200"}


def test_settings_under_the_whole_name_of_a_file_are_not_lost_in_silence(tmp_path: Path) -> None:
    settings = Settings.model_validate({"systems": {"kunden_2026_11_30": {"department": "finance"}}})
    got = read(tmp_path / "in", settings, **{"kunden_2026-11-30": LIST})
    notes = [note for note in got.sources[0].warnings if "sot.yaml" in note]
    assert notes == [
        "sot.yaml has settings for the system 'kunden_2026_11_30'; this export is of 'kunden': rename it there"
    ]
