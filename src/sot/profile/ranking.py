"""What comes first: the gravest findings, of equals those of the largest share."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sot.model.kinds import Severity
from sot.profile.figures import ColumnProfile, Finding, Profile, SourceProfile

_GRAVITY = {str(severity): at for at, severity in enumerate(Severity)}
_READ_ERROR = (-1, 0.0)

Told = tuple[SourceProfile, ColumnProfile, Finding]


def weight(findings: Sequence[Finding]) -> tuple[int, float]:
    """Give what findings are ordered by: that of the worst of them."""
    return min(
        ((_GRAVITY[finding.severity], -finding.share) for finding in findings), default=(len(_GRAVITY), 0.0)
    )


def by_weight(source: SourceProfile) -> tuple[int, float, str, str]:
    """Give what sources are ordered by: what can't be read at all comes first."""
    findings = [finding for column in source.columns for finding in column.findings]
    return (*(_READ_ERROR if source.error else weight(findings)), source.path, source.sheet or "")


def worst_columns(source: SourceProfile) -> list[ColumnProfile]:
    """Give the columns of a source, the worst first; equals stay in the order of the file."""
    return sorted(source.columns, key=lambda column: weight(column.findings))


def worst_findings(profile: Profile, severities: Collection[str]) -> list[Told]:
    """Give the findings of all columns that are as grave as that, the worst first."""
    listed = [
        (source, column, finding)
        for source in profile.sources
        for column in source.columns
        for finding in column.findings
        if finding.severity in severities
    ]
    return sorted(listed, key=lambda item: (*weight([item[2]]), item[0].name, item[1].column))
