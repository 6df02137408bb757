"""Small exports of known quality, and exactly the figures that they must give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sot.profile import Profile, plain, render, worst_columns, worst_findings
from sot.profile.figures import Count, Examined
from sot.rules import Rulebook
from sot.rules.quality.profile import KINDS, NAME, ProfileRules
from tests.profile.profiling import column, columns, finding, profiled
from tests.read.reading import table

HEADER = ["Id", "Company", "E-Mail", "Phone", "VAT ID", "ZIP", "Country", "Memo"]
ROWS = [
    ["1", "Acme Inc.", "jo@acme.com", "+49 89 1234567", "DE136695976", "80331", "Germany", "x"],
    ["2", "Globex Inc.", "ann@globex.com", "089 7654321", "DE136695977", "8033", "DE", ""],
    ["3", "Initech Incorporated", "acme.com", "12", "n/a", "10115", "Germany", "x"],
    ["4", "Umbrella Inc", "n/a", "000-000-0000", "", "", "Germany", " "],
    ["5", "Hooli Inc.", "test@test.com", "", "", "SW1A 1AA", "Atlantis", ""],
]


def test_every_figure_of_a_known_export(tmp_path: Path) -> None:
    found = columns(tmp_path, HEADER, ROWS)
    told = {
        name: (one.field, one.rows, one.filled, one.placeholders, one.empty, one.distinct)
        for name, one in found.items()
    }
    assert told == {
        "Id": ("record_id", 5, 5, 0, 0, 5),
        "Company": ("name", 5, 5, 0, 0, 5),
        "E-Mail": ("email", 5, 3, 2, 0, 3),
        "Phone": ("phone", 5, 3, 1, 1, 3),
        "VAT ID": ("tax_id", 5, 2, 1, 2, 2),
        "ZIP": ("postcode", 5, 4, 0, 1, 4),
        "Country": ("country", 5, 5, 0, 0, 3),
        "Memo": (None, 5, 2, 0, 3, 1),
    }
    assert {name: one.tested for name, one in found.items() if one.tested} == {
        "E-Mail": Examined(valid=2, invalid=1, untested=0),
        "Phone": Examined(valid=2, invalid=1, untested=0),
        "VAT ID": Examined(valid=1, invalid=1, untested=0),
        "ZIP": Examined(valid=2, invalid=1, untested=1),
        "Country": Examined(valid=4, invalid=1, untested=0),
    }


def test_what_is_wrong_comes_with_the_values_that_are(tmp_path: Path) -> None:
    found = columns(tmp_path, HEADER, ROWS)
    wrong = finding(found["E-Mail"], "invalid")
    assert wrong is not None
    assert (wrong.cells, wrong.share, wrong.examples) == (1, round(1 / 3, 6), (Count("acme.com", 1),))
    fake = finding(found["E-Mail"], "placeholders")
    assert fake is not None
    assert (fake.cells, fake.share) == (2, 2 / 5)
    assert {one.text for one in fake.examples} == {"n/a", "test@test.com"}


def test_top_values_and_patterns_are_counted_by_cells(tmp_path: Path) -> None:
    found = column(tmp_path, "Code", ["AB-12", "AB-12", "CD-34", "éF-56", "x-7"])
    assert found.top[0] == Count("AB-12", 2)
    assert found.patterns == (Count("AA-99", 3), Count("a-9", 1), Count("aA-99", 1))
    assert found.pattern_count == 3


MOJIBAKE = "Bäckerei".encode().decode("latin-1")


@pytest.mark.parametrize(
    ("kind", "header", "values", "cells"),
    [
        ("lost_digits", "Phone", ["4.91E+11", "+49 89 1234567"], 1),
        ("lost_digits", "Serial", ["1.21E+15", "12,5E+8", "A1"], 1),
        ("point_zero", "Phone", ["4989123456.0", "089 123456"], 1),
        ("point_zero", "VAT ID", ["136695976.0", "136695976"], 1),
        ("lost_zeros", "ZIP", ["2134"], 0),
        ("rounded_ids", "Account Number", ["123456789012345000", "223456789012345000"], 2),
        ("rounded_ids", "Account Number", ["123456789012345000", "223456789012345678", "3"], 0),
        ("day_numbers", "Created Date", ["2024-01-31", "44927", "2024-02-01"], 1),
        ("wrong_letters", "City", [MOJIBAKE, "Café’s", "Bäckerei"], 1),
        ("lost_letters", "City", ["M?nchen", "M\ufffdnchen", "Where?", "Köln"], 2),
        ("lost_letters", "Website", ["https://acme.com/a?b=c"], 0),
        ("entities", "City", ["Tom &amp; Co", "Tom & Co"], 1),
        ("hidden_characters", "City", ["Köln\u200b", "New\u00a0York", "Köln"], 2),
        ("blanks", "City", [" Köln", "Köln ", "New  York", "New York"], 3),
        ("capitals", "City", ["MUNICH", "Munich", "NYC"], 1),
        ("capitals", "City", ["MUNICH", "BERLIN", "HAMBURG"], 0),
        ("cut_off", "Notes", [f"{at} a text of thirty letters.."[:28] for at in range(6)] + ["short"], 6),
        ("cut_off", "Notes", ["a" * size for size in range(20, 40)], 0),
        ("forms", "Created Date", ["2024-01-31", "2024-02-01", "1/2/2024", "31/12/2024"], 2),
        ("placeholders", "City", ["N/A", "unknown", "Köln", "-"], 3),
        ("placeholders", "Stage", ["Pending", "Open", "n/a"], 1),
        ("placeholders", "Balance", ["0", "12.50", "-"], 1),
        ("nothing", "Notes", ["", " ", ""], 3),
    ],
)
def test_signs_of_damage_and_habits(
    tmp_path: Path, kind: str, header: str, values: list[str], cells: int
) -> None:
    found = finding(column(tmp_path, header, values), kind)
    assert (found.cells if found else 0) == cells


def test_zeros_are_lost_where_the_country_wants_more_digits(tmp_path: Path) -> None:
    header = ["Id", "Company", "ZIP", "Country"]
    lost = [["1", "Firm A", "2134", "US"], ["2", "Firm B", "90210", "US"], ["3", "Firm C", "1010", "Austria"]]
    found = finding(columns(tmp_path, header, lost)["ZIP"], "lost_zeros")
    assert found is not None and (found.cells, found.examples) == (1, (Count("2134", 1),))
    kept = [*lost, ["4", "Firm D", "02135", "US"]]
    assert finding(columns(tmp_path, header, kept)["ZIP"], "lost_zeros") is None


def test_an_id_of_two_rows_is_a_blocker_and_comes_first(tmp_path: Path) -> None:
    rows = [
        ["7", "Firm A", "x@@y"],
        ["7", "Firm B", "b@b.com"],
        ["", "Firm C", "c@c.com"],
        ["8", "Firm D", "d@d.com"],
    ]
    found = profiled(table(tmp_path / "crm.csv", ["Id", "Company", "E-Mail"], rows))
    (source,) = found.sources
    told = [
        (column.column, one.kind, one.cells)
        for _, column, one in worst_findings(found, {"blocker", "warning"})
    ]
    assert told == [("Id", "repeated_ids", 2), ("Id", "missing_ids", 1), ("E-Mail", "invalid", 1)]
    assert [one.column for one in worst_columns(source)][:2] == ["Id", "E-Mail"]


def test_several_invoices_of_one_id_are_no_damage(tmp_path: Path) -> None:
    rows = [["INV1", "Acme", "10", "2024-01-31"], ["INV1", "Acme", "20", "2024-01-31"]]
    header = ["Invoice Number", "Customer", "Amount", "Due Date"]
    (source,) = profiled(table(tmp_path / "invoices.csv", header, rows)).sources
    assert source.object == "invoice"
    assert not [one for column in source.columns for one in column.findings if one.kind == "repeated_ids"]


def ways(column_: object) -> dict[str, dict[str, int]]:
    return {one.of: {s.text: s.cells for s in one.spellings} for one in column_.variants}  # type: ignore[attr-defined]


def test_legal_forms_by_how_they_are_written(tmp_path: Path) -> None:
    named = ["Acme Inc.", "Globex, Inc.", "Hooli INC", "Initech Incorporated", "Umbrella Inc.", "Wonka L. L. C.",
             "Stark LLC", "Wayne Limited Liability Company", "Duff Co., Ltd.", "Kwik Ltd"]  # fmt: skip
    rows = [[str(at), name] for at, name in enumerate(named)]
    found = ways(columns(tmp_path, ["Id", "Company"], rows)["Company"])
    assert found == {
        "legal form Inc.": {"Inc.": 3, "INC": 1, "Incorporated": 1},
        "legal form L. L. C.": {"L. L. C.": 1, "LLC": 1, "Limited Liability Company": 1},
    }


def test_abbreviations_countries_and_regions(tmp_path: Path) -> None:
    header = ["Id", "Company", "Street", "State", "Country"]
    rows = [
        ["1", "Acme Intl Services", "1 Main Street", "California", "USA"],
        ["2", "Acme International Svcs", "2 Main St.", "CA", "United States"],
        ["3", "Other International Services", "3 Main STREET", "CA", "USA"],
    ]
    found = columns(tmp_path, header, rows)
    assert ways(found["Company"]) == {
        "international": {"International": 2, "Intl": 1},
        "services": {"Services": 2, "Svcs": 1},
    }
    assert ways(found["Street"]) == {"street": {"Street": 2, "St.": 1}}
    assert ways(found["State"]) == {"California": {"CA": 2, "California": 1}}
    assert ways(found["Country"]) == {"US": {"USA": 2, "United States": 1}}
    spelt = finding(found["Country"], "spellings")
    assert spelt is not None and (spelt.cells, spelt.examples) == (1, (Count("USA / United States", 1),))


def test_words_that_differ_in_capitals_and_punctuation(tmp_path: Path) -> None:
    found = column(tmp_path, "Segment", ["Mid-Market", "mid market", "Mid-Market", "SMB", "MidMarket"])
    assert ways(found) == {"Mid-Market": {"Mid-Market": 2, "MidMarket": 1, "mid market": 1}}


def test_columns_of_a_joined_field_are_told_apart(tmp_path: Path) -> None:
    header = ["Id", "Company", "Phone", "Mobile Phone"]
    rows = [["1", "Firm A", "+49 89 1234567", ""], ["2", "Firm B", "", "12"]]
    found = columns(tmp_path, header, rows)
    assert found["Phone"].tested == Examined(1, 0, 0)


def test_a_file_that_cannot_be_read_comes_first(tmp_path: Path) -> None:
    good = table(tmp_path / "good.csv", ["Id", "Company"], [["1", "Acme"]])
    found = profiled(good, tmp_path / "missing.csv")
    assert [(source.rows, bool(source.error)) for source in found.sources] == [(0, True), (1, False)]


def test_what_a_person_says_in_the_project_holds(tmp_path: Path) -> None:
    shipped = Rulebook().path(NAME).read_text(encoding="utf-8")
    own = tmp_path / "project" / "rules" / "quality"
    own.mkdir(parents=True)
    assert "blanks: {severity: info" in shipped
    (own / "profile.yaml").write_text(
        shipped.replace("blanks: {severity: info", "blanks: {severity: blocker"), encoding="utf-8"
    )
    path = table(tmp_path / "crm.csv", ["Id", "Company"], [["1", " Acme"]])
    for project, severity in ((None, "info"), (tmp_path / "project", "blocker")):
        (source,) = profiled(path, project=project).sources
        assert {one.severity for column in source.columns for one in column.findings} == {severity}


def test_a_sample_stands_for_very_many_values_and_says_so(tmp_path: Path) -> None:
    shipped = Rulebook().path(NAME).read_text(encoding="utf-8")
    own = tmp_path / "project" / "rules" / "quality"
    own.mkdir(parents=True)
    (own / "profile.yaml").write_text(
        shipped.replace("tested_at_most: 30000", "tested_at_most: 400"), encoding="utf-8"
    )
    rows = [[str(at), f"Firm {at}", f"user{at}@firm.com" if at % 4 else f"user{at}"] for at in range(4000)]
    rows += [[str(at), f"Firm {at}", "twice@@firm.com"] for at in range(4000, 4100)]
    path = table(tmp_path / "crm.csv", ["Id", "Company", "E-Mail"], rows)
    exact, sampled = (
        profiled(path, project=project).sources[0].columns[2].tested
        for project in (None, tmp_path / "project")
    )
    assert exact == Examined(valid=3000, invalid=1100, untested=0)
    assert sampled is not None and sampled.sampled
    assert sampled.valid + sampled.invalid + sampled.untested == 4100
    assert abs(sampled.invalid - 1100) < 200


def test_every_kind_has_its_words() -> None:
    rules = Rulebook().get(NAME, ProfileRules)
    assert set(rules.findings) == KINDS
    with pytest.raises(ValueError, match="missing"):
        ProfileRules.model_validate({"findings": {}, "real_elsewhere": (), "tested_at_most": 1})


def test_the_same_exports_give_the_same_profile(tmp_path: Path) -> None:
    rows = [[str(at), f"Firm {at % 7}", f"user{at % 5}@firm.com"] for at in range(300)]
    first = profiled(table(tmp_path / "a.csv", ["Id", "Company", "E-Mail"], rows))
    again = profiled(table(tmp_path / "a.csv", ["Id", "Company", "E-Mail"], rows[::-1]))
    assert plain(first) == plain(again)
    assert render(first) == render(again)


GOLDEN = Path(__file__).with_name("known.json")


def test_the_json_is_what_was_agreed_on(tmp_path: Path) -> None:
    found = plain(profiled(table(tmp_path / "crm.csv", HEADER, ROWS)))
    found["sources"][0]["path"] = "crm.csv"
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    assert GOLDEN.read_text(encoding="utf-8") == text


def test_nothing_to_profile_is_no_profile(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("hello", encoding="utf-8")
    found = profiled(tmp_path)
    assert isinstance(found, Profile) and found.sources == () and len(found.ignored) == 1
