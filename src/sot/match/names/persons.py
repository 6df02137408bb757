"""Which two names are of two persons of one family, or may be: by how they are addressed, and by father and son."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sot.match.names.vocabulary import Bools, Ints
from sot.match.names.word_kinds import Kinds, count_words, some_word


@dataclass(frozen=True)
class Named:
    """The words of some names, of which kinds they are, and which are left over beside those of the other names."""

    words: Ints
    kinds: Kinds
    left: Bools

    @property
    def generation(self) -> Bools:
        """Tell the words that tell father and son apart: a title of a person, and a part of a family."""
        words: Bools = self.kinds["title"] & self.kinds["division"]
        return words


def other_titles(a: Named, b: Named) -> Bools:
    """Tell the pairs that address other persons: "Mr Hale" and "Mrs Hale", or "Mr & Mrs Hale" and "T Hale"."""
    mine, yours = (count_words(each.kinds["title"] & (each.words >= 0)) for each in (b, a))
    left = some_word(a.left & a.kinds["title"] | b.left & b.kinds["title"])
    other: Bools = left & ((np.maximum(mine, yours) >= 2) | (np.minimum(mine, yours) >= 1))
    return other


def another_generation(a: Named, b: Named) -> tuple[Bools, Bools]:
    """Tell the pairs of persons of which one has a generation or a person more, and those of two generations.

    They have a given name in common, which a company that is called "Senior" has not, and nothing else differs.
    """
    persons = some_word(a.kinds["given"] & (a.words >= 0) & ~a.left)
    mine, yours = (some_word(each.left & (each.generation | each.kinds["given"])) for each in (a, b))
    words, others = (count_words(each.left & ~each.kinds["weak"]) for each in (a, b))
    more: Bools = persons & ((mine & (words == 1) & (others == 0)) | (yours & (others == 1) & (words == 0)))
    both = [some_word(each.left & each.generation) for each in (a, b)]
    two: Bools = persons & both[0] & both[1] & (words == 1) & (others == 1)
    return more, two
