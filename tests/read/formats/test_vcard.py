"""Address books whose cards are not ended."""

from __future__ import annotations

from pathlib import Path

from tests.read.reading import names, one


def test_a_card_without_an_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.vcf"
    cards = [f"BEGIN:VCARD\nVERSION:3.0\nFN:Jo {who}\nORG:{who} Ltd\n" for who in ("Acme", "Bolt", "Crux")]
    path.write_text(f"{cards[0]}END:VCARD\n{cards[1]}{cards[2]}", encoding="utf-8")
    _, found = one(path)
    assert names(found) == ["Acme Ltd", "Bolt Ltd", "Crux Ltd"]
