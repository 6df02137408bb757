"""The kinds of values in rules files, with their bounds."""

from __future__ import annotations

import re
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Annotated

import polars as pl
from pydantic import AfterValidator, Field

from sot.rules.error_text import did_you_mean

Probability = Annotated[float, Field(gt=0, le=1)]
"""Above 0, at most 1."""
Share = Annotated[float, Field(ge=0, le=1)]
Bits = Annotated[float, Field(ge=-60, le=60)]
"""A logarithm to the base 2 of a Bayes factor."""
Gain = Annotated[float, Field(ge=0, le=60)]
"""Bits that are never negative: a bonus, a cap, or a loss that is subtracted."""
Count = Annotated[int, Field(ge=1)]
Word = Annotated[str, Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


def _compiles(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    return text


def _compiles_for_columns(text: str) -> str:
    try:
        pl.Series([""]).str.contains(text)
    except pl.exceptions.PolarsError as error:
        line = " ".join(str(error).split("\n")[-1].split())
        raise ValueError(f"is not a regular expression for columns (no look-around): {line}") from error
    return text


def _validator_of_stdnum(name: str) -> str:
    if re.fullmatch(r"[a-z]+_?(\.[a-z0-9_]+)?", name) is None or find_spec_or_none(f"stdnum.{name}") is None:
        raise ValueError(f"is not a module of python-stdnum, such as de.vat{_like_modules(name)}")
    return name


def find_spec_or_none(name: str) -> ModuleSpec | None:
    """Find a module without importing it; nothing where its package does not exist."""
    try:
        return find_spec(name)
    except ModuleNotFoundError:
        return None


def _like_modules(name: str) -> str:
    """Give a hint at the module of the same country that is called alike."""
    package = find_spec_or_none(f"stdnum.{name.partition('.')[0]}")
    folders = package.submodule_search_locations if package else None
    known = [f"{name.partition('.')[0]}.{module.name}" for module in iter_modules(folders)] if folders else []
    return did_you_mean(name, known)


Pattern = Annotated[str, AfterValidator(_compiles)]
"""A regular expression of Python."""
ColumnPattern = Annotated[str, AfterValidator(_compiles_for_columns)]
"""A regular expression that runs over whole columns (the dialect of Rust)."""
CheckDigits = Annotated[str, AfterValidator(_validator_of_stdnum)]
"""A module of python-stdnum that tests numbers, such as de.vat."""
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""
