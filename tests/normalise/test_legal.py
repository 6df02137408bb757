from __future__ import annotations

import pytest

from sot.errors import RulesError
from sot.normalise import normalise
from sot.normalise.names.legal_forms import LegalTable
from sot.rules import Rulebook
from sot.rules.naming import LegalForms
from tests.normalise.making import records

RULES = Rulebook()
FORMS = RULES.get("naming/legal_forms.yaml", LegalForms)


def legal(names: list[str]) -> list[tuple[str | None, str | None]]:
    return normalise(records([{"name": name} for name in names]), RULES).select("n_name", "n_legal").rows()


def test_every_form_behind_a_name_comes_off_with_its_class_or_a_namesakes() -> None:
    words = LegalTable(FORMS, ("the", "and")).words
    listed = [(name, form) for name, entry in FORMS.classes.items() for form in entry.forms]
    for (name, form), (core, found) in zip(
        listed, legal([f"Zyxwold {form}" for _, form in listed]), strict=True
    ):
        assert core == "zyxwold" and found is not None, form
        assert found == name or form.split()[-1] in words or not form.isascii(), (form, found)


def test_every_leading_form_comes_off() -> None:
    forms = [form for entry in FORMS.classes.values() for form in entry.leading]
    for form, (core, found) in zip(forms, legal([f"{form} Zyxwold" for form in forms]), strict=True):
        assert (core, found is not None) == ("zyxwold", True), form


def test_compatible_holds_both_ways_and_for_the_class_itself() -> None:
    assert FORMS.compatible("ltd", "pvt") and FORMS.compatible("pvt", "ltd") and FORMS.compatible("ag", "ag")
    assert not FORMS.compatible("gmbh", "kg")
    pairs = FORMS.pairs()
    assert pairs == sorted({(right, left) for left, right in pairs})


def test_countries_of_a_class() -> None:
    assert "DE" in FORMS.countries("gmbh") and FORMS.countries("co") == frozenset()


def test_a_class_compatible_with_an_unknown_one_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "naming").mkdir()
    (folder / "naming" / "legal_forms.yaml").write_text(
        "classes:\n  ltd: {forms: [ltd], compatible: [limitde]}\n"
    )
    with pytest.raises(RulesError, match="limitde"):
        Rulebook(folder).get("naming/legal_forms.yaml", LegalForms)
