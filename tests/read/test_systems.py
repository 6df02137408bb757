"""The rules of the systems are whole, and the page about them is theirs."""

from __future__ import annotations

import pytest

from sot.read.columns.headers import fold, parts
from sot.read.columns.known_systems import Catalogue
from sot.rules import Rulebook
from sot.rules.systems import SystemRules, system_rules
from tests.contract import systems_page

SYSTEMS = system_rules(Rulebook())


def test_the_page_is_made_from_the_rules() -> None:
    assert systems_page.PAGE.read_text(encoding="utf-8") == systems_page.page(), (
        "python -m tests.contract.systems_page"
    )


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.system)
def test_every_table_is_recognised_by_its_own_headers(system: SystemRules) -> None:
    catalogue = Catalogue(SYSTEMS)
    for name, shapes in system.objects.items():
        for shape in shapes:
            if shape.id_needed or any(need.startswith("~") for need in shape.needs):
                continue
            written = [
                part for sources in shape.fields.values() for source in sources[:1] for part in parts(source)
            ]
            header = [
                *(need.split("|")[0] for need in shape.needs),
                *shape.also,
                *shape.record_id[:1],
                *written,
            ]
            forbidden = {fold(one) for one in shape.unless}
            found = catalogue.recognise([one for one in dict.fromkeys(header) if fold(one) not in forbidden])
            assert found is not None
            assert (found.system.system, found.object) == (system.system, name), shape.variant


def test_systems_are_named_once_and_after_their_file() -> None:
    names = [system.system for system in SYSTEMS]
    assert [f"systems/{name}.yaml" for name in names] == [
        name for name in Rulebook().names("systems") if not name.endswith("unknown.yaml")
    ]
    words = [word for system in SYSTEMS for word in system.names]
    assert len(words) == len(set(words))


def test_every_state_word_means_one_thing_per_kind() -> None:
    from sot.rules.systems import unknown_rules

    seen: dict[tuple[str, str], str] = {}
    for state, listed in unknown_rules(Rulebook()).states.items():
        for word in listed:
            assert seen.setdefault((state.split("_")[0], word), state) == state
            assert word == word.lower()
