"""Numbering plans as Polars expressions, made from the metadata of phonenumbers: many numbers tested at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import phonenumbers
import polars as pl
from phonenumbers import PhoneMetadata

KINDS = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan", "voicemail")


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
    prefix = metadata.national_prefix if metadata.national_prefix and metadata.national_prefix.isdigit() else None
    return Plan(str(metadata.country_code), prefix)


def is_valid(calling_code: str, number: pl.Expr) -> pl.Expr:
    """Say of national numbers whether any region with the calling code has such numbers."""
    tests = [_of_region(region, calling_code, number) for region in _regions(calling_code)]
    return pl.any_horizontal(tests) if tests else pl.lit(False)


def _regions(calling_code: str) -> tuple[str, ...]:
    return tuple(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(calling_code), ()))


def _of_region(region: str, calling_code: str, number: pl.Expr) -> pl.Expr:
    if region == "001":
        metadata = PhoneMetadata.metadata_for_nongeo_region(int(calling_code), None)
    else:
        metadata = PhoneMetadata.metadata_for_region(region, None)
    if metadata is None:
        return pl.lit(False)
    general = metadata.general_desc
    kinds = [getattr(metadata, kind) for kind in KINDS]
    tests = [_like(desc, general, number) for desc in kinds if desc is not None and desc.national_number_pattern]
    return _like(general, general, number) & pl.any_horizontal(tests)


def _like(desc: object, general: object, number: pl.Expr) -> pl.Expr:
    lengths = getattr(desc, "possible_length", ()) or getattr(general, "possible_length", ())
    pattern = f"^(?:{getattr(desc, 'national_number_pattern', '')})$"
    return number.str.len_chars().is_in(list(lengths)) & number.str.contains(pattern)
