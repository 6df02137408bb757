"""Which two different words may be one word: typos, plurals, cut-off and abbreviated words, initials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler, Prefix

from sot.match.names.background_frequencies import strangest
from sot.match.names.hand_slips import by_hand, neighbours
from sot.match.names.vocabulary import Bools, Floats, Longs, Vocabulary
from sot.rules.matching_names import NameRules, Spelling


@dataclass(frozen=True)
class Spellings:
    """Pairs of words that may be one: their code (smaller number × words + larger), sorted; bits that the match of
    the two is worth; whether both are known words, so that it is rather a replacement than a typo; and whether either
    may be the right spelling of a name, so that nothing tells which of two names it is."""

    code: Longs
    bits: Floats
    replaced: Bools
    either: Bools

    def find(self, code: Longs) -> tuple[npt.NDArray[np.intp], Bools]:
        """Give for each code its place in this table and whether it is there."""
        if not len(self.code):
            return np.zeros(len(code), np.intp), np.zeros(len(code), bool)
        place = np.minimum(np.searchsorted(self.code, code), len(self.code) - 1)
        return place, self.code[place] == code


def word_pair_codes(a: npt.NDArray[np.int32], b: npt.NDArray[np.int32], words: int) -> Longs:
    """Give one number for each unordered pair of word numbers."""
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    return low * words + high


def plausible(a: npt.NDArray[np.int32], b: npt.NDArray[np.int32], vocabulary: Vocabulary) -> Bools:
    """Tell cheaply which pairs of words could be one at all: by first letter, length and the letters they hold."""
    length_a, length_b = vocabulary.length[a], vocabulary.length[b]
    shorter = np.minimum(length_a, length_b)
    apart = np.abs(length_a - length_b)
    differing = np.bitwise_count(vocabulary.letters[a] ^ vocabulary.letters[b])
    # Each edit changes at most two kinds of letters; a cut-off or abbreviated word has no letter of its own.
    edits = (apart <= 3) & (differing <= np.where(shorter >= 11, 6, 4))
    brief = np.where(length_a <= length_b, vocabulary.letters[a], vocabulary.letters[b])
    cut = (brief & ~np.where(length_a <= length_b, vocabulary.letters[b], vocabulary.letters[a])) == 0
    same_first = vocabulary.first[a] == vocabulary.first[b]
    # A slip in the first letter of a short word is one only where the letter is missing ("Idge" for "Ridge").
    likely = np.where(
        same_first, edits | cut, edits & ((shorter >= 5) | ((apart == 1) & (shorter >= 3) & cut))
    )
    spelled = (vocabulary.letters[a] != 0) & (vocabulary.letters[b] != 0)
    words: Bools = likely & spelled & ~(vocabulary.number[a] | vocabulary.number[b]) | _one_person(
        a, b, vocabulary
    )
    return words


def _one_person(a: npt.NDArray[Any], b: npt.NDArray[Any], vocabulary: Vocabulary) -> Bools:
    """Tell which pairs of words are two forms of one given name ("David", "Dave")."""
    same: Bools = (vocabulary.called[a] > 0) & (vocabulary.called[a] == vocabulary.called[b])
    return same


def judge(codes: Longs, vocabulary: Vocabulary, rules: NameRules) -> Spellings:
    """Judge the distinct plausible word pairs `codes` (sorted): which may be one word, and for how many bits."""
    n = len(vocabulary.words)
    a, b = codes // n, codes % n
    shorter = np.minimum(vocabulary.length[a], vocabulary.length[b])
    longer = np.maximum(vocabulary.length[a], vocabulary.length[b])
    long_known = np.where(
        vocabulary.length[a] >= vocabulary.length[b], vocabulary.known[a], vocabulary.known[b]
    )
    # Only a word that everybody knows is shortened to its consonants; a name of that kind is another name.
    skeleton = (vocabulary.first[a] == vocabulary.first[b]) & long_known
    left, right = vocabulary.words[a].tolist(), vocabulary.words[b].tolist()
    known = vocabulary.known[a] & vocabulary.known[b] & ~_frequent_slips(a, b, vocabulary, rules.spelling)
    # One given name may begin with another, or have an s more ("Manuel", "Manuela"; "Andrea", "Andreas"): two persons.
    persons = vocabulary.given[a] & vocabulary.given[b] & (shorter > 1)
    # Only known words have a plural; a name that nobody knows is another name with an s more.
    nobody = vocabulary.own & ~vocabulary.given
    no_plural = persons | np.where(vocabulary.length[a] < vocabulary.length[b], nobody[a], nobody[b])
    loss, replaced = _edits(left, right, shorter, known, no_plural, rules.spelling)
    typo = np.isfinite(loss) & (loss > rules.spelling.plural)
    cut = _cut_off(left, right, shorter, vocabulary.common, rules.spelling)
    # "Fisk" is rather no "Fiskeoppdrett" that was cut off: where letters are missing, either may be the name.
    parts = np.isfinite(cut) & (shorter > 1) & (longer - shorter >= 2)
    loss = np.minimum(loss, np.where(persons, np.inf, cut))
    skeleton &= np.isinf(loss) & ~persons
    loss = np.minimum(loss, _consonants(left, right, shorter, longer, skeleton, rules.spelling))
    everyday = _one_person(a, b, vocabulary)
    loss = np.where(everyday, rules.spelling.nickname, loss)
    alike = np.isfinite(loss)
    bits = np.minimum(np.minimum(vocabulary.bits[a], vocabulary.bits[b]), rules.spelling.cap) - loss
    initial = (shorter == 1) & np.where(vocabulary.length[a] > 1, vocabulary.given[a], vocabulary.given[b])
    either = (
        everyday
        | initial
        | parts
        | typo & ~_slip(a, b, typo & (shorter >= rules.spelling.shortest), vocabulary, rules)
    )
    return Spellings(
        codes[alike],
        bits[alike].astype(np.float32),
        (replaced & ~everyday & (loss >= rules.spelling.known_words))[alike],
        either[alike],
    )


def _slip(a: Longs, b: Longs, asked: Bools, vocabulary: Vocabulary, names: NameRules) -> Bools:
    """Say which of the pairs `asked` for are an established word and a rare one that is no word: the slip of a hand.

    Beside a word that is not of every day, a rare spelling may be a name of its own if a hand does not slip so, or
    if its letters are side by side in many words ("Kellner" beside "Keller", "Hoffer" beside "Hofer").
    """
    rules, beside = names.spelling, neighbours(names.endings.keyboard)
    word, rare = vocabulary.known, ~vocabulary.known & (vocabulary.heard <= rules.slip_records)
    slip: Bools = _frequent_slips(a, b, vocabulary, rules) & asked
    letters, words = vocabulary.background.letters, vocabulary.words
    for slipped, meant in ((a, b), (b, a)):
        for i in np.flatnonzero(rare[slipped] & word[meant] & asked & ~slip):
            everyday = vocabulary.everyday[meant[i]]
            rare_one, word_meant = words[slipped[i]], words[meant[i]]
            slip[i] = everyday or (
                by_hand(rare_one, word_meant, beside)
                and strangest(rare_one, word_meant, letters) < rules.strange
            )
    return slip


def _frequent_slips(a: Longs, b: Longs, vocabulary: Vocabulary, rules: Spelling) -> Bools:
    """Tell which pairs are a common word and a far rarer one that only the exports have.

    In a long list a common word is misspelled so often that the misspelling looks like a word.
    """
    heard, own = vocabulary.heard, vocabulary.own
    rarer = own[a] & (heard[a] * rules.far_rarer <= heard[b])
    other = own[b] & (heard[b] * rules.far_rarer <= heard[a])
    slips: Bools = rarer | other
    return slips


def _edits(
    left: list[str],
    right: list[str],
    shorter: npt.NDArray[np.int32],
    known: Bools,
    no_plural: Bools,
    rules: Spelling,
) -> tuple[npt.NDArray[np.float64], Bools]:
    if not left:
        return np.zeros(0), np.zeros(0, bool)
    edits = process.cpdist(left, right, scorer=OSA.distance, workers=-1, dtype=np.float32, score_cutoff=3)
    alike = process.cpdist(
        left, right, scorer=JaroWinkler.similarity, workers=-1, dtype=np.float32, score_cutoff=0.9
    )
    typo = (
        ((edits <= 1) & (shorter >= 3)) | ((edits <= 2) & (shorter >= 7)) | ((edits <= 3) & (shorter >= 11))
    )
    short = (edits == 2) & (shorter >= 5) & (shorter < 7) & ((alike >= 0.93) | ~known)
    typo |= short
    loss = rules.typo + rules.further_edit * (edits - 1) + np.where(shorter == 3, rules.short_word, 0.0)
    loss += np.where(short, rules.second_edit, 0.0)
    loss = np.where(known, np.maximum(loss, rules.known_words), loss)
    near = np.flatnonzero(typo & (edits == 1) & ~no_plural)
    plural = np.zeros(len(left), bool)
    plural[near] = [left[i] + "s" == right[i] or right[i] + "s" == left[i] for i in near]
    return np.where(plural, rules.plural, np.where(typo, loss, np.inf)), typo & known & ~plural


def _cut_off(
    left: list[str],
    right: list[str],
    shorter: npt.NDArray[np.int32],
    common: frozenset[str],
    rules: Spelling,
) -> npt.NDArray[np.float64]:
    """Give what a word that is cut off loses; "blue" is not "bluewood" cut off, since "wood" is a word too.

    Nor is the name of a man the cut-off name of a woman ("Novák" beside "Nováková"). A part that only says that it is
    a company may be missing ("Maler", "Malerbetrieb").
    """
    if not left:
        return np.zeros(0)
    begins = process.cpdist(left, right, scorer=Prefix.similarity, workers=-1, dtype=np.int32)
    starts = begins == shorter
    for i in np.flatnonzero(starts & (shorter >= 3)):
        rest = max(left[i], right[i], key=len)[shorter[i] :]
        company = rest.removeprefix("s") in rules.company
        starts[i] = company or (rest not in common and rest not in rules.woman)
    loss = np.where(shorter >= 5, rules.prefix, rules.prefix + rules.short_prefix)
    return np.where(starts & (shorter >= 3), loss, np.where(starts & (shorter == 1), rules.initial, np.inf))


def _consonants(
    left: list[str],
    right: list[str],
    shorter: npt.NDArray[np.int32],
    longer: npt.NDArray[np.int32],
    open_: Bools,
    rules: Spelling,
) -> npt.NDArray[np.float64]:
    loss = np.full(len(left), np.inf)
    for i in np.flatnonzero(open_ & (shorter >= 2) & (shorter <= 5) & (longer >= shorter + 2)):
        if _abbreviates(*sorted((left[i], right[i]), key=len)):
            loss[i] = rules.consonants
    return loss


def _abbreviates(short: str, long: str) -> bool:
    letters = iter(long)
    return short[-1] in long[-3:] and all(letter in letters for letter in short)
