"""A customer number of five digits beside the town is the id, and no postcode."""

from __future__ import annotations

from pathlib import Path

from tests.read.reading import survey


def test_a_customer_number_beside_the_town_is_the_id(tmp_path: Path) -> None:
    lines = ["Matchcode;Firmenname;Strasse;PLZ;Ort;Kundennummer"]
    lines += [f"HOLZ {i};Elbe Holz {i} GmbH;Ringstr. {i};0106{i};Dresden;1000{i * 2}" for i in range(1, 6)]
    (tmp_path / "adressen.csv").write_text("\n".join(lines), encoding="utf-8")
    found = survey(tmp_path / "adressen.csv")
    assert found.sources[0].record_id == "Kundennummer"
    assert found.sources[0].fields["postcode"] == "PLZ"
