"""Texts that were encoded twice, and texts that only look like it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sot.read.formats.double_encoding import encoded_once
from tests.read.reading import names, one

CLEAN = (
    "Kundennr;Firma;Straße;Ort\n1;Müller GmbH;Hauptstr. 5;München\n2;Größe & Söhne AG;Ringstr. 1;Köln\n"
    "3;Citroën – Łódź’s Čapek;A;B\n"
)


def twice(text: str) -> str:
    """Take UTF-8 for Windows-1252."""
    return "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_encoded_twice_is_read(times: int, mark: str, tmp_path: Path) -> None:
    text = CLEAN
    for _ in range(times):
        text = twice(text)
    path = tmp_path / "list.csv"
    path.write_text(mark + text, encoding="utf-8")
    source, found = one(path)
    assert names(found) == ["Müller GmbH", "Größe & Söhne AG", "Citroën – Łódź’s Čapek"]
    assert source.fields["street"] == "Straße"
    assert any("4 lines were encoded twice; read '" in warning for warning in source.warnings)


SOUND = [
    "São João\nÂngela\n",
    "Ã la Carte\n",
    "Müller\nMÃ¼ller\n",
    "Å\n",
    "Ärzte\nÅrhus\nÃ…kerman é\n",
    "GEMÄß\nSÃO PAULO\nCAFÉ»\n",
    "plain\n",
]


@pytest.mark.parametrize("text", SOUND)
def test_sound_and_mixed_texts_stay(text: str) -> None:
    assert encoded_once(text.encode()) == (text.encode(), "utf-8", ())


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=40))
def test_what_was_encoded_twice_comes_back(text: str) -> None:
    written = twice(text)
    if any(sign in written for sign in "ÃÂÄÅ"):
        assert encoded_once(written.encode())[0] in (text.encode(), encoded_once(text.encode())[0])
