"""How much two names tell: shared, differently spelled, left-over and replaced words, weighed by their rarity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from sot.match.names.joined_words import MOST
from sot.match.names.persons import Named, another_generation, other_titles
from sot.match.names.vocabulary import WIDTH, Bools, Floats, Ints, Names, Vocabulary, damped, others
from sot.match.names.word_kinds import Kinds, count_words, kinds_of_words, largest, pairs_of_words, some_word
from sot.match.names.word_similarity import Spellings, judge, plausible, word_pair_codes
from sot.model.kinds import NameForm
from sot.parallel import beside
from sot.rules.matching_names import NameRules

CHUNK = 400_000
TRANSLATED = (NameForm.OWN_WORDS, NameForm.OTHER_NAME, NameForm.REPLACED_WORD)
"""Names that differ so in two scripts may be translations of each other."""

LONGER_OR_OTHER = (
    NameForm.DIVISION_MORE, NameForm.OTHER_NAME_MORE, NameForm.WORD_MORE, NameForm.RARE_WORD_MORE, NameForm.OWN_WORDS,
)  # fmt: skip
"""Names with words more or words of their own may be one customer's, unless several systems have both side by side."""


@dataclass(frozen=True)
class NameEvidence:
    """For each pair of names: bits for being one customer against chance, and how the names differ (NameForm).

    beside tells names that stand side by side in one system at least.
    """

    bits: Floats
    form: npt.NDArray[np.int8]
    beside: Bools


@dataclass(frozen=True)
class _Aligned:
    """The words of a chunk of pairs after alignment: gain of each match, what is left over, misspellings.

    possible says where a word is spelled in two ways which both may be right.
    """

    gain: Floats
    left: Bools
    right: Bools
    misspelled: Ints
    replaced: Ints
    possible: Bools


class NameComparer:
    """Compares names by their number; built once for a run."""

    def __init__(
        self, vocabulary: Vocabulary, names: Names, records: int, duplicates: float, rules: NameRules
    ) -> None:
        self.vocabulary, self.names, self.rules = vocabulary, names, rules
        over = rules.left_over
        cost = over.fixed + over.share * vocabulary.bits
        cost = np.where(vocabulary.number, np.maximum(cost, over.number), cost)
        self._cost = np.where(vocabulary.weak, over.weak, cost).astype(np.float32)
        self._kinds = kinds_of_words(vocabulary)
        self._namesakes = self._namesake_bits(records, duplicates)

    def _namesake_bits(self, records: int, duplicates: float) -> Floats:
        """Give what a whole name tells at most: many records that bear it are other customers, if its words are common.

        A name of rare words that many records bear is rather one customer with many records: the bearers beyond
        one customer's own count as others in the measure in which chance would bring them together.
        """
        names, rules = self.names, self.rules
        by_chance = records * np.exp2(-np.clip(names.total, 0, 60).astype(np.float64))
        seen = others(names.bearers.astype(np.float64), duplicates)
        likely = by_chance / (by_chance + rules.namesake_doubt)
        unseen = rules.prior_count * np.where(names.towns >= 2, 1.0, likely)
        strangers = seen * likely + unseen
        rarity = -np.log2(strangers / max(records, 1))
        bits: Floats = np.where(
            names.bearers > duplicates, np.maximum(rarity, rules.namesake_floor), np.inf
        ).astype(np.float32)
        return bits

    def compare(self, left: Ints, right: Ints) -> NameEvidence:
        """Compare names left[i] with right[i]; -1 stands for no name, which tells nothing."""
        bits, form = np.zeros(len(left), np.float32), np.zeros(len(left), np.int8)
        both = np.zeros(len(left), bool)
        there = np.flatnonzero((left >= 0) & (right >= 0))
        parts = [there[start : start + CHUNK] for start in range(0, len(there), CHUNK)]
        for part, evidence in zip(
            parts, beside(lambda part: self._chunk(left[part], right[part]), parts), strict=True
        ):
            bits[part], form[part], both[part] = evidence.bits, evidence.form, evidence.beside
        return NameEvidence(bits, form, both)

    def _chunk(self, left: Ints, right: Ints) -> NameEvidence:
        aligned = self._align(left, right)
        bits, form = self._weigh(left, right, aligned)
        bits, form = self._whole_names(left, right, bits, form)
        misspelled = (form == NameForm.SPELLING) | (form == NameForm.OTHER_SPELLING)
        one_name = (form == NameForm.SAME_WORDS) | misspelled
        # A typo stands in one system. A word that several systems have, and one not only, is of another name.
        systems = self.names.systems[left], self.names.systems[right]
        established = np.minimum(*(np.bitwise_count(each) for each in systems)) >= 2
        shared = np.bitwise_count(systems[0] & systems[1])
        more = (
            established & (shared >= 1) & ((form == NameForm.WORD_MORE) | (form == NameForm.RARE_WORD_MORE))
        )
        form = np.where(more, np.int8(NameForm.OTHER_NAME_MORE), form)
        replaced = established & (form == NameForm.REPLACED_WORD)
        form = np.where(replaced, np.int8(NameForm.OTHER_NAME), form)
        two = (shared >= 2) & np.isin(form, LONGER_OR_OTHER)
        form = np.where(two, np.int8(NameForm.SIDE_BY_SIDE), form)
        spelled = established & misspelled
        bits = np.where(spelled, bits - np.float32(self.rules.established), bits)
        namesakes = np.minimum(self._namesakes[left], self._namesakes[right])
        bits = np.where(one_name, np.minimum(bits, namesakes), bits)
        # What differs in two scripts may be a translation: what else agrees has to tell, and a person.
        scripts = (self.names.characters[left] != self.names.characters[right]) & (bits < 0)
        letters = self.names.script[left] != self.names.script[right]
        scripts |= letters & np.isin(form, TRANSLATED)
        bits, form = (
            np.where(scripts, np.maximum(bits, np.float32(0)), bits),
            np.where(scripts, np.int8(NameForm.OTHER_SCRIPT), form),
        )
        return NameEvidence(
            np.clip(bits, self.rules.name_floor, self.rules.name_cap).astype(np.float32), form, shared >= 1
        )

    def _align(self, left: Ints, right: Ints) -> _Aligned:
        a, b = self.names.words[left], self.names.words[right]
        open_a, open_b = a >= 0, b >= 0
        town_a, town_b = self.names.town[left], self.names.town[right]
        gain = np.zeros(a.shape, np.float32)
        for j in range(WIDTH):
            hit = (a == b[:, j : j + 1]) & open_a & open_b[:, j : j + 1]
            gain[hit] = self.vocabulary.bits[a[hit]] + np.float32(self.rules.shared_word)
            # Two records of one town agree in it already.
            home = hit & town_a & town_b[:, j : j + 1]
            gain[home] = np.minimum(gain[home], np.float32(self.rules.shared_town))
            open_a &= ~hit
            open_b[:, j] &= ~some_word(hit)
        misspelled, replaced = np.zeros(len(a), np.int32), np.zeros(len(a), np.int32)
        aligned = _Aligned(gain, open_a, open_b, misspelled, replaced, np.zeros(len(a), bool))
        self._align_joined(left, right, a, b, aligned)
        self._align_spellings((left, right), a, b, aligned)
        return aligned

    def _align_joined(self, left: Ints, right: Ints, a: Ints, b: Ints, aligned: _Aligned) -> None:
        """Match two words that stand beside each other with the one word that they make in the other name."""
        for own, other, open_own, open_other, turned in (
            (left, b, aligned.left, aligned.right, False),
            (right, a, aligned.right, aligned.left, True),
        ):
            for pair in range(MOST):
                row = np.flatnonzero(self.names.joined[own, pair, 2] >= 0)
                first, second, word = self.names.joined[own[row], pair].T
                hit = (other[row] == word[:, None]) & open_other[row]
                fits = some_word(hit) & open_own[row, first] & open_own[row, second]
                row, first, second, word = row[fits], first[fits], second[fits], word[fits]
                place = hit[fits].argmax(axis=1)
                aligned.gain[row, place if turned else first] = self.vocabulary.bits[word]
                open_own[row, first] = open_own[row, second] = False
                open_other[row, place] = False

    def _align_spellings(self, names: tuple[Ints, Ints], a: Ints, b: Ints, aligned: _Aligned) -> None:
        """Match left-over words that may be one, best first, each word once."""
        row, i, j = pairs_of_words(aligned.left, aligned.right)
        could = plausible(a[row, i], b[row, j], self.vocabulary)
        row, i, j = row[could], i[could], j[could]
        if not len(row):
            return
        codes = word_pair_codes(a[row, i], b[row, j], len(self.vocabulary.words))
        table: Spellings = judge(np.unique(codes), self.vocabulary, self.rules)
        place, in_table = table.find(codes)
        row, i, j, place = row[in_table], i[in_table], j[in_table], place[in_table]
        worth = table.bits[place] + self._cost[a[row, i]] + self._cost[b[row, j]]
        keep = worth > 0
        row, i, j, place, worth = row[keep], i[keep], j[keep], place[keep], worth[keep]
        order = np.lexsort((j, i, -worth, row))
        row, i, j, place = row[order], i[order], j[order], place[order]
        while len(row):
            best = np.r_[True, row[1:] != row[:-1]]
            r, x, y, p = row[best], i[best], j[best], place[best]
            aligned.gain[r, x] = np.maximum(table.bits[p], -1)
            aligned.left[r, x] = False
            aligned.right[r, y] = False
            aligned.misspelled[r] += ~table.replaced[p]
            aligned.replaced[r] += table.replaced[p]
            # Two spellings that are each a word of its own town may be the names of two towns.
            towns = self.names.town[names[0][r], x] & self.names.town[names[1][r], y]
            aligned.possible[r] |= table.either[p] | towns
            rest = aligned.left[row, i] & aligned.right[row, j]
            row, i, j, place = row[rest], i[rest], j[rest], place[rest]

    def _weigh(self, left: Ints, right: Ints, aligned: _Aligned) -> tuple[Floats, npt.NDArray[np.int8]]:
        a, b = self.names.words[left], self.names.words[right]
        town_a, town_b = self.names.town[left], self.names.town[right]
        kinds_a, kinds_b = Kinds(self._kinds[a]), Kinds(self._kinds[b])
        cost, most_a = self._left_over(a, kinds_a, aligned.left, town_a)
        other_cost, most_b = self._left_over(b, kinds_b, aligned.right, town_b)
        replaced = self.rules.replaced
        both = (most_a > 0) & (most_b > 0)
        cost = (
            cost
            + other_cost
            + np.where(both, replaced.fixed + replaced.share * np.minimum(most_a, most_b), 0)
        )
        number_a = some_word(aligned.left & kinds_a["number"])
        number_b = some_word(aligned.right & kinds_b["number"])
        # Two initials that differ ("J & R Sinclair", "J & D Sinclair") are no more one than two numbers are.
        initials = self._other_initials(kinds_a, kinds_b, aligned)
        cost = cost + np.where(number_a & number_b | initials, self.rules.other_number, 0)
        whole = ~(some_word(aligned.left) | some_word(aligned.right)) & (aligned.replaced == 0)
        bits = damped(aligned.gain, self.rules.damping) - cost + np.where(whole, self.rules.whole_name, 0)
        # Where each name says where it is, and not the same, they name two sites.
        places_a, places_b = aligned.left & town_a, aligned.right & town_b
        two_sites = (some_word(places_a) & some_word(places_b))[:, None]
        own_a = aligned.left & ~kinds_a["weak"] & (~town_a | two_sites)
        own_b = aligned.right & ~kinds_b["weak"] & (~town_b | two_sites)
        any_a, any_b = some_word(own_a), some_word(own_b)
        known = some_word(own_a & kinds_a["known"]) | some_word(own_b & kinds_b["known"])
        shared = largest(aligned.gain) - np.float32(self.rules.telling)
        persons = some_word(own_a & kinds_a["given"]) & some_word(own_b & kinds_b["given"])
        other_name = any_a & any_b & ((np.minimum(most_a, most_b) >= shared) | persons)
        part_a, part_b = some_word(own_a & kinds_a["division"]), some_word(own_b & kinds_b["division"])
        sides = Named(a, kinds_a, aligned.left), Named(b, kinds_b, aligned.right)
        more_persons, two_persons = another_generation(*sides)
        persons_differ = other_titles(*sides)
        form = np.select(
            [number_a & number_b | initials | two_persons, more_persons, part_a & part_b, other_name,
             persons_differ | any_a & any_b, aligned.replaced > 0,
             number_a | number_b, part_a | part_b, (any_a | any_b) & known, any_a | any_b,
             aligned.possible | self._own_joining_words(kinds_a, kinds_b, aligned), aligned.misspelled > 0],
            [NameForm.OTHER_NUMBER, NameForm.OTHER_PERSON, NameForm.OWN_PARTS, NameForm.OTHER_NAME, NameForm.OWN_WORDS,
             NameForm.REPLACED_WORD, NameForm.NUMBER_MORE, NameForm.DIVISION_MORE, NameForm.WORD_MORE,
             NameForm.RARE_WORD_MORE, NameForm.OTHER_SPELLING, NameForm.SPELLING],
            NameForm.SAME_WORDS,
        ).astype(np.int8)  # fmt: skip
        own_a, own_b = aligned.left & ~kinds_a["weak"], aligned.right & ~kinds_b["weak"]
        return self._initials_inside((a, own_a), (b, own_b), aligned.gain, bits, form)

    def _own_joining_words(self, a: Kinds, b: Kinds, aligned: _Aligned) -> Bools:
        """Tell the pairs in which each name has a joining word that the other lacks ("Hai An", "Hai Au")."""
        own_a, own_b = some_word(aligned.left & a["joining"]), some_word(aligned.right & b["joining"])
        both: Bools = np.asarray(own_a & own_b, bool)
        return both

    def _other_initials(self, a: Kinds, b: Kinds, aligned: _Aligned) -> Bools:
        """Tell the pairs in which each name has a letter that stands alone and that the other lacks."""
        sides = [left & kinds["single"] for kinds, left in ((a, aligned.left), (b, aligned.right))]
        some = [some_word(side) for side in sides]
        meant = [some_word(side & ~kinds["weak"]) for side, kinds in zip(sides, (a, b), strict=True)]
        both: Bools = np.asarray(some[0] & some[1] & (meant[0] | meant[1]), bool)
        return both

    def _initials_inside(
        self,
        a: tuple[Ints, Bools],
        b: tuple[Ints, Bools],
        gained: Floats,
        bits: Floats,
        form: npt.NDArray[np.int8],
    ) -> tuple[Floats, npt.NDArray[np.int8]]:
        """Where one name shortens words of the other to their initials ("SPR Kemi", "Suomen Punainen Risti Kemi").

        All other words of the two must be the same, and one of them must not be a joining word. `a` and `b` are words,
        and which of them are left over and no joining words.
        """
        vocabulary, rule = self.vocabulary, self.rules.acronym
        shared = largest(gained) > 0
        for (short, left), (long, right) in ((a, b), (b, a)):
            letters = count_words(right).astype(np.int64)
            at = np.flatnonzero(shared & (count_words(left) == 1) & (letters >= 2))
            word = short[at, left[at].argmax(axis=1)]
            fits = np.zeros(len(at), bool)
            # The letters stand for the other words, or for all ("VSA Altena", "Vereinigte Schmiedewerke Altena").
            for meant in (right[at], (long[at] >= 0) & ~vocabulary.weak[long[at]]):
                code = np.where(meant, vocabulary.initial[long[at]], 0).sum(axis=1)
                # Only letters are initials: a word of two characters does not begin two others ("西村").
                alike = (vocabulary.spelled[word] == code) & (code > 0)
                fits |= alike & (vocabulary.length[word] == meant.sum(axis=1))
            at, word = at[fits], word[fits]
            worth = np.minimum(np.float32(rule.per_letter) * letters[at], vocabulary.bits[word])
            worth -= np.where(vocabulary.known[word], np.float32(rule.known_word), np.float32(0))
            # The word itself has gained nothing, so that a place is free for what its letters tell.
            gain = np.sort(np.c_[gained[at], worth], axis=1)[:, 1:]
            bits[at] = np.maximum(bits[at], damped(gain, self.rules.damping))
            form[at] = np.int8(NameForm.ACRONYM)
        return bits.astype(np.float32), form

    def _left_over(self, words: Ints, kinds: Kinds, left: Bools, town: Bools) -> tuple[Floats, Floats]:
        """Give what the left-over words cost, and the bits of the most telling one that is no town and not weak."""
        over = self.rules.left_over
        cost = np.where(left, np.where(town, np.float32(over.town), self._cost[words]), np.float32(0))
        dearest = largest(cost)
        telling = left & ~town & ~kinds["weak"]
        most = largest(np.where(telling, self.vocabulary.bits[words], np.float32(0)))
        return dearest + over.further * (cost.sum(axis=1) - dearest), most

    def _whole_names(
        self, left: Ints, right: Ints, bits: Floats, form: npt.NDArray[np.int8]
    ) -> tuple[Floats, npt.NDArray[np.int8]]:
        """Names equal but for blanks, or initials turned, or words cut differently ("power plus", "powerpluss")."""
        names, rules = self.names, self.rules
        total = np.minimum(names.total[left], names.total[right])
        equal = names.squash_code[left] == names.squash_code[right]
        bits = np.where(equal, np.maximum(bits, total - rules.squashed), bits)
        form = np.where(equal, np.int8(NameForm.SAME_WORDS), form)
        turned = (names.same_words[left] == names.same_words[right]) & ~equal
        turned &= names.initials[left] != names.initials[right]
        form = np.where(turned, np.int8(NameForm.OTHER_SPELLING), form)
        shorter = np.minimum(names.squash_length[left], names.squash_length[right])
        apart = np.abs(names.squash_length[left] - names.squash_length[right])
        numbers = (form == NameForm.OTHER_NUMBER) | (form == NameForm.NUMBER_MORE)
        near = ~equal & (names.size[left] != names.size[right]) & (shorter >= 7) & (apart <= 2) & ~numbers
        at = np.flatnonzero(near)
        if len(at):
            x, y = names.squashed[left[at]].tolist(), names.squashed[right[at]].tolist()
            edits = process.cpdist(x, y, scorer=OSA.distance, workers=-1, dtype=np.float32, score_cutoff=2)
            good = edits <= np.where(shorter[at] >= 11, 2, 1)
            at, edits = at[good], edits[good]
            bits[at] = np.maximum(bits[at], total[at] - rules.squashed - rules.squashed_edit * edits)
            form[at] = np.maximum(form[at], np.int8(NameForm.OTHER_SPELLING))
        return bits, form


def through_alias(evidence: NameEvidence, at: Any, aliased: NameEvidence, loss: float) -> None:
    """Put in `evidence`, at the places `at`, what other names of the records tell, less `loss` bits, where it is more.

    A number too many is none if the other name is without it. Where one system has both records' own names, they are
    rather two customers ("X dba Y", and another firm is called Y).
    """
    alias = np.where(evidence.beside[at], np.int8(NameForm.OWN_ALIAS), np.int8(NameForm.ALIAS))
    bits, form = aliased.bits - np.float32(loss), np.minimum(aliased.form, alias)
    number = (evidence.form[at] == NameForm.NUMBER_MORE) & (aliased.bits >= evidence.bits[at])
    better = (bits > evidence.bits[at]) | number
    # Names that meet through a trade or former name are not the names of both.
    evidence.bits[at[better]], evidence.form[at[better]] = bits[better], form[better]
