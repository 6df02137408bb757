"""Match: normalised records to scored pairs, with the evidence for each."""

from sot.match.stage import match

__all__ = ["match"]
