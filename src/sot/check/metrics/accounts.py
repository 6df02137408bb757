"""Metrics on the accounts of each system, for raw exports and runs alike: filled, valid, unique, age, rejects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from sot.check.inputs import LISTED, Evidence
from sot.check.measurement import ALL, Example, Measurement, examples, nothing, shares
from sot.model.kinds import ObjectKind
from sot.rules.naming import Placeholders, Postcodes
from sot.rules.quality.gates import Age, Ambiguous, Filled, Rejects, Unique, Valid

NORMALISED = {"tax_id": "n_tax_id", "email": "n_email"}
"""Identifiers that are compared in their normalised form; all others as they were delivered."""

ONE_ADDRESS = r"^\s*[^\s<>()\[\],;:\"|@]+@[^\s<>()\[\],;:\"|@]+\s*$"
"""A cell that is one e-mail address and nothing else."""

COUNTRY_PREFIX = r"^[A-Z]{1,3}[- ]+(\d[\d ]{2,7})$"
"""A country in front of a postcode, as in D-10115."""


def filled(gate: Filled, evidence: Evidence) -> list[Measurement]:
    """Share of accounts whose field holds a value."""
    rows = _accounts(evidence)
    return _per_system(gate.system, gate.field, rows, ~_holds(gate.field, evidence), evidence)


def valid(gate: Valid, evidence: Evidence) -> list[Measurement]:
    """Share of the values that can be tested and stand the test."""
    rows = _accounts(evidence).filter(_holds(gate.field, evidence))
    if gate.field == "tax_id":
        rows, good = rows.filter(pl.col("n_tax_valid").is_not_null()), pl.col("n_tax_valid")
    elif gate.field == "phone":
        # Without a country, its own or the number's, nobody can tell whether a number is real.
        abroad = pl.col("phone").str.contains(r"^[^\d+]*(?:\+|00)")
        rows = rows.filter(pl.col("n_country").is_not_null() | abroad)
        good = pl.col("n_phone").str.starts_with("+")
    elif gate.field == "email":
        # Normalising takes an address out of whatever stands around it; a program that sends mail does not.
        good = pl.col("n_email").is_not_null() & pl.col("email").str.contains(ONE_ADDRESS)
    elif gate.field == "postcode":
        rows, good = _postcodes(rows, evidence)
    else:
        good = pl.col("n_country").is_not_null()
    return _per_system(gate.system, gate.field, rows, ~good.fill_null(False), evidence)


def unique(gate: Unique, evidence: Evidence) -> list[Measurement]:
    """Share of accounts that share the identifier with no other account of their system."""
    rows = _accounts(evidence)
    if gate.field == "record_id":
        # Reading makes repeated ids distinct; it marks them, and has no such column where none was repeated.
        marked = "id_repeated" in evidence.records.collect_schema()
        again = pl.col("id_repeated").fill_null(False) if marked else pl.lit(False)
        return _per_system(gate.system, None, rows, again, evidence)
    key = pl.col(NORMALISED.get(gate.field, gate.field)).str.strip_chars()
    rows = rows.filter(_holds(gate.field, evidence)).with_columns(key=key).filter(pl.col("key") != "")
    again = pl.len().over("system", "key") > 1
    return _per_system(gate.system, gate.field, rows, again, evidence)


def age(gate: Age, evidence: Evidence) -> list[Measurement]:
    """Days since the newest date that the exports of a system hold; dates to come tell nothing."""
    today = evidence.context.today
    dates = [
        evidence.records.select("system", on=pl.col(name).dt.date()) for name in ("created_on", "updated_on")
    ]
    dates.append(evidence.documents.select("system", on="dated_on"))
    past = pl.concat(dates).filter(pl.col("on") <= today)
    newest: dict[str, date] = dict(
        past.group_by("system").agg(pl.col("on").max()).select("system", "on").collect().iter_rows()
    )
    ages = []
    for system in [gate.system] if gate.system else evidence.departments:
        if system in newest:
            days = (today - newest[system]).days
            ages.append(Measurement(system, days, note=f"newest date {newest[system].isoformat()}"))
        else:
            ages.append(nothing(system, "its exports have no date in the past"))
    return ages


def rejects(gate: Rejects, evidence: Evidence) -> list[Measurement]:
    """Rows that could not be used."""
    del gate
    table = evidence.rejects.sort("source", "sheet", "row").collect()
    rows = table.head(LISTED).select("source", "row", record="reason", value=pl.lit(""))
    return [
        Measurement(ALL, table.height, table.height, examples=tuple(examples(rows.iter_rows(named=True))))
    ]


def ambiguous(gate: Ambiguous, evidence: Evidence) -> list[Measurement]:
    """Problems of the governance, each at its line of the rules."""
    del gate
    problems = evidence.context.unclear
    examples = (Example(problem.file, problem.line, problem.what) for problem in problems[:LISTED])
    return [Measurement(ALL, len(problems), len(problems), examples=tuple(examples))]


def _accounts(evidence: Evidence) -> pl.LazyFrame:
    return evidence.records.filter(pl.col("object") == ObjectKind.ACCOUNT)


def _holds(field: str, evidence: Evidence) -> pl.Expr:
    """Tell whether a cell holds more than blanks or a placeholder.

    What collective and test accounts are called ("Cash sales") is no name of a customer, but it is found again.
    """
    listed = evidence.context.rules.get("naming/placeholders.yaml", Placeholders)
    empty = frozenset(listed.any) if field == "name" else listed.of(field)
    cell = pl.col(field).str.strip_chars().str.to_lowercase()
    return cell.is_not_null() & ~cell.is_in(sorted({*empty, ""}))


def _postcodes(rows: pl.LazyFrame, evidence: Evidence) -> tuple[pl.LazyFrame, pl.Expr]:
    """Give the rows whose country has postcodes of a known form, and which have that form as delivered."""
    forms = evidence.context.rules.get("naming/postcodes.yaml", Postcodes)
    sizes: dict[str, set[int]] = {"US": {9}}
    for digits, countries in forms.digits.items():
        for country in countries:
            sizes.setdefault(country, set()).add(int(digits))
    code = pl.col("postcode").str.to_uppercase().str.strip_chars().str.replace(COUNTRY_PREFIX, "$1")
    rows = rows.filter(_of([*sizes, *forms.patterns]))
    rows = rows.with_columns(code=code.str.replace_all(r"[^A-Z0-9]", ""))
    rows = rows.with_columns(
        digits=pl.when(pl.col("code").str.contains(r"^\d+$")).then(pl.col("code").str.len_bytes())
    )
    fits = [
        _of(country for country, its in sizes.items() if size in its) & (pl.col("digits") == size)
        for size in sorted(set().union(*sizes.values()))
    ]
    patterns = sorted(forms.patterns.items())
    fits += [_of([country]) & pl.col("code").str.contains(pattern) for country, pattern in patterns]
    return rows, pl.any_horizontal(fits)


def _of(countries: Iterable[str]) -> pl.Expr:
    return pl.col("n_country").is_in(sorted(countries))


def _per_system(
    system: str | None, field: str | None, rows: pl.LazyFrame, bad: pl.Expr, evidence: Evidence
) -> list[Measurement]:
    """Give the share of good rows of each system that lists accounts and has the field."""
    asked, measurements = account_systems(system, evidence)
    measured = [name for name in asked if field is None or field in evidence.fields[name]]
    lacking = f"its exports have no {str(field).replace('_', ' ')}"
    measurements += [nothing(name, lacking) for name in asked if name not in measured]
    shown = pl.col(field) if field else pl.col("name")
    counted = shares(rows.filter(pl.col("system").is_in(measured)), bad, shown, of_good=True)
    return measurements + [counted.get(name) or nothing(name, "it has nothing to test") for name in measured]


def account_systems(system: str | None, evidence: Evidence) -> tuple[Sequence[str], list[Measurement]]:
    """Give the systems that a gate asks about, and a figure without a value for what isn't there."""
    if system is not None and system not in evidence.fields:
        return [], [nothing(system, "no export lists accounts of this system")]
    asked = [system] if system else list(evidence.fields)
    return asked, [] if asked else [nothing(ALL, "no export lists accounts")]
