"""What a field of a golden customer is made of: who holds it, what is compared, what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

Tier = pl.Expr
"""0: the record holds nothing for the field. Only the records of a customer's highest tier count."""


@dataclass(frozen=True)
class Part:
    """One golden column: the member's own text, what is shown of it, and the function between them."""

    name: str
    raw: pl.Expr
    value: pl.Expr
    normaliser: str | None = None


@dataclass(frozen=True)
class Field:
    """A field, or a group of fields that survive as a unit.

    `keys` are the values as compared; two records differ where both hold a key and it is not the same.
    `valid` is true where the value stood a test, false where it failed, null where there is none.
    """

    name: str
    parts: tuple[Part, ...]
    keys: tuple[pl.Expr, ...]
    tier: Tier
    valid: pl.Expr
    text: pl.Expr


def normaliser_of(part: Part) -> pl.Expr:
    """Give the name of the function that made the shown value, null where it is the raw value itself."""
    name = pl.lit(part.normaliser, dtype=pl.String)
    return pl.when(part.value.is_null() | (part.value == part.raw)).then(None).otherwise(name)


def _held(*columns: str) -> Tier:
    return pl.any_horizontal(pl.col(name).is_not_null() for name in columns).cast(pl.Int8)


def _folded(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")


def _plain(name: str, column: str | None = None) -> Field:
    """A text that is shown as it is and compared by its letters and digits."""
    raw = pl.col(column or name)
    key = _folded(column or name)
    held = (key.str.len_chars() > 0).fill_null(False).cast(pl.Int8)
    return Field(name, (Part(name, raw, raw),), (key,), held, pl.lit(None, dtype=pl.Boolean), raw)


def _name() -> Field:
    raw = pl.col("name")
    tier = pl.when(pl.col("n_name").is_not_null()).then(2).when(raw.is_not_null()).then(1).otherwise(0)
    key = pl.coalesce("n_name", raw.str.to_lowercase())
    return Field("name", (Part("name", raw, raw),), (key,), tier, pl.lit(None, dtype=pl.Boolean), raw)


def _normalised(name: str, raw: pl.Expr, column: str, normaliser: str, valid: pl.Expr) -> Field:
    """A value that is shown in its normal form, under the name of the function that made it."""
    value = pl.col(column)
    return Field(name, (Part(name, raw, value, normaliser),), (value,), _held(column), valid, value)


def _tax_id() -> Field:
    raw = pl.col("tax_id")
    key = pl.col("n_tax_id")
    return Field("tax_id", (Part("tax_id", raw, raw),), (key,), _held("n_tax_id"), pl.col("n_tax_valid"), raw)


def _domain() -> Field:
    in_website = pl.col("website").str.to_lowercase().str.contains(pl.col("n_domain"), literal=True)
    raw = pl.when(in_website | pl.col("email").is_null()).then(pl.col("website")).otherwise(pl.col("email"))
    return _normalised("domain", raw, "n_domain", "registrable_domain", in_website)


def _phone() -> Field:
    raw = pl.col("phone")
    international = pl.col("n_phone").str.starts_with("+")
    value = pl.when(international).then(pl.col("n_phone")).otherwise(raw)
    part = Part("phone", raw, value, "e164")
    return Field("phone", (part,), (pl.col("n_phone"),), _held("n_phone"), international, raw)


def _address() -> Field:
    """The address is one unit: a street of one record never meets the town of another."""
    street = pl.any_horizontal(pl.col("n_street").is_not_null(), pl.col("n_house").is_not_null())
    town = pl.any_horizontal(pl.col("n_city").is_not_null(), pl.col("n_postcode").is_not_null())
    some = pl.any_horizontal(pl.col("n_region").is_not_null(), pl.col("country").is_not_null())
    tier = pl.when(street & town).then(3).when(street | town).then(2).when(some).then(1).otherwise(0)
    country = pl.when(pl.col("country").is_not_null()).then(pl.coalesce("n_country", "country"))
    parts = (
        Part("street", pl.col("street"), pl.col("street")),
        *(Part(name, pl.col(name), pl.col(name)) for name in ("city", "region", "postcode")),
        Part("country", pl.col("country"), country, "country_code"),
    )
    text = pl.concat_str([pl.col(part.name) for part in parts], separator=", ", ignore_nulls=True)
    keys = tuple(pl.col(name) for name in ("n_street", "n_house", "n_city", "n_postcode", "n_country"))
    return Field("address", parts, keys, tier, pl.lit(None, dtype=pl.Boolean), text)


def _status() -> Field:
    """A status that is only read off the name ("Acme - INACTIVE") is no value of a status field."""
    raw, value = pl.col("status"), pl.col("n_status")
    tier = (raw.is_not_null() & value.is_not_null()).cast(pl.Int8)
    part = Part("account_status", raw, value, "status")
    return Field("account_status", (part,), (value,), tier, pl.lit(None, dtype=pl.Boolean), value)


@cache
def fields() -> tuple[Field, ...]:
    """Give all fields of a golden customer."""
    no_test = pl.lit(None, dtype=pl.Boolean)
    own_mailbox = pl.col("n_mailbox").is_null()
    return (
        _name(),
        _normalised("legal_form", pl.col("name"), "n_legal", "legal_form", no_test),
        _plain("trade_name"),
        _tax_id(),
        _plain("registration_id"),
        _domain(),
        _phone(),
        _normalised("email", pl.col("email"), "n_email", "email", own_mailbox),
        _address(),
        _plain("parent_name"),
        _plain("industry"),
        _plain("owner"),
        _status(),
        _plain("currency"),
    )
