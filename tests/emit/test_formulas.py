"""What begins like a formula in CSV outputs."""

from __future__ import annotations

import polars as pl

from sot.emit.formulas import without_formulas


def test_what_a_spreadsheet_would_calculate_gets_an_apostrophe() -> None:
    values = [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd",
        "@SUM(A1)",
        "\t=1",
        "Acme = Co",
        "+49 30 1234",
        "-5.00",
        None,
        "",
    ]
    table = pl.DataFrame({"name": values, "count": range(len(values))})
    found = without_formulas(table)
    assert found["name"].to_list() == [
        "'=1+1", "'+cmd|' /C calc'!A0", "'-2+3+cmd", "'@SUM(A1)", "'\t=1", "Acme = Co", "+49 30 1234", "-5.00",
        None, "",
    ]  # fmt: skip
    assert found["count"].equals(table["count"])
