"""Fix files: what to merge, correct and create in each system, in its own form, with the inverse."""

from sot.emit.fixes.folder import write_fixes

__all__ = ["write_fixes"]
