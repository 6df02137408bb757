"""Scripts without blanks between words: names in them are compared by their characters."""

from __future__ import annotations

CHARACTERS = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""Kana, Han and Hangul, as a regular expression."""
