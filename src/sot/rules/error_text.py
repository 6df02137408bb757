"""What is wrong with a value of a rules file, in words: what is allowed there, and what was written."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Any

_ALLOWED = {
    "missing": "is missing",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "finite_number": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be a text",
    "list_type": "must be a list, such as [A, B]",
    "tuple_type": "must be a list, such as [A, B]",
    "frozen_set_type": "must be a list, such as [A, B]",
    "set_type": "must be a list, such as [A, B]",
    "dict_type": "must have keys with values, such as {{KEY: VALUE}}",
    "model_type": "must have keys with values; keys are {keys}",
    "greater_than_equal": "must be {ge:g} or more",
    "greater_than": "must be more than {gt:g}",
    "less_than_equal": "must be {le:g} or less",
    "less_than": "must be less than {lt:g}",
    "too_short": "must have {min_length} entries or more",
    "string_too_short": "must have {min_length} characters or more",
    "string_pattern_mismatch": "must have the form {pattern}",
    "union_tag_invalid": "'{tag}' is not one of {expected_tags}",
    "union_tag_not_found": "{discriminator} is missing",
    "value_error": "{error}",
}
"""What each kind of error that the models of sot can have says; the words in brackets are its context."""


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Give " - did you mean 'x'?" for the known word that is spelled most alike, or nothing."""
    close = difflib.get_close_matches(word, known, n=1)
    return f" - did you mean '{close[0]}'?" if close else ""


def wording(detail: Mapping[str, Any], keys: list[str]) -> str:
    """Say what is wrong by an error of pydantic; `keys` are those that the place may hold."""
    form = _ALLOWED.get(detail["type"])
    context = {"keys": ", ".join(keys), **detail.get("ctx", {})}
    text = form.format_map(context) if form else detail["msg"]
    value = detail.get("input")
    if detail["type"] in _SELF_EXPLAINING or (detail["type"] == "value_error" and _is_container(value)):
        return text + _alike(context.get("tag"), context.get("expected_tags"))
    return f"{text} ({_written(value)}){_alike(value, context.get('expected'))}"


def _is_container(value: Any) -> bool:
    return isinstance(value, dict | list | tuple)


def _alike(value: Any, expected: Any) -> str:
    """Give the allowed word that is spelled like the one that was written."""
    if not isinstance(value, str) or not isinstance(expected, str):
        return ""
    return did_you_mean(value, re.findall("'([^']*)'", expected))


_SELF_EXPLAINING = frozenset(("missing", "union_tag_invalid", "union_tag_not_found"))
"""Errors that say what was written themselves."""


def _written(value: Any) -> str:
    if value is None:
        return "there is nothing"
    if isinstance(value, dict):
        return "there are keys" if value else "there are no keys"
    if isinstance(value, list | tuple):
        return "there is a list"
    return f"you wrote: {value}"
