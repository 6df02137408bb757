"""Match: normalised records to scored pairs, with the evidence for each."""

from sot.match.engine import match

__all__ = ["match"]
