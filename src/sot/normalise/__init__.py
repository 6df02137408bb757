"""The stage normalise: comparable values beside the raw ones, which are never changed."""

from sot.normalise.habits import told as habits
from sot.normalise.stage import normalise
from sot.normalise.validity import Examiner

__all__ = ["Examiner", "habits", "normalise"]
