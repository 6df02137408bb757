"""Lift the words that say what kind of company it is, in many languages, in `rules/matching/background_tokens.csv.gz`.

usage: python docs/background/lift_kinds.py PACKAGE.tgz

PACKAGE.tgz is the npm package @openstreetmap/id-tagging-schema 7.2.0 (ISC), which names every kind of shop, craft,
office, school or club in many languages ("Bakery", "Bäckerei", "Piekarnia"); `business_words.yaml` beside this script
has what else companies call themselves ("enterprise", "brothers", "trade"). The registers of the table hold few small
firms outside English, so such words look rare there. Each is raised to the median count of the English ones of its
source; run twice, it changes nothing more.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path
from statistics import median

import yaml

from sot.normalise.text import bare_words, spellings
from sot.rules import Rulebook
from sot.rules.naming import NameWords

TABLE = Path(__file__).parents[2] / "rules" / "matching" / "background_tokens.csv.gz"
BUSINESS = Path(__file__).with_name("business_words.yaml")
KINDS = (
    "shop/", "craft/", "office/", "amenity/", "healthcare/", "leisure/", "tourism/", "industrial/", "club/",
    "man_made/works",
)  # fmt: skip
LANGUAGES = (
    "en", "de", "fr", "es", "it", "nl", "pl", "pt", "pt-BR", "sv", "da", "no", "nb", "fi", "cs", "sk", "hu", "ro", "hr",
    "sl", "sr", "bg", "el", "tr", "ru", "uk", "lt", "lv", "et", "vi", "id", "ms", "ar", "he", "fa", "th", "ca", "gl",
    "is", "mk",
)  # fmt: skip
LEAST = 4
"""Letters; shorter words are of too many languages."""


def kinds(package: Path) -> dict[str, set[str]]:
    """Give the words that name kinds of places, by language."""
    with tarfile.open(package) as files:
        found: dict[str, set[str]] = {}
        for language in LANGUAGES:
            try:
                member = files.extractfile(f"package/dist/translations/{language}.json")
            except KeyError:
                continue
            assert member is not None
            presets = json.load(member)[language]["presets"]["presets"]
            names = [p["name"] for key, p in presets.items() if key.startswith(KINDS) and "name" in p]
            found[language] = words(names)
    return found


def words(names: Iterable[str]) -> set[str]:
    """Give the words of names as `sot` compares them."""
    known = Rulebook().get("naming/words.yaml", NameWords)
    spelt = {**spellings(known.abbreviations)}
    every = {word for name in bare_words(names) for word in name.split()}
    return {spelt.get(word, word) for word in every if len(word) >= LEAST and word.isalpha()}


def main() -> None:
    """Write the table anew."""
    head, _, body = gzip.decompress(TABLE.read_bytes()).decode().partition("\n")
    table = {row["token"]: int(row["df"]) for row in csv.DictReader(io.StringIO(body))}
    said = yaml.safe_load(BUSINESS.read_text())
    for found in (kinds(Path(sys.argv[1])), {language: words(names) for language, names in said.items()}):
        least = round(median(table[word] for word in found["en"] if word in table))
        lifted = {word for every in found.values() for word in every}
        changed = [word for word in lifted if table.get(word, 0) < least]
        table |= dict.fromkeys(changed, least)
        sys.stdout.write(f"{len(lifted)} words of {len(found)} languages, {len(changed)} raised to {least}\n")
    rows = sorted(table.items(), key=lambda row: (-row[1], row[0]))
    text = f"{head}\ntoken,df\n" + "".join(f"{word},{count}\n" for word, count in rows)
    TABLE.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
