"""Scripts other than Latin; names in those without blanks between words are compared by their characters."""

from __future__ import annotations

CHARACTERS = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""Kana, Han and Hangul, as a regular expression."""

LATIN_WORD, OTHER_LETTER = r"\p{Latin}{3}", r"[\p{L}--\p{Latin}]"
"""A name with letters of another script and without a Latin word is written in that script."""
