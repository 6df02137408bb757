"""Text that is safe to show."""

from __future__ import annotations

import json

import pytest

from sot.model.safe import clean, clean_lines, escaped


@pytest.mark.parametrize("show", [clean, clean_lines, escaped])
def test_letters_of_all_scripts_stay(show) -> None:
    assert show("Ünïcode 株式会社 ООО می‌خواهم 🏭") == "Ünïcode 株式会社 ООО می‌خواهم 🏭"


def test_what_works_on_a_terminal_is_replaced_by_a_sign_of_one_place() -> None:
    assert clean("a\x1b[2J\r\x9bb\u202ec\u2028d\udce9") == "a�[2J��b�c�d�"
    assert clean("a\nb\tc") == "a�b�c" and clean_lines("a\nb\tc") == "a\nb�c"


def test_json_says_the_same() -> None:
    value = {"na\x9bme": ["\u202eLtd", "C:\\x9b", "\udce9"]}
    shown = escaped(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(shown) == value and shown.count("\n") == 6
    assert clean(shown.replace("\n", "")) == shown.replace("\n", "")
