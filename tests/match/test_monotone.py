"""More agreement never lowers a match probability: every kind of evidence, on every way in which names compare."""

from __future__ import annotations

from itertools import combinations

import polars as pl
import pytest

from sot.match import match
from sot.rules import Rulebook
from tests.match.making import crowd, records

SYLLABLES = [
    "bro",
    "cla",
    "dre",
    "fli",
    "gno",
    "hve",
    "kru",
    "lua",
    "myr",
    "nez",
    "pso",
    "qua",
    "rhi",
    "sto",
    "tva",
    "vlo",
]

FORMS = {
    "same words": ("{0} {1}", "{0} {1}"),
    "spelled differently": ("{0}ing Engineering", "{0}ing Enginering"),
    "a word more": ("{0} {1}", "{0} Bakery {1}"),
    "a part of a group more": ("{0} {1}", "{0} Finance {1}"),
}
EVIDENCE = ("phone", "email", "website", "tax_id", "city", "address", "form")


def coined(number: int) -> tuple[str, str, str]:
    """Give three words that nobody else has, of differing lengths: names of one length look as if they were cut off."""
    digits = [(number * 37 + step * 101) % 4096 for step in (1, 2, 3)]
    one, two, three = (
        "".join(SYLLABLES[digit >> shift & 15] for shift in (8, 4, 0)).capitalize() + "aeiou"[: number % 5]
        for digit in digits
    )
    return one, two, three


def agreed(kinds: tuple[str, ...], number: int, left: bool) -> dict[str, str]:
    """Give what two records agree in."""
    all_of_it = {
        "phone": {"phone": f"+44 20 7{number:03} {number * 7 % 10000:04}"},
        "email": {"email": f"office.{number}.quill@gmail.com"},
        "website": {"website": f"www.{''.join(coined(number + 2000)).lower()}.com"},
        "tax_id": {"tax_id": f"GB{900000000 + number * 7919}"},
        "city": {"city": "Norwich", "country": "GB"},
        "address": {
            "street": f"{number + 1} {coined(number + 1000)[0]} Lane",
            "city": "Norwich",
            "country": "GB",
        },
    }
    return {key: value for kind in kinds if kind in all_of_it for key, value in all_of_it[kind].items()}


@pytest.fixture(scope="module")
def probabilities() -> dict[tuple[str, tuple[str, ...]], float]:
    """Give the match probability of a pair for each way of comparing names and each set of what it agrees in."""
    rows, numbered = [], {}
    for form, names in FORMS.items():
        for size in range(len(EVIDENCE) + 1):
            for kinds in combinations(EVIDENCE, size):
                number = len(numbered)
                numbered[f"P{number:04}"] = (form, kinds)
                for system, name in zip(("crm", "books"), names, strict=True):
                    called = name.format(*coined(number)) + (" Ltd" if "form" in kinds else "")
                    rows.append(
                        {"system": system, "record_id": f"P{number:04}", "name": called}
                        | agreed(kinds, number, system == "crm")
                    )
    table = records(rows + crowd(300))
    pairs = match(table, Rulebook()).pairs
    ids = table["record_id"]
    same = pairs.filter(pl.Series(ids.gather(pairs["uid_l"]) == ids.gather(pairs["uid_r"])))
    found = dict.fromkeys(numbered.values(), 0.0)
    for uid, probability in same.select("uid_l", "match_probability").iter_rows():
        if ids[uid] in numbered:
            found[numbered[ids[uid]]] = probability
    return found


@pytest.mark.parametrize("more", EVIDENCE)
@pytest.mark.parametrize("form", FORMS)
def test_more_agreement_never_lowers_a_probability(
    probabilities: dict[tuple[str, tuple[str, ...]], float], form: str, more: str
) -> None:
    for size in range(len(EVIDENCE)):
        for kinds in combinations(EVIDENCE, size):
            if more not in kinds:
                with_it = tuple(kind for kind in EVIDENCE if kind in kinds or kind == more)
                assert probabilities[form, with_it] >= probabilities[form, kinds] - 0.02, (kinds, more)
