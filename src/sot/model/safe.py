"""Text of which nothing works on a terminal, whatever stands in the data: every place that shows data uses this."""

from __future__ import annotations

_ACTS = (
    *range(0x20), *range(0x7F, 0xA0),  # control characters: they move the cursor, set colours and titles
    0x2028, 0x2029,  # they break lines
    *range(0x202A, 0x202F), *range(0x2066, 0x206A),  # they turn the direction of writing around
    *range(0xD800, 0xE000),  # halves of characters, as in names of files that are not UTF-8: nothing can print them
)  # fmt: skip
_REPLACED = dict.fromkeys(_ACTS, "\N{REPLACEMENT CHARACTER}")
_LINES = {code: shown for code, shown in _REPLACED.items() if code != ord("\n")}
_ESCAPED = {code: f"\\u{code:04x}" for code in _LINES}


def clean(text: object) -> str:
    """Give text that is safe to show on a line: nothing in a name moves the cursor or turns text around."""
    return str(text).translate(_REPLACED)


def clean_lines(text: object) -> str:
    """Give text that is safe to show, its lines kept."""
    return str(text).translate(_LINES)


def escaped(json: str) -> str:
    """Give JSON that says the same and is safe to show."""
    return json.translate(_ESCAPED)
