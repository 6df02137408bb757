"""Addresses written into one cell, taken apart from the end: country, region, postcode, town; the rest is the street.

All words and forms are rules: names of countries and regions, how postcodes are written (`naming/address_lines.yaml`).
Every part is text of the cell as it stands. What can't be taken apart stays in the street.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import polars as pl

from sot.addresses.usual_forms import usual_forms
from sot.addresses.words import LETTER, LONGEST, PARTS, alternatives, fold, last_words, tails, tidy
from sot.rules import Rulebook
from sot.rules.naming import AddressLines, Countries, Regions, Streets

_ENDS = " ,;-–"
_TOWN = rf"{LETTER}(?:{LETTER}|[ .'’/-])*(?: \([^)\d]*\))?"
_TOWN_ALONE = re.compile(rf"['’‘]?{LETTER}(?:{LETTER}|[ .'’/-])*(?: \([^)\d]*\))?(?P<number> \d{{1,2}})?$")
_SAINT = re.compile(r"^(?:st|ste|mt|ft)\b\.? ?", re.IGNORECASE)
_DASHES = re.compile(r"\s[-–]\s")
_LONG_NUMBER = re.compile(r"\d{4,}")
_STATE_CODE = re.compile(r"\b[A-Z]{2,3} \d{4,}$")
_HOUSE = re.compile(r"^[^,]*\d\w?$")
_CODE_WORD = re.compile(r"\d{5} \S+$")
_PREPOSITIONS = frozenset(
    (
        "de",
        "del",
        "della",
        "di",
        "da",
        "do",
        "dos",
        "of",
        "la",
        "el",
        "le",
        "les",
        "new",
        "nuevo",
        "nueva",
        "nova",
        "nouvelle",
        "old",
    )
)
_CODE_BEHIND = re.compile(r"^(.*\d[\dA-Za-z]*)[\s,-]+([A-Z]{2})$")
_CODE_TOWN = re.compile(rf"^(.*?\b(\d{{4,6}}) {_TOWN}(?: \([A-Z]{{2}}\))?)[\s,-]+([A-Z]{{2}})$")
_NUMBERS_END = re.compile(r"(?:^|\s)\d{3} ?\d{1,3}(?:-\d{3,4})?$")
_ITALIAN_DIGITS = 5
_CODE_LENGTH = 3


class _Address(NamedTuple):
    """What is left of the text, and what was taken from it."""

    text: str
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None

    @property
    def known(self) -> bool:
        """Whether anything says that the text is an address."""
        return bool(self.postcode or self.region or self.country)


class WholeCells:
    """The forms of whole addresses, ready to work on columns."""

    def __init__(self, rules: Rulebook) -> None:
        lines = rules.get("naming/address_lines.yaml", AddressLines)
        streets = rules.get("naming/streets.yaml", Streets)
        countries = rules.get("naming/countries.yaml", Countries).root
        regions = rules.get("naming/regions.yaml", Regions).root
        listed = [(name, *others) for home in regions.values() for name, others in home.items()]
        self.regions = frozenset(fold(name) for names in listed for name in names if len(name) > 1)
        spelt = {fold(name) for names in countries.values() for name in names}
        self.countries = frozenset(name for name in spelt if len(name) > 2) | {"uk", "u k"}
        self.codes = frozenset(countries) | {"UK"}
        self.country_ends, self.region_ends = last_words(self.countries), last_words(self.regions)
        self.provinces = frozenset(name.upper() for name in regions.get("IT", {}))
        self.also_towns = frozenset(map(fold, lines.also_towns))
        self.forms = [re.compile(form) for form in lines.forms]
        before, behind, numbers = ("|".join(forms) for forms in (lines.before, lines.behind, lines.numbers))
        label = rf"(?:(?:{alternatives(lines.labels)})[\s.:]*)?"
        self.before = re.compile(
            rf"^(?:(?P<lead>.*?)[\s,;-]+)??{label}(?P<code>{before})(?P<mark>[\s,]+)"
            rf"(?P<town>{_TOWN}(?: (?:{'|'.join(lines.behind_town)}))?)$",
            re.IGNORECASE,
        )
        self.behind = re.compile(rf"^(?:(?P<lead>.*?)[\s,.-]+)??{label}(?P<code>{behind})$", re.IGNORECASE)
        self.numbers = re.compile(rf"^(?P<lead>.*?\S)[\s,.-]+{label}(?P<code>{numbers})$", re.IGNORECASE)
        self.labelled = re.compile(rf"(?:{alternatives(lines.labels)})[\s.:]*\d[\d -]*$", re.IGNORECASE)
        self.road_ends = re.compile(
            rf"^(?P<road>.*\d.*?\b(?:{alternatives(streets.types)})\b\.?(?:\s[nsew]{{1,2}}\b)?)\s+(?P<town>{_TOWN})$",
            re.IGNORECASE,
        )
        barred = alternatives((*lines.no_towns, *streets.types, *streets.units))
        self.no_town = re.compile(rf"(?<!\w)(?:{barred})(?!\w)|#", re.IGNORECASE)

    def split(self, cells: pl.Series) -> pl.DataFrame:
        """Give the parts of each cell as columns; a cell that is no whole address has `street` alone."""
        distinct = cells.unique().drop_nulls()
        usual = usual_forms(distinct, self._is_plain_town, self.regions)
        others = distinct.filter(~distinct.is_in(usual["cell"].implode())) if usual.height else distinct
        rows = [self.parts(cell) for cell in others]
        schema = dict.fromkeys(PARTS, pl.String)
        parts = pl.DataFrame(rows, schema=schema, orient="row").with_columns(cell=others)
        parts = pl.concat([usual, parts.select(usual.columns)])
        return (
            pl.DataFrame({"cell": cells})
            .join(parts, on="cell", how="left", maintain_order="left")
            .select(PARTS)
        )

    def _is_plain_town(self, town: str) -> bool:
        """Tell a town that is nothing but letters and ends in no word of a country or region."""
        first, _, _ = town.partition(" ")
        last = town.rpartition(" ")[2]
        if first.isupper() and len(first) < _CODE_LENGTH:
            return False
        if fold(last) in self.country_ends | self.region_ends or (
            last.isupper() and len(last) <= _CODE_LENGTH
        ):
            return False
        return bool(_TOWN_ALONE.match(town)) and not self.no_town.search(_SAINT.sub("", town))

    def parts(self, cell: str) -> tuple[str | None, ...]:
        """Give street, town, region, postcode and country of an address; the cell as the street where it is none."""
        if len(cell) > LONGEST:
            return (cell, None, None, None, None)
        text = tidy(cell)
        for form in self.forms:
            hit = form.search(text)
            if hit:
                named = {name: (value or "").strip(_ENDS) or None for name, value in hit.groupdict().items()}
                return tuple(named.get(part) for part in PARTS)
        place = self._town(self._late_region(self._postcode(self._region(self._country(_Address(text))))))
        if place.city is None and place.postcode is None:
            return (cell, None, None, None, None)
        return (place.text.strip(_ENDS) or None, place.city, place.region, place.postcode, place.country)

    def _country(self, address: _Address) -> _Address:
        """Take the country off the end: a name, or a code behind a postcode or behind "postcode town"."""
        behind, town = _CODE_BEHIND.match(address.text), _CODE_TOWN.match(address.text)
        if (
            behind
            and behind[2] in self.codes
            and (self.behind.match(behind[1]) or _NUMBERS_END.search(behind[1]))
        ):
            return address._replace(text=behind[1], country=behind[2])
        italian = town and len(town[2]) == _ITALIAN_DIGITS and town[3] in self.provinces
        if town and town[3] in self.codes and not italian:
            return address._replace(text=town[1], country=town[3])
        rest, comma, code = address.text.rpartition(",")
        shaped = self.before.match(rest.strip()) if comma and code.strip() in self.codes else None
        # Figures alone may be a ZIP behind the town, and the code that of a state.
        if shaped and not shaped["code"].isdigit():
            return address._replace(text=rest.strip(), country=code.strip())
        for rest, name in tails(address.text, self.country_ends):
            folded = fold(name)
            if folded not in self.countries:
                continue
            digits = any(map(str.isdigit, rest))
            word = rest.rpartition(" ")[2].lower()
            if word in _PREPOSITIONS or (folded in self.regions and not _LONG_NUMBER.search(rest)):
                return address
            if folded in self.also_towns and digits and not self._ends_in_town(rest):
                return address
            return address._replace(text=rest, country=name)
        return address

    def _ends_in_town(self, rest: str) -> bool:
        """Tell whether a town, or a state with its postcode, ends the text."""
        return not rest[-1:].isdigit() or bool(self.behind.match(rest)) or bool(_STATE_CODE.search(rest))

    def _region(self, address: _Address) -> _Address:
        """Take a region off the end: "(Málaga)" behind a town, "Seattle, WA", "Maharashtra" behind the postcode."""
        for rest, name in tails(address.text, self.region_ends):
            if fold(name) not in self.regions:
                continue
            mark = address.text[len(rest) : len(address.text) - len(name)]
            set_off = any(sign in mark for sign in ",(/") or (
                name.isupper() and name.isalpha() and len(name) <= 3
            )
            house = _HOUSE.match(rest) is not None
            if address.postcode or (set_off and not house):
                return address._replace(text=rest, region=name)
        return address

    def _late_region(self, address: _Address) -> _Address:
        """Take a region that stood before the postcode."""
        return (
            self._region(address) if address.postcode and not address.region and not address.city else address
        )

    def _postcode(self, address: _Address) -> _Address:
        """Take the postcode from the end, or with the town behind it."""
        text = address.text
        hit = self.before.match(text) if not text[-3:].isdigit() else None
        if hit:
            lead, code, town = hit["lead"], hit["code"], hit["town"]
            shaped = not code.isdigit() or _CODE_WORD.match(text) is not None
            sure = bool(lead) or shaped or address.country is not None
            joined = "," not in hit["mark"] or any(map(str.isdigit, lead or ""))
            if sure and joined and not self.no_town.search(_SAINT.sub("", town)):
                return address._replace(text=lead or "", postcode=code, city=town)
        hit = self.behind.match(text)
        if hit:
            return address._replace(text=hit["lead"] or "", postcode=hit["code"])
        hit = self.numbers.match(text)
        if hit and self._is_postcode(hit["lead"], text, address):
            return address._replace(text=hit["lead"], postcode=hit["code"])
        return address

    def _is_postcode(self, lead: str, text: str, address: _Address) -> bool:
        """Tell figures at the end that are a postcode from the number of a house."""
        if address.region or address.country or self.labelled.search(text):
            return True
        if any(fold(name) in self.regions for _, name in tails(f", {lead}", self.region_ends)):
            return True
        before, comma, part = lead.rpartition(",")
        town = part.strip(_ENDS)
        if not comma or not _TOWN_ALONE.match(town) or self.no_town.search(town):
            return False
        return "," in before or any(map(str.isdigit, before))

    def _town(self, address: _Address) -> _Address:
        """Take the town: what stands behind the last comma, or behind the word that ends the street."""
        text = address.text.strip(_ENDS)
        address = address._replace(text=text)
        if address.city is None:
            address = self._last_part(address)
        if address.city is None and address.known:
            hit = self.road_ends.match(text)
            if hit:
                address = address._replace(text=hit["road"], city=hit["town"])
        if address.city is None and address.country and fold(address.country) in self.also_towns:
            address = address._replace(city=address.country)
        return address

    def _last_part(self, address: _Address) -> _Address:
        text = address.text
        last = _DASHES.split(text.rpartition(",")[2])[-1].strip(" ,")
        town = _TOWN_ALONE.match(last)
        if not town or self.no_town.search(_SAINT.sub("", last)):
            return address
        front = text[: len(text) - len(last)].strip(" ,;-–.")
        has_street = any(map(str.isalnum, front))
        numbered = has_street and any(map(str.isdigit, front)) and town["number"] is None
        beside = address.known and (has_street or not any(map(str.isdigit, text)))
        return address._replace(text=front, city=last) if numbered or beside else address
