"""Numbering plans as Polars expressions, from the metadata of phonenumbers: many numbers tested at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import phonenumbers
import polars as pl
from phonenumbers import PhoneMetadata

KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)


@dataclass(frozen=True)
class Plan:
    """What a country's own numbers look like: calling code, trunk prefix (a regular expression) or None."""

    calling_code: str
    trunk: str | None


@cache
def calling_codes() -> str:
    """Give a regular expression for the calling code at the start of an international number."""
    codes = sorted(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
    return "^(" + "|".join(sorted(codes, key=lambda code: (-len(code), code))) + ")"


@cache
def plan(country: str) -> Plan | None:
    """Give the plan of a country, None where it has none."""
    metadata = PhoneMetadata.metadata_for_region(country, None)
    if metadata is None:
        return None
    prefix = (
        metadata.national_prefix if metadata.national_prefix and metadata.national_prefix.isdigit() else None
    )
    return Plan(str(metadata.country_code), prefix)


@cache
def patterns(calling_code: str) -> tuple[tuple[tuple[int, ...], str], ...]:
    """Give what numbers with a calling code look like in any region: (lengths, regular expression) each."""
    by_lengths: dict[tuple[int, ...], set[str]] = {}
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(calling_code), ()):
        metadata = _metadata(region, calling_code)
        kinds = [getattr(metadata, kind, None) for kind in KINDS]
        for desc in kinds:
            if desc is not None and desc.national_number_pattern:
                lengths = desc.possible_length or _lengths(metadata)
                by_lengths.setdefault(tuple(sorted(lengths)), set()).add(desc.national_number_pattern)
    # Digits of all scripts take four times as long to compile, and no plan is written in them.
    return tuple(
        (lengths, f"^(?:{'|'.join(sorted(listed))})$".replace(r"\d", "[0-9]"))
        for lengths, listed in sorted(by_lengths.items())
    )


def is_valid(calling_code: str, number: pl.Expr) -> pl.Expr:
    """Say of national numbers whether any region with the calling code has such numbers."""
    size = number.str.len_chars()
    tests = [
        size.is_in(list(lengths)) & number.str.contains(like) for lengths, like in patterns(calling_code)
    ]
    return pl.any_horizontal(tests) if tests else pl.lit(False)


def _lengths(metadata: PhoneMetadata | None) -> tuple[int, ...]:
    general = metadata.general_desc if metadata is not None else None
    return tuple(general.possible_length) if general is not None else ()


def _metadata(region: str, calling_code: str) -> PhoneMetadata | None:
    if region == "001":
        return PhoneMetadata.metadata_for_nongeo_region(int(calling_code), None)
    return PhoneMetadata.metadata_for_region(region, None)
