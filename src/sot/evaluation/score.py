"""Precision, recall and their mean, out of counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """Precision and recall, and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean; 0 where both are 0."""
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-12)


@dataclass(frozen=True)
class Counts:
    """What of the truth a run found (`right`), what it found besides (`wrong`), and what it missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def score(self) -> Score:
        """Precision and recall; a run that found nothing where there is nothing is right."""
        given, true = self.right + self.wrong, self.right + self.missed
        if not given and not true:
            return Score(1.0, 1.0)
        return Score(self.right / max(given, 1), self.right / max(true, 1))

    def plain(self) -> dict[str, float]:
        """Give everything as JSON values."""
        score = self.score
        return {
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
            "precision": score.precision,
            "recall": score.recall,
            "f1": score.f1,
        }
