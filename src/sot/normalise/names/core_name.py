"""Names: from the raw text to core words, legal form, other names, site and marks."""

from __future__ import annotations

import polars as pl

from sot.model.scripts import CHARACTERS
from sot.normalise.distinct import CELL, over_distinct, where
from sot.normalise.names.legal_forms import LegalTable
from sot.normalise.names.name_parts import Structure
from sot.normalise.names.own_script import OwnScript
from sot.normalise.names.wide_forms import WideForms
from sot.normalise.text import alternatives, bare_words, clean, fold, spellings, without_placeholders, words
from sot.rules import Rulebook
from sot.rules.naming import Countries, LegalForms, Marks, NameWords, Placeholders

# Scripts without blanks between words.
WIDE = r"[\u0E00-\u0E7F\u2E80-\u9FFF\uAC00-\uD7AF\u3200-\u33FF\uFF66-\uFF9D]"
OWN_SCRIPT = rf"{CHARACTERS}|[\uFF66-\uFF9D]"
# A part of a company ("Accounts Payable", "Mortgages") is called by no more words than these.
PART_WORDS = 3
# The road and house that an association of owners is called by ("WEG Gartenstr. 12").
STREET = r"\b([a-z]{4,})str( +\d)"
# Words with one blank between them, none of a single letter: such names only need blanks around them.
PLAIN = r"^[a-z0-9]{2,}(?: [a-z0-9]{2,})*$"


class Namer:
    """Everything that the rules say of names, ready to work on columns."""

    def __init__(self, rules: Rulebook) -> None:
        self.words = rules.get("naming/words.yaml", NameWords)
        forms = rules.get("naming/legal_forms.yaml", LegalForms)
        self.wide_forms = WideForms(forms)
        self.own_script = OwnScript(self.wide_forms, self.words)
        self.legal = LegalTable(forms, self.words.stopwords)
        marks = rules.get("naming/marks.yaml", Marks)
        self.spelling = {**self.words.numbers, **self.words.roman, **spellings(self.words.abbreviations)}
        countries = self._countries(rules)
        self.structure = Structure(marks, self.legal.words, countries)
        # "Acme Ltd Italy" is rather a company of its own, unlike "Acme Ltd - Italy".
        self.no_site = [*bare_words(marks.unit_words), *sorted({*countries, *countries.values()})]
        generic = {word for word in (*self.spelling, *self.words.abbreviations) if len(word) > 4}
        self.no_place = rf"\b(?:{alternatives(sorted(generic - set(countries)))})\b"
        self.placeholders = rules.get("naming/placeholders.yaml", Placeholders).of("name")
        phrases = spellings(self.words.phrases) | self.words.compound_numbers()
        self.phrases = {other.replace(" ", "  "): word for other, word in phrases.items()}
        self.numbered = "|".join(sorted(self.words.numbered))
        single = alternatives(self.words.roman_single)
        self.roman = rf" (?:{self.numbered})  (?:{single}) |[a-z0-9]{{2}} +(?:{single}) *$"
        endings = alternatives(ending.replace(" ", ".") for ending in self.words.web_endings)
        self.web_ending = rf"^((?:www\.)?)([a-z0-9-]{{2,}})\.(?:{endings})($|[ ,)])"
        self.respelt = [
            f" {word} "
            for table in (self.spelling, phrases, self.words.stopwords, self.words.numbered)
            for word in table
        ]
        self.glued = rf"(\p{{Ll}}{{2}})({alternatives(forms.glued)})(\W|$)"

    def _countries(self, rules: Rulebook) -> dict[str, str]:
        """Give the names of countries as they are written, with the word that each is in names."""
        called = rules.get("naming/countries.yaml", Countries).root.values()
        bare = bare_words(name for names in called for name in names)
        named = {name: self.spelling.get(name, name) for name in bare if len(name) > 3}
        phrases = {other: word for other, word in spellings(self.words.phrases).items() if other in bare}
        return named | phrases | {short: short for short in phrases.values()}

    def names(self, records: pl.DataFrame, towns: pl.Series, umlauts: dict[str, str]) -> pl.DataFrame:
        """Give `records` with the name columns of NORMALISED."""
        records = over_distinct(records, ["name"], lambda t: self._taken_apart(t, towns, umlauts))
        records = over_distinct(records, ["trade_name"], lambda t: self._trade_names(t, umlauts))
        return _with_trade_names(records).drop("trade")

    def _taken_apart(self, names: pl.DataFrame, towns: pl.Series, umlauts: dict[str, str]) -> pl.DataFrame:
        frame = self._folded(names, "name")
        frame = self.structure.split(frame, towns)
        frame = self.core(frame, umlauts)
        alias = frame.select(CELL, "core", f=pl.col("alias")).rename({"core": "own"}).drop_nulls("f")
        alias = self.core(alias, umlauts).filter(pl.col("core") != pl.col("own").fill_null(""))
        alias = alias.select(CELL, n_aliases=pl.concat_list("core"))
        frame = frame.join(alias, on=CELL, how="left")
        frame = where(
            frame, pl.col("name").str.contains(OWN_SCRIPT) & pl.col("core").is_not_null(), self._by_characters
        )
        return frame.select(
            CELL,
            "n_aliases",
            n_name="core",
            n_tokens=pl.col("core").str.split(" ").list.unique(maintain_order=True),
            n_legal="legal",
            n_site=words(pl.coalesce("site", pl.when(self._place_behind()).then("behind"))),
            n_marks="marks",
        )

    def _place_behind(self) -> pl.Expr:
        """Tell whether what stands behind the legal form says where the company is, not which part of it is meant."""
        behind = pl.col("behind")
        short = behind.str.strip_chars().str.count_matches(" ") < PART_WORDS
        return ~behind.is_in(self.no_site) & ~(short & behind.str.contains(self.no_place))

    def _by_characters(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Give names in scripts without blanks by their own characters."""
        own = [" ".join(self.own_script.words(name)) or None for name in frame["name"]]
        return frame.with_columns(core=pl.coalesce(pl.Series(own, dtype=pl.String), "core"))

    def _trade_names(self, names: pl.DataFrame, umlauts: dict[str, str]) -> pl.DataFrame:
        frame = self.core(self._folded(names, "trade_name"), umlauts)
        return frame.select(CELL, trade="core")

    def _folded(self, names: pl.DataFrame, column: str) -> pl.DataFrame:
        real = names.with_columns(
            f=clean(names.select(without_placeholders(column, self.placeholders))[column])
        )
        real = where(real, pl.col("f").str.contains("/", literal=True), self._without_several)
        wide = pl.col("f").str.contains(WIDE)
        glued = pl.col("f").str.contains(self.glued) & ~wide
        real = where(real, glued, lambda t: t.with_columns(pl.col("f").str.replace(self.glued, "$1 $2$3")))
        real = where(real, wide, self._spaced)
        return real.with_columns(f=fold(real["f"]))

    def _without_several(self, names: pl.DataFrame) -> pl.DataFrame:
        """Empty names of which each part between slashes is a placeholder ("Walk-in / Cash Sale")."""
        kept = [
            None if all(part.strip().lower() in self.placeholders for part in name.split("/")) else name
            for name in names["f"]
        ]
        return names.with_columns(f=pl.Series(kept, dtype=pl.String))

    def _spaced(self, names: pl.DataFrame) -> pl.DataFrame:
        return names.with_columns(self.wide_forms.spaced(pl.col("f")))

    def core(self, frame: pl.DataFrame, umlauts: dict[str, str]) -> pl.DataFrame:
        """Bring folded names (column `f`) to core words: columns `core` and `legal`."""
        frame = frame.with_columns(w=" " + pl.col("f") + " ")
        frame = self.legal.strip(where(frame, ~pl.col("f").str.contains(PLAIN), self._padded))
        respelt = pl.col("core").str.contains_any([*self.respelt, *(f" {word} " for word in umlauts)])
        respelt |= pl.col("core").str.contains(self.roman) | pl.col("core").str.contains(STREET)
        frame = where(frame, respelt, lambda t: self._respelt(t, umlauts))
        # A spreadsheet drops the zeros in front of a number ("0876543 B.C. Ltd."), and so do people ("Store 0112").
        frame = where(
            frame,
            pl.col("core").str.contains(r"(?:^| )0\d"),
            lambda t: t.with_columns(pl.col("core").str.replace_all(r"(^| )0+(\d+)", "$1$2")),
        )
        return frame.with_columns(core=pl.col("core").str.strip_chars().replace("", None))

    def _padded(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Bring names to words with one blank around each: initials joined, "&" as "and"."""
        w = pl.col("w")
        frame = frame.with_columns(w=pl.col("f").str.replace(self.web_ending, "$2$3"))
        frame = where(frame, w.str.contains(r" '?n'? "), _and_spelt)
        frame = frame.with_columns(w.str.replace_all("'", "", literal=True).str.replace_all(r"[&+]", " and "))
        frame = where(frame, w.str.contains(r"[a-z][.,/]+[a-z]"), self.legal.dotted)
        frame = where(frame, w.str.contains(r"[./]"), _initials_bare)
        frame = frame.with_columns(w=" " + w.str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars() + " ")
        return where(frame, w.str.contains(" [a-z] [a-z] "), _letters_joined)

    def _respelt(self, frame: pl.DataFrame, umlauts: dict[str, str]) -> pl.DataFrame:
        """Give one spelling to the words in column `core`, without stop words if others are left."""
        core = pl.col("core")
        frame = where(
            frame,
            core.str.contains(STREET),
            lambda t: t.with_columns(core.str.replace_all(STREET, "${1}strasse$2")),
        )
        frame = frame.with_columns(_words_replaced(_doubled(core), {**umlauts, **self.phrases}))
        frame = where(frame, core.str.contains(self.roman), self._roman_numbers)
        frame = frame.with_columns(_words_replaced(core, self.spelling))
        stop = [f" {word} " for word in self.words.stopwords]
        bare = _single(core.str.replace_many(stop, [" "] * len(stop)))
        return frame.with_columns(core=pl.coalesce(bare.replace("", None), _single(core)))

    def _roman_numbers(self, frame: pl.DataFrame) -> pl.DataFrame:
        core = pl.col("core")
        for letter, number in sorted(self.words.roman_single.items()):
            core = core.str.replace(rf"( (?:{self.numbered}) ) {letter} ", f"${{1}} {number} ")
            core = core.str.replace(rf"([a-z0-9]{{2}} +){letter} *$", f"${{1}}{number} ")
        return frame.with_columns(core)


def _with_trade_names(records: pl.DataFrame) -> pl.DataFrame:
    """Add the trade name to the other names, unless it is the name; only the rows that have one are touched."""
    has = records["trade"].is_not_null()
    both = pl.concat_list(pl.col("n_aliases").fill_null([]), "trade").list.set_difference(
        pl.concat_list("n_name")
    )
    both = both.list.drop_nulls().list.unique().list.sort()
    added = records.filter(has).select(n_aliases=pl.when(both.list.len() > 0).then(both))["n_aliases"]
    places = pl.int_range(records.height, eager=True)
    ends = pl.int_range(records.height, records.height + added.len(), eager=True)
    names = pl.concat([records["n_aliases"], added])
    return records.with_columns(names.gather(places.scatter(has.arg_true(), ends)))


def _and_spelt(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("w").str.replace_all(r"([a-z]{2}) '?n'? ([a-z]{2})", "$1 and $2"))


def _initials_bare(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("w").str.replace_all(r"\b([a-z])[./]+([a-z])\b\.?", "$1$2"))


def _letters_joined(frame: pl.DataFrame) -> pl.DataFrame:
    marked = (
        _doubled(pl.col("w")).str.replace_all(r" ([a-z]) ", "~$1~").str.replace_all("~~", "", literal=True)
    )
    return frame.with_columns(w=" " + _single(marked.str.replace_all("~", " ", literal=True)) + " ")


def _words_replaced(expr: pl.Expr, table: dict[str, str]) -> pl.Expr:
    """Replace whole words of text with doubled blanks."""
    return expr.str.replace_many([f" {word} " for word in table], [f" {word} " for word in table.values()])


def _single(expr: pl.Expr) -> pl.Expr:
    return expr.str.replace_all(r" +", " ").str.strip_chars()


def _doubled(expr: pl.Expr) -> pl.Expr:
    """Double the blanks, so that neighbouring words can both be met with their blanks."""
    return expr.str.replace_all(" ", "  ", literal=True)
