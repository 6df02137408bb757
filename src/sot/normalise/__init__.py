"""The stage normalise: comparable values beside the raw ones, which are never changed."""

from sot.normalise.stage import normalise

__all__ = ["normalise"]
