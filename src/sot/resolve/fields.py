"""What a field of a golden customer is made of: who holds it, what is compared, what is shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from sot.resolve.name_style import styled
from sot.resolve.repaired import is_broken, undone
from sot.rules import Rulebook
from sot.rules.naming import GoldenNames, LegalForms, Placeholders

NO_TEST = pl.lit(None, dtype=pl.Boolean)
SQUEEZED = pl.lit("squeezed")
"""The normaliser that takes blanks and line breaks off the ends, and makes one blank of several."""

ONE_PHONE = (
    r"(?i)^\s*[+(]?(?:(?:\d[\s().-]*){2,6}/\s*)?(?:\d[\s().-]*){5,15}"
    r"(?:[,;/(#\s]*(?:ext|extension|x|dw|durchwahl)?\b[\s.:]*\d{1,6}\)?)?\s*$"
)
"""A cell with one phone number, at most with an extension, and no words."""

REPAIRED = pl.lit("repaired")
"""The normaliser that decodes once more what was read in a wrong encoding, before squeezing."""

WRITTEN = pl.lit("written")
"""The normaliser that writes names as naming/golden_names.yaml wants them, after squeezing."""


@dataclass(frozen=True)
class Part:
    """One golden column: the member's own text, what is shown of it, and the function between them.

    `same` is equal for two records where nobody would change the one into the other.
    """

    name: str
    raw: pl.Expr
    value: pl.Expr
    normaliser: pl.Expr
    same: pl.Expr


@dataclass(frozen=True)
class Field:
    """A field, or a group of fields that survive as a unit.

    tier   0 where the record holds nothing; of a customer's records only those of the highest tier count
    keys   the values as compared; two records differ where both hold a key and it is not the same
    alike  pairs of keys that are no difference, each as left + blank + right
    valid  true where the value stood a test, false where it failed, null where there is none
    """

    name: str
    parts: tuple[Part, ...]
    keys: tuple[pl.Expr, ...]
    tier: pl.Expr
    text: pl.Expr
    valid: pl.Expr = NO_TEST
    alike: tuple[str, ...] = field(default=())


def squeezed(text: pl.Expr) -> pl.Expr:
    """Take blanks and line breaks off the ends, and make one blank of several."""
    return one_line(text).str.strip_chars()


def one_line(text: pl.Expr) -> pl.Expr:
    """Make one blank of several, and of a line break; the many texts with nothing of it are left as they are."""
    return text.str.replace_all(r"\s{2,}|[^\S ]", " ")


def fields(rules: Rulebook) -> tuple[Field, ...]:
    """Give all fields of a golden customer."""
    empty = rules.get("naming/placeholders.yaml", Placeholders)
    legal = rules.get("naming/legal_forms.yaml", LegalForms)
    own_mailbox = pl.col("n_mailbox").is_null()
    return (
        _name(rules.get("naming/golden_names.yaml", GoldenNames)),
        _normalised(
            "legal_form", pl.col("name"), "n_legal", alike=tuple(f"{a} {b}" for a, b in legal.pairs())
        ),
        _plain("trade_name", empty),
        _tax_id(),
        _plain("registration_id", empty),
        _domain(),
        _phone(),
        _normalised("email", pl.col("email"), "n_email", own_mailbox),
        _address(empty),
        _plain("parent_name", empty),
        _plain("industry", empty),
        _plain("owner", empty),
        _account_status(),
        _plain("currency", empty),
    )


def _given(column: str, empty: Placeholders) -> pl.Expr:
    """Tell whether a cell holds something that is no placeholder."""
    text = pl.col(column).str.strip_chars().str.to_lowercase()
    return ~text.is_in(sorted({"", *empty.of(column)})).fill_null(True)


def _as_it_is(name: str, same: pl.Expr) -> Part:
    text = pl.col(name)
    return Part(name, text, squeezed(undone(text)), _repaired_or(SQUEEZED, text), same)


def _repaired_or(normaliser: pl.Expr, text: pl.Expr) -> pl.Expr:
    return pl.when(is_broken(text)).then(REPAIRED).otherwise(normaliser)


def folded(text: pl.Expr) -> pl.Expr:
    """Give the letters and digits of a text in lower case."""
    return text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")


def _plain(name: str, empty: Placeholders) -> Field:
    """A text that is shown as it is and compared by its letters and digits."""
    key = folded(pl.col(name))
    # Of most texts the first sign tells that the key is not empty; to make every key takes far longer.
    held = (_given(name, empty) & pl.col(name).str.contains(r"[\p{L}\p{N}]")).cast(pl.Int8)
    return Field(name, (_as_it_is(name, key),), (key,), held, pl.col(name))


def _name(style: GoldenNames) -> Field:
    """A customer has to be called something: a placeholder is shown where no record has a name."""
    tier = pl.when(pl.col("n_name").is_not_null()).then(2).when(pl.col("name").is_not_null()).then(1)
    key = pl.coalesce("n_name", pl.col("name").str.to_lowercase())
    squeeze = squeezed(undone(pl.col("name")))
    shown = styled(squeeze, style)
    by = SQUEEZED if shown.meta.eq(squeeze) else pl.when(shown == squeeze).then(SQUEEZED).otherwise(WRITTEN)
    by = _repaired_or(by, pl.col("name"))
    # A name that is the same but for a mark ("do not use") or a broken letter is to be corrected all the same.
    flawed = pl.col("clean") == 0
    same = pl.when(flawed).then(pl.lit("marked ") + pl.col("name")).otherwise(key)
    part = Part("name", pl.col("name"), shown, by, same)
    return Field("name", (part,), (key,), tier.otherwise(0), pl.col("name"))


def _normalised(
    name: str, raw: pl.Expr, column: str, valid: pl.Expr = NO_TEST, alike: tuple[str, ...] = ()
) -> Field:
    """A value that is shown in its normal form."""
    value = pl.col(column)
    held = value.is_not_null().cast(pl.Int8)
    return Field(name, (Part(name, raw, value, pl.lit(column), value),), (value,), held, value, valid, alike)


def _domain() -> Field:
    """A domain that stands in no website, but behind an e-mail address alone, may be a bookkeeper's."""
    value = pl.col("n_domain")
    website = pl.col("website").str.to_lowercase().str.contains(value, literal=True).fill_null(False)
    raw = pl.when(website | pl.col("email").is_null()).then("website").otherwise("email")
    tier = pl.when(value.is_null()).then(0).when(website).then(2).otherwise(1)
    part = Part("domain", raw, value, pl.lit("n_domain"), value)
    return Field("domain", (part,), (value,), tier, value, website)


def _tax_id() -> Field:
    key = pl.col("n_tax_id")
    held = key.is_not_null().cast(pl.Int8)
    return Field("tax_id", (_as_it_is("tax_id", key),), (key,), held, pl.col("tax_id"), pl.col("n_tax_valid"))


def _phone() -> Field:
    """A number that is known with its country is shown as E.164, any other as it stands.

    Of a cell with labels or several numbers only the number that was read is shown.
    """
    raw, number = pl.col("phone"), pl.col("n_phone")
    international = number.str.starts_with("+")
    read = international | ~raw.str.contains(ONE_PHONE)
    value = pl.when(read).then(number).otherwise(squeezed(raw))
    by = pl.when(read).then(pl.lit("n_phone")).otherwise(SQUEEZED)
    key = pl.coalesce("n_phone_key", number)
    part = Part("phone", raw, value, by, key)
    held = number.is_not_null().cast(pl.Int8)
    return Field("phone", (part,), (key,), held, raw, international)


def _address(empty: Placeholders) -> Field:
    """The address is one unit: a street of one record never meets the town of another."""
    shown = ("street", "city", "region", "postcode")
    given = {name: _given(name, empty) for name in (*shown, "country")}
    town = given["city"] | given["postcode"]
    tier = (
        pl.when(given["street"] & town).then(3)
        .when(given["street"] | town).then(2)
        .when(given["region"] | given["country"]).then(1)
        .otherwise(0)
    )  # fmt: skip
    country = pl.when(given["country"]).then(pl.coalesce("n_country", squeezed(pl.col("country"))))
    by = pl.when(pl.col("n_country").is_not_null()).then(pl.lit("n_country")).otherwise(SQUEEZED)
    street = pl.concat_str("n_house", "n_street", separator=" ", ignore_nulls=True)
    same = {
        name: pl.coalesce(f"n_{name}", folded(pl.col(name)))
        for name in ("city", "region", "postcode", "country")
    }
    same["street"] = pl.when(street != "").then(street).otherwise(folded(pl.col("street")))
    parts = (
        *(
            Part(
                name,
                pl.col(name),
                pl.when(given[name]).then(squeezed(undone(pl.col(name)))),
                _repaired_or(SQUEEZED, pl.col(name)),
                same[name],
            )
            for name in shown[:-1]
        ),
        _postcode(given["postcode"], same["postcode"]),
        Part("country", pl.col("country"), country, by, same["country"]),
    )
    text = pl.concat_str([pl.col(part.name) for part in parts], separator=", ", ignore_nulls=True)
    keys = tuple(pl.col(name) for name in ("n_street", "n_house", "n_city", "n_postcode", "n_country"))
    return Field("address", parts, keys, tier, text)


def _postcode(given: pl.Expr, same: pl.Expr) -> Part:
    """A postcode is shown as it stands, but with the zeros that a spreadsheet dropped in front of it."""
    shown, whole = squeezed(pl.col("postcode")), pl.col("n_postcode")
    cut = (
        shown.str.contains(r"^\d+$") & whole.str.contains("^0") & (whole.str.strip_chars_start("0") == shown)
    )
    value = pl.when(given).then(pl.when(cut).then(whole).otherwise(shown))
    return Part(
        "postcode",
        pl.col("postcode"),
        value,
        pl.when(cut).then(pl.lit("n_postcode")).otherwise(SQUEEZED),
        same,
    )


def _account_status() -> Field:
    """A status that is only read off the name ("Acme - INACTIVE") is no value of a status field."""
    raw, value = pl.col("status"), pl.col("n_status")
    held = (raw.is_not_null() & value.is_not_null()).cast(pl.Int8)
    return Field(
        "account_status",
        (Part("account_status", raw, value, pl.lit("n_status"), value),),
        (value,),
        held,
        value,
    )
