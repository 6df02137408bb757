"""Names from data and settings as names of files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sot.workspace.file_names import file_name


@pytest.mark.parametrize("name", ["salesforce", "accounts 2024", "Müller & Söhne (alt)", "Sheet1#2", "a.b"])
def test_what_is_a_file_name_stays_as_it_is(name: str) -> None:
    assert file_name(name) == name


@given(st.text())
@example("../../../escaped")
@example("/etc/passwd")
@example("..")
@example("")
@example("CON")
@example("a\0b")
@example("x" * 500)
@example("\udcff")
def test_a_file_name_is_one_file_in_its_folder(text: str) -> None:
    name = file_name(text)
    assert name not in ("", ".", "..") and len(name.encode()) <= 400
    assert not set(name) & set('/\\\0:*?"<>|\r\n')
    assert not name.startswith(".") and name == name.strip()
    assert Path("folder", name).parts == ("folder", name)


@given(st.text(), st.text())
@example("a/b", "a_b")
@example("a", "a.")
def test_different_texts_have_different_names(left: str, right: str) -> None:
    assert (file_name(left) == file_name(right)) == (left == right)
