"""The stage normalise: comparable values beside the raw ones, which are never changed."""

from sot.normalise.contacts.phone_country_from_cluster import at_home
from sot.normalise.names.system_affixes import told as habits
from sot.normalise.stage import normalise
from sot.normalise.validity import Examiner

__all__ = ["Examiner", "at_home", "habits", "normalise"]
