"""profile: the quality of raw exports, column by column, before anything is merged."""

from sot.profile.figures import Profile
from sot.profile.stage import plain, profile

__all__ = ["Profile", "plain", "profile"]
