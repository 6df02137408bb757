"""profile: the quality of raw exports, column by column, before anything is merged."""

from sot.profile.figures import ColumnProfile, Finding, Profile, SourceProfile
from sot.profile.page import render
from sot.profile.ranking import worst_columns, worst_findings
from sot.profile.stage import plain, profile

__all__ = [
    "ColumnProfile", "Finding", "Profile", "SourceProfile", "plain", "profile", "render", "worst_columns",
    "worst_findings",
]  # fmt: skip
