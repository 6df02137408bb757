"""The stage normalise: comparable values beside the raw ones, which are never changed."""

from sot.normalise.at_home import at_home
from sot.normalise.habits import told as habits
from sot.normalise.stage import normalise
from sot.normalise.validity import Examiner

__all__ = ["Examiner", "at_home", "habits", "normalise"]
